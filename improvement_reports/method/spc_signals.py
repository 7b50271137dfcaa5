"""The rules of a control chart, in a stretch of points without a gap: outside limits, shift, trend, two of three."""

from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction
from itertools import groupby

from improvement_reports.domain.vocabulary import Direction
from improvement_reports.method.spc_chart import Rule, Signal

OUTER = Fraction(2, 3)  # of the way from the centre to a limit


def near(indexes: Collection[int], step: int) -> list[list[int]]:
    """Ascending indexes in groups: within a group, each is at most ``step`` after the one before."""
    groups: list[list[int]] = []
    for i in indexes:
        if groups and i - groups[-1][-1] <= step:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def sign_of(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _way(sign: int) -> Direction:
    return Direction.UP if sign > 0 else Direction.DOWN


def _runs(items: Iterable[int], key: Callable[[int], int]) -> Iterator[tuple[int, list[int]]]:
    """Runs of items whose key is the same and not 0."""
    for sign, run in groupby(items, key=key):
        if sign:
            yield sign, list(run)


def _outside(stretch: list[int], offsets: dict[int, Fraction], reach: Fraction) -> list[Signal]:
    def beyond(i: int) -> int:
        return sign_of(offsets[i]) if abs(offsets[i]) > reach else 0

    return [Signal(Rule.OUTSIDE_LIMITS, _way(sign), tuple(run)) for sign, run in _runs(stretch, beyond)]


def _shifts(
    stretch: list[int], offsets: dict[int, Fraction], length: int, least: Fraction = Fraction(0)
) -> list[Signal]:
    """Runs on one side. ``least``: how far from the centre ``length`` points in a row are on average, at the least."""
    signals = []
    for sign, run in _runs(stretch, lambda i: sign_of(offsets[i])):
        found: set[int] = set()
        for at in range(len(run) - length + 1):
            window = run[at : at + length]
            if abs(sum((offsets[i] for i in window), Fraction(0))) > length * least:
                found.update(window)
        signals += [Signal(Rule.SHIFT, _way(sign), tuple(part)) for part in near(sorted(found), 1)]
    return signals


def _trends(stretch: list[int], offsets: dict[int, Fraction], length: int) -> list[Signal]:
    runs = _runs(stretch[1:], lambda i: sign_of(offsets[i] - offsets[i - 1]))
    return [
        Signal(Rule.TREND, _way(sign), (run[0] - 1, *run)) for sign, run in runs if len(run) + 1 >= length
    ]  # a run of rises has one point more than it has rises


def _two_of_three(stretch: list[int], offsets: dict[int, Fraction], reach: Fraction) -> list[Signal]:
    found: dict[int, set[int]] = {1: set(), -1: set()}
    for three in zip(stretch, stretch[1:], stretch[2:], strict=False):
        signs = {sign_of(offsets[i]) for i in three}
        outer = [i for i in three if abs(offsets[i]) > OUTER * reach]
        if len(signs) == 1 and 0 not in signs and len(outer) >= 2:
            found[signs.pop()].update(outer)
    signals = []
    for sign, indexes in found.items():
        for run in near(sorted(indexes), 2):
            signals.append(Signal(Rule.TWO_OF_THREE, _way(sign), tuple(run)))
    return signals


def signals_of(
    stretch: list[int],
    offsets: dict[int, Fraction],
    reach: Fraction,
    shift_length: int,
    trend_length: int,
    shift_reach: Fraction = Fraction(0),
) -> list[Signal]:
    """What the four rules find in points without a gap between them; ``offsets``: how far each is from the centre."""
    return [
        *_outside(stretch, offsets, reach),
        *_shifts(stretch, offsets, shift_length, shift_reach * reach),
        *_trends(stretch, offsets, trend_length),
        *_two_of_three(stretch, offsets, reach),
    ]


def flags_of(index: int, signals: list[Signal]) -> tuple[Rule, ...]:
    found = {s.rule for s in signals if index in s.indexes}
    return tuple(rule for rule in Rule if rule in found)
