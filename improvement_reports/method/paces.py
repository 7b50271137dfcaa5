"""Runs and paces of a series: for how long it rose, fell, met or missed, and where its pace leads. Pure functions.

A series is evenly spaced in time, oldest first; None is a gap, and nothing reaches across one. Values are exact, from
numerator and denominator where these are held, so that rounding makes no run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil
from statistics import median

from improvement_reports.domain.vocabulary import BetterWhen, Direction

Values = Sequence[Fraction | None]
WORTH_SAYING = 3  # rises or falls in a row: two happen by chance once in three times
PACE_PERIODS = 12  # the periods that a pace is taken of
FEWEST_FOR_PACE = 10  # values in them
TREND_LEVEL = Fraction(5, 100)  # of the test for a trend
FARTHEST = 24  # periods ahead: a pace says nothing of what is later


@dataclass(frozen=True)
class Run:
    """How many periods in a row, the newest last, went one way. ``since``: index of the first of them."""

    way: Direction
    length: int
    since: int


def run_of(values: Values) -> Run | None:
    """How often in a row the value rose, or fell, up to the newest; None where it did neither. Equal values end it."""
    way, length, at = 0, 0, len(values) - 1
    while at > 0 and (now := values[at]) is not None and (before := values[at - 1]) is not None:
        step = (now > before) - (now < before)
        if step == 0 or way not in (0, step):
            break
        way, length, at = step, length + 1, at - 1
    return Run(Direction.UP if way > 0 else Direction.DOWN, length, at + 1) if way else None


def is_met(value: Fraction, target: Fraction, better_when: BetterWhen) -> bool:
    """Whether a value is on the better side of its target, or on it."""
    return value >= target if better_when is BetterWhen.HIGHER else value <= target


@dataclass(frozen=True)
class TargetRun:
    """How many periods in a row the target was met, or missed. ``since``: the first of them; ``first_met``: the first
    period ever in which it was met; ``met`` of ``judged`` periods with a value and a target.
    """

    is_met: bool
    length: int
    since: int
    first_met: int | None
    met: int
    judged: int


def target_run(values: Values, targets: Values, better_when: BetterWhen | None) -> TargetRun | None:
    """The run against the target that held in each period; None for a neutral measure, and where the newest period has
    no value or no target.
    """
    if better_when in (None, BetterWhen.NEUTRAL) or not values:
        return None
    assert better_when is not None
    results = [
        None if value is None or target is None else is_met(value, target, better_when)
        for value, target in zip(values, targets, strict=True)
    ]
    newest, at = results[-1], len(results) - 1
    if newest is None:
        return None
    while at > 0 and results[at - 1] is newest:
        at -= 1
    first = next((i for i, result in enumerate(results) if result), None)
    known = [result for result in results if result is not None]
    return TargetRun(newest, len(results) - at, at, first, sum(known), len(known))


def trend_slope(values: Values) -> Fraction | None:
    """The change from one period to the next, if there is a trend; None where chance alone could have made it.

    The slope is that of Theil and Sen, the median of the slopes of all pairs; whether there is a trend says the test of
    Mann and Kendall at 5 %, exact for its number of values.
    """
    known = [(i, v) for i, v in enumerate(values) if v is not None]
    if len(known) < FEWEST_FOR_PACE:
        return None
    pairs = [(b - a, w - v) for at, (a, v) in enumerate(known) for b, w in known[at + 1 :]]
    score = sum((rise > 0) - (rise < 0) for _, rise in pairs)
    if trend_chance(len(known), abs(score)) > TREND_LEVEL:
        return None
    return median(rise / apart for apart, rise in pairs) or None


@lru_cache(maxsize=1024)
def trend_chance(count: int, score: int) -> Fraction:
    """The chance that so many values in chance order have a score of Kendall this far from 0, or farther.

    Without ties, as in the tables; with ties the score is smaller, so that the test says "trend" less often still.
    """
    ways = [1]  # how many orders have 0, 1, 2 … pairs the wrong way round
    for size in range(2, count + 1):
        longer = [0] * (len(ways) + size - 1)
        for at, number in enumerate(ways):
            for more in range(size):
                longer[at + more] += number
        ways = longer
    most = len(ways) - 1
    beyond = sum(number for at, number in enumerate(ways) if abs(most - 2 * at) >= score)
    return Fraction(beyond, sum(ways))


@dataclass(frozen=True)
class Pace:
    """Where the pace of the last 12 periods leads. ``slope``: a period, in the measure's unit.

    ``crosses_in``: in how many periods the target would be reached, or would no longer be met; None where the pace
    leads away from it, or where that is more than 24 periods off. ``towards``: whether it goes to the better side.
    """

    slope: Fraction
    towards: bool
    is_met: bool
    crosses_in: int | None


def pace(values: Values, target: Fraction | None, better_when: BetterWhen | None) -> Pace | None:
    """The pace of a series that has a trend and a target; None without, and for a neutral measure."""
    recent = values[-PACE_PERIODS:]
    if target is None or better_when in (None, BetterWhen.NEUTRAL) or not recent or recent[-1] is None:
        return None
    assert better_when is not None
    slope = trend_slope(recent)
    if slope is None:
        return None
    known = [(i, v) for i, v in enumerate(recent) if v is not None]
    # The line through the middle of the points, not through the newest one, whose chance would move the date.
    level = median(v - slope * i for i, v in known) + slope * (len(recent) - 1)
    better = 1 if better_when is BetterWhen.HIGHER else -1
    met, towards = is_met(recent[-1], target, better_when), slope * better > 0
    periods = (target - level) / slope
    off = max(1, ceil(periods))
    crosses = off if met is not towards and periods > 0 and off <= FARTHEST else None
    return Pace(slope, towards, met, crosses)
