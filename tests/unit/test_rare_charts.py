"""Where few are counted: the cases themselves, and the time between them, in place of a control chart."""

import re
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pandas as pd
import pytest

from improvement_reports.charts.canvas import NARROW, WIDE
from improvement_reports.charts.rare import Stretch, rare_svg
from improvement_reports.domain.numbers import format_short_month
from improvement_reports.domain.vocabulary import BetterWhen, PeriodType, Unit
from improvement_reports.method.aptness import NotApt
from improvement_reports.method.judgement import judge
from improvement_reports.method.own_series import Point, Series
from improvement_reports.method.progress import Position
from improvement_reports.sections.rare_charts import rare_drawing
from improvement_reports.workspace.measures import Measure

MISSED = [1, 0, 2, 0, 0, 1, 3, 0, 0, 0, 0, 1, 0, 0]  # of 40 reviews a month


def months(count: int) -> list[str]:
    return [f"{2024 + i // 12}-{i % 12 + 1:02}" for i in range(count)]


def position(points: list[Point], unit=Unit.PERCENT) -> Position:
    series = Series(tuple(points), PeriodType.MONTH, unit, BetterWhen.HIGHER)
    found = judge(series, points[-2], Fraction(95))
    return Position("m", pd.Series(dtype=object), None, None, None, None, None, None, None, False, found, (), series)


def reviews(missed: list[int | None]) -> Position:
    return position(
        [
            Point(m, None)
            if n is None
            else Point(m, Decimal(round(100 * (40 - n) / 40, 1)), 1, Decimal(40 - n), Decimal(40))
            for m, n in zip(months(len(missed)), missed, strict=True)
        ]
    )


def measure(unit=Unit.PERCENT) -> Measure:
    return Measure.model_construct(id="m", unit=unit, decimals=1, better_when=BetterWhen.HIGHER, of="reviews")


def texts(drawing: str) -> list[str]:
    return [t.text or "" for t in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_near_a_hundred_percent_the_missing_cases_are_drawn(width):
    at = reviews(MISSED)
    assert at.judgement.why_no_chart is NotApt.FEW_CASES and at.judgement.chart is None
    found = rare_drawing(at, measure(), months(14))
    assert found.cells == [str(n) for n in MISSED]
    assert found.columns_are == "columns: reviews that it does not count"
    said = texts(found.draw(width))
    assert [t for t in said if t in ("1", "2", "3")].count("1") >= 3  # the columns; the axis may have one too
    newest = format_short_month(months(14)[-1]).split()
    assert all(word in said for word in newest), "the newest month is named beneath its column"
    assert {t for t in said if t.startswith("none for")} == {
        "none for 2 months (80 reviews)",
        "none for 4 months (160 reviews)",
    }


def test_the_alternative_text_says_how_many_and_since_when():
    found = rare_drawing(reviews(MISSED), measure(), months(14))
    assert found.alt == "Columns: reviews that it does not count, 8 in 14 periods. None since December 2024."
    assert len(found.alt) < 150


def test_a_rare_count_is_drawn_as_it_is():
    values = [1, 0, 2, None, 0, 1, 3, 0, 0, 1, 0, 1, 0, 4]
    points = [Point(m, None if v is None else Decimal(v)) for m, v in zip(months(14), values, strict=True)]
    at = position(points, Unit.COUNT)
    assert at.judgement.why_no_chart is NotApt.RARE
    found = rare_drawing(at, measure(Unit.COUNT), months(14))
    assert found.cells == ["" if v is None else str(v) for v in values]
    assert "?" in texts(found.draw(WIDE)) and "None since" not in found.alt


@pytest.mark.parametrize(
    "missed", [[12, 9, 11, 8, 10, 12, 9, 11, 8, 10, 12, 9, 11, 8], MISSED[:11]], ids=["many", "few points"]
)
def test_where_a_chart_fits_or_points_are_few_it_is_not_drawn(missed):
    assert rare_drawing(reviews(missed), measure(), months(len(missed))) is None


@pytest.mark.parametrize("at", [(0, 2), (6, 9), (8, 10), (11, 13)])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_words_run_out_of_the_picture(width, at):
    words = "none for 12 months (1,240 reviews)"
    drawing = rare_svg(months(14), [0] * 13 + [1], [Stretch(*at, words)], width)
    (text,) = [t for t in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text") if t.text == words]
    place = re.search(r"translate\(([\d.-]+) ", text.get("transform", ""))
    x, is_end = float(place[1] if place else text.get("x")), "text-anchor: end" in text.get("style", "")
    left = x - 6.4 * len(words) if is_end else x
    assert left >= 0 and left + 6.4 * len(words) <= width


def test_a_series_of_which_nothing_is_known_is_a_sentence():
    assert "nothing to draw" in rare_svg(["2024-01"], [None], [])
