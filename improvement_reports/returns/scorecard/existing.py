"""What a council's returns say already, beside what a scorecard says: what is new, the same, changed or gone."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from improvement_reports.domain.errors import shown
from improvement_reports.domain.numbers import to_decimal
from improvement_reports.domain.sameness import normal_key, normal_period
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import PeriodType, ValueStatus
from improvement_reports.returns.keys import return_months
from improvement_reports.returns.reading import RawReturn, read_return
from improvement_reports.workspace.places import Project

# A position at the end of a month and a value of that month are one and the same row, whatever the row calls it.
OF_A_MONTH = (PeriodType.MONTH, PeriodType.SNAPSHOT, PeriodType.NOT_DATED)
SAID = ("value", "numerator", "denominator", "value_status")
OPEN = ("", ValueStatus.PUBLISHED, ValueStatus.NOT_AVAILABLE, ValueStatus.NOT_YET_DUE)
# What stands beside a number: a scorecard that says nothing of it takes nothing back.
BESIDE = ("stated_rag", "stated_direction", "comment")
TARGET_SAID = ("target", "target_upper", "tolerance", "level")
Key = tuple[str, ...]


@dataclass
class Difference:
    """A table with the rows of a scorecard in it, and in sentences what that changes of what was there."""

    frame: pd.DataFrame
    added: int = 0
    same: int = 0
    filled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def needs_consent(self) -> bool:
        return bool(self.changed or self.gone)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.filled or self.changed or self.gone)


def observation_key(row: dict[str, str]) -> Key:
    """By what two observations are the same row."""
    kind = "month" if row["period_type"] in OF_A_MONTH else row["period_type"]
    month = normal_period(row["period"])[:7] if kind == "month" else row["period"]
    return (row["measure_id"], row["area"], month, kind, normal_key(row.get("category", "")))


def target_key(row: dict[str, str]) -> Key:
    return (row["measure_id"], row["valid_from"])


def earlier_returns(project: Project, authority: str, month: str) -> list[RawReturn]:
    """The authority's returns before a month, oldest first, as received."""
    months = [m for m in return_months(project, authority) if m < month]
    return [read_return(project.raw_return(authority, m)) for m in months]


def rows_in(raw: RawReturn, table: str) -> list[dict[str, str]]:
    """The rows of a table of a return, none where it has no such table."""
    return raw.tables[table].to_dict("records") if table in raw.tables else []  # type: ignore[return-value]


def period_types(raws: list[RawReturn]) -> dict[str, PeriodType]:
    """By measure whether its months are values of the month or positions on a day, by the newest return that says."""
    known = {}
    for raw in raws:
        for row in rows_in(raw, "observations"):
            if row["period_type"] in (PeriodType.MONTH, PeriodType.SNAPSHOT):
                known[row["measure_id"]] = PeriodType(row["period_type"])
    return known


def stated_before(raws: list[RawReturn]) -> dict[Key, dict[str, str]]:
    """What earlier returns say, by row; of two that say it the newer."""
    return {observation_key(row): row for raw in raws for row in rows_in(raw, "observations") if row.get("period_type")}


def says_the_same(one: dict[str, str], other: dict[str, str], columns: tuple[str, ...] = SAID) -> bool:
    """Whether a newer row says the same as one that is there: 90 and 90.0 are one number."""
    more = [c for c in BESIDE if other.get(c)] if columns == SAID else []
    return all(_plain(one.get(c, "")) == _plain(other.get(c, "")) for c in (*columns, *more))


def _plain(text: str) -> str:
    try:
        return f"{to_decimal(text).normalize() + 0:f}"
    except ValueError:
        return text


def said(row: dict[str, str], columns: tuple[str, ...] = SAID) -> str:
    """What a row says, in a few words: 54.1 (20 of 37); suppressed; 85, tolerance 10."""
    if columns == TARGET_SAID:
        upper = f" to {row['target_upper']}" if row.get("target_upper") else ""
        return f"{row['target']}{upper}" + (f", tolerance {row['tolerance']}" if row.get("tolerance") else "")
    beside = "".join(f", {shown(row[c], 60)}" for c in BESIDE if row.get(c))
    if not row["value"]:
        why = "no value" if row["value_status"] == ValueStatus.PUBLISHED else row["value_status"].replace("_", " ")
        return why + beside
    counts = f" ({row['numerator']} of {row['denominator']})" if row.get("numerator") and row.get("denominator") else ""
    return f"{row['value']}{counts}{beside}"


def difference(
    table: str, there: list[dict[str, str]], new: list[dict[str, str]], source_id: str, periods: set[str]
) -> Difference:
    """The rows of a table of a return with those of a scorecard in their places.

    Rows of the same source and the periods imported that the scorecard no longer has are gone; all others stay.
    """
    is_target = table == "targets"
    key, columns = (target_key, TARGET_SAID) if is_target else (observation_key, SAID)
    by_key = {key(row): row for row in new}
    found, kept = Difference(pd.DataFrame()), []
    for row in there:
        mine = by_key.pop(key(row), None)
        if is_target and mine is None and row.get("source_id") == source_id:
            mine = by_key.pop(_earlier_start(row, by_key), None)
        where = " ".join(filter(None, [row["measure_id"], row["valid_from"] if is_target else row["period"]]))
        if mine is not None and mine.get("valid_from") != row.get("valid_from"):
            found.filled.append(f"{where}: {said(row, columns)}, now from {mine['valid_from']} ({mine['locator']})")
            kept.append(row | mine)
        elif mine is not None and says_the_same(row, mine, columns):
            found.same += 1
            kept.append(row | mine if row.get("source_id") == source_id else row)
        elif mine is not None:
            told = f"{where}: {said(row, columns)}, now {said(mine, columns)} ({mine['locator']})"
            (found.filled if _is_open(row) or _only_more(row, mine) else found.changed).append(told)
            kept.append(row | mine)
        elif row.get("source_id") == source_id and (is_target or row["period"][:7] in periods):
            found.gone.append(f"{where}: {said(row, columns)}, now not in the scorecard")
        else:
            kept.append(row)
    found.added = len(by_key)
    found.frame = _in_order(table, [*kept, *by_key.values()])
    return found


def _earlier_start(row: dict[str, str], new: dict[Key, dict[str, str]]) -> Key:
    """The key of a new row that states the same target and holds from an earlier month; () where there is none."""
    return next(
        (
            key
            for key, other in new.items()
            if other["measure_id"] == row["measure_id"]
            and other["valid_from"] < row["valid_from"]
            and says_the_same(row, other, TARGET_SAID)
        ),
        (),
    )


def _is_open(row: dict[str, str]) -> bool:
    """Whether a row only holds the place of a value that was not there yet, as a new return or month has them."""
    return not row.get("value") and row.get("value_status") in OPEN


def _only_more(row: dict[str, str], new: dict[str, str]) -> bool:
    """Whether a row only gains what stands beside its number."""
    return says_the_same(row, {c: new.get(c, "") for c in SAID}) and not any(row.get(c) for c in BESIDE if new.get(c))


def _in_order(table: str, rows: list[dict[str, str]]) -> pd.DataFrame:
    """Rows as a frame of text; optional columns that say nothing are left out."""
    spec = RETURN_TABLES[table]
    frame = pd.DataFrame(rows, columns=list(spec.column_names), dtype=object).fillna("")
    empty = [c.name for c in spec.columns if not c.required and (frame[c.name] == "").all()]
    needed = ("category", "value", "numerator", "denominator", "tolerance")
    return frame.drop(columns=[name for name in empty if name not in needed])


def standing_targets(raws: list[RawReturn], month: str) -> dict[str, dict[str, str]]:
    """By measure the target of earlier returns that still holds in a month."""
    standing: dict[str, dict[str, str]] = {}
    for row in _targets(raws):
        if row["valid_from"] <= month and not (row.get("valid_to") and row["valid_to"][:7] < month):
            if row["valid_from"] >= standing.get(row["measure_id"], row)["valid_from"]:
                standing[row["measure_id"]] = row
    return standing


def _targets(raws: list[RawReturn]) -> Iterator[dict[str, str]]:
    for raw in raws:
        yield from rows_in(raw, "targets")
