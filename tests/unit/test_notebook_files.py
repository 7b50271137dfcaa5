"""Notebooks that are put together without asking the format's schema have the form that it asks for."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from improvement_reports.pages import sources
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


OWN = new_page(
    [
        text_cell("raw", "---\ntitle: x\n---", "a"),
        text_cell("markdown", "\n## One\n", "b"),
        text_cell("markdown", "", "c"),
        code_cell("f()", ["\n\n`a`\n\n", "", "<b>x</b>"], "d"),
        code_cell("g()", [], "e"),
        text_cell("markdown", "End {{ x }}", "f"),
    ],
    {},
)
OTHERS = {
    "a raw cell of another kind": new_raw_cell("x", metadata={"raw_mimetype": "text/latex"}),
    "printed text": new_code_cell("x", outputs=[new_output("stream", text="a\nb")]),
    "a value": new_code_cell("x", outputs=[new_output("execute_result", data={"text/plain": "1"})]),
    "two forms": new_code_cell(
        "x", outputs=[new_output("display_data", data={"text/html": "h", "text/markdown": "m"})]
    ),
    "a cell with a picture": new_markdown_cell("x", attachments={"a.png": {"image/png": "eA=="}}),
}


@pytest.mark.parametrize("name", ["own", *OTHERS])
def test_the_markdown_of_a_notebook_is_that_of_nbconvert(tmp_path, name, monkeypatch):
    """Put together here where it is a page of ours, else by nbconvert itself."""
    from nbconvert import MarkdownExporter

    told = []
    exporter = sources._exporter
    monkeypatch.setattr(sources, "_exporter", lambda: told.append(name) or exporter())
    book = OWN if name == "own" else new_notebook(cells=[*OWN.cells, OTHERS[name]])
    path = tmp_path / "index.ipynb"
    path.write_text(own_notebook_text(book), encoding="utf-8")
    theirs = MarkdownExporter(exclude_input=True, exclude_input_prompt=True, exclude_output_prompt=True)
    assert sources.notebook_markdown(path) == theirs.from_filename(str(path))[0]
    assert bool(told) is (name != "own")
