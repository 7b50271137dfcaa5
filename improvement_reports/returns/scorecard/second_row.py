"""A second row of headings: months that stand over several columns each, as in Actual and Target; what all other
columns are may stand there too.
"""

from collections.abc import Container

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.returns.scorecard.grid import Grid
from improvement_reports.returns.scorecard.headings import Headings
from improvement_reports.returns.scorecard.roles import LEAVE_OUT, part_of, role_of


def second_row(grid: Grid, row: Headings, given: Container[int] = ()) -> None:
    """Where months stand over several columns each, which of these is the value, by the headings beneath.

    Counts are taken with it, other columns are named; a month of which none or several could be the value is not read.
    """
    below = grid.row(row.row + 1)
    for column, period in list(row.periods.items()):
        span = _span(grid, row, column)
        texts = {c: below[c].text for c in span if c in below}
        if column in given or len(span) < 2 or len(texts) < 2 or not all(texts.values()):
            continue
        row.last = row.row + 1
        parts = {c: part_of(text) for c, text in texts.items()}
        values = [c for c, part in parts.items() if part == "value"]
        del row.periods[column]
        if len(values) != 1:
            said = f"{period.words} stands over {', '.join(shown(t) for t in texts.values())}, and which of them is the"
            said += " value cannot be told; name its column under months in the mapping"
            row.unclear.append(Fault(grid.where(grid.row(row.row)[column].ref), said))
            continue
        row.periods[values[0]] = period
        for c, part in parts.items():
            kept = {"numerator": row.tops, "denominator": row.bottoms, "green": row.targets}.get(part)
            if kept is not None:
                kept[c] = period
            elif part != "value":
                row.beneath[c] = texts[c]


def roles_beneath(grid: Grid, row: Headings, known: dict[str, str] | None) -> None:
    """What columns without a heading in the row of months are, by the row beneath it: Indicator, Good is."""
    below = {c: cell for c, cell in grid.row(row.row + 1).items() if c not in grid.row(row.row) and cell.text}
    if row.last == row.row:
        is_free = not any(c in grid.row(row.row + 1) for c in row.periods)
        if not is_free or not row.periods or "name" in row.roles.values():
            return
        if not any(role_of(cell.text, known) == "name" for cell in below.values()):
            return
        row.last = row.row + 1
    for column, cell in below.items():
        if column in {*row.periods, *row.tops, *row.bottoms, *row.targets, *row.beneath}:
            continue
        role = role_of(cell.text, known)
        if role and role != LEAVE_OUT and role not in row.roles.values():
            row.roles[column] = role
        else:
            row.others[column] = cell.words


def _span(grid: Grid, row: Headings, column: int) -> list[int]:
    """The columns over which a heading stands: of merged cells, or up to the next heading."""
    area = next((a for a in grid.merged if a.top <= row.row <= a.bottom and a.left <= column <= a.right), None)
    if area:
        return list(range(area.left, area.right + 1)) if area.bottom == row.row else [column]
    after = min((c for c in grid.row(row.row) if c > column), default=None)
    below = [c for c in grid.row(row.row + 1) if c >= column and (after is None or c < after)]
    return sorted({column, *below})
