"""Is it getting better, and will the target be met: what may be said of the newest value of one measure.

Three ways, in this order: from 12 points the control chart of the series, where it fits; otherwise a test of two
shares, where both have their numerators and denominators and share no cases; otherwise the change alone, without a
word of judgement. Nothing is built on a disputed value. How often each way is wrong is in `docs/method-proof.md`.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from improvement_reports.domain.series import month_number
from improvement_reports.domain.vocabulary import RUNNING, BetterWhen, Direction, PeriodType
from improvement_reports.method.aptness import NotApt, not_apt
from improvement_reports.method.intervals import Interval, wilson
from improvement_reports.method.laney import LaneyChart, laney_chart, varies
from improvement_reports.method.own_series import RULES, Point, Series, counted, exact, own_chart
from improvement_reports.method.paces import Pace, pace
from improvement_reports.method.spc_chart import VARIATION_DIRECTIONS, Assurance, ControlChart, Variation
from improvement_reports.method.two_proportions import Counted, p_value, strict_level


class Basis(StrEnum):
    """What a judgement rests on."""

    CHART = "chart"  # XmR
    LANEY = "laney"  # p'
    TEST = "test"  # of two shares
    CHANGE = "change"  # the change alone: no judgement
    NOTHING = "nothing"  # disputed, or no value to compare with


@dataclass(frozen=True)
class Judgement:
    """What is said of the newest value.

    ``direction`` is None where nothing may be said (disputed or no value); `TOO_FEW_POINTS`, or `NOT_JUDGED` from 12
    points on, where only the change is told.
    ``change``: unrounded, in the measure's unit. ``p``: of the test. ``why_no_chart``: where 12 points have none.
    ``pace``: only with a sign of change in the same way.
    """

    basis: Basis
    direction: Direction | None
    assurance: Assurance = Assurance.NO_TARGET
    change: Fraction | None = None
    now: Counted | None = None
    before: Counted | None = None
    p: float | None = None
    interval: Interval | None = None
    chart: ControlChart | LaneyChart | None = None
    why_no_chart: NotApt | None = None
    pace: Pace | None = None


def judge(series: Series, before: Point | None, target: Fraction | None = None) -> Judgement:
    """The judgement of the newest point of a series. ``before``: the point that its measure compares it with."""
    newest = series.points[-1] if series.points else None
    now = None if newest is None else exact(newest, series.unit)
    if newest is None or now is None:
        return Judgement(Basis.NOTHING, None)
    of_now = counted(newest, series.unit)
    interval = None if of_now is None else wilson(of_now)
    why = None
    if series.judged_points >= RULES.fewest:
        why = not_apt(series)
        if why is None:
            return _by_chart(series, newest, before, target, interval)
    then = None if before is None else exact(before, series.unit)
    change = None if then is None else now - then
    of_then = None if before is None else counted(before, series.unit)
    if before is None or change is None:
        return Judgement(Basis.NOTHING, Direction.TOO_FEW_POINTS, now=of_now, interval=interval, why_no_chart=why)
    if of_now is None or of_then is None or not are_apart(newest, before, series.period_type):
        basis, p = Basis.CHANGE, None
        direction = Direction.TOO_FEW_POINTS if why is None else Direction.NOT_JUDGED
    else:
        basis, p = Basis.TEST, p_value(of_now, of_then)
        direction = tested_direction(change, p, series.better_when, series.least)
    few = Assurance.NO_TARGET if target is None else Assurance.TOO_FEW_POINTS
    return Judgement(basis, direction, few, change, of_now, of_then, p, interval, None, why)


def _by_chart(
    series: Series, newest: Point, before: Point | None, target: Fraction | None, interval: Interval | None
) -> Judgement:
    cases = [counted(point, series.unit) for point in series.points[series.newest_part]]
    made: ControlChart | LaneyChart | None = None
    if varies([c.of for c in cases if c is not None]):
        made = laney_chart(series, target)
    basis = Basis.CHART if made is None else Basis.LANEY
    made = made or own_chart(series, target)
    direction = VARIATION_DIRECTIONS[made.variation]
    now, then = exact(newest, series.unit), None if before is None else exact(before, series.unit)
    return Judgement(
        basis,
        direction,
        made.assurance,
        None if now is None or then is None else now - then,
        counted(newest, series.unit),
        None if before is None else counted(before, series.unit),
        None,
        interval,
        made,
        None,
        _pace(series, target, made.variation),
    )


def _pace(series: Series, target: Fraction | None, variation: Variation) -> Pace | None:
    """The pace, if the newest point is a sign of change in the same way."""
    found = pace(series.exact[series.newest_part], target, series.better_when)
    wanted = {Variation.IMPROVING: True, Variation.WORSENING: False}.get(variation)
    return found if found is not None and found.towards is wanted else None


def tested_direction(change: Fraction, p: float, better_when: BetterWhen, least: Fraction = Fraction(0)) -> Direction:
    """The direction that a test of two shares supports; no change where it supports none, or one that is too small."""
    if change == 0 or abs(change) < least or p > strict_level():
        return Direction.NO_SIGNIFICANT_CHANGE
    if better_when is BetterWhen.NEUTRAL:
        return Direction.UP if change > 0 else Direction.DOWN
    return Direction.IMPROVING if (change > 0) == (better_when is BetterWhen.HIGHER) else Direction.WORSENING


# Months that a value covers: two of them that lie so far apart share no case.
COVERED = {PeriodType.MONTH: 1, PeriodType.QUARTER: 3, PeriodType.YEAR: 12, PeriodType.ROLLING_12M: 12} | {
    PeriodType.SIX_MONTHS: 6,
    PeriodType.ACADEMIC_YEAR: 12,
}


def are_apart(now: Point, before: Point, period_type: PeriodType) -> bool:
    """Whether two values are of different cases. Totals to date hold the earlier ones. Of two days the cases may be
    partly the same, which makes a change look less like one, never more.
    """
    if period_type in RUNNING:
        return False
    return month_number(now.period) - month_number(before.period) >= COVERED.get(period_type, 0)
