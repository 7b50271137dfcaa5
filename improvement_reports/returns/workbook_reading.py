"""Read a return that is an Excel workbook: each sheet as rows of text, by what a person sees in it.

A workbook is a zip file of XML, so first its parts are measured; then each sheet is read as a stream, and only cells
that hold something are kept, however far colours and borders reach.
"""

import io
import warnings
import zipfile
from dataclasses import dataclass, field

from improvement_reports.domain.errors import Fault, InvalidInput, shown
from improvement_reports.domain.limits import MAX_COLUMNS, MAX_ROWS, MAX_WORKBOOK_PARTS, MAX_WORKBOOK_UNPACKED
from improvement_reports.domain.tables import WORKBOOK_TABLES, TableSpec
from improvement_reports.returns.cell_reading import Unclear, cell_text
from improvement_reports.workspace.csv_reading import Rows, name_row, too_many_rows
from improvement_reports.workspace.safe_reading import size

READ_ME = "read me"  # the template's own instructions
MEASURES = "measures"  # and the measures that its rows may name
AREAS = "areas"  # and the areas
TRUE = ("1", "true")
LEAST_SIZE = 0.5  # of a row in points, of a column in characters: less cannot be seen
ENOUGH = 50  # faults of one sheet
DAMAGED = "not an Excel workbook, or damaged; save the return as “Excel workbook (.xlsx)” and try again"


@dataclass
class Workbook:
    """The tables of a workbook, what is wrong with it, and the sheets that are there but could not be read."""

    tables: dict[str, Rows] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    is_damaged: bool = False


def read_workbook(content: bytes, name: str, only: str = "") -> Workbook:
    """Every sheet that is a table of a return (or the one named ``only``); a damaged file is a fault and nothing
    else.
    """
    found = Workbook()
    try:
        measured(content, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library's remarks on what it leaves out
            _read_sheets(found, content, name, only)
    except InvalidInput as error:
        found.faults, found.is_damaged = error.faults, True
    except Exception:  # a damaged file can break the reader anywhere; all of it is the same fault
        found.faults, found.is_damaged = [Fault(name, DAMAGED)], True
    return found


def measured(content: bytes, name: str) -> None:
    """How much there would be to unpack, and whether a part defines entities, before anything is unpacked into
    memory.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
        whole = sum(part.file_size for part in parts)
        if (
            len(parts) > MAX_WORKBOOK_PARTS
            or whole > MAX_WORKBOOK_UNPACKED
            or len({p.filename for p in parts}) < len(parts)
        ):
            problem = (
                f"holds {size(whole)} when it is unpacked, more than the {size(MAX_WORKBOOK_UNPACKED)} of any return,"
                " mostly rows or formats below the last row that is filled in; copy the rows that are filled in to a"
                " new workbook (python3 make.py template)"
            )
            raise InvalidInput(name, [Fault(name, problem)])
        for part in parts:
            if part.filename.endswith((".xml", ".rels", ".vml")):
                with package.open(part) as file:
                    if b"<!DOCTYPE" in (head := file.read(4096).replace(b"\0", b"")) or b"<!ENTITY" in head:
                        raise InvalidInput(name, [Fault(name, DAMAGED)])


def _read_sheets(found: Workbook, content: bytes, name: str, only: str) -> None:
    from openpyxl import load_workbook  # only returns that are workbooks need it

    book = load_workbook(io.BytesIO(content), read_only=True, rich_text=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.title in (READ_ME, MEASURES, AREAS) or (only and sheet.title != only):
                continue
            spec = WORKBOOK_TABLES.get(sheet.title)
            if spec is None:
                found.faults.append(
                    Fault(
                        f"{name}, sheet {shown(sheet.title)}",
                        f"not a table of a return; allowed are {', '.join(WORKBOOK_TABLES)}",
                    )
                )
                continue
            try:
                rows = _sheet(sheet, spec, f"{name}, sheet {sheet.title}")
                if rows is not None:
                    found.tables[sheet.title] = rows
            except InvalidInput as error:
                found.faults += error.faults
                found.unread.add(sheet.title)
    finally:
        book.close()


def _sheet(sheet, spec: TableSpec, where: str) -> Rows | None:
    """The filled rows of a sheet, or None for one that has nothing to say and need not have."""
    cells, parser = _filled_cells(sheet, where)
    _refuse(where, _form_faults(sheet, cells, parser, where))
    faults: list[Fault] = []
    top = _top_rows(cells, where, faults)
    _refuse(where, faults)
    if len(cells) < 2 and spec.optional and len(set(top[0]) & set(spec.column_names)) == len(set(top[0]) - {""}):
        return None
    found = Rows(name_row(top, where, set(spec.column_names)))
    _read_rows(found, cells, spec, where, faults)
    if not faults and not found.rows:
        faults.append(Fault(where, "has no rows below the first; fill it in"))
    _refuse(where, faults)
    return found


def _refuse(where: str, faults: list[Fault]) -> None:
    if faults:
        raise InvalidInput(where, faults)


def _form_faults(sheet, cells: dict, parser, where: str) -> list[Fault]:
    """What makes a sheet unreadable before any of its cells is read."""
    faults = [
        Fault(f"{where}, cells {area.ref}", "are merged; unmerge them and fill each cell")
        for area in (parser.merged_cells.mergeCell if parser.merged_cells else [])[:ENOUGH]
    ]
    if sheet.sheet_state != "visible" and cells:
        faults.append(Fault(where, "is a hidden sheet; show it, or delete it, for what it holds would be published"))
    faults += _hidden(cells, parser, where)
    if len(cells) > MAX_ROWS + 1:
        faults.append(too_many_rows(where, MAX_ROWS))
    return faults


def _top_rows(cells: dict, where: str, faults: list[Fault]) -> list[list[str]]:
    """The texts of the first rows, among which is the one with the names of the columns."""

    def text(row: int, column: int) -> str:
        cell = cells.get(row, {}).get(column)
        return str(cell.value or "").strip() if cell else ""

    last = min(max(cells, default=1), 10)
    header = _texts(cells.get(1, {}), {}, where, faults)
    return [header, *([text(row, column) for column in range(1, MAX_COLUMNS)] for row in range(2, last + 1))]


def _read_rows(found: Rows, cells: dict, spec: TableSpec, where: str, faults: list[Fault]) -> None:
    """The rows beneath the first, into ``found``; faults of their cells to ``faults``, as many as help somebody."""
    width = len(found.header)
    types = {n: spec.column(c).type for n, c in enumerate(found.header, start=1) if c in spec.column_names}
    for number in sorted(n for n in cells if n > 1):
        texts = _texts(cells[number], types, where, faults)
        if any(texts[width:]):
            problem = f"has {len(texts)} cells where the first row has {width}; give each its column, or remove it"
            faults.append(Fault(f"{where}, row {number}", problem))
        if any(texts):
            found.rows[number] = (texts + [""] * width)[:width]
        if len(faults) > ENOUGH:
            break


def _filled_cells(sheet, where: str):
    """{row: {column: cell}} of all cells that hold something, and the parser, which knows what is hidden or merged."""
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._reader import WorkSheetParser

    class Parser(WorkSheetParser):
        def parse_formula(self, element):
            """That there is a formula is enough: it is refused."""
            return "="

    cells: dict[int, dict[int, ReadOnlyCell]] = {}
    book = sheet.parent
    with sheet._get_source() as source:
        parser = Parser(
            source, sheet._shared_strings, False, book.epoch, book._date_formats, book._timedelta_formats, True
        )
        for _, row in parser.parse():
            for cell in row:
                if cell["value"] is None or cell["value"] == "":
                    continue
                cells.setdefault(cell["row"], {})[cell["column"]] = ReadOnlyCell(sheet, **cell)
            if len(cells) > MAX_ROWS + 1:
                raise InvalidInput(where, [too_many_rows(where, MAX_ROWS)])
    return cells, parser


def _hidden(cells: dict, parser, where: str) -> list[Fault]:
    """Rows and columns that hold something and cannot be seen."""
    rows = hidden_rows(sorted(cells), parser)
    columns = hidden_columns({c for row in cells.values() for c in row}, parser)
    told = "show it, or delete it, for what it holds would be published"
    faults = [Fault(f"{where}, row {n}", f"is hidden, by hand or by a filter; {told}") for n in rows[:ENOUGH]]
    return faults + [Fault(f"{where}, column {_letter(n)}", f"is hidden; {told}") for n in columns[:ENOUGH]]


def hidden_rows(filled: list[int], parser) -> list[int]:
    """Which of the filled rows cannot be seen: hidden by hand, by a filter, or without height."""
    form = getattr(parser, "sheet_format", None)
    without_height = bool(getattr(form, "zeroHeight", None))
    rows = []
    for number in filled:
        row = parser.row_dimensions.get(str(number), {})
        if (
            row.get("hidden") in TRUE
            or _is_too_small(row.get("ht"))
            or (without_height and row.get("hidden") is None and "ht" not in row)
        ):
            rows.append(number)
    return rows


def hidden_columns(filled: set[int], parser) -> list[int]:
    """Which of the filled columns cannot be seen: hidden by hand, or without width."""
    columns = []
    for column in parser.column_dimensions.values():
        if column.get("hidden") in TRUE or _is_too_small(column.get("width")):
            columns += [n for n in sorted(filled) if int(column["min"]) <= n <= int(column["max"])]
    return columns


def _is_too_small(text) -> bool:
    try:
        return text is not None and float(text) < LEAST_SIZE
    except ValueError:
        return False


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(number)


def _texts(row: dict, types: dict[int, str], where: str, faults: list[Fault]) -> list[str]:
    """The texts of a row from its first column on; what a cell does not plainly say is a fault with its place."""
    texts = [""] * max((n for n in row if n <= MAX_COLUMNS + 1), default=0)
    for number, cell in sorted(row.items()):
        place = f"{where}, cell {_letter(number)}{cell.row}"
        if number > MAX_COLUMNS + 1:
            faults.append(Fault(place, "stands far to the right of the table; remove it"))
            continue
        try:
            value, kind = cell.value, types.get(number, "text")
            texts[number - 1] = cell_text(value, cell.data_type, cell.number_format or "", cell.font, kind).strip()
        except Unclear as error:
            faults.append(Fault(place, str(error)))
    return texts
