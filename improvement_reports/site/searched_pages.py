"""What of a site is searched: which pages, and the copies of them that are indexed.

A copy holds only what a reader searches for: the content of ``<main>``, with a heading wherever a result can lead to.
So both renderers get the same index, and the pages carry no marks for it.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.pages.sources import EDITION, NOT_FOUND, PROVENANCE, REPORT, SEARCH_PAGE, kind_of
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.places import RESERVED

FRAME = "script", "style", "noscript", "nav", "form", "template"
HEADINGS = tuple(f"h{n}" for n in range(1, 7))
MADE_UP = b'class="illustrative'  # the box in which the reports of a made-up authority say that they are


@dataclass(frozen=True)
class Searched:
    """A page that is searched: its address and file, the sha256 of that, what a result says of it, and whether it is
    of the demonstration, which is found last.
    """

    address: str
    path: Path
    sha256: str
    facts: dict[str, str]
    is_made_up: bool

    @property
    def key(self) -> str:
        """What its copy is made from."""
        return digest([self.sha256, self.facts, self.is_made_up])


def is_searched(address: str) -> bool:
    """Whether a page is in the index.

    Provenance pages are not: they repeat each word of their report up to five hundred times, and each number of the
    report leads to them. Editions are not: they say what the newest page says.
    """
    return address not in (SEARCH_PAGE, NOT_FOUND) and not PROVENANCE.search(address) and not EDITION.search(address)


def facts_of(address: str, names: dict[str, str]) -> dict[str, str]:
    """What a result says of its page besides its title."""
    facts = {"kind": kind_of(address)}
    if address.startswith("reports/") and address.count("/") > 1 and address.split("/")[1] not in RESERVED:
        authority = address.split("/")[1]
        facts["authority"] = names.get(authority, authority)
    if match := REPORT.fullmatch(address):
        facts["position"] = format_day(match[2])
    return facts


def is_made_up(address: str, folders: set[str]) -> bool:
    """Whether a page is about a made-up authority: the demonstration is found last, and says so."""
    return address.startswith("reports/") and address.split("/")[1] in folders


def _elements(inside: HtmlElement, path: str) -> list[HtmlElement]:
    """The elements that an XPath finds, in the order of the page."""
    found = inside.xpath(path)
    return [e for e in found if isinstance(e, HtmlElement)] if isinstance(found, list) else []


def searchable(page: str, facts: dict[str, str], made_up: bool = False) -> str:
    """The copy of a page that is indexed: its content alone, with a heading of its own for each place that has an
    address.

    ``made_up``: it is of the demonstration, which search asks for apart, after everything else.
    """
    tree = lxml.html.document_fromstring(page)
    (main,) = _elements(tree, "//main") or _elements(tree, "//body")
    frames = " or ".join(f"self::{tag}" for tag in FRAME)
    for element in _elements(main, f".//*[{frames} or @hidden or @class='provenance']"):
        element.drop_tree()
    # Or the last word of one and the first of the next are one.
    for cell in _elements(main, ".//th | .//td | .//dt | .//dd | .//li"):
        cell.tail = f" {cell.tail or ''}"
    for section in _elements(main, ".//*[@id][self::section or self::div]"):  # results lead to headings with an id
        first = next((child for child in section if child.tag in HEADINGS), None)
        if first is not None and not first.get("id"):
            first.set("id", section.attrib.pop("id"))
    for term in _elements(main, ".//dt[.//*[@id]]"):  # a word of the glossary is a place of its own
        term.tag = "h4"
        term.set("id", str(term.xpath("string(.//@id)")))
        for inner in _elements(term, ".//*[@id]"):
            del inner.attrib["id"]
    # Facts are said of a result, never filtered by: Pagefind 1.5 writes the values of a filter in another order each
    # time. The one filter has one value, so that it has one order.
    main.tag = "main"
    main.set("data-pagefind-body", "")
    content = Markup(lxml.html.tostring(main, encoding="unicode", with_tail=False))
    language = tree.get("lang") or "en-GB"
    return fill("site/searched_page.html", content=content, facts=facts, language=language, is_made_up=made_up)


def authority_names(site: Path) -> dict[str, str]:
    """The name of each authority on a site, from the heading of its own page."""
    found = {}
    for page in sorted(site.glob("reports/*/index.html")):
        if headings := _elements(lxml.html.fromstring(page.read_bytes()), "//main//h1"):
            found[page.parent.name] = " ".join(headings[0].text_content().split())
    return found


def searched_pages(site: Path) -> list[Searched]:
    """The pages of a finished site that are searched, by their addresses."""
    names, found = authority_names(site), []
    for path in sorted(site.rglob("*.html")):
        address = path.relative_to(site).as_posix()
        if is_searched(address) and not address.startswith("site_libs/"):
            content = path.read_bytes()
            says_so = bool(REPORT.fullmatch(address)) and MADE_UP in content
            found.append(Searched(address, path, digest(content), facts_of(address, names), says_so))
    folders = {page.address.split("/")[1] for page in found if page.is_made_up}
    return [replace(page, is_made_up=is_made_up(page.address, folders)) for page in found]
