"""Axes that one value far off does not squash, and the words that say it is there."""

from xml.etree import ElementTree

import pytest
from control_drawings import svg as control_drawing
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.charts.axis import SHARE, clipped, core_of, off_scale, percent_end, tick_text
from improvement_reports.charts.canvas import NARROW, WIDE
from improvement_reports.charts.dot_strip import dot_strip
from improvement_reports.charts.sparkline import Spark, sparkline
from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain.vocabulary import Unit

CALM = [110, 120, 115, 108, 130, 118, 121, 119, 125, 117, 122]
SIZES = pytest.mark.parametrize("width", [WIDE, NARROW])


def texts(drawing: str) -> list[str]:
    return ["".join(t.itertext()) for t in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    "values, others, expected",
    [
        ([*CALM, 2500], [], {2500}),
        ([*CALM, 130 + 22 * 6], [], set()),  # the rest fills an eighth and more
        ([*CALM, 130 + 22 * 9], [], {130 + 22 * 9}),
        ([*CALM, 2500], [2400], set()),  # a target or a limit is up there as well
        ([*CALM, 2500, 2500], [], set()),  # twice is no slip
        ([*CALM, 2500, 9000], [], set()),  # two far values press nothing into a line by one of them
        ([1, 1, 1, 1, 1, 1, 90], [], set()),  # beside a flat line nothing is squashed
        ([*CALM[:4], 2500], [], set()),  # too few to say what is usual
        ([*CALM, -900], [], {-900}),
    ],
)
def test_what_is_off_the_scale(values, others, expected):
    assert off_scale(values, others) == expected


@given(st.lists(st.integers(-1000, 1000), max_size=60), st.lists(st.integers(-1000, 1000), max_size=3))
def test_few_values_are_off_and_only_where_the_rest_was_squashed(values, others):
    found = off_scale(values, others)
    assert len(found) <= max(1, len(values) // 12)
    assert found <= set(values)
    if found:
        rest = [*(v for v in values if v not in found), *others]
        assert max(rest) - min(rest) < SHARE * (max(*values, *others, max(rest)) - min(*values, *others, min(rest)))


@SIZES
def test_a_line_says_what_is_off_its_scale(width):
    values = [*CALM[:5], 2500, *CALM[5:]]
    points = [Point(f"2024-{i + 1:02}", float(v), None, f"{v:,}") for i, v in enumerate(values)]
    said = texts(trend(points, Unit.COUNT, 0, width))
    assert "▲ 2,500 off the scale" in said
    assert not [t for t in said if t.replace(",", "").isdigit() and int(t.replace(",", "")) > 1000 and t != "2024"]
    calm = texts(trend([p for p in points if p.value != 2500], Unit.COUNT, 0, width))
    assert not [t for t in calm if "off the scale" in t]


@SIZES
def test_a_control_chart_says_what_is_off_its_scale(width):
    values = [40, 42, 41, 39, 43, 40, 41, 42, 40, 41, 39, 42, 41, 900, 40, 43]
    assert "▲ 900 off the scale" in texts(control_drawing(values, width=width, baseline=12))
    assert not [t for t in texts(control_drawing(values[:13], width=width, baseline=12)) if "off the scale" in t]


@SIZES
def test_a_strip_says_how_many_are_off_its_scale(width):
    values = {str(300 + i): 4000.0 + 10 * i for i in range(100)} | {"501": 41000.0, "502": 24000.0}
    said = texts(dot_strip(values, {"310": "Here"}, Unit.COUNT, 0, None, width))
    assert "2 off the scale, up to 41,000 ▶" in said
    assert "5,000" in said and "40,000" not in said  # numbers beside the axis, with their commas
    even = texts(dot_strip({str(300 + i): float(i) for i in range(100)}, {}, Unit.PERCENT, 0, 50, width))
    assert not [t for t in even if "off the scale" in t] and "0%" in even


def test_a_small_line_keeps_a_far_value_at_its_edge():
    drawn = sparkline([Spark(float(v)) for v in [*CALM, 2500]])
    calm = sparkline([Spark(float(v)) for v in [*CALM, 130]])
    assert str(drawn) == str(calm)


def test_core_of_many():
    assert core_of([*range(100), 1000]) == (-20.5, 120.5)
    assert core_of(range(100)) is None
    assert core_of([1.0, 2.0, 90.0]) is None


def test_percentages_far_below_a_hundred_have_a_shorter_axis():
    assert percent_end([8]) == (10, [0, 5, 10])
    assert percent_end([9]) == (25, [0, 5, 10, 15, 20, 25])
    assert percent_end([43.4])[0] == 50
    assert percent_end([43.6])[0] == percent_end([100])[0] == 100


def test_numbers_beside_an_axis():
    assert [tick_text(t) for t in (20000.0, 0.1 + 0.2, 2.5)] == ["20,000", "0.3", "2.5"]
    assert tick_text(50, percent=True) == "50%"
    assert clipped(7, 0, 5) == 5 and clipped(-1, 0, 5) == 0 and clipped(3, 0, 5) == 3
