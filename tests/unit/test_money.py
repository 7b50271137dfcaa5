"""Totals of money, recomputed from their lines."""

from decimal import Decimal

import pandas as pd
import pytest

from improvement_reports.method.money import Total, totals


def finance(*rows) -> pd.DataFrame:
    """Rows of (line, kind, period, amount, is it a total)."""
    names = ["line_id", "kind", "period", "amount_gbp", "is_total"]
    frame = pd.DataFrame(rows, columns=names).astype({"amount_gbp": float, "is_total": bool})
    return frame.assign(line=frame["line_id"].str.title())


def said(found: list[Total]) -> list[tuple]:
    return [(t.label, int(t.stated), int(t.summed), int(t.difference)) for t in found]


LINES = (("staff", "spend", "2021-22", 300, False), ("homes", "spend", "2021-22", 200, False))


@pytest.mark.parametrize(("stated", "difference"), [(499, -1), (500, 0), (501, 1)])
def test_a_total_is_set_against_the_lines_of_its_kind_and_period(stated, difference):
    table = finance(
        *LINES,
        ("all", "spend", "2021-22", stated, True),
        ("x", "budget", "2021-22", 7, False),
        ("y", "spend", "2022-23", 9, False),
    )
    assert said(totals(table)) == [("All, spend, 2021-22", stated, 500, difference)]
    assert [row["line_id"] for row in totals(table)[0].lines] == ["staff", "homes"]


@pytest.mark.parametrize(("stated", "difference"), [(599, -1), (600, 0), (601, 1)])
def test_a_line_is_set_against_its_own_years(stated, difference):
    table = finance(
        ("grant", "funding", "2020-21", 350, False),
        ("grant", "funding", "2021-22", 250, False),
        ("grant", "funding", "total", stated, False),
    )
    assert said(totals(table)) == [("Grant, funding, all years", stated, 600, difference)]


def test_a_total_without_lines_is_no_result():
    assert totals(finance(("all", "spend", "2021-22", 500, True))) == []
    assert totals(finance(LINES[0], ("all", "spend", "2021-22", 300, True))) == []  # one line is no sum
    assert totals(finance(("grant", "funding", "total", 500, False))) == []
    assert totals(finance(*LINES)) == []


def test_a_negative_amount_is_taken_off():
    table = finance(*LINES, ("saving", "spend", "2021-22", -50, False), ("all", "spend", "2021-22", 450, True))
    assert said(totals(table)) == [("All, spend, 2021-22", 450, 450, 0)]


@pytest.mark.parametrize(
    ("again", "difference"),
    [(4_600_000, 0), (4_550_000, 0), (4_550_001, 1), (4_500_000, -100_000), (5_000_000, 0), (4_000_000, -1_000_000)],
)
def test_a_total_said_again_agrees_as_far_as_it_is_rounded(again, difference):
    table = finance(
        ("a", "spend", "2021-22", 4_000_000, False),
        ("b", "spend", "2021-22", 550_000, False),
        ("all", "spend", "2021-22", 4_550_000, True),
        ("again", "spend", "2021-22", again, True),
    )
    first, second = totals(table)
    assert (first.is_restated, second.is_restated) == (False, True)
    assert (first.difference, second.difference) == (0, difference)


def test_a_first_total_in_round_millions_has_to_agree_to_the_pound():
    table = finance(
        ("a", "spend", "2021-22", 4_000_000, False),
        ("b", "spend", "2021-22", 550_000, False),
        ("all", "spend", "2021-22", 4_600_000, True),
    )
    assert totals(table)[0].difference == 50_000


def test_pence_add_up_exactly():
    """0.1 + 0.2 is 0.3 here, as it is not in binary numbers."""
    table = finance(
        ("a", "spend", "2021-22", 0.1, False),
        ("b", "spend", "2021-22", 0.2, False),
        ("all", "spend", "2021-22", 0.3, True),
    )
    assert (totals(table)[0].summed, totals(table)[0].difference) == (Decimal("0.3"), 0)


def test_the_table_is_left_as_it_was():
    table = finance(*LINES, ("all", "spend", "2021-22", 500, True))
    before = table.copy(deep=True)
    totals(table)
    pd.testing.assert_frame_equal(table, before)


def test_each_total_has_a_name_of_its_own():
    table = finance(
        *LINES,
        ("all", "spend", "2021-22", 500, True),
        ("staff", "spend", "total", 300, False),
        ("all", "spend", "total", 500, True),
    )
    names = [t.name for t in totals(table)]
    assert len(names) == len(set(names)) == 3
