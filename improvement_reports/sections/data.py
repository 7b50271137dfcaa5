"""What to know about the data: notes, claims that do not recompute, and the sources."""

import html

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.licences import OWN_WORDS, licence_words
from improvement_reports.domain.markup import Column
from improvement_reports.domain.vocabulary import ClaimOutcome, NoteKind
from improvement_reports.domain.wording import all_of
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.method.claims import stated_words
from improvement_reports.report import Report
from improvement_reports.sections.measures import other_measures_table
from improvement_reports.sections.tables import figure_table

NOTE_WORDS = {
    NoteKind.CONTRADICTION: "Contradiction",
    NoteKind.SLIP: "Slip",
    NoteKind.AMBIGUITY: "Ambiguity",
    NoteKind.DEFINITION: "Definition",
    NoteKind.GAP: "Gap",
}


def priority_notes(report: Report, priority: pd.Series) -> Block:
    """What a reader of this section would be misled without: contradictions and slips of the source."""
    notes = report.facts.tables["notes"]
    grave = notes["kind"].isin([NoteKind.CONTRADICTION, NoteKind.SLIP]) | notes["note_id"].str.endswith("-statuses")
    mine = notes[(notes["priority_id"] == priority["priority_id"]) & grave]
    if mine.empty:
        return Block("")
    items = "".join(f"<li>{html.escape(r['text'])}</li>" for _, r in mine.iterrows())
    return report.block(
        f'<div class="note" role="note" aria-label="Data note, priority {priority["priority_id"]}">\n<p><strong>Data'
        f" note.</strong></p><ul>{items}</ul>\n</div>",
        HTML,
    )


def notes(report: Report) -> Block:
    """Every data note, the grave kinds first; then the measures of the return that no other section shows."""
    rest = other_measures_table(report)
    table = report.facts.tables["notes"]
    if table.empty:
        return (
            report.block(f"<p>There are no data notes.</p>\n{rest}", HTML)
            if rest
            else Block("There are no data notes.")
        )
    order = {k.value: n for n, k in enumerate(NOTE_WORDS)}
    table = table.sort_values("kind", key=lambda s: s.map(order), kind="stable")
    rows = [
        [html.escape(NOTE_WORDS[NoteKind(r["kind"])]), html.escape(r["text"]), html.escape(r["locator"])]
        for _, r in table.iterrows()
    ]
    columns = [Column("Kind"), Column("Note", is_row_header=True), Column("Where in the source")]
    body = figure_table(report, "notes", "Data notes", columns, rows, [r for _, r in table.iterrows()], "notes")
    return report.block(
        f'<details class="fold">\n<summary>{all_of(len(rows), "data note")}</summary>\n{body}\n</details>\n{rest}'.rstrip(),
        HTML,
    )


def claims(report: Report) -> Block:
    """Claims of the source that do not recompute, and all claims folded."""
    facts = report.facts
    table = facts.claims
    if table.empty:
        return Block("The source states no number that can be recomputed.")
    rows, failing = [], []
    order = {
        ClaimOutcome.DIFFERS: 0,
        ClaimOutcome.CANNOT_BE_RECOMPUTED: 1,
        ClaimOutcome.AGREES_AFTER_ROUNDING: 2,
        ClaimOutcome.AGREES: 3,
    }
    for _, claim in table.sort_values("outcome", key=lambda s: s.map(order), kind="stable").iterrows():
        figure = facts.claim_figure(claim)
        cells = [
            html.escape(claim["text"]),
            html.escape(stated_words(claim.to_dict())),
            facts.show(figure) if figure else "",
            html.escape(claim["outcome"]),
        ]
        rows.append(cells)
        if claim["outcome"] == ClaimOutcome.DIFFERS:
            failing.append((claim, cells))
    columns = [
        Column("What the source states", is_row_header=True),
        Column("Stated", is_number=True),
        Column("Recomputed", is_number=True),
        Column("Outcome"),
    ]
    text = ""
    if failing:
        text = figure_table(
            report,
            "claims.differ",
            "Stated numbers that do not follow from their own figures",
            columns,
            [c for _, c in failing],
            [c for c, _ in failing],
            "claims",
        )
    everything = figure_table(
        report,
        "claims",
        "Every stated number that can be recomputed",
        columns,
        rows,
        [c for _, c in table.iterrows()],
        "claims",
    )
    text += (
        "\n<details"
        f' class="fold">\n<summary>{all_of(len(rows), "recomputed number")}</summary>\n{everything}\n</details>'
    )
    return report.block(text, HTML)


def sources(report: Report) -> Block:
    """The documents that the report was made from, and how to recompute it."""
    items = []
    for source_id, s in report.info.sources.items():
        meeting = f" Received by {html.escape(s.meeting.body)}, {nb.format_day(s.meeting.date)}." if s.meeting else ""
        url = f' <a href="{html.escape(s.url)}">{html.escape(s.url)}</a>' if s.url else ""
        hashed = (
            f' <span class="hash">sha256 of the transcribed text: <code>{s.sha256}</code></span>' if s.sha256 else ""
        )
        items.append(
            f'<li id="source-{source_id}"><cite>{html.escape(s.title)}</cite>. {html.escape(s.publisher)},'
            f" {nb.format_day(s.date)}.{meeting}"
            f" {html.escape(licence_words(s.licence, report.info.illustrative))}.{url}{hashed}</li>"
        )
    files = """<ul class="downloads"><li><a href="figures.html">Every figure of this page and where it comes from</a></li>
<li><a href="figures.csv" download>Figures (CSV)</a></li><li><a href="figures.json" download>Figures (JSON)</a></li>
<li><a href="report.ipynb" download>The executed notebook</a></li></ul>"""
    return report.block(
        f'<ul class="sources">{"".join(items)}</ul>\n<p class="small">{html.escape(OWN_WORDS)}</p>\n{files}', HTML
    )
