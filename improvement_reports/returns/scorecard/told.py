"""What an import says of itself: what came in, what changes, what was left out, and what was not understood."""

import re

from improvement_reports.domain.errors import Fault, listed, some
from improvement_reports.domain.numbers import counted
from improvement_reports.returns.scorecard.dialogue import Say
from improvement_reports.returns.scorecard.existing import Difference
from improvement_reports.returns.scorecard.periods import month_words
from improvement_reports.returns.scorecard.planning import Import
from improvement_reports.returns.scorecard.table import counted_statuses

CELL = re.compile(r"(?P<sheet>(?:sheet .*, )?)cell (?P<ref>[A-Z]+\d+)")


def tell(made: Import, say: Say) -> None:
    """Say it all, what has to be acted on last."""
    for line in summary(made):
        say(line)
    _several(say, "Filled in, where no value was", made.tables["observations"].filled)
    _several(say, "Holds from an earlier month", made.tables["targets"].filled)
    _several(say, "Changed in the return", made.tables["observations"].changed + made.tables["targets"].changed)
    _several(say, "Gone from the return", made.tables["observations"].gone + made.tables["targets"].gone)
    _several(say, "Revised since earlier returns", made.revised)
    _several(say, "To know", _lines(made.remarks))
    _several(say, "Left out", _lines(made.left))
    _several(say, "Not understood, and not imported", _lines(made.unclear))


def summary(made: Import) -> list[str]:
    """How many values came in of how many measures, and how many have none."""
    rows = made.rows.observations
    statuses = counted_statuses(made.rows)
    published = statuses.pop("published", 0)
    without = listed([f"{n} {status.replace('_', ' ')}" for status, n in statuses.items()], "and")
    periods = sorted({row["period"] for row in rows})
    span = f" for {month_words(made.wanted.month)}"
    if len(periods) > 1:
        span = f" for {len(periods)} periods, {month_words(periods[0][:7])} to {month_words(periods[-1][:7])}"
    text = f"{counted(published, 'value')} of {counted(len({r['measure_id'] for r in rows}), 'measure')}{span}"
    lines = [f"{text}{f'; without a value: {without}' if without else ''}."]
    table, targets = made.tables["observations"], made.tables["targets"]
    filled = f", {len(table.filled)} filled in"
    lines.append(f"Rows of observations.csv: {_counts(table, filled)}; of targets.csv: {_counts(targets)}.")
    return lines


def _counts(table: Difference, filled: str = "") -> str:
    return f"{table.added} new{filled}, {len(table.changed)} changed, {len(table.gone)} gone, {table.same} as they were"


def _lines(faults: list[Fault]) -> list[str]:
    """A line for each fault; what is said of several single cells of a sheet in the same words is said once."""
    cells: dict[tuple[str, str], list[str]] = {}
    for fault in dict.fromkeys(faults):
        one = CELL.fullmatch(fault.where)
        cells.setdefault((one["sheet"] if one else fault.where, fault.what), []).extend([one["ref"]] if one else [])
    return [f"{_where(place, refs)}: {what}" for (place, what), refs in cells.items()]


def _where(place: str, refs: list[str]) -> str:
    return f"{place}cell{'s' if refs[1:] else ''} {some(refs)}" if refs else place


def _several(say: Say, title: str, lines: list[str]) -> None:
    if lines:
        say(f"{title} ({len(lines)}):")
        for line in lines:
            say(f"  {line}")
