"""Exports whose periods stand in two columns: the year in one (2025, 2025/26), the month in another (April, M1)."""

from itertools import pairwise

from improvement_reports.domain.errors import shown
from improvement_reports.returns.scorecard.grid import Cell, Grid
from improvement_reports.returns.scorecard.headings import Headings
from improvement_reports.returns.scorecard.periods import NoYear, Period, read_period
from improvement_reports.returns.scorecard.roles import YEAR_OF_ROW, plain

CALENDAR = ("year", "calendar year", "cal year")
FINANCIAL = ("financial year", "fin year", "fy", "reporting year")


def take_year_column(grid: Grid, row: Headings) -> None:
    """Call the column of years of an export what it is, where the column of periods leaves the year to it."""
    if not row.is_long or YEAR_OF_ROW in row.roles.values():
        return
    column = next((c for c, words in sorted(row.others.items()) if plain(words) in CALENDAR + FINANCIAL), None)
    dated = row.column("period")
    if column is None or dated is None or column in grid.hidden_columns:
        return
    cells = [grid.cell(n, dated) for n in grid.by_row if n > row.row]
    if any(cell and _alone(cell) is None for cell in cells):
        row.roles[column] = YEAR_OF_ROW
        del row.others[column]


def _alone(cell: Cell) -> Period | None:
    try:
        return read_period(cell.value, cell.number_format)
    except NoYear:
        return None


def period_beside(cell: Cell, year: Cell, is_calendar: bool) -> Period | None:
    """The period that a cell names with the year beside it; None where that is not one period."""
    if read_period(year.words):
        return read_period(cell.value, "General", year.words)
    return read_period(f"{cell.text} {year.words}") if is_calendar and cell.text and _is_number(year) else None


def why_not_beside(year: Cell) -> str:
    """Why a period and the year beside it are not one period, as a sentence's end."""
    return (
        f"and {shown(year.words)} beside it may be of two years; write the year as in 2025/26, or the month with its"
        " own year, as in Apr-25"
    )


def is_calendar(grid: Grid, head: Headings) -> bool:
    """Whether years such as 2025 are those of the calendar: the heading says no other, and the months of each measure
    follow each other by it.

    April to March under one number is a financial year: then March stands after December of the year that
    it is written with, or a year but the first has no months before April.
    """
    year, dated, name = head.column(YEAR_OF_ROW), head.column("period"), head.column("name")
    if year is None or dated is None or name is None or plain(grid.row(head.row)[year].words) not in CALENDAR:
        return False
    by_name: dict[str, list[str]] = {}
    for number in (n for n in grid.by_row if n > head.row and n not in grid.hidden_rows):
        cells = grid.row(number)
        if year in cells and dated in cells and name in cells:
            period = period_beside(cells[dated], cells[year], True) if _is_number(cells[year]) else None
            if period:
                by_name.setdefault(cells[name].words, []).append(period.end)
    return bool(by_name) and _has_no_gap(by_name) and all(map(_is_in_order, by_name.values()))


def _is_in_order(months: list[str]) -> bool:
    found = list(dict.fromkeys(months))
    return all(a < b for a, b in pairwise(found)) or all(a > b for a, b in pairwise(found))


def _has_no_gap(by_name: dict[str, list[str]]) -> bool:
    """Whether no January to March is missing between the first month and the last, as of one numbered otherwise."""
    found = sorted({month for months in by_name.values() for month in months})
    years = range(int(found[0][:4]) + 1, int(found[-1][:4]) + 1)
    return all(any(f"{y}-01" <= month <= f"{y}-03" for month in found) for y in years)


def _is_number(cell: Cell) -> bool:
    return cell.words.isdigit() and len(cell.words) == 4
