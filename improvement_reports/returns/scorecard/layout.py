"""Where in a sheet the headings stand, which column is which month, and what the other columns announce."""

from dataclasses import dataclass, field
from itertools import pairwise

from improvement_reports.domain.errors import Fault, some
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.returns.scorecard.grid import Cell, Grid, letter, number_of
from improvement_reports.returns.scorecard.periods import NoYear, Period, month_words, read_period
from improvement_reports.returns.scorecard.roles import LEAVE_OUT, is_beside, role_of

SEARCHED = 200  # rows in which the first headings stand, if anywhere
BANDS = 3  # rows above the headings in which a band of years stands
FORMS = "Apr-25, April 2025, 30/04/2025, Q1 2025/26 or 2025/26"


@dataclass
class Headings:
    """One row of headings: the columns of months, the roles of the others, and what is beside them."""

    row: int
    periods: dict[int, Period] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)  # headings that announce nothing known, by column
    unclear: list[Fault] = field(default_factory=list)

    @property
    def is_long(self) -> bool:
        """Whether each row beneath is one value of one measure."""
        return {"name", "period", "value"} <= set(self.roles.values()) and not self.periods

    @property
    def is_wide(self) -> bool:
        """Whether months stand side by side."""
        return len(self.periods) > 1 or (bool(self.periods) and "name" in self.roles.values())

    def column(self, role: str) -> int | None:
        """The first column that has a role."""
        return next((c for c, r in sorted(self.roles.items()) if r == role), None)


@dataclass(frozen=True)
class Told:
    """What a mapping says of a sheet: which row has the headings, which columns are which month, what headings mean."""

    header_row: int | None = None
    months: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] | None = None


def headings_of(grid: Grid, told: Told) -> list[Headings]:
    """Every row of headings of a sheet from the top; none where no row names months, or measure, period and value."""
    found: list[Headings] = []
    rows = [told.header_row] if told.header_row else grid.by_row
    for number in rows:
        if not found and not told.header_row and number > SEARCHED:
            break
        if number in grid.hidden_rows or (len(grid.row(number)) < 2 and not told.months):
            continue
        row = _read(grid, number, told)
        if row.is_long or row.is_wide:
            found.append(row)
        if row.is_long:
            break
    return found


def _read(grid: Grid, number: int, told: Told) -> Headings:
    row = Headings(number)
    given = {number_of(column): month for column, month in told.months.items()}
    for column, month in given.items():
        row.periods[column] = Period(month, PeriodType.MONTH)
    for column, cell in grid.row(number).items():
        if column in row.periods:
            continue
        if column in grid.hidden_columns:
            row.others[column] = cell.words
            continue
        _place(row, column, cell, grid, told)
    if row.periods:  # beside months a column of values repeats one of them, or is another year's
        for column in [c for c, r in row.roles.items() if r in ("period", "value", "numerator", "denominator")]:
            row.others[column] = grid.row(number)[column].words
            del row.roles[column]
    return row


def _place(row: Headings, column: int, cell: Cell, grid: Grid, told: Told) -> None:
    try:
        period = read_period(cell.value, cell.number_format, _band(grid, row.row, column))
    except NoYear as error:
        row.unclear.append(Fault(grid.where(cell.ref), str(error)))
        return
    role = role_of(cell.words, told.columns)
    if period and not role:
        row.periods[column] = period
    elif role and role != LEAVE_OUT and role not in row.roles.values():
        row.roles[column] = role
    else:
        row.others[column] = cell.words


def _band(grid: Grid, row: int, column: int) -> str:
    """The text that stands above a heading across several columns: of merged cells, or the last one to its left."""
    for above in range(row - 1, max(0, row - 1 - BANDS), -1):
        if cell := grid.cell(above, column):
            return cell.words
        left = [c for c in grid.row(above) if c < column]
        if left and not grid.merged:
            return grid.row(above)[max(left)].words
    return ""


def faults_of(grid: Grid, row: Headings) -> tuple[list[Fault], list[Fault]]:
    """What is wrong with the months of a row of headings, and what is only worth a remark.

    A month that stands twice is taken out of the row: which one is meant is not guessed.
    """
    wrong, remarks = list(row.unclear), []
    by_period: dict[Period, list[int]] = {}
    for column, period in row.periods.items():
        by_period.setdefault(period, []).append(column)
    for period, columns in by_period.items():
        if len(columns) > 1:
            cells = [f"{letter(c)}{row.row}" for c in columns]
            wrong.append(
                Fault(
                    grid.where(*cells),
                    f"{period.words} stands {len(columns)} times, so neither is read; correct the heading that is"
                    " wrong, or name the column under months in the mapping",
                )
            )
            for column in columns:
                del row.periods[column]
    months = [row.periods[c].end for c in sorted(row.periods)]
    late = [b for a, b in pairwise(months) if b < a]
    if late:
        remarks.append(
            Fault(
                grid.where(f"row {row.row}").replace("cell row", "row"),
                f"the months are not in order ({some(month_words(m) for m in late)} after a later one); each was read"
                " by its heading",
            )
        )
    return wrong, remarks


def left_columns(grid: Grid, row: Headings) -> list[Fault]:
    """The columns that are not read, each with why."""
    found = []
    for column, words in row.others.items():
        if column in grid.hidden_columns:
            why = "is a hidden column"
        elif is_beside(words):
            why = "repeats or compares the months"
        else:
            why = "announces nothing that a return has"
        found.append(Fault(grid.where(f"{letter(column)}{row.row}"), f"column “{words}” {why}"))
    return found


def no_headings(grid: Grid, told: Told) -> Fault:
    """That a sheet cannot be read, and what would make it so; a date that hides its year before all else."""
    for number in list(grid.by_row)[:SEARCHED]:
        if unclear := _read(grid, number, told).unclear:
            return unclear[0]
    return Fault(
        grid.where(),
        f"has no recognisable headings: no row names months ({FORMS}), or has the columns Measure, Period and Value;"
        " add them, or say header_row and months in the mapping",
    )
