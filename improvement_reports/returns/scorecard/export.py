"""The measures of a long export: one row for each measure and period, gathered into one line a measure."""

from improvement_reports.domain.errors import Fault, listed, shown
from improvement_reports.domain.sameness import normal_key
from improvement_reports.returns.scorecard.areas import words_of_column
from improvement_reports.returns.scorecard.grid import Cell, Grid, name_problem
from improvement_reports.returns.scorecard.headings import Headings
from improvement_reports.returns.scorecard.lines import SINGLE, Line, Sheet
from improvement_reports.returns.scorecard.periods import NoYear, Period, read_period, why_no_period
from improvement_reports.returns.scorecard.roles import AREA, UNKNOWN_AREA, WHOLE, YEAR_OF_ROW, Known, area_of, plain
from improvement_reports.returns.scorecard.year_column import is_calendar, period_beside, why_not_beside

OF_PERIOD = ("red", "amber", "green", "rag", "direction", "comment")  # the newest of them holds
PARTS = {"value": "value", "numerator": "numerator", "denominator": "denominator"}


def export_lines(grid: Grid, head: Headings, only: dict[str, str], areas: Known) -> Sheet:
    """Every line of an export; rows of parts of the authority that are no areas are left out, and named.

    ``only``: by heading, the one word of a column whose rows are read; ``areas``: the areas that are known.
    """
    found = Sheet()
    lines: dict[tuple[str, str, str], Line] = {}
    newest: dict[tuple[str, str, str], Period] = {}
    wanted = filters_of(grid, head, only)
    by_calendar = is_calendar(grid, head)
    for number in (n for n in grid.by_row if n > head.row):
        cells = grid.row(number)
        if number in grid.hidden_rows:
            found.left.append(Fault(grid.where(next(iter(cells.values())).ref), f"row {number} is hidden"))
        elif not _is_wanted(cells, wanted):
            found.left.append(Fault(grid.where(next(iter(cells.values())).ref), _other_part(cells, wanted)))
        else:
            _read_row(grid, head, cells, found, lines, newest, areas, by_calendar)
    found.lines = list(lines.values())
    return found


def filters_of(grid: Grid, head: Headings, only: dict[str, str]) -> dict[int, str]:
    """By column the word whose rows are read: as the mapping says, else the one that stands for the whole."""
    told = {plain(heading): word for heading, word in only.items()}
    found = {}
    for column, words in head.others.items():
        if plain(words) in told:
            found[column] = normal_key(told[plain(words)])
        elif (whole := [w for w in words_in(grid, head, column) if normal_key(w) in WHOLE]) and len(whole) == 1:
            found[column] = normal_key(whole[0])
    return found


def words_in(grid: Grid, head: Headings, column: int) -> list[str]:
    """The different words of a column beneath its heading, in their order."""
    return words_of_column(grid, head, column)


def undecided_filters(grid: Grid, head: Headings, only: dict[str, str]) -> list[Fault]:
    """Columns with several words of which none stands for the whole: which rows are meant cannot be told."""
    known, faults = filters_of(grid, head, only), []
    for column, words in head.others.items():
        several = words_in(grid, head, column)
        if column not in known and 1 < len(several) <= 30:
            told = listed([shown(w) for w in several[:6]])
            problem = f"column {shown(words)} has {told}; say under only in the mapping which of them is the authority"
            faults.append(Fault(grid.where(grid.row(head.row)[column].ref), problem))
    return faults


def _is_wanted(cells: dict[int, Cell], wanted: dict[int, str]) -> bool:
    return all(column not in cells or normal_key(cells[column].words) == word for column, word in wanted.items())


def _other_part(cells: dict[int, Cell], wanted: dict[int, str]) -> str:
    words = next(cells[c].words for c, w in wanted.items() if c in cells and normal_key(cells[c].words) != w)
    return f"a row of {shown(words)}, a part of the authority"


def _read_row(
    grid: Grid,
    head: Headings,
    cells: dict[int, Cell],
    found: Sheet,
    lines: dict,
    newest: dict,
    areas: Known,
    by_calendar: bool,
) -> None:
    by_role = {role: cells[column] for column, role in head.roles.items() if column in cells}
    name, dated = by_role.get("name"), by_role.get("period")
    if name is None or dated is None:
        lacks = "measure" if name is None else "period"
        found.unclear.append(Fault(grid.where(next(iter(cells.values())).ref), f"a row without its {lacks}; write it"))
        return
    if problem := name_problem(name.words):
        found.unclear.append(Fault(grid.where(name.ref), f"{shown(name.words)} {problem}"))
        return
    period = _period(dated, by_role.get(YEAR_OF_ROW), by_calendar, found, grid)
    if period is None:
        return
    section = by_role["section"].words if "section" in by_role else ""
    area = area_of(by_role[AREA].words, areas) if AREA in by_role else ""
    if area is None:
        found.left.append(
            Fault(grid.where(by_role[AREA].ref), f"a row of {shown(by_role[AREA].words)}, {UNKNOWN_AREA}")
        )
        return
    new = Line(name.words, section, grid, name, area=area)
    line = lines.setdefault(new.key, new)
    for role, part in PARTS.items():
        if role in by_role:
            _take(line, part, period, by_role[role], found)
    if period >= newest.get(line.key, period):
        newest[line.key] = period
        line.beside.update({r: c for r, c in by_role.items() if r in OF_PERIOD})
    line.beside.update({r: c for r, c in by_role.items() if r in SINGLE and r not in OF_PERIOD})


def _period(cell: Cell, year: Cell | None, by_calendar: bool, found: Sheet, grid: Grid) -> Period | None:
    try:
        period = read_period(cell.value, cell.number_format)
        if period is None and year is not None:
            period = period_beside(cell, year, by_calendar)
    except NoYear as error:
        found.unclear.append(Fault(grid.where(cell.ref), str(error)))
        return None
    if period is None:
        why = (why_not_beside(year) if year is not None else "") or (
            why_no_period(cell.value)
            or "names no month, quarter or financial year; write it as in 30/04/2025 or Apr-25"
        )
        problem = f"{shown(cell.words)} {why}"
        found.unclear.append(Fault(grid.where(cell.ref), problem))
    return period


def _take(line: Line, part: str, period: Period, cell: Cell, found: Sheet) -> None:
    kept = line.part(part)
    if period in kept:
        problem = (
            f"a second {part} of {shown(line.name)} for {period.words}, beside {kept[period].ref}; neither is read, so"
            " remove one of them"
        )
        found.unclear.append(Fault(line.grid.where(cell.ref), problem))
        kept[period] = Cell(cell.row, cell.column, None, problem="stands twice")
    else:
        kept[period] = cell
