"""Periods of money: what is one, what is none, and two spellings of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain.money_periods import money_period, same_period
from improvement_reports.domain.references import AmountReference, parse_operand


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("2021-22", "2021-22"),
        ("2020 to 2021", "2020-21"),
        ("2020/21", "2020-21"),
        ("2020–21", "2020-21"),
        ("2020-2021", "2020-21"),
        ("1999-00", "1999-00"),
        ("2020-21 Q1", "2020-21 q1"),
        ("2020 to 2021, Q4", "2020-21 q4"),
        ("2021-08", "2021-08"),
        ("2021-08-31", "2021-08-31"),
        ("2021", "2021"),
        ("total", "total"),
        ("Total", "total"),
        ("to date", "to date"),
        ("2021-22 to date", "2021-22 to date"),
        ("2021-04 to date", "2021-04 to date"),
        ("2020-21 to 2022-23", "2020-21 to 2022-23"),
        ("2021-04 to 2021-08", "2021-04 to 2021-08"),
        ("2020-21 Q1 to 2020-21 Q3", "2020-21 q1 to 2020-21 q3"),
        ("2011 to 2012", "2011-12"),
    ],
)
def test_a_period_has_one_normal_form(text, normal):
    assert money_period(text) == normal
    assert money_period(normal.replace("2011-12", "2011 to 2012")) == normal


@pytest.mark.parametrize(
    "text",
    [
        "banana",
        "",
        "2021-23",
        "2021-13",
        "2020 to 2023",
        "2021 to 2021",
        "2020-21 Q5",
        "Q1",
        "2021-02-30",
        "2022-23 to 2020-21",
        "2011-12",
        "2021-04 to 2022-23",
        "99-00",
        "year to date",
        "annual",
        "FY21",
        "2021-22 2022-23",
        "2021-22 to date to date",
    ],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        money_period(text)


@given(st.integers(1900, 2099))
def test_every_financial_year_has_the_same_form_however_it_is_written(year):
    after = year + 1
    forms = [
        f"{year} to {after}",
        f"{year}/{after % 100:02}",
        f"{year}-{after}",
        f"{year} – {after}".replace(" – ", "–"),
    ]
    assert {money_period(f) for f in forms} == {f"{year}-{after % 100:02}"}


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_a_valueerror_and_the_form_is_stable(text):
    try:
        normal = money_period(text)
    except ValueError:
        return
    assert same_period(normal, text) or normal == text.lower()


def test_a_claim_names_an_amount_of_a_period_with_blanks():
    assert parse_operand("£grant@2020 to 2021/budget") == AmountReference("grant", "2020 to 2021", "budget")
    assert same_period("2020-21", "2020 to 2021") and not same_period("2020-21", "2020-21 Q1")
