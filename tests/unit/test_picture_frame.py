"""Pictures that stand alone: headline, subtitle and source in the file, and the view of the drawing for the page."""

from itertools import pairwise

import pytest
from lxml import etree

from improvement_reports.charts.canvas import NARROW, WIDE, sentence_svg
from improvement_reports.charts.frame import HEADLINE, MARGIN, SOURCE, SUBTITLE, VIEW, framed, signed

TEXT = "{http://www.w3.org/2000/svg}text"
LONG = "Fewer contacts become referrals since the shared front door opened, " * 3


def picture(headline="Visits rose to 92%", subtitle="Visits, Exampleshire", source="Source: a return.", width=WIDE):
    return etree.fromstring(framed(sentence_svg("A drawing.", width), headline, subtitle, source).encode())


def lines(root) -> list[str]:
    return [t.text for t in root.findall(TEXT)]  # those of the drawing stand deeper


def box(element) -> list[float]:
    return [float(n) for n in element.get("viewBox").split()]


def test_a_saved_picture_says_what_it_shows_and_whose_it_is():
    assert lines(picture()) == ["Visits rose to 92%", "Visits, Exampleshire", "Source: a return."]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_shows_the_drawing_alone(width):
    root = picture(LONG, LONG, LONG, width)
    (view,) = root.iter("{http://www.w3.org/2000/svg}view")
    inner = next(e for e in root if e.tag.endswith("svg"))
    assert view.get("id") == VIEW
    assert box(view) == [0, float(inner.get("y")), width, float(inner.get("height"))]
    heights = [float(t.get("y")) for t in root.findall(TEXT)]
    above, below = float(inner.get("y")), float(inner.get("y")) + float(inner.get("height"))
    assert all(y < above or y > below for y in heights)  # no line lies in the drawing
    assert min(heights) > 0 and max(heights) < box(root)[3]


def test_the_file_has_no_size_but_its_view_box():
    """With a width and a height of its own a browser would give the page's picture the shape of the whole file."""
    root = picture()
    assert (root.get("width"), root.get("height")) == (None, None)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_line_is_wider_than_the_picture(width):
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    root = picture("Wwwide words in a MIGHTY HEADLINE with 1,000,000 signs " * 3, LONG, LONG, width)
    for line in root.findall(TEXT):
        font = FontProperties(family="DejaVu Sans", size=float(line.get("font-size")), weight=line.get("font-weight"))
        assert TextPath((0, 0), line.text, prop=font).get_extents().width <= width * 1.1, line.text


def test_hostile_words_are_text():
    words = '</text><script>alert(1)</script> & "quoted"'
    root = picture(words, words, words)
    assert not [e for e in root.iter() if "script" in str(e.tag)]
    assert lines(root) == [words] * 3


def test_a_picture_has_a_ground_of_its_own():
    """Saved and shown on a dark page it would else be dark on dark."""
    root = picture()
    ground = root[0]
    assert (ground.get("fill"), float(ground.get("width")), float(ground.get("height"))) == ("white", *box(root)[2:])


def test_lines_follow_one_another():
    steps = {HEADLINE.step, SUBTITLE.step, SOURCE.step}
    root = picture(LONG)
    ys = [float(t.get("y")) for t in root.findall(TEXT)][:-1]
    assert {b - a for a, b in pairwise(ys)} <= steps
    assert {t.get("x") for t in root.findall(TEXT)} == {str(MARGIN)}


def test_a_drawing_of_before_is_slimmed_where_it_is_signed_and_says_the_same():
    """What was published stays in its edition as it is; the picture to take away is made anew."""
    group = '<g id="patch_1"><path d="M 0.123456 0 L 9 9" style="fill: red; stroke: red"/></g>'
    heavy = framed(sentence_svg("A drawing."), "Headline", "Subtitle", "Source.").replace("</svg>", f"{group}</svg>", 1)
    root = etree.fromstring(signed(heavy, "Edition v1").encode())
    (path,) = [e for e in root.iter("{*}path") if e.get("d", "").endswith("L 9 9")]
    assert (path.get("d"), path.get("style")) == ("M 0.12 0 L 9 9", "fill:red;stroke:red")
    assert path.getparent().get("id") is None and lines(root) == ["Headline", "Subtitle", "Source.", "Edition v1"]
