"""A council's own series of one measure: its points from unrounded numbers, and the settings of its control chart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from improvement_reports.domain.vocabulary import BetterWhen, PeriodType, Unit
from improvement_reports.method.intervals import whole
from improvement_reports.method.spc import control_chart
from improvement_reports.method.spc_chart import Assurance, ControlChart, Rebase, Rule, Variation
from improvement_reports.method.two_proportions import Counted


@dataclass(frozen=True)
class ChartRules:
    """The settings of the control charts of own series; `docs/method-proof.md` says how often they are wrong.

    ``fewest``: points below which nothing is judged, and of which average and limits are. ``most``: points that a
    measure may set as its baseline. ``spread_factor``: limits are at least so many standard deviations off.
    ``shift_length`` points in a row on one side are a shift if they are on average ``shift_reach`` of the way to the
    limit; ``trend_length`` points in a row that each rise or fall are a trend.
    """

    fewest: int = 12
    most: int = 24
    spread_factor: Fraction = Fraction("3.3")
    shift_length: int = 6
    shift_reach: Fraction = Fraction(1, 2)
    trend_length: int = 7


RULES = ChartRules()


@dataclass(frozen=True)
class Point:
    """One period: the value as stated with its decimals, and the numbers that it is of where they are held.

    A gap, and a value on which nothing may be built because it is disputed, have no ``stated``.
    """

    period: str
    stated: Decimal | None
    decimals: int = 0
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Series:
    """The points of one kind of period, evenly spaced in time, oldest first, each missing one a point without value.

    ``baseline``: how many points average and limits are of, 12 to 24. ``rebases``: where they start anew.
    ``has_season``: it is compared with the same period a year before. ``least``: the smallest change that matters, in
    the measure's unit; a test of two shares gives no direction below it.
    """

    points: tuple[Point, ...]
    period_type: PeriodType
    unit: Unit
    better_when: BetterWhen
    rebases: tuple[Rebase, ...] = ()
    baseline: int = RULES.fewest
    has_season: bool = False
    least: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if not RULES.fewest <= self.baseline <= RULES.most:
            raise ValueError(f"a baseline is {RULES.fewest} to {RULES.most} points, not {self.baseline}")

    @cached_property
    def exact(self) -> tuple[Fraction | None, ...]:
        """The values, unrounded where numerator and denominator are held."""
        return tuple(exact(point, self.unit) for point in self.points)

    @property
    def newest_part(self) -> slice:
        """The points since the last rebase."""
        return slice(max((r.index for r in self.rebases), default=0), len(self.points))

    @property
    def judged_points(self) -> int:
        """How many values there are since the last rebase."""
        return sum(point.stated is not None for point in self.points[self.newest_part])


def exact(point: Point, unit: Unit) -> Fraction | None:
    """A value, of a percentage 100 × numerator ÷ denominator where they are held; None for a gap."""
    if point.stated is None:
        return None
    if unit is Unit.PERCENT and point.numerator is not None and point.denominator:
        return 100 * Fraction(point.numerator) / Fraction(point.denominator)
    return Fraction(point.stated)


def counted(point: Point, unit: Unit) -> Counted | None:
    """The cases that a percentage is of; None without a value, without both numbers, and where they count no cases."""
    if unit is not Unit.PERCENT or point.stated is None or point.numerator is None or point.denominator is None:
        return None
    return whole(point.numerator, point.denominator)


def own_chart(series: Series, target: Fraction | None = None, values: Sequence[Fraction | None] = ()) -> ControlChart:
    """The XmR chart of an own series, with what it says of the newest point and of the target.

    ``values``: in place of the series' own, where they were put on another scale (`laney`).
    """
    percent = series.unit is Unit.PERCENT and not values
    chart = control_chart(
        values or series.exact,
        better_when=series.better_when,
        target=None if target is None else float(target),
        trend_length=RULES.trend_length,
        shift_length=RULES.shift_length,
        shift_reach=RULES.shift_reach,
        baseline=series.baseline,
        spread_factor=RULES.spread_factor,
        rebases=series.rebases,
        floor=None if values else 0,
        ceiling=100 if percent else None,
        centre=0 if values else None,
    )
    if series.judged_points < RULES.fewest:
        few = Assurance.NO_TARGET if chart.assurance is Assurance.NO_TARGET else Assurance.TOO_FEW_POINTS
        return replace(chart, variation=Variation.TOO_FEW_POINTS, assurance=few)
    return replace(chart, assurance=assurance(chart, target))


def assurance(chart: ControlChart, target: Fraction | None) -> Assurance:
    """Whether the target will be met, will be missed, or may be either, if the series goes on as it does now.

    Without a sign of change the limits of the baseline say it. In a shift they are laid around the last six points
    instead, for the series is no longer where it was. With another sign of change both they and limits around the
    newest point must say the same.
    """
    better, segment = chart.better_when, chart.segments[-1] if chart.segments else None
    if target is None or better is None or better is BetterWhen.NEUTRAL:
        return Assurance.NO_TARGET
    if segment is None or segment.centre is None or segment.upper is None or chart.latest is None:
        return Assurance.TOO_FEW_POINTS
    reach, newest = Fraction(segment.upper) - Fraction(segment.centre), chart.latest
    if chart.variation is Variation.COMMON_CAUSE:
        levels = [Fraction(segment.centre)]
    elif Rule.SHIFT in newest.flags:
        levels = [_level(chart)]
    else:
        levels = [Fraction(segment.centre), Fraction(newest.value or 0)]
    found = {reaches(level - reach, level + reach, target, better) for level in levels}
    return found.pop() if len(found) == 1 else Assurance.UNRELIABLE


def _level(chart: ControlChart) -> Fraction:
    """The mean of the last points that make a shift."""
    known = [Fraction(p.value) for p in chart.points if p.value is not None][-chart.shift_length :]
    return sum(known, Fraction(0)) / len(known)


NEAR = Fraction(1, 10**9)  # a limit this near a target lies on it: the last place of a float is no difference


def reaches(lower: Fraction, upper: Fraction, target: Fraction, better_when: BetterWhen) -> Assurance:
    """Where limits lie from a target. A worse limit just on the target meets it, as a value just on it does; a better
    limit just on it may still meet it. `NHSRplotthedots` calls both "inconsistent".
    """
    if better_when is BetterWhen.LOWER:
        lower, upper, target = -upper, -lower, -target
    if lower >= target - NEAR:
        return Assurance.PASSING
    return Assurance.FAILING if upper < target - NEAR else Assurance.UNRELIABLE
