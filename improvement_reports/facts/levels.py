"""What a source states beside a target: where amber and red begin, and a target beyond it, the ends of a range, and
targets ahead. All are levels.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.markup import joined, slug
from improvement_reports.domain.numbers import to_decimal
from improvement_reports.domain.references import leads_to
from improvement_reports.domain.series import end_of, month_number
from improvement_reports.domain.vocabulary import BetterWhen, Unit
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.shared import Shared
from improvement_reports.method.progress import Position, upper_end

# Column of targets.csv: the end of the id of its figure, and the words before the number.
LEVELS = {
    "floor": ("floor", "floor"),
    "amber": ("amber-level", "amber from"),
    "red": ("red-level", "red from"),
    "stretch": ("stretch-target", "stretch target"),
}


class LevelFigures(Shared):
    """The part of `Facts` that gives the levels of a target."""

    def level_figures(self, at: Position) -> Iterator[tuple[str, Figure]]:
        """The levels that the source states of the target that holds, each with the words before it."""
        for column, (end, words) in LEVELS.items():
            if at.target is not None and pd.notna(level := at.target.get(column)):
                yield words, self._level_figure(at, at.target, level, end, words)

    def _as_shown(self, value: nb.Number, unit: Unit, decimals: int | None = None) -> str:
        return (
            nb.format_money(value, self._money_in_full)
            if unit is Unit.POUNDS
            else nb.format_value(value, unit, decimals)
        )

    @cached_property
    def _money_in_full(self) -> bool:
        """Whether the measures of money of this authority would be shown partly in pounds and partly in millions."""
        pounds = {key for key, m in self.measures.items() if m.unit is Unit.POUNDS}
        if not pounds:
            return False
        values = self.observations[self.observations["measure_id"].isin(pounds)]["value"].dropna()
        goals = self.targets[self.targets["measure_id"].isin(pounds)]["target"].dropna()
        return nb.mixes_units([*values, *goals])

    def target_figure(self, at: Position) -> Figure:
        measure = self.measures[at.measure_id]
        if at.target is None:
            raise UserError(f"“{at.measure_id}” has no target that holds in {at.current['period']}")
        if (then := leads_to(at.target)) is not None:
            return self._way_figure(at, at.target, then)
        published = self._as_shown(at.target["target"], measure.unit)
        side = {BetterWhen.HIGHER: "at least", BetterWhen.LOWER: "at most"}.get(measure.better_when, "about")
        side = side if upper_end(at.target) is None else "lower end of a range"
        label = f"{measure.label}: {at.target['level']} target from {nb.format_day(at.target['valid_from'])} ({side})"
        return Figure(
            slug(at.measure_id, "target", at.target["valid_from"]),
            "number",
            label,
            published,
            f"{nb.to_decimal(at.target['target']):f}",
            str(measure.unit),
            at.measure_id,
            self.authority_id,
            at.target["valid_from"],
            "as stated in the source",
            inputs_of([at.target]),
        )

    def _way_figure(self, at: Position, target: pd.Series, then: pd.Series) -> Figure:
        """The level of a month between two targets."""
        measure, month = self.measures[at.measure_id], end_of(at.current["period"])[:7]
        start = target["valid_from"]
        (first,) = (n for n in self.targets_by_key.places(measure_id=at.measure_id, valid_from=start))
        since = to_decimal(self.targets_by_key.row(first)["target"])
        way = f"{month_number(month) - month_number(start)} of {month_number(then['valid_from']) - month_number(start)}"
        return Figure(
            slug(at.measure_id, "target", start, "on-the-way", month),
            "number",
            f"{measure.label}: {target['level']} target for {nb.format_day(month)}, on the way to the next one",
            self._as_shown(target["target"], measure.unit),
            f"{to_decimal(target['target']):f}",
            str(measure.unit),
            at.measure_id,
            self.authority_id,
            month,
            f"on the way from {since:f} to {to_decimal(then['target']):f}: {way} months",
            inputs_of([target]),
        )

    def way(self, at: Position) -> tuple[str, Figure] | None:
        """The month and the target that a target between two leads to; None of any other."""
        if (then := leads_to(at.target)) is None:
            return None
        return nb.format_day(then["valid_from"]), self.target_figure(replace(at, target=then))

    def show_target(self, at: Position) -> Markup:
        """The target as it stands on a page: a number, or the two ends of a range, each with its way back."""
        shown = self.show(self.target_figure(at))
        if at.target is None or upper_end(at.target) is None:
            return shown
        end = self._level_figure(at, at.target, at.target["target_upper"], "upper-end", "upper end of its range")
        return joined(shown, " to ", self.show(end))

    def targets_ahead(self, at: Position) -> list[Position]:
        """The same position with each target that is stated for a later time, the next first; none of a part."""
        if at.current.get("category"):
            return []
        month, known = end_of(at.current["period"])[:7], self.targets_by_key
        starts = known.cells("valid_from")
        places = [n for n in known.places(measure_id=at.measure_id) if starts[n] > month]
        return [replace(at, target=known.row(n)) for n in sorted(places, key=lambda n: starts[n])]

    def _level_figure(self, at: Position, target: pd.Series, level: float, end: str, words: str) -> Figure:
        measure = self.measures[at.measure_id]
        return Figure(
            slug(at.measure_id, "target", target["valid_from"], end),
            "number",
            f"{measure.label}: {words}, beside the target from {nb.format_day(target['valid_from'])}",
            nb.format_value(level, measure.unit),
            f"{nb.to_decimal(level):f}",
            str(measure.unit),
            at.measure_id,
            self.authority_id,
            target["valid_from"],
            "as stated in the source",
            inputs_of([target]),
        )
