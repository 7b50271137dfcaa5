"""Traced numbers of official statistics: the authority's own value, England, its region and its statistical
neighbours.
"""

from decimal import Decimal
from functools import cached_property

from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.escaping import anywhere
from improvement_reports.domain.markup import slug
from improvement_reports.domain.vocabulary import AREA_NAMES, MISSING_WORDS, Area, BetterWhen, Direction, ValueStatus
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.shared import Shared
from improvement_reports.method.best_of_others import BEST_OF_OTHERS, best_of_others
from improvement_reports.method.standing import Standing, standings
from improvement_reports.method.two_proportions import LEVEL
from improvement_reports.official.statistics import Comparator, OfficialStatistics

OTHER_AREAS = (Area.ENGLAND, Area.REGION, Area.STATISTICAL_NEIGHBOURS)
JUDGED = (Direction.IMPROVING, Direction.NO_SIGNIFICANT_CHANGE, Direction.WORSENING)
# The quarters as `count_standings` names them, and an outer one that could be chance.
PLACES = ("best", "second", "third", "worst", "could_be_chance")


def comparator_figure(
    official: OfficialStatistics, measure_id: str, year: int, found: Comparator, home: str, la_code: str
) -> Figure:
    """The figure of one official value; ``home`` is the key of the authority whose report it stands in."""
    measure = official.measure(measure_id)
    area = "" if found.area == home else found.area
    figure_id = slug("dfe", measure_id, year, area, la_code if found.area not in (home, Area.ENGLAND) else "")
    if found.value is None:
        published, value = MISSING_WORDS[ValueStatus(found.status)], ""
        formula = f"no value: {published}"
    else:
        published = nb.format_value(found.value, measure.unit, measure.decimals)
        value = f"{nb.round_half_up(found.value, 6).normalize():f}"
        formula = "as published by the Department for Education"
        if found.area == Area.BEST_NEIGHBOUR:
            formula = (
                f"best value of {found.n} of the {found.of} statistical neighbours (model of"
                f" {int(found.rows[-1]['model_year'])}) that have one"
            )
        if found.area == Area.TOP_QUARTILE:
            formula = f"value of place {found.n} of {found.of} authorities, the best first"
        if found.area == Area.STATISTICAL_NEIGHBOURS:
            year_of_model = int(found.rows[-1]["model_year"])
            formula = (
                f"mean of {found.n} of the {found.of} statistical neighbours (model of {year_of_model}) that have a"
                " value"
            ) + "".join(_left_out(official, measure_id, code) for code in found.joint)
    return Figure(
        figure_id,
        "number",
        f"{measure.label}, {found.name}, {official.year_words(measure_id, year)}",
        published,
        value,
        str(measure.unit),
        measure_id,
        home if found.area == home else found.area,
        str(year),
        formula,
        inputs_of(found.rows),
    )


def _left_out(official: OfficialStatistics, measure_id: str, code: str) -> str:
    """What the formula of a mean says of a neighbour that counts with another one."""
    other = official.joint_with(measure_id, code)
    return f"; without {official.area_names[code]}, whose figure is that of {other} (joint return)"


class OfficialFigures(Shared):
    """The part of `Facts` that gives official statistics; `dfe` and `dfe_year` are functions of narrative."""

    def cell(self, figure: Figure) -> Markup:
        """The figure as it stands in a table whose row names the unit: 400.0, not 400.0 per 10,000."""
        return self.show(figure, figure.published.removesuffix(" per 10,000"))

    @property
    def _statistics(self) -> OfficialStatistics:
        """The official statistics, where a number of theirs is wanted."""
        if self.official is None:
            raise UserError(
                "there are no official statistics in data/raw/official-statistics; add them, or leave the reference out"
            )
        return self.official

    def _official_row(self, measure_id: str, area: str | None, year: int | None) -> tuple[int, Comparator]:
        self._statistics.measure(measure_id)
        years = self._statistics.years(measure_id, self.authority.la_code)
        if year is None and not years:
            raise UserError(
                f"no value of the official measure “{measure_id}” had been published by {self._statistics.known_by}"
            )
        year = years[-1] if year is None else int(year)
        wanted = self.authority_id if area is None else area
        allowed = [a.value for a in (*OTHER_AREAS, *BEST_OF_OTHERS)]
        if wanted != self.authority_id and wanted not in allowed:
            raise UserError(f"dfe() takes the areas {', '.join(allowed)}, not “{wanted}”")
        if wanted in BEST_OF_OTHERS:
            found = best_of_others(self._statistics, measure_id, year, wanted, self.authority.la_code)
        else:
            found = self._statistics.comparator(measure_id, year, wanted, self.authority.la_code)
        if found is None:
            raise UserError(f"no value of “{measure_id}” for {year} had been published by {self._statistics.known_by}")
        return year, found

    def dfe_figure(self, measure_id: str, area: str | None = None, year: int | None = None) -> Figure:
        year, found = self._official_row(measure_id, area, year)
        return comparator_figure(self._statistics, measure_id, year, found, self.authority_id, self.authority.la_code)

    def dfe(self, measure_id: str, area: str | None = None, year: int | None = None) -> Markup:
        """An official statistic, the newest that was known: ``{{ dfe("cpp_rate", area="england") }}``."""
        return self.show(self.dfe_figure(measure_id, area, year))

    def dfe_year(self, measure_id: str, year: int | None = None) -> Markup:
        """The date or year of an official statistic in words: 31 March 2018."""
        year, found = self._official_row(measure_id, None, year)
        figure = comparator_figure(self._statistics, measure_id, year, found, self.authority_id, self.authority.la_code)
        return self.show(figure, self._statistics.year_words(measure_id, year), "n date")

    def neighbour_words(self) -> str:
        """Which model the neighbours are of, and whether it is newer than the meeting."""
        near = self._statistics.neighbours(self.authority.la_code)
        if near is None:
            return "No statistical neighbours are known for this authority."
        words = (
            f"Statistical neighbours: the mean of those of the {len(near.codes)} authorities of the {near.model_year}"
            " model that had a value, with their number n."
        )
        if near.is_later:
            words += (
                f" The model of {near.model_year} is the first one held and is later than this meeting: the list of"
                " neighbours is later, their figures are not."
            )
        return words

    def count_rows(self, table: str, column: str | None = None, value: str | None = None) -> Markup:
        """How many rows a table of the return has, all or those with a value in a column: ``count_rows("findings",
        "assessment", "strength")``.
        """
        rows = self.tables.get(table)
        if rows is None:
            raise UserError(f"count_rows() knows no table “{table}”; it takes {', '.join(self.tables)}")
        if column is not None:
            if column not in rows:
                raise UserError(f"count_rows(): {table}.csv has no column “{column}”")
            rows = rows[rows[column] == value]
        label = f"Rows of {table}" + (f" whose {column} is {value}" if column else "")
        return self._count(
            slug("count", table, column or "all", value or ""), label, [r for _, r in rows.iterrows()], "number of rows"
        )

    @cached_property
    def standings(self) -> list[Standing]:
        """Where the authority stands on every official measure in the reporting year or the newest one before it."""
        return standings(self._statistics, self.authority.la_code, int(self.month[:4]))

    @property
    def recent_standings(self) -> list[Standing]:
        """Those of the reporting year or the year before. An older value stands in its table with its year, and says
        nothing of where the authority stands now.
        """
        return [s for s in self.standings if s.year >= int(self.month[:4]) - 1]

    @property
    def _with_a_side(self) -> list[Standing]:
        """The standings of now on measures of which one side is better. What is of a joint return is not of this
        authority alone, and is not counted.
        """
        official, code = self._statistics, self.authority.la_code
        return [
            s
            for s in self.recent_standings
            if official.measure(s.measure_id).better_when is not BetterWhen.NEUTRAL
            and not official.joint_with(s.measure_id, code)
        ]

    def authority_name(self) -> str:
        """The authority's name; no figure."""
        return anywhere(self.authority.short_name)

    def count_standings(self, state: str) -> Markup:
        """How many official measures are ranked, in the best, second, third or worst quarter, in an outer quarter by
        what could be chance, improving, worsening or unchanged, or can be judged as one of these three.
        """
        if self.official is None:
            raise UserError("count_standings() needs the official statistics, and this project has none")
        better = self._with_a_side
        directions = [d.value.replace(" ", "_") for d in Direction]
        allowed = ["ranked", "judged", *PLACES, *directions]
        if state not in allowed:
            raise UserError(f"count_standings() takes {', '.join(allowed)}, not {shown(state)}")
        chosen = [s for s in better if state in (_place(s), s.direction.value.replace(" ", "_"))]
        if state == "ranked":
            chosen = [s for s in better if s.quarter is not None]
        if state == "judged":
            chosen = [s for s in better if s.direction in JUDGED]
        rows = [s.row for s in chosen]
        return self._count(
            slug("count", "standings", state),
            f"Official measures: {state.replace('_', ' ')}",
            rows,
            f"number of measures ({len(chosen)})",
            len(chosen),
        )

    def expected_by_chance(self) -> Markup:
        """How many of the changes that can be judged would show a direction at the most if nothing had changed."""
        chosen = [s for s in self._with_a_side if s.direction in JUDGED]
        expected = len(chosen) * LEVEL
        label, formula = "Changes that chance alone shows at the most", f"{LEVEL:.0%} of {len(chosen)} changes"
        rounded = max(1, int(nb.round_half_up(Decimal(str(expected)), 0)))
        rows = [s.row for s in chosen]
        return self._count(slug("count", "standings", "by_chance"), label, rows, formula, rounded)

    def area_words(self, area: str) -> str:
        return self.authority.short_name if area == self.authority_id else AREA_NAMES[Area(area)]


def _place(s: Standing) -> str:
    """The name of the quarter of a standing in `PLACES`; nothing without a rank."""
    if s.quarter is None:
        return ""
    return "could_be_chance" if s.could_be_chance else PLACES[s.quarter - 1]
