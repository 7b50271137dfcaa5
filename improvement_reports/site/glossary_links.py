"""Glossary words on a finished page lead to the glossary where they first stand.

Works on the pages of both renderers. lxml says where each word stands; the links are put into the text of the page
itself, so nothing else of it changes. Whatever is not plainly running text (links, headings, code, attributes) is left
alone.
"""

import re
from collections.abc import Iterator

import lxml.html
from lxml.etree import iterwalk
from lxml.html import HtmlElement
from markupsafe import Markup

from improvement_reports.domain.templates import fill
from improvement_reports.pages.glossary import GLOSSARY, Terms

# The pages whose words are linked: reports and their editions, and on the home page the list of the newest.
REPORT = re.compile(r"reports/[^/]+/\d{4}-\d{2}/[^/]+/(?:v\d+/)?index\.html")
HOME, NEWEST = "index.html", "report-list"

# No link stands in these, whatever they hold; figure, for a chart is read as a whole.
CLOSED = {
    *("a", "h1", "h2", "h3", "h4", "h5", "h6", "header", "nav", "th", "dt", "caption", "summary", "cite"),
    *("figure", "figcaption", "svg", "math", "code", "pre", "kbd", "samp"),
    *("label", "button", "select", "option", "textarea", "script", "style", "title", "template", "noscript"),
}
# A mark of a status is one sign, symbol and word; the first line of a page is its description.
CLOSED_CLASSES = {"state", "lead"}
# First the text that a reader sees, then what is folded: a link in a closed fold would be the only one, and unseen.
FOLDED = {"details"}


def with_glossary_links(page: str, address: str, terms: Terms) -> str:
    """The page with the first appearance of each word of the glossary as a link; ``address``: from the site's root.

    Folded text gets the links of the words that stand nowhere else. A page that has its links comes back as it is.
    """
    if terms.pattern is None or not (address == HOME or REPORT.fullmatch(address)):
        return page
    found = [match for match in terms.pattern.finditer(page) if match["name"]]
    mark = _unused(page)
    tree = lxml.html.document_fromstring(_marked(page, found, mark), parser=lxml.html.HTMLParser(huge_tree=True))
    texts = [text for place in _places(tree, address, mark) for text in _texts(place, mark)]
    seen = {a.get("href", "").partition("#")[2] for a in tree.iter("a") if a.get("class") == "term"}
    chosen: dict[int, str] = {}
    for in_fold in (False, True):
        for number in (int(n) for text, is_folded in texts if is_folded is in_fold for n in _numbers(text, mark)):
            id_ = terms.id_of(found[number][0])
            if id_ not in seen:
                seen.add(id_)
                chosen[number] = id_
    return _linked(page, {found[number]: id_ for number, id_ in chosen.items()}, "../" * address.count("/"))


# Where the words stand


def _unused(page: str) -> str:
    """A word that a page does not hold, to mark places with."""
    mark = "glossaryword"
    while mark in page:
        mark += "x"
    return mark


def _marked(page: str, found: list[re.Match[str]], mark: str) -> str:
    """A copy of the page with a mark and a number before each word: what lxml then says where it stands."""
    parts, start = [], 0
    for number, match in enumerate(found):
        parts += [page[start : match.start()], f"{mark}{number};"]
        start = match.start()
    return "".join([*parts, page[start:]])


def _numbers(text: str, mark: str) -> list[str]:
    return re.findall(rf"{mark}(\d+);", text)


def _places(tree: HtmlElement, address: str, mark: str) -> list[HtmlElement]:
    """The elements of a page whose words are linked."""
    content = tree.iter("main")
    if address == HOME:
        return [e for main in content for e in main.iter("ul") if NEWEST in _classes(e, mark)]
    return list(content)


def _texts(place: HtmlElement, mark: str) -> Iterator[tuple[str, bool]]:
    """Each piece of running text in an element, in the order of the page, and whether it is folded."""
    folds = 0
    steps = iterwalk(place, events=("start", "end", "comment", "pi"))
    for step, element in steps:
        if step == "start":
            folds += element.tag in FOLDED
            if element.tag in CLOSED or _classes(element, mark) & CLOSED_CLASSES:
                steps.skip_subtree()
            else:
                yield element.text or "", folds > 0
        else:
            folds -= step == "end" and element.tag in FOLDED
            if element is not place:
                yield element.tail or "", folds > 0


def _classes(element: HtmlElement, mark: str) -> set[str]:
    """The classes of an element, without marks: a class may be a word too."""
    return set(re.sub(rf"{mark}\d+;", "", element.get("class") or "").split())


# The links


def _linked(page: str, links: dict[re.Match[str], str], root: str) -> str:
    """The page with each of these words as a link to its place in the glossary."""
    parts, start = [], 0
    for match, id_ in sorted(links.items(), key=lambda link: link[0].start()):
        address = f"{root}{GLOSSARY.replace('.qmd', '.html')}#{id_}"
        parts += [page[start : match.start()], fill("site/glossary_link.html", address=address, word=Markup(match[0]))]
        start = match.end()
    return "".join([*parts, page[start:]])
