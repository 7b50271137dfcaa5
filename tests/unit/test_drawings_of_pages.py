"""The strip of authorities and the drawing of the golden thread: what must be seen is drawn, the same bytes each
time.
"""

import html
import re
from xml.etree import ElementTree

import pytest

from improvement_reports.charts.canvas import NARROW, WIDE, palette
from improvement_reports.charts.dot_strip import SHAPES, dot_strip
from improvement_reports.charts.thread import ThreadBox, thread_svg
from improvement_reports.domain.vocabulary import Unit

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
SIZES = pytest.mark.parametrize("width", [WIDE, NARROW])
HOSTILE = "<script>alert(1)</script> & \"x\" 'y' $z$ ]]>"


def texts(drawing: str) -> list[str]:
    return ["".join(t.itertext()) for t in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def size(drawing: str) -> tuple[float, float]:
    return tuple(float(n) for n in ElementTree.fromstring(drawing).get("viewBox").split()[2:])


# The strip

VALUES = {str(100 + n): 50.0 + n for n in range(30)}
MARKED = {"105": "Somewhere", "120": "Elsewhere"}


def strip(values=VALUES, marked=MARKED, england=62.0, width=WIDE, unit=Unit.PERCENT, decimals=1) -> str:
    return dot_strip(values, marked, unit, decimals, england, width)


def marks(drawing: str, colour: str) -> list[tuple[float, float]]:
    """The place of each mark of a colour, in pixels."""
    found = []
    for use in ElementTree.fromstring(drawing).iter(f"{SVG}use"):
        if f"fill: {colour}" in (use.get("style") or ""):
            found.append((float(use.get("x")), float(use.get("y"))))
    return found


@SIZES
def test_every_authority_is_a_mark_and_the_named_ones_stand_out(width):
    drawing = strip(width=width)
    others, named = marks(drawing, "#8a9299"), marks(drawing, palette()["main"].lower())
    assert len(others) == len(VALUES) - len(MARKED)
    assert len(named) == 2 * len(MARKED)  # on the strip and in the key above it


@SIZES
def test_marks_stand_in_the_order_of_their_values_on_one_scale(width):
    drawing = strip(width=width)
    places = sorted(x for x, _ in marks(drawing, "#8a9299"))
    on_strip = sorted(marks(drawing, palette()["main"].lower()), key=lambda p: -p[1])[: len(MARKED)]
    low, high = places[0], places[-1]  # 50 and 79
    wanted = [low + (VALUES[c] - 50) / 29 * (high - low) for c in MARKED]
    assert sorted(x for x, _ in on_strip) == pytest.approx(wanted, abs=0.1)


@SIZES
def test_equal_values_do_not_hide_each_other(width):
    places = marks(strip(dict.fromkeys(VALUES, 5.0), {}, None, width), "#8a9299")
    assert len({x for x, _ in places}) == 1 and len({y for _, y in places}) == len(VALUES)


@SIZES
def test_the_named_are_told_with_their_values_lowest_first(width):
    found = texts(strip(marked={"120": "Elsewhere", "105": "Somewhere"}, width=width))
    assert [t for t in found if ":" in t] == ["Somewhere: 55.0%", "Elsewhere: 70.0%"]


def test_the_named_differ_in_shape_and_not_by_colour_alone():
    codes = list(VALUES)[: len(SHAPES)]
    drawing = strip(marked={c: c for c in codes})
    root = ElementTree.fromstring(drawing)
    ids = [
        u.get(f"{XLINK}href")
        for u in root.iter(f"{SVG}use")
        if f"fill: {palette()['main'].lower()}" in (u.get("style") or "")
    ]
    defined = {f"#{p.get('id')}": p.get("d") for p in root.iter(f"{SVG}path") if p.get("id")}
    on_strip, in_key = ids[: len(codes)], ids[len(codes) :]
    assert len({defined[i] for i in on_strip}) == len({defined[i] for i in in_key}) == len(SHAPES)


@pytest.mark.parametrize(
    ("england", "unit", "decimals", "word"),
    [
        (62.0, Unit.PERCENT, 1, "England 62.0%"),
        (62.04, Unit.RATE, 1, "England 62.0 per 10,000"),
        (None, Unit.PERCENT, 1, None),
    ],
)
def test_england_is_a_line_with_its_value(england, unit, decimals, word):
    found = [t for t in texts(strip(england=england, unit=unit, decimals=decimals)) if "England" in t]
    assert found == ([word] if word else [])


@SIZES
def test_a_strip_is_the_same_bytes_each_time_and_as_wide_as_it_should_be(width):
    assert strip(width=width) == strip(dict(reversed(VALUES.items())), dict(reversed(MARKED.items())), width=width)
    assert size(strip(width=width))[0] == width


def test_a_strip_grows_with_the_names_and_needs_none():
    heights = [size(strip(marked=dict(list({c: c for c in VALUES}.items())[:n])))[1] for n in (0, 1, 3)]
    assert heights[2] - heights[1] == 2 * (heights[1] - heights[0]) > 0


def test_a_hostile_name_of_an_authority_is_text():
    drawing = strip(marked={"105": HOSTILE})
    assert "<script>alert" not in drawing
    assert f"{HOSTILE}: 55.0%" in texts(drawing)


# The golden thread

LANES = [
    (
        ThreadBox("See children alone"),
        [ThreadBox("1. Practice", "■"), ThreadBox("2 steps")],
        [ThreadBox("Visits in time: 91%")],
    ),
    (ThreadBox("Supervise"), [], []),
]


def boxes(drawing: str) -> int:
    """Rectangles, without the ground of the drawing."""
    return len(re.findall(r'<g id="patch_', drawing)) - 1


@pytest.mark.parametrize(
    ("width", "empty"), [(WIDE, ["none", "none"]), (NARROW, ["answered by: none", "evidenced by: none"])]
)
def test_every_box_is_drawn_and_a_gap_says_so(width, empty):
    drawing = thread_svg(LANES, width)
    found = texts(drawing)
    for wanted in ("See children alone", "■ 1. Practice", "2 steps", "Visits in time: 91%", "Supervise", *empty):
        assert found.count(wanted) == (empty.count(wanted) or 1), wanted
    assert drawing.count("stroke-dasharray") == 2  # a missing answer and missing evidence are dashed
    assert boxes(drawing) == 7


def test_the_wide_drawing_names_its_columns():
    assert texts(thread_svg(LANES, WIDE))[:3] == ["What must improve", "Answered by", "Evidenced by"]


@SIZES
def test_no_word_of_a_long_text_is_lost_and_all_of_it_stands_inside(width):
    words = [f"word{n}" for n in range(40)]
    drawing = thread_svg(
        [(ThreadBox(" ".join(words)), [ThreadBox(" ".join(words))], [ThreadBox(" ".join(words))])], width
    )
    assert sorted(w for t in texts(drawing) for w in t.split() if w.startswith("word")) == sorted(words * 3)
    wide, high = size(drawing)
    assert wide == width
    places = [(float(x), float(y)) for x, y in re.findall(r'<text [^>]*x="([\d.]+)" y="([\d.]+)"', drawing)]
    places += [(float(x), float(y)) for x, y in re.findall(r"<text [^>]*translate\(([\d.]+) ([\d.]+)\)", drawing)]
    assert len(places) >= 12 and all(0 <= x <= wide and 0 <= y <= high for x, y in places)


@SIZES
def test_no_two_boxes_of_a_column_overlap(width):
    lanes = [
        (
            ThreadBox(f"Ask {n}"),
            [ThreadBox(f"Answer {n} {k} " + "long " * 12) for k in range(3)],
            [ThreadBox(f"Measure {n} {k}") for k in range(4)],
        )
        for n in range(3)
    ]
    drawing = thread_svg(lanes, width)
    found = []
    for d in re.findall(r'<g id="patch_\d+">\s*<path d="([^"]+)"', drawing)[1:]:
        numbers = [float(n) for n in re.findall(r"[\d.]+", d)]
        found.append((min(numbers[::2]), max(numbers[::2]), min(numbers[1::2]), max(numbers[1::2])))
    assert len(found) == 3 * 8
    for n, a in enumerate(found):
        for b in found[n + 1 :]:
            apart = a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]
            assert apart, (a, b)


@SIZES
def test_a_thread_is_the_same_bytes_each_time(width):
    assert thread_svg(LANES, width) == thread_svg(LANES, width)


@SIZES
def test_hostile_words_of_a_thread_are_text(width):
    drawing = thread_svg([(ThreadBox(HOSTILE), [ThreadBox(HOSTILE, "▲")], [])], width)
    assert "<script>alert" not in drawing
    assert html.unescape(HOSTILE).split()[0] in " ".join(texts(drawing))


def test_a_box_without_words_is_drawn():
    assert boxes(thread_svg([(ThreadBox(""), [], [])], WIDE)) == 3
