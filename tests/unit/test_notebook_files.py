"""Notebooks that are put together without asking the format's schema have the form that it asks for."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from improvement_reports.workspace.notebook_files import code_cell, new_page, own_notebook_text, text_cell


def test_a_page_is_the_notebook_that_nbformat_makes():
    shown, metadata = ["# One\ntwo", ""], {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    outputs = [new_output("display_data", data={"text/markdown": text}) for text in shown]
    cells = [
        (text_cell("raw", "---\ntitle: x\n---", "front-matter"), new_raw_cell("---\ntitle: x\n---", id="front-matter")),
        (text_cell("markdown", "a\nb", "edition-top"), new_markdown_cell("a\nb", id="edition-top")),
        (code_cell("f()", shown, "c1"), new_code_cell("f()", id="c1", outputs=outputs)),
    ]
    own, theirs = (
        new_page([c for c, _ in cells], metadata),
        new_notebook(cells=[c for _, c in cells], metadata=metadata),
    )
    nbformat.validate(own)
    assert own == theirs and own_notebook_text(own) == nbformat.writes(theirs)
