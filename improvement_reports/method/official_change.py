"""Did an official value change by more than chance since the year before, and is that better. Pure functions of tables.

The department publishes no numerators. They follow from the value and the number of cases, as near as its rounding lets
them; a change by less than the rounding can hide is below the smallest change that counts.
"""

from decimal import Decimal
from functools import lru_cache
from math import sqrt

from improvement_reports.domain.numbers import round_half_up
from improvement_reports.domain.vocabulary import SIZES, Direction, Unit
from improvement_reports.method.funnel import FEWEST_OF_A_MEAN
from improvement_reports.method.progress import direction_of_travel
from improvement_reports.method.two_proportions import LARGEST, Counted, supported
from improvement_reports.official.cases import cases, per_case
from improvement_reports.official.statistics import OfficialStatistics

# So many cases expected on either side, and the two shares so many standard errors apart: the exact test is not needed.
MANY, CLEARLY_ALIKE, CLEARLY_APART = 50, 1.8, 3.5
# The smallest change of an official value that is called a change, in its unit; percentages have one of their own.
SMALLEST = {Unit.RATE: 1.0, Unit.SCORE: 0.5, Unit.CASES: 0.5}


def is_supported(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> bool | None:
    """Whether the value of a year and that of the year before differ by more than chance; None where it cannot be told:
    of averages, and where the number of cases is not known.
    """
    unit = official.measure(measure_id).unit
    if unit not in (Unit.PERCENT, Unit.RATE):
        return None
    counts = [_counted(official, measure_id, y, la_code, unit) for y in (year, year - 1)]
    now, before = counts
    return None if now is None or before is None else _differ(now, before)


# The same pair is asked for its direction and for whether it stands out; of thousands of cases the test takes a while.
@lru_cache(maxsize=512)
def _differ(now: Counted, before: Counted) -> bool:
    """`supported`, without the exact test where so many cases are clearly alike or clearly apart."""
    pooled = (now.cases + before.cases) / (now.of + before.of)
    expected = min(pooled, 1 - pooled) * min(now.of, before.of)
    if expected < MANY or max(now.of, before.of) <= LARGEST:
        return supported(now, before)
    error = sqrt(pooled * (1 - pooled) * (1 / now.of + 1 / before.of))
    score = abs(now.cases / now.of - before.cases / before.of) / error
    return score > CLEARLY_APART or (score > CLEARLY_ALIKE and supported(now, before))


def _counted(official: OfficialStatistics, measure_id: str, year: int, la_code: str, unit: Unit) -> Counted | None:
    value = official.known.values_of(measure_id, year).get(la_code)
    of = cases(official, measure_id, year, la_code)
    if value is None or of is None or (whole := int(round_half_up(Decimal(of), 0))) < 1:
        return None
    number = int(round_half_up(Decimal(per_case(value, unit) * whole), 0))
    return Counted(min(number, whole), whole)


def official_direction(
    official: OfficialStatistics, measure_id: str, year: int, la_code: str, change: Decimal | None
) -> Direction:
    """Which way a value went since the year before. A count goes up or down, which says nothing of better; a percentage
    or a rate moved if chance does not explain it; of an average it is not judged.
    """
    measure = official.measure(measure_id)
    moved = direction_of_travel(change, measure.better_when, SMALLEST.get(measure.unit, measure.change_threshold))
    if measure.unit in SIZES or moved in (Direction.TOO_FEW_POINTS, Direction.NO_SIGNIFICANT_CHANGE):
        return moved
    told = is_supported(official, measure_id, year, la_code)
    if told is None:
        return Direction.NOT_JUDGED
    return moved if told else Direction.NO_SIGNIFICANT_CHANGE


def stands_out(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> bool:
    """Whether a large change may be shown: chance does not explain it, or it is of an average of enough cases."""
    told = is_supported(official, measure_id, year, la_code)
    if told is not None or official.measure(measure_id).unit in (Unit.PERCENT, Unit.RATE):
        return bool(told)
    numbers = [cases(official, measure_id, y, la_code) for y in (year, year - 1)]
    return all(n is not None and n >= FEWEST_OF_A_MEAN for n in numbers)
