"""Where the row of an official value stands, asked one by one and for a whole measure."""

from decimal import Decimal

import pandas as pd
import pytest

from improvement_reports.official import known
from improvement_reports.official.known import Known

# Two releases of one value, one of a later day, an area without one, and two measures whose rows stand mixed.
ROWS = [
    ("visits", 2023, "916", "2023-11-01", "published", "10"),
    ("plans", 2023, "916", "2023-11-01", "published", "20"),
    ("visits", 2023, "E92000001", "2023-11-01", "published", "30"),
    ("visits", 2024, "916", "2024-11-01", "withheld", ""),
    ("visits", 2023, "916", "2024-11-01", "published", "11"),
    ("plans", 2024, "E92000001", "2024-11-01", "published", "21"),
    ("visits", 2024, "E92000001", "2025-11-01", "published", "31"),
]


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    columns = ["measure_id", "reporting_year", "la_code", "available_from", "status", "value_text"]
    annual = pd.DataFrame(ROWS, columns=columns)
    annual["stated_from"] = annual["available_from"]
    return {"annual-values": annual, "areas": pd.DataFrame({"la_code": ["916", "301", "920"]})}


DAYS = ["2023-01-01", "2024-01-01", "2025-01-01", "2026-01-01"]


@pytest.mark.parametrize("day", DAYS)
def test_a_row_is_the_same_however_it_is_sought(tables, day, monkeypatch):
    """One by one, where all rows of its measure are known already, and where many were sought."""
    monkeypatch.setattr(known, "FEW", 4)
    one, whole = Known(tables, day), Known(tables, day)
    for measure in ("visits", "plans", "none"):
        for code in ("916", "E92000001", "301"):
            for year in (2022, 2023, 2024):
                found = one.row(measure, year, code)
                whole._all_of(measure)
                assert found == whole.row(measure, year, code)
                rows = [r for r in ROWS if r[:3] == (measure, year, code) and r[3] <= day]
                assert one.row(measure, year, code) == found
                assert (found or {}).get("value_text") == (max(rows, key=lambda r: r[3])[5] if rows else None)
    assert set(one._all) == {"visits", "plans", "none"}


def test_what_is_known_before_it_is_asked_is_what_is_asked(tables):
    before, after = Known(tables, "2026-01-01"), Known(tables, "2026-01-01")
    after.know_all()
    for measure in ("visits", "plans"):
        for year in (2022, 2023, 2024):
            assert before.values_of(measure, year) == after.values_of(measure, year)
    assert after.values_of("visits", 2023) == {"916": Decimal(11)} and after.values_of("visits", 2024) == {}
    assert after.reporting(2023) == {"916"} and after.reporting(2024) == set()
    assert after.published("visits", 2023)["value_text"].tolist() == ["11"]


def test_what_is_the_same_on_every_day_is_looked_at_once(tables, monkeypatch):
    counted, original = [], pd.factorize
    monkeypatch.setattr(known.pd, "factorize", lambda *given: counted.append(1) or original(*given))
    for day in DAYS:
        Known(tables, day).row("visits", 2023, "916")
    assert len(counted) == 2, "areas and measures"
    Known({"annual-values": tables["annual-values"].copy()}, DAYS[-1]).row("visits", 2023, "916")
    assert len(counted) == 4, "another table is not taken for it"


def test_the_years_of_a_measure_are_those_with_a_published_value(tables):
    asked = Known(tables, "2025-01-01")
    assert asked.years_of("visits", "916") == [2023] and asked.years_of("visits", None) == [2023]
    assert asked.years_of("plans", None) == [2023, 2024] and asked.years_of("none", None) == []


def test_the_referrals_of_an_area_are_those_of_all_that_are_its(tables):
    rows = [("301", "2024-02", 3), ("916", "2024-02", 5), ("916", "2024-01", 4), ("301", "2025-01", 9)]
    monthly = pd.DataFrame(rows, columns=["la_code", "month", "referrals"])
    monthly["available_from"] = ["2024-06-01", "2024-06-01", "2024-06-01", "2025-06-01"]
    monthly["stated_from"] = monthly["available_from"]
    tables["referrals-by-month"] = monthly
    one, all_ = Known(tables, "2024-12-31"), Known(tables, "2024-12-31")
    all_.know_all()
    for code in ("301", "916", "none"):
        pd.testing.assert_frame_equal(one.referrals_of(code), all_.referrals_of(code))
    assert "_referrals_by_area" in vars(all_) and "_referrals_by_area" not in vars(one)
    assert one.referrals_of("916")["month"].tolist() == ["2024-01", "2024-02"] and len(one.referrals_of("301")) == 1
    assert len(one.referrals_of("none")) == 0
