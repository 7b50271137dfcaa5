"""Figures and what is made of them: ids, links, downloads, front matter, fences. Text from data is hostile here."""

import csv
import hashlib
import html
import io
import json
import re
from dataclasses import replace

import pandas as pd
import pytest
import yaml
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from improvement_reports.charts.bars import Bar, bars
from improvement_reports.domain.escaping import guarded, markdown_text
from improvement_reports.domain.markup import fenced, front_matter, plain, slug
from improvement_reports.domain.plain_text import is_plain_text
from improvement_reports.domain.row_records import row_json
from improvement_reports.domain.rows import typed
from improvement_reports.domain.tables import RETURN_TABLES, ColumnSpec
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.facts.figures import MIME, Figure, Input, input_of, inputs_of, link
from improvement_reports.pages.provenance import figures_page
from improvement_reports.pages.report import page_notebook
from improvement_reports.returns.prepared import read_processed
from improvement_reports.runs.downloads import FIGURE_COLUMNS, csv_text, data_csv, figures_csv
from improvement_reports.runs.figures_file import figures_json
from improvement_reports.runs.outputs import figures_of
from improvement_reports.workspace.csv_reading import decode
from improvement_reports.workspace.pandoc import run_pandoc
from improvement_reports.workspace.parameters import ReportParameters

SCRIPT = "<script>alert(1)</script>"
HOSTILE = [
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "*a* _b_ `c` # d",
    "=cmd()",
    "a\n---\nb",
    "a: b # c",
    "'; --",
]
CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(is_plain_text)


# Ids


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("cases_pct", "", "2024-03"), "cases_pct.2024-03"),
        (("Cases", "North & South", "a.b"), "cases.north-south.a-b"),
        ((1, None), "1.none"),
        (("", ""), ""),
    ],
)
def test_ids_are_made_of_words(parts, expected):
    assert slug(*parts) == expected


@given(st.lists(st.text(), max_size=4))
def test_an_id_can_stand_in_an_address_and_in_an_attribute(parts):
    assert re.fullmatch(r"[a-z0-9_.-]*", slug(*parts))


# Inputs and links


def row(**fields) -> pd.Series:
    given = {"source_file": "a/2024-03/observations.csv", "source_row": 2, "row_sha256": "ab", "row_cells": '["x"]'}
    return pd.Series({**given, "source_id": "board", "locator": "Page 1", **fields})


def test_an_input_is_what_prepare_left_with_the_row():
    assert input_of(row()) == Input("a/2024-03/observations.csv", 2, "ab", '["x"]', "board", "Page 1")


def test_each_row_is_an_input_once_in_order():
    assert [i.row for i in inputs_of([row(source_row=3), None, row(), row(source_row=3)])] == [3, 2]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_link_escapes_what_was_published(text):
    page = link(Figure("a.b", "number", "label", text))
    assert html.unescape(re.sub("<[^>]*>", "", page)) == text
    assert page.count("<") == 2


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        "[x](javascript:alert(1))",
        "::: a",
        "1. a",
        "a@b",
        "$x$",
        "\\",
        "~~a~~",
        "a--b",
        "a\n\nb",
        "…",
        "&amp;",
    ],
)
def test_escaped_text_is_the_same_text_on_the_page(text):
    page = run_pandoc(markdown_text(text), ["--from", "markdown-smart", "--to", "html5", "--wrap", "none"])
    assert plain(page) == " ".join(text.split())
    assert re.sub("</?p>", "", page).count("<") == 0


# Downloads


@pytest.mark.parametrize(
    "text", ["=cmd()", "+SUM(A1)", "-1+1", "@sum", "\tx", "\rx", "=", "-", "--1", "+44 1", "-1.5.2", "=1"]
)
def test_what_a_spreadsheet_takes_for_a_formula_is_guarded(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "0", "-1", "-1.5", "+5", "a=b", "'=x", "2024-03", "−5", " =x", "£5", "85%"])
def test_numbers_and_other_text_stay_as_they_are(text):
    assert guarded(text) == text


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=5))
def test_csv_comes_back_as_it_was_but_for_the_guard(rows):
    text = csv_text(["a", "b"], rows)
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], *([guarded(c) for c in r] for r in rows)]


def test_csv_has_unix_lines_and_empty_cells_for_nothing():
    assert csv_text(["a", "b"], [[None, 1], ["x,y", 'say "x"']]) == 'a,b\n,1\n"x,y","say ""x"""\n'


def test_data_is_written_as_it_was_stated():
    frame = pd.DataFrame(
        {"x": [86.0, 99.6, float("nan"), 0.1 + 0.2], "yes": [True, False, True, False], "t": ["=a", "", "b", "c"]}
    )
    frame["source_row"] = [2, 3, 4, 5]
    assert data_csv(frame, ["x", "yes", "t"]) == "x,yes,t,source_row\n86,yes,'=a,2\n99.6,no,,3\n,yes,b,4\n0.3,no,c,5\n"


def test_a_large_number_keeps_all_its_digits():
    frame = pd.DataFrame({"amount": [123_456_789.25], "source_row": [2]})
    assert data_csv(frame, ["amount"]) == "amount,source_row\n123456789.25,2\n"


@given(st.lists(CELL, max_size=6))
def test_a_row_can_be_hashed_again_from_its_record(cells):
    assert json.loads(row_json(cells)) == cells
    assert row_json(json.loads(row_json(cells))) == row_json(cells)


@given(st.lists(CELL.filter(bool), min_size=7, max_size=7), st.booleans())
def test_a_row_keeps_the_record_of_what_was_read(cells, with_mark):
    """CSV text → table → record: the cells, stripped, and their hash."""
    spec = RETURN_TABLES["framework"]
    frame = pd.DataFrame([[c.strip() for c in cells] + [""]], columns=spec.column_names, index=[2], dtype=object)
    table = typed(spec, frame, "a/2024-03/framework.csv")
    assert json.loads(table.at[0, "row_cells"]) == [c.strip() for c in cells] + [""]
    assert table.at[0, "row_sha256"] == hashlib.sha256(table.at[0, "row_cells"].encode()).hexdigest()
    text = csv_text(["a"], [cells])
    assert decode((("\ufeff" if with_mark else "") + text).encode(), "a.csv") == text


def record(spec, header: list[str], cells: list[str]):
    """The record of a row of a file with these columns, as `prepare` leaves it with the row."""
    frame = pd.DataFrame([cells], columns=header, index=[2], dtype=object)
    lacks = [c.name for c in spec.columns if c.name not in header]
    return typed(spec, frame.assign(**dict.fromkeys(lacks, "")), "a/2024-03/x.csv", lacks).iloc[0]


@pytest.mark.parametrize("place", [0, 1, 4, -1])
def test_a_row_keeps_its_hash_when_its_table_gains_a_column_that_the_file_does_not_have(place):
    spec = RETURN_TABLES["finance"]
    columns = list(spec.columns)
    columns.insert(place if place >= 0 else len(columns), ColumnSpec("new", "text", "New", required=False))
    header, cells = list(spec.column_names), ["a", "A", "budget", "2021-22", "5", "no", "s", "Page 1"]
    old, new = record(spec, header, cells), record(replace(spec, columns=tuple(columns)), header, cells)
    assert (old["row_cells"], old["row_sha256"]) == (new["row_cells"], new["row_sha256"])
    assert json.loads(new["row_cells"]) == cells
    assert (old["row_lacks"], new["row_lacks"]) == ("", "new")


def test_a_row_has_another_hash_when_its_file_gains_the_column():
    spec = RETURN_TABLES["statements"]
    full = ["a", "ask", "", "Words", "s", "Page 1"]
    without = record(spec, [c for c in spec.column_names if c != "title"], [*full[:2], *full[3:]])
    assert without["row_sha256"] != record(spec, list(spec.column_names), full)["row_sha256"]
    assert without["row_lacks"] == "title"


def test_the_cells_of_a_row_stand_under_their_own_columns():
    """Of two columns that the file does not have neither moves the others to its place."""
    header = [c for c in RETURN_TABLES["actions"].column_names if c not in ("priority_id", "due")]
    row = record(RETURN_TABLES["actions"], header, [f"the {c}" for c in header])
    figure = Figure("a", "number", "A", "1", inputs=(input_of(row.rename(None)),)).record()
    figure["inputs"][0]["file"] = "a/2024-03/actions.csv"
    parameters = ReportParameters(
        authority="a",
        month="2024-03",
        kind="board",
        title="T",
        summary="S",
        meeting={"body": "B", "date": "2024-04-17"},
    )
    shown = re.search("<h4>Row 2</h4> (.*?) <br>", figures_page(parameters, "A", [figure], {}, False))[1]
    assert shown == "; ".join(f"{c}: the {c}" for c in header if c not in ("source_id", "locator"))


def test_every_row_of_the_real_returns_can_be_hashed_again_from_its_file_alone(real_once):
    """As `about/reproduce` says: the cells as they stand in the file, whose columns are in the order of the table's."""
    n = 0
    for folder in sorted(p.parent for p in real_once.raw.glob("*/*/return.yml")):
        for name, table in read_processed(real_once.processed / folder.parent.name / folder.name)[0].items():
            if table.empty:
                continue
            rows = list(csv.reader((folder / f"{name}.csv").open(encoding="utf-8-sig", newline="")))
            lacks = table.at[0, "row_lacks"].split()
            assert rows[0] == [c for c in RETURN_TABLES[name].column_names if c not in lacks]
            for number, sha256, cells in zip(table["source_row"], table["row_sha256"], table["row_cells"], strict=True):
                text = json.dumps([c.strip() for c in rows[number - 1]], ensure_ascii=False, separators=(",", ":"))
                assert not cells or (cells, sha256) == (text, hashlib.sha256(text.encode()).hexdigest())
                n += bool(cells)
    assert n > 1000


def test_the_downloaded_figures_say_how_a_row_is_hashed():
    parameters = ReportParameters(
        authority="a",
        month="2024-03",
        kind="board",
        title="T",
        summary="S",
        meeting={"body": "B", "date": "2024-04-17"},
    )
    content = json.loads(figures_json(parameters, [], {}))
    assert "without those columns that the row's file does not have (lacks)" in content["row_hash"]
    assert "`lacks`" in (ROOT / "about" / "reproduce.qmd").read_text(encoding="utf-8")


# Pages


@pytest.mark.parametrize("text", ["plain", "a ``` b", "````", "```{=html}", "`` ` ``", "a\n```\nb\n`````\nc"])
def test_a_fence_is_longer_than_any_in_the_text(text):
    assert run_pandoc(fenced(text), ["--from", "markdown", "--to", "html5"]).strip() == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_front_matter_holds_any_title_as_it_is(title):
    lines = front_matter({"title": title, "toc": False}).split("\n")
    assert (lines[0], lines[-1], len(lines)) == ("---", "---", 4)
    assert yaml.safe_load("\n".join(lines[1:-1])) == {"title": title, "toc": False}


@pytest.mark.parametrize("title", HOSTILE)
def test_front_matter_cannot_be_left(title):
    assert yaml.safe_load(front_matter({"title": title}).strip("-")) == {"title": title}


@pytest.mark.parametrize("title", [SCRIPT, "a <b>c</b>", "*a* **b**", "[x](javascript:alert(1))"])
def test_a_title_is_text_on_the_page(title, tmp_path):
    """Pandoc reads metadata as Markdown, so a title has to be escaped before it is metadata."""
    (tmp_path / "t.html").write_text("$title$")
    parameters = ReportParameters(
        authority="a",
        month="2024-03",
        kind="board",
        title=title,
        summary="S",
        meeting={"body": "B", "date": "2024-04-17"},
    )
    page = run_pandoc(
        figures_page(parameters, title, [], {}, False), ["--from", "markdown", "--template", str(tmp_path / "t.html")]
    )
    assert plain(page).startswith(f"Where the figures come from: {title}")


def notebook(*texts: str, figures=(), source: str = "1"):
    outputs = [
        new_output("display_data", data={"text/markdown": t, MIME: {"form": "prose", "figures": list(figures)}})
        for t in texts
    ]
    return new_notebook(cells=[new_markdown_cell("## Words"), new_code_cell(source, outputs=outputs)])


def page_text(book) -> str:
    cells = page_notebook(book, {"title": "T"}).cells
    return "".join(o["data"]["text/markdown"] for c in cells for o in c.get("outputs", []))


def test_only_the_first_place_of_a_figure_carries_its_id():
    mark = '<a data-figure="a.b" href="#">1</a>'
    page = page_text(notebook(mark + mark, mark + mark.replace("a.b", "c")))
    assert [m.start() for m in re.finditer('id="n-a.b"', page)] == [page.index("id=")]
    assert page.count('id="n-c"') == 1
    assert page.count('href="figures.html#a.b"') == 3 and "data-figure" not in page


def test_the_page_has_words_and_blocks_and_nothing_else():
    book = notebook("shown")
    book.cells[1].outputs += [
        new_output("stream", text="a log line"),
        new_output("display_data", data={"text/html": SCRIPT}),
    ]
    cells = page_notebook(book, {"title": "T"}).cells
    assert [c.cell_type for c in cells] == ["raw", "markdown", "code"]
    assert page_text(book) == "\n\nshown\n\n"


def test_a_block_for_the_notebook_only_is_not_on_the_page():
    book = notebook("shown")
    book.cells[1].outputs[0]["data"][MIME]["form"] = "notebook_only"
    assert page_text(book) == ""


RECORD = Figure(
    "a.b",
    "number",
    "A <b>",
    "85%",
    "85",
    "percent",
    "m",
    "x",
    "2024-03",
    "=1+1",
    (Input("f.csv", 2, "ab", "[]", "s", "@p"),),
).record()


def test_figures_come_in_their_order_each_once_with_its_cell():
    book = notebook("x", "y", figures=[RECORD, {**RECORD, "id": "c"}])
    assert [(f["id"], f["cell"]) for f in figures_of(book)] == [("a.b", 1), ("c", 1)]


def test_two_figures_with_one_id_are_a_bug():
    book = notebook("x", figures=[RECORD, {**RECORD, "published": "86%"}])
    with pytest.raises(RuntimeError, match=r"two different figures have the id a\.b"):
        figures_of(book)


def test_figures_as_csv_have_their_way_back_and_no_formula():
    [header, cells] = csv.reader(io.StringIO(figures_csv([{**RECORD, "cell": 3}])))
    found = dict(zip(header, cells, strict=True))
    assert header == FIGURE_COLUMNS
    assert (found["published"], found["value"], found["cell"]) == ("85%", "85", "3")
    assert found["formula"] == "'=1+1"
    assert found["inputs"] == "f.csv row 2"


def test_the_provenance_page_is_well_formed_and_escapes_labels(board):
    """Each element that is opened is closed again in its turn."""
    parameters = ReportParameters(
        authority="a",
        month="2024-03",
        kind="board",
        title="T",
        summary="S",
        meeting={"body": "B", "date": "2024-04-17"},
    )
    page = figures_page(parameters, "A", figures_of(board.notebook), {}, False)
    assert SCRIPT not in page
    opened = []
    for end, name in re.findall(r"<(/?)(section|div|table|thead|tbody|tr|th|td|ul|li|h3|h4|a|i|p)\b", page):
        assert not end or opened.pop() == name
        opened += [] if end else [name]
    assert opened == []


@pytest.mark.parametrize("label", [*HOSTILE, "$a$", "from $5 to $6", r"$\frac$"])
def test_a_chart_shows_a_label_as_it_is(label):
    drawing = bars([Bar(label, 5, text="5")], Unit.COUNT)
    assert SCRIPT not in drawing
    assert " ".join(label.split()) in " ".join(plain(re.sub("<!--.*?-->", "", drawing)).split())
