"""What a report's page shows, as it goes onto paper: the main part of the finished page with its folds open and
without what only a screen has (ways on, downloads, links to the rows behind a number).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from improvement_reports.domain.errors import UserError

Element = etree._Element
# Of no use on paper, or changing while the report stays as it is.
ON_SCREEN_CLASSES = {
    *("ways", "downloads", "provenance", "to-contents", "newer-report", "draft-mark", "illustrative-mark"),
    *("take", "anchorjs-link"),
}
ON_SCREEN_TAGS = {"nav", "script", "style", "template", "button", "form", "link", "meta", "noscript"}
# Sentences that say what a hand on a screen can do.
ON_SCREEN_WORDS = {"Select any number to see where it comes from."}
BETWEEN_LINKS = " ,·"
# Elements without text of their own that show something all the same.
SHOWN = {"img", "svg", "br", "hr"}
FIRST_SCREEN, SUMMARY, QUARTO_SUMMARY = "first-screen", "lead", "description"
DRAFT, ILLUSTRATIVE = "draft", "illustrative"


OUTSIDE = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Leaf:
    """The main part of a report's page.

    ``title``: of its heading; ``body``: what stands below that; ``lang``: of the page; ``marks``: "draft",
    "illustrative".
    """

    title: str
    body: Element
    lang: str
    marks: frozenset[str]


def read_leaf(page: str, name: str, address: str = "") -> Leaf:
    """The leaf of a finished page (HTML). ``name``: of the page in a message; ``address``: its full address, to which
    links are then resolved; without one, links to other pages are plain words.

    Raises a `UserError` if the page has no main part with a heading.
    """
    # `lxml.html` chooses the class of an element in Python whenever it is looked at, for methods not used here.
    root = etree.fromstring(page, etree.HTMLParser())
    main = next(root.iter("main"), None)
    heading = next(main.iter("h1"), None) if main is not None else None
    if main is None or heading is None:
        raise UserError(f"{name} has no main part with a heading; PDF and Word cannot be made of it.")
    named = {name for element in main.iter("*") for name in classes(element)}
    marks = frozenset(mark for mark in (DRAFT, ILLUSTRATIVE) if f"{mark}-mark" in named)
    title = text_of(heading)
    _remove(heading)
    etree.strip_tags(main, "source")  # the parser takes what follows it for a part of it
    for element in list(main.iter()):
        if _is_of_the_screen(element):
            _remove(element)
    for said in [e for e in main.iter("div") if QUARTO_SUMMARY in classes(e)]:
        said.tag = "p"
        said.set("class", SUMMARY)
    if any(
        FIRST_SCREEN in classes(element) for element in main.iter("*")
    ):  # its verdict says what the summary says, which is not seen then
        for element in [e for e in main.iter("p") if SUMMARY in classes(e)]:
            _remove(element)
    for line in main.iter("p"):
        if "edition-line" in classes(line):
            _end_before_links(line)
    for said in main.iter("span"):
        if "said-of-row" in classes(said):
            _below_each_other(said)
    for element in list(main.iter("a")):
        _lead(element, address)
    _remove_empty(main)
    return Leaf(title, main, root.get("lang", "en-GB"), marks)


def classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def text_of(element: Element) -> str:
    """The words of an element, with one space where there is any white space."""
    return " ".join("".join(str(part) for part in element.itertext()).split())


def is_unseen(element: Element) -> bool:
    """Whether these words are there for those who do not see the page."""
    return "unseen" in classes(element)


def _is_of_the_screen(element: Element) -> bool:
    if not isinstance(element.tag, str):
        return True  # a comment
    if element.tag in ON_SCREEN_TAGS or not ON_SCREEN_CLASSES.isdisjoint(classes(element)):
        return True
    if element.tag == "a" and "download" in element.attrib:
        return True
    return element.tag == "p" and text_of(element) in ON_SCREEN_WORDS


def _remove(element: Element) -> None:
    """Take an element out; what follows it in the text stays."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    if tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)


def _end_before_links(line: Element) -> None:
    """Of the line that names the edition what it says, without the links that follow."""
    for link in [link for link in line.iterchildren("a") if "term" not in classes(link)]:
        link.tail = (link.tail or "").replace("·", "")
        _remove(link)
    for part in (line, *line):
        for name in ("text", "tail") if part is not line else ("text",):
            if said := getattr(part, name):
                setattr(part, name, re.sub(r"\s*·\s*$", "", said))


def _below_each_other(said: Element) -> None:
    """Each thing said of a row on a line of its own, as styles do for a screen."""
    for line_break in list(said.iter("br")):
        _remove(line_break)
    for part in list(said.iterchildren("span")):
        part.addprevious(etree.Element("br"))


def _remove_empty(main: Element) -> None:
    """Take out what shows nothing any more, from the inside out; a cell of a table holds its place."""
    for element in reversed(list(main.iter("p", "div", "li", "ul", "ol", "section", "span", "details", "summary"))):
        if not (_has_words(element) or any(True for _ in element.iter(*SHOWN))):
            _remove(element)


def _has_words(element: Element) -> bool:
    """Whether an element has words that are not only between links; looked for up to the first."""
    return any("".join(str(part).split()).strip(BETWEEN_LINKS) for part in element.itertext())


def _lead(link: Element, address: str) -> None:
    """Give a link its full address, or none where paper cannot follow it: to rows behind a number, to a word of the
    glossary, to a place on the page, or to another page of a site that has no address.
    """
    href = (link.get("href") or "").strip()
    kind = set(classes(link))
    is_of_page = href.startswith("#") or not href or kind.intersection({"n", "term", "provenance", "state-link"})
    if not OUTSIDE.match(href) and (is_of_page or not address):
        if "href" in link.attrib:
            del link.attrib["href"]
    elif not OUTSIDE.match(href):
        link.set("href", urljoin(address, href))


def charts_of(leaf: Leaf) -> Iterator[Element]:
    """The pictures of a leaf, in its order."""
    return leaf.body.iter("img")
