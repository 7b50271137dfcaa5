"""What stands around a published report: which edition it is, what replaced it, all its editions, how to cite and
recompute it.
"""

import html
import re

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import Column, demonstration_note, fenced, front_matter, table_html, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.editions.changes import CHANGE_WORDS, KINDS, SENTENCE, Change, counted
from improvement_reports.editions.citing import edition_citation
from improvement_reports.editions.days import day_of_stamp
from improvement_reports.editions.edition import CORRECTION, EDITION_WORDS, REVISION, Edition
from improvement_reports.pages.frame import Frame
from improvement_reports.runs.draft import PageFacts
from improvement_reports.workspace.releases import release

DRAFT = "Draft"
LONG_TABLE = 25


def page_facts(edition: Edition) -> PageFacts:
    m = edition.manifest
    return PageFacts(m.report, m.short_name, m.summary, m.illustrative, m.sources)


def day_of(edition: Edition) -> str:
    return format_day(day_of_stamp(edition.manifest.published))


def why(edition: Edition) -> str:
    """``correction: a numerator was typed wrongly``, or ``first edition``, as HTML."""
    return _because(edition, edition.manifest.reason)


def why_in_short(edition: Edition) -> str:
    """The same with the first sentence of the reason alone, for the head of a page."""
    reason = edition.manifest.reason
    first = re.split(r"(?<=[.!?])\s+(?=[A-Z])", reason, maxsplit=1)[0] if reason else ""
    return f"{_because(edition, first)}{' …' if len(first) < len(reason or '') else ''}"


def _because(edition: Edition, reason: str | None) -> str:
    kind = EDITION_WORDS[edition.manifest.edition_kind]
    return html.escape(f"{kind}: {reason.rstrip('.')}" if reason else kind)


def canonical(url: str, address: str, relative: str) -> str:
    """The address under which search engines and readers are to know a page."""
    return f'<link rel="canonical" href="{html.escape(url + address if url else relative)}">'


# Around a report


def frame_of(
    edition: Edition, editions: list[Edition], url: str = "", at_version: bool = True, since: str = ""
) -> Frame:
    """The frame of an edition's page: at its own address, or at the report's, which shows the newest."""
    here = "../" if at_version else ""
    newest = editions[-1]
    is_newest = edition.number == newest.number
    top = _newest_line(edition, here, since) if is_newest else _superseded(edition, editions)
    home = "/".join(edition.job)
    return Frame(
        top=fenced(top),
        bottom=_all_editions(edition, editions, here),
        prefix="" if at_version else f"{edition.version}/",
        head=canonical(url, f"reports/{home}/", "../index.html" if at_version else "index.html"),
        reference=edition.identifier,
    )


def _newest_line(edition: Edition, here: str, since: str) -> str:
    parts = [f"<strong>Edition {edition.version}</strong>, published {day_of(edition)}"]
    if edition.number > 1:
        parts[0] += f" ({why_in_short(edition)})"
        parts.append(f'<a href="{here}{edition.version}/changes.html">What changed</a>')
    if since:
        parts.append(f'<a href="{here}since.html">Since {html.escape(since)}</a>')
    parts.append('<a href="#editions">Editions and citation</a>')
    return f'<p class="edition-line">{" · ".join(parts)}</p>'


def _superseded(edition: Edition, editions: list[Edition]) -> str:
    newest, following = editions[-1], next(e for e in editions if e.number == edition.number + 1)
    return f"""<div class="superseded" role="note" aria-label="Replaced edition">
<p><strong>This is edition {edition.version}, published {day_of(edition)}. It has been replaced.</strong>
The newest is <a href="../{newest.version}/index.html">edition {newest.version}</a>, published {day_of(newest)}.</p>
<p>Why it was replaced ({why(following)}). <a href="../{following.version}/changes.html">What changed from {edition.version} to {following.version}</a>.</p>
</div>"""


def _all_editions(edition: Edition, editions: list[Edition], here: str) -> str:
    columns = [Column("Edition", is_row_header=True), Column("Published"), Column("Why"), Column("What changed")]
    rows = []
    for e in reversed(editions):
        m = e.manifest
        name = f"{e.version} (this one)" if e.number == edition.number else e.version
        changed = f'<a href="{here}{e.version}/changes.html">{html.escape(_counted(m))}</a>' if e.number > 1 else "–"
        rows.append([f'<a href="{here}{e.version}/index.html">{name}</a>', day_of(e), why(e), changed])
    own = "" if here else f"{edition.version}/"
    files = [
        (f"{own}edition.zip", "Everything of this edition in one file (zip)"),
        (f"{own}tables.xlsx", "The tables as a workbook (Excel)"),
        (f"{own}datapackage.json", "Description of the data tables and their columns (Data Package)"),
        (f"{own}manifest.json", "The manifest: every file and every input with its sha256"),
        (f"{own}ro-crate-metadata.json", "Description for other tools (RO-Crate)"),
    ]
    links = "".join(
        f'<li><a href="{a}" download>{words}</a></li>'
        for a, words in files
        if (edition.folder / a.removeprefix(own)).exists() or a.endswith(".zip")
    )
    body = f"""{table_html("Editions of this report", columns, rows)}
<p>Cite this edition as:</p>
<p class="citation">{html.escape(edition_citation(edition))}</p>
<p>Made with release {html.escape(edition.manifest.software.version)} of the software, whose code is kept with it (sha256 {html.escape(edition.manifest.software.code_sha256[:12])}…).</p>
<p>To recompute every figure of it in a copy of the project: <code>python3 make.py verify {edition.identifier}</code></p>
<ul class="downloads">{links}</ul>"""
    return f"## Editions and citation {{#editions}}\n{fenced(body)}"


def _counted(manifest) -> str:
    return counted([Change(**c) for c in manifest.changes]) + (
        ", a conclusion among them" if manifest.conclusion_changed else ""
    )


def draft_frame(newest: Edition | None, reference: str, found: list[Change], is_changed: bool = True) -> Frame:
    """The frame of a page that is not published; ``is_changed``: whether its inputs are other than those of the
    edition.
    """
    beside = "It is not published."
    if newest:
        edition = (
            f'the published <a href="{newest.version}/index.html">edition {newest.version}</a> of {day_of(newest)}'
        )
        words = html.escape(counted(found))
        beside = f"It differs from {edition}: {words}."
        if not is_changed:
            beside = (
                f"Made from the same inputs with release {html.escape(release())}, it reads differently from {edition},"
                f" which release {html.escape(newest.manifest.software.version)} made: {words}."
            )
    top = f"""<div class="draft" role="note" aria-label="Draft"><p><strong>DRAFT.</strong> {beside} Its figures may change.</p></div>
<div class="draft-mark" aria-hidden="true">DRAFT</div>"""
    return Frame(top=fenced(top), head='<meta name="robots" content="noindex">', reference=reference)


# What changed


def changes_page(edition: Edition, previous: Edition, url: str = "") -> str:
    """``vN/changes.qmd``: everything that differs from the edition before, the conclusions first."""
    m = edition.manifest
    found = [Change(**c) for c in m.changes]
    title = f"What changed: {m.short_name}, {format_day(m.report.month)}, {previous.version} to {edition.version}"
    fields = {**texts(title, f"{m.title}: {EDITION_WORDS[m.edition_kind]} published {day_of(edition)}"), "toc": False}
    word = {REVISION: "revision: better data have come in", CORRECTION: "correction: it mends an error"}[m.edition_kind]
    parts = [
        front_matter(fields),
        fenced(demonstration_note()) if m.illustrative else "",
        (
            f"[Edition {edition.version}](index.html) of {day_of(edition)} replaced [edition"
            f" {previous.version}](../{previous.version}/index.html) of {day_of(previous)}. It is a {word}."
        ),
        f"**The reason given:** {markdown_text(m.reason)}",
        conclusion_words(found),
        f"In all: {counted(found)}.",
        *change_tables(found, previous.version, edition.version),
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def conclusion_words(found: list[Change]) -> str:
    """Whether a reader has to think anew, in one sentence."""
    several = [c for c in found if c.conclusion]
    if not several:
        return (
            "**No conclusion changed.** Each status, result against a target and direction that both editions have is"
            " the same."
        )
    own = [c for c in several if "#" not in c.id] or several  # the same conclusion may stand in several tables
    words = "; ".join(f"{markdown_text(c.label)}: {_became(c)}" for c in own[:6])
    return (
        f"**{'A conclusion' if len(own) == 1 else 'Conclusions'} changed.**"
        f" {words}{'; and others, below' if len(own) > 6 else ''}."
    )


def _became(change: Change) -> str:
    before = f"“{markdown_text(change.before)}”"
    return f"{before} became “{markdown_text(change.after)}”" if change.after else f"{before} is not given any more"


def change_tables(found: list[Change], before: str, after: str) -> list[str]:
    """One table for each kind of change; a long one is folded."""
    parts = []
    for kind in KINDS:
        chosen = [c for c in found if c.kind == kind]
        if not chosen:
            continue
        columns = [Column("What", is_row_header=True), Column(before), Column(after)]
        if kind == SENTENCE:
            columns = [Column(before, is_row_header=True), Column(after)]
        rows = [[_what(c), *cells(c)] if kind != SENTENCE else list(cells(c)) for c in chosen]
        table: str = table_html(f"{CHANGE_WORDS[kind]}: {len(chosen)}", columns, rows, "changes")
        if len(chosen) > LONG_TABLE:
            table = (
                f'<details class="fold">\n<summary>{CHANGE_WORDS[kind]}: {len(chosen)}</summary>\n{table}\n</details>'
            )
        parts.append(f"## {CHANGE_WORDS[kind]}\n{fenced(table)}")
    return parts


def cells(change: Change) -> tuple[str, str]:
    """Before and after as HTML; what is new or gone is said in words."""
    return html.escape(change.before) or "<em>(new)</em>", html.escape(change.after) or "<em>(no longer there)</em>"


def _what(change: Change) -> str:
    return f"{html.escape(change.label)}{' <strong>(conclusion)</strong>' if change.conclusion else ''}"
