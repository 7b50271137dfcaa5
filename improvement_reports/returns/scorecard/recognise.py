"""A scorecard's file as lines: which sheets are read, what they hold, and what of them is not understood."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from improvement_reports.domain.errors import Fault, InvalidInput, UserError, shown
from improvement_reports.domain.limits import MAX_WORKBOOK_BYTES
from improvement_reports.domain.sameness import normal_key
from improvement_reports.returns.scorecard.areas import Known, find_column, placed
from improvement_reports.returns.scorecard.export import export_lines, undecided_filters
from improvement_reports.returns.scorecard.grid import Grid
from improvement_reports.returns.scorecard.headings import Headings, Told
from improvement_reports.returns.scorecard.layout import faults_of, headings_of, no_headings
from improvement_reports.returns.scorecard.lines import Line, Sheet, lines_of
from improvement_reports.returns.scorecard.mapping import Mapping, SheetMapping
from improvement_reports.returns.scorecard.open_text import open_text
from improvement_reports.returns.scorecard.open_workbook import open_workbook
from improvement_reports.returns.scorecard.roles import plain
from improvement_reports.returns.scorecard.same_names import twice
from improvement_reports.returns.scorecard.unread_columns import left_columns
from improvement_reports.workspace.safe_reading import is_left_behind, read_bytes

WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
TEXTS = (".csv", ".txt", ".tsv")
OTHERS = {".xls": "is of the old format .xls", ".xlsb": "is a binary workbook", ".ods": "is an OpenDocument sheet"}
DO = "import the scorecard itself, an Excel workbook (.xlsx) or a CSV file"


@dataclass
class Found:
    """What a file was recognised as: its sheets with their headings, all lines, and what is said of the rest."""

    name: str
    sheets: list[tuple[Grid, list[Headings]]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    unclear: list[Fault] = field(default_factory=list)
    left: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    areas: dict[str, str] = field(default_factory=dict)  # by sheet the area that all of it is of

    @property
    def kind(self) -> str:
        """long, blocks or wide, by the first sheet that is read."""
        if not self.sheets:
            return "unknown"
        rows = self.sheets[0][1]
        return "long" if rows[0].is_long else "wide" if len(rows) == 1 else "blocks"


def read_scorecard(path: Path) -> bytes:
    """The bytes of a scorecard's file; a `UserError` for what is none, or what Excel has open."""
    name = path.name
    if is_left_behind(name):
        raise UserError(f"{name} is what a program leaves beside a file, and no scorecard; {DO}.")
    if (path.parent / f"~${name}").exists() or (path.parent / f"~${name[2:]}").exists():
        raise UserError(
            f"{name} is open in Excel (~${name} lies beside it), so what is not saved would be missed; save and close"
            f" it, or delete ~${name} if nobody has it open, and import again."
        )
    if (ending := path.suffix.lower()) not in (*WORKBOOKS, *TEXTS):
        raise UserError(f"{name} {OTHERS.get(ending, 'is no scorecard')}; save it as .xlsx or CSV, and {DO}.")
    try:
        return read_bytes(path, name, MAX_WORKBOOK_BYTES, "import a workbook that holds the scorecard alone")
    except FileNotFoundError:
        raise UserError(f"There is no file {shown(str(path))}; name the scorecard's file.") from None


def recognise(content: bytes, name: str, mapping: Mapping | None = None, areas: Known | None = None) -> Found:
    """What a scorecard's file holds; `InvalidInput` if nothing of it can be read, or the mapping no longer fits it.

    ``areas``: the areas that the council declares, by their words; a mapping has words of its own.
    """
    known = mapping.known_areas if mapping else areas or {}
    is_book = content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or Path(name).suffix.lower() in WORKBOOKS
    grids = open_workbook(content, name) if is_book else open_text(content, name)
    found = Found(name)
    faults: list[Fault] = []
    for grid, told in _wanted(grids, mapping, faults, found):
        rows = headings_of(grid, told)
        if not rows:
            (faults if mapping else found.left).append(no_headings(grid, told))
            continue
        found.sheets.append((grid, rows))
    if mapping and not faults:
        faults += _unfit(found, mapping)
    if not found.sheets and not faults:
        faults += [f for f in found.left if "hidden sheet" not in f.what] or [
            Fault(name, "is empty; import another file")
        ]
    if faults:
        raise InvalidInput(name, faults)
    of_sheets = {normal_key(s.name): s.area for s in mapping.sheets if s.area} if mapping else known
    for grid, rows in found.sheets:
        if area := of_sheets.get(normal_key(grid.title or "-")):
            found.areas[grid.title or "-"] = area
        _take(found, grid, rows, mapping, known)
    found.unclear += twice(found.lines)
    return found


def _wanted(grids: list[Grid], mapping: Mapping | None, faults: list[Fault], found: Found) -> list[tuple[Grid, Told]]:
    """The sheets that are read: those that the mapping names, else all that are visible and hold something."""
    if mapping is None:
        hidden = [g for g in grids if g.is_hidden and g.cells]
        found.left += [
            Fault(g.where(), "is a hidden sheet, and is not read; the copy of the file holds it") for g in hidden
        ]
        return [(g, Told()) for g in grids if g.cells and not g.is_hidden]
    by_name = {normal_key(g.title): g for g in grids}
    wanted = []
    for sheet in mapping.sheets:
        grid = grids[0] if not grids[0].title else by_name.get(normal_key(sheet.name))
        if grid is None:
            known = ", ".join(g.title for g in grids)
            faults.append(
                Fault(found.name, f"has no sheet {shown(sheet.name)}, which the mapping names; it has {known}")
            )
        else:
            wanted.append((grid, told_of(sheet, mapping)))
    named = {normal_key(s.name) for s in mapping.sheets}
    found.left += [
        Fault(g.where(), "is not a sheet of the mapping" if not g.is_hidden else "is a hidden sheet, and is not read")
        for g in grids
        if g.cells and g.title and normal_key(g.title) not in named
    ]
    return wanted


def told_of(sheet: SheetMapping, mapping: Mapping) -> Told:
    """What the mapping says of a sheet's headings."""
    return Told(sheet.header_row, {k.upper(): v for k, v in sheet.months.items()}, mapping.roles)


def _unfit(found: Found, mapping: Mapping) -> list[Fault]:
    """Headings that the mapping names and the file no longer has."""
    there = {plain(c.words) for grid, rows in found.sheets for row in rows for c in row.cells(grid).values()}
    gone = [h for h in mapping.columns if plain(h) not in there]
    first = found.sheets[0]
    has = [c.words for c in first[0].row(first[1][0].row).values() if c.column not in first[1][0].periods]
    return [
        Fault(
            found.name,
            f"has no column {shown(heading)}, which the mapping calls {mapping.columns[heading]}; its columns are"
            f" {', '.join(shown(h) for h in has[:12])}: correct columns in the mapping",
        )
        for heading in gone
    ]


def _take(found: Found, grid: Grid, rows: list[Headings], mapping: Mapping | None, known: Known) -> None:
    """The lines of one sheet, and what is said of its headings."""
    if mapping is None:
        for row in rows:
            find_column(grid, row, known)
    for row, until in zip(rows, [*(r.row for r in rows[1:]), 1 << 20], strict=True):
        wrong, remarks = faults_of(grid, row)
        found.unclear += wrong
        found.remarks += remarks
        if not row.is_long:
            found.left += left_columns(grid, row, until)
    rows = [row for row in rows if row.is_long or row.periods]
    if not rows:
        return
    sheet: Sheet
    if rows[0].is_long:
        only = mapping.only if mapping else {}
        undecided = undecided_filters(grid, rows[0], only)
        found.unclear += undecided
        if undecided and mapping:  # without knowing which rows are meant none is read
            return
        sheet = export_lines(grid, rows[0], only, known)
    else:
        sheet = lines_of(grid, rows, known)
    area = found.areas.get(grid.title or "-", "")
    found.lines += placed([replace(line, area=line.area or area) for line in sheet.lines], known)
    found.unclear += sheet.unclear
    found.left += sheet.left
    found.remarks += sheet.remarks
