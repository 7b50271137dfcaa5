"""Checks of single tables of a return, each a function from what it is given to faults; `returns/checks` lists them."""
