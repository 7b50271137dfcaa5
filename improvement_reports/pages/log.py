"""The log of editions: pages for the site and for each authority, and an Atom feed."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from markupsafe import Markup

from improvement_reports.domain.escaping import xml_text
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import KIND_WORDS
from improvement_reports.editions.citing import edition_citation
from improvement_reports.editions.edition import Edition, editions_of
from improvement_reports.editions.manifest import CORRECTION, EDITION_WORDS, FIRST, REVISION
from improvement_reports.pages.edition import day_of, why
from improvement_reports.pages.page_link import page_link
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

LOG, FEED = "log", "feed.xml"
ATOM = "http://www.w3.org/2005/Atom"
# The newest entries; the log has all.
FEED_LENGTH = 50


def newest_first(editions: list[Edition]) -> list[Edition]:
    return sorted(editions, key=lambda e: (e.manifest.published, e.identifier), reverse=True)


def log_page(title: str, editions: list[Edition], root: str, intro: str, demonstration: Sequence[Edition] = ()) -> str:
    """``log/index.qmd``: revisions and corrections first, then every edition, newest first. ``root``: the way to
    reports/.
    """
    fields = {**texts(title, "Every published edition, revision and correction, newest first"), "toc": False}
    changed = [e for e in editions if e.manifest.edition_kind in (REVISION, CORRECTION)]
    parts = [front_matter(fields), intro, "## Revisions and corrections"]
    parts.append(fenced(_table("Revisions and corrections", changed, root)) if changed else "None so far.")
    parts += ["## Every edition", fenced(_table("Every edition", editions, root)) if editions else "None so far."]
    if demonstration:
        parts += [
            "## Demonstration",
            "Editions of an authority that is made up.",
            fenced(_table("Editions of the demonstration", list(demonstration), root)),
        ]
    return "\n\n".join(parts) + "\n"


COLUMNS = [
    Column("edition", "Edition", is_row_header=True),
    Column("authority", "Authority"),
    Column("position", "Position at"),
    Column("published", "Published"),
    Column("why", "Why"),
    Column("changed", "What changed"),
]


def _table(caption: str, editions: list[Edition], root: str) -> Markup:
    return table(caption, COLUMNS, [_row(e, f"{root}{e.identifier}") for e in newest_first(editions)])


def _row(edition: Edition, folder: str) -> dict[str, str]:
    m = edition.manifest
    changes = f"{folder}/changes.html" if edition.number > 1 else ""
    return {
        "edition": page_link(f"{folder}/index.html", f"{m.title}, {edition.version}", m.illustrative),
        "authority": m.short_name,
        "position": format_day(m.report.month),
        "published": day_of(edition),
        "why": why(edition),
        "changed": fill("pages/what_changed_link.html", address=changes, is_conclusion=m.conclusion_changed),
    }


def feed(editions: list[Edition], site_title: str, url: str, publisher: str, authority: str = "") -> str:
    """An Atom feed of the newest editions. Its ids never change, whatever the address of the site.

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

    chosen = newest_first(editions)[:FEED_LENGTH]
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


def write_logs(project: Project, jobs, authorities, settings) -> None:
    """The log of editions, of the site and of each authority with an edition, and the feed."""
    editions = [e for job in jobs for e in editions_of(project, *job) if (e.folder / "index.ipynb").is_file()]
    real = [e for e in editions if not e.manifest.illustrative]
    made_up = [e for e in editions if e.manifest.illustrative]
    intro = (
        f"Every edition that was ever published here, with its reason. New entries: [feed]({FEED_LINK}). What the words"
        " mean: [revisions and corrections](/about/revisions.qmd)."
    )
    write_whole(
        project.reports / LOG / "index.qmd",
        log_page("Editions, revisions and corrections", real, "../", intro, made_up),
    )
    for key in sorted({e.authority for e in editions}):
        mine = [e for e in editions if e.authority == key]
        intro = (
            f"Every edition of this authority's reports, with its reason. New entries: [feed]({FEED_LINK}). [Editions of"
            " all authorities](../../log/index.html)."
        )
        heading = f"{authorities[key].short_name}: editions, revisions and corrections"
        write_whole(project.reports / key / LOG / "index.qmd", log_page(heading, mine, "../../", intro))
        of_authority = feed(mine, authorities[key].short_name, settings.url, settings.publisher, key)
        write_whole(project.reports / key / FEED, of_authority)
    title = str(load_yaml(project.root / "_quarto.yml", "_quarto.yml")["website"]["title"])
    write_whole(project.reports / FEED, feed([*real, *made_up], title, settings.url, settings.publisher))
