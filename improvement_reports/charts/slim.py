"""A drawing in fewer bytes: what matplotlib writes for editors of drawings and for printing presses is taken out.

Nothing moves by more than a two-hundredth of a pixel, and nothing that is drawn, read aloud or linked to is left out.
"""

import re

from lxml import etree

from improvement_reports.charts.canvas import PAGE_FONTS

# As matplotlib numbers its groups; nothing leads to one of them unless it is named in what `_used` finds.
NUMBERED = re.compile(r"[A-Za-z0-9.]+_\d+")
USED = re.compile(r"#([^\"')\s]+)")
LONG = re.compile(r"-?\d*\.\d{3,}(?:e-?\d+)?")
NUMBERS = ("d", "transform", "points", "x", "y", "cx", "cy", "width", "height", "viewBox")
FONT = f"font-family: {PAGE_FONTS}"
SVG = "{http://www.w3.org/2000/svg}"
# Spaces stand between letters here, and elsewhere between marks of which each is drawn at its own place.
WORDS = {f"{SVG}{name}" for name in ("text", "tspan", "title", "desc", "style")}


def slim(drawing: etree._Element) -> None:
    """Take out of a drawing, in place, what nobody sees; its root says the fonts of its texts."""
    used = set(USED.findall(etree.tostring(drawing, encoding="unicode")))
    for element in list(drawing.iter(etree.Element)):
        if element.tag not in WORDS:
            element.text = (element.text or "").strip() or None
        if (parent := element.getparent()) is not None and parent.tag not in WORDS:
            element.tail = (element.tail or "").strip() or None
        if NUMBERED.fullmatch(id_ := element.get("id", "")) and id_ not in used:
            del element.attrib["id"]
        for name in NUMBERS:
            if value := element.get(name):
                element.set(name, LONG.sub(_short, value).strip())
        if style := element.get("style"):
            element.set("style", ";".join(part.replace(": ", ":") for part in style.split("; ") if part != FONT))
    for group in list(drawing.iter(f"{SVG}g")):
        if not group.attrib:
            _unwrap(group)


def _short(number: re.Match[str]) -> str:
    """A number with two decimals at most.

    >>> [_short(re.fullmatch(".*", n)) for n in ("80.60038", "-0.0012", "12.500000", "-3.14159")]
    ['80.6', '0', '12.5', '-3.14']
    """
    return f"{round(float(number[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _unwrap(group: etree._Element) -> None:
    """Put what is in a group in its place: a group of no attributes groups nothing."""
    parent = group.getparent()
    if parent is None or group.text or group.tail:
        return
    place = parent.index(group)
    parent[place : place + 1] = list(group)
