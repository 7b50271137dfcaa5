"""The log of editions: pages for the site and for each authority, and an Atom feed."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from improvement_reports.domain.escaping import xml_text
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import KIND_WORDS
from improvement_reports.editions.citing import edition_citation
from improvement_reports.editions.days import day_of_stamp
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.manifest import CORRECTION, EDITION_WORDS, FIRST, REVISION
from improvement_reports.pages.edition import why
from improvement_reports.pages.page_link import page_link
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import SiteSettings
from improvement_reports.workspace.yaml_files import load_yaml

LOG, FEED = "log", "feed.xml"
ATOM = "http://www.w3.org/2005/Atom"
# The newest entries; the log has all.
FEED_LENGTH = 50
# Editions in one table of the site's log; of more the newest are shown, and the log of each authority has all of its.
MOST_IN_LOG = 100


class Logged(NamedTuple):
    """What the log says of an edition, in values that JSON can write.

    ``authority``: its short name; ``published``: the moment, as manifests say it; ``why``: what kind of edition it is,
    with its reason.
    """

    identifier: str
    title: str
    authority: str
    month: str
    published: str
    why: str
    is_change: bool
    is_conclusion_changed: bool
    is_made_up: bool

    @property
    def key(self) -> str:
        """The key of its authority."""
        return self.identifier.split("/")[0]

    @property
    def version(self) -> str:
        return self.identifier.rsplit("/", 1)[1]


def logged(edition: Edition) -> Logged:
    """What the log says of an edition."""
    m = edition.manifest
    is_change = m.edition_kind in (REVISION, CORRECTION)
    shown = (m.title, m.short_name, m.report.month, m.published, why(edition))
    return Logged(edition.identifier, *shown, is_change, bool(m.conclusion_changed), bool(m.illustrative))


def newest_first(entries: Iterable[Logged]) -> list[Logged]:
    return sorted(entries, key=lambda e: (e.published, e.identifier), reverse=True)


def log_page(
    title: str, editions: Sequence[Logged], root: str, intro: str, demonstration: Sequence[Logged] = (), most: int = 0
) -> str:
    """``log/index.qmd``: revisions and corrections first, then every edition, newest first. ``root``: the way to
    reports/. ``most``: so many editions stand in a table, and above it what leads to the others; 0: all of them.
    """
    fields = {**texts(title, "Every published edition, revision and correction, newest first"), "toc": False}
    changed = [e for e in editions if e.is_change]
    parts = [front_matter(fields), intro]
    if is_cut := 0 < most < len(editions):
        parts.append(
            f"There are {len(editions):,} editions. The log of each authority has all of its own; the newest {most} of"
            " all, and of those that changed a report, are below."
        )
        parts.append(fenced(_logs_table(editions, root)))
    parts += ["## Revisions and corrections", *_newest("Revisions and corrections", changed, root, most)]
    parts.append("## Newest editions" if is_cut else "## Every edition")
    parts += _newest("Newest editions" if is_cut else "Every edition", editions, root, most)
    if demonstration:
        parts += ["## Demonstration", "Editions of an authority that is made up."]
        if 0 < most < len(demonstration):
            parts.append(fenced(_logs_table(demonstration, root)))
        parts += _newest("Editions of the demonstration", demonstration, root, most)
    return "\n\n".join(parts) + "\n"


def _newest(caption: str, editions: Sequence[Logged], root: str, most: int) -> list[str]:
    """A table of editions, of many the newest; in words where there is none."""
    shown = newest_first(editions)[: most or None]
    return [fenced(_table(caption, shown, root)) if shown else "None so far."]


LOG_COLUMNS = [
    Column("authority", "Authority", is_row_header=True),
    Column("count", "Editions", is_number=True),
    Column("published", "Newest published"),
]


def _logs_table(editions: Sequence[Logged], root: str) -> Markup:
    """The authorities of these editions by name, each with a link to its log."""
    newest: dict[str, Logged] = {}
    for e in newest_first(editions):
        newest.setdefault(e.key, e)
    counts = Counter(e.key for e in editions)
    rows = [
        {
            "authority": page_link(f"{root}{key}/{LOG}/index.html", e.authority, e.is_made_up),
            "count": f"{counts[key]:,}",
            "published": _day(e),
        }
        for key, e in sorted(newest.items(), key=lambda pair: pair[1].authority)
    ]
    return table("Logs of authorities", LOG_COLUMNS, rows)


COLUMNS = [
    Column("edition", "Edition", is_row_header=True),
    Column("authority", "Authority"),
    Column("position", "Position at"),
    Column("published", "Published"),
    Column("why", "Why"),
    Column("changed", "What changed"),
]


def _table(caption: str, editions: Sequence[Logged], root: str) -> Markup:
    return table(caption, COLUMNS, [_row(e, f"{root}{e.identifier}") for e in editions])


def _row(entry: Logged, folder: str) -> dict[str, str]:
    changes = f"{folder}/changes.html" if entry.version != "v1" else ""
    return {
        "edition": page_link(f"{folder}/index.html", f"{entry.title}, {entry.version}", entry.is_made_up),
        "authority": entry.authority,
        "position": format_day(entry.month),
        "published": _day(entry),
        "why": entry.why,
        "changed": fill("pages/what_changed_link.html", address=changes, is_conclusion=entry.is_conclusion_changed),
    }


def _day(entry: Logged) -> str:
    return format_day(day_of_stamp(entry.published))


def feed(editions: list[Edition], site_title: str, url: str, publisher: str, authority: str = "") -> str:
    """An Atom feed of the newest of these editions. Its ids never change, whatever the address of the site.

    ``authority``: the key of the one whose editions these are, for a feed in its folder; "" for that of the site.
    """
    own = f"reports/{authority}/" if authority else "reports/"
    beside = "../" if authority else ""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en-GB"})

    def add(parent, tag: str, text: str = "", **attributes) -> ET.Element:
        element = ET.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
        element.text = xml_text(text) or None
        return element

    chosen = sorted(editions, key=lambda e: (e.manifest.published, e.identifier), reverse=True)[:FEED_LENGTH]
    add(root, "id", f"tag:improvement-reports,2026:feed{':' if authority else ''}{authority}")
    add(root, "title", f"{site_title}: editions, revisions and corrections")
    add(root, "updated", chosen[0].manifest.published if chosen else "2026-01-01T00:00:00Z")
    add(root, "link", rel="self", type="application/atom+xml", href=f"{url}{own}{FEED}" if url else FEED)
    add(root, "link", rel="alternate", type="text/html", href=f"{url}{own}{LOG}/" if url else f"{LOG}/index.html")
    add(add(root, "author"), "name", publisher)
    for e in chosen:
        m = e.manifest
        entry = add(root, "entry")
        add(entry, "id", f"tag:improvement-reports,2026:{e.identifier}")
        word = {FIRST: "", REVISION: " (revision)", CORRECTION: " (correction)"}[m.edition_kind]
        made_up = "Illustrative: " if m.illustrative else ""
        add(entry, "title", f"{made_up}{m.short_name}, {format_day(m.report.month)}: {m.title}, {e.version}{word}")
        add(entry, "published", m.published)
        add(entry, "updated", m.published)
        add(
            entry,
            "link",
            rel="alternate",
            type="text/html",
            href=f"{url}reports/{e.identifier}/" if url else f"{beside}{e.identifier}/index.html",
        )
        for term, label in categories(e):
            add(entry, "category", term=term, label=label)
        conclusion = " A conclusion changed." if m.conclusion_changed else ""
        reason = f"{m.reason.rstrip('.')}.{conclusion} " if m.reason else ""
        add(entry, "summary", f"{reason}{m.summary} {edition_citation(e, url)}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def categories(edition: Edition) -> list[tuple[str, str]]:
    """By what a reader of a feed may choose: authority, kind of report, and what an edition is; term and label."""
    m = edition.manifest
    found = [
        (edition.authority, m.short_name),
        (str(m.report.kind), KIND_WORDS[m.report.kind]),
        (str(m.edition_kind), EDITION_WORDS[m.edition_kind].capitalize()),
    ]
    found += [("conclusion-changed", "A conclusion changed")] if m.conclusion_changed else []
    return [*found, ("illustrative", "Illustrative")] if m.illustrative else found


FEED_LINK = f"../{FEED}"


def write_logs(
    project: Project,
    editions: Sequence[Edition],
    authorities: Mapping[str, Authority],
    settings: SiteSettings,
    as_they_were: Collection[str] = (),
) -> None:
    """The log of editions, of the site and of each authority with an edition, and the feed.

    ``editions``: all that are on the site, by report; ``as_they_were``: authorities whose log and feed lie there as
    they are to be.
    """
    by_identifier = {e.identifier: e for e in editions}
    only = {e.authority for e in editions}.difference(as_they_were)
    write_logs_of(project, [logged(e) for e in editions], by_identifier.__getitem__, authorities, settings, only)


def write_logs_of(
    project: Project,
    entries: Sequence[Logged],
    edition_of: Callable[[str], Edition],
    authorities: Mapping[str, Authority],
    settings: SiteSettings,
    only: Collection[str] | None = None,
) -> None:
    """The logs and feeds of these editions, of the site and of each authority with an edition.

    ``edition_of``: an edition by its identifier, asked of the newest alone, for the feeds; ``only``: the authorities
    whose log and feed are to be written, where those of the others lie there as they are to be.
    """
    real, made_up = ([e for e in entries if e.is_made_up is kind] for kind in (False, True))
    intro = (
        f"Every edition that was ever published here, with its reason. New entries: [feed]({FEED_LINK}). What the words"
        " mean: [revisions and corrections](/about/revisions.qmd)."
    )
    write_whole(
        project.reports / LOG / "index.qmd",
        log_page("Editions, revisions and corrections", real, "../", intro, made_up, MOST_IN_LOG),
    )
    of_authorities: dict[str, list[Logged]] = {}
    for e in entries:
        of_authorities.setdefault(e.key, []).append(e)
    for key in sorted(of_authorities if only is None else set(of_authorities) & set(only)):
        mine, name = of_authorities[key], authorities[key].short_name
        intro = (
            f"Every edition of this authority's reports, with its reason. New entries: [feed]({FEED_LINK}). [Editions of"
            " all authorities](../../log/index.html)."
        )
        page = log_page(f"{name}: editions, revisions and corrections", mine, "../../", intro)
        write_whole(project.reports / key / LOG / "index.qmd", page)
        of_authority = feed(_of_feed(mine, edition_of), name, settings.url, settings.publisher, key)
        write_whole(project.reports / key / FEED, of_authority)
    title = str(load_yaml(project.root / "_quarto.yml", "_quarto.yml")["website"]["title"])
    write_whole(project.reports / FEED, feed(_of_feed(entries, edition_of), title, settings.url, settings.publisher))


def _of_feed(entries: Sequence[Logged], edition_of: Callable[[str], Edition]) -> list[Edition]:
    return [edition_of(e.identifier) for e in newest_first(entries)[:FEED_LENGTH]]
