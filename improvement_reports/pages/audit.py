"""The claims audit over all reports."""

from collections import Counter

from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import fold, slug, under
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import ClaimOutcome
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.facts import Facts
from improvement_reports.method.audit import (
    balance_entries,
    claim_entries,
    event_entries,
    quarter_entries,
    restated_entries,
    total_entries,
)
from improvement_reports.method.audit_entry import Entry
from improvement_reports.method.beside_official import official_entries
from improvement_reports.method.claims import Known
from improvement_reports.method.directions import direction_entries
from improvement_reports.method.outlook import outlook_entries
from improvement_reports.official.statistics import open_official
from improvement_reports.pages.all_reports import AUDIT, AllReports
from improvement_reports.pages.audit_kept import kept_entries
from improvement_reports.pages.page_of_parts import Part, page_of, write_page
from improvement_reports.sections.tables import figure_table

OUTCOME_ORDER = [
    ClaimOutcome.DIFFERS,
    ClaimOutcome.CANNOT_BE_RECOMPUTED,
    ClaimOutcome.FITS,
    ClaimOutcome.AGREES_AFTER_ROUNDING,
    ClaimOutcome.AGREES,
]


OUTCOME_WORDS = {**{o: o.value.capitalize() for o in ClaimOutcome}}


def audit_entries(all_of: AllReports) -> list[Entry]:
    """Everything that was checked, of every return."""
    return [entry for key in all_of.keys for entry in _entries_of(all_of, key)]


def _entries_of(all_of: AllReports, key: str) -> list[Entry]:
    """Everything that was checked of the returns of one authority."""
    found: list[Entry] = []
    home, returns = all_of.authorities[key], all_of.returns[key]
    for n, (month, tables) in enumerate(returns):
        facts = Facts(key, month, home, all_of.measures, tables, [t for _, t in returns[:n]])
        then = open_official(all_of.project, nb.last_day(all_of.received(key, month)).isoformat())
        known = Known(facts.observations, facts.targets, key, month, tables["finance"], then, home.la_code)
        found += claim_entries(key, month, known, tables["claims"])
        found += balance_entries(key, month, tables["observations"], all_of.measures)
        found += total_entries(key, month, tables["finance"])
        if all_of.official is not None:
            found += official_entries(
                key, month, tables["observations"], all_of.measures, all_of.official, home.la_code
            )
    found += restated_entries(key, returns, all_of.measures) + event_entries(key, returns)
    found += quarter_entries(key, returns, all_of.measures)
    found += outlook_entries(key, returns)
    return found + direction_entries(key, returns, all_of.measures, all_of.official, home.la_code)


def write_audit(all_of: AllReports) -> None:
    page, entries = page_of("", all_of.month), kept_entries(all_of, _entries_of)
    own = [e for e in entries if e.check != "official statistics"]
    parts: list[Part] = [
        (
            "Every stated number that can be recomputed was recomputed, every total added up, every event that is dated"
            " twice looked at, and every measure that the Department for Education publishes too set beside its figure."
            " Nothing is corrected: the reports show what the sources state, with a data note where a reader would be"
            " misled."
        ),
        Block(_summary(page, entries), form=HTML),
        "## What differs",
        Block(_differs(all_of, page, own), form=HTML),
        "## Beside the official statistics",
        (
            "The council’s figure, and what it gives for its neighbours, its region and England, beside the department’s of"
            " the nearest day or year, with how their definitions differ. “Fits, of another date” means that it lies"
            " between the official figures before and after; “differs” names a gap that no date explains; “cannot be"
            " recomputed” means that the department publishes no such figure, only one of a whole year, or that the"
            " document does not date its own; each line says which. This page knows what had been published by"
            f" {nb.format_day(all_of.known_by)}; a report shows only what was out by its meeting."
        ),
        Block(_beside_official(all_of, page, entries), form=HTML),
        "## Everything else that was checked",
        *_everything_else(all_of, page, own),
    ]
    write_page(
        all_of.project.reports / AUDIT,
        "Claims audit",
        "What the documents state, recomputed, and where they contradict themselves, each other or the official"
        " statistics",
        all_of.month,
        parts,
        page.facts.take_figures(),
        all_of.sources,
    )


def _summary(page, entries: list[Entry]) -> Markup:
    """How many checks of each kind came out how."""
    counts = Counter((e.check, e.outcome) for e in entries)
    checks = list(dict.fromkeys(e.check for e in entries))
    rows = [
        {
            "check": c.capitalize(),
            **{o.value: str(counts[c, o]) for o in OUTCOME_ORDER},
            "all": str(sum(counts[c, o] for o in OUTCOME_ORDER)),
        }
        for c in checks
    ]
    columns = [
        Column("check", "What was checked", is_row_header=True),
        *(Column(o.value, OUTCOME_WORDS[o], is_number=True) for o in OUTCOME_ORDER),
        Column("all", "All", is_number=True),
    ]
    return figure_table(page, "audit.summary", "Checks by outcome", columns, rows, [r for e in entries for r in e.rows])


def _differs(all_of: AllReports, page, own: list[Entry]) -> Markup:
    """What the documents say that does not agree, of all checks but those against official statistics."""
    caption = "Statements of the documents that do not follow from their own figures, or contradict each other"
    chosen = [e for e in own if e.outcome == ClaimOutcome.DIFFERS]
    return _audit_table(all_of, page, "audit.differs", caption, chosen)


def _beside_official(all_of: AllReports, page, entries: list[Entry]) -> Markup:
    """Stated beside official figures, what differs first."""
    chosen = [e for e in entries if e.check == "official statistics"]
    chosen.sort(key=lambda e: OUTCOME_ORDER.index(e.outcome))
    caption = "Stated and official figures side by side"
    return _audit_table(all_of, page, "audit.official", caption, chosen, "Published by DfE")


def _everything_else(all_of: AllReports, page, own: list[Entry]) -> list[Part]:
    """A folded table for each outcome but “differs” that something has."""
    parts: list[Part] = []
    for outcome in OUTCOME_ORDER[1:]:
        if chosen := [e for e in own if e.outcome == outcome]:
            words = f"{OUTCOME_WORDS[outcome]}: {len(chosen)}"
            table = _audit_table(all_of, page, f"audit.{slug(outcome)}", words, chosen)
            parts.append(Block(fold(words, table), form=HTML))
    return parts


def _audit_table(
    all_of: AllReports,
    page,
    table_id: str,
    caption: str,
    entries: list[Entry],
    other: str = "Recomputed, or stated elsewhere",
) -> Markup:
    if not entries:
        return fill("pages/none.html")
    rows = [
        {
            "text": under(e.text, e.remark) if e.remark else e.text,
            "document": under(all_of.authorities[e.authority].short_name, f"{nb.format_day(e.month)}, {e.check}"),
            "stated": e.stated,
            "found": e.found,
            "gap": e.gap,
            "outcome": e.outcome.value,
        }
        for e in entries
    ]
    columns = [
        Column("text", "What is stated", is_row_header=True),
        Column("document", "Document"),
        Column("stated", "Stated"),
        Column("found", other),
        Column("gap", "Apart by", is_number=True),
        Column("outcome", "Outcome"),
    ]
    return figure_table(page, table_id, caption, columns, rows, [r for e in entries for r in e.rows], "audit")
