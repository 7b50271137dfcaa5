"""The drawings of a report for paper: vectors as on the page, the small ones with the colours that a style sheet gives
them there.
"""

import copy
import hashlib
import re
from collections.abc import Callable
from typing import cast

from lxml import etree

from improvement_reports.domain.errors import UserError
from improvement_reports.sheets.leaf import Element, classes

SVG = "http://www.w3.org/2000/svg"
FONT_FAMILY = re.compile(r"font-family: ?[^;\"]+|font-family=\"[^\"]+\"")
LETTERS = "Source Sans Pro"
SPARK_LINE = {"fill": "none", "stroke": "#12436d", "stroke-width": "1.6", "stroke-linejoin": "round"}
SPARK_GOAL = {"fill": "none", "stroke": "#505a5f", "stroke-width": "1", "stroke-dasharray": "3 2"}
# Names that HTML writes in small letters.
CAMEL = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}


def chart_for_paper(svg: bytes, view: str, name: str) -> bytes:
    """A chart's file as it stands on a sheet: the part of it that the page shows (``view``: the name of a view in it),
    in the letters of the house.
    """
    try:
        root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise UserError(f"The chart {name} is no SVG ({error.msg}); restore it from version control.") from None
    shown = next((e for e in root.iter(f"{{{SVG}}}view") if e.get("id") == view), None) if view else None
    box = (shown if shown is not None else root).get("viewBox")
    if shown is not None and (alone := _alone(root, shown)) is not None:
        root, box = alone, alone.get("viewBox")
    if box is not None:
        root.set("viewBox", box)
        _, _, width, height = box.split()
        root.set("width", width)
        root.set("height", height)
    text = etree.tostring(root, encoding="unicode")
    return FONT_FAMILY.sub(lambda found: _lettered(found[0]), text).encode()


def _alone(root: Element, view: Element) -> Element | None:
    """The drawing within a framed one as a file of its own, if the view shows it and nothing else: a drawing within
    another is clipped, which takes as long as to draw it.
    """
    inner = root.find(f"{{{SVG}}}svg")
    if inner is None or inner.get("x", "0") != "0":
        return None
    width, height, top = (inner.get(name, "") for name in ("width", "height", "y"))
    if view.get("viewBox") != f"0 {top} {width} {height}" or inner.get("viewBox") != f"0 0 {width} {height}":
        return None
    alone = copy.deepcopy(inner)
    alone.tail = None
    del alone.attrib["y"]
    alone.set("font-family", root.get("font-family", LETTERS))
    return alone


def _lettered(declared: str) -> str:
    quote = "'" if declared.startswith("font-family:") else ""
    named = f"{quote}{LETTERS}{quote}, {quote}DejaVu Sans{quote}"
    return f"font-family: {named}" if quote else f'font-family="{named}"'


def spark_for_paper(drawing: Element) -> bytes:
    """A line in a cell as a file of its own."""
    root = etree.Element(f"{{{SVG}}}svg", nsmap=cast(dict[str, str], {None: SVG}))
    for key, value in drawing.attrib.items():
        if (written := CAMEL.get(str(key).lower(), str(key))) in ("viewBox", "width", "height"):
            root.set(written, value)
    for part in drawing:
        tag = etree.QName(part).localname if isinstance(part.tag, str) else ""
        if tag in ("polyline", "circle", "line", "path", "rect"):
            shape = {str(key): str(value) for key, value in part.attrib.items() if key != "class"}
            drawn = etree.SubElement(root, f"{{{SVG}}}{tag}", shape)
            style = {"fill": "#12436d"} if tag == "circle" else SPARK_GOAL if "goal" in classes(part) else SPARK_LINE
            for key, value in style.items():
                drawn.set(key, value)
    return etree.tostring(root)


class Pictures:
    """The pictures of one document: each is among its files once. ``read`` gives a chart's file by its address on the
    page.
    """

    def __init__(self, read: Callable[[str], bytes]):
        self.read = read
        self.files: dict[str, bytes] = {}

    def chart_vector(self, image: Element) -> bytes:
        """The drawing of a chart on the page."""
        address, _, view = (image.get("src") or "").partition("#")
        return chart_for_paper(self.read(address), view, address)

    def spark_vector(self, drawing: Element) -> bytes:
        """A line in a cell."""
        return spark_for_paper(drawing)

    def name_of(self, vector: bytes) -> str:
        """The name of a drawing: the same one has the same name."""
        return f"{hashlib.sha256(vector).hexdigest()[:16]}.svg"

    def chart(self, image: Element) -> str:
        """The name of a chart in the document."""
        return self._put(self.chart_vector(image))

    def spark(self, drawing: Element) -> str:
        """The name of a line in a cell in the document."""
        return self._put(self.spark_vector(drawing))

    def _put(self, vector: bytes) -> str:
        name = self.name_of(vector)
        self.files[name] = vector
        return name
