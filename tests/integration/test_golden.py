"""Whole outputs of Exampleshire: processed tables, the figures of a report, and the words of its page."""

import re
import shutil

import nbformat
import pytest
from goldens import assert_golden

from improvement_reports.domain.markup import plain
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.pages.frame import Frame
from improvement_reports.pages.report import page_notebook, write_report_page
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.returns.prepared import read_processed
from improvement_reports.runs.downloads import csv_text, figures_csv
from improvement_reports.runs.draft import draft_facts, write_draft_of
from improvement_reports.runs.outputs import figures_of
from improvement_reports.workspace.notebooks import strip_run
from improvement_reports.workspace.pandoc import run_pandoc

JOB = ("exampleshire", "2024-03", "board")


def as_text(frame) -> str:
    """A processed table with all its columns; a gap is empty and a number has its shortest form."""
    frame = frame.map(lambda v: "" if v != v else f"{v:.10f}".rstrip("0").rstrip(".") if isinstance(v, float) else v)
    return csv_text(list(frame.columns), frame.itertuples(index=False))


@pytest.mark.parametrize("table", RETURN_TABLES)
def test_processed_tables(prepared_once, table):
    tables, _ = read_processed(prepared_once.processed_return("exampleshire", "2024-03"))
    assert_golden(f"processed/{table}.csv", as_text(tables[table]))


def test_figures_of_the_board_report(board):
    assert_golden("board-2024-03.figures.csv", figures_csv(figures_of(board.notebook)))


def test_page_of_the_board_report(board):
    page = page_notebook(board.notebook, {"title": "Exampleshire"})
    texts = [
        c.source if c.cell_type != "code" else "".join(o.data["text/markdown"] for o in c.outputs) for c in page.cells
    ]
    assert_golden("board-2024-03.md", "\n".join(texts) + "\n")


# What must hold whatever the golden files say


def test_the_same_return_gives_the_same_bytes(prepared):
    folder = prepared.processed_return("exampleshire", "2024-03")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    prepare_return(prepared, "exampleshire", "2024-03")
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_no_hidden_number_is_anywhere_in_the_report(board):
    """North has 3 children and 10%, East 12 and 40%: no figure of these rows has a value, and no record of a row has
    them.
    """
    hidden = [f for f in figures_of(board.notebook) if f["published"] == "suppressed (small number)"]
    assert {f["id"].split(".")[1] for f in hidden} == {"north", "east-script-alert-1-script"}
    assert {f["value"] for f in hidden} == {""}
    assert {(i["sha256"], i["cells"]) for f in hidden for i in f["inputs"] if i["row"] in (6, 8, 10, 12)} == {("", "")}
    text = nbformat.writes(board.notebook)
    assert "month,North,3" not in text
    assert '\\"North\\",\\"3\\"' not in text


def test_every_number_on_the_page_has_its_figure(board):
    page = nbformat.writes(page_notebook(board.notebook, {"title": "T"}))
    shown = set(re.findall(r'href=\\"figures\.html#([^"\\]+)', page))
    assert shown == {f["id"] for f in figures_of(board.notebook)}


def test_hostile_text_is_text_on_the_page(board):
    page = page_notebook(board.notebook, {"title": "T"})
    html = "\n".join(o.data["text/markdown"] for c in page.cells for o in c.get("outputs", []))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not re.search(r"<script|<img src=x|<b>|onerror=[^&]*>(?!&)", html.replace("\\<script", ""))


def test_a_stripped_run_tells_neither_time_nor_machine(board):
    text = nbformat.writes(board.notebook)
    assert not re.search(r"papermill|iopub|start_time|duration|/tmp/", text)
    again = nbformat.from_dict(board.notebook)
    strip_run(again)
    assert nbformat.writes(again) == text


def test_a_summary_is_text_in_the_description_of_its_page(board, prepared, tmp_path):
    path = prepared.report_params(*JOB)
    path.write_text(path.read_text().replace('summary: "', 'summary: "&lt;script&gt;alert()&lt;/script&gt; '))
    shutil.copytree(board.project.run_folder(*JOB), prepared.run_folder(*JOB), dirs_exist_ok=True)
    draft = write_draft_of(prepared, *JOB)
    write_report_page(tmp_path / "page", draft, draft_facts(draft), Frame())
    front = nbformat.read(tmp_path / "page/index.ipynb", as_version=4).cells[0].source
    (tmp_path / "t.html").write_text("$description$")
    page = run_pandoc(
        front + "\n", ["--from", "markdown", "--to", "html5", "--wrap", "none", "--template", str(tmp_path / "t.html")]
    )
    assert "<script" not in page
    assert plain(page).startswith("<script>alert()</script> Assessments met their target in March 2024")
