"""A heading is followed by something to read: a section that a report does not have is not announced."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from improvement_reports.pages.report import without_empty_sections


def code(*texts: str):
    outputs = [new_output("display_data", data={"text/markdown": text}) for text in texts]
    return new_code_cell("sections.show(x)", outputs=outputs)


def said(cells) -> list[str]:
    found = []
    for cell in without_empty_sections(cells):
        found += [o["data"]["text/markdown"] for o in cell.outputs] if cell.cell_type == "code" else [cell.source]
    return found


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([new_markdown_cell("## A"), code("words"), new_markdown_cell("## B")], ["## A", "words"]),
        ([new_markdown_cell("## A"), code(), new_markdown_cell("## B"), code("words")], ["## B", "words"]),
        (
            [new_markdown_cell("## A\n\nAn introduction."), code(), new_markdown_cell("## B"), code("x")],
            ["## A\n\nAn introduction.", "## B", "x"],
        ),
        ([new_markdown_cell("## A"), code("### A1 {#a1}", "words")], ["## A", "### A1 {#a1}", "words"]),
        ([new_markdown_cell("## A"), code("### A1 {#a1}", "### A2 {#a2}", "words")], ["## A", "### A2 {#a2}", "words"]),
        (
            [
                new_markdown_cell("## A"),
                code("### A1 {#a1}", "\n\n", "### A2 {#a2}"),
                new_markdown_cell("## B"),
                code("x"),
            ],
            ["## B", "x"],
        ),
        (
            [new_markdown_cell("## A"), code("\n\n"), new_markdown_cell("### B"), code("\n\nx\n\n")],
            ["## A", "### B", "\n\nx\n\n"],
        ),
    ],
)
def test_what_is_left(cells, expected):
    assert said(cells) == expected


def test_the_front_matter_stays():
    cells = [new_raw_cell("---\ntitle: x\n---"), new_markdown_cell("## A")]
    assert [c.cell_type for c in without_empty_sections(cells)] == ["raw"]


def test_a_report_without_questions_has_no_such_heading(board):
    """The heading of the notebook goes with its section; all others stay."""
    from improvement_reports.pages.report import page_notebook

    notebook = nbformat.from_dict(board.notebook)
    cell = next(c for c in notebook.cells if c.cell_type == "code" and "sections.questions" in c.source)
    whole = page_notebook(notebook, {})
    cell.outputs = []
    page = page_notebook(notebook, {})
    headings = [[c.source for c in p.cells if c.source.startswith("## ")] for p in (whole, page)]
    assert "## Questions to ask" in headings[0]
    assert headings[1] == [h for h in headings[0] if h != "## Questions to ask"]
