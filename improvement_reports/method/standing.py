"""Where an authority stands in official statistics: rank, quarter, change and what is unusual. Pure functions of the
tables.
"""

from dataclasses import dataclass
from decimal import Decimal

from improvement_reports.domain.vocabulary import Area, Direction, ValueStatus
from improvement_reports.method.among_others import FEWEST_RANKED, among_others, quarters
from improvement_reports.method.official_change import official_direction, stands_out
from improvement_reports.official.statistics import Comparator, OfficialRow, OfficialStatistics


@dataclass(frozen=True)
class Standing:
    """One measure of one authority in its newest year: value, year before, others, rank and what is unusual.

    ``rank`` 1 is the best, for neutral measures the highest; equal values share a rank. ``quarter`` 1 to 4 in the same
    order. Without a rank ``why_unranked`` says why. ``is_apart``: chance does not explain how far the value is from the
    middle; only then is an outer quarter called best or worst. ``cases``: of how many the value is, where known.
    ``shift`` is the change divided by the interquartile range of all authorities' changes; ``stands_out``: it has a
    rank, and chance does not explain the change.
    """

    measure_id: str
    year: int
    row: OfficialRow
    value: Decimal
    before: OfficialRow | None
    change: Decimal | None
    direction: Direction
    others: dict[str, Comparator]
    rank: int | None
    of: int
    quarter: int | None
    why_unranked: str
    is_apart: bool
    cases: float | None
    fence: str
    shift: float | None
    stands_out: bool

    @property
    def could_be_chance(self) -> bool:
        """Whether it is among the first or the last quarter, and chance explains that."""
        return self.quarter in (1, 4) and not self.is_apart


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
    all_of_them = among_others(official, measure_id, year)
    why = all_of_them.why_unranked(la_code)
    return Standing(
        measure_id=measure_id,
        year=year,
        row=row,
        value=value,
        before=before,
        change=change,
        direction=official_direction(official, measure_id, year, la_code, change),
        others=_others(official, measure_id, year, la_code),
        rank=None if why else all_of_them.rank(la_code),
        of=len(all_of_them.values),
        quarter=None if why else all_of_them.quarter(la_code),
        why_unranked=why,
        is_apart=all_of_them.is_apart(la_code),
        cases=all_of_them.of.get(la_code),
        fence=all_of_them.fence(la_code),
        shift=_shift(official, measure_id, year, change),
        stands_out=change is not None and not why and stands_out(official, measure_id, year, la_code),
    )


def _others(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> dict[str, Comparator]:
    """England, the region and the neighbours, those that have a value."""
    areas = (Area.ENGLAND, Area.REGION, Area.STATISTICAL_NEIGHBOURS)
    found = {a.value: official.comparator(measure_id, year, a, la_code) for a in areas}
    return {area: c for area, c in found.items() if c is not None and c.value is not None}


def _shift(official: OfficialStatistics, measure_id: str, year: int, change: Decimal | None) -> float | None:
    if change is None:
        return None
    changes = official.known.changes_of(measure_id, year)
    if len(changes) < FEWEST_RANKED:
        return None
    low, high = quarters(changes)
    return float(change / (high - low)) if high > low else None


def standings(official: OfficialStatistics, la_code: str, newest: int) -> list[Standing]:
    """The standing on every measure that has a value, in the department's order; worked out once for each set of
    statistics.
    """
    key = "standings", la_code, newest
    if key not in official.compared:
        found = (standing(official, m, la_code, newest) for m in official.measures)
        official.compared[key] = tuple(s for s in found if s is not None)
    known = official.compared[key]
    assert isinstance(known, tuple)
    return list(known)
