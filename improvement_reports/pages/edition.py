"""What stands around a published report: which edition it is, what replaced it, all its editions, how to cite and
recompute it.
"""

import re
from textwrap import shorten

from markupsafe import Markup

from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import fenced, joined
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.editions.changes import Change, counted
from improvement_reports.editions.citing import edition_citation
from improvement_reports.editions.days import day_of_stamp
from improvement_reports.editions.downloads.files import ARCHIVE
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.manifest import EDITION_WORDS
from improvement_reports.pages.around import ALONE, Around, around_head, newer_note
from improvement_reports.pages.frame import Frame
from improvement_reports.pages.in_archive import lie_in_archive
from improvement_reports.pages.linked_data import linked_data
from improvement_reports.pages.page_link import page_link
from improvement_reports.runs.draft import PageFacts
from improvement_reports.workspace.releases import release

DRAFT = "Draft"
LONGEST_REASON = 48  # letters of a reason in the one line at the head of a page
REPORT_PAGE = "../index.html"  # from the folder of an edition
SITE_ROOT = "../../../../../"  # the same


def page_facts(edition: Edition) -> PageFacts:
    m = edition.manifest
    return PageFacts(m.report, m.short_name, m.summary, m.illustrative, m.sources)


def day_of(edition: Edition) -> str:
    return format_day(day_of_stamp(edition.manifest.published))


def why(edition: Edition) -> str:
    """``correction: a numerator was typed wrongly``, or ``first edition``."""
    return _because(edition, edition.manifest.reason)


def why_in_short(edition: Edition) -> str:
    """The same with the beginning of the reason alone, for the head of a page: its first sentence, cut if it is
    long; all of it stands in the list of editions.
    """
    reason = edition.manifest.reason
    first = re.split(r"(?<=[.!?])\s+(?=[A-Z])", reason, maxsplit=1)[0] if reason else ""
    first = shorten(first, LONGEST_REASON, placeholder="")
    return f"{_because(edition, first)}{' …' if len(first) < len(reason or '') else ''}"


def _because(edition: Edition, reason: str | None) -> str:
    kind = EDITION_WORDS[edition.manifest.edition_kind]
    return f"{kind}: {reason.rstrip('.')}" if reason else kind


def canonical(url: str, address: str, relative: str) -> Markup:
    """The address under which search engines and readers are to know a page."""
    return fill("pages/canonical_address.html", address=url + address if url else relative)


# Around a report


def frame_of(
    edition: Edition,
    editions: list[Edition],
    url: str = "",
    at_version: bool = True,
    since: str = "",
    leads_on: bool = False,
    around: Around = ALONE,
) -> Frame:
    """The frame of an edition's page: at its own address, or at the report's, which shows the newest.

    ``leads_on``: the newest edition stands at the report's address alone, and its own leads there. ``around``: the
    other reports of the authority.
    """
    here = "../" if at_version else ""
    newest = editions[-1]
    is_newest = edition.number == newest.number
    top = _newest_line(edition, here, since) if is_newest else _superseded(edition, editions, leads_on)
    home = "/".join(edition.job)
    own = canonical(url, f"reports/{home}/", REPORT_PAGE if at_version else "index.html")
    day = fill("pages/published_time.html", day=day_of_stamp(edition.manifest.published))
    return Frame(
        top=fenced(joined(top, newer_note(around, here))),
        bottom=_all_editions(edition, editions, here, url),
        prefix="" if at_version else f"{edition.version}/",
        head=own,
        beside=(day,) if at_version else (day, *around_head(around)),
        is_past=around.is_past,
        reference=edition.identifier,
        has_archive=True,
        is_replaced=not is_newest,
        takes=not at_version,
        page=REPORT_PAGE if leads_on and is_newest and at_version else "index.html",
    )


def leads_on_head(edition: Edition, url: str) -> list[Markup]:
    """What sends a reader on from the address of the newest edition to the report's, which shows it."""
    own = canonical(url, f"reports/{'/'.join(edition.job)}/", REPORT_PAGE)
    return [own, fill("pages/leads_on_head.html", address=REPORT_PAGE)]


def leading_words(edition: Edition) -> Markup:
    """The same as words and a link, for a reader whom nothing sends on. A script keeps the place on the page that an
    address names, which no other way of sending on does.
    """
    return fill(
        "pages/leads_on.html",
        version=edition.version,
        day=day_of(edition),
        address=REPORT_PAGE,
        root=SITE_ROOT,
        title=edition.manifest.title,
    )


def _newest_line(edition: Edition, here: str, since: str) -> Markup:
    return fill(
        "pages/edition_line.html",
        version=edition.version,
        day=day_of(edition),
        why=why_in_short(edition) if edition.number > 1 else "",
        here=here,
        since=since,
    )


def _superseded(edition: Edition, editions: list[Edition], leads_on: bool) -> Markup:
    newest, following = editions[-1], next(e for e in editions if e.number == edition.number + 1)
    return fill(
        "pages/replaced_edition.html",
        this=edition,
        this_day=day_of(edition),
        newest=newest,
        newest_day=day_of(newest),
        address=REPORT_PAGE if leads_on else f"../{newest.version}/index.html",
        following=following,
        why=why(following),
    )


def _all_editions(edition: Edition, editions: list[Edition], here: str, url: str) -> str:
    is_replaced = edition.number != editions[-1].number
    body = fill(
        "pages/editions_and_citation.html",
        table=_editions_table(edition, editions, here),
        citation=edition_citation(edition, url),
        software=edition.manifest.software,
        identifier=edition.identifier,
        downloads=_downloads(edition, "" if here else f"{edition.version}/", is_replaced),
    )
    # Catalogues read what stands at the address of the report, which is that of a replaced edition to them too.
    data = () if is_replaced else (linked_data(edition, url, here),)
    return f"## Editions and citation {{#editions}}\n{fenced(joined(body, *data))}"


def _editions_table(edition: Edition, editions: list[Edition], here: str) -> Markup:
    columns = [
        Column("edition", "Edition", is_row_header=True),
        Column("published", "Published"),
        Column("why", "Why"),
        Column("changed", "What changed"),
    ]
    rows = []
    for e in reversed(editions):
        folder = f"{here}{e.version}"
        changed = page_link(f"{folder}/changes.html", _counted(e.manifest)) if e.number > 1 else "–"
        name = f"{e.version} (this one)" if e.number == edition.number else e.version
        named = page_link(f"{folder}/index.html", name)
        rows.append({"edition": named, "published": day_of(e), "why": why(e), "changed": changed})
    return table("Editions of this report", columns, rows)


DOWNLOADS = {
    ARCHIVE: "Everything of this edition in one file (zip)",
    "tables.xlsx": "The tables as a workbook (Excel)",
    "datapackage.json": "Description of the data tables and their columns (Data Package)",
    "manifest.json": "The manifest: every file and every input with its sha256",
    "ro-crate-metadata.json": "Description for other tools (RO-Crate)",
}


def _downloads(edition: Edition, folder: str, is_replaced: bool) -> list[tuple[str, str]]:
    """(address, words) of each file of an edition that the site has; the archive is made after the page."""
    archived = lie_in_archive(edition, is_replaced)
    return [
        (f"{folder}{name}", words)
        for name, words in DOWNLOADS.items()
        if name == ARCHIVE or ((edition.folder / name).exists() and name not in archived)
    ]


def _counted(manifest) -> str:
    return counted([Change(**c) for c in manifest.changes]) + (
        ", a conclusion among them" if manifest.conclusion_changed else ""
    )


def draft_frame(
    newest: Edition | None, reference: str, found: list[Change], is_changed: bool = True, around: Around = ALONE
) -> Frame:
    """The frame of a page that is not published; ``is_changed``: whether its inputs are other than those of the
    edition.
    """
    top = fill(
        "pages/draft_note.html",
        version=newest.version if newest else "",
        day=day_of(newest) if newest else "",
        is_changed=is_changed,
        words=counted(found),
        release=release(),
        edition_release=newest.manifest.software.version if newest else "",
    )
    return Frame(
        top=fenced(joined(top, newer_note(around))),
        head=fill("pages/not_for_search_engines.html"),
        beside=around_head(around),
        reference=reference,
        is_past=around.is_past,
    )
