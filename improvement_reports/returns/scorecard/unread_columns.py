"""The columns of a sheet that are not read, each named with why, so that nothing goes missing without a word."""

from improvement_reports.domain.errors import Fault
from improvement_reports.domain.numbers import counted
from improvement_reports.returns.scorecard.grid import Grid, letter
from improvement_reports.returns.scorecard.headings import Headings
from improvement_reports.returns.scorecard.periods import why_no_period
from improvement_reports.returns.scorecard.roles import is_beside

UNKNOWN = "announces nothing that a return has"
MOST_NAMED = 12  # columns side by side that are each named


def left_columns(grid: Grid, row: Headings, until: int = 1 << 20) -> list[Fault]:
    """The columns that are not read, each with why; many in a row of which nothing is known are said in one sentence.

    ``until``: the row before which the rows of these headings end.
    """
    whys = {column: _why_left(grid, row, column, words) for column, words in row.others.items()}
    found = []
    for columns in _side_by_side(sorted(whys)):
        unknown = [c for c in columns if whys[c] == UNKNOWN]
        if len(unknown) > MOST_NAMED and unknown == columns:
            first, last = (row.cells(grid)[c].ref for c in (columns[0], columns[-1]))
            said = f"{len(columns)} columns from “{row.others[columns[0]]}” on announce nothing that a return has"
            found.append(Fault(grid.where(first, last), said))
        else:
            found += [Fault(grid.where(row.cells(grid)[c].ref), f"column “{row.others[c]}” {whys[c]}") for c in columns]
    for column, words in row.beneath.items():
        found.append(Fault(grid.where(f"{letter(column)}{row.last}"), f"column “{words}” beneath a month is not read"))
    return found + _without_heading(grid, row, until)


def _why_left(grid: Grid, row: Headings, column: int, words: str) -> str:
    """Why a column is not read: the end of a sentence."""
    if column in grid.hidden_columns:
        return "is a hidden column"
    if column in row.parted:
        return "is of one month, and neither its value nor a count behind it"
    if is_beside(words):
        return "repeats or compares the months"
    return (row.periods and why_no_period(row.cells(grid)[column].value)) or UNKNOWN


def _side_by_side(columns: list[int]) -> list[list[int]]:
    """Columns in runs without a gap."""
    runs: list[list[int]] = []
    for column in columns:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _without_heading(grid: Grid, row: Headings, until: int) -> list[Fault]:
    """Columns to the right of the first month that hold something and have no heading."""
    known = {*row.cells(grid), *row.tops, *row.bottoms, *row.targets, *row.beneath, *row.periods}
    cells: dict[int, list[str]] = {}
    for number in (n for n in grid.by_row if row.last < n < until and n not in grid.hidden_rows):
        for column, cell in grid.row(number).items():
            if row.periods and column > min(row.periods) and column not in known | grid.hidden_columns:
                cells.setdefault(column, []).append(cell.ref)
    return [
        Fault(
            grid.where(refs[0]),
            f"column {letter(c)} has no heading, so {counted(len(refs), 'cell')} of it"
            f" {'is' if len(refs) == 1 else 'are'} not read",
        )
        for c, refs in sorted(cells.items())
    ]
