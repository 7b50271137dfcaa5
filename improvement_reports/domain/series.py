"""The times of a series: which comes later, how far apart its points are, which are missing, and which row holds for a
time.

Periods are texts, YYYY-MM or YYYY-MM-DD; a month stands for its end. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING

from improvement_reports.domain.numbers import last_day, parse_date
from improvement_reports.domain.vocabulary import PeriodType

if TYPE_CHECKING:
    import pandas as pd

# How far apart the ends of such periods are when none is left out, in months; a finer step only where the points say
# so.
NATURAL_STEP = {PeriodType.MONTH: 1, PeriodType.QUARTER: 3, PeriodType.YEAR: 12} | {
    PeriodType.SIX_MONTHS: 6,
    PeriodType.ACADEMIC_YEAR: 12,
}
# Of two kinds of period with equally many values the finer one is drawn.
FINEST_FIRST = list(PeriodType)
# From so many points on, a coarser step that all of them keep is the step of the series, and not a chance of two.
SHOW_A_STEP = 3


@lru_cache(maxsize=4096)
def end_of(period: str) -> str:
    """The last day of a period, YYYY-MM-DD: what is compared where one row names a month and another a day."""
    return last_day(period).isoformat()


@lru_cache(maxsize=4096)
def month_number(period: str) -> int:
    """A period as a number of months."""
    day = parse_date(period)
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from ``first`` to ``last``, YYYY-MM, both included."""
    return [month_text(n) for n in range(month_number(first), month_number(last) + 1)]


def year_before(period: str) -> str:
    """The last day of the period a year earlier; the end of a month stays the end of that month, on leap days too."""
    year = int(period[:4]) - 1
    if len(period) < 10 or end_of(period[:7]) == period:
        return end_of(f"{year}{period[4:7]}")
    return f"{year}{period[4:]}"


def step_of(months: Iterable[int], period_type: str) -> int:
    """Months from one point of a series to the next when none is missing.

    The points say it themselves: the widest step that fits all of them. Quarters and years are never further apart than
    a quarter and a year, and two values for months alone do not make a wider step than a month.

    >>> step_of([0, 3, 6, 12], "month"), step_of([0, 4], "month"), step_of([0, 6], "quarter")
    (3, 1, 3)
    """
    months = sorted(set(months))
    apart = gcd(*(b - a for a, b in pairwise(months))) if len(months) > 1 else 0
    natural = NATURAL_STEP.get(PeriodType(period_type))
    if natural and (natural > 1 or len(months) < SHOW_A_STEP):
        return gcd(apart, natural)
    return apart or 1


def expected_periods(periods: Iterable[str], period_type: str) -> list[str]:
    """The periods of a series and, between them, those that its step leads to expect and that are missing; in order of
    time.

    Missing ones are months. A series with more than one day in a month has a value for each of those days.
    """
    found = sorted(set(periods), key=end_of)
    if not found:
        return []
    at = {month_number(p) for p in found}
    step = step_of(at, period_type)
    missing = [month_text(n) for n in range(min(at), max(at), step) if n not in at]
    return sorted([*found, *missing], key=end_of)


def one_per_time(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of one series in order of time, one for each time; of two that end on one day the first holds.

    In `Facts` the newer return stands first.
    """
    ends = rows["period"].map(end_of)
    kept = rows[~ends.duplicated(keep="first")]
    return kept.loc[ends[kept.index].sort_values(kind="stable").index]


def drawn_type(types: pd.Series) -> str:
    """The kind of period that a trend draws where a measure has several: that with most values, of equals the
    finest.
    """
    counts = types.value_counts()
    return max(counts.index, key=lambda t: (counts[t], -FINEST_FIRST.index(PeriodType(t))))
