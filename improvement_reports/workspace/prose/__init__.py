"""What prose may hold, decided on Pandoc's own syntax tree: a short list of what is allowed, and everything else is a
fault.

A tree shows what a reader will see, whatever stood in the text: `&half;` is ½ there, and `> [x]: javascript:alert()` is
a quotation that holds nothing. What leaves no trace in a tree (definitions of links and footnotes, settings) is found
by the square brackets that no link accounts for, and by the tree's ``meta``.
"""
