"""Rows of data as they are read on a page behind numbers: each with all that is said of it, there and before its list."""

from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

PLACE = "Where in it: "


class ReadRow(NamedTuple):
    """What a page says of a row: ``said`` stands before its list, ``cells`` are of its table, ``words`` of a list."""

    id: str
    number: int
    said: str
    cells: dict[str, str]
    words: str
    place: str
    sha256: str

    def says(self, column: str, value: str) -> bool:
        """Whether a reader learns that the row has this value in this column."""
        return self.cells.get(column) == value or f"{column}: {value}" in f"{self.said}; {self.words}"


def rows_on(page: HtmlElement) -> Iterator[ReadRow]:
    """The rows of a page, in its order."""
    # A table is named by its file, with a link unless it lies in the archive.
    for heading in (h for h in page.xpath("//h3") if h.text_content().endswith(".csv")):
        home = every = ""
        place_of_all = place = None
        for element in heading.itersiblings():
            if element.tag == "h3":
                break
            if element.tag == "p":
                text = element.text_content()
                if text.startswith("For each of these rows"):
                    every, place_of_all = text, element if PLACE in text else None
                else:
                    home = text if ", from " in text else home
                    every_part, place = text, element if PLACE in text else None
                    home = home if home == text else f"{home} {every_part}"
            elif element.tag == "table":
                yield from _of_table(element, every, place_of_all)
            else:
                for item in element.xpath("./li"):
                    yield _of_list(item, f"{every} {home}", place if place is not None else place_of_all)


def _of_table(table: HtmlElement, every: str, place_of_all: HtmlElement | None) -> Iterator[ReadRow]:
    titles = [th.text_content() for th in table.xpath("./thead//th")]
    home = ""
    for body in table.xpath("./tbody"):
        heads, place, part = body.xpath("./tr/th[@colspan]"), place_of_all, ""
        for head in heads:
            part = head.text_content()
            home = part if ", from " in part else home
            place = head if PLACE in part else place_of_all
        for tr in body.xpath("./tr[@id]"):
            cells = [c.text_content() for c in tr]
            is_whole = not tr.xpath("./td[@colspan]")
            named = dict(zip(titles, cells, strict=True)) if is_whole else {"Row": cells[0]}
            own = named.get("Where in it") if is_whole else cells[2] if "Where in it" in titles else None
            yield ReadRow(
                tr.get("id"),
                int(cells[0]),
                f"{every} {home} {part}",
                named,
                "" if is_whole else cells[1],
                _filled(place, named) if own is None else own,
                cells[-1],
            )


def _of_list(item: HtmlElement, said: str, place: HtmlElement | None) -> ReadRow:
    heading = item.find("h4")
    words = (heading.tail or "").strip()
    lines = [(br.tail or "").strip() for br in item.findall("br")]
    own = next((line.removeprefix(PLACE) for line in lines if line.startswith(PLACE)), None)
    number = heading.text_content().removeprefix("Row ")
    named = {"Row": number, **dict(c.partition(": ")[::2] for c in words.split("; "))}
    sha256 = next((line.removeprefix("sha256 ") for line in lines if line.startswith("sha256 ")), "")
    at = own if own is not None else _filled(place, named)
    return ReadRow(item.get("id"), int(number), said, {}, words, at, sha256)


def _filled(place: HtmlElement | None, named: dict[str, str]) -> str:
    """The place that is said of several rows, with the cells of one for the columns that it names."""
    if place is None:
        return ""
    text = place.text or ""
    for column in place.findall("i"):
        text += named[column.text_content()] + (column.tail or "")
    return text.partition(PLACE)[2]
