"""Kernels that start at once: forked from a process that has already loaded what every notebook loads.

A notebook still has a process of its own with nothing of another run in it. `parent` is the process that is forked,
`kernel` what runs in a fork, `link` the way from a run to it, `manager` the kernel as nbclient knows one.
"""
