"""Where the axis of values ends, so that one value far off does not press all others into a line. Pure functions."""

from collections.abc import Collection, Sequence

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


def clipped(value: float, low: float, high: float) -> float:
    """A value on the axis: one beyond its ends stands at the end."""
    return min(max(value, low), high)


ARROWS = {True: "▲", False: "▼"}  # a value above the axis, or below it


def off_scale_words(text: str, is_above: bool) -> str:
    """What stands beside a value at the edge: ▲ 5,000 off the scale."""
    return f"{ARROWS[is_above]} {text} off the scale"
