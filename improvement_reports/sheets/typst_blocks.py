"""The leaf of a report as Typst code: headings, paragraphs, lists, boxes, charts and tables, each a call of a function
of ``house.typ``.
"""

from collections.abc import Callable

from lxml import etree

from improvement_reports.sheets.leaf import Element, classes, text_of
from improvement_reports.sheets.typst_tables import grid_of, row_heads, table_code
from improvement_reports.sheets.typst_text import INLINE, Inline, call, joined, literal, spoken, trimmed

DEEPEST = 6
HEADINGS = {f"h{n}": n for n in range(2, 7)}
BOXES = ("draft", "illustrative", "note", "card", "priority-head", "statements", "superseded", "replaced")
PARAGRAPHS = ("lead", "finding", "verdict", "official", "small", "source", "subtitle", "said", "citation", "when")
# How the heading of a part of the report begins in Typst code.
SECTION = "title-of(level: 1,"
VALUES_TITLE = "The values of the charts"
VALUE_SIZES = (8.0, 7.5, 7.0, 6.5)
HALF_SHEET = 232.0


class Writer:
    """Writes blocks. ``picture`` and ``drawing`` put a chart and a small drawing among the files of the document and
    give its name there.
    """

    def __init__(self, picture: Callable[[Element], str], drawing: Callable[[Element], str]):
        self.picture, self.inline = picture, Inline(drawing)
        self.level = 0
        # Of each chart its title, the table of its values, and which cells of each row of that are heads.
        self.values: list[tuple[str, str, list[list[set[int]]]]] = []
        self.row_heads: list[list[set[int]]] = []  # of each table, in the order of the document

    def document(self, body: Element) -> str:
        """Everything of a leaf as one expression, and the values of its charts at the end."""
        blocks = with_contents(self.blocks(body))
        if self.values:
            tables = [call("chart-values", title, code, n=str(n)) for n, (title, code, _) in enumerate(self.values, 1)]
            blocks.append(call("values-annex", *tables, title=literal(VALUES_TITLE)))
            self.row_heads += [heads for _, _, tables in self.values for heads in tables]
        return "{\n" + "\n".join(blocks) + "\n}"

    def blocks(self, element: Element) -> list[str]:
        """The blocks within an element; words that stand loose there are a paragraph."""
        found: list[str] = []
        loose: list[str] = [spoken(element.text)]

        def settle() -> None:
            words = trimmed([piece for piece in loose if piece])
            if words:
                found.append(call("para", joined(words)))
            loose.clear()

        for child in element:
            tag = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if tag == "summary":
                continue  # the heading of its fold
            if tag in INLINE:
                loose += self.inline.shown(child)
            elif tag:
                settle()
                found += self.block(child, tag)
            loose.append(spoken(child.tail))
        settle()
        return found

    def block(self, element: Element, tag: str) -> list[str]:
        kind = classes(element)
        if tag in HEADINGS:
            return [self.heading(element, HEADINGS[tag] - 1)]
        if tag == "p":
            return [call("para", self.inline.of(element), kind=literal(_first(kind, PARAGRAPHS)))]
        if tag in ("ul", "ol"):
            items = [joined(self._item(item)) for item in element.iterchildren("li")]
            return [call("items", *items, numbered="true" if tag == "ol" else "false")]
        if tag == "dl":
            return [call("pairs", *self._pairs(element))]
        if tag == "table":
            grid = grid_of(element)
            self.row_heads.append(row_heads(grid))
            return [table_code(element, grid, self.inline)]
        if tag == "figure":
            return [self.chart(element)]
        if tag == "details":
            return self.fold(element)
        if tag == "pre":
            return [call("code-block", literal("".join(str(part) for part in element.itertext())))]
        if tag == "img":
            return [call("picture", literal(self.picture(element)), alt=literal(element.get("alt") or ""))]
        if tag == "hr":
            return []
        if tag == "blockquote":
            return [call("box-of", joined(self.blocks(element)), kind=literal("quote"))]
        if "description" in kind:
            return [call("para", self.inline.of(element), kind=literal("lead"))]
        if box := _first(kind, BOXES):
            return [call("box-of", joined(self.blocks(element)), kind=literal(box))]
        return self.section(element)

    def section(self, element: Element) -> list[str]:
        """A part of the page; headings in it do not tell of what stands after it."""
        before = self.level
        blocks = self.blocks(element)
        self.level = before
        return blocks

    def heading(self, element: Element, level: int) -> str:
        """A heading, one level below the one it stands under at most."""
        self.level = min(level, self.level + 1, DEEPEST)
        return call("title-of", self.inline.of(element), level=str(self.level))

    def fold(self, element: Element) -> list[str]:
        """A fold lies open: its line is a heading that the contents do not list."""
        summary = next(element.iterchildren("summary"), None)
        before = self.level
        self.level = min(before + 1, DEEPEST)
        title = self.inline.of(summary) if summary is not None else "[]"
        blocks = [call("fold-title", title, level=str(self.level)), *self.blocks(element)]
        self.level = before
        return blocks

    def chart(self, figure: Element) -> str:
        """A chart with its finding above it and what is said of it beneath; its values stand at the end."""
        caption, image = next(figure.iter("figcaption"), None), next(figure.iter("img"), None)
        beneath: list[str] = []
        number = 0
        for child in figure:
            if child.tag == "details" and next(child.iter("table"), None) is not None:
                self._values_of(child, caption)
                number = len(self.values)
            elif isinstance(child.tag, str) and child.tag not in ("figcaption", "picture", "img"):
                beneath += self.block(child, child.tag)
        above = self.blocks(caption) if caption is not None else []
        said = text_of(caption) if caption is not None else ""
        alt = (image.get("alt") if image is not None else "") or said
        drawn = literal(self.picture(image)) if image is not None else "none"
        return call("chart", joined(above), joined(beneath), picture=drawn, alt=literal(alt), n=str(number))

    def _values_of(self, fold: Element, caption: Element | None) -> None:
        """Keep the table of a chart's values for the end, with what is said beneath it."""
        title = self.inline.of(next(iter(caption), caption)) if caption is not None else "[]"
        blocks: list[str] = []
        heads: list[list[set[int]]] = []
        for child in fold:
            if child.tag == "table":
                grid = grid_of(child)
                blocks.append(table_code(child, grid, self.inline, HALF_SHEET, VALUE_SIZES))
                heads.append(row_heads(grid))
            elif child.tag != "summary":
                blocks += self.block(child, str(child.tag))
        self.values.append((title, joined(blocks), heads))

    def _item(self, item: Element) -> list[str]:
        blocks = self.blocks(item)
        if len(blocks) == 1 and blocks[0].startswith("para({"):
            return [blocks[0].removeprefix("para(").removesuffix(")")]
        return blocks

    def _pairs(self, element: Element) -> list[str]:
        words: list[str] = []
        for part in element.iter("dt", "dd"):
            words.append(self.inline.of(part))
        return words


def with_contents(blocks: list[str]) -> list[str]:
    """Blocks with the contents after the first part of the report, which is the one that is read first."""
    parts = [n for n, block in enumerate(blocks) if block.startswith(SECTION)]
    return [*blocks[: parts[1]], "contents()", *blocks[parts[1] :]] if len(parts) > 2 else blocks


def _first(kind: list[str], known: tuple[str, ...]) -> str:
    return next((name for name in kind if name in known), "")
