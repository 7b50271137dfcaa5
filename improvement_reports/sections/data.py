"""What to know about the data: notes, claims that do not recompute, and the sources."""

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.licences import OWN_WORDS, licence_words
from improvement_reports.domain.markup import fold, joined
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import ClaimOutcome, NoteKind
from improvement_reports.domain.wording import all_of
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.method.claims import stated_words
from improvement_reports.report import Report
from improvement_reports.sections.measures import other_measures_table
from improvement_reports.sections.tables import figure_table
from improvement_reports.workspace.parameters import Source

NOTE_WORDS = {
    NoteKind.CONTRADICTION: "Contradiction",
    NoteKind.SLIP: "Slip",
    NoteKind.AMBIGUITY: "Ambiguity",
    NoteKind.DEFINITION: "Definition",
    NoteKind.GAP: "Gap",
}


NOTE_COLUMNS = [
    Column("kind", "Kind"),
    Column("text", "Note", is_row_header=True),
    Column("locator", "Where in the source"),
]
CLAIM_COLUMNS = [
    Column("text", "What the source states", is_row_header=True),
    Column("stated", "Stated", is_number=True),
    Column("recomputed", "Recomputed", is_number=True),
    Column("outcome", "Outcome"),
]
WORST_FIRST = (
    ClaimOutcome.DIFFERS,
    ClaimOutcome.CANNOT_BE_RECOMPUTED,
    ClaimOutcome.AGREES_AFTER_ROUNDING,
    ClaimOutcome.AGREES,
)


def priority_notes(report: Report, priority: pd.Series) -> Block:
    """What a reader of this section would be misled without: contradictions and slips of the source."""
    notes = report.facts.tables["notes"]
    grave = notes["kind"].isin([NoteKind.CONTRADICTION, NoteKind.SLIP]) | notes["note_id"].str.endswith("-statuses")
    mine = notes[(notes["priority_id"] == priority["priority_id"]) & grave]
    if mine.empty:
        return Block("")
    return report.html(
        "sections/priority_notes.html",
        priority_id=priority["priority_id"],
        texts=list(mine["text"]),
        summary=f"Read with care: {nb.counted(len(mine), 'data note')}",
    )


def notes(report: Report) -> Block:
    """Every data note, the grave kinds first; then the measures of the return that no other section shows."""
    rest = other_measures_table(report)
    table = report.facts.tables["notes"]
    if table.empty and not rest:
        return Block("There are no data notes.")
    return report.block(joined(*(part for part in (_notes_table(report, table), rest) if part), between="\n"), HTML)


def _notes_table(report: Report, table: pd.DataFrame) -> Markup:
    if table.empty:
        return fill("sections/no_notes.html")
    order = {k.value: n for n, k in enumerate(NOTE_WORDS)}
    found = rows_of(table.sort_values("kind", key=lambda s: s.map(order), kind="stable"))
    rows = [{"kind": NOTE_WORDS[NoteKind(r["kind"])], "text": r["text"], "locator": r["locator"]} for r in found]
    body = figure_table(report, "notes", "Data notes", NOTE_COLUMNS, rows, found, "notes")
    return fold(all_of(len(rows), "data note"), body)


def claims(report: Report) -> Block:
    """Claims of the source that do not recompute, and all claims folded."""
    table = report.facts.claims
    if table.empty:
        return Block("The source states no number that can be recomputed.")
    order = {outcome: n for n, outcome in enumerate(WORST_FIRST)}
    found = rows_of(table.sort_values("outcome", key=lambda s: s.map(order), kind="stable"))
    rows = [_claim_row(report, claim) for claim in found]
    failing = [n for n, claim in enumerate(found) if claim["outcome"] == ClaimOutcome.DIFFERS]
    differing = Markup()
    if failing:
        differing = figure_table(
            report,
            "claims.differ",
            "Stated numbers that do not follow from their own figures",
            CLAIM_COLUMNS,
            [rows[n] for n in failing],
            [found[n] for n in failing],
            "claims",
        )
    caption = "Every stated number that can be recomputed"
    everything = figure_table(report, "claims", caption, CLAIM_COLUMNS, rows, rows_of(table), "claims")
    return report.block(joined(differing, fold(all_of(len(rows), "recomputed number"), everything), between="\n"), HTML)


def _claim_row(report: Report, claim: pd.Series) -> dict[str, str]:
    figure = report.facts.claim_figure(claim)
    return {
        "text": claim["text"],
        "stated": stated_words(claim.to_dict()),
        "recomputed": report.facts.show(figure) if figure else "",
        "outcome": claim["outcome"],
    }


def sources(report: Report) -> Block:
    """The documents that the report was made from, and how to recompute it."""
    listed = [_source(key, s, report.info.illustrative) for key, s in report.info.sources.items()]
    return report.html("sections/sources.html", sources=listed, own_words=OWN_WORDS)


def _source(source_id: str, source: Source, is_illustrative: bool) -> dict[str, str]:
    """A document as its entry in the list says it; of what is not known an empty text."""
    meeting = source.meeting
    return {
        "id": source_id,
        "title": source.title,
        "publisher": source.publisher,
        "day": nb.format_day(source.date),
        "body": meeting.body if meeting else "",
        "meeting_day": nb.format_day(meeting.date) if meeting else "",
        "licence": licence_words(source.licence, is_illustrative),
        "url": source.url or "",
        "sha256": source.sha256 or "",
    }
