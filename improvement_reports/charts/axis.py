"""Where the axis of values ends, so that one value far off does not press all others into a line. Pure functions."""

from collections.abc import Collection, Sequence

from improvement_reports.domain.numbers import decimals_of, format_number

SHARE = 0.125  # of the whole height, that the other values must fill at least
FEWEST = 6  # values; of fewer none is far off
ONE_IN = 12  # so many values at most are off the scale, and one of fewer


def off_scale(values: Sequence[float], others: Collection[float] = ()) -> frozenset[float]:
    """The values far from all others, which are drawn at the edge with their number: none mostly.

    A value is off the scale if what else is drawn would fill less than an eighth of the height with it. ``others``:
    what else the axis must reach, as limits and a target.

    >>> off_scale([10, 12, 11, 13, 12, 11, 90]), off_scale([10, 12, 11, 13, 12, 11, 15])
    (frozenset({90}), frozenset())
    """
    left: list[float] = list(values)
    found: set[float] = set()
    while len(left) >= FEWEST and len(found) < max(1, len(values) // ONE_IN):
        far = _farthest(left, others)
        if far is None:
            break
        found.add(far)
        left = [value for value in left if value != far]
    return frozenset(found)


def _farthest(values: list[float], others: Collection[float]) -> float | None:
    """The lowest or the highest value, if the rest fills less than `SHARE` of the height with it and is not all one."""
    low, high = min(values), max(values)
    for far in (high, low):
        rest = [*(value for value in values if value != far), *others]
        if len(rest) < FEWEST - 1 or values.count(far) > 1:
            continue
        span, whole = max(rest) - min(rest), max(*rest, far) - min(*rest, far)
        if 0 < span < SHARE * whole:
            return far
    return None


CORE, CORE_SHARE, ROOM = 0.95, 0.5, 0.25  # of many values: how many, of the width, and beside them


def core_of(values: Sequence[float]) -> tuple[float, float] | None:
    """From where to where an axis of many values goes if a few far ones would press the rest together; None where they
    do not. The middle 95% of the values then fill less than half of the width.

    >>> core_of([*range(100), 1000])
    (-20.5, 120.5)
    """
    ordered = sorted(values)
    cut = round(len(ordered) * (1 - CORE) / 2)
    low, high = ordered[cut], ordered[len(ordered) - 1 - cut]
    if cut == 0 or high == low or (high - low) >= CORE_SHARE * (ordered[-1] - ordered[0]):
        return None
    return low - ROOM * (high - low), high + ROOM * (high - low)


PERCENT_ENDS = {10: 5, 25: 5, 50: 10, 100: 25}  # where an axis of percentages ends, and its steps


def percent_end(values: Collection[float]) -> tuple[int, list[int]]:
    """The end of an axis of percentages that starts at 0, and its ticks: 100, or less where all values are far below.

    >>> percent_end([12, 18.5]), percent_end([12, 60])
    ((25, [0, 5, 10, 15, 20, 25]), (100, [0, 25, 50, 75, 100]))
    """
    end = next((e for e in PERCENT_ENDS if 1.15 * max(values) <= e), 100)
    return end, list(range(0, end + 1, PERCENT_ENDS[end]))


def clipped(value: float, low: float, high: float) -> float:
    """A value on the axis: one beyond its ends stands at the end."""
    return min(max(value, low), high)


def tick_text(tick: float, percent: bool = False) -> str:
    """A number beside an axis: 20,000; 2.5%."""
    number = float(f"{tick:.10g}")  # sums of floats differ in their last places
    return format_number(number, decimals_of(number)) + ("%" if percent else "")


ARROWS = {True: "▲", False: "▼"}  # a value above the axis, or below it


def off_scale_words(text: str, is_above: bool) -> str:
    """What stands beside a value at the edge: ▲ 5,000 off the scale."""
    return f"{ARROWS[is_above]} {text} off the scale"
