"""The season of a monthly series, told apart from its changes."""

from collections.abc import Sequence
from statistics import fmean

from improvement_reports.domain.numbers import parse_date, to_decimal
from improvement_reports.method.spc_chart import ControlChart


def _month(text: str) -> tuple[int, int]:
    """Year and month of a YYYY-MM."""
    if len(text) != 7:
        raise ValueError(f"{text!r} is not a month (YYYY-MM)")
    day = parse_date(text)
    return day.year, day.month


def seasonal_factors(months: Sequence[str], values: Sequence[float | None]) -> dict[int, float]:
    """How high each calendar month (1 to 12) usually is, where 1 is the mean of its year.

    Each month (YYYY-MM) ÷ the mean of its year, averaged over the complete years, April to March, of a reference series
    such as England's; a year with a gap is left out. The mean of the twelve factors is 1. A report takes only the
    months that were published by its meeting. ValueError: no complete year, a month twice, a year with a mean of 0 or
    less.
    """
    known: dict[tuple[int, int], float] = {}
    seen = set()
    for text, value in zip(months, values, strict=True):
        year, month = _month(text)
        if (year, month) in seen:
            raise ValueError(f"{text} is there twice")
        seen.add((year, month))
        if value is not None:
            known[(year - (month < 4), month)] = float(to_decimal(value))
    years = sorted({year for year, _ in known})
    complete = [year for year in years if all((year, month) in known for month in range(1, 13))]
    if not complete:
        raise ValueError("seasonal factors need a complete year, April to March")
    means = {year: fmean(known[(year, month)] for month in range(1, 13)) for year in complete}
    if any(mean <= 0 for mean in means.values()):
        raise ValueError("seasonal factors need years with a mean above 0")
    return {month: fmean(known[(year, month)] / means[year] for year in complete) for month in range(1, 13)}


def seasonally_adjusted(
    months: Sequence[str], values: Sequence[float | None], factors: dict[int, float]
) -> list[float | None]:
    """The values ÷ the factor of their calendar month: what they were, had every month been an average one.

    One per month, in the measure's unit; a gap stays a gap. ValueError: a month without a factor above 0.
    """
    adjusted = []
    for text, value in zip(months, values, strict=True):
        factor = factors.get(_month(text)[1], 0)
        if factor <= 0:
            raise ValueError(f"{text} has no seasonal factor above 0")
        adjusted.append(None if value is None else float(to_decimal(value)) / factor)
    return adjusted


def season_explains(raw: ControlChart, adjusted: ControlChart) -> set[int]:
    """The points that are flagged as they were counted, but not once the season is taken out.

    ValueError if the charts are not of the same points.
    """
    if len(raw.points) != len(adjusted.points) or raw.gaps != adjusted.gaps:
        raise ValueError("the two charts do not have the same points and gaps")
    return set(raw.flagged - adjusted.flagged)
