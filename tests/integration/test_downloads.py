"""The downloads of an edition: workbook, data package and archive, from made-up figures and from an executed report."""

import contextlib
import csv
import io
import os
import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from downloads_helpers import facts_of, later, package_errors
from lxml import etree

from improvement_reports.editions.downloads import sheets as workbook_sheets
from improvement_reports.editions.downloads.archive import archived_files, edition_archive
from improvement_reports.editions.downloads.cells import number_of, safe_text
from improvement_reports.editions.downloads.datapackage import (
    DESCRIPTOR,
    FIGURE_FIELDS,
    OFFICIAL_FIELDS,
    datapackage,
    datapackage_text,
    schema_of,
)
from improvement_reports.editions.downloads.facts import ILLUSTRATIVE
from improvement_reports.editions.downloads.workbook import workbook_bytes, write_workbook
from improvement_reports.runs.downloads import FIGURE_COLUMNS
from improvement_reports.runs.draft import write_draft_of
from improvement_reports.runs.figures_file import read_figures

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROW = {
    "file": "x/2024-03/observations.csv",
    "row": 2,
    "sha256": "",
    "cells": "",
    "source_id": "paper",
    "locator": "Table 1",
}


def figure(kind="number", **changes) -> dict:
    record = {
        "id": f"{kind}.one",
        "kind": kind,
        "label": "Visits in time",
        "published": "86%",
        "value": "86.4",
        "unit": "percent",
        "measure_id": "visits_pct",
        "area": "exampleshire",
        "period": "2024-03",
        "formula": "as stated",
        "inputs": [ROW],
        "data": [],
        "cell": 1,
    }
    return record | changes


TABLE = figure(
    "table",
    label="Key measures",
    data=[
        ["Measure", "Latest", "Change"],
        ["Visits, higher is better", "86%, April 2024", "+5 points"],
        ["Plans", "1,250", ""],
    ],
)
OBSERVATIONS = (
    ["measure_id", "area", "value", "value_status", "source_row"],
    [
        ["visits_pct", "exampleshire", 86.5, "published", 2],
        ["plans_count", "exampleshire", float("nan"), "suppressed", 3],
    ],
)


def opened(facts=None, figures=None, tables=None):
    content = workbook_bytes(
        facts or facts_of(), [figure(), TABLE] if figures is None else figures, tables or {"observations": OBSERVATIONS}
    )
    return openpyxl.load_workbook(io.BytesIO(content)), content


def table_of(sheet) -> list[list]:
    """Header and rows of the one marked table of a worksheet."""
    [table] = sheet.tables.values()
    return [[cell.value for cell in row] for row in sheet[table.ref]]


def cells_of(book):
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def faults(content: bytes) -> list[str]:
    """What an accessible workbook must not have, one sentence each."""
    book, found = openpyxl.load_workbook(io.BytesIO(content)), []
    found += [f"{s.title} has merged cells" for s in book if s.merged_cells.ranges]
    found += [f"{s.title} has {len(s.tables)} marked tables" for s in book if s.title != "Cover" and len(s.tables) != 1]
    found += [f"{c.parent.title} {c.coordinate} is a formula" for c in cells_of(book) if c.data_type == "f"]
    found += [
        f"{c.parent.title} {c.coordinate} begins like a formula"
        for c in cells_of(book)
        if isinstance(c.value, str) and c.value[0] in "=+-@\t\r"
    ]
    found += [
        f"{s.title} has an empty cell" for s in book if s.tables for row in table_of(s) for c in row if c in (None, "")
    ]
    names = [s.title for s in book]
    found += [f"{name} is no name of a sheet" for name in names if not re.fullmatch(r"[A-Za-z0-9_-]{1,31}", name)]
    if len({n.lower() for n in names}) < len(names) or names[:3] != ["Cover", "Contents", "Notes"]:
        found.append(f"sheets are {names}")
    for s in book:
        if s.tables and s.title in names[3:]:
            headers = [h.lower() for h in table_of(s)[0]]
            found += [f"{s.title} has two columns of one name"] if len(set(headers)) < len(headers) else []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            tree = etree.fromstring(archive.read(name))  # well-formed, or it raises
            found += [f"{name} holds a formula" for _ in tree.iter(f"{SPREADSHEET}f")]
    return found


# The workbook


def test_workbook_is_accessible():
    book, content = opened()
    assert faults(content) == []
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Numbers", "table_one", "data_observations"]
    assert table_of(book["Contents"])[1:] == [
        ["Numbers", "Every number and finding of the report"],
        ["table_one", "Key measures"],
        ["data_observations", "Data: observations, one row per measure × area × period × category"],
    ]
    assert book["Contents"]["A4"].value == "Worksheet" and book["Contents"]["A5"].hyperlink.location == "'Numbers'!A1"


def test_faults_are_seen():
    book, _ = opened()
    book["Numbers"].merge_cells("A1:C1")
    book["Notes"]["A9"] = "=1+1"
    book["table_one"].tables.clear()
    buffer = io.BytesIO()
    book.save(buffer)
    found = faults(buffer.getvalue())
    for expected in ("Numbers has merged cells", "table_one has 0 marked tables", "Notes A9 is a formula"):
        assert expected in found


def test_cover_says_what_the_edition_is():
    facts = facts_of(
        number=2, edition_kind="correction", reason="A target was wrong", previous_identifier="improvement-reports/x/v1"
    )
    text = "\n".join(str(c.value) for c in cells_of(opened(facts)[0]) if c.parent.title == "Cover")
    for expected in (
        facts.name,
        facts.citation,
        facts.publisher,
        facts.licence_name,
        facts.meeting,
        "Version 2 (correction), published 30 April 2024",
        "A target was wrong",
        "improvement-reports/x/v1",
        "A paper",
    ):
        assert expected in text


def test_numbers_are_numbers():
    book, _ = opened()
    header, row = table_of(book["Numbers"])
    assert [h.split("\n")[0] for h in header][:3] == ["Figure", "As published", "Unrounded value"]
    assert row[:3] == ["Visits in time", 0.86, 86.4] and row[8:10] == ["A paper", "Table 1"]
    assert book["Numbers"].cell(*position(book["Numbers"], 1, 1)).number_format == "0%"
    assert table_of(book["table_one"]) == [
        ["Measure", "Latest", "Latest: remark", "Change", "Change: remark"],
        ["Visits, higher is better", 0.86, "April 2024", 5, "points"],
        ["Plans", 1250, "[none]", "[none]", "[none]"],
    ]


def position(sheet, row: int, column: int) -> tuple[int, int]:
    """Where a cell of the table is in the worksheet; row 0 is the header."""
    [table] = sheet.tables.values()
    first = sheet[table.ref][0][0]
    return first.row + row, first.column + column


def test_only_plain_numbers_of_a_data_table_are_numbers():
    cells = [1.5, 2.0, float("inf"), float("nan"), None, pd.NA, True, "3", "4.25", "1e3", "\u0663", ""]
    book, content = opened(
        tables={"observations": (["value", "locator"], [[c, f"row {n}"] for n, c in enumerate(cells)])}
    )
    shown = [row[0] for row in table_of(book["data_observations"])[1:]]
    assert shown == [1.5, 2, "inf", "[none]", "[none]", "[none]", "yes", 3, 4.25, "1e3", "\u0663 (symbol)", "[none]"]
    assert faults(content) == []


def test_missing_is_shorthand_with_its_meaning():
    sheet = opened()[0]["data_observations"]
    assert table_of(sheet)[1:] == [
        ["visits_pct", "exampleshire", 86.5, "published", 2],
        ["plans_count", "exampleshire", "[c]", "suppressed", 3],
    ]
    assert any("[c] suppressed (small number)" in str(c.value) for row in sheet.iter_rows(max_row=8) for c in row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("86%", (0.86, "0%")),
        ("86.4%", (0.864, "0.0%")),
        ("1,250", (1250, "#,##0")),
        ("−3", (-3, "0")),
        ("+5", (5, "+0;-0;0")),
        ("0", (0, "0")),
        ("£521,000", (521000, '"£"#,##0')),
        ("£2.85 million", None),
        ("007", None),
        ("1,25", None),
        ("26 May 2021", None),
        ("1e5", None),
        ("٣", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_plain_numbers(text, expected):
    assert number_of(text) == expected


def test_illustrative_is_on_every_sheet():
    book, _ = opened(facts_of(illustrative=True))
    for sheet in book:
        assert any("llustrative" in str(c.value) for row in sheet.iter_rows(max_row=4) for c in row), sheet.title
    assert not any(ILLUSTRATIVE in str(c.value) for c in cells_of(opened()[0]))


HOSTILE = [
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n=1",
    "\uff1d1+1",
    "{=1+1}",
    "'=1",
    "=" * 40_000,
    "x" * 40_000,
    "😀" * 40_000,
    "a\x00b\x07c\x1f",
    "\ud800",
    "\uffff",
    "_x0041_",
    "[a](b) [c](d)",
    "[x](internal:'Cover'!A1)",
    "[x](file://c/windows)",
    "$$unknown$$",
    "https://example.org",
    "external:c:\\x",
    "</t><f>1</f>",
    "–",
    "■",
    "",
    "   ",
    "\u202eabc",
    "[none]",
    "1e999",
    "NaN",
    "0x10",
    "TRUE",
    "#REF!",
    "=HYPERLINK(1)\n=2",
    "ÄÖ",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_only_text(text):
    record = figure(
        label=text, published=text, value=text, formula=text, inputs=[{**ROW, "locator": text, "source_id": text}]
    )
    table = figure(
        "table",
        label=text or "T",
        data=[["A", text, text.upper(), "Column"], [text, text, text, "1"], ["x", "1", "2", text]],
        id=f"table.{text[:40]}",
    )
    facts = facts_of(
        title=text,
        description=text,
        reason=text,
        meeting=text,
        publisher=text,
        sources=[{"id": text, "title": text, "publisher": text, "date": text, "url": text}],
    )
    tables = {"observations": (["measure_id", "category", "value"], [[text, text, text], ["a", text, 1.0]])}
    book, content = opened(facts, [record, table], tables)
    assert faults(content) == []
    allowed = re.compile(r"('(Contents|Numbers|table[\w-]*|data_observations)'!A1)")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert len(str(cell.value or "").encode("utf-16-le")) <= 2 * 32_767
                if cell.hyperlink and cell.hyperlink.location:
                    assert allowed.fullmatch(cell.hyperlink.location)
                if cell.hyperlink and cell.hyperlink.target:
                    assert cell.hyperlink.target in (facts.licence_url, "https://example.org")


def test_safe_text_leaves_ordinary_text_alone():
    for text in ("Care leavers' plans", "£2.85 million", "−7.1", "-7.1", "[c]", "due 6 May", "a\nb", "100% of 5"):
        assert safe_text(text) == text


def test_tables_too_long_for_a_worksheet_are_cut_and_say_so(monkeypatch):
    monkeypatch.setattr(workbook_sheets, "MAX_ROWS", 3)
    rows = [["m", "a", float(n), "published", n] for n in range(2, 9)]
    book, content = opened(tables={"observations": (OBSERVATIONS[0], rows)})
    sheet = book["data_observations"]
    assert faults(content) == [] and len(table_of(sheet)) == 4
    assert "the first 3 of 7 rows" in sheet["A1"].value


def test_empty_tables_are_named_on_the_cover():
    book, content = opened(tables={"finance": (["line_id"], []), "observations": OBSERVATIONS})
    assert "data_finance" not in book.sheetnames and faults(content) == []
    assert any("without rows in this edition: finance." in str(c.value) for c in cells_of(book))


def test_sheets_of_like_names_differ():
    like = [figure("table", id=f"table.{'long-name-' * 5}{n}", data=TABLE["data"]) for n in range(12)] + [
        figure("table", id="table.A", data=TABLE["data"]),
        figure("table", id="table.a", data=TABLE["data"]),
    ]
    book, content = opened(figures=like)
    assert faults(content) == [] and len(book.sheetnames) == 3 + 14 + 1


def test_a_frame_is_as_good_as_rows():
    frame = pd.DataFrame(OBSERVATIONS[1], columns=OBSERVATIONS[0])
    assert opened(tables={"observations": frame})[1] == opened()[1]


def test_workbook_is_the_same_on_any_day(monkeypatch, tmp_path):
    first = opened()[1]
    later(monkeypatch)
    assert opened()[1] == first
    write_workbook(tmp_path / "tables.xlsx", facts_of(), [figure(), TABLE], {"observations": OBSERVATIONS})
    assert (tmp_path / "tables.xlsx").read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == ["tables.xlsx"]
    assert openpyxl.load_workbook(io.BytesIO(first)).properties.created == datetime(2024, 4, 30)


def test_a_failure_leaves_the_last_good_workbook(monkeypatch, tmp_path):
    path = tmp_path / "tables.xlsx"
    path.write_bytes(b"good")
    monkeypatch.setattr(os, "replace", lambda *_: None)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_workbook(path, facts_of(), [figure()], {})
    assert path.read_bytes() == b"good" and [p.name for p in tmp_path.iterdir()] == ["tables.xlsx"]


# The archive


@pytest.fixture
def edition(tmp_path) -> Path:
    folder = tmp_path / "v1"
    for name in (
        "report.ipynb",
        "figures.csv",
        "charts/b.svg",
        "charts/a.svg",
        "index.ipynb",
        "changes.qmd",
        "figures.qmd",
        ".written",
        ".aside/x",
        "old.zip",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_archive_holds_the_frozen_files(edition, tmp_path):
    target = tmp_path / "exampleshire-v1.zip"
    with contextlib.suppress(OSError):  # not everybody may make links on Windows
        (edition / "link").symlink_to(edition / "figures.csv")
    edition_archive(edition, target)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            f"exampleshire-v1/{n}" for n in ("charts/a.svg", "charts/b.svg", "figures.csv", "report.ipynb")
        ]
        assert archive.read("exampleshire-v1/charts/a.svg") == b"charts/a.svg"


def test_archive_is_the_same_on_any_day(edition, tmp_path, monkeypatch):
    edition_archive(edition, edition / "edition.zip")
    first = (edition / "edition.zip").read_bytes()
    later(monkeypatch)
    for path in edition.rglob("*.svg"):
        os.utime(path, (10**9, 10**9))
        path.chmod(0o600)
    edition_archive(edition, edition / "edition.zip")  # the last one, which lies in the folder, is not packed again
    assert (edition / "edition.zip").read_bytes() == first


def test_a_failed_archive_leaves_the_last_good_one(edition, tmp_path, monkeypatch):
    target = tmp_path / "e.zip"
    target.write_bytes(b"good")
    monkeypatch.setattr(
        "improvement_reports.editions.downloads.archive.archived_files", lambda _: ["figures.csv", "gone"]
    )
    with pytest.raises(FileNotFoundError):
        edition_archive(edition, target)
    assert target.read_bytes() == b"good" and not list(tmp_path.glob(".*"))


# The data package


def test_every_column_is_described():
    from improvement_reports.domain.tables import COLUMNS

    assert list(FIGURE_FIELDS) == FIGURE_COLUMNS
    assert {c for columns in COLUMNS.values() for c in columns} == set(OFFICIAL_FIELDS)


def test_schema_takes_types_from_the_specification():
    fields = {
        f["name"]: f
        for f in schema_of("observations", ["value", "value_status", "source_row", "measure_id", "new"])["fields"]
    }
    assert fields["value"] == {"name": "value", "type": "number", "description": fields["value"]["description"]}
    assert "suppressed" in fields["value_status"]["constraints"]["enum"]
    assert fields["source_row"]["type"] == "integer" and fields["measure_id"]["constraints"]["required"]
    assert fields["new"]["type"] == "string"


def test_no_number_is_required():
    """Suppression may empty any of them."""
    from improvement_reports.domain.tables import RETURN_TABLES

    for name, spec in RETURN_TABLES.items():
        for field in schema_of(name, spec.column_names)["fields"]:
            assert field["type"] != "number" or not field.get("constraints", {}).get("required")


def test_paths_stay_below_the_descriptor():
    descriptor = datapackage(facts_of(), {"observations": ["value"]})
    assert [r["path"] for r in descriptor["resources"]] == ["figures.csv", "data/observations.csv"]
    assert descriptor["version"] == "1.0.0" and descriptor["licenses"][0]["path"] == facts_of().licence_url
    assert datapackage_text(descriptor) == datapackage_text(datapackage(facts_of(), {"observations": ["value"]}))


@pytest.fixture(scope="module")
def laid(board) -> Path:
    """The executed board report as it is laid for its page, with its data package."""
    folder = write_draft_of(board.project, "exampleshire", "2024-03", "board")
    columns = {path.stem: read_csv(path)[0] for path in sorted((folder / "data").glob("*.csv"))}
    (folder / DESCRIPTOR).write_text(datapackage_text(datapackage(facts_of(), columns)), encoding="utf-8")
    return folder


def read_csv(path: Path) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_published_tables_are_as_the_package_says(laid):
    assert package_errors(laid / DESCRIPTOR) == []


def test_a_wrong_cell_is_seen(laid):
    path = laid / "data" / "observations.csv"
    good = path.read_text(encoding="utf-8")
    rows = read_csv(path)
    status = rows[0].index("value_status")
    try:
        path.write_text(good.replace(f",{rows[1][status]},", ",perhaps,", 1), encoding="utf-8")
        [[_, row, column, _]] = package_errors(laid / DESCRIPTOR)
        assert (row, column) == (2, "value_status")
    finally:
        path.write_text(good, encoding="utf-8")


def test_workbook_of_an_executed_report(laid):
    figures = read_figures(laid / "figures.json")["figures"]
    tables = {}
    for path in sorted((laid / "data").glob("*.csv")):
        header, *rows = read_csv(path)
        tables[path.stem] = (header, rows)
    book, content = opened(facts_of(illustrative=True), figures, tables)
    assert faults(content) == []
    assert len(table_of(book["Numbers"])) == 1 + sum(f["kind"] == "number" for f in figures)
    for name, (_, rows) in tables.items():
        if rows:
            assert len(table_of(book[f"data_{name}"])) == 1 + len(rows)
    assert archived_files(laid)[0].startswith("charts/")


def test_tables_of_a_report_hold_numbers(laid):
    """The report shows a value with its period beneath it; here the value is a number in a column of its own."""
    figures = read_figures(laid / "figures.json")["figures"]
    book, _ = opened(figures=figures)
    tables = [table_of(book[n]) for n in book.sheetnames if n.startswith("table_measures_")]
    header, *rows = next(t for t in tables if "Latest: remark" in t[0])
    latest = header.index("Latest")
    assert rows and all(isinstance(row[latest], (int, float)) or row[latest] == "[none]" for row in rows)
