"""The series that an observation stands in, from the rows of this return and of earlier ones."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, overload

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


class Numbers(NamedTuple):
    """The cells of an observation that a point is made of; what is not held is missing as pandas has it, or None."""

    value: Any
    numerator: Any
    denominator: Any
    value_decimals: Any


class RowsOfSeries(Sequence[pd.Series]):
    """The rows that a series is of, oldest first: some of a table, then the one that it was asked for.

    Each is a row when it is asked for: a judgement goes by the cells, and few of ten years' rows are ever shown.
    """

    def __init__(self, known: Rows, before: Sequence[int], current: pd.Series):
        self._known, self._before, self._current = known, tuple(before), current

    def __len__(self) -> int:
        return len(self._before) + 1

    @overload
    def __getitem__(self, at: int) -> pd.Series: ...
    @overload
    def __getitem__(self, at: slice) -> list[pd.Series]: ...
    def __getitem__(self, at: int | slice) -> pd.Series | list[pd.Series]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        return self._current if place == len(self._before) else self._known.row(self._before[place])

    def __iter__(self) -> Iterator[pd.Series]:
        return (self[i] for i in range(len(self)))


class Found(NamedTuple):
    """A series up to an observation, and the rows that its points are of, oldest first."""

    series: Series
    rows: Sequence[pd.Series]


def series_until(current: pd.Series, observations: pd.DataFrame | Rows, measure: Measure) -> Found:
    """The series that ends with an observation: the same measure, area, category and kind of period.

    Of two rows for one time the first holds, which is that of the newer return. Periods that the step of the series
    leads to expect and that are missing are points without a value, as are disputed values. What the source does not
    date is a series by itself.
    """
    known, now = Rows.of(observations), end_of(current["period"])
    before: dict[str, int] = {}
    if current["period_type"] != PeriodType.NOT_DATED:
        periods = known.cells("period")
        for at in known.places(**{column: current[column] for column in ONE_SERIES}):
            if (end := end_of(periods[at])) < now:
                before.setdefault(end, at)
    places = [before[end] for end in sorted(before)]
    points = {point.period: point for point in (*_points(known, places, measure), point_of(current, measure))}
    return Found(_series(current, points, measure), RowsOfSeries(known, places, current))


def _points(known: Rows, places: list[int], measure: Measure) -> list[Point]:
    """The points of some rows of a table, by its cells."""
    periods, nothing = known.cells("period"), [None] * len(known.frame)
    columns = [known.cells(name) if known.has(name) else nothing for name in Numbers._fields]
    return [_point(periods[at], Numbers(*(cells[at] for cells in columns)), measure.unit) for at in places]


def _series(current: pd.Series, points: dict[str, Point], measure: Measure) -> Series:
    found = tuple(
        points.get(period) or Point(period, None) for period in expected_periods(points, current["period_type"])
    )
    return Series(
        found,
        PeriodType(current["period_type"]),
        measure.unit,
        measure.better_when,
        rebases_of(current, [point.period for point in found], measure),
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
    return _point(row["period"], _numbers_of(row), measure.unit)


def _numbers_of(row: pd.Series) -> Numbers:
    return Numbers(*(row.get(name) for name in Numbers._fields))


def _point(period: str, said: Numbers, unit: Unit) -> Point:
    if _is_missing(said.value) or _is_disputed(said, unit):
        return Point(period, None)
    parts = [None if _is_missing(cell) else to_decimal(cell) for cell in (said.numerator, said.denominator)]
    return Point(period, to_decimal(said.value), int(said.value_decimals or 0), *parts)


def is_disputed(row: pd.Series, measure: Measure) -> bool:
    """Whether a stated percentage does not follow from its own stated numerator and denominator."""
    return _is_disputed(_numbers_of(row), measure.unit)


def _is_disputed(said: Numbers, unit: Unit) -> bool:
    if unit is not Unit.PERCENT or any(map(_is_missing, said[:3])):
        return False
    exact = 100 * nb.to_decimal(said.numerator) / nb.to_decimal(said.denominator)
    return nb.to_decimal(said.value) != nb.round_half_up(exact, int(said.value_decimals))


def _is_missing(cell: Any) -> bool:
    """Whether a cell holds no number, as `pandas.isna` says it of one, in a tenth of the time: it is asked three times
    of each point of ten years.
    """
    return cell is None or cell is pd.NA or cell != cell
