"""Statistical process control: is a change more than the ordinary ups and downs of a series? Pure functions of numbers.

The chart is an XmR chart (individuals and moving range), as in NHS England's *Making data count* and its R package
`NHSRplotthedots`; the constants 2.66 and 3.267 are those of Shewhart charts for ranges of two (Wheeler, *Understanding
Variation*, 1993). Deviations from that package are named where they are made. Every rule is decided in exact fractions:
in binary fractions a point that lies on a line would fall beside it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise

from improvement_reports.domain.numbers import parse_date, to_decimal
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, BetterWhen, Direction, Mark

LIMIT_FACTOR = Fraction("2.66")  # 3 ÷ 1.128: three standard deviations, estimated from ranges of two points
RANGE_FACTOR = Fraction("3.267")  # upper limit of the ranges themselves
OUTER = Fraction(2, 3)  # of the way from the centre to a limit
TRIAL_BELOW = 12  # with fewer points, limits are trial limits
RUN_LENGTH = 7  # points in a shift and in a trend, unless set otherwise
SHORTEST_RUN = 6  # shorter runs are too often chance


class Rule(StrEnum):
    """Why a point is flagged, in the order in which a chart shows one of several reasons."""

    OUTSIDE_LIMITS = "outside_limits"
    SHIFT = "shift"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"


class Side(StrEnum):
    """Where a point lies from the centre."""

    ABOVE = "above"
    ON_CENTRE = "on_centre"
    BELOW = "below"


class Variation(StrEnum):
    """What the latest point says about the series."""

    COMMON_CAUSE = "common_cause"  # only the ordinary ups and downs
    IMPROVING = "improving"
    WORSENING = "worsening"
    UP = "up"
    DOWN = "down"
    TOO_FEW_POINTS = "too_few_points"


class Assurance(StrEnum):
    """What the limits say about the target, as long as the series goes on as it does."""

    PASSING = "passing"
    FAILING = "failing"
    UNRELIABLE = "unreliable"  # "hit and miss"
    NO_TARGET = "no_target"  # or no way is better, so that no side of the target is the good one
    TOO_FEW_POINTS = "too_few_points"  # a target, but no limits


VARIATION_DIRECTIONS = {
    Variation.COMMON_CAUSE: Direction.NO_SIGNIFICANT_CHANGE,
    Variation.IMPROVING: Direction.IMPROVING,
    Variation.WORSENING: Direction.WORSENING,
    Variation.UP: Direction.UP,
    Variation.DOWN: Direction.DOWN,
    Variation.TOO_FEW_POINTS: Direction.TOO_FEW_POINTS,
}

VARIATION_MARKS = {variation: DIRECTION_MARKS[word] for variation, word in VARIATION_DIRECTIONS.items()}

ASSURANCE_MARKS = {
    Assurance.PASSING: Mark("⊕", "Target reliably met", "met"),
    Assurance.FAILING: Mark("⊖", "Target reliably missed", "not-met"),
    Assurance.UNRELIABLE: Mark("±", "Hit and miss", "within-tolerance"),
    Assurance.NO_TARGET: Mark("○", "No target", "neutral"),
    Assurance.TOO_FEW_POINTS: DIRECTION_MARKS[Direction.TOO_FEW_POINTS],
}


@dataclass(frozen=True)
class Rebase:
    """A new centre and new limits from the point ``index`` on: never automatic, and only with all that justifies it.

    ``date``: when it was decided, YYYY-MM-DD. ``approver``: a role or a body, never a person. ValueError without any.
    """

    index: int
    date: str
    reason: str
    approver: str

    def __post_init__(self) -> None:
        if isinstance(self.index, bool) or not isinstance(self.index, int) or self.index < 1:
            raise ValueError(f"a rebase starts at a point after the first (index 1 or more), not at {self.index!r}")
        for name in ("date", "reason", "approver"):
            text = getattr(self, name)
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"a rebase needs a date, a reason and an approver; it has no {name}")
        if len(self.date) != 10:
            raise ValueError(f"the date of a rebase is a day, YYYY-MM-DD, not {self.date!r}")
        parse_date(self.date)


@dataclass(frozen=True)
class ControlPoint:
    """One point: its place in the series, its value (None: a gap), why it is flagged, its side of the centre."""

    index: int
    value: float | None
    flags: tuple[Rule, ...] = ()
    side: Side | None = None


@dataclass(frozen=True)
class Segment:
    """The points ``start`` to ``end`` (both included) between two rebases, with ``count`` values.

    ``centre`` is None without a value; ``lower`` and ``upper`` are None without limits. All in the measure's unit.
    """

    start: int
    end: int
    count: int
    centre: float | None
    lower: float | None
    upper: float | None

    @property
    def has_limits(self) -> bool:
        return self.lower is not None


@dataclass(frozen=True)
class Signal:
    """One finding of a rule: the points that it flags, and where they point.

    ``direction``: UP or DOWN. Of a trend, the way it goes; of the other rules, the side of the centre.
    """

    rule: Rule
    direction: Direction
    indexes: tuple[int, ...]


@dataclass(frozen=True)
class ControlChart:
    """An XmR chart with the settings that it was made with. One point per value or gap; segments in order.

    ``is_trial``: the newest segment has fewer than 12 points. ``floor`` and ``ceiling`` are for drawing only.
    """

    points: tuple[ControlPoint, ...]
    segments: tuple[Segment, ...]
    signals: tuple[Signal, ...]
    is_trial: bool
    variation: Variation
    assurance: Assurance
    better_when: BetterWhen | None
    target: float | None
    trend_length: int
    shift_length: int
    screen_ranges: bool
    rebases: tuple[Rebase, ...]
    floor: float | None
    ceiling: float | None

    @property
    def latest(self) -> ControlPoint | None:
        """The newest point with a value."""
        return next((p for p in reversed(self.points) if p.value is not None), None)

    @property
    def gaps(self) -> tuple[int, ...]:
        return tuple(p.index for p in self.points if p.value is None)

    @property
    def flagged(self) -> frozenset[int]:
        return frozenset(p.index for p in self.points if p.flags)

    @property
    def direction(self) -> Direction:
        """The variation in the words of every other direction of travel."""
        return VARIATION_DIRECTIONS[self.variation]

    def drawn_limits(self, segment: Segment) -> tuple[float, float] | None:
        """Lower and upper limit as they are drawn: a count or a percentage is not shown below 0, nor one above 100.

        The rules keep the limits as computed. None where the segment has no limits.
        """
        if segment.lower is None or segment.upper is None:
            return None
        lower, upper = segment.lower, segment.upper
        if self.floor is not None:
            lower, upper = max(lower, self.floor), max(upper, self.floor)
        if self.ceiling is not None:
            lower, upper = min(lower, self.ceiling), min(upper, self.ceiling)
        return lower, upper


def control_chart(
    values: Sequence[float | None],
    *,
    better_when: BetterWhen | None,
    target: float | None = None,
    trend_length: int = RUN_LENGTH,
    shift_length: int = RUN_LENGTH,
    screen_ranges: bool = False,
    rebases: Sequence[Rebase] = (),
    floor: float | None = None,
    ceiling: float | None = None,
) -> ControlChart:
    """The XmR chart of a series, evenly spaced in time, oldest first; None is a gap.

    Centre = mean of the values; limits = mean ± 2.66 × mean moving range. There is no moving range across a gap or a
    rebase, and no rule reaches across one. Without a moving range, or where every moving range is 0 although the values
    differ, there are no limits and no flags, and the variation is "too few points".

    The rules flag every point of what they find:

    - outside limits: beyond a limit. A point on it is inside.
    - shift: ``shift_length`` or more points in a row on one side of the centre. A point on the centre ends the run.
    - trend: ``trend_length`` or more points in a row, each higher (or each lower) than the one before; so 7 points are
      6 successive rises. The first point belongs to it. Two equal points end it.
    - two of three: of three points in a row on one side of the centre at least two beyond two thirds of the way to the
      limit. Those two or three are flagged, not the one near the centre, as in `NHSRplotthedots`; unlike there, a point
      beyond the limit counts, because it is beyond two thirds too.

    ``screen_ranges`` leaves moving ranges above 3.267 × their mean out of the mean, once. Where only ranges of 0 would
    be left it changes nothing: limits of no width would flag every point.
    ``floor`` and ``ceiling`` (0 for counts, 0 and 100 for percentages) clip how the limits are drawn, not the rules.

    A ValueError says what is wrong: a value that is not a number (a missing one is None, never NaN), run lengths under
    6, a floor above the ceiling, a rebase beyond the series or two at one point.
    """
    for name, length in (("trend_length", trend_length), ("shift_length", shift_length)):
        if length < SHORTEST_RUN:
            raise ValueError(f"{name} is {length}; it is {SHORTEST_RUN} or more, since shorter runs are often chance")
    if floor is not None and ceiling is not None and floor > ceiling:
        raise ValueError(f"the floor ({floor}) is above the ceiling ({ceiling})")
    exact = [None if value is None else Fraction(to_decimal(value)) for value in values]
    ordered = tuple(sorted(rebases, key=lambda rebase: rebase.index))
    segments: list[Segment] = []
    signals: list[Signal] = []
    sides: dict[int, int] = {}
    for start, end in _spans(len(exact), ordered):
        centre, reach = _centre_and_reach(exact[start:end], screen_ranges)
        segments.append(_segment(start, end, exact, centre, reach))
        if centre is None or reach is None:
            continue
        stretches = list(_stretches(exact, start, end))
        offsets = {i: v - centre for stretch in stretches for i in stretch if (v := exact[i]) is not None}
        sides |= {i: _sign(offset) for i, offset in offsets.items()}
        for stretch in stretches:
            signals += _outside(stretch, offsets, reach)
            signals += _shifts(stretch, offsets, shift_length)
            signals += _trends(stretch, offsets, trend_length)
            signals += _two_of_three(stretch, offsets, reach)
    words = {1: Side.ABOVE, 0: Side.ON_CENTRE, -1: Side.BELOW}
    points = tuple(
        ControlPoint(i, None if v is None else float(v), _flags(i, signals), words[sides[i]] if i in sides else None)
        for i, v in enumerate(exact)
    )
    last = segments[-1] if segments else None
    return ControlChart(
        points,
        tuple(segments),
        tuple(sorted(signals, key=lambda s: (list(Rule).index(s.rule), s.indexes))),
        last is None or last.count < TRIAL_BELOW,
        _variation(points, last, signals, better_when),
        _assurance(last, target, better_when),
        better_when,
        None if target is None else float(target),
        trend_length,
        shift_length,
        screen_ranges,
        ordered,
        floor,
        ceiling,
    )


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _spans(length: int, rebases: Sequence[Rebase]) -> list[tuple[int, int]]:
    """Start and end (not included) of each segment."""
    starts = [rebase.index for rebase in rebases]
    if len(set(starts)) < len(starts):
        raise ValueError("two rebases start at the same point")
    if starts and starts[-1] >= length:
        raise ValueError(f"a rebase starts at index {starts[-1]}, but the last point is {length - 1}")
    return list(pairwise([0, *starts, length])) if length else []


def _stretches(values: Sequence[Fraction | None], start: int, end: int) -> Iterator[list[int]]:
    """The indexes from ``start`` to ``end`` (not included), cut at the gaps."""
    for has_value, indexes in groupby(range(start, end), key=lambda i: values[i] is not None):
        if has_value:
            yield list(indexes)


def _centre_and_reach(values: Sequence[Fraction | None], screen: bool) -> tuple[Fraction | None, Fraction | None]:
    """The mean, and how far the limits are from it; None where there is none."""
    known = [v for v in values if v is not None]
    if not known:
        return None, None
    centre = sum(known, Fraction(0)) / len(known)
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    if not ranges:
        return centre, None
    if screen:
        kept = [r for r in ranges if r <= RANGE_FACTOR * sum(ranges) / len(ranges)]
        ranges = kept if any(kept) else ranges
    reach = LIMIT_FACTOR * sum(ranges, Fraction(0)) / len(ranges)
    return centre, None if reach == 0 and len(set(known)) > 1 else reach


def _segment(
    start: int, end: int, values: Sequence[Fraction | None], centre: Fraction | None, reach: Fraction | None
) -> Segment:
    count = sum(v is not None for v in values[start:end])
    if centre is None or reach is None:
        return Segment(start, end - 1, count, None if centre is None else float(centre), None, None)
    return Segment(start, end - 1, count, float(centre), float(centre - reach), float(centre + reach))


def _way(sign: int) -> Direction:
    return Direction.UP if sign > 0 else Direction.DOWN


def _runs(items: Iterable[int], key: Callable[[int], int]) -> Iterator[tuple[int, list[int]]]:
    """Runs of items whose key is the same and not 0."""
    for sign, run in groupby(items, key=key):
        if sign:
            yield sign, list(run)


def _outside(stretch: list[int], offsets: dict[int, Fraction], reach: Fraction) -> list[Signal]:
    def beyond(i: int) -> int:
        return _sign(offsets[i]) if abs(offsets[i]) > reach else 0

    return [Signal(Rule.OUTSIDE_LIMITS, _way(sign), tuple(run)) for sign, run in _runs(stretch, beyond)]


def _shifts(stretch: list[int], offsets: dict[int, Fraction], length: int) -> list[Signal]:
    runs = _runs(stretch, lambda i: _sign(offsets[i]))
    return [Signal(Rule.SHIFT, _way(sign), tuple(run)) for sign, run in runs if len(run) >= length]


def _trends(stretch: list[int], offsets: dict[int, Fraction], length: int) -> list[Signal]:
    runs = _runs(stretch[1:], lambda i: _sign(offsets[i] - offsets[i - 1]))
    return [
        Signal(Rule.TREND, _way(sign), (run[0] - 1, *run)) for sign, run in runs if len(run) + 1 >= length
    ]  # a run of rises has one point more than it has rises


def _two_of_three(stretch: list[int], offsets: dict[int, Fraction], reach: Fraction) -> list[Signal]:
    found: dict[int, set[int]] = {1: set(), -1: set()}
    for three in zip(stretch, stretch[1:], stretch[2:], strict=False):
        signs = {_sign(offsets[i]) for i in three}
        outer = [i for i in three if abs(offsets[i]) > OUTER * reach]
        if len(signs) == 1 and 0 not in signs and len(outer) >= 2:
            found[signs.pop()].update(outer)
    signals = []
    for sign, indexes in found.items():
        for run in near(sorted(indexes), 2):
            signals.append(Signal(Rule.TWO_OF_THREE, _way(sign), tuple(run)))
    return signals


def near(indexes: Collection[int], step: int) -> list[list[int]]:
    """Ascending indexes in groups: within a group, each is at most ``step`` after the one before."""
    groups: list[list[int]] = []
    for i in indexes:
        if groups and i - groups[-1][-1] <= step:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _flags(index: int, signals: list[Signal]) -> tuple[Rule, ...]:
    found = {s.rule for s in signals if index in s.indexes}
    return tuple(rule for rule in Rule if rule in found)


def _variation(
    points: Sequence[ControlPoint], last: Segment | None, signals: list[Signal], better_when: BetterWhen | None
) -> Variation:
    """The signals of the newest point with a value, in the newest segment, read through what is better.

    Where a trend and a level disagree (seven rises, all still below the average), the trend decides: the word is about
    where the series is going. `NHSRplotthedots` goes by the side of the average alone.
    """
    if last is None or not last.has_limits:
        return Variation.TOO_FEW_POINTS
    newest = max(p.index for p in points if p.value is not None)
    found = [s for s in signals if newest in s.indexes]
    if not found:
        return Variation.COMMON_CAUSE
    direction = next((s.direction for s in found if s.rule is Rule.TREND), found[0].direction)
    if better_when is None or better_when is BetterWhen.NEUTRAL:
        return Variation.UP if direction is Direction.UP else Variation.DOWN
    is_better = (direction is Direction.UP) == (better_when is BetterWhen.HIGHER)
    return Variation.IMPROVING if is_better else Variation.WORSENING


def _assurance(last: Segment | None, target: float | None, better_when: BetterWhen | None) -> Assurance:
    """Whether the newest limits lie wholly on one side of the target; a limit on the target meets it."""
    if target is None or better_when is None or better_when is BetterWhen.NEUTRAL:
        return Assurance.NO_TARGET
    if last is None or last.lower is None or last.upper is None:
        return Assurance.TOO_FEW_POINTS
    lower, upper, goal = to_decimal(last.lower), to_decimal(last.upper), to_decimal(target)
    if better_when is BetterWhen.LOWER:
        lower, upper, goal = -upper, -lower, -goal
    if lower >= goal:
        return Assurance.PASSING
    return Assurance.FAILING if upper < goal else Assurance.UNRELIABLE


# Seasons


# Words
