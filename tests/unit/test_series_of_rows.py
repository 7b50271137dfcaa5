"""The series that an observation stands in: its gaps, disputed values, newer returns, and where its chart starts anew."""

from decimal import Decimal

import pandas as pd
import pytest
from pydantic import ValidationError

from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.vocabulary import Direction, PeriodType
from improvement_reports.method.progress import assess
from improvement_reports.method.series_of_rows import series_until
from improvement_reports.workspace.measures import Measure

START = {
    "authority": "exampleshire",
    "from": "2025-01",
    "date": "2025-02-12",
    "reason": "New front door",
    "approver": "Improvement Board",
}
STEADY = (80, 84, 79, 83, 81, 82, 80, 83, 79, 84, 81, 82)


def measure(**fields) -> Measure:
    given = {"title": "T", "label": "L", "unit": "percent", "of": "audits", "better_when": "higher", "definition": "D"}
    return Measure(**{**given, "question": "Why?", **fields})


def rows(*values, start: int = 0, **columns) -> pd.DataFrame:
    """One row a month from January 2024 on; a value is a number, or a tuple of value, numerator and denominator."""
    same = {"measure_id": "m", "area": "exampleshire", "category": "", "period_type": "month", "value_decimals": 0}
    made = []
    for i, value in enumerate(values, start):
        v, n, d = value if isinstance(value, tuple) else (value, None, None)
        period = f"{2024 + i // 12}-{i % 12 + 1:02}"
        made.append({**same, "period": period, "value": v, "numerator": n, "denominator": d, **columns})
    return pd.DataFrame(made).astype({"value": float, "numerator": float, "denominator": float})


def found(table: pd.DataFrame, at: int = -1, **fields):
    return series_until(table.iloc[at], table, measure(**fields))


def test_it_ends_with_the_observation_and_is_in_order_of_time():
    table = rows(1, 2, 3, 4).iloc[[3, 0, 2, 1]]
    assert [p.stated for p in found(table, 2).series.points] == [1, 2, 3]
    assert [row["value"] for row in found(table, 2).rows] == [1, 2, 3]


def test_rows_of_a_series_are_made_when_they_are_asked_for(monkeypatch):
    """A judgement goes by the cells: of ten years' rows few are ever shown."""
    table, made = Rows(rows(1, 2, 3, 4)), []
    last, row = table.row(3), table.row
    monkeypatch.setattr(table, "row", lambda at: made.append(at) or row(at))
    series = series_until(last, table, measure()).rows
    assert len(series) == 4 and made == []
    assert [r["value"] for r in series[-2:]] == [3, 4] and made == [2]
    assert series[-1] is last and series[0]["value"] == 1 and made == [2, 0]
    with pytest.raises(IndexError):
        series[4]


def test_missing_months_missing_values_and_disputed_ones_are_gaps():
    table = pd.concat([rows(80, None, (80, 27, 34), (79, 27, 34)), rows(90, start=5)])
    series = found(table).series
    assert [p.period for p in series.points] == [f"2024-{n:02}" for n in range(1, 7)]
    assert [p.stated for p in series.points] == [80, None, None, 79, None, 90]  # 27 of 34 are 79 %
    assert series.points[3].numerator == Decimal(27)


def test_of_two_rows_for_one_time_the_newer_return_holds():
    table = pd.concat([rows(80), rows(70), rows(90, start=1)])
    assert [p.stated for p in found(table).series.points] == [80, 90]


def test_other_series_are_not_in_it():
    others = [rows(1, **{column: "other"}) for column in ("measure_id", "area", "category")]
    table = pd.concat([*others, rows(2, period_type="rolling_12m"), rows(80, 90)])
    assert [p.stated for p in found(table).series.points] == [80, 90]


def test_what_is_not_dated_is_a_series_by_itself():
    table = rows(80, 90, period_type="not_dated")
    assert len(found(table).series.points) == 1


def test_settings_of_the_measure():
    series = found(rows(80, 90), method="same_period_last_year", baseline=18, meaningful_change=2).series
    assert (series.has_season, series.baseline, series.least, series.period_type) == (True, 18, 2, PeriodType.MONTH)


# Starting anew


JUMP = (*STEADY, *(v + 10 for v in STEADY))


@pytest.mark.parametrize(
    "start, index",
    [
        ({}, 12),
        ({"from": "2024-12"}, 11),
        ({"authority": "elsewhere"}, None),
        ({"period_type": "quarter"}, None),
        ({"from": "2024-01"}, None),  # nothing before it
        ({"from": "2026-01"}, None),  # not yet
        ({"date": "2026-01-01"}, None),  # decided after the newest month
        ({"date": "2025-12-31"}, 12),
    ],
)
def test_where_the_average_starts_anew(start, index):
    series = found(rows(*JUMP), new_starts=[{**START, **start}]).series
    assert [r.index for r in series.rebases] == ([] if index is None else [index])


def test_no_report_is_judged_by_what_was_decided_later():
    table = rows(*JUMP)
    assert found(table, 12, new_starts=[START]).series.rebases == ()  # January, decided in February
    assert len(found(table, 13, new_starts=[START]).series.rebases) == 1


def test_a_new_start_changes_the_verdict():
    table, targets = rows(*JUMP), pd.DataFrame(columns=["measure_id", "valid_from", "target", "tolerance"])
    verdicts = [
        assess("m", measure(new_starts=starts), table.iloc[-1], table, targets).direction for starts in ([], [START])
    ]
    assert verdicts == [Direction.IMPROVING, Direction.NO_SIGNIFICANT_CHANGE]


@pytest.mark.parametrize("lacks", ["date", "reason", "approver", "from", "authority"])
def test_a_new_start_lacks_nothing(lacks):
    with pytest.raises(ValidationError, match=lacks):
        measure(new_starts=[{k: v for k, v in START.items() if k != lacks}])


@pytest.mark.parametrize("points", [11, 25])
def test_a_baseline_is_12_to_24_values(points):
    with pytest.raises(ValidationError, match="baseline"):
        measure(baseline=points)
