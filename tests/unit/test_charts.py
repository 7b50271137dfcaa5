"""Drawings of a long series: labels do not run into each other, and a target is one line."""

import re
import warnings

import pytest

from improvement_reports.charts.bars import Bar, bars
from improvement_reports.charts.canvas import NARROW, WIDE
from improvement_reports.charts.dot_strip import dot_strip
from improvement_reports.charts.trend import Point, is_free_below, trend
from improvement_reports.domain.vocabulary import Unit

MONTHS = [f"{2024 + (n + 3) // 12}-{(n + 3) % 12 + 1:02}" for n in range(18)]


def series(values, target=80) -> list[Point]:
    return [Point(m, v, target) for m, v in zip(MONTHS, values, strict=False)]


def labels(svg: str) -> list[str]:
    """The texts of the values beside points: bold, in the colour of the line."""
    return re.findall(r"<text style=\"[^\"]*(?:700|bold)[^\"]*\"[^>]*>([^<]*)</text>", svg)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_labels_keep_their_distance(width):
    rising = series([60 + n for n in range(16)] + [88, 88])
    assert labels(trend(rising, Unit.PERCENT, 0, width)) == ["60%", "88%"]
    dipped = series([74, 70, *range(75, 83), 96, *range(83, 90)])
    assert labels(trend(dipped, Unit.PERCENT, 0, width)) == ["74%", "96%", "89%"]


def test_every_point_of_a_short_series_is_labelled():
    assert len(labels(trend(series([70, 71, 72, 73, 74, 75]), Unit.PERCENT))) == 6


def test_a_series_that_ends_in_a_gap_labels_its_last_value():
    values = [70 + n for n in range(10)] + [None, None]
    assert labels(trend(series(values), Unit.PERCENT))[-1] == "79%"


def dashes(svg: str) -> int:
    return svg.count("stroke-dasharray")


def test_a_target_is_one_line_until_it_changes():
    values = [70 + n for n in range(18)]
    assert dashes(trend(series(values), Unit.PERCENT)) == 1
    changed = [Point(m, v, 80 if m < "2025-04" else 90) for m, v in zip(MONTHS, values, strict=True)]
    assert dashes(trend(changed, Unit.PERCENT)) == 2
    paused = [Point(m, v, None if m == "2025-04" else 80) for m, v in zip(MONTHS, values, strict=True)]
    assert dashes(trend(paused, Unit.PERCENT)) == 2


def test_a_strip_that_marks_no_authority_has_no_key():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "<svg" in dot_strip({"301": 1.0, "302": 2.0}, {}, Unit.PERCENT, 0, None, WIDE)


def _first_label(first: float, second: float, beside: float | None = None, target: float | None = None) -> bool:
    """Whether the label of the first of two points stands beneath it."""
    points = [Point("2024-03", first, target, beside=beside), Point("2025-03", second)]
    return is_free_below(points, [first, second], 0)


def test_the_first_label_keeps_off_a_line_that_rises_through_it():
    """Conferences of Birmingham rose from 50.5% so steeply that the line crossed the number above its first point."""
    assert _first_label(50.5, 75) and not _first_label(75, 50.5) and not _first_label(50, 50)
    assert not _first_label(64, 70, beside=60)  # England's line is close beneath
    assert _first_label(70, 64, beside=75)  # and here close above
    assert _first_label(70, 75, beside=40, target=90)


def test_names_of_bars_keep_off_the_axis_and_the_target_on_a_phone():
    drawing = bars([Bar("Care leavers in work or learning", 50, 25, "50%")], Unit.PERCENT, NARROW)
    (x, y) = re.search(r'x="([\d.]+)" y="([\d.]+)"[^>]*>Care leavers', drawing).groups()
    axis = min(float(n) for n in re.findall(r'<path d="M ([\d.]+) ', drawing) if n != "0")  # which is the ground
    target = re.search(r'<path d="M [\d.]+ ([\d.]+)\s+L [\d.]+ ([\d.]+)[^>]*stroke-width: 2\.6', drawing).groups()
    assert float(x) >= axis + 3 and min(map(float, target)) >= float(y) + 3  # clear of what hangs below a line
