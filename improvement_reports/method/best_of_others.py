"""Whom to learn from: the best of the statistical neighbours, and the value that the best quarter of authorities reach.

Both are values of one authority as published, never a mean; a measure of which neither way is better has neither.
"""

from decimal import Decimal

from improvement_reports.domain.vocabulary import AREA_NAMES, Area, BetterWhen, ValueStatus
from improvement_reports.method.among_others import FEWEST_RANKED
from improvement_reports.official.statistics import Comparator, OfficialRow, OfficialStatistics

BEST_OF_OTHERS = (Area.BEST_NEIGHBOUR, Area.TOP_QUARTILE)


def best_of_others(
    official: OfficialStatistics, measure_id: str, year: int, area: str, la_code: str
) -> Comparator | None:
    """One of `BEST_OF_OTHERS` for an authority; None where it cannot be said. Its first row is the one whose value it
    is.
    """
    better = official.measure(measure_id).better_when
    if better is BetterWhen.NEUTRAL:
        return None
    if area == Area.BEST_NEIGHBOUR:
        return _best_neighbour(official, measure_id, year, la_code, better)
    rows = _best_first(official.published(measure_id, year).to_dict("records"), better)
    if len(rows) < FEWEST_RANKED:
        return None
    place = -(-len(rows) // 4)  # of 151 the 38th: a quarter of them is as good or better
    row = rows[place - 1]
    return Comparator(area, AREA_NAMES[Area.TOP_QUARTILE], _value(row), "published", (row,), place, len(rows))


def _best_neighbour(
    official: OfficialStatistics, measure_id: str, year: int, la_code: str, better: BetterWhen
) -> Comparator | None:
    near = official.neighbours(la_code)
    if near is None:
        return None
    found = [r for c in near.codes if (r := official.row(measure_id, year, c)) is not None]
    rows = _best_first([r for r in found if r["status"] == ValueStatus.PUBLISHED], better)
    if not rows:
        return None
    name = f"{AREA_NAMES[Area.BEST_NEIGHBOUR]} ({official.area_names[rows[0]['la_code']]})"
    of = len(near.codes)
    return Comparator(Area.BEST_NEIGHBOUR, name, _value(rows[0]), "published", (*rows, *near.rows), len(rows), of)


def _best_first(rows: list[OfficialRow], better: BetterWhen) -> list[OfficialRow]:
    """Rows with the best value first; of equal ones that with the smaller code."""
    sign = -1 if better is BetterWhen.HIGHER else 1
    return sorted(rows, key=lambda r: (sign * _value(r), r["la_code"]))


def _value(row: OfficialRow) -> Decimal:
    return Decimal(row["value_text"])
