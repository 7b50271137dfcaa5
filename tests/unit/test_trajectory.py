"""Targets on the way from one point to the next: the level of each month, what holds in it, and its way back."""

from decimal import Decimal

import pandas as pd
import pytest

from improvement_reports.domain.references import find_target, leads_to
from improvement_reports.domain.trajectory import level_between, levels_between
from improvement_reports.editions.recompute_way import WAY, levels, way_fault


def targets(path: str = "evenly", valid_to: str = "") -> pd.DataFrame:
    rows = [("m", "2025-06", valid_to, 80.0, path), ("m", "2025-12", "", 90.0, ""), ("other", "2025-08", "", 5.0, "")]
    return pd.DataFrame(rows, columns=["measure_id", "valid_from", "valid_to", "target", "path"])


@pytest.mark.parametrize(
    ("period", "level"),
    [("2025-05", None), ("2025-06", 80), ("2025-07", 81.7), ("2025-09-30", 85), ("2025-12", 90), ("2026-03", 90)],
)
def test_a_month_between_two_targets_is_judged_by_the_line(period, level):
    found = find_target(targets(), "m", period)
    assert (None if found is None else found["target"]) == level
    is_between = level in (81.7, 85)
    assert (leads_to(found) is not None) == is_between
    if is_between:
        assert leads_to(found)["valid_from"] == "2025-12"


@pytest.mark.parametrize("path", ["", "steps"])
def test_without_a_word_a_target_holds_until_the_next(path):
    found = find_target(targets(path), "m", "2025-11")
    assert found["target"] == 80 and leads_to(found) is None
    old = targets().drop(columns="path")
    assert find_target(old, "m", "2025-11")["target"] == 80


def test_levels_are_rounded_half_up_to_one_decimal_more():
    assert level_between(("2025-01", 10), ("2025-05", 11), "2025-02") == Decimal("10.3")  # 10.25
    assert level_between(("2025-01", 3), ("2025-04", 2), "2025-02") == Decimal("2.7")
    assert level_between(("2025-01", "1.5"), ("2025-04", 2), "2025-02") == Decimal("1.67")
    assert list(levels_between(("2025-11", 0), ("2026-02", 3)).items()) == [("2025-12", 1), ("2026-01", 2)]


ROWS = [
    {"measure_id": "m", "valid_from": "2025-06", "target": "80", "path": "evenly"},
    {"measure_id": "m", "valid_from": "2025-12", "target": "90", "path": ""},
]


@pytest.mark.parametrize(
    ("value", "period", "formula", "is_right"),
    [
        ("85", "2025-09", "on the way from 80 to 90: 3 of 6 months", True),
        ("86", "2025-09", "on the way from 80 to 90: 3 of 6 months", False),
        ("85", "2025-10", "on the way from 80 to 90: 3 of 6 months", False),
        ("85", "2025-09", "on the way from 80 to 91: 3 of 6 months", False),
    ],
)
def test_a_level_is_computed_again_from_the_rows_of_both_targets(value, period, formula, is_right):
    assert (way_fault(Decimal(value), period, WAY.fullmatch(formula), ROWS) == "") == is_right


def test_rows_that_lead_nowhere_give_no_level():
    assert levels(ROWS) == {Decimal(t) for t in ("81.7", "83.3", "85", "86.7", "88.3")}
    assert levels([ROWS[0]]) == set() == levels([{**ROWS[0], "path": ""}, ROWS[1]])
    assert way_fault(Decimal(85), "2025-09", WAY.fullmatch("on the way from 80 to 90: 3 of 6 months"), ROWS[:1])
