"""What of a site is searched: which pages, and the copies of them that are indexed.

A copy holds only what a reader searches for: the content of ``<main>``, with a heading wherever a result can lead to.
So both renderers get the same index, and the pages carry no marks for it.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.pages.sources import EDITION, NOT_FOUND, PROVENANCE, REPORT, SEARCH_PAGE, kind_of
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.known import report_of
from improvement_reports.workspace.places import RESERVED

FRAME = "script", "style", "noscript", "nav", "form", "template"
# Links to a number's way back; what a page says of other reports; links to files for paper, which it has only once
# these are made.
LEFT_OUT = "provenance", "newer-report", "on-paper"
HEADINGS = tuple(f"h{n}" for n in range(1, 7))
MADE_UP = b'class="illustrative'  # the box in which the reports of a made-up authority say that they are
HEADING_ENDS = b"</h1>"
# Folders below which nothing is searched: what pages load, and replaced editions.
NEVER_SEARCHED = re.compile(r"site_libs|pagefind|(?:.*/)?v\d+")


@dataclass(frozen=True)
class Searched:
    """A page that is searched: its address on the site, what its copy is made from, the name of its authority (its key
    where it has none, "" of a page of none), and whether it is of the demonstration, which is found last.

    ``says_so``: whether the page itself says that its authority is made up. ``copy``: the sha256 of its copy, as it was
    noted; "" where nothing was.
    """

    site: Path
    address: str
    key: str
    authority: str
    is_made_up: bool
    says_so: bool = False
    copy: str = ""

    @property
    def path(self) -> Path:
        return self.site / self.address

    @property
    def facts(self) -> dict[str, str]:
        """What a result says of the page besides its title."""
        return facts_of(self.address, self.authority)


class NotedFolder(TypedDict):
    """What was noted of a report's folder: what else its copies are made from, and of each page in it the key of its
    copy, the sha256 of that, and whether the page says that its authority is made up.
    """

    made: str
    pages: dict[str, tuple[str, str, bool]]


Noted = Mapping[str, NotedFolder]
NOTHING_NOTED: Noted = MappingProxyType({})


def copy_key(sha256: str, facts: dict[str, str], is_made_up: bool) -> str:
    """What the copy of a page is made from: its bytes, and what is put into the copy besides."""
    return digest([sha256, facts, is_made_up])


def is_searched(address: str) -> bool:
    """Whether a page is in the index.

    Provenance pages are not: they repeat each word of their report up to five hundred times, and each number of the
    report leads to them. Editions are not: they say what the newest page says.
    """
    return address not in (SEARCH_PAGE, NOT_FOUND) and not PROVENANCE.search(address) and not EDITION.search(address)


def facts_of(address: str, authority: str) -> dict[str, str]:
    """What a result says of its page besides its title. ``authority``: the name of the page's own, if it has one."""
    facts = {"kind": kind_of(address)}
    if authority:
        facts["authority"] = authority
    if match := REPORT.fullmatch(address):
        facts["position"] = format_day(match[2])
    return facts


def _authority_of(address: str, names: Mapping[str, str]) -> str:
    """The name of the authority that a page is of, its key where it has none; "" of a page of none."""
    match address.split("/"):
        case ["reports", authority, _, *_] if authority not in RESERVED:
            return names.get(authority, authority)
    return ""


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
    left_out = " or ".join(f"@class='{name}'" for name in LEFT_OUT)
    for element in _elements(main, f".//*[{frames} or @hidden or {left_out}]"):
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


@dataclass(frozen=True)
class _Read:
    """What is read of a page before anything can be said of it: its sha256, the name in its heading if it is that of an
    authority, and whether it says that its authority is made up.
    """

    sha256: str
    heading: str
    says_so: bool


def searched_pages(
    site: Path, noted: Noted = NOTHING_NOTED, addresses: Collection[str] | None = None, elsewhere: Path | None = None
) -> list[Searched]:
    """The pages of a finished site that are searched, by their addresses.

    ``noted``: of folders of reports whose files are as they were when `note_folders` said this of them. They are not
    looked into, and no page of them is read if all that goes into its copy is as it was. ``addresses``: the pages
    outside of these folders, where they are known; else they are looked for. ``elsewhere``: the site on which these
    folders lie, if that is another one.
    """
    addresses, folders = _found(site, noted) if addresses is None else (addresses, list(noted))
    read = {address: _read(site / address, address) for address in addresses if is_searched(address)}
    names = {address.split("/")[1]: page.heading for address, page in read.items() if page.heading}
    made_up = {address.split("/")[1] for address, page in read.items() if page.says_so}
    made_up |= {folder.split("/")[1] for folder in folders if _says_so(noted[folder])}
    found = [_searched(site, address, page, names, made_up) for address, page in read.items()]
    for folder in folders:
        found += _as_noted(elsewhere or site, folder, noted[folder], names, made_up)
    return sorted(found, key=lambda page: page.address.split("/"))


def note_folders(
    pages: list[Searched], copies: Mapping[str, tuple[str, str]], before: Noted = NOTHING_NOTED
) -> dict[str, NotedFolder]:
    """What is to be noted of each folder of a report for the next call. ``copies``: the key of each page's copy and its
    sha256, by the page's address; pages without it are left out with all of their folder. ``before``: what was noted of
    folders that are as they were, and stands but for pages with another copy.
    """
    found = dict(before)
    for page in pages:
        if page.copy and copies.get(page.address) in (None, (page.key, page.copy)):
            continue
        if (report := report_of(page.address)) and page.address in copies:
            folder = f"reports/{report}"
            made = made_with(page.authority, page.is_made_up)
            own = found[folder]["pages"] if folder in found else {}
            said = (*copies[page.address], page.says_so)
            found[folder] = NotedFolder(made=made, pages={**own, page.address.removeprefix(f"{folder}/"): said})
    return found


def _found(site: Path, noted: Noted) -> tuple[list[str], list[str]]:
    """The addresses of the pages on a site that are searched, without those in noted folders, and these folders."""
    addresses, folders = [], []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        if folder in noted:
            folders.append(folder)
            continue
        with os.scandir(site / folder) as entries:
            for entry in entries:
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting += [name] if not NEVER_SEARCHED.fullmatch(name) else []
                elif name.endswith(".html") and is_searched(name):
                    addresses.append(name)
    return sorted(addresses), sorted(folders)


def _read(path: Path, address: str) -> _Read:
    content = path.read_bytes()
    says_so = bool(REPORT.fullmatch(address)) and MADE_UP in content
    return _Read(
        digest(content), _heading(content) if re.fullmatch(r"reports/[^/]+/index\.html", address) else "", says_so
    )


def _heading(content: bytes) -> str:
    """The heading of a page; what comes after it is not read."""
    until = content.find(HEADING_ENDS) + len(HEADING_ENDS)
    headings = _elements(lxml.html.fromstring(content[:until] if until >= len(HEADING_ENDS) else content), "//main//h1")
    return " ".join(headings[0].text_content().split()) if headings else ""


def _searched(site: Path, address: str, read: _Read, names: Mapping[str, str], made_up: set[str]) -> Searched:
    authority, is_one = _authority_of(address, names), is_made_up(address, made_up)
    key = copy_key(read.sha256, facts_of(address, authority), is_one)
    return Searched(site, address, key, authority, is_one, read.says_so)


def _as_noted(
    site: Path, folder: str, noted: NotedFolder, names: Mapping[str, str], made_up: set[str]
) -> Iterator[Searched]:
    """The pages of a noted folder; read only if their copies are to be others."""
    address = f"{folder}/index.html"
    authority, is_one = _authority_of(address, names), is_made_up(address, made_up)
    stands = noted["made"] == made_with(authority, is_one)
    for name, (key, copy, says_so) in noted["pages"].items():
        address = f"{folder}/{name}"
        if stands:
            yield Searched(site, address, key, authority, is_one, says_so, copy)
        else:
            yield _searched(site, address, _read(site / address, address), names, made_up)


def _says_so(noted: NotedFolder) -> bool:
    return any(says_so for _, _, says_so in noted["pages"].values())


@cache
def made_with(authority: str, is_one: bool) -> str:
    """What copies of pages are made from besides the pages: the name of their authority, whether it is made up, and the
    code.
    """
    return digest([package_digest(), authority, is_one])[:16]
