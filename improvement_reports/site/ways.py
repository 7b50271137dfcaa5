"""The ways on from a finished page: up to what it belongs to, and to the reports before and after it.

Made for both renderers. Where a page belongs its address says; the reports beside it stand in its head, as search
engines and browsers read them too.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import KIND_WORDS, ReportKind
from improvement_reports.site.page_tags import Edit, Tag, edited, tags_of
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.places import RESERVED, Project

REPORTS = "reports/index.html"
REPORT_PAGE = re.compile(r"reports/(?P<key>[^/]+)/(?P<month>\d{4}-\d{2})/(?P<kind>[^/]+)/(?P<rest>.+)")
OF_AUTHORITY = re.compile(r"reports/(?P<key>[^/]+)/(?P<rest>.+)")
# Pages of all authorities together, by their folder, as the navigation calls them.
TOGETHER = {
    "audit": "Claims audit",
    "compare": "Compare",
    "ended": "Councils that ended",
    "programmes": "Programmes",
    "log": "",
}
NAVIGATED = {"audit", "compare", "programmes"}  # which the navigation leads to
MAIN = re.compile(r"<main\b[^>]*>")
MADE = re.compile('<nav class="ways"')


def authority_names(project: Project) -> dict[str, str]:
    """The short name of each authority, by its key."""
    return {key: authority.short_name for key, authority in load_authorities(project).items()}


class Step(NamedTuple):
    """A page that another one belongs to: its address from the site's root, and its name."""

    address: str
    words: str


def trail(address: str, names: Mapping[str, str]) -> list[Step]:
    """What a page belongs to, from the top down; nothing for a page that the navigation itself leads to.

    ``names``: of authorities, by key.
    """
    reports = Step(REPORTS, "Reports")
    if match := REPORT_PAGE.fullmatch(address):
        above = [reports, _authority(match["key"], names)]
        return above if match["rest"] == "index.html" else [*above, *_within_report(match)]
    match = OF_AUTHORITY.fullmatch(address)
    if match is None or address == REPORTS:
        return []
    if match["key"] in RESERVED:
        return _within_pages_of_all(match["key"], match["rest"])
    if match["rest"] == "index.html":
        return [reports]
    above = [reports, _authority(match["key"], names)]
    is_thread = match["rest"].startswith("thread/") and match["rest"] != "thread/index.html"
    return [*above, Step(f"reports/{match['key']}/thread/index.html", "Golden thread")] if is_thread else above


def _authority(key: str, names: Mapping[str, str]) -> Step:
    return Step(f"reports/{key}/index.html", names.get(key, key))


def _within_report(match: re.Match[str]) -> list[Step]:
    """The report that a page stands beside or is an edition of, and that edition."""
    folder, kind = f"reports/{match['key']}/{match['month']}/{match['kind']}/", match["kind"]
    words = KIND_WORDS[ReportKind(kind)] if kind in set(ReportKind) else kind
    steps = [Step(f"{folder}index.html", f"{words}, {format_day(match['month'])}")]
    version, _, page = match["rest"].rpartition("/")
    if not version or page == "index.html":
        return steps
    return [*steps, Step(f"{folder}{version}/index.html", f"Edition {version}")]


def _within_pages_of_all(key: str, rest: str) -> list[Step]:
    words, reports = TOGETHER.get(key, ""), Step(REPORTS, "Reports")
    if not words:
        return [reports]
    above = [] if key in NAVIGATED else [reports]
    return above if rest == "index.html" else [*above, Step(f"reports/{key}/index.html", words)]


def with_ways(page: str, address: str, names: Mapping[str, str]) -> str:
    """The page with its ways on at the top, and those to the reports beside it at the bottom too.

    A page that has them comes back as it is. ``address``: from the site's root.
    """
    main, end = MAIN.search(page), page.rfind("</main>")
    if main is None or end < 0 or MADE.search(page):
        return page
    # What stands before the text is short: of a long page no more is read.
    steps, beside = trail(address, names), _beside(tags_of(page[: main.end()]))
    if not (steps or beside):
        return page
    root = "../" * address.count("/")
    top = fill("site/ways.html", steps=steps, root=root, beside=beside, label="Where this page belongs")
    edits = [Edit(main.end(), main.end(), top)]
    if beside:
        bottom = fill("site/ways.html", steps=steps[-1:], root=root, beside=beside, label="Reports before and after")
        edits.append(Edit(end, end, bottom))
    return edited(page, edits)


def _beside(tags: list[Tag]) -> list[dict[str, str]]:
    """The reports before and after, as the head of a page names them."""
    found = []
    for rel in ("prev", "next"):
        for tag in tags:
            if tag.name == "link" and tag.attributes.get("rel") == rel:
                href, title = (tag.attributes.get(name) or "" for name in ("href", "title"))
                found.append({"rel": rel, "href": href, "words": title})
    return found
