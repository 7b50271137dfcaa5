"""The empty workbook that an analyst fills in: every table of a return as a sheet, each column explained where it
stands.
"""

import io
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.status_words import VOCABULARIES
from improvement_reports.domain.tables import WORKBOOK_TABLES, ColumnSpec, TableSpec
from improvement_reports.returns.reading import WORKBOOK
from improvement_reports.returns.workbook_reading import AREAS, MEASURES
from improvement_reports.workspace.troubles import in_words

Examples = Mapping[tuple[str, str], str]


class Listed(NamedTuple):
    """A measure as the workbook lists it."""

    measure_id: str
    title: str
    unit: str
    better_when: str
    definition: str


class ListedArea(NamedTuple):
    """An area as the workbook lists it: its key, its name, and whose it is and of what kind."""

    area: str
    name: str
    what: str


LAST_ROW = 1_048_576  # of a sheet in Excel
LISTED_ROWS = 2000  # of another sheet that a dropdown offers
MAX_DROPDOWN = 255  # characters of a dropdown's own list, by the file format
TEXT = "@"
AUTHOR = "improvement-reports"

OWN_WORDS = "Or one of the council’s own words that status_words in params/authorities.yml gives a meaning."
# How what a sheet of the workbook lists gets one more.
ADDED = {MEASURES: "add it with python3 make.py add-measure", AREAS: "declare it under areas in params/authorities.yml"}
HINTS = {
    "id": "Lower-case letters, digits, hyphens and underscores.",
    "text": "",
    "number": "A plain number, without %, £ or thousands separators: 86 for 86%.",
    "date": "YYYY-MM-DD, YYYY-MM or YYYY.",
    "yes_no": "",
}
WIDTHS = {"id": 26, "text": 44, "number": 13, "choice": 20, "date": 13, "yes_no": 12}

STEPS = (
    "Fill in one row of the sheet return, and one row of the sheet sources for each document the figures come from.",
    "Fill in the other sheets from row 2 on. A sheet that is not needed and has nothing to say stays empty.",
    (
        "Keep the names of the sheets and the first row of each as they are. The headings with a dark ground must be"
        " filled in."
    ),
    "Select a heading to read what its column holds; the same is listed below, with an example in grey.",
    "Write values, not formulas, and do not merge cells. Write roles, never the names of people.",
    (
        f"Save the workbook as {WORKBOOK} in data/raw/<authority>/<month>/, with the narrative beside it, and run"
        " python3 make.py check."
    ),
)

REQUIRED_FILL = PatternFill("solid", fgColor="FF12436D")
OPTIONAL_FILL = PatternFill("solid", fgColor="FFDDE5EC")
LINK_COLOUR = "FF12436D"
GREY = "FF505A5F"
TOP = Alignment(vertical="top")
WRAPPED = Alignment(vertical="top", wrap_text=True)


def _font(**kwargs) -> Font:
    return Font(name="Calibri", family=2, **{"size": 11, **kwargs})


BOLD, BOLD_WHITE = _font(bold=True), _font(bold=True, color="FFFFFFFF")


def write_template(
    output: Path, measures: Sequence[Listed] = (), examples: Examples | None = None, areas: Sequence[ListedArea] = ()
) -> None:
    """Write the empty workbook to a new .xlsx file; the same bytes each time.

    ``measures`` are listed on a sheet of their own and offered where a row names one; ``examples``: a cell of the
    demonstration for (table, column), shown in grey; ``areas``: those of which a row may state a number.

    Raises a `UserError` if the file exists, has no folder or does not end in .xlsx.
    """
    output = Path(output)
    if output.suffix.lower() != ".xlsx":
        raise UserError(f"{shown(output)} does not end in .xlsx; name the workbook as in {WORKBOOK}.")
    if output.exists():
        raise UserError(f"{shown(output)} exists already and is not overwritten; choose another name or remove it.")
    if not output.parent.is_dir():
        raise UserError(f"There is no folder {shown(output.parent)} for the workbook; make it first.")
    aside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        aside.write_bytes(without_times(_saved(template_workbook(measures, examples, areas))))
        aside.replace(output)
    except OSError as error:
        if in_words(error):  # what the machine refuses, and of which file, is said as everywhere
            raise
        raise UserError(f"{shown(output)} cannot be written; choose another folder.") from None
    finally:
        aside.unlink(missing_ok=True)


def template_workbook(
    measures: Sequence[Listed] = (), examples: Examples | None = None, areas: Sequence[ListedArea] = ()
) -> Workbook:
    """The sheet “read me”, a sheet for each table of a workbook, without rows, and the measures and areas."""
    offered = {MEASURES: len(measures), AREAS: len(areas)}
    book = Workbook()
    book.properties.creator = AUTHOR
    book.properties.title = "Monthly return of an improvement programme"
    book.properties.language = "en-GB"
    _read_me(book.active, examples or {})
    for table in WORKBOOK_TABLES.values():
        _table_sheet(book.create_sheet(table.name), table, offered)
    if measures:
        _listed_sheet(book.create_sheet(MEASURES), Listed._fields, measures, (38, 52, 11, 12, 100))
    if areas:
        _listed_sheet(book.create_sheet(AREAS), ListedArea._fields, areas, (38, 52, 60))
    return book


def _listed_sheet(sheet, heads: Sequence[str], rows: Sequence[tuple], widths: Sequence[int]) -> None:
    """What a row may name: what a drop-down list offers, with the words to choose by."""
    sheet.append(list(heads))
    for cell in sheet[1]:
        cell.font, cell.fill = BOLD, OPTIONAL_FILL
    for row in rows:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            cell.alignment, cell.number_format, cell.data_type = WRAPPED, TEXT, "s"  # no word is a formula
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    _print_on_one_width(sheet)


def _table_sheet(sheet, table: TableSpec, offered: Mapping[str, int]) -> None:
    for number, column in enumerate(table.columns, start=1):
        letter = get_column_letter(number)
        whole = sheet.column_dimensions[letter]
        whole.width = max(WIDTHS[column.type], len(column.name) + 4)
        # A number cell stays General: there “86%” keeps its sign and is found by the check, in any other format it
        # would silently be 0.86. All else is text, so that Excel does not make a date of 2021-04.
        whole.number_format = "General" if column.type == "number" else TEXT
        whole.alignment = WRAPPED if column.type == "text" else TOP
        _heading(sheet.cell(1, number, column.name), column)
        if rule := _rule(column, offered):
            rule.add(f"{letter}2:{letter}{LAST_ROW}")
            sheet.add_data_validation(rule)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    _print_on_one_width(sheet)


def _heading(cell, column: ColumnSpec) -> None:
    cell.font = BOLD_WHITE if column.required else BOLD
    cell.fill = REQUIRED_FILL if column.required else OPTIONAL_FILL
    cell.number_format = TEXT
    note = f"{'Required' if column.required else 'May be empty'}. {explanation(column)}"
    cell.comment = Comment(note, AUTHOR, width=320, height=40 + 18 * (1 + len(note) // 44))


def explanation(column: ColumnSpec) -> str:
    """What a column holds and what is allowed in it, as sentences."""
    parts = [column.description[0].upper() + column.description[1:].rstrip(".") + "."]
    if column.type == "choice":
        parts.append(f"One of: {', '.join(_words(column))}.")
        if column.choices in VOCABULARIES:
            parts.append(OWN_WORDS)
    elif column.type != "date" or "YYYY" not in column.description:
        parts.append(HINTS[column.type])
    if column.refers_to in WORKBOOK_TABLES:
        parts.append(f"It must be in the sheet {column.refers_to}.")
    return " ".join(part for part in parts if part)


def _words(column: ColumnSpec) -> list[str]:
    if column.type == "yes_no":
        return ["yes", "no"]
    return [str(member.value) for member in column.choices] if column.choices else []


def _rule(column: ColumnSpec, offered: Mapping[str, int]) -> DataValidation | None:
    """What Excel itself lets a person enter in a column: a dropdown, a number, a text as long as a date.

    ``offered``: by sheet how many words it lists.
    """
    if column.type in ("choice", "yes_no"):
        words = ",".join(_words(column))
        if len(words) > MAX_DROPDOWN:
            raise ValueError(f"the dropdown of {column.name} is longer than {MAX_DROPDOWN} characters")
        rule = DataValidation("list", formula1=f'"{words}"', error=f"Choose one of: {', '.join(_words(column))}.")
        if column.choices in VOCABULARIES:  # a council may have words of its own, which Excel then lets stand
            rule.errorStyle, rule.error = "warning", f"{rule.error} {OWN_WORDS}"
    elif column.refers_to in ADDED and offered.get(column.refers_to):
        message = f"This is not in the sheet {column.refers_to}. Choose one that is, or {ADDED[column.refers_to]}."
        cells = f"{column.refers_to}!$A$2:$A${offered[column.refers_to] + 1}"
        rule = DataValidation("list", formula1=cells, error=message, errorStyle="warning")
    elif column.refers_to in WORKBOOK_TABLES:
        cells = f"{column.refers_to}!$A$2:$A${LISTED_ROWS}"
        message = f"This is not in the sheet {column.refers_to}. Add it there, or choose one that is."
        # A person may fill in the sheets in any order.
        rule = DataValidation("list", formula1=cells, error=message, errorStyle="warning")
    elif column.type == "number":
        rule = DataValidation(
            "decimal", operator="between", formula1="-1000000000000", formula2="1000000000000", error=HINTS["number"]
        )
    elif column.type == "date":
        rule = DataValidation(
            "textLength", operator="between", formula1="4", formula2="10", error=f"Write {HINTS['date']}"
        )
    else:
        return None
    rule.allow_blank, rule.showErrorMessage, rule.errorTitle = True, True, column.name
    return rule


def _read_me(sheet, examples: Examples) -> None:
    """What the workbook is, how it is filled in, one line per sheet, and one per column for whoever cannot see
    notes.
    """
    sheet.title = "read me"
    sheet.append(["Monthly return of an improvement programme"])
    sheet["A1"].font = _font(bold=True, size=16)
    _section(sheet, "How to fill it in")
    for number, step in enumerate(STEPS, start=1):
        sheet.append([f"{number}. {step}"])
    _section(sheet, "Sheets", ["Sheet", "Needed", "One row per"])
    for table in WORKBOOK_TABLES.values():
        sheet.append([table.name, "no" if table.optional else "yes", table.row])
        link = sheet.cell(sheet.max_row, 1)
        link.hyperlink = Hyperlink(link.coordinate, location=f"'{table.name}'!A1", display=table.name)
        link.font = _font(color=LINK_COLOUR, underline="single")
    _section(sheet, "Columns", ["Sheet", "Required", "Column", "What it holds", "For example"])
    for table in WORKBOOK_TABLES.values():
        for column in table.columns:
            text = explanation(column)
            example = examples.get((table.name, column.name), "")
            sheet.append([table.name, "yes" if column.required else "no", column.name, text, example])
            for cell in sheet[sheet.max_row]:
                cell.alignment = WRAPPED
            sheet.cell(sheet.max_row, 5).font = _font(color=GREY, italic=True)
            sheet.cell(sheet.max_row, 5).number_format = TEXT
            sheet.row_dimensions[sheet.max_row].height = 15 * (1 + len(text) // 105)  # not every program fits it itself
    for letter, width in zip("ABCDE", (16, 11, 58, 110, 44), strict=True):
        sheet.column_dimensions[letter].width = width
    _print_on_one_width(sheet)


def _section(sheet, title: str, heads: list[str] | None = None) -> None:
    sheet.append([])
    sheet.append([title])
    sheet.cell(sheet.max_row, 1).font = _font(bold=True, size=13)
    if heads:
        sheet.append(heads)
        for cell in sheet[sheet.max_row][: len(heads)]:
            cell.font, cell.fill = BOLD, OPTIONAL_FILL


def _print_on_one_width(sheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def without_times(content: bytes) -> bytes:
    """A workbook without the time at which it was made, so that the same workbook has the same bytes."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", b"", part)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            new.writestr(entry, part)
    return result.getvalue()
