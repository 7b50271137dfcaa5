"""Which official measures belong together, from params/official_lists.yml: subjects, what a year covers, joint returns.

What holds of single measures stands there and not in code, so that a new measure needs no programmer.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import Fault, InvalidInput, listed
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.workspace.fields import AuthorityCode, Identifier, Strict, Text, as_text
from improvement_reports.workspace.official_tables import LISTS_FILE
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml, validated

NAME = f"params/{LISTS_FILE}"
WANTED = "the lists “subjects”, “year_covers”, “beside_others” and “trends”, as the template has them"
Measures = tuple[Identifier, ...]
MonthAndDay = Annotated[str, BeforeValidator(as_text), Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30)$")]

WHOLE_YEARS = (PeriodType.ROLLING_12M, PeriodType.YEAR, PeriodType.ACADEMIC_YEAR, PeriodType.NOT_DATED)
CHILDREN = "children"  # a number that is no measure: those who live in an area


class Year(StrEnum):
    """What a reporting year of a measure covers: what there is on one day, or what happened in a year."""

    END_OF_MARCH = "31 March"
    END_OF_SEPTEMBER = "30 September"
    TO_MARCH = "year to March"
    FINANCIAL = "financial year"

    def words(self, year: int) -> str:
        """31 March 2018, 30 September 2018, year to March 2018, 2017 to 2018."""
        return nb.financial_year(f"{year}-03") if self is Year.FINANCIAL else f"{self.value} {year}"

    @property
    def is_on_a_day(self) -> bool:
        """Whether it counts what there is on one day, and not what happens during a year."""
        return self in (Year.END_OF_MARCH, Year.END_OF_SEPTEMBER)

    def holding(self, period: str) -> int:
        """The reporting year that a period (YYYY, YYYY-MM, YYYY-MM-DD) belongs to: for a stock the nearest 31 March,
        else the year that holds it.
        """
        year, month = int(period[:4]), int(period[5:7] or 3)
        match self:
            case Year.END_OF_SEPTEMBER:
                return year if month >= 4 else year - 1
            case Year.END_OF_MARCH:
                return year if month <= 9 else year + 1
        return year if month <= 3 else year + 1

    def nearest(self, period: str, period_type: PeriodType) -> int:
        """The reporting year that a figure stands nearest to: of a stock its day, of a whole year the one that overlaps
        most (the earlier of two), of a part of a year the year that holds it.
        """
        is_whole_year = period_type in WHOLE_YEARS
        return (Year.END_OF_MARCH if is_whole_year and not self.is_on_a_day else self).holding(period)

    def side(self, period: str, period_type: PeriodType) -> int:
        """Whether a figure is of a day before (-1), on (0) or after (1) the end of the reporting year nearest to it."""
        month = 9 if self is Year.END_OF_SEPTEMBER else 3
        end = nb.last_day(f"{self.nearest(period, period_type)}-{month:02}")
        day = nb.last_day(period if len(period) > 4 else f"{period}-{month:02}")
        return (day > end) - (day < end)


class JointReturns(Strict):
    """Measures that some pairs of authorities report together, so that both have the same figure."""

    measures: Measures
    authorities: tuple[tuple[AuthorityCode, AuthorityCode], ...]


class OfficialLists(Strict):
    """``params/official_lists.yml``, each list with the ids of its measures."""

    subjects: dict[Text, Measures]
    year_covers: dict[Year, Measures]
    beside_others: Measures
    trends: Measures
    joint_returns: JointReturns | None = None
    # Counts of which the department also publishes every month (referrals-by-month.csv).
    by_month: Measures = ()
    # The day of the next year (MM-DD) from which a measure is known, where its release has an earlier one.
    published_later: dict[Identifier, MonthAndDay] = Field(default_factory=dict)
    # Of how many cases a value is, or the nearest number that is published; see `official/cases`.
    counted_of: dict[Identifier, Measures] = Field(default_factory=dict)
    nearest_of: dict[Identifier, Measures] = Field(default_factory=dict)
    children_from: tuple[tuple[Identifier, Identifier], ...] = ()

    @cached_property
    def _years(self) -> dict[str, Year]:
        return {measure: year for year, measures in self.year_covers.items() for measure in measures}

    def year(self, measure_id: str) -> Year:
        return self._years.get(measure_id, Year.TO_MARCH)

    def has_months(self, measure_id: str) -> bool:
        """Whether the department publishes each month of a measure too."""
        return measure_id in self.by_month

    def joint_code(self, measure_id: str, la_code: str) -> str | None:
        """The code of the authority that a figure is of as well, if there is one."""
        if self.joint_returns is None or measure_id not in self.joint_returns.measures:
            return None
        pairs = (pair for pair in self.joint_returns.authorities if la_code in pair)
        return next((other for pair in pairs for other in pair if other != la_code), None)

    def joint_twice(self, measure_id: str, la_code: str, codes: Iterable[str]) -> tuple[str, ...]:
        """Which of an authority's neighbours have the figure of a joint return that its own figure, or a neighbour
        before them, has already.
        """
        had, twice = {la_code}, []
        for code in codes:
            twice += [code] if self.joint_code(measure_id, code) in had else []
            had.add(code)
        return tuple(twice)

    @property
    def named(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Every list with the words that say where it stands."""
        yield from ((f"subjects, {subject}", measures) for subject, measures in self.subjects.items())
        yield from ((f"year_covers, {year}", measures) for year, measures in self.year_covers.items())
        yield from (("beside_others", self.beside_others), ("trends", self.trends))
        yield from [("joint_returns", self.joint_returns.measures)] if self.joint_returns else []
        yield "by_month", self.by_month
        yield "published_later", tuple(self.published_later)
        for name, numbers in (("counted_of", self.counted_of), ("nearest_of", self.nearest_of)):
            yield name, tuple(numbers)
            yield from ((f"{name}, {m}", tuple(n for n in of if n != CHILDREN)) for m, of in numbers.items())
        yield from ((f"children_from, {count}", (count, rate)) for count, rate in self.children_from)


# What tables have of which nothing is said: no subjects, and years to March.
NO_LISTS = OfficialLists(subjects={}, year_covers={}, beside_others=(), trends=())


def load_lists(project: Project) -> OfficialLists:
    """The lists; `InvalidInput` if the file is missing or wrong, or has one measure in two places where it has one.

    Whether the measures are those of the department's table, `list_faults` says.
    """
    lists = validated(OfficialLists, load_yaml(project.params / LISTS_FILE, NAME, WANTED), NAME)
    if faults := _twice(lists):
        raise InvalidInput(NAME, faults)
    return lists


def _twice(lists: OfficialLists) -> list[Fault]:
    """Measures that stand twice in a list, or in two lists of which they can be in one."""
    faults = []
    for where, measures in lists.named:
        faults += [
            Fault(f"{NAME}, {where}", f"“{m}” stands twice; take one out")
            for m in dict.fromkeys(measures)
            if measures.count(m) > 1
        ]
    sizes = {"counted_of": tuple(lists.counted_of), "nearest_of": tuple(lists.nearest_of)}
    for group, parts in (
        ("subjects", lists.subjects),
        ("year_covers", lists.year_covers),
        ("counted_of and nearest_of", sizes),
    ):
        for measure in dict.fromkeys(m for measures in parts.values() for m in measures):
            places = [f"“{part}”" for part, measures in parts.items() if measure in measures]
            if len(places) > 1:
                faults.append(
                    Fault(f"{NAME}, {group}", f"“{measure}” stands under {listed(places, 'and')}; keep one of them")
                )
    return faults


def list_faults(lists: OfficialLists, known: Collection[str]) -> list[Fault]:
    """What the lists say of measures that measures.csv does not have, and which of its measures they leave out."""
    faults = [
        Fault(
            f"{NAME}, {where}",
            f"“{m}” is not a measure of measures.csv{suggestion(m, known)}; correct it, or take it out",
        )
        for where, measures in lists.named
        for m in dict.fromkeys(measures)
        if m not in known
    ]
    for group, parts in (("subjects", lists.subjects), ("year_covers", lists.year_covers)):
        there = {m for measures in parts.values() for m in measures}
        faults += [
            Fault(f"{NAME}, {group}", f"the measure “{m}” of measures.csv stands nowhere; add it under one of them")
            for m in known
            if m not in there
        ]
    return faults
