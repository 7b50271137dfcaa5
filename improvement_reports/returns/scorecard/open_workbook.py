"""Open a scorecard that is an Excel workbook: every sheet as a grid, with what Excel saved as results of formulas.

A sheet is read as a stream and only cells that hold something are kept, so that formats far below cost nothing.
"""

import io
import warnings
from collections.abc import Iterator

from improvement_reports.domain.errors import Fault, InvalidInput
from improvement_reports.returns.cell_reading import Unclear, plainly_set
from improvement_reports.returns.scorecard.grid import Area, Cell, Grid
from improvement_reports.returns.workbook_reading import hidden_columns, hidden_rows, measured

OLD_FORMAT = b"\xd0\xcf\x11\xe0"
OLD = (
    "is locked with a password, or a workbook of the old format .xls; take the password off and save it as “Excel"
    " workbook (.xlsx)”"
)
DAMAGED = "not an Excel workbook, or damaged; save it as “Excel workbook (.xlsx)” or as CSV and try again"
MAX_CELLS = 200_000
TOO_MANY = (
    f"holds more than {MAX_CELLS:,} filled cells, far more than any scorecard; copy the scorecard's sheet to a new"
    " workbook and import that"
)
NO_RESULT = (
    "holds a formula of which the file has no result; open it in Excel, save it there, and import it again, or paste"
    " the value"
)
THREAD = "[Threaded comment]"


def open_workbook(content: bytes, name: str) -> list[Grid]:
    """Every sheet of a workbook in its order, hidden ones too; `InvalidInput` for a file that is none."""
    if content.startswith(OLD_FORMAT):
        raise InvalidInput(name, [Fault(name, OLD)])
    try:
        measured(content, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library's remarks on what it leaves out
            return _sheets(content, name)
    except InvalidInput:
        raise
    except Exception:  # a damaged file can break the reader anywhere; all of it is the same fault
        raise InvalidInput(name, [Fault(name, DAMAGED)]) from None


def _sheets(content: bytes, name: str) -> list[Grid]:
    from openpyxl import load_workbook  # only scorecards that are workbooks need it

    book = load_workbook(io.BytesIO(content), read_only=True, rich_text=True, data_only=True, keep_links=False)
    try:
        grids, count = [], 0
        for sheet in book.worksheets:
            grids.append(_grid(sheet, name))
            count += len(grids[-1].cells)
            if count > MAX_CELLS:
                raise InvalidInput(name, [Fault(name, TOO_MANY)])
        return grids
    finally:
        book.close()


def _grid(sheet, name: str) -> Grid:
    remarks, parser = _remarks(sheet), None
    cells: dict[tuple[int, int], Cell] = {}
    with sheet._get_source() as source:
        parser = _parser(sheet, source)
        for cell in _filled(sheet, parser):
            found = _cell(cell, parser.formulas, remarks)
            cells[found.row, found.column] = found
            if len(cells) > MAX_CELLS:
                raise InvalidInput(name, [Fault(f"{name}, sheet {sheet.title}", TOO_MANY)])
    merged = parser.merged_cells.mergeCell if parser.merged_cells else []
    rows = {number: row for (number, _), row in cells.items()}
    return Grid(
        sheet.title,
        cells,
        tuple(Area(a.min_row, a.min_col, a.max_row, a.max_col) for a in merged),
        frozenset(hidden_rows(sorted(rows), parser)),
        frozenset(hidden_columns({column for _, column in cells}, parser)),
        sheet.sheet_state != "visible",
    )


def _parser(sheet, source):
    """The library's reader of a sheet, which notes as well which cells hold formulas."""
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):
        def parse_cell(self, element):
            found = super().parse_cell(element)
            if element.find(FORMULA_TAG) is not None:
                self.formulas.add((found["row"], found["column"]))
            return found

    book = sheet.parent
    parser = Parser(source, sheet._shared_strings, True, book.epoch, book._date_formats, book._timedelta_formats, True)
    parser.formulas = set()
    return parser


def _filled(sheet, parser) -> Iterator:
    """The cells that hold something, or a formula without its result."""
    from openpyxl.cell.read_only import ReadOnlyCell

    for _, row in parser.parse():
        for cell in row:
            if cell["value"] not in (None, "") or (cell["row"], cell["column"]) in parser.formulas:
                yield ReadOnlyCell(sheet, **cell)


def _cell(cell, formulas: set[tuple[int, int]], remarks: dict[str, str]) -> Cell:
    value, place = cell.value, (cell.row, cell.column)
    problem = ""
    if value in (None, ""):
        problem = NO_RESULT
    elif cell.data_type == "e":
        problem = f"holds the error {value}; correct it"
    else:
        try:
            plainly_set(value, cell.font)
        except Unclear as error:
            problem = str(error)
    if not isinstance(value, str | int | float | bool) and not hasattr(value, "year"):
        value = None if value is None else str(value)
    text = str(value) if isinstance(value, str) else value  # rich text is a text with fonts
    return Cell(
        *place, text, cell.number_format or "General", remarks.get(cell.coordinate, ""), place in formulas, problem
    )


def _remarks(sheet) -> dict[str, str]:
    """The comments beside cells, by the cell."""
    from openpyxl.comments.comment_sheet import CommentSheet
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.xml.constants import COMMENTS_NS
    from openpyxl.xml.functions import fromstring

    archive = sheet.parent._archive
    place = get_rels_path(sheet._worksheet_path)
    if place not in archive.namelist():
        return {}
    found: dict[str, str] = {}
    for relation in get_dependents(archive, place).find(COMMENTS_NS):
        for ref, comment in CommentSheet.from_tree(fromstring(archive.read(relation.target))).comments:
            said = comment.content
            found[ref] = said.partition("Comment:")[2] if said.startswith(THREAD) else said
    return {ref: " ".join(said.split()) for ref, said in found.items()}
