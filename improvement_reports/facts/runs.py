"""Traced numbers of runs and paces: for how long a value rose or fell, met or missed its target, and where it leads."""

from fractions import Fraction

import pandas as pd

from improvement_reports.domain.numbers import difference_unit, format_day, format_distance, to_decimal
from improvement_reports.domain.references import find_target
from improvement_reports.domain.vocabulary import Direction, Mark
from improvement_reports.domain.wording import in_period, recorded_period
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.shared import Shared
from improvement_reports.method.own_series import Series
from improvement_reports.method.paces import WORTH_SAYING, Run, TargetRun, run_of, target_run
from improvement_reports.method.paces_words import crossing, in_a_row, pace_words, run_label, target_label
from improvement_reports.method.progress import Position, compared_row, is_disputed, one_goal
from improvement_reports.method.spc_chart import ASSURANCE_MARKS

FEWEST_JUDGED = 2  # of a run against the target: one value is what the column says already


def _stated(series: Series) -> list[Fraction | None]:
    """The values as they are shown, by which the result against the target is found as well."""
    return [None if point.stated is None else Fraction(point.stated) for point in series.points]


class RunFigures(Shared):
    """The part of `Facts` that gives runs and paces of a position."""

    def run(self, at: Position) -> tuple[Run, Figure] | None:
        """How often in a row the value rose or fell, unrounded, if that is worth saying.

        Not where the newest value is shown as the same as the one before: the words would go against the column.
        """
        if at.history is None or not at.change:
            return None
        found = run_of(at.history.exact)
        if found is None or found.length < WORTH_SAYING or (found.way is Direction.UP) != (at.change > 0):
            return None
        rows = self._rows_of(at, found.length + 1)
        formula = "each compared with the one before, unrounded"
        published = in_a_row(found.length, at.history)
        return found, self._run_figure(at, "run", run_label(found), published, str(found.length), formula, rows)

    def target_run(self, at: Position) -> tuple[TargetRun, Figure] | None:
        """How often in a row the target that held then was met, or missed, if more than once."""
        if at.history is None or at.target is None or at.value is None:
            return None
        goals = [find_target(self.targets_by_key, at.measure_id, point.period) for point in at.history.points]
        numbers = [one_goal(goal) for goal in goals]
        found = target_run(_stated(at.history), numbers, at.history.better_when)
        if found is None or found.length < FEWEST_JUDGED:
            return None
        rows = [*self._rows_of(at, found.length), *(goal for goal in goals[-found.length :] if goal is not None)]
        published, formula = in_a_row(found.length, at.history), "each against the target that held then"
        return found, self._run_figure(
            at, "target-run", target_label(found), published, str(found.length), formula, rows
        )

    def first_met(self, at: Position, found: TargetRun) -> Figure | None:
        """The period in which the target that held then was first met; None where it never was."""
        if at.history is None or found.first_met is None:
            return None
        period = at.history.points[found.first_met].period
        rows = [row for row in at.series if row["period"] <= period]
        goal = find_target(self.targets_by_key, at.measure_id, period)
        formula = "the first value that met the target that held then"
        label, published = "when its target was first met", format_day(period)
        return self._run_figure(at, "first-met", label, published, period, formula, [*rows, goal])

    def met_so_far(self, at: Position, found: TargetRun) -> Figure | None:
        """In how many of the periods with a target it was met; None where the run is all of them."""
        if at.history is None or found.length == found.judged:
            return None
        formula = "each against the target that held then"
        label, published = "how often its target was met", f"{found.met} of {found.judged}"
        return self._run_figure(at, "met-so-far", label, published, str(found.met), formula, [*at.series, at.target])

    def pace_words(self, at: Position) -> tuple[str, Figure | None] | None:
        """Where the pace of the last 12 values leads, and about when; None where that cannot be said."""
        found = None if at.judgement is None else at.judgement.pace
        if found is None:
            return None
        words, about = pace_words(found), self.crossing(at)
        return (words, about) if words and (about is not None or found.crosses_in is None) else None

    def year_change(self, at: Position) -> tuple[Figure, str] | None:
        """How far the value is from that of a year before, and when that was, in words; None where there is none, and
        where the change stands in the table already.
        """
        measure = self.measures[at.measure_id]
        then = compared_row(self.observations_by_key, at.current, "same_period_last_year")
        if at.value is None or then is None or at.is_disputed or is_disputed(then, measure):
            return None
        if at.previous is not None and then["period"] == at.previous["period"]:
            return None
        change = at.value - to_decimal(then["value"])
        decimals = max(int(at.current["value_decimals"]), int(then["value_decimals"]))
        published = format_distance(change, measure.unit, decimals)
        published = "the same as" if not change else f"{published} {'higher' if change > 0 else 'lower'} than"
        formula = f"{at.value:f} − {to_decimal(then['value']):f}"
        label = "against the year before"
        rows = [at.current, then]
        unit = difference_unit(measure.unit)
        figure = self._run_figure(at, "year-change", label, published, f"{change:f}", formula, rows, unit)
        return figure, in_period(then["period"], then["period_type"])

    def crossing(self, at: Position) -> Figure | None:
        """The month about which the pace of the last 12 values leads across the target."""
        found = None if at.judgement is None else at.judgement.pace
        if found is None or at.history is None or not (month := crossing(found, at.history)):
            return None
        formula = f"median slope of the last 12 values, {float(found.slope):.3g} a period, from the middle of them"
        rows = [*self._rows_of(at, 12), at.target]
        label = "about when its pace leads across the target"
        return self._run_figure(at, "crossing", label, f"about {format_day(month)}", month, formula, rows)

    def assurance(self, at: Position) -> tuple[Figure, Mark] | None:
        """Whether the target will be met, will be missed or may be either if the series goes on as it does."""
        found = at.judgement
        if found is None or at.target is None or (mark := ASSURANCE_MARKS.get(found.assurance)) is None:
            return None
        formula = "limits of the control chart against the target; in a shift, laid around its last six values"
        rows = [*at.series, at.target]
        return self._run_figure(at, "assurance", "what its limits say", mark.word, "", formula, rows), mark

    def _rows_of(self, at: Position, points: int) -> list[pd.Series]:
        """The rows of the last points of a series."""
        assert at.history is not None
        periods = {point.period for point in at.history.points[-points:]}
        return [row for row in at.series if row["period"] in periods]

    def _run_figure(
        self, at: Position, part: str, what: str, published: str, value: str, formula: str, rows: list, unit: str = ""
    ) -> Figure:
        label = f"{self.label(at.current)}: {what}"
        row = at.current
        return Figure(
            self.row_id(row, part),
            "number",
            label,
            published,
            value,
            unit or UNITS.get(part, "count"),
            row["measure_id"],
            row["area"],
            recorded_period(row),
            formula,
            inputs_of(rows),
        )


UNITS = {"crossing": "month", "first-met": "month", "assurance": ""}
