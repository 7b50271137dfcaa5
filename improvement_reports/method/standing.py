"""Where an authority stands in official statistics: rank, quarter, change and what is unusual. Pure functions of the
tables.
"""

import statistics
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from improvement_reports.domain.vocabulary import Area, BetterWhen, Direction, Unit, ValueStatus
from improvement_reports.method.progress import direction_of_travel
from improvement_reports.official.statistics import Comparator, OfficialStatistics

# Below this many authorities with a value, a rank says little.
FEWEST_RANKED = 20
# A value is unusual this many interquartile ranges beyond the quarters (Tukey's fences).
FENCE = Decimal("1.5")


@dataclass(frozen=True)
class Standing:
    """One measure of one authority in its newest year: value, year before, others, rank and what is unusual.

    ``rank`` 1 is the best, for neutral measures the highest; equal values share a rank. ``quarter`` 1 to 4 in the same
    order.
    ``shift`` is the change divided by the interquartile range of all authorities' changes.
    """

    measure_id: str
    year: int
    row: pd.Series
    value: Decimal
    before: pd.Series | None
    change: Decimal | None
    others: dict[str, Comparator]
    rank: int | None
    of: int
    quarter: int | None
    fence: str
    shift: float | None


def standing(official: OfficialStatistics, measure_id: str, la_code: str, newest: int) -> Standing | None:
    """The standing in the newest year up to ``newest`` for which the authority has a published value, or None."""
    years = [y for y in official.years(measure_id, la_code) if y <= newest]
    if not years:
        return None
    year = years[-1]
    row = official.row(measure_id, year, la_code)
    assert row is not None  # the year is one of those with a value
    value = Decimal(row["value_text"])
    before = official.row(measure_id, year - 1, la_code)
    if before is not None and before["status"] != ValueStatus.PUBLISHED:
        before = None
    change = None if before is None else value - Decimal(before["value_text"])
    values = list(official.known.values_of(measure_id, year).values())
    rank = quarter = None
    if len(values) >= FEWEST_RANKED:
        lower_first = official.measure(measure_id).better_when is BetterWhen.LOWER
        rank = 1 + sum(v < value if lower_first else v > value for v in values)
        quarter = min(4, 1 + (4 * (rank - 1)) // len(values))
    others = {
        a.value: found
        for a in Area
        if a is not Area.PEER_GROUP
        and (found := official.comparator(measure_id, year, a, la_code))
        and found.value is not None
    }
    return Standing(
        measure_id,
        year,
        row,
        value,
        before,
        change,
        others,
        rank,
        len(values),
        quarter,
        _fence(value, values),
        _shift(official, measure_id, year, change),
    )


def _quarters(values: list[Decimal]) -> tuple[Decimal, Decimal]:
    cuts = statistics.quantiles(values, n=4, method="inclusive")
    return cuts[0], cuts[2]


def _fence(value: Decimal, values: list[Decimal]) -> str:
    """ "high" or "low" beyond the fences, else ""."""
    if len(values) < FEWEST_RANKED:
        return ""
    low, high = _quarters(values)
    reach = FENCE * (high - low)
    if reach == 0:
        return ""
    return "high" if value > high + reach else "low" if value < low - reach else ""


def _shift(official: OfficialStatistics, measure_id: str, year: int, change: Decimal | None) -> float | None:
    if change is None:
        return None
    changes = official.known.changes_of(measure_id, year)
    if len(changes) < FEWEST_RANKED:
        return None
    low, high = _quarters(changes)
    return float(change / (high - low)) if high > low else None


def standings(official: OfficialStatistics, la_code: str, newest: int) -> list[Standing]:
    """The standing on every measure that has a value, in the department's order."""
    found = (standing(official, m, la_code, newest) for m in official.measures)
    return [s for s in found if s is not None]


# The smallest change of an official value that is called a change, in its unit; percentages have one of their own.
SMALLEST = {Unit.RATE: 1.0, Unit.SCORE: 0.5, Unit.CASES: 0.5}


def official_direction(official: OfficialStatistics, measure_id: str, change: Decimal | None) -> Direction:
    measure = official.measure(measure_id)
    threshold = SMALLEST.get(measure.unit, measure.change_threshold)
    return direction_of_travel(change, measure.better_when, threshold)
