"""Is it getting better, and is it on target: each rule just below, at and above its threshold."""

from decimal import Decimal

import pandas as pd
import pytest

from improvement_reports.domain.vocabulary import STATUS_ORDER, BetterWhen, Direction, Status, TargetResult, Unit
from improvement_reports.method.progress import against_target, assess, compared_row, direction_of_travel, status_move
from improvement_reports.workspace.measures import MEANINGFUL_CHANGE, Measure

HIGHER, LOWER, NEUTRAL = BetterWhen.HIGHER, BetterWhen.LOWER, BetterWhen.NEUTRAL
MET, WITHIN, NOT_MET = TargetResult.MET, TargetResult.WITHIN_TOLERANCE, TargetResult.NOT_MET
STEADY = Direction.NO_SIGNIFICANT_CHANGE


def measure(**fields) -> Measure:
    given = {"title": "T", "label": "L", "unit": "percent", "of": "audits", "better_when": "higher", "definition": "D"}
    return Measure(**{**given, "question": "Why?", **fields})


def observations(*rows) -> pd.DataFrame:
    """Rows of (period, value) or (period, value, other columns) of one measure of one authority."""
    same = {"measure_id": "m", "area": "exampleshire", "category": "", "period_type": "month"}
    full = [{**same, "period": row[0], "value": row[1], **(row[2] if len(row) > 2 else {})} for row in rows]
    return pd.DataFrame(full).astype({"value": float})


def targets(*rows) -> pd.DataFrame:
    """Rows of (valid_from, target, tolerance)."""
    return pd.DataFrame([("m", *row) for row in rows], columns=["measure_id", "valid_from", "target", "tolerance"])


# Direction of travel


@pytest.mark.parametrize(
    ("change", "better_when", "expected"),
    [
        ("1.9", HIGHER, STEADY),
        ("2", HIGHER, Direction.IMPROVING),
        ("2.1", HIGHER, Direction.IMPROVING),
        ("-1.9", HIGHER, STEADY),
        ("-2", HIGHER, Direction.WORSENING),
        ("-2.1", HIGHER, Direction.WORSENING),
        ("1.9", LOWER, STEADY),
        ("2", LOWER, Direction.WORSENING),
        ("-1.9", LOWER, STEADY),
        ("-2", LOWER, Direction.IMPROVING),
        ("1.9", NEUTRAL, STEADY),
        ("2", NEUTRAL, Direction.UP),
        ("-1.9", NEUTRAL, STEADY),
        ("-2", NEUTRAL, Direction.DOWN),
        ("0", HIGHER, STEADY),
        ("0", LOWER, STEADY),
        ("0", NEUTRAL, STEADY),
    ],
)
def test_a_change_counts_from_its_threshold_on(change, better_when, expected):
    assert direction_of_travel(Decimal(change), better_when, 2) is expected


@pytest.mark.parametrize(
    ("change", "expected"), [("0.1", Direction.IMPROVING), ("0", STEADY), ("-0.1", Direction.WORSENING)]
)
def test_without_a_threshold_every_change_counts(change, expected):
    assert direction_of_travel(Decimal(change), HIGHER, 0) is expected


@pytest.mark.parametrize("better_when", BetterWhen)
def test_nothing_to_compare_with_is_too_few_points(better_when):
    assert direction_of_travel(None, better_when, 0) is Direction.TOO_FEW_POINTS


def test_the_threshold_is_the_measures_own_or_that_of_its_unit():
    assert measure().change_threshold == MEANINGFUL_CHANGE[Unit.PERCENT] == 1
    assert measure(unit="count").change_threshold == 0
    assert measure(meaningful_change=0).change_threshold == 0
    assert measure(unit="rate", meaningful_change=0.5).change_threshold == 0.5


# Against target


@pytest.mark.parametrize(
    ("value", "better_when", "tolerance", "expected"),
    [
        ("79.9", HIGHER, None, NOT_MET),
        ("80", HIGHER, None, MET),
        ("80.1", HIGHER, None, MET),
        ("80.1", LOWER, None, NOT_MET),
        ("80", LOWER, None, MET),
        ("79.9", LOWER, None, MET),
        ("77.9", HIGHER, "2", NOT_MET),
        ("78", HIGHER, "2", WITHIN),
        ("78.1", HIGHER, "2", WITHIN),
        ("80", HIGHER, "2", MET),
        ("82.1", LOWER, "2", NOT_MET),
        ("82", LOWER, "2", WITHIN),
        ("81.9", LOWER, "2", WITHIN),
        ("80", LOWER, "2", MET),
        ("79.9", HIGHER, "0", NOT_MET),
        ("80", HIGHER, "0", MET),
        ("1", NEUTRAL, None, None),
        ("80", NEUTRAL, "2", None),
    ],
)
def test_a_target_is_met_on_the_side_that_is_better(value, better_when, tolerance, expected):
    tolerance = None if tolerance is None else Decimal(tolerance)
    assert against_target(Decimal(value), Decimal(80), better_when, tolerance) is expected


# Statuses


@pytest.mark.parametrize("now", Status)
@pytest.mark.parametrize("before", Status)
def test_a_status_moves_towards_or_away_from_completed(before, now):
    steps = STATUS_ORDER.index(before) - STATUS_ORDER.index(now)
    expected = STEADY if steps == 0 else Direction.IMPROVING if steps > 0 else Direction.WORSENING
    assert status_move(before, now) is expected


def test_statuses_from_best_to_worst():
    assert [str(s) for s in STATUS_ORDER] == ["completed", "on_target", "at_risk", "compromised"]
    assert status_move(None, Status.COMPLETED) is Direction.TOO_FEW_POINTS


# What a value is compared with


def compared(method: str, *rows, at: int = -1):
    table = observations(*rows)
    row = compared_row(table, table.iloc[at], method)
    return None if row is None else (row["period"], row["value"])


def test_the_previous_value_is_the_newest_earlier_one():
    assert compared("previous_value", ("2024-01", 1), ("2024-02", 2), ("2024-03", 3)) == ("2024-02", 2)
    assert compared("previous_value", ("2024-02", 2), ("2024-03", 3), ("2024-01", 1), ("2024-04", 4)) == ("2024-03", 3)
    assert compared("previous_value", ("2024-03", 3), ("2024-04", 4), at=0) is None


def test_a_gap_is_no_previous_value():
    assert compared("previous_value", ("2024-01", 1), ("2024-02", None), ("2024-03", 3)) == ("2024-01", 1)
    assert compared("previous_value", ("2024-02", None), ("2024-03", 3)) is None


@pytest.mark.parametrize(
    "other", [{"measure_id": "n"}, {"area": "england"}, {"category": "North"}, {"period_type": "rolling_12m"}]
)
def test_only_like_is_compared_with_like(other):
    assert compared("previous_value", ("2024-01", 1), ("2024-02", 2, other), ("2024-03", 3)) == ("2024-01", 1)


@pytest.mark.parametrize(
    ("earlier", "expected"), [("2023-02", None), ("2023-03", ("2023-03", 1)), ("2023-04", None), ("2022-03", None)]
)
def test_the_same_period_last_year_is_just_twelve_months_before(earlier, expected):
    assert compared("same_period_last_year", (earlier, 1), ("2024-02", 2), ("2024-03", 3)) == expected


def test_the_same_day_last_year():
    assert compared("same_period_last_year", ("2023-03-31", 1), ("2024-03-31", 3)) == ("2023-03-31", 1)


# Where a measure stands


def test_a_position_from_unrounded_numbers():
    counts = {"numerator": 1599, "denominator": 2000, "value_decimals": 2}
    table = observations(("2024-02", 79.95, counts), ("2024-03", 80.05, {**counts, "numerator": 1601}))
    at = assess("m", measure(decimals=2), table.iloc[-1], table, targets(("2023-04", 80.1, 0.05)))
    assert (at.value, at.change, at.distance) == (Decimal("80.05"), Decimal("0.10"), Decimal("-0.05"))
    assert (at.direction, at.result) == (STEADY, WITHIN)


def test_a_gap_has_no_change_no_distance_and_no_result():
    table = observations(("2024-02", 80), ("2024-03", None))
    at = assess("m", measure(), table.iloc[-1], table, targets(("2023-04", 80, None)))
    assert (at.value, at.change, at.distance, at.result) == (None, None, None, None)
    assert at.direction is Direction.TOO_FEW_POINTS


def test_zero_is_a_value():
    table = observations(("2024-02", 2), ("2024-03", 0))
    at = assess("m", measure(better_when="lower"), table.iloc[-1], table, targets(("2023-04", 0, None)))
    assert (at.value, at.change, at.direction, at.result) == (0, -2, Direction.TOO_FEW_POINTS, MET)


@pytest.mark.parametrize(
    ("period", "target"), [("2023-03", None), ("2023-04", 80), ("2024-02", 80), ("2024-03", 90), ("2024-03-01", 90)]
)
def test_the_target_is_the_newest_that_holds_in_the_period(period, target):
    table = observations((period, 85))
    at = assess("m", measure(), table.iloc[0], table, targets(("2024-03", 90, None), ("2023-04", 80, None)))
    assert (at.target if target is None else at.target["target"]) == target


def test_assessing_changes_no_table():
    table, goals = observations(("2024-02", 80), ("2024-03", 85)), targets(("2023-04", 80, None))
    before = table.copy(), goals.copy()
    assess("m", measure(), table.iloc[-1], table, goals)
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(goals, before[1])


def test_a_part_is_not_judged_by_the_target_of_the_whole():
    rows = pd.DataFrame(
        [("m", "a", "2024-03", "month", "AMBER", 24.0), ("m", "a", "2024-03", "month", "", 24.0)],
        columns=["measure_id", "area", "period", "period_type", "category", "value"],
    )
    measure = Measure(
        title="M", label="M", unit="count", of="teams", better_when="lower", definition="d", question="q?"
    )
    part, whole = (assess("m", measure, row, rows, targets(("2024-01", 10.0, None))) for _, row in rows.iterrows())
    assert (part.target, part.result) == (None, None) and whole.result is TargetResult.NOT_MET
