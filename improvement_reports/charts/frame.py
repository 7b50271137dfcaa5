"""A drawing made to stand alone: headline, subtitle and source in the picture itself, for whoever saves or sends it.

On the page headline and subtitle stand as text with links around the picture, so the page shows only the view
``drawing`` of the file. The file has no size of its own but its view box: browsers then take the shape of the view.
"""

import textwrap
from typing import NamedTuple, cast

from lxml import etree

from improvement_reports.charts.canvas import INK, PAGE_FONTS, QUIET
from improvement_reports.charts.slim import slim

VIEW = "drawing"
MARGIN, GAP = 4, 10


class Lettering(NamedTuple):
    """How lines of one kind are written: size and step in pixels, how wide a letter is of its size, and how."""

    size: int
    step: int
    letter: float
    weight: str
    colour: str


HEADLINE = Lettering(16, 21, 0.57, "bold", INK)
SUBTITLE = Lettering(13, 18, 0.53, "normal", QUIET)
SOURCE = Lettering(11, 15, 0.53, "normal", QUIET)


def framed(svg: str, headline: str, subtitle: str, source: str) -> str:
    """A drawing (SVG text of a known width and height in pixels) with its words above and its source below."""
    drawing = etree.fromstring(svg.encode())
    width, height = float(drawing.attrib["width"]), float(drawing.attrib["height"])
    root = etree.Element("svg", nsmap=cast(dict[str, str], drawing.nsmap), version="1.1")
    ground = etree.SubElement(root, "rect", width=f"{width:g}", fill="white")
    top = written(root, HEADLINE, headline, width, 0)
    top = written(root, SUBTITLE, subtitle, width, top) + GAP
    slim(drawing)
    drawing.set("y", f"{top:g}")
    root.append(drawing)
    bottom = written(root, SOURCE, source, width, top + height) + MARGIN
    root.set("viewBox", f"0 0 {width:g} {bottom:g}")
    root.set("font-family", PAGE_FONTS)
    ground.set("height", f"{bottom:g}")
    etree.SubElement(root, "view", id=VIEW, viewBox=f"0 {top:g} {width:g} {height:g}")
    return etree.tostring(root, encoding="unicode") + "\n"


def is_framed(svg: str) -> bool:
    """Whether a drawing has its words in itself; those of editions before this module have not."""
    return f'<view id="{VIEW}"' in svg


def signed(svg: str, text: str) -> str:
    """A framed drawing with one more text beneath its source: which edition it is of, and where that stands.

    Drawings that were published before 0.4.0 are slimmed only here: what was published stays as it is.
    """
    root = etree.fromstring(svg.encode())
    slim(root)
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    bottom = written(root, SOURCE, text, width, height) + MARGIN
    root.set("viewBox", f"0 0 {width:g} {bottom:g}")
    root[0].set("height", f"{bottom:g}")  # the ground
    return etree.tostring(root, encoding="unicode") + "\n"


def written(root: etree._Element, how: Lettering, text: str, width: float, top: float, margin: float = MARGIN) -> float:
    """Add a text as lines that fit the width, from ``top`` downwards; returns where the last one ends."""
    most = max(10, int((width - 2 * margin) / (how.size * how.letter)))
    for line in textwrap.wrap(" ".join(text.split()), most):
        top += how.step
        written = etree.SubElement(root, "text", x=str(margin), y=f"{top:g}", fill=how.colour)
        written.set("font-size", str(how.size))
        written.set("font-weight", how.weight)
        written.text = line
    return top
