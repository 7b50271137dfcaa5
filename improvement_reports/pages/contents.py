"""The list of pages that needs no search."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from improvement_reports.domain.templates import fill
from improvement_reports.pages.sources import ABOUT, ACROSS, EDITION, NOT_FOUND, REPORT, SEARCH_PAGE
from improvement_reports.workspace.places import MONTH, RESERVED, Project

PART = re.compile(r"/figures-\d+\.html$")
OF_REPORT = re.compile(rf"reports/(?!(?:{'|'.join(RESERVED)})/)[^/]+/{MONTH.pattern}/.+")
# Pages that the list names; on a site with more it leads to the authorities, whose pages lead to their reports.
MOST_PAGES = 1200


def front_matter_of(source: Path) -> dict:
    """The front matter of a page source, of a notebook's first cell."""
    from improvement_reports.pages.sources import FRONT_MATTER, load_front_matter

    text = source.read_text(encoding="utf-8")
    if source.suffix == ".ipynb":
        text = "".join(json.loads(text)["cells"][0]["source"]) + "\n"
    match = FRONT_MATTER.match(text)
    return load_front_matter(match[1], source.name) if match else {}


def plain_title(title: str) -> str:
    """A title of a front matter, which both renderers read as Markdown, as plain text."""
    return html.unescape(re.sub(r"\\(.)", r"\1", title))


def title_of(source: Path) -> str:
    """The title of a page, as plain text."""
    return plain_title(str(front_matter_of(source).get("title", source.stem)))


def list_of_pages(project: Project, more: str = "", noted: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Every page of the site by section, as Markdown with HTML: what search cannot do without JavaScript, a list
    can. ``more`` stands below it; ``noted``: of reports that are as they were the titles of their pages by the address
    within their folder, by the report.
    """
    from improvement_reports.domain.markup import fenced, joined
    from improvement_reports.pages.sources import matches, page_address
    from improvement_reports.workspace.yaml_files import load_yaml

    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")
    from improvement_reports.pages.served import served_besides

    noted = noted or {}
    served = served_besides(project, noted)
    sources = {page_address(project, s): s for s in matches(project, config["project"]["render"], served)}
    titles = {f"reports/{report}/{page}": title for report, own in noted.items() for page, title in own.items()}
    every = [*sources, *titles]
    listed = listed_pages(every)
    titles = {a: title_of(sources[a]) if a in sources else titles[a] for a in listed}
    if "index.html" in titles:  # as the navigation calls it
        titles["index.html"] = f"Home: {titles['index.html']}"
    note = fill("pages/many_pages.html") if len(listed) < len(listed_pages(every, most=len(every))) else ""
    return fenced(joined(note, page_list(titles), more))


def listed_pages(addresses: Iterable[str], most: int | None = None) -> list[str]:
    """The pages that the list of pages names: all, but if these are more than ``most`` (`MOST_PAGES`) none of a single
    report.
    """
    # figures.html leads to its parts
    found = [a for a in addresses if a not in (SEARCH_PAGE, NOT_FOUND) and not PART.search(a)]
    if len(found) <= (MOST_PAGES if most is None else most):
        return found
    return [a for a in found if not OF_REPORT.fullmatch(a)]


@dataclass(frozen=True)
class Entry:
    """A page in the list, or a folder that has none: its address and words, and what is nested below it."""

    address: str
    words: str
    below: list["Entry"] | None = None


def page_list(titles: dict[str, str]) -> Markup:
    """Nested lists of links, as HTML, from the title of each address.

    The reports by authority, newest first; then what all reports make together; then the rest.
    """
    reports = [a for a in titles if a.startswith("reports/")]
    folders = sorted({a.split("/")[1] for a in reports if a.count("/") > 1})
    authorities = [_authority_entry(f"reports/{f}", titles) for f in folders if f not in RESERVED]
    lists = [_entry("reports/index.html", titles)] if "reports/index.html" in titles else []
    across = [_page_entry(f"reports/{f}/index.html", titles) for f in folders if f in RESERVED]
    rest = sorted(
        (a for a in titles if not a.startswith("reports/")), key=lambda a: (a != "index.html", titles[a].lower())
    )
    sections = {"Reports": lists + authorities, ACROSS: across, ABOUT: [_entry(a, titles) for a in rest]}
    return fill("pages/list_of_pages.html", sections={h: entries for h, entries in sections.items() if entries})


def _authority_entry(folder: str, titles: dict[str, str]) -> Entry:
    """The page of an authority, below it its reports, newest first, and then its other pages."""
    own, top = [a for a in titles if a.startswith(f"{folder}/")], f"{folder}/index.html"
    reports = sorted({a.rsplit("/", 1)[0] for a in own if REPORT.fullmatch(a)}, key=_newest_first)
    below = [_entry(f"{f}/index.html", titles, _beside(f, own, titles)) for f in reports]
    others = [a for a in own if a != top and not any(a.startswith(f"{f}/") for f in reports)]
    below += [_page_entry(a, titles) for a in sorted(others) if a.endswith("/index.html")]
    return Entry(top, _words(top, titles), below) if top in titles else Entry("", folder.rsplit("/", 1)[1], below)


def _page_entry(address: str, titles: dict[str, str]) -> Entry:
    """A page and, nested, what lies in its folder: its provenance, and one level of pages below it by their titles."""
    folder = address.rsplit("/", 1)[0]
    inside = [a for a in titles if a.startswith(f"{folder}/") and a != address]
    here = [a for a in inside if "/" not in a.removeprefix(f"{folder}/")]
    deeper = sorted((a for a in inside if a.endswith("/index.html")), key=lambda a: (titles[a].lower(), a))
    below = [*(_entry(a, titles) for a in sorted(here)), *(_page_entry(a, titles) for a in deeper)]
    return _entry(address, titles, below)


def _newest_first(folder: str) -> tuple:
    _, _, month, kind = folder.split("/")
    year, number = month.split("-")
    return -int(year), -int(number), kind


def _beside(folder: str, addresses: list[str], titles: dict[str, str]) -> list[Entry]:
    """What belongs to a report: where its figures come from, and its editions, newest first."""
    found = [a for a in addresses if a.startswith(f"{folder}/") and a != f"{folder}/index.html"]
    found.sort(key=lambda a: (EDITION.search(a) is not None, [-int(n) for n in re.findall(r"/v(\d+)/", a)], a))
    return [_entry(a, titles) for a in found]


def _words(address: str, titles: dict[str, str]) -> str:
    """The title of a page, with its edition if that is not in it."""
    edition = re.search(r"/(v\d+)/", address)
    return titles[address] + (f" ({edition[1]})" if edition and f"({edition[1]})" not in titles[address] else "")


def _entry(address: str, titles: dict[str, str], below: list[Entry] | None = None) -> Entry:
    return Entry(address, _words(address, titles), below or None)
