"""A report on paper: one sheet, the whole report as PDF, and as a Word file.

They are made from the finished page of the report, so that words and numbers are those of the page, by whichever
renderer it was made, and nothing can stand in them that the page does not show.
"""
