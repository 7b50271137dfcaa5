"""Is it getting better, and is it on target: pure functions of numbers and measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.numbers import to_decimal
from improvement_reports.domain.references import find_target
from improvement_reports.domain.series import end_of, year_before
from improvement_reports.domain.vocabulary import STATUS_ORDER, BetterWhen, Direction, PeriodType, Status, TargetResult
from improvement_reports.method.judgement import Judgement, judge
from improvement_reports.method.own_series import Series
from improvement_reports.method.series_of_rows import is_disputed, point_of, series_until
from improvement_reports.workspace.measures import Measure


def direction_of_travel(change: Decimal | None, better_when: BetterWhen, threshold: float) -> Direction:
    """The word for a change since the compared value; None (nothing to compare with) is too few points.

    A change smaller than ``threshold`` (in the measure's unit) is no significant change; one just as large counts.
    """
    if change is None:
        return Direction.TOO_FEW_POINTS
    if change == 0 or abs(change) < to_decimal(threshold):
        return Direction.NO_SIGNIFICANT_CHANGE
    if better_when is BetterWhen.NEUTRAL:
        return Direction.UP if change > 0 else Direction.DOWN
    return Direction.IMPROVING if (change > 0) == (better_when is BetterWhen.HIGHER) else Direction.WORSENING


def against_target(
    value: Decimal,
    target: Decimal,
    better_when: BetterWhen,
    tolerance: Decimal | None = None,
    upper: Decimal | None = None,
) -> TargetResult | None:
    """Whether a target is met, from unrounded numbers; None for a neutral measure, which no number is better for.

    With ``upper`` it is a range from ``target`` on: it is met inside and on its ends, whichever side is better.
    """
    if upper is not None:
        short = abs(from_range(value, target, upper))
    elif better_when is BetterWhen.NEUTRAL:
        return None
    else:
        short = target - value if better_when is BetterWhen.HIGHER else value - target
    if short <= 0:
        return TargetResult.MET
    return TargetResult.WITHIN_TOLERANCE if tolerance is not None and short <= tolerance else TargetResult.NOT_MET


def from_range(value: Decimal, lower: Decimal, upper: Decimal) -> Decimal:
    """How far a value is beyond the nearer end of a range, with its sign; 0 inside it.

    >>> from_range(Decimal(58), Decimal(60), Decimal(70)), from_range(Decimal(70), Decimal(60), Decimal(70))
    (Decimal('-2'), Decimal('0'))
    """
    return value - lower if value < lower else value - upper if value > upper else Decimal(0)


def upper_end(target: pd.Series) -> Decimal | None:
    """The upper end of a target that is a range, or None."""
    end = target.get("target_upper")
    return None if end is None or pd.isna(end) else to_decimal(end)


def near_end(value: Decimal, target: pd.Series) -> Decimal | None:
    """The number that a value is measured against: the target, of a range the end beyond which it lies, None inside."""
    lower, upper = to_decimal(target["target"]), upper_end(target)
    if upper is None or value < lower:
        return lower
    return upper if value > upper else None


def one_goal(target: pd.Series | None) -> Fraction | None:
    """The number that a target is, for what is said of one number alone; None of a range, and where there is none."""
    return None if target is None or upper_end(target) is not None else Fraction(to_decimal(target["target"]))


def status_move(before: Status | None, now: Status) -> Direction:
    """How a status of a priority moved: improving when it stands nearer to completed than before."""
    if before is None:
        return Direction.TOO_FEW_POINTS
    step = STATUS_ORDER.index(Status(before)) - STATUS_ORDER.index(Status(now))
    if step == 0:
        return Direction.NO_SIGNIFICANT_CHANGE
    return Direction.IMPROVING if step > 0 else Direction.WORSENING


def compared_row(observations: pd.DataFrame | Rows, current: pd.Series, method: str) -> pd.Series | None:
    """The observation that ``current`` is compared with, by the measure's method, or None.

    ``previous_value``: the newest earlier value of the same measure, area, category and period type, however long ago.
    ``same_period_last_year``: the value just twelve months before. A month and its last day are one time, and the end
    of February is the end of February. What the source does not date has nothing before it.
    """
    if current["period_type"] == PeriodType.NOT_DATED:
        return None
    known = Rows.of(observations)
    values, periods = known.cells("value"), known.cells("period")
    same = known.places(**{c: current[c] for c in ("measure_id", "area", "category", "period_type")})
    ends = {at: end_of(periods[at]) for at in same if not pd.isna(values[at])}
    if method == "same_period_last_year":
        then = year_before(current["period"])
        return next((known.row(at) for at, end in ends.items() if end == then), None)
    now = end_of(current["period"])
    earlier = [at for at, end in ends.items() if end < now]
    return known.row(max(earlier, key=ends.__getitem__)) if earlier else None


@dataclass(frozen=True)
class Position:
    """Where a measure stands: its row, what it is compared with, its target, and what follows. Numbers unrounded.

    Nothing follows from a disputed value: no distance and no result where ``current`` is one, no change and no
    direction (None) where it or ``previous`` is. With nothing to compare there are too few points, disputed or not.
    ``judgement``: what the direction rests on; ``series``: the rows of the series up to ``current``, oldest first, and
    ``history`` their points.
    """

    measure_id: str
    current: pd.Series
    previous: pd.Series | None
    target: pd.Series | None
    value: Decimal | None
    change: Decimal | None
    distance: Decimal | None
    direction: Direction | None
    result: TargetResult | None
    is_disputed: bool = False
    judgement: Judgement | None = None
    series: Sequence[pd.Series] = ()
    history: Series | None = None


def assess(
    measure_id: str,
    measure: Measure,
    current: pd.Series,
    observations: pd.DataFrame | Rows,
    targets: pd.DataFrame | Rows,
) -> Position:
    """The `Position` of one observation. ``distance`` is value − target in the measure's unit, of a range − its nearer
    end.
    """
    value = None if pd.isna(current["value"]) else to_decimal(current["value"])
    previous = compared_row(observations, current, measure.method)
    # The target of a measure is of the whole of it: no part is judged by it.
    target = None if current.get("category") else find_target(targets, measure_id, current["period"])
    change = distance = result = None
    disputed = is_disputed(current, measure)
    unclear = disputed or (previous is not None and is_disputed(previous, measure))
    if value is not None and previous is not None and not unclear:
        change = value - to_decimal(previous["value"])
    if value is not None and target is not None and not disputed:
        goal = to_decimal(target["target"])
        upper = upper_end(target)
        distance = value - goal if upper is None else from_range(value, goal, upper)
        tolerance = None if pd.isna(target["tolerance"]) else to_decimal(target["tolerance"])
        result = against_target(value, goal, measure.better_when, tolerance, upper)
    series, rows = series_until(current, observations, measure)
    found = judge(series, None if previous is None else point_of(previous, measure), one_goal(target))
    # Of a missing value as well there are too few points; of a disputed one nothing may be said.
    direction = None if unclear and previous is not None else found.direction or Direction.TOO_FEW_POINTS
    return Position(
        measure_id, current, previous, target, value, change, distance, direction, result, disputed, found, rows, series
    )
