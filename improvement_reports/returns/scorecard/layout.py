"""Where in a sheet the headings stand, which column is which month, and what the other columns announce."""

from contextlib import suppress
from itertools import pairwise

from improvement_reports.domain.errors import Fault, shown, some
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.returns.scorecard.grid import Cell, Grid, letter, number_of
from improvement_reports.returns.scorecard.headings import Headings, Told
from improvement_reports.returns.scorecard.periods import (
    NoYear,
    Period,
    bare_heading,
    month_words,
    read_part,
    read_period,
    why_no_period,
)
from improvement_reports.returns.scorecard.roles import LEAVE_OUT, REFERENCE, role_of
from improvement_reports.returns.scorecard.second_row import roles_beneath, second_row
from improvement_reports.returns.scorecard.year_column import take_year_column
from improvement_reports.returns.scorecard.years_of_rows import take_years

SEARCHED = 200  # rows in which the first headings stand, if anywhere
BANDS = 3  # rows above the headings in which a band of years stands
FORMS = "Apr-25, April 2025, 30/04/2025, Q1 2025/26 or 2025/26"


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
    row = Headings(number, last=number)
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
    _prefer_words(grid, row, told)
    if row.periods:  # beside months a column of values repeats one of them, or is another year's
        for column in [c for c, r in row.roles.items() if r in ("period", "value", "numerator", "denominator")]:
            row.others[column] = grid.row(number)[column].words
            del row.roles[column]
    _take_parts(grid, row)
    take_year_column(grid, row)
    take_years(grid, row)
    second_row(grid, row, given)
    roles_beneath(grid, row, told.columns)
    return row


def _prefer_words(grid: Grid, row: Headings, told: Told) -> None:
    """Of two columns that may hold names the one with words: KPI (1, 2, 3) beside KPI Name."""
    first = row.column("name")
    other = next((c for c, words in sorted(row.others.items()) if role_of(words, told.columns) == "name"), None)
    if first is None or other is None or other in grid.hidden_columns:
        return
    beneath = [c[first] for n, c in grid.by_row.items() if n > row.row and first in c and other in c]
    if beneath and all(REFERENCE.fullmatch(cell.words) for cell in beneath):
        del row.others[other]
        row.roles[other] = "name"
        if "number" in row.roles.values():
            del row.roles[first]
            row.others[first] = grid.row(row.row)[first].words
        else:
            row.roles[first] = "number"


def _take_parts(grid: Grid, row: Headings) -> None:
    """Columns whose own heading says month and part: Apr-25 Numerator, Apr-25 Denominator, Apr-25 %, Apr-25 Target."""
    for column, (period, part) in row.parted.items():
        if part == "value":
            row.periods[column] = period
    for column, (period, part) in row.parted.items():
        kept = {"numerator": row.tops, "denominator": row.bottoms, "green": row.targets}.get(part)
        if kept is not None and period in row.periods.values() and period not in kept.values():
            kept[column] = period
        elif part != "value":
            row.others[column] = grid.row(row.row)[column].words


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
    elif not role and (parted := read_part(cell.value, _band(grid, row.row, column))):
        row.parted[column] = parted
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
    for column, period in row.periods.items():
        cell = grid.row(row.row).get(column)
        if cell and isinstance(cell.value, str) and bare_heading(cell.value)[1]:
            said = f"{shown(cell.words)} was read as {period.words}, whose figures may still change; say so to readers"
            remarks.append(Fault(grid.where(cell.ref), f"{said} in narrative/data-notes.md"))
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


def no_headings(grid: Grid, told: Told) -> Fault:
    """That a sheet cannot be read, and what would make it so; a date that hides its year before all else."""
    for number in list(grid.by_row)[:SEARCHED]:
        if unclear := _read(grid, number, told).unclear:
            return unclear[0]
        told_why = [(c, why) for c in grid.row(number).values() if (why := why_no_period(c.value))]
        if told_why and (len(told_why) > 1 or "name" in _read(grid, number, told).roles.values()):
            cell, why = told_why[0]
            return Fault(grid.where(cell.ref), f"no row of headings names months; {shown(cell.words)} {why}")
    if cells := _months_below_each_other(grid):
        said = "months stand below each other; turn the table round (copy it, Paste Special, Transpose), so that they"
        return Fault(grid.where(cells[0].ref, cells[-1].ref), f"{said} stand side by side with a measure in each row")
    return Fault(
        grid.where(),
        f"has no recognisable headings: no row names months ({FORMS}), or has the columns Measure, Period and Value;"
        " add them, or say header_row and months in the mapping",
    )


def _months_below_each_other(grid: Grid) -> list[Cell]:
    """The cells of the first column that names several months, if any."""
    found: dict[int, list[Cell]] = {}
    for number in list(grid.by_row)[:SEARCHED]:
        for column, cell in grid.row(number).items():
            with suppress(NoYear):
                if read_period(cell.value, cell.number_format):
                    found.setdefault(column, []).append(cell)
    return next((cells for _, cells in sorted(found.items()) if len(cells) > 1), [])
