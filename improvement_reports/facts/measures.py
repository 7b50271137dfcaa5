"""Traced numbers of measures: values, changes, targets, distances, and the sentence that says all of them."""

from collections.abc import Sequence
from typing import Unpack

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.escaping import anywhere
from improvement_reports.domain.markup import aside, joined, tagged
from improvement_reports.domain.references import find_target
from improvement_reports.domain.series import end_of
from improvement_reports.domain.vocabulary import (
    MISSING_WORDS,
    NOT_COUNTED,
    TARGET_MARKS,
    Direction,
    PeriodType,
    TargetResult,
    Unit,
    ValueStatus,
)
from improvement_reports.domain.wording import in_period, period_words, recorded_period
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.levels import LevelFigures
from improvement_reports.facts.shared import Where
from improvement_reports.method.judgement_words import CHARTS, rule_words
from improvement_reports.method.progress import Position, is_disputed, near_end

WITHHELD = "withheld"


class MeasureFigures(LevelFigures):
    """The part of `Facts` that gives numbers of observations; each public function is one of narrative."""

    def value_figure(self, row: pd.Series) -> Figure:
        measure = self.measures[row["measure_id"]]
        if pd.isna(row["value"]):
            published, value = self._missing_words(row), ""
            formula = "no value: " + published
        else:
            published = self._as_shown(row["value"], measure.unit, int(row["value_decimals"]))
            value = str(nb.to_decimal(row["value"]).normalize().__format__("f"))
            formula = "as stated in the source"
            if pd.notna(row["numerator"]) and pd.notna(row["denominator"]) and measure.unit is Unit.PERCENT:
                exact = 100 * nb.to_decimal(row["numerator"]) / nb.to_decimal(row["denominator"])
                formula += (
                    f"; {nb.format_number(row['numerator'])} ÷ {nb.format_number(row['denominator'])} ="
                    f" {nb.format_value(exact, measure.unit, 2)}"
                )
        return self._figure(row, "", self.label(row), published, value, measure.unit, formula, [row])

    def _missing_words(self, row: pd.Series) -> str:
        """Why there is no value. Of areas below the authority one small number takes the others with it, so that of
        none is said that it is small.
        """
        is_withheld = row["value_status"] == ValueStatus.SUPPRESSED and row["area"] in self.authority.area_names
        return WITHHELD if is_withheld else MISSING_WORDS[ValueStatus(row["value_status"])]

    def _figure(
        self,
        row: pd.Series,
        part: str,
        label: str,
        published: str,
        value: nb.Number,
        unit: str,
        formula: str,
        rows: Sequence[pd.Series | None],
    ) -> Figure:
        return Figure(
            self.row_id(row, part),
            "number",
            label,
            published,
            str(value),
            str(unit),
            row["measure_id"],
            row["area"],
            recorded_period(row),
            formula,
            inputs_of(rows),
        )

    def value(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        """The value of a measure: ``{{ value("casework_supervision_pct", period="2021-03") }}``; of one that its own
        counts contradict, that it is disputed.
        """
        row = self.row(measure_id, **where)
        shown = self.show(self.value_figure(row))
        return joined(shown, " (disputed)") if is_disputed(row, self.measures[measure_id]) else shown

    def _part(self, part: str, measure_id: str, where: Where) -> Markup:
        row = self.row(measure_id, **where)
        if pd.isna(row[part]):
            raise UserError(f"“{measure_id}” has no {part} for {row['period']}")
        published = nb.format_number(row[part])  # as stated: a numerator may be full-time equivalents
        label = f"{self.label(row)}: {part}"
        return self.show(
            self._figure(
                row, part, label, published, published.replace(",", ""), Unit.COUNT, "as stated in the source", [row]
            )
        )

    def numerator(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        return self._part("numerator", measure_id, where)

    def denominator(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        return self._part("denominator", measure_id, where)

    def period(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        """The period of an observation in words, linked to it: 12 months to April 2021."""
        row = self.row(measure_id, **where)
        return self.show(self.value_figure(row), period_words(row["period"], row["period_type"]), "n date")

    def marked_value(self, row: pd.Series) -> Markup:
        """The value as it stands in tables, lists and charts: one that does not follow from its own counts says so."""
        shown = self.show(self.value_figure(row))
        return tagged(shown, "disputed") if is_disputed(row, self.measures[row["measure_id"]]) else shown

    def dated_value(self, row: pd.Series) -> Markup:
        """The value as it stands in a list under the report's month: one of another month says which."""
        shown = self.marked_value(row)
        is_now = row["period"][:7] == self.month and row["period_type"] != PeriodType.NOT_DATED
        return shown if is_now else aside(shown, in_period(row["period"], row["period_type"]))

    def stated_change_figure(self, row: pd.Series) -> Figure:
        """The change since the last report as the source states it: 3 more, 1 fewer, 0.4 percentage points lower."""
        amount, unit = nb.to_decimal(row["change"]), self.measures[row["measure_id"]].unit
        more, fewer = ("higher", "lower") if unit in NOT_COUNTED else ("more", "fewer")
        published = (
            f"{nb.format_distance(amount, unit)} {more if amount > 0 else fewer} than last reported"
            if amount
            else "as last reported"
        )
        label = f"{self.label(row)}: change that the source states"
        return self._figure(
            row, "stated-change", label, published, amount, nb.difference_unit(unit), "as stated in the source", [row]
        )

    def change_figure(self, at: Position, signed: bool = False) -> Figure | None:
        if at.change is None or at.value is None or at.previous is None:
            return None
        measure = self.measures[at.measure_id]
        decimals = max(int(at.current["value_decimals"]), int(at.previous["value_decimals"]))
        label = (
            f"{self.label(at.current)}: change since {period_words(at.previous['period'], at.previous['period_type'])}"
        )
        published = (nb.format_change if signed else nb.format_distance)(at.change, measure.unit, decimals)
        formula = f"{at.value:f} − {nb.to_decimal(at.previous['value']):f}"
        return self._figure(
            at.current,
            "change" if not signed else "change-signed",
            label,
            published,
            at.change,
            nb.difference_unit(measure.unit),
            formula,
            [at.current, at.previous],
        )

    def change(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        """The size of the change since the compared value: 5 percentage points."""
        figure = self.change_figure(at := self.position(measure_id, **where))
        if figure is None and at.direction is None:
            raise UserError(self._disputed_words(at))
        if figure is None:
            raise UserError(
                f"“{measure_id}” has no earlier value to compare {at.current['period']} with; leave the reference out"
            )
        return self.show(figure)

    def direction(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        """improving, no significant change, worsening, too few points, not judged; up or down for a neutral measure."""
        at = self.position(measure_id, **where)
        if at.direction is None:
            raise UserError(self._disputed_words(at))
        return self.show(self.direction_figure(at))

    def _disputed_words(self, at: Position) -> str:
        return (
            f"“{at.measure_id}” is disputed in {at.current['period']} or the period before: it does not follow from its"
            " own counts, so nothing is built on it; leave the reference out"
        )

    def _valueless_words(self, at: Position) -> str:
        return (
            f"“{at.measure_id}” has no value for {at.current['period']}, so that nothing can stand against its target;"
            " leave the reference out"
        )

    def direction_figure(self, at: Position) -> Figure:
        assert at.direction is not None  # of a disputed value nobody may ask it
        measure, found = self.measures[at.measure_id], at.judgement
        values = sum(pd.notna(row["value"]) for row in at.series)
        rule = rule_words(found, values, measure.better_when)
        is_chart = found is not None and found.basis in CHARTS
        rows = list(at.series) if is_chart else [at.current, at.previous]
        return self._figure(
            at.current,
            "direction",
            f"{self.label(at.current)}: direction of travel",
            str(at.direction.value),
            "",
            "",
            rule,
            rows,
        )

    def target(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        """The target that holds in the period of the value; ``period`` may also be one without a value."""
        if "period" in where and find_target(self.targets_by_key, measure_id, where["period"]) is not None:
            self.measure(measure_id)
            empty = pd.Series({"period": where["period"], "value": float("nan")})
            goal = find_target(self.targets_by_key, measure_id, where["period"])
            at = Position(measure_id, empty, None, goal, None, None, None, Direction.TOO_FEW_POINTS, None)
            return self.show_target(at)
        return self.show_target(self.position(measure_id, **where))

    def distance_figure(self, at: Position) -> Figure:
        if at.target is None or at.value is None or at.distance is None:
            raise UserError(self._valueless_words(at))
        measure = self.measures[at.measure_id]
        end = near_end(at.value, at.target)
        if end is None:
            raise UserError(f"“{at.measure_id}” is inside the range of its target, so it is no distance from it")
        formula = f"{at.value:f} − {end:f}"
        published = nb.format_distance(
            at.distance, measure.unit, max(int(at.current["value_decimals"]), nb.decimals_of(at.distance))
        )
        return self._figure(
            at.current,
            "distance",
            f"{self.label(at.current)}: distance from target",
            published,
            at.distance,
            nb.difference_unit(measure.unit),
            formula,
            [at.current, at.target],
        )

    def distance(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        """How far the value is from its target: 9 percentage points."""
        at = self.position(measure_id, **where)
        self.target_figure(at)
        if at.is_disputed:
            raise UserError(self._disputed_words(at))
        return self.show(self.distance_figure(at))

    def result_figure(self, at: Position) -> Figure:
        rule = "value against target, unrounded, on the side that is better"
        word = TARGET_MARKS[at.result].word.lower() if at.result else "no better side"
        return self._figure(
            at.current,
            "result",
            f"{self.label(at.current)}: against target",
            word,
            "",
            "",
            rule,
            [at.current, at.target],
        )

    def result(self, measure_id: str, **where: Unpack[Where]) -> Markup:
        """met, within tolerance or not met."""
        at = self.position(measure_id, **where)
        self.target_figure(at)
        if at.is_disputed:
            raise UserError(self._disputed_words(at))
        if at.value is None:
            raise UserError(self._valueless_words(at))
        return self.show(self.result_figure(at))

    def sentence(self, measure_id: str, **where: Unpack[Where]) -> str:
        """Value, change, target and comparator of a measure as one or two sentences, to be read as Markdown or HTML."""
        at = self.position(measure_id, **where)
        measure, row = self.measures[measure_id], at.current
        start = anywhere(measure.label + (f" ({row['category']})" if row["category"] else ""))
        disputed = " (disputed)" if at.is_disputed else ""
        text = f"{start}: {self.show(self.value_figure(row))}{disputed} {in_period(row['period'], row['period_type'])}"
        if at.change is not None and at.previous is not None:
            before = self.show(self.value_figure(at.previous))
            when = in_period(at.previous["period"], at.previous["period_type"])
            moved = "the same as" if at.change == 0 else ("up from" if at.change > 0 else "down from")
            text += f", {moved} {before} {when}"
            if at.direction in (Direction.IMPROVING, Direction.WORSENING):
                text += f" ({self.show(self.direction_figure(at))})"
        text += "."
        if at.target is not None and at.result is not None:
            leads = self.way(at)
            way = "" if leads is None else f", on the way to {self.show(leads[1])} in {leads[0]},"
            text += f" The target of {self.show_target(at)}{way} was {self.show(self.result_figure(at))}"
            text += f", {miss}." if (miss := self.miss_words(at)) else "."
        for other in self.comparators(measure_id, row):
            text += (
                f" {self.area_name(other['area'])}: {self.show(self.value_figure(other))}"
                f" {in_period(other['period'], other['period_type'])}."
            )
        return text

    def miss_words(self, at: Position) -> Markup:
        """How far from its target, after the word for it: by 7 days; within tolerance, 2 days from it; nothing where it
        was met.
        """
        if at.result in (None, TargetResult.MET):
            return Markup()
        distance = self.show(self.distance_figure(at))
        return joined(distance, " from it") if at.result is TargetResult.WITHIN_TOLERANCE else joined("by ", distance)

    def comparators(self, measure_id: str, row: pd.Series) -> list[pd.Series]:
        """Values of the same measure for other areas that the return states, the newest of each area; one that the
        source does not date where there is no other.
        """
        known, now, own = self.observations_by_key, end_of(row["period"]), self.authority.area_names
        areas, periods, types = known.cells("area"), known.cells("period"), known.cells("period_type")
        newest: dict[str, int] = {}
        undated: dict[str, int] = {}
        for at in known.places(measure_id=measure_id, category=row["category"]):
            area, end = areas[at], end_of(periods[at])
            if area == self.authority_id or area in own:
                continue
            if types[at] == PeriodType.NOT_DATED:
                undated[area] = at
            elif end <= now and (area not in newest or end >= end_of(periods[newest[area]])):
                newest[area] = at
        found = {**undated, **newest}
        return [known.row(found[area]) for area in sorted(found)]
