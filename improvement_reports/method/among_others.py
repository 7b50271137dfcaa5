"""All authorities in one measure and year, with their numbers of cases: funnel, ranks, and who has none."""

import statistics
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from improvement_reports.domain.vocabulary import BetterWhen, Unit
from improvement_reports.method.funnel import (
    FEWEST_CASES,
    FEWEST_OF_A_MEAN,
    FEWEST_PLACES,
    Funnel,
    Place,
    funnel,
    too_few_cases,
    withheld_words,
)
from improvement_reports.official.cases import cases, is_counted, per_case
from improvement_reports.official.statistics import OfficialStatistics

# Below this many authorities with a value, a rank says little.
FEWEST_RANKED = FEWEST_PLACES
# Where no funnel can be made, a value is unusual this many interquartile ranges beyond the quarters (Tukey's fences).
FENCE = Decimal("1.5")

OF_CASES = (Unit.PERCENT, Unit.RATE)  # units whose values are a number of cases by another


@dataclass(frozen=True)
class AmongOthers:
    """``values`` and ``of`` by the code of the authority; ``of`` has those whose number of cases is known.
    ``is_counted``: of what the values are is named; ``authorities``: how many there were that year.
    """

    values: dict[str, Decimal]
    of: dict[str, float]
    is_counted: bool
    authorities: int
    unit: Unit
    better_when: BetterWhen

    @cached_property
    def funnel(self) -> Funnel | None:
        """The limits for each number of cases; None for averages, of which it is not known how cases vary."""
        if self.unit not in OF_CASES:
            return None
        places = [self._place(code) for code in self.values if code in self.of]
        return funnel(places, is_share=self.unit is Unit.PERCENT)

    def _place(self, code: str) -> Place:
        return Place(per_case(self.values[code], self.unit), self.of[code])

    def why_unranked(self, code: str) -> str:
        """Why a value has no rank; nothing where it has one."""
        n = len(self.values)
        if n < FEWEST_RANKED:
            return f"only {n} authorities have a value"
        if words := withheld_words(self.authorities - n, self.authorities):
            return f"{words}, and there is no rank"
        if self.is_counted and code not in self.of:
            return "of how many cases is not published"
        return f"fewer than {FEWEST_CASES} cases" if too_few_cases(self._events(code)) else ""

    def _events(self, code: str) -> float | None:
        """How many cases a value is of; of a rate how many would be expected of an ordinary authority of that size."""
        of = self.of.get(code)
        if of is None or self.unit is not Unit.RATE or self.funnel is None:
            return of
        return of * self.funnel.centre**2

    def rank(self, code: str) -> int:
        """1 is the best, for neutral measures the highest; equal values share a rank."""
        own, lower_first = self.values[code], self.better_when is BetterWhen.LOWER
        return 1 + sum(v < own if lower_first else v > own for v in self.values.values())

    def quarter(self, code: str) -> int:
        return min(4, 1 + (4 * (self.rank(code) - 1)) // len(self.values))

    def is_apart(self, code: str) -> bool:
        """Whether a value is further from the middle than chance explains; of averages, whether it is of enough cases.
        Where the number of cases is not known, and where there is no rank, it is not.
        """
        if self.why_unranked(code) or code not in self.of:
            return False
        if self.funnel is not None:
            return bool(self.funnel.apart(self._place(code)))
        return self.unit not in OF_CASES and self.of[code] >= FEWEST_OF_A_MEAN

    def fence(self, code: str) -> str:
        """ "high" or "low" where a value is unusual for its number of cases, else ""."""
        if self.why_unranked(code) or code not in self.of:
            return ""
        if self.funnel is not None:
            return self.funnel.unusual(self._place(code))
        return _beyond_fences(self.values[code], list(self.values.values())) if self.is_apart(code) else ""


def _beyond_fences(value: Decimal, values: list[Decimal]) -> str:
    low, high = quarters(values)
    reach = FENCE * (high - low)
    if reach == 0:
        return ""
    return "high" if value > high + reach else "low" if value < low - reach else ""


def quarters(values: list[Decimal]) -> tuple[Decimal, Decimal]:
    """The lower and the upper quarter of 20 values or more."""
    cuts = statistics.quantiles(values, n=4, method="inclusive")
    return cuts[0], cuts[2]


def among_others(official: OfficialStatistics, measure_id: str, year: int) -> AmongOthers:
    """All authorities in one measure and year; worked out once for each set of statistics."""
    key = measure_id, year
    if key not in official.compared:
        official.compared[key] = _among_others(official, measure_id, year)
    found = official.compared[key]
    assert isinstance(found, AmongOthers)
    return found


def _among_others(official: OfficialStatistics, measure_id: str, year: int) -> AmongOthers:
    measure, values = official.measure(measure_id), official.known.values_of(measure_id, year)
    numbers = {code: cases(official, measure_id, year, code) for code in values}
    of = {code: number for code, number in numbers.items() if number is not None}
    authorities = len(official.known.reporting(year))
    return AmongOthers(values, of, is_counted(official, measure_id), authorities, measure.unit, measure.better_when)


def withheld_beside(official: OfficialStatistics, measure_id: str, year: int) -> str:
    """What is said beside a mean of a measure that a third of authorities or more have no value of; else nothing."""
    found = among_others(official, measure_id, year)
    return withheld_words(found.authorities - len(found.values), found.authorities)
