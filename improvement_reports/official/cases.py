"""Of how many cases an official value is: params/official_lists.yml names the numbers, the tables have them.

The department publishes percentages and rates without their numerators. Of how many children, referrals or posts they
are follows from other measures of the same authority and year, or the nearest number does.
"""

from decimal import Decimal

from improvement_reports.domain.vocabulary import Unit
from improvement_reports.official.lists import CHILDREN
from improvement_reports.official.statistics import OfficialRow, OfficialStatistics

PER_CHILDREN = 10_000  # what rates are of
# Of a number that is only the nearest one, so much is counted: the group is a part of it, how large a part is not
# published.
PART_OF_NEAREST = Decimal(1) / 3


def cases(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> float | None:
    """Of how many cases an authority's value of a year is; None where that is not known."""
    found = [_number(official, name, year, la_code) for name in _names(official, measure_id)]
    parts = [part for part in found if part is not None]
    if not parts or len(parts) < len(found):
        return None
    number = sum(parts, Decimal(0))
    return float(number * PART_OF_NEAREST if is_nearest(official, measure_id) else number)


def is_nearest(official: OfficialStatistics, measure_id: str) -> bool:
    """Whether the number of cases is not published, so that a part of the nearest one is taken."""
    return measure_id in official.lists.nearest_of


def is_counted(official: OfficialStatistics, measure_id: str) -> bool:
    """Whether the lists name of what the values of a measure are."""
    return bool(_names(official, measure_id))


def rows_of_cases(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> list[OfficialRow]:
    """The rows that the number of cases is made from."""
    used: list[str] = []
    for name in _names(official, measure_id):
        of_children = name == CHILDREN or official.measure(name).unit is Unit.RATE
        used += ([] if name == CHILDREN else [name]) + (_pair(official, year, la_code) if of_children else [])
    found = (official.row(name, year, la_code) for name in dict.fromkeys(used))
    return [row for row in found if row is not None]


def rows_of_cases_of_two(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> list[OfficialRow]:
    """The rows behind the numbers of cases of a year and of the year before."""
    return [row for y in (year, year - 1) for row in rows_of_cases(official, measure_id, y, la_code)]


def per_case(value: Decimal, unit: Unit) -> float:
    """A percentage as a share of 1, a rate as one for each child."""
    return float(value / (PER_CHILDREN if unit is Unit.RATE else 100))


def _names(official: OfficialStatistics, measure_id: str) -> tuple[str, ...]:
    lists = official.lists
    names = lists.counted_of.get(measure_id) or lists.nearest_of.get(measure_id, ())
    return names if all(name == CHILDREN or name in official.measures for name in names) else ()


def _number(official: OfficialStatistics, name: str, year: int, la_code: str) -> Decimal | None:
    """A number: children of an area, what is behind a rate, or a count."""
    if name == CHILDREN:
        return children(official, year, la_code)
    value = official.known.values_of(name, year).get(la_code)
    if value is None or official.measure(name).unit is not Unit.RATE:
        return value
    all_children = children(official, year, la_code)
    return None if all_children is None else value * all_children / PER_CHILDREN


def children(official: OfficialStatistics, year: int, la_code: str) -> Decimal | None:
    """How many children live in an area: a count by the rate that is of it."""
    if not (names := _pair(official, year, la_code)):
        return None
    count, rate = (official.known.values_of(name, year)[la_code] for name in names)
    return count * PER_CHILDREN / rate


def _pair(official: OfficialStatistics, year: int, la_code: str) -> list[str]:
    """The first count and rate that both have a value, the rate not 0; nothing where none has."""
    for pair in official.lists.children_from:
        values = [official.known.values_of(name, year).get(la_code) for name in pair]
        if None not in values and values[1] != 0:
            return list(pair)
    return []
