"""The leaf of a report as HTML that Pandoc turns into Word: folds as headings, words with the names of the styles that
they have in Word, charts as pictures of their own, and the values of charts at the end.
"""

import copy
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree, html

from improvement_reports.sheets.leaf import Element, classes, is_unseen, text_of
from improvement_reports.sheets.typst_blocks import DEEPEST, HEADINGS, VALUES_TITLE
from improvement_reports.sheets.typst_tables import fitted, grid_of, right_columns
from improvement_reports.sheets.typst_text import state_of

STYLE = "data-custom-style"
UNSEEN, QUIET, MONTH = "For screen readers", "Quiet", "Month"
STATES = {
    **dict.fromkeys(("on-target", "met", "improving"), "Status good"),
    **dict.fromkeys(("at-risk", "within-tolerance", "delayed"), "Status at risk"),
    **dict.fromkeys(("compromised", "not-met", "worsening"), "Status bad"),
    "completed": "Status completed",
}
PARAGRAPHS = {
    **{name: name.capitalize() for name in ("lead", "verdict", "finding", "official", "citation")},
    **dict.fromkeys(("small", "source", "said", "history-key"), "Small"),
    "subtitle": "Chart subtitle",
}
# Word's letters are wider than those of the PDF, and a cell has room at its sides.
WORD_WIDTH, CELL_LETTERS = 400.0, 1.5
CHART_WIDTH, SPARK_WIDTH = "16.5cm", "2.2cm"


# What Pandoc writes into a Word file; it reads a page of these alone in two thirds of the time.
OF_USE = {"src", "alt", "width", "href", "id", "colspan", "rowspan", "style", STYLE}
BARE = "bare"  # the name of what says nothing, before it is taken out


class Shown(NamedTuple):
    """A picture of the document: its vector, and whether it is for the eye alone."""

    svg: bytes
    is_decoration: bool


class WordPage:
    """``html``: what Pandoc reads; ``pictures``: in the order in which they stand in it. ``chart`` and ``spark`` give
    the vector of a drawing, ``put`` takes a vector and gives the address of a picture of it.
    """

    def __init__(
        self,
        body: Element,
        chart: Callable[[Element], bytes],
        spark: Callable[[Element], bytes],
        put: Callable[[bytes], str],
    ):
        self.chart, self.spark, self.put = chart, spark, put
        self.pictures: list[Shown] = []
        self.values: list[Element] = []
        self.headings = 0
        root = copy.deepcopy(body)
        root.tag = "div"
        for element in root.iter():
            if "id" in element.attrib:
                del element.attrib["id"]
        self._levels(root, 0)
        for figure in list(root.iter("figure")):
            self._open(figure)
        self._append_values(root)
        for table in root.iter("table"):
            _fit(table)
        for element in list(root.iter()):
            self._style(element)
        for element in list(root.iter("img", "svg")):
            self._draw(element)
        _bare(root)
        self.html = html.tostring(root, encoding="unicode")

    def _levels(self, element: Element, level: int) -> int:
        """Headings one below another, a fold's line among them; the level that what follows stands under."""
        for child in list(element):
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag in HEADINGS and "fold" not in classes(child):
                level = self._heading(child, min(HEADINGS[tag] - 1, level + 1, DEEPEST))
            elif tag == "details":
                if element.tag != "figure":
                    for summary in child.iterchildren("summary"):
                        self._heading(summary, min(level + 1, DEEPEST))
                        summary.set("class", "fold")
                    self._levels(child, min(level + 1, DEEPEST))
                    child.tag = "div"
            elif tag == "section":
                self._levels(child, level)
            elif tag:
                level = self._levels(child, level)
        return level

    def _heading(self, element: Element, level: int) -> int:
        self.headings += 1
        element.tag = f"h{level}"
        element.set("id", f"heading-{self.headings}")
        return level

    def _open(self, figure: Element) -> None:
        """A chart as paragraphs: its finding, the picture, what is said of it."""
        figure.tag = "div"
        caption, image = next(figure.iter("figcaption"), None), next(figure.iter("img"), None)
        said = text_of(caption) if caption is not None else ""
        for part in list(figure.iter("figcaption", "picture")):
            part.tag = "div"
        if image is not None and not image.get("alt"):
            image.set("alt", said)
        for fold in [child for child in figure if child.tag == "details"]:
            title = copy.deepcopy(next(iter(caption), caption)) if caption is not None else None
            for summary in list(fold.iterchildren("summary")):
                fold.remove(summary)
            if title is not None:
                fold.insert(0, title)
            fold.tag, fold.tail = "div", None
            self.values.append(fold)
            figure.remove(fold)

    def _append_values(self, root: Element) -> None:
        if self.values:
            heading = etree.SubElement(root, "h1")
            heading.text = VALUES_TITLE
            self._heading(heading, 1)
            root.extend(self.values)

    def _style(self, element: Element) -> None:
        """Give an element the name of its style."""
        kind = classes(element)
        if element.tag == "p" and (name := next((PARAGRAPHS[k] for k in kind if k in PARAGRAPHS), "")):
            _wrap(element, name)
        elif element.tag == "dl":
            _as_paragraphs(element)
        elif is_unseen(element):
            element.set(STYLE, UNSEEN)
        elif element.tag == "th" and "month" in kind:
            for seen in [child for child in element if child.get("aria-hidden") == "true"]:
                seen.set(STYLE, MONTH)
        elif element.tag == "td" and "cell" in kind and state_of(element) in STATES:
            for sign in [child for child in element if child.get("aria-hidden") == "true"]:
                sign.set(STYLE, STATES[state_of(element)])
        elif (state := state_of(element)) and element.tag == "span":
            if state in STATES:
                element.set(STYLE, STATES[state])
        elif element.tag == "span" and {"when", "none", "tag"}.intersection(kind):
            element.set(STYLE, QUIET)

    def _draw(self, element: Element) -> None:
        """A picture in the place of a drawing of the page."""
        is_chart = element.tag == "img"
        vector = self.chart(element) if is_chart else self.spark(element)
        self.pictures.append(Shown(vector, not is_chart))
        tail, alt = element.tail, element.get("alt") if is_chart else ""
        element.clear()
        element.tag, element.tail = "img", tail
        element.set("src", self.put(vector))
        element.set("alt", alt or "")
        element.set("width", CHART_WIDTH if is_chart else SPARK_WIDTH)
        parent = element.getparent()
        if is_chart and parent is not None and parent.tag != "p":
            _within(element, "p")


def _bare(root: Element) -> None:
    """Take away what makes no difference in Word."""
    for element in list(root.iter("*")):
        for name in set(element.attrib).difference(OF_USE):
            del element.attrib[name]
        if element.tag in ("span", "a") and not element.attrib:
            element.tag = BARE
    etree.strip_tags(root, BARE)


def _wrap(paragraph: Element, style: str) -> None:
    """A paragraph in the style of this name."""
    _within(paragraph, "div").set(STYLE, style)


def _as_paragraphs(pairs: Element) -> None:
    """Pairs of a term and what it is, each in a line."""
    for term in list(pairs.iter("dt")):
        said = term.getnext()
        line = etree.SubElement(pairs, "p")
        strong = etree.SubElement(line, "strong")
        strong.text = f"{text_of(term)}: "
        if said is not None and said.tag == "dd":
            said.tag, said.tail = "span", None
            line.append(said)
    for old in [child for child in pairs if child.tag != "p"]:
        pairs.remove(old)
    pairs.tag = "div"


def _within(element: Element, tag: str) -> Element:
    """A new element around one, which keeps what follows it outside."""
    around = etree.Element(tag)
    parent, tail = element.getparent(), element.tail
    if parent is not None:
        parent.replace(element, around)
    element.tail = None
    around.append(element)
    around.tail = tail
    return around


def _fit(table: Element) -> None:
    """The widths of a table's columns, and which of them stand to the right."""
    grid, right = grid_of(table), right_columns(table)
    letters = [share + CELL_LETTERS for share in fitted(grid, WORD_WIDTH).letters]
    whole = max(sum(letters), 1.0)
    columns = etree.Element("colgroup")
    for share in letters:
        etree.SubElement(columns, "col", style=f"width: {100 * share / whole:.1f}%")
    caption = next(table.iterchildren("caption"), None)
    table.insert(0 if caption is None else 1, columns)
    for cell in (cell for row in (*grid.head, *grid.body) for cell in row):
        if cell.column in right or "number" in classes(cell.element):
            cell.element.set("style", "text-align: right")
        elif "cell" in classes(cell.element):
            cell.element.set("style", "text-align: center")
