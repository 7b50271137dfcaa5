"""The tables of an edition as an accessible workbook, by `gptables`, which follows the Analysis Function's guidance.

Cover, contents, notes, then one marked table to a sheet: the numbers, each table and chart of the report, and the data.
No merged cells, no empty cells, no formulas. The same edition gives the same bytes on any day.
https://analysisfunction.civilservice.gov.uk/policy-store/releasing-statistics-in-spreadsheets/
"""

import copy
import io
import math
import re
import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from improvement_reports.domain.licences import OWN_WORDS
from improvement_reports.domain.numbers import format_day
from improvement_reports.editions.downloads.cells import LEGEND, safe_text
from improvement_reports.editions.downloads.facts import ILLUSTRATIVE, EditionFacts
from improvement_reports.editions.downloads.sheets import NOTES, Sheet, sheets_of
from improvement_reports.workspace.files import write_bytes

WIDTHS = (12, 46)  # of columns, in characters
COVER_WIDTH = 100
LINE_HEIGHT, MAX_HEIGHT = 15.5, 409  # of rows, in points
FONT_RATIO = 1.2  # the theme's 12 point Arial to the character that Excel measures widths by, at its widest
LINE_RATIO = 1.0  # and over a line of prose


def _table(facts: EditionFacts, sheet: Sheet, number: int):
    """The sheet as a `gptables` table, named for Excel by its number."""
    from gptables import GPTable

    shown = {cell for row in sheet.rows for cell in row if isinstance(cell, str)}
    legend = (
        ["; ".join(f"{mark} {words}" for mark, words in LEGEND.items() if mark in shown) + " $$shorthand$$"]
        if shown & set(LEGEND)
        else []
    )
    legend += [f"See the notes. $${key}$$" for key in ("detail", "guard", "cut") if key in sheet.used]
    formats = [
        {"cell": {"format": {"num_format": shown, "align": "right"}, "cells": (row + 1, column)}}
        for (row, column), shown in sorted(sheet.formats.items())
    ]
    frame = pd.DataFrame(sheet.rows, columns=sheet.header, dtype=object)
    return GPTable(
        frame,
        f"t{number}_{re.sub('[^A-Za-z0-9_]', '_', sheet.name)}",
        sheet.title,
        subtitles=[
            *_illustrative(facts),
            safe_text(facts.name),
            facts.edition,
            "[Back to the contents](internal:'Contents'!A1)",
        ],
        instructions="This worksheet contains one table.",
        legend=legend,
        source=safe_text(sheet.source) or None,
        scope=safe_text(sheet.scope) or None,
        table_notes={c: f"$${key}$$" for c, key in sheet.notes.items()},
        index_columns={2: 0},
        additional_formatting=formats,
    )


def _illustrative(facts: EditionFacts) -> list[str]:
    return [ILLUSTRATIVE] if facts.illustrative else []


def _cover(facts: EditionFacts, empty: list[str]) -> tuple[list[str], list[str]]:
    """The lines of the cover: what the edition is, and about its data."""

    def linked(text: str, url: str) -> str:
        plain = re.fullmatch(r"https?://[^\s()\[\]]{1,2000}", url or "")
        return f"[{re.sub(r'[][()]', ' ', safe_text(text))}]({url})" if plain else safe_text(text)

    intro = [
        *_illustrative(facts),
        safe_text(facts.description),
        safe_text(facts.edition),
        *([safe_text(f"Why there is this version: {facts.reason}")] if facts.reason else []),
        *(
            [safe_text(f"It replaces {facts.previous_identifier}, which stays published.")]
            if facts.previous_identifier
            else []
        ),
        safe_text(f"Reporting month: {format_day(facts.month)}"),
        *([safe_text(f"Received by: {facts.meeting}")] if facts.meeting else []),
        safe_text(f"Authority: {facts.authority_name}"),
    ]
    about = [
        safe_text(f"Publisher: {facts.publisher}"),
        linked(f"Licence: {facts.licence_name}", facts.licence_url),
        safe_text(OWN_WORDS),
        safe_text(f"How to cite: {facts.citation}"),
        "The contents list every worksheet. Each worksheet has one table, which begins beneath its title and notes.",
        "No number was typed by hand: the worksheet Numbers gives the formula and the source of each.",
        *([f"Tables without rows in this edition: {safe_text(', '.join(empty))}."] if empty else []),
        safe_text(f"Software: improvement-reports {facts.software_version}"),
    ]
    sources = [
        linked(
            f"Source: {s['title']}. {s['publisher']}, {s.get('date', '')}. Licence: {facts.licence_of(s)}",
            s.get("url", ""),
        )
        for s in facts.sources
    ]
    return intro, [*about, *sources]


def cover_lines(facts: EditionFacts, sheets: list[Sheet], empty: list[str]) -> set[str]:
    """Every text outside the tables: of the cover, above and beneath each table, and of the properties of the file."""
    intro, about = _cover(facts, empty)
    linked = {re.sub(r"^\[(.*)\]\(.*\)$", r"\1", line) for line in about}
    marks = {mark for sheet in sheets for row in sheet.rows for mark in row if isinstance(mark, str)} & set(LEGEND)
    legend = {
        "; ".join(
            f"{m} {w}"
            for m, w in LEGEND.items()
            if m in {c for row in s.rows for c in row if isinstance(c, str)} & marks
        )
        for s in sheets
    }
    return {safe_text(facts.name), *intro, *linked, facts.edition, *_illustrative(facts), *legend}


WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def workbook_bytes(facts: EditionFacts, figures: list[dict], tables: dict) -> bytes:
    """The workbook; see `write_workbook`."""
    from gptables import Cover, produce_workbook

    sheets, empty = sheets_of(facts, figures, tables)
    made = {sheet.name: _table(facts, sheet, number) for number, sheet in enumerate(sheets, 1)}
    notes = _notes(sheets)
    title, (intro, about) = safe_text(facts.name), _cover(facts, empty)
    beneath = [*_illustrative(facts), title]
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about the library's own frames
        book = produce_workbook(
            buffer,
            made,
            theme=_theme(),
            cover=Cover(title=title, intro=intro, about=about, width=COVER_WIDTH),
            notes_table=notes,
            auto_width=False,
            workbook_options=WORKBOOK_OPTIONS,
            notesheet_options={"title": "Notes (illustrative figures)" if facts.illustrative else "Notes"},
            contentsheet_options={"subtitles": beneath, "column_names": ["Worksheet", "What it holds"]},
        )
        # As the library lays the cover, with a heading above each part.
        lines = [title, "", *intro, "", *(re.sub(r"\]\(.*\)$", "", line) for line in about)]
        _fill_sheets(book, lines, sheets, made, len(beneath) + 2, list(notes["Note"]))
        book.set_properties(_properties(facts))
        book.close()
    return buffer.getvalue()


def _notes(sheets: list[Sheet]) -> pd.DataFrame:
    """The notes that a worksheet refers to, in their order."""
    needed = {key for sheet in sheets for key in (*sheet.used, *sheet.notes.values())} or {"shorthand"}
    return pd.DataFrame([[key, text] for key, text in NOTES.items() if key in needed], columns=["key", "Note"])


def _properties(facts: EditionFacts) -> dict:
    """What the file says of itself."""
    return {
        "title": safe_text(facts.name),
        "subject": facts.edition,
        "author": safe_text(facts.publisher),
        "created": datetime.fromisoformat(facts.date_published),
        "comments": safe_text(" ".join([*_illustrative(facts), facts.citation])),
        "category": facts.report_kind,
    }


def _theme():
    """The library's theme, with long cells read from the top and a little room beside each."""
    from gptables import gptheme

    theme = copy.deepcopy(gptheme)
    for update in (theme.update_data_format, theme.update_index_2_format, theme.update_column_heading_format):
        update({"valign": "top", "indent": 1})  # so that a number and the text beside it stay apart
    return theme


def _fill_sheets(book, cover_lines: list[str], sheets: list[Sheet], made: dict, above: int, notes: list[str]) -> None:
    """Widths and heights, and pages for print: landscape A4, as wide as one page, column names on each."""
    for page in book.worksheets():
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
    _size(book.get_worksheet_by_name("Cover"), 0, [[line] for line in cover_lines], [COVER_WIDTH])
    contents = [["Worksheet", "What it holds"], *([s.name, s.title] for s in sheets)]
    _size(book.get_worksheet_by_name("Contents"), above, contents, [40, 100])
    _size(book.get_worksheet_by_name("Notes"), 2, [["Note", "Note"], *(["1", text] for text in notes)], [14, 100])
    for sheet in sheets:
        page, (first, _, last, right) = book.get_worksheet_by_name(sheet.name), made[sheet.name].data_range
        page.repeat_rows(first)
        page.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(right)}{last + 1}"})
        rows = [[f"{name}\n[note 1]" if name in sheet.notes else name for name in sheet.header], *sheet.rows]
        _size(page, first, rows, [_width(column) for column in zip(*rows, strict=True)])


def _size(page, first: int, rows: list[list], widths: list[float]) -> None:
    """Set the widths of columns and a height for every row that needs more than one line: not every program
    finds it.
    """
    for number, width in enumerate(widths):
        page.set_column(number, number, width)
    for number, row in enumerate(rows, first):
        lines = max(_lines(cell, width) for cell, width in zip(row, widths, strict=False))
        if lines > 1:
            page.set_row(number, min(lines * LINE_HEIGHT + 2, MAX_HEIGHT))


def _lines(cell, width: float) -> int:
    if not isinstance(cell, str):
        return 1
    return sum(max(1, math.ceil(len(line) * LINE_RATIO / width)) for line in cell.split("\n"))


def _width(cells: Sequence) -> float:
    """As wide as the longest line, within bounds."""
    longest = max(len(line) for cell in cells for line in (cell.split("\n") if isinstance(cell, str) else ["0" * 8]))
    return min(max(longest * FONT_RATIO + 3, WIDTHS[0]), WIDTHS[1])


def write_workbook(path: Path, facts: EditionFacts, figures: list[dict], tables: dict) -> None:
    """Write the workbook of an edition.

    ``figures`` are the records of ``figures.json``; ``tables`` the tables of ``data/`` by name, each a DataFrame or a
    pair of column names and rows.
    """
    write_bytes(path, workbook_bytes(facts, figures, tables))
