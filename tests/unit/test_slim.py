"""Drawings in fewer bytes: what is seen, read and linked to stays."""

import pytest
from lxml import etree

from improvement_reports.charts.canvas import PAGE_FONTS, new_figure, svg_text
from improvement_reports.charts.slim import slim

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'


def slimmed(inner: str) -> str:
    drawing = etree.fromstring(SVG.format(inner).encode())
    slim(drawing)
    text = etree.tostring(drawing, encoding="unicode")
    return text[text.index(">") + 1 : -len("</svg>")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('\n <g id="xtick_1">\n  <path d="M 1.23456 2 L -0.0001 3.5 "/>\n </g>\n', '<path d="M 1.23 2 L 0 3.5"/>'),
        ('<g id="mine"><rect width="1"/></g>', '<g id="mine"><rect width="1"/></g>'),  # a name of its own
        ('<g clip-path="url(#p_1)"/><g id="p_1"/>', '<g clip-path="url(#p_1)"/><g id="p_1"/>'),  # led to
        ('<use xlink:href="#m_2"/><path id="m_2"/>', '<use xlink:href="#m_2"/><path id="m_2"/>'),
        (
            '<g opacity="0.5">\n<g><rect y="1"/> <rect y="2"/></g>\n</g>',
            '<g opacity="0.5"><rect y="1"/><rect y="2"/></g>',
        ),
        ("<text>in <tspan>8.12345</tspan> of 9\n</text>", "<text>in <tspan>8.12345</tspan> of 9\n</text>"),  # words
        (
            f'<text style="font-size: 9px; font-family: {PAGE_FONTS}; fill: red"/>',
            '<text style="font-size:9px;fill:red"/>',
        ),
        ('<text style="font-family: Courier"/>', '<text style="font-family:Courier"/>'),
    ],
)
def test_what_nobody_sees_is_taken_out(before, after):
    assert slimmed(before) == after


def test_a_drawing_keeps_its_marks_and_its_words_and_loses_a_quarter():
    figure = new_figure(400, 200)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.plot([0, 1, 2], [1 / 3, 2 / 3, 1], marker="o")
    drawing = etree.fromstring(svg_text(figure).encode())
    before = etree.tostring(drawing)
    slim(drawing)
    after = etree.tostring(drawing)
    assert len(after) < 0.75 * len(before)
    for mark in ("path", "use", "text"):
        assert len(drawing.findall(f".//{{*}}{mark}")) == len(etree.fromstring(before).findall(f".//{{*}}{mark}")) > 0
    words = (("".join(d.xpath("string()").split())) for d in (drawing, etree.fromstring(before)))
    assert len(set(words)) == 1
