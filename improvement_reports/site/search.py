"""Search over the finished site, from static files: an index by Pagefind, and the list of pages that needs no search.

The index is made from copies of the pages that hold only what a reader searches for: the content of ``<main>``, with a
heading wherever a result can lead to. So both renderers get the same index, and the pages carry no marks for it.
"""

import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

from improvement_reports import HOME
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.pages.sources import EDITION, NOT_FOUND, REPORT, SEARCH_PAGE, kind_of
from improvement_reports.site.search_program import pagefind_path
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.kept_work import mark_used
from improvement_reports.workspace.places import RESERVED
from improvement_reports.workspace.processes import run_watched
from improvement_reports.workspace.stamps import sealed, unsealed

FOLDER = "pagefind"
ENTRY = "pagefind-entry.json"
LEFT_OUT = "Search is left out ({}); the search page lists every page instead."
# What theme/search.js loads; Pagefind also writes four interfaces of its own, of 400 kB.
PAGEFIND_FILES = re.compile(r"pagefind\.js|pagefind-worker\.js|pagefind-entry\.json|wasm\..+\.pagefind|.+\.pf_\w+")
PROVENANCE = re.compile(r"(?:^|/)figures(?:-\d+)?\.html$")
FRAME = "script", "style", "noscript", "nav", "form", "template"
HEADINGS = tuple(f"h{n}" for n in range(1, 7))


# What is searched


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


def made_up_folders(site: Path) -> set[str]:
    """The folders below ``reports`` of authorities that are made up: their reports say so in a box of their own."""
    return {
        page.relative_to(site).parts[1]
        for page in sorted(site.glob("reports/*/*/*/index.html"))
        if 'class="illustrative' in page.read_text(encoding="utf-8")
    }


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


def _kept_copy(page: str, facts: dict[str, str], made_up: bool, kept: Path | None) -> str:
    """The copy of a page that is indexed: as it was made before from the same page, under this machine's seal, or
    anew.
    """
    if kept is None:
        return searchable(page, facts, made_up)
    key = digest([page, facts, made_up, _code()])
    if (found := unsealed(kept / f"{key}.html", key)) is None:
        found = searchable(page, facts, made_up)
        write_whole(kept / f"{key}.html", sealed(found, key))
    mark_used(kept / f"{key}.html")
    return found


@cache
def _code() -> list[str]:
    """The code that makes copies."""
    return [file_digest(Path(__file__)), file_digest(HOME / "templates/site/searched_page.html")]


def authority_names(site: Path) -> dict[str, str]:
    """The name of each authority on a site, from the heading of its own page."""
    found = {}
    for page in sorted(site.glob("reports/*/index.html")):
        if headings := _elements(lxml.html.fromstring(page.read_bytes()), "//main//h1"):
            found[page.parent.name] = " ".join(headings[0].text_content().split())
    return found


# The list of pages


# The index


def index_site(site: Path, kept: Path | None = None) -> str:
    """Index the finished pages below ``site`` into its folder ``pagefind``; what stands in the way, else nothing.

    A site without search is better than no site: a missing program or a failure of it is for the caller to say.
    ``kept``: a folder for the copies of pages that are indexed, so that only those of new pages are made.
    """
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    program = pagefind_path()
    if not program:
        return "the program pagefind is not installed"
    with tempfile.TemporaryDirectory() as folder:
        copies, written = Path(folder, "pages"), Path(folder, "index")
        names, made_up = authority_names(site), made_up_folders(site)
        for page in sorted(site.rglob("*.html")):
            address = page.relative_to(site).as_posix()
            if is_searched(address) and not address.startswith("site_libs/"):
                copy = copies / address
                copy.parent.mkdir(parents=True, exist_ok=True)
                facts = facts_of(address, names)
                text = page.read_text(encoding="utf-8")
                copy.write_text(
                    _kept_copy(text, facts, is_made_up(address, made_up), kept), encoding="utf-8", newline="\n"
                )
        command = [program, "--site", str(copies), "--output-path", str(written), "--keep-index-url", "--silent"]
        try:
            # Without its caller's environment it takes no settings from PAGEFIND_ variables; its working folder holds
            # none.
            run_watched(command, seconds=3600, cwd=folder).check_returncode()
        except (OSError, subprocess.SubprocessError) as error:
            return f"the program pagefind failed: {type(error).__name__}"
        if not (written / ENTRY).is_file():
            return "the program pagefind made no index"
        for path in sorted(p for p in written.rglob("*") if p.is_file() and PAGEFIND_FILES.fullmatch(p.name)):
            target = site / FOLDER / path.relative_to(written)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return ""


def search_notice(site: Path) -> str:
    """One sentence if a site has no search, else nothing."""
    if (site / FOLDER / ENTRY).is_file():
        return ""
    reason = "the program pagefind did not work" if pagefind_path() else "the program pagefind is not installed"
    return LEFT_OUT.format(reason)
