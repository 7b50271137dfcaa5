"""Statistical process control: is a change more than the ordinary ups and downs of a series? Pure functions of numbers.

The chart is an XmR chart (individuals and moving range), as in NHS England's *Making data count* and its R package
`NHSRplotthedots`; the constants 2.66 and 3.267 are those of Shewhart charts for ranges of two (Wheeler, *Understanding
Variation*, 1993). Deviations from that package are named where they are made. Every rule is decided in exact fractions:
in binary fractions a point that lies on a line would fall beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import groupby, pairwise

from improvement_reports.domain.numbers import to_decimal
from improvement_reports.domain.vocabulary import BetterWhen, Direction
from improvement_reports.method.spc_chart import (
    TRIAL_BELOW,
    Assurance,
    ControlChart,
    ControlPoint,
    Rebase,
    Rule,
    Segment,
    Side,
    Signal,
    Variation,
)
from improvement_reports.method.spc_limits import Values, baseline_of, centre_and_reach
from improvement_reports.method.spc_signals import flags_of, sign_of, signals_of

RUN_LENGTH = 7  # points in a shift and in a trend, unless set otherwise


SHORTEST_RUN = 6  # shorter runs are too often chance


def control_chart(
    values: Sequence[Fraction | float | None],
    *,
    better_when: BetterWhen | None,
    target: float | None = None,
    trend_length: int = RUN_LENGTH,
    shift_length: int = RUN_LENGTH,
    screen_ranges: bool = False,
    rebases: Sequence[Rebase] = (),
    floor: float | None = None,
    ceiling: float | None = None,
    baseline: int | None = None,
    spread_factor: Fraction | None = None,
    shift_reach: Fraction = Fraction(0),
    centre: float | None = None,
) -> ControlChart:
    """The XmR chart of a series, evenly spaced in time, oldest first; None is a gap.

    Centre = mean of the values; limits = mean ± 2.66 × mean moving range. There is no moving range across a gap or a
    rebase, and no rule reaches across one. Without a moving range, or where every moving range is 0 although the values
    differ, there are no limits and no flags, and the variation is "too few points".

    The rules flag every point of what they find:

    - outside limits: beyond a limit. A point on it is inside.
    - shift: ``shift_length`` points in a row on one side of the centre, and on average further from it than
      ``shift_reach`` of the way to the limit (0 unless set otherwise). A point on the centre ends the run.
    - trend: ``trend_length`` or more points in a row, each higher (or each lower) than the one before; so 7 points are
      6 successive rises. The first point belongs to it. Two equal points end it.
    - two of three: of three points in a row on one side of the centre at least two beyond two thirds of the way to the
      limit. Those two or three are flagged, not the one near the centre, as in `NHSRplotthedots`; unlike there, a point
      beyond the limit counts, because it is beyond two thirds too.

    ``screen_ranges`` leaves moving ranges above 3.267 × their mean out of the mean, once. Where only ranges of 0 would
    be left it changes nothing: limits of no width would flag every point.
    ``baseline``: centre and limits are those of so many first points with a value of each segment, and stay so;
    without it, of all points. ``spread_factor``: the limits are at least so many standard deviations of these points
    from the centre. ``centre``: the centre, where it is known from elsewhere.
    ``floor`` and ``ceiling`` (0 for counts, 0 and 100 for percentages) clip how the limits are drawn, not the rules.

    A ValueError says what is wrong: a value that is not a number (a missing one is None, never NaN), run lengths under
    6, a baseline under 2, a floor above the ceiling, a rebase beyond the series or two at one point.
    """
    _checked(trend_length, shift_length, floor, ceiling, baseline)
    exact = [None if value is None else _exact(value) for value in values]
    ordered = tuple(sorted(rebases, key=lambda rebase: rebase.index))
    limits = partial(centre_and_reach, screen=screen_ranges, spread_factor=spread_factor, centre=centre)
    find = partial(signals_of, shift_length=shift_length, trend_length=trend_length, shift_reach=shift_reach)
    segments, signals, sides = _parts(exact, ordered, baseline, limits, find)
    words = {1: Side.ABOVE, 0: Side.ON_CENTRE, -1: Side.BELOW}
    points = tuple(
        ControlPoint(i, None if v is None else float(v), flags_of(i, signals), words[sides[i]] if i in sides else None)
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
        baseline,
        spread_factor,
        shift_reach,
    )


def _parts(
    exact: Sequence[Fraction | None],
    rebases: Sequence[Rebase],
    baseline: int | None,
    limits: Callable[[Values], tuple[Fraction | None, Fraction | None]],
    find: Callable[[list[int], dict[int, Fraction], Fraction], list[Signal]],
) -> tuple[list[Segment], list[Signal], dict[int, int]]:
    """The segments of a series, what the rules find in them, and the side of the centre of each point."""
    segments: list[Segment] = []
    signals: list[Signal] = []
    sides: dict[int, int] = {}
    for start, end in _spans(len(exact), rebases):
        middle, reach = limits(baseline_of(exact[start:end], baseline))
        segments.append(_segment(start, end, exact, middle, reach))
        if middle is None or reach is None:
            continue
        stretches = list(_stretches(exact, start, end))
        offsets = {i: v - middle for stretch in stretches for i in stretch if (v := exact[i]) is not None}
        sides |= {i: sign_of(offset) for i, offset in offsets.items()}
        for stretch in stretches:
            signals += find(stretch, offsets, reach)
    return segments, signals, sides


def _exact(value: Fraction | float) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(to_decimal(value))


def _checked(
    trend_length: int, shift_length: int, floor: float | None, ceiling: float | None, baseline: int | None
) -> None:
    """A ValueError for settings that no chart can have."""
    for name, length in (("trend_length", trend_length), ("shift_length", shift_length)):
        if length < SHORTEST_RUN:
            raise ValueError(f"{name} is {length}; it is {SHORTEST_RUN} or more, since shorter runs are often chance")
    if baseline is not None and baseline < 2:
        raise ValueError(f"the baseline is {baseline} points; limits need 2 or more")
    if floor is not None and ceiling is not None and floor > ceiling:
        raise ValueError(f"the floor ({floor}) is above the ceiling ({ceiling})")


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


def _segment(
    start: int, end: int, values: Sequence[Fraction | None], centre: Fraction | None, reach: Fraction | None
) -> Segment:
    count = sum(v is not None for v in values[start:end])
    if centre is None or reach is None:
        return Segment(start, end - 1, count, None if centre is None else float(centre), None, None)
    return Segment(start, end - 1, count, float(centre), float(centre - reach), float(centre + reach))


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
