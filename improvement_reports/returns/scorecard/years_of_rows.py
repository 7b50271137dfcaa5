"""Tables whose months have no year because each row is of a year of its own: Referrals 2024/25, and 2025/26 beneath."""

from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.returns.scorecard.grid import Cell, Grid
from improvement_reports.returns.scorecard.headings import Headings
from improvement_reports.returns.scorecard.periods import Period, read_period
from improvement_reports.returns.scorecard.roles import YEAR_OF_ROW

LEAST = 3  # headings that are months without a year: fewer may be anything
ANY_YEAR = "2025/26"


def take_years(grid: Grid, row: Headings) -> None:
    """Which columns are months of a year that each row names, and which column names it, if the table is of that kind.

    The columns are called by the months of the last year, which `periods_of` puts in the place of each row's own.
    """
    months = {c: cell for c, cell in grid.row(row.row).items() if c in row.others and _month(cell, ANY_YEAR)}
    if row.periods or len(months) < LEAST:
        return
    years = {c: _years(grid, row, c) for c in range(1, min(months)) if c not in grid.hidden_columns}
    column = next((c for c, found in years.items() if found), None)
    if column is None:
        return
    last = max(years[column], key=lambda words: read_period(words) or ())
    for c, cell in months.items():
        if period := _month(cell, last):
            row.periods[c] = period
            del row.others[c]
    row.others.pop(column, None)
    row.roles[column] = YEAR_OF_ROW


def periods_of(grid: Grid, head: Headings, number: int) -> dict[int, Period]:
    """The periods of the columns in one row; none in a row that says no year where each row has its own."""
    column = head.column(YEAR_OF_ROW)
    if column is None:
        return head.periods
    year = grid.cell(number, column)
    if year is None or not _is_year(year):
        return {}
    found = {c: _month(grid.row(head.row)[c], year.words) for c in head.periods}
    return {c: period for c, period in found.items() if period}


def _month(cell: Cell, year: str) -> Period | None:
    """The month of a heading that has no year of its own, in a financial year; None for any other heading."""
    if not isinstance(cell.value, str) or read_period(cell.value):
        return None
    period = read_period(cell.value, "General", year)
    return period if period and period.kind is PeriodType.MONTH else None


def _years(grid: Grid, row: Headings, column: int) -> list[str]:
    """The financial years that a column names beneath its heading; none if it names anything else."""
    cells = [c[column] for n, c in grid.by_row.items() if n > row.row and column in c and n not in grid.hidden_rows]
    beside = [c for c in cells if len(grid.row(c.row)) > 1]  # a footnote stands alone
    return [c.words for c in beside] if beside and all(map(_is_year, beside)) else []


def _is_year(cell: Cell) -> bool:
    period = read_period(cell.value) if isinstance(cell.value, str) else None
    return period is not None and period.kind is PeriodType.YEAR
