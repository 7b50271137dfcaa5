"""Numbers and dates: rounded half-up from what was stated, written as GOV.UK writes them."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.vocabulary import Unit

DECIMALS = st.integers(0, 4)
STATED = st.decimals(min_value=-(10**9), max_value=10**9, places=6)


# Rounding


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("2.4", 0, "2"),
        ("2.5", 0, "3"),
        ("2.6", 0, "3"),
        ("3.5", 0, "4"),
        ("0.5", 0, "1"),
        ("-2.4", 0, "-2"),
        ("-2.5", 0, "-3"),
        ("-2.6", 0, "-3"),
        (2.675, 2, "2.68"),
        (0.285, 2, "0.29"),
        (1.005, 2, "1.01"),
        (-2.675, 2, "-2.68"),
        (np.float64(2.675), 2, "2.68"),
        (Decimal("0.125"), 2, "0.13"),
        (86, 1, "86.0"),
        ("1250", -2, "1300"),
    ],
)
def test_half_goes_away_from_zero(value, decimals, expected):
    rounded = nb.round_half_up(value, decimals)
    assert rounded == Decimal(expected)
    assert rounded.as_tuple().exponent == -decimals


@given(STATED, DECIMALS)
def test_rounding_is_the_nearest_and_on_a_tie_the_one_further_from_zero(value, decimals):
    step = Fraction(1, 10**decimals)
    steps = abs(Fraction(value)) / step
    nearest = int(steps + Fraction(1, 2))
    assert abs(Fraction(nb.round_half_up(value, decimals))) == nearest * step


@given(STATED, DECIMALS)
def test_rounding_does_not_know_the_sign(value, decimals):
    assert nb.round_half_up(-value, decimals) == -nb.round_half_up(value, decimals)


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=4), DECIMALS)
def test_a_float_rounds_as_its_own_digits(value, decimals):
    assert nb.round_half_up(float(value), decimals) == nb.round_half_up(value, decimals)


@pytest.mark.parametrize("value", ["", "x", "1,250", "NaN", "Infinity", float("nan"), float("inf"), None, True])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="is not a"):
        nb.to_decimal(value)


@pytest.mark.parametrize(("text", "decimals"), [("41", 0), ("99.6", 1), ("350.0", 1), ("-0.25", 2), ("1E+3", 0)])
def test_decimals_as_stated(text, decimals):
    assert nb.decimals_of(text) == decimals


# Formats


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (999, 0, "999"),
        (1000, 0, "1,000"),
        (1250, 0, "1,250"),
        (1234567.891, 2, "1,234,567.89"),
        (-3, 0, "−3"),
        (-0.4, 0, "0"),
        (-0.5, 0, "−1"),
        (0, 1, "0.0"),
        (350, 1, "350.0"),
    ],
)
def test_numbers(value, decimals, expected):
    assert nb.format_number(value, decimals) == expected


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "expected"),
    [
        (86, Unit.PERCENT, 0, "86%"),
        (99.6, Unit.PERCENT, 1, "99.6%"),
        (-1, Unit.PERCENT, 0, "−1%"),
        (1250, Unit.COUNT, 0, "1,250"),
        (13.5, Unit.RATE, 1, "13.5 per 10,000"),
        (3, Unit.SCORE, 0, "3"),
        (26, Unit.WEEKS, 0, "26 weeks"),
        (1, Unit.WEEKS, 0, "1 week"),
        (1, Unit.DAYS, 0, "1 day"),
        (0, Unit.DAYS, 0, "0 days"),
        (1.4, Unit.WEEKS, 1, "1.4 weeks"),
        (0.9, Unit.DAYS, 0, "1 day"),
    ],
)
def test_values_with_their_unit(value, unit, decimals, expected):
    assert nb.format_value(value, unit, decimals) == expected


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "expected"),
    [
        (-9, Unit.PERCENT, 0, "9 percentage points"),
        (1, Unit.PERCENT, 0, "1 percentage point"),
        (1.5, Unit.PERCENT, 1, "1.5 percentage points"),
        (54, Unit.COUNT, 0, "54"),
        (-2, Unit.WEEKS, 0, "2 weeks"),
        (2, Unit.RATE, 0, "2 per 10,000"),
        (1, Unit.SCORE, 0, "1 point"),
    ],
)
def test_distances_have_no_sign(value, unit, decimals, expected):
    assert nb.format_distance(value, unit, decimals) == expected


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "expected"),
    [
        (5, Unit.COUNT, 0, "+5"),
        (-7.1, Unit.COUNT, 1, "−7.1"),
        (0, Unit.COUNT, 0, "0"),
        (0.4, Unit.COUNT, 0, "0"),
        (-0.4, Unit.COUNT, 0, "0"),
        (0.5, Unit.COUNT, 0, "+1"),
        (1250, Unit.COUNT, 0, "+1,250"),
        (-0.4, Unit.COUNT, None, "−0.4"),
        (5, Unit.PERCENT, 0, "+5 percentage points"),
        (-1, Unit.PERCENT, 0, "−1 percentage point"),
        (1, Unit.PERCENT, 0, "+1 percentage point"),
        (-0.4, Unit.PERCENT, None, "−0.4 percentage points"),
        (0, Unit.PERCENT, 1, "0.0 percentage points"),
        (-1, Unit.DAYS, 0, "−1 day"),
        (1, Unit.SCORE, 0, "+1 point"),
        (-2, Unit.FTE, 1, "−2.0 full-time equivalents"),
        (-5000, Unit.POUNDS, 0, "−£5,000"),
        (5000, Unit.POUNDS, 0, "+£5,000"),
    ],
)
def test_changes_have_a_sign_and_their_unit(value, unit, decimals, expected):
    assert nb.format_change(value, unit, decimals) == expected


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("value", ["1", "-1", "1.0", "0", "2"])
def test_one_thing_is_singular_and_nothing_else_is(unit, value):
    for text in (nb.format_difference(value, unit), nb.format_change(value, unit), nb.format_value(value, unit)):
        for one, many in (names for names in nb.UNIT_NAMES.values() if names[0] != names[1]):
            is_one = text.lstrip("+−").startswith("1 ")
            assert not text.endswith(f" {many}") or not is_one
            assert not text.endswith(f" {one}") or is_one


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 measures"), (1, "1 measure"), (2, "2 measures"), (1250, "1,250 measures")]
)
def test_things_are_counted(number, expected):
    assert nb.counted(number, "measure") == expected


def test_things_with_a_plural_of_their_own():
    assert (nb.counted(1, "child", "children"), nb.counted(0, "child", "children")) == ("1 child", "0 children")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("85.5", Unit.PERCENT, "85.5%"),
        (85.5, Unit.PERCENT, "85.5%"),
        (85.0, Unit.PERCENT, "85%"),
        ("85.0", Unit.PERCENT, "85.0%"),
        (12.25, Unit.FTE, "12.25"),
        (0.4, Unit.COUNT, "0.4"),
        (-0.4, Unit.SCORE, "−0.4"),
        (1234.5, Unit.COUNT, "1,234.5"),
        (12.5, Unit.POUNDS, "£12.50"),
    ],
)
def test_without_decimals_nothing_is_rounded_away(value, unit, expected):
    assert nb.format_value(value, unit) == expected


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=4))
def test_what_is_shown_as_stated_is_what_was_stated(value):
    assert Decimal(nb.format_number(value).replace(",", "").replace(nb.MINUS, "-")) == value


@pytest.mark.parametrize(
    ("unit", "expected"), [(Unit.PERCENT, "percentage_points"), (Unit.COUNT, "count"), (Unit.RATE, "rate")]
)
def test_the_unit_of_a_difference(unit, expected):
    assert nb.difference_unit(unit) == expected


@pytest.mark.parametrize(
    ("pounds", "expected"),
    [
        (521000, "£521,000"),
        (521000.5, "£521,000.50"),
        (0, "£0"),
        (-521000, "−£521,000"),
        (999999, "£999,999"),
        (1000000, "£1 million"),
        (1000001, "£1,000,001"),
        (2850000, "£2.85 million"),
        (10000000, "£10 million"),
        (1234567, "£1,234,567"),
        (1235000, "£1.235 million"),
        (-2850000, "−£2.85 million"),
        (0.005, "£0.005"),
    ],
)
def test_money(pounds, expected):
    assert nb.format_money(pounds) == expected


def test_money_in_full():
    assert nb.format_money(1102000, in_full=True) == "£1,102,000"


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([551000, 1102000], True),
        ([551000, 364000], False),
        ([2852000, 5222000], False),
        ([0, 5222000], False),
        ([], False),
    ],
)
def test_amounts_that_would_be_in_two_units(amounts, expected):
    assert nb.mixes_units(amounts) is expected


# Dates


@pytest.mark.parametrize("text", ["2021", "2021-04", "2021-05-26", "2024-02-29"])
def test_dates_that_exist(text):
    assert nb.parse_date(text).isoformat().startswith(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021-13",
        "2021-00",
        "2023-02-29",
        "2021-04-31",
        "21-04",
        "2021-4",
        "2021-04-1",
        "2021/04",
        "April 2021",
        "0000",
        "2021-04-26T00:00",
        "٢٠٢١",
        " 2021",
    ],
)
def test_dates_that_do_not_exist(text):
    with pytest.raises(ValueError):
        nb.parse_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2021", "2021-12-31"), ("2024-02", "2024-02-29"), ("2023-02", "2023-02-28"), ("2021-05-26", "2021-05-26")],
)
def test_last_day(text, expected):
    assert nb.last_day(text).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2021", "2021"), ("2021-04", "April 2021"), ("2021-05-26", "26 May 2021"), ("2021-05-06", "6 May 2021")],
)
def test_a_day_is_as_precise_as_its_text(text, expected):
    assert nb.format_day(text) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2020-10-06", "2020-10-08", "6 to 8 October 2020"),
        ("2022-10-31", "2022-11-01", "31 October to 1 November 2022"),
        ("2022-12-31", "2023-01-01", "31 December 2022 to 1 January 2023"),
        ("2021-06", "2021-07", "June to July 2021"),
        ("2021-12", "2022-01", "December 2021 to January 2022"),
        ("2021-06-14", "2021-07", "June to July 2021"),
        ("2021", "2022-03", "2021 to 2022"),
        ("2020-10-06", "2020-10-06", "6 October 2020"),
        ("2020-10", "2020-10", "October 2020"),
    ],
)
def test_ranges(first, last, expected):
    assert nb.format_days(first, last) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("2021-09", "Sep 2021"), ("2021-04", "Apr 2021"), ("2021-06", "Jun 2021")]
)
def test_short_months(text, expected):
    assert nb.format_short_month(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-03", "2020 to 2021"),
        ("2021-04", "2021 to 2022"),
        ("2021-03-31", "2020 to 2021"),
        ("2021-04-01", "2021 to 2022"),
    ],
)
def test_the_financial_year_begins_in_april(text, expected):
    assert nb.financial_year(text) == expected
