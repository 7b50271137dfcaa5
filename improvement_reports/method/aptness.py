"""Whether a control chart fits a series at all, and what is said in its place where it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from improvement_reports.domain.vocabulary import RUNNING, PeriodType, Unit
from improvement_reports.method.own_series import Point, Series, counted, exact
from improvement_reports.method.spc_limits import baseline_of
from improvement_reports.method.two_proportions import Counted

FEW_CASES = 5  # a period, on average: with fewer, chance is too lopsided for limits on both sides
NEAR_THE_END = 3  # percentage points from 0 or 100, where the number of cases is not known
OVERLAPPING = (PeriodType.ROLLING_12M, *RUNNING)


class NotApt(StrEnum):
    """Why a control chart does not fit."""

    OVERLAPPING = "overlapping"  # each value holds most of the one before
    SEASON = "season"  # some months are higher every year
    FEW_CASES = "few_cases"  # few are counted, or few are not, a period: near 0 or 100 %
    NEAR_THE_END = "near_the_end"  # the same, as far as can be seen without the number of cases
    RARE = "rare"  # a count of few a period
    COARSE = "coarse"  # rounded more coarsely than the series varies
    FLAT = "flat"  # every value of the baseline is the same


WHY_NOT = {
    NotApt.OVERLAPPING: "each value shares most of its months with the one before",
    NotApt.SEASON: "it is compared with the same period a year before, as some periods are higher in every year",
    NotApt.FEW_CASES: f"on average fewer than {FEW_CASES} cases a period are on one of its two sides",
    NotApt.NEAR_THE_END: f"it lies within {NEAR_THE_END} points of 0% or 100%, and its number of cases is not given",
    NotApt.RARE: f"it counts fewer than {FEW_CASES} a period on average",
    NotApt.COARSE: "it is rounded more coarsely than it varies",
    NotApt.FLAT: "its first values are all the same",
}


def not_apt(series: Series) -> NotApt | None:
    """The first reason why a chart does not fit the newest part of a series; None where it fits."""
    if series.period_type in OVERLAPPING:
        return NotApt.OVERLAPPING
    if series.has_season:
        return NotApt.SEASON
    part = series.points[series.newest_part]
    first = part[: len(baseline_of([point.stated for point in part], series.baseline))]
    values = [exact(point, series.unit) for point in first]
    known = [v for v in values if v is not None]
    if not known:
        return None
    if len(set(known)) == 1:
        return NotApt.FLAT
    mean = sum(known, Fraction(0)) / len(known)
    if series.unit is Unit.COUNT and mean < FEW_CASES:
        return NotApt.RARE
    cases = [c for p in first if (c := counted(p, series.unit)) is not None]
    if len(cases) == len(known):
        fewest = min(sum(c.cases for c in cases), sum(c.of - c.cases for c in cases))
        return NotApt.FEW_CASES if fewest < FEW_CASES * len(cases) else None
    if series.unit is Unit.PERCENT and not NEAR_THE_END < mean < 100 - NEAR_THE_END:
        return NotApt.NEAR_THE_END
    return NotApt.COARSE if series.unit is not Unit.COUNT and _is_coarse(values, part) else None


def _is_coarse(values: Sequence[Fraction | None], part: Sequence[Point]) -> bool:
    """Whether neighbouring values differ on average by less than one step of their rounding."""
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    step = Fraction(1, 10 ** max(p.decimals for p in part if p.stated is not None))
    return bool(ranges) and sum(ranges, Fraction(0)) < step * len(ranges)


@dataclass(frozen=True)
class Spell:
    """A stretch of periods without a rare event: ``start`` to ``end``, both included, with their cases if known."""

    start: int
    end: int
    cases: int | None

    @property
    def periods(self) -> int:
        return self.end - self.start + 1


def is_of_the_missing(series: Series) -> bool:
    """Whether the rare thing of a percentage is to be missing from it, as near 100; else to be counted, as near 0."""
    known = [c for p in series.points if (c := counted(p, series.unit)) is not None]
    return 2 * sum(c.cases for c in known) > sum(c.of for c in known)


def rare_events(series: Series) -> tuple[int | None, ...]:
    """How often the rare thing happened in each period: of a percentage near 100 the cases that are missing, near 0
    those that are counted; of a count itself. None at a gap and where it is not known.
    """
    if series.unit is Unit.COUNT:
        return tuple(None if p.stated is None else int(p.stated) for p in series.points)
    cases: list[Counted | None] = [counted(p, series.unit) for p in series.points]
    is_high = is_of_the_missing(series)
    return tuple(None if c is None else c.of - c.cases if is_high else c.cases for c in cases)


def spells(series: Series) -> tuple[Spell, ...]:
    """The stretches without the rare event, oldest first; the one that still lasts ends with the newest period.

    A g chart counts the cases from one event to the next; of whole periods only how many had none is known. A gap ends
    a stretch.
    """
    events = rare_events(series)
    cases = [counted(p, series.unit) for p in series.points]
    found: list[Spell] = []
    start: int | None = None
    for at in range(len(events) + 1):
        quiet = at < len(events) and events[at] == 0
        if quiet and start is None:
            start = at
        elif not quiet and start is not None:
            numbers = [c.of for c in cases[start:at] if c is not None]
            found.append(Spell(start, at - 1, sum(numbers) if len(numbers) == at - start else None))
            start = None
    return tuple(found)
