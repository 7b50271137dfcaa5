"""Lines in cells: their places, their gaps, and that they are for the eye alone."""

import pytest
from lxml import html

from improvement_reports.charts.sparkline import EDGE, HEIGHT, WIDTH, Spark, sparkline


def drawn(*values, targets=()):
    goals = [*targets, *[None] * (len(values) - len(targets))]
    return html.fragment_fromstring(str(sparkline([Spark(v, t) for v, t in zip(values, goals, strict=True)])))


def places(line) -> list[tuple[float, float]]:
    return [tuple(float(n) for n in pair.split(",")) for pair in line.get("points").split()]


def test_a_line_goes_from_edge_to_edge_and_from_the_lowest_to_the_highest():
    (line,) = drawn(10, 20, 15, 30).findall("polyline")
    xs, ys = zip(*places(line), strict=True)
    assert (xs[0], xs[-1]) == (EDGE, WIDTH - EDGE)
    assert (ys[0], ys[-1], ys[1] > ys[3], ys[1] < ys[2]) == (HEIGHT - EDGE, EDGE, True, True)


def test_a_gap_stays_a_gap():
    picture = drawn(1, 2, None, 3, 4, None, 5)
    assert [len(places(line)) for line in picture.findall("polyline")] == [2, 2]
    assert len(picture.findall("circle")) == 2  # the value that stands alone is the last one


def test_a_value_between_two_gaps_is_a_dot():
    picture = drawn(1, 2, None, 3, None, 4, 5)
    assert [c.get("r") for c in picture.findall("circle")] == ["1.2", "2.6"]


def test_the_last_value_has_a_dot_even_before_a_gap():
    dot = drawn(1, 2, 3, 9, None).findall("circle")[-1]
    assert (float(dot.get("cy")), float(dot.get("cx")) < WIDTH - EDGE) == (EDGE, True)


@pytest.mark.parametrize("values", [(), (1,), (1, 2, 3), (1, None, 2, None, 3)])
def test_fewer_than_four_values_are_no_line(values):
    assert sparkline([Spark(v) for v in values]) == ""


def test_a_target_is_drawn_on_the_same_scale():
    goal, line = drawn(10, 20, 15, 30, targets=(40, 40, 40, 40)).findall("polyline")
    assert goal.get("class") == "goal"
    assert {y for _, y in places(goal)} == {EDGE}
    assert min(y for _, y in places(line)) > EDGE


@pytest.mark.parametrize("values", [(50, 50, 50, 50), (0, 0, 0, 0), (100.0, 100.1, 100.0, 100.1)])
def test_hardly_any_change_is_drawn_as_hardly_any(values):
    (line,) = drawn(*values).findall("polyline")
    ys = [y for _, y in places(line)]
    assert max(ys) - min(ys) < 2
    assert all(EDGE <= y <= HEIGHT - EDGE for y in ys)


def test_it_is_for_the_eye_alone():
    picture = drawn(1, 2, 3, 4)
    assert (picture.get("aria-hidden"), picture.get("focusable"), picture.text_content()) == ("true", "false", "")
