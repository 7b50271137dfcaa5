"""The page of what changed from one edition of a report to the next."""

from markupsafe import Markup

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import demonstration_note, fenced, fold, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.editions.changes import CHANGE_WORDS, KINDS, SENTENCE, Change, counted
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.manifest import CORRECTION, EDITION_WORDS, REVISION
from improvement_reports.pages.edition import day_of

LONG_TABLE = 25


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
        caption = f"{CHANGE_WORDS[kind]}: {len(chosen)}"
        body = table(caption, _change_columns(kind, before, after), [_change_row(c) for c in chosen], "changes")
        if len(chosen) > LONG_TABLE:
            body = fold(caption, body)
        parts.append(f"## {CHANGE_WORDS[kind]}\n{fenced(body)}")
    return parts


def _change_columns(kind: str, before: str, after: str) -> list[Column]:
    """A sentence is its own name; the other things have one."""
    if kind == SENTENCE:
        return [Column("before", before, is_row_header=True), Column("after", after)]
    return [Column("what", "What", is_row_header=True), Column("before", before), Column("after", after)]


def _change_row(change: Change) -> dict[str, Markup]:
    """What changed, before and after; what is new or gone is said in words."""
    return {
        "what": fill("pages/changed_thing.html", label=change.label, is_conclusion=change.conclusion),
        "before": fill("pages/value_before.html", value=change.before),
        "after": fill("pages/value_after.html", value=change.after),
    }
