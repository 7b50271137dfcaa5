"""Control charts as drawings: well-formed, the same bytes each time, and what must be seen is drawn."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from control_drawings import GOLDEN, SHIFTED, chart, months, svg

from improvement_reports.charts import canvas as charts
from improvement_reports.charts import control as control_charts
from improvement_reports.charts import control_labels
from improvement_reports.charts.control import control_svg
from improvement_reports.charts.control_labels import look_of, looks
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.method.spc_chart import ControlPoint, Rebase, Rule

SVG = "{http://www.w3.org/2000/svg}"
APPROVED = {"date": "2023-05-18", "approver": "Improvement Board"}
SIZES = pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])


def texts(drawing: str) -> list[str]:
    return [t.text for t in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def positions(drawing: str) -> list[tuple[str, float, float]]:
    """Each text with where it stands, in pixels."""
    found = []
    for t in ElementTree.fromstring(drawing).iter(f"{SVG}text"):
        place = re.search(r"translate\(([\d.-]+) ([\d.-]+)\)", t.get("transform", ""))
        x, y = place.groups() if place else (t.get("x"), t.get("y"))
        found.append((t.text, float(x), float(y)))
    return found


def contrast(colour: str, other: str = "#ffffff") -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(text: str) -> float:
        parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(colour), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def shapes(drawing: str, colour: str) -> int:
    """How many markers have an edge of this colour, those of the key too."""
    return len(re.findall(rf"<use [^>]*stroke: {colour}", drawing, re.IGNORECASE))


@SIZES
@pytest.mark.parametrize(
    "values", [GOLDEN, SHIFTED, [3, None, 4], [5], [7] * 14, [*GOLDEN, *[None] * 12, *SHIFTED], [-5, -9, -7], [0, 0, 0]]
)
def test_a_drawing_is_well_formed_and_has_its_size(values, width):
    root = ElementTree.fromstring(svg(values, width=width, target=3, floor=0))
    assert root.tag == f"{SVG}svg"
    assert root.get("width") == str(width)
    assert root.get("viewBox").startswith(f"0 0 {width} ")


@SIZES
def test_average_limits_and_target_are_labelled_with_their_values(width):
    drawing = svg(GOLDEN, width=width, target=4, floor=0)
    joined = " ".join(texts(drawing))
    for label in ("upper limit 7.0", "average 1.9", "lower limit 0", "target 4"):
        assert label in joined
    assert "lower limit 0.0" not in joined


def test_percentages_have_their_sign_and_end_at_100():
    said = texts(svg([99, 97, 98, 96, 99], Unit.PERCENT, 1, floor=0, ceiling=100, target=95))
    assert "upper limit 100%" in said
    assert "average 97.8%" in said
    assert "100%" in said
    assert not any(t.endswith("%") and float(t[:-1]) > 100 for t in said if re.fullmatch(r"[\d.]+%", t))


@SIZES
def test_labels_at_the_end_do_not_touch(width):
    drawing = svg([*[100, 101] * 6, 160], width=width, target=103)
    ends = [(y, text) for text, _, y in positions(drawing) if re.match("upper|average|lower|target", text)]
    assert len(ends) == 4
    heights = sorted(y for y, _ in ends)
    room = 30 if width == charts.NARROW else 15
    assert all(b - a >= room for a, b in pairwise(heights))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], []),
        ([5], [5]),
        ([0, 100], [0, 100]),
        ([50, 50], [45, 55]),
        ([100, 0], [100, 0]),
        ([0, 4, 100], [-3, 7, 100]),
        ([0, 8, 9], [-13 / 3, 17 / 3, 47 / 3]),
        ([0, 10, 20], [0, 10, 20]),
    ],
)
def test_heights_move_apart_only_where_they_must(wanted, expected):
    assert control_labels.spread(wanted, 10) == pytest.approx(expected)


@SIZES
def test_labels_stay_inside_the_drawing(width):
    values = [1_234_567, 1_334_567, 1_134_567] * 5
    drawing = svg(values, width=width, rebases=[Rebase(13, reason="A very long reason", **APPROVED)])
    for text, x, _ in positions(drawing):
        if re.match("upper|average|lower|1,2", text):
            assert x + 7.2 * len(text) <= width + 1, text


# Flagged points


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ((), None),
        ((Rule.OUTSIDE_LIMITS,), "outside"),
        ((Rule.SHIFT,), "run"),
        ((Rule.TREND,), "run"),
        ((Rule.TWO_OF_THREE,), "near"),
        ((Rule.OUTSIDE_LIMITS, Rule.SHIFT), "outside"),
        ((Rule.TREND, Rule.TWO_OF_THREE), "run"),
    ],
)
def test_a_point_is_drawn_in_the_shape_of_its_first_flag(flags, expected):
    assert look_of(ControlPoint(0, 1.0, flags)) == expected


def test_flagged_points_differ_in_shape_and_colour_and_are_seen():
    made = looks().values()
    ordinary = ("o", charts.palette()["main"].lower())
    assert len({look.marker for look in made}) == len(made)
    assert len({look.edge.lower() for look in made} | {ordinary[1]}) == len(made) + 1
    assert all(look.marker != "o" or look.fill == "white" for look in made)  # a ring, not another dot
    assert all(contrast(look.edge) >= 3 for look in made)
    assert all(look.fill == look.edge for look in made if look.marker != "o")


@pytest.mark.parametrize("colour", [charts.INK, charts.QUIET])
def test_text_can_be_read(colour):
    assert contrast(colour) >= 4.5
    drawing = svg([*GOLDEN, None], target=4, rebases=[Rebase(9, reason="New definition", **APPROVED)])
    inks = set(re.findall(r"<text [^>]*fill: (#[0-9a-f]{6})", drawing))
    assert inks <= {charts.INK, charts.QUIET}
    assert contrast(charts.palette()["main"]) >= 3
    assert contrast(charts.QUIET, control_labels.HATCH["facecolor"]) >= 3


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
@pytest.mark.parametrize("repeat", [1, 6])
def test_each_flagged_point_is_drawn_and_the_key_explains_it(repeat, width):
    values = GOLDEN * repeat
    made = chart(values)
    drawing = svg(values, width=width)
    outside = [p for p in made.points if look_of(p) == "outside"]
    assert len(outside) == repeat
    assert shapes(drawing, looks()["outside"].edge) == repeat + 1
    assert "outside the limits" in texts(drawing)
    assert "two of three near a limit" not in texts(drawing)
    assert "no value" not in texts(drawing)


def test_runs_are_rings():
    drawing = svg(SHIFTED)
    assert shapes(drawing, looks()["run"].edge) == 16 + 1


@pytest.mark.parametrize(
    ("values", "settings", "words"),
    [
        (SHIFTED, {}, "7 or more in a row on one side"),
        (SHIFTED, {"shift_length": 8}, "8 or more in a row on one side"),
        ([0, 1, 2, 3, 4, 5, 6], {}, "7 or more in a row rising or falling"),
        ([*SHIFTED, 3, 4, 5, 6, 7, 8, 9], {}, "run on one side, or trend"),
    ],
)
def test_the_key_says_which_run_it_is(values, settings, words):
    assert words in texts(svg(values, **settings))


def test_a_chart_without_flags_needs_no_key():
    plain = texts(svg([1, 2] * 7))
    assert not {"outside the limits", "two of three near a limit", "no value"} & set(plain)
    assert not any("in a row" in t or "trial" in t for t in plain)


@pytest.mark.parametrize(("count", "is_said"), [(11, True), (12, False)])
def test_trial_limits_are_said(count, is_said):
    assert ("trial limits: fewer than 12 points" in texts(svg(([1, 2] * 6)[:count]))) is is_said


# Gaps, rebases, axes


def line_pieces(drawing: str) -> int:
    """Pieces of the line of values: each starts with a move to its first point."""
    main = charts.palette()["main"].lower()
    found = re.findall(rf'<path d="([^"]*)"[^>]*style="fill: none; stroke: {main}', drawing)
    return max(path.count("M ") for path in found)


@pytest.mark.parametrize(("gaps", "pieces"), [((), 1), ((4,), 2), ((4, 5), 2), ((4, 9), 3)])
def test_the_line_breaks_at_gaps(gaps, pieces):
    values = [None if i in gaps else v for i, v in enumerate(GOLDEN)]
    drawing = svg(values)
    assert line_pieces(drawing) == pieces
    assert ("no value" in texts(drawing)) is bool(gaps)
    runs = pieces - 1
    assert drawing.count("url(#h") == (runs + 1 if gaps else 0)  # each hatched, and once in the key


@SIZES
def test_a_rebase_shows_the_first_words_of_its_reason(width):
    values = [1, 2] * 6 + [11, 12] * 6
    rebase = Rebase(12, reason="New <definition> & count from April on", **APPROVED)
    drawing = svg(values, width=width, rebases=[rebase])
    said = " ".join(texts(drawing))
    assert "New definition & count…" in said
    assert "from April" not in said
    assert "average 11.5" in said
    assert "average 1.5" not in said


def test_a_short_reason_is_whole_and_control_characters_do_no_harm():
    values = [1, 2] * 6 + [11, 12] * 6
    said = texts(svg(values, rebases=[Rebase(12, reason="New\x00 $x^2$\ndefinition", **APPROVED)]))
    assert "New x2 definition" in said


@SIZES
@pytest.mark.parametrize(("count", "least"), [(1, 1), (5, 3), (12, 3), (18, 3), (36, 3), (60, 3), (144, 3)])
def test_the_time_axis_has_some_months_that_do_not_touch(count, least, width):
    drawing = svg((GOLDEN * 8)[:count], width=width)
    years = [(x, y, text) for text, x, y in positions(drawing) if re.fullmatch(r"20\d\d", text)]
    xs = sorted(x for x, _, _ in years)
    assert least <= len(xs)
    assert all(b - a >= 36 for a, b in pairwise(xs))


def test_a_long_axis_names_the_first_months_of_financial_years():
    drawing = control_svg(
        [f"{2020 + (i + 8) // 12}-{(i + 8) % 12 + 1:02}" for i in range(54)], chart(GOLDEN * 3), Unit.COUNT, 0, 340
    )
    assert {t for t in texts(drawing) if re.fullmatch("[A-Z][a-z]{2}", t)} == {"Apr"}


@pytest.mark.parametrize(
    ("values", "unit", "low", "high"),
    [
        ([1, 2, 3], Unit.COUNT, 0, None),
        ([30, 20, 21], Unit.COUNT, 0, None),
        ([100, 102, 101], Unit.COUNT, 90, None),
        ([-5, 5], Unit.COUNT, None, None),
        ([99, 97], Unit.PERCENT, None, 100),
    ],
)
def test_the_value_axis_starts_at_zero_unless_all_is_far_from_it(values, unit, low, high):
    made = chart(values, floor=0 if min(values) >= 0 else None, ceiling=100 if unit is Unit.PERCENT else None)
    least, most, ticks = control_charts._scale(made, unit)
    assert least == 0 if low == 0 else least < min(values)
    assert low is None or least >= low
    assert most > max(values)
    assert high is None or most == high
    assert all(least <= t <= most for t in ticks)
    assert len(ticks) >= 2


@pytest.mark.parametrize(
    ("labels", "values", "words"),
    [
        (["2021-04"], [1, 2], "2 points, but 1 labels"),
        (["2021-04", "2021-05", "2021-07"], [1, 2, 3], "evenly"),
        (["2021-05", "2021-04"], [1, 2], "evenly"),
        (["2021-04", "2021-04"], [1, 2], "evenly"),
        (["2021", "2022"], [1, 2], "YYYY-MM"),
        (["2021-13", "2022-01"], [1, 2], "month"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, values, words):
    with pytest.raises(ValueError, match=words):
        control_svg(labels, chart(values), Unit.COUNT)


def test_a_series_without_a_value_is_a_sentence():
    for values in ([None, None], []):
        assert "nothing to draw" in control_svg(["2021-04", "2021-05"][: len(values)], chart(values), Unit.COUNT)


def test_quarters_are_evenly_spaced_too():
    said = texts(control_svg(["2021-03", "2021-06", "2021-09", "2021-12"], chart([1, 2, 1, 2]), Unit.COUNT))
    assert [t for t in said if re.fullmatch("[A-Z][a-z]{2}", t)] == ["Mar", "Jun", "Sep", "Dec"]


def test_nothing_is_changed_by_drawing():
    labels, made = months(18), chart(GOLDEN)
    control_svg(labels, made, Unit.COUNT)
    assert labels == months(18)
    assert made == chart(GOLDEN)


def strokes(drawing: str, colour: str, dashes: str) -> list[tuple[float, ...]]:
    """The straight lines of a colour: where each starts and ends, in pixels. ``dashes``: their pattern, '' for a whole
    line.
    """
    pattern = (
        rf'd="M ([\d.]+) ([\d.]+) L ([\d.]+) ([\d.]+) "[^>]*style="fill: none; ({re.escape(dashes)}[^"]*)stroke:'
        rf" {colour}"
    )
    found = re.findall(pattern, drawing.replace("\n", " "))
    return [tuple(map(float, place)) for *place, style in found if dashes or "dasharray" not in style]


def test_each_segment_has_its_average_and_limits_and_a_rebase_its_line():
    """Two levels ten apart: where the values meet the axis of values, the lines do too."""
    values = [1, 2] * 6 + [11, 12] * 6
    made = chart(values, rebases=[Rebase(12, reason="New definition", **APPROVED)], target=4)
    drawing = control_svg(months(24), made, Unit.COUNT)
    bottom, top = 277.0, 27.0
    low, high, _ = control_charts._scale(made, Unit.COUNT)

    def height(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    x, y0, _, y1 = next(s for s in strokes(drawing, charts.INK, "") if s[0] == s[2])
    assert {y0, y1} == {bottom, top}
    limits = strokes(drawing, charts.QUIET, "stroke-dasharray: 7,4.2")
    expected = [(limit, s.start == 0) for s in made.segments for limit in (s.lower, s.upper)]
    assert [(y, right == x) for _, y, right, _ in limits] == [
        (pytest.approx(height(v), abs=0.01), f) for v, f in expected
    ]
    averages = [y for _, y, _, end in strokes(drawing, charts.QUIET, "") if y == end and y != bottom]
    assert averages == pytest.approx([height(1.5), height(11.5)], abs=0.01)
    assert [y for _, y, _, _ in strokes(drawing, charts.INK, "stroke-dasharray: 2,3")] == [
        pytest.approx(height(4), abs=0.01)
    ]
