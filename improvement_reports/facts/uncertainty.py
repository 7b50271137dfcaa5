"""How sure a percentage of few cases is: so many of so many, and the interval in which its true share lies."""

import pandas as pd

from improvement_reports.domain.numbers import format_number, format_value
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.domain.wording import recorded_period
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.shared import Shared
from improvement_reports.method.intervals import SHOWN_UNDER, shown_interval
from improvement_reports.method.own_series import counted
from improvement_reports.method.series_of_rows import point_of


class UncertaintyFigures(Shared):
    """The part of `Facts` that gives counts and intervals of percentages."""

    def few_cases(self, row: pd.Series) -> tuple[Figure, Figure] | None:
        """So many of so many, and the interval, of a percentage of fewer than 200 cases; None of any other value."""
        measure = self.measures[row["measure_id"]]
        cases = counted(point_of(row, measure), measure.unit)
        decimals = int(row.get("value_decimals", 0) or 0)
        if cases is None or (interval := shown_interval(cases, decimals)) is None:
            return None
        said = f"{format_number(cases.cases)} of {format_number(cases.of)}"
        low, high = (format_value(end, Unit.PERCENT, decimals) for end in interval)
        formula = f"interval of Wilson for {said}, rounded outwards"
        return (
            self._uncertain(row, "cases", "cases", said, "numerator and denominator of the source"),
            self._uncertain(row, "interval", "95% interval", f"{low} to {high}", formula),
        )

    def _uncertain(self, row: pd.Series, part: str, what: str, published: str, formula: str) -> Figure:
        return Figure(
            self.row_id(row, part),
            "number",
            f"{self.label(row)}: {what}",
            published,
            "",
            "",
            row["measure_id"],
            row["area"],
            recorded_period(row),
            formula,
            inputs_of([row]),
        )


INTERVAL_WORDS = (
    f"In brackets, of percentages of fewer than {SHOWN_UNDER} cases: where the true share lies with 95% certainty."
)
