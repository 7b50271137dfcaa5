"""The series that an observation stands in, from the rows of this return and of earlier ones."""

from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.numbers import to_decimal
from improvement_reports.domain.series import end_of, expected_periods
from improvement_reports.domain.vocabulary import PeriodType, Unit
from improvement_reports.method.own_series import Point, Series
from improvement_reports.method.spc_chart import Rebase
from improvement_reports.workspace.measures import Measure

ONE_SERIES = ("measure_id", "area", "category", "period_type")


class Found(NamedTuple):
    """A series up to an observation, and the rows that its points are of, oldest first."""

    series: Series
    rows: tuple[pd.Series, ...]


def series_until(current: pd.Series, observations: pd.DataFrame | Rows, measure: Measure) -> Found:
    """The series that ends with an observation: the same measure, area, category and kind of period.

    Of two rows for one time the first holds, which is that of the newer return. Periods that the step of the series
    leads to expect and that are missing are points without a value, as are disputed values. What the source does not
    date is a series by itself.
    """
    known, now = Rows.of(observations), end_of(current["period"])
    rows: dict[str, pd.Series] = {}
    if current["period_type"] != PeriodType.NOT_DATED:
        periods = known.cells("period")
        for at in known.places(**{column: current[column] for column in ONE_SERIES}):
            if end_of(periods[at]) <= now:
                rows.setdefault(end_of(periods[at]), known.row(at))
    rows[now] = current
    ordered = [rows[end] for end in sorted(rows)]
    return Found(_series(current, ordered, measure), tuple(ordered))


def _series(current: pd.Series, rows: list[pd.Series], measure: Measure) -> Series:
    by_period = {row["period"]: row for row in rows}
    points = tuple(
        point_of(by_period[period], measure) if period in by_period else Point(period, None)
        for period in expected_periods(by_period, current["period_type"])
    )
    return Series(
        points,
        PeriodType(current["period_type"]),
        measure.unit,
        measure.better_when,
        rebases_of(current, [point.period for point in points], measure),
        measure.baseline,
        has_season=measure.method == "same_period_last_year",
        least=Fraction(to_decimal(measure.change_threshold)),
    )


def rebases_of(current: pd.Series, periods: list[str], measure: Measure) -> tuple[Rebase, ...]:
    """Where the chart of a series starts anew: what was decided by the end of its newest period, if points follow."""
    now, found = end_of(current["period"]), {}
    for start in measure.new_starts:
        is_its_own = (start.authority, start.period_type) == (current["area"], current["period_type"])
        index = sum(end_of(period) < end_of(start.since) for period in periods)
        if is_its_own and start.date <= now and 0 < index < len(periods):
            found[index] = Rebase(index, start.date, start.reason, start.approver)
    return tuple(found[index] for index in sorted(found))


def point_of(row: pd.Series, measure: Measure) -> Point:
    """An observation as a point: without a value where it has none, and where it is disputed."""
    if pd.isna(row["value"]) or is_disputed(row, measure):
        return Point(row["period"], None)
    parts = [None if pd.isna(cell := row.get(c)) else to_decimal(cell) for c in ("numerator", "denominator")]
    return Point(row["period"], to_decimal(row["value"]), int(row.get("value_decimals", 0) or 0), *parts)


def is_disputed(row: pd.Series, measure: Measure) -> bool:
    """Whether a stated percentage does not follow from its own stated numerator and denominator."""
    if measure.unit is not Unit.PERCENT:
        return False
    if any(pd.isna(row.get(column)) for column in ("value", "numerator", "denominator")):
        return False
    exact = 100 * nb.to_decimal(row["numerator"]) / nb.to_decimal(row["denominator"])
    return nb.to_decimal(row["value"]) != nb.round_half_up(exact, int(row["value_decimals"]))
