"""The sheets of an edition's workbook: its figures and data as tables of cells, each fit for a worksheet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from improvement_reports.domain.origins import source_of
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.editions.downloads.cells import (
    EMPTY,
    LEGEND,
    MAX_CELL,
    SHORTHAND,
    cell_text,
    number_of,
    plain_number,
    split_remarks,
    titled,
)
from improvement_reports.editions.downloads.datapackage import schema_of
from improvement_reports.editions.downloads.facts import EditionFacts

# What a worksheet can hold, less what stands above a table.
MAX_ROWS = 1_048_576 - 20
MAX_COLUMNS = 16_384
MAX_HEADER = 200  # a column name of a marked table; Excel's own limit is 255
MAX_LOCATORS = 5

NOTES = {
    "published": "A percentage is stored as a fraction and shown as published: 86% is 0.86. Text stays text.",
    "unrounded": (
        "The number before rounding, in its unit: 86 is 86%. Rounding is half away from zero, at the last step."
    ),
    "source": (
        "figures.json and figures.csv list every row of data behind a figure, with its place in the source and its"
        " hash."
    ),
    "detail": "Where the report shows a remark beneath a value, the remark is in a column of its own here.",
    "shorthand": (
        "Shorthand stands where a value is missing; a missing value is never 0. Small numbers of children are withheld."
    ),
    "source_row": "The row of the raw table in the return, counted with the row of column names as 1.",
    "guard": (
        "An apostrophe stands before a text that begins with =, +, - or @, so that no spreadsheet takes it for a"
        " formula."
    ),
    "cut": (
        "A text or table that is longer than a spreadsheet can hold is cut; the CSV and JSON files have the whole"
        " of it."
    ),
}


@dataclass
class Sheet:
    """One table of the workbook; cells are texts as they are to be read, or numbers."""

    name: str
    title: str
    header: list[str]
    rows: list[list]
    source: str = ""
    scope: str = ""
    notes: dict[str, str] = field(default_factory=dict)  # column name: key of NOTES
    formats: dict[tuple[int, int], str] = field(default_factory=dict)  # row and column of the table: number format
    used: set[str] = field(default_factory=set)  # keys of NOTES that its cells need


def numbers_sheet(figures: list[dict], titles: dict[str, str]) -> Sheet:
    """Every published number and word that is a figure; ``titles`` of the sources by name (`origins.source_name`)."""
    header = [
        "Figure",
        "As published",
        "Unrounded value",
        "Unit",
        "Measure",
        "Area",
        "Period",
        "Formula",
        "Source",
        "Where in the source",
        "Rows of data",
        "Id",
    ]
    rows: list[list] = []
    formats = {}
    for record in (f for f in figures if f["kind"] == "number"):
        sources = dict.fromkeys(source_of(titles, i) or i["source_id"] for i in record["inputs"] if i["source_id"])
        shown = number_of(record["published"])
        if shown:
            formats[len(rows), 1] = shown[1]
        unrounded = plain_number(record["value"])
        rows.append(
            [
                cell_text(record["label"]),
                shown[0] if shown else cell_text(record["published"]),
                cell_text(record["value"]) if unrounded is None else unrounded,
                *(cell_text(record[c]) for c in ("unit", "measure_id", "area", "period", "formula")),
                cell_text("; ".join(sources)),
                cell_text(_locators(record)),
                len(record["inputs"]),
                cell_text(record["id"]),
            ]
        )
    notes = {"As published": "published", "Unrounded value": "unrounded", "Where in the source": "source"}
    return Sheet("Numbers", "Every number and finding of the report", header, rows, notes=notes, formats=formats)


def _locators(record: dict) -> str:
    found = list(dict.fromkeys(i["locator"] for i in record["inputs"] if i["locator"]))
    more = f"; and {len(found) - MAX_LOCATORS} more" if len(found) > MAX_LOCATORS else ""
    return "; ".join(found[:MAX_LOCATORS]) + more


def figure_sheet(record: dict) -> Sheet:
    """A table or chart of the report; its remarks beneath values go to columns of their own, so that numbers are
    numbers.
    """
    title = record["label"] if record["kind"] == "table" else f"{record['label']} (values of the chart)"
    scope = "" if record["kind"] == "table" else record["published"]
    columns = [str(c) for c in record["data"][0]]
    rows = [[*map(str, r), *[""] * len(columns)][: len(columns)] for r in record["data"][1:]]
    sheet = Sheet("", title, [], [[] for _ in rows], scope=scope)
    for number, column in enumerate(columns):
        cells = [row[number] for row in rows]
        values, remarks = split_remarks(cells) if number else (cells, [])
        for row, value in enumerate(values):
            shown = number_of(value) if number else None
            if shown:
                sheet.formats[row, len(sheet.header)] = shown[1]
            sheet.rows[row].append(shown[0] if shown else cell_text(value))
        sheet.header.append(column)
        if any(remarks):
            for row, remark in enumerate(remarks):
                sheet.rows[row].append(cell_text(remark))
            sheet.header.append(f"{column}: remark")
            sheet.used.add("detail")
    return sheet


def data_sheet(name: str, header: Sequence[str], rows: Sequence[Sequence]) -> Sheet:
    """A table of ``data/``: numbers as numbers, and shorthand in place of what is missing."""
    types = [f["type"] for f in schema_of(name, header)["fields"]]
    status = next((header.index(c) for c in ("value_status", "status") if c in header), None)
    cells = []
    for row in rows:
        missing = SHORTHAND.get(str(row[status]), EMPTY) if status is not None else EMPTY
        cells.append([_data_cell(v, t, missing) for v, t in zip(row, types, strict=True)])
    spec = RETURN_TABLES.get(name)
    title = (
        f"Data: {name}, one row per {spec.row}"
        if spec
        else f"Data: {name}, official statistics that figures were made from"
    )
    notes = {"source_row": "source_row"} if "source_row" in header else {}
    return Sheet("", title, list(header), cells, source=f"The same table is data/{name}.csv.", notes=notes)


def _data_cell(value, kind: str, missing: str):
    number = plain_number(value) if kind in ("number", "integer") else None
    if number is not None:
        return number
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if pd.isna(value) else str(value)
    return cell_text(text) if text.strip() else missing if kind in ("number", "integer") else EMPTY


def parts_of(table) -> tuple[list[str], list[list]]:
    """Column names and rows of a DataFrame, or of a pair of both."""
    if isinstance(table, pd.DataFrame):
        return [str(c) for c in table.columns], table.astype(object).values.tolist()
    header, rows = table
    return [str(c) for c in header], [list(r) for r in rows]


def sheets_of(facts: EditionFacts, figures: list[dict], tables: dict) -> tuple[list[Sheet], list[str]]:
    """Every sheet with a table, and the names of the data tables that have no rows."""
    titles = {s["id"]: s["title"] for s in facts.sources}
    sheets = [numbers_sheet(figures, titles)]
    for kind in ("table", "chart"):
        for record in figures:
            if record["kind"] == kind and len(record["data"]) > 1:
                sheet = figure_sheet(record)
                sheet.name = record["id"]
                sheets.append(sheet)
    empty = []
    for name in sorted(tables):
        header, rows = parts_of(tables[name])
        if rows:
            sheet = data_sheet(name, header, rows)
            sheet.name = f"data.{name}"
            sheets.append(sheet)
        else:
            empty.append(name)
    sheets = [s for s in sheets if s.rows]
    taken = {"cover", "contents", "notes", "history"}
    for sheet in sheets:
        sheet.title = titled(sheet.title)
        sheet.name = unique(re.sub("[^A-Za-z0-9_-]+", "_", sheet.name).strip("_") or "Table", taken, 31)
        fit(sheet)
    return sheets, empty


def unique(name: str, taken: set[str], limit: int) -> str:
    """``name``, cut and numbered so that it differs from all in ``taken`` whatever the case; it is added there."""
    found, number = name[:limit], 1
    while found.lower() in taken:
        number += 1
        found = f"{name[: limit - len(str(number)) - 1]}_{number}"
    taken.add(found.lower())
    return found


def fit(sheet: Sheet) -> None:
    """Bring a sheet within what a worksheet can hold, and find which notes its cells need."""
    taken: set[str] = set()
    names = [
        unique(cell_text(" ".join(h.split())) if h.strip() else "Column", taken, MAX_HEADER)
        for h in sheet.header[:MAX_COLUMNS]
    ]
    sheet.notes = {new: sheet.notes[old] for old, new in zip(sheet.header, names, strict=False) if old in sheet.notes}
    sheet.header = names
    if len(sheet.rows) > MAX_ROWS:
        sheet.title += f" (the first {MAX_ROWS:,} of {len(sheet.rows):,} rows)"
        sheet.used.add("cut")
    sheet.rows = [row[:MAX_COLUMNS] for row in sheet.rows[:MAX_ROWS]]
    sheet.formats = {place: shown for place, shown in sheet.formats.items() if place[0] < MAX_ROWS}
    texts = {cell for row in sheet.rows for cell in row if isinstance(cell, str)}
    sheet.used |= {"shorthand"} if texts & set(LEGEND) else set()
    sheet.used |= {"guard"} if any(t[:1] == "'" for t in texts) else set()
    sheet.used |= {"cut"} if any(len(t) > MAX_CELL // 2 and t[-1] == "…" for t in texts) else set()
