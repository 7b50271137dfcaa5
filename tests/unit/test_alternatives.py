"""Alternative texts are short; what they leave out stands in the table under the chart."""

import pytest

from improvement_reports.domain.alternatives import LONGEST, short_alternative

MONTHS = [f"{m} 2024 {60 + n}%" for n, m in enumerate(("April", "May", "June", "July", "August", "September") * 3)]


def test_a_short_text_stays():
    assert short_alternative("Bar chart: Care plans 91%; Visits 92.5%.") == "Bar chart: Care plans 91%; Visits 92.5%."


def test_a_line_keeps_both_ends_and_says_how_many_there_are():
    text = f"Line chart: {'; '.join(MONTHS)}. No value for October 2024, November 2024."
    expected = "Line chart: April 2024 60% to September 2024 77%; all 18 values are in the table below."
    assert short_alternative(text) == expected


def test_a_line_of_decimals_is_not_cut_at_a_point():
    text = "Line chart: " + "; ".join(f"May {y} {y - 1900}.5%" for y in range(2001, 2021)) + "."
    assert (
        short_alternative(text)
        == "Line chart: May 2001 101.5% to May 2020 120.5%; all 20 values are in the table below."
    )


@pytest.mark.parametrize(
    "text",
    [
        f"Bar chart: {'; '.join(MONTHS)}.",
        "Control chart. 36 points, April 2017 to March 2020: average 164, limits 58 and 270. Marked: " + "above, " * 40,
        "Diagram. " + "a word and " * 40,
        "x" * 400,
        f"Line chart: {'y' * 200}; b; c.",
    ],
)
def test_any_other_keeps_its_beginning(text):
    short = short_alternative(text)
    assert len(short) <= LONGEST and short.endswith("The table below says more.")
    assert text.startswith(short.removesuffix(". The table below says more.")) and len(short) > 75


def test_the_first_sentence_of_a_control_chart_is_whole():
    text = (
        "Control chart. 36 points, April 2017 to March 2020: average 164, limits 58 and 270. Marked: above the upper"
        " limit, May to July 2017, September to November 2017 and so on."
    )
    assert short_alternative(text).startswith(
        "Control chart. 36 points, April 2017 to March 2020: average 164, limits 58 and 270. The"
    )
