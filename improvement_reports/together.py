"""The pages that all reports make together: claims audit, golden threads, comparison of authorities, the programmes over time."""

import html
from collections import Counter

import pandas as pd

from improvement_reports.charts.canvas import NARROW, WIDE
from improvement_reports.charts.strip import strip_svg
from improvement_reports.compose import lay_page, page_of
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import Column, demonstration_note, plain, slug, table_html
from improvement_reports.domain.origins import named_sources
from improvement_reports.domain.vocabulary import (
    GRADE_WORDS,
    INSPECTION_WORDS,
    STATUS_MARKS,
    BetterWhen,
    ClaimOutcome,
    Grade,
    InspectionKind,
    Status,
)
from improvement_reports.domain.wording import priorities_in_doubt
from improvement_reports.facts.blocks import HTML, Block, ChartBlock, provenance_link
from improvement_reports.facts.facts import Facts
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.method.audit import (
    Entry,
    balance_entries,
    claim_entries,
    event_entries,
    official_entries,
    restated_entries,
    total_entries,
)
from improvement_reports.method.claims import Known
from improvement_reports.method.referrals import Referrals
from improvement_reports.method.thread import threads
from improvement_reports.official.definitions import load_sources, year_words
from improvement_reports.official.statistics import OfficialStatistics, open_official
from improvement_reports.returns.prepared import read_processed
from improvement_reports.returns.series import known_returns
from improvement_reports.sections.official import control_summary
from improvement_reports.sections.tables import figure_table
from improvement_reports.sections.thread import thread_chart, thread_table, without_evidence
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import ReportParameters, Source, load_profiles
from improvement_reports.workspace.places import Project

OUTCOME_ORDER = [ClaimOutcome.DIFFERS, ClaimOutcome.CANNOT_BE_RECOMPUTED, ClaimOutcome.AGREES_AFTER_ROUNDING, ClaimOutcome.AGREES]
OUTCOME_WORDS = {**{o: o.value.capitalize() for o in ClaimOutcome}}
AUDIT, COMPARE, PROGRAMMES, THREAD = "audit", "compare", "programmes", "thread"


class Together:
    """Everything that the pages are made of: returns by authority, their sources, the official statistics of today."""

    def __init__(self, project: Project, reports: list[ReportParameters]):
        self.project, self.reports = project, reports
        self.authorities, self.measures = load_authorities(project), load_measures(project)
        everyone = sorted({r.authority for r in reports})
        # What is made up stands beside nothing real.
        self.keys = [k for k in everyone if not self.authorities[k].illustrative] or everyone
        # A return whose report is not on the site is not known here either.
        months = {(r.authority, r.month) for r in reports}
        self.returns = {key: [(m, t) for m, t in known_returns(project, key) if (key, m) in months] for key in everyone}
        profiles = load_profiles(project)
        self.known_by = profiles.known_by if profiles else "9999-12-31"
        self.official: OfficialStatistics | None = open_official(project, self.known_by)
        self.sources: dict[str, Source] = {}
        self.received: dict[tuple[str, str], str] = {}
        for key in everyone:
            for month, _ in self.returns[key]:
                info = read_processed(project.processed_return(key, month))[1]["info"]
                self.sources |= named_sources(f"{key}/{month}", info.sources)
                self.received[key, month] = info.received
        if self.official is not None:
            self.sources |= load_sources(project)
        self.month = max((r.month for r in reports if r.authority in self.keys), default="2000-01")


def lay_comparison(project: Project, reports: list[ReportParameters]) -> None:
    """Write the pages that compare all English authorities, which depend on official statistics alone."""
    _lay_compare(Together(project, reports))


def lay_together(project: Project, reports: list[ReportParameters]) -> None:
    """Write the other pages. All are there without reports and without official statistics too, for the navigation leads to them."""
    all_of = Together(project, reports)
    _lay_audit(all_of)
    for key in all_of.returns:
        if any(len(t["recommendations"]) for _, t in all_of.returns[key]):
            _lay_thread(all_of, key)
    _lay_programmes(all_of)


# Claims audit


def audit_entries(all_of: Together) -> list[Entry]:
    """Everything that was checked, of every return."""
    found: list[Entry] = []
    for key in all_of.keys:
        home, returns = all_of.authorities[key], all_of.returns[key]
        for n, (month, tables) in enumerate(returns):
            facts = Facts(key, month, home, all_of.measures, tables, [t for _, t in returns[:n]])
            then = open_official(all_of.project, nb.last_day(all_of.received[key, month]).isoformat())
            known = Known(facts.observations, facts.targets, key, month, tables["finance"], then, home.la_code)
            found += claim_entries(key, month, known, tables["claims"])
            found += balance_entries(key, month, tables["observations"], all_of.measures)
            found += total_entries(key, month, tables["finance"])
            if all_of.official is not None:
                found += official_entries(key, month, tables["observations"], all_of.measures, all_of.official, home.la_code)
        found += restated_entries(key, returns, all_of.measures) + event_entries(key, returns)
    return found


def _lay_audit(all_of: Together) -> None:
    page, entries = page_of("", all_of.month), audit_entries(all_of)
    counts = Counter((e.check, e.outcome) for e in entries)
    checks = list(dict.fromkeys(e.check for e in entries))
    rows = [[html.escape(c.capitalize()), *(str(counts[c, o]) for o in OUTCOME_ORDER), str(sum(counts[c, o] for o in OUTCOME_ORDER))] for c in checks]
    columns = [Column("What was checked", is_row_header=True), *(Column(OUTCOME_WORDS[o], is_number=True) for o in OUTCOME_ORDER), Column("All", is_number=True)]
    summary = figure_table(page, "audit.summary", "Checks by outcome", columns, rows, [r for e in entries for r in e.rows])
    own = [e for e in entries if e.check != "official statistics"]
    parts = [
        "Every stated number that can be recomputed was recomputed, every total added up, every event that is dated twice looked at, and every measure that the "
        "Department for Education publishes too set beside its figure. Nothing is corrected: the reports show what the sources state, with a data note where a reader would be misled.",
        Block(summary, form=HTML),
        "## What differs",
        Block(_audit_table(all_of, page, "audit.differs", "Statements of the documents that do not follow from their own figures, or contradict each other", [e for e in own if e.outcome == ClaimOutcome.DIFFERS]), form=HTML),
        "## Beside the official statistics",
        "The council’s figure and the department’s for the same date, with how their definitions differ. “Differs” names a gap that neither rounding nor the definitions explain; "
        "“cannot be recomputed” means that the two count different things, so that a gap proves nothing. "
        f"This page knows what had been published by {nb.format_day(all_of.known_by)}; a report shows only what was out by its meeting.",
        Block(_audit_table(all_of, page, "audit.official", "Stated and official figures side by side", sorted((e for e in entries if e.check == "official statistics"), key=lambda e: OUTCOME_ORDER.index(e.outcome)), "Published by DfE"), form=HTML),
        "## Everything else that was checked",
    ]
    for outcome in OUTCOME_ORDER[1:]:
        chosen = [e for e in own if e.outcome == outcome]
        if chosen:
            table = _audit_table(all_of, page, f"audit.{slug(outcome)}", f"{OUTCOME_WORDS[outcome]}: {len(chosen)}", chosen)
            parts.append(Block(f'<details class="fold">\n<summary>{OUTCOME_WORDS[outcome]}: {len(chosen)}</summary>\n{table}\n</details>', form=HTML))
    lay_page(all_of.project.reports / AUDIT, "Claims audit", "What the documents state, recomputed, and where they contradict themselves, each other or the official statistics", all_of.month, parts, page.facts.take_figures(), all_of.sources)


def _audit_table(all_of: Together, page, table_id: str, caption: str, entries: list[Entry], other: str = "Recomputed, or stated elsewhere") -> str:
    if not entries:
        return "<p>None.</p>"
    rows = []
    for e in entries:
        text = html.escape(e.text) + (f'<br><span class="when">{html.escape(e.remark)}</span>' if e.remark else "")
        who = f'{html.escape(all_of.authorities[e.authority].short_name)}<br><span class="when">{nb.format_day(e.month)}, {e.check}</span>'
        rows.append([text, who, html.escape(e.stated), html.escape(e.found), html.escape(e.gap), html.escape(e.outcome.value)])
    columns = [Column("What is stated", is_row_header=True), Column("Document"), Column("Stated"), Column(other), Column("Apart by", is_number=True), Column("Outcome")]
    return figure_table(page, table_id, caption, columns, rows, [r for e in entries for r in e.rows], "audit")


# Golden thread


def _lay_thread(all_of: Together, key: str) -> None:
    home, returns = all_of.authorities[key], all_of.returns[key]
    found = threads(returns)
    month, tables = returns[-1]
    facts = Facts(key, month, home, all_of.measures, tables, [t for _, t in returns[:-1]])
    page = page_of(key, month)
    page.facts = facts
    chart = thread_chart(facts, found, key)
    facts.take_figures()
    table = thread_table(page, facts, found)
    parts = [
        *([Block(demonstration_note(), form=HTML)] if home.illustrative else []),
        f"From each recommendation of an inspection to the priorities, steps and measures that answer it, and where these stand in the newest report held ({nb.format_day(month)}). "
        "A link that no document states is marked as judged here.",
        chart, Block(table, form=HTML), Block(without_evidence(found), form=HTML),
    ]  # fmt: skip
    lay_page(all_of.project.reports / key / THREAD, f"{home.short_name}: golden thread", f"What inspections asked of {home.short_name}, and what answers it", month, parts, facts.take_figures(), all_of.sources, key, home.illustrative)


# Programmes over time


def _lay_programmes(all_of: Together) -> None:
    page, parts = page_of("", all_of.month), []
    parts.append("The improvement programmes of the authorities on this site side by side: inspections and visits, judgements, notices and reports, in the order of their dates.")
    for key in all_of.keys:
        if not all_of.returns[key]:
            continue
        rows, used = _programme_rows(all_of, key)
        name = all_of.authorities[key].short_name
        columns = [Column("Date", is_row_header=True), Column("What"), Column("What it says")]
        parts += [f"## {markdown_text(name)}", Block(figure_table(page, f"programme.{key}", f"{name}: inspections, notices and reports", columns, rows, used, "programme"), form=HTML)]
    if all_of.official is not None:
        parts += ["## Monthly referrals under process control", *_summary_of_controls(all_of, page)]
    lay_page(all_of.project.reports / PROGRAMMES, "The programmes side by side", "Inspections, judgements, notices and reports of each authority over time", all_of.month, parts, page.facts.take_figures(), all_of.sources)


def _programme_rows(all_of: Together, key: str) -> tuple[list, list]:
    dated, used, seen = [], [], set()
    for _, tables in all_of.returns[key]:
        grades = tables["judgements"]
        for _, row in tables["inspections"].iterrows():
            if row["inspection_id"] in seen:
                continue
            seen.add(row["inspection_id"])
            mine = grades[grades["inspection_id"] == row["inspection_id"]]
            words = "; ".join(f"{r['area']}: {GRADE_WORDS[Grade(r['grade'])]}" for _, r in mine.iterrows() if r["grade"] != Grade.NOT_GRADED)
            said = ". ".join(x.rstrip(".") for x in (row["headline"], words) if x)
            state = "" if row["status"] == "happened" else " (expected then)"
            dated.append((row["date"], INSPECTION_WORDS[InspectionKind(row["kind"])] + state, html.escape(said or row["title"])))
            used += [row, *(r for _, r in mine.iterrows())]
        for _, row in tables["milestones"].iterrows():
            if row["kind"] == "notice" and row["status"] == "happened":
                dated.append((row["date"], "Notice", html.escape(row["title"])))
                used.append(row)
    for r in all_of.reports:
        if r.authority == key and str(r.kind) != "profile":
            dated.append((r.meeting.date, f"Report to {r.meeting.body}" if str(r.kind) != "inspection" else "Letter, and what answered it", f'<a href="../{key}/{r.month}/{r.kind}/index.html">{html.escape(r.title)}</a>{_statuses(all_of, key, r.month)}'))
    dated.sort(key=lambda d: d[0])
    return [[nb.format_day(d), html.escape(w), s] for d, w, s in dated], used


def _statuses(all_of: Together, key: str, month: str) -> str:
    tables = dict(all_of.returns[key]).get(month)
    if tables is None:
        return ""
    rated = tables["priorities"][tables["priorities"]["impact_status"] != ""]
    if rated.empty:
        return ""
    counts = Counter(rated["impact_status"])
    words = ", ".join(f"{n} {STATUS_MARKS[Status(s)].word.lower()}" for s, n in sorted(counts.items()))
    if doubted := sum(key in priorities_in_doubt(tables["notes"]) for key in rated["priority_id"]):
        words += f"; the source’s marks of {doubted} are in doubt"
    return f'<br><span class="when">impact of {nb.counted(len(rated), "priority", "priorities")}: {words}</span>'


def _summary_of_controls(all_of: Together, page) -> list:
    series = [(all_of.authorities[k].short_name, Referrals(all_of.official, all_of.authorities[k].la_code)) for k in all_of.keys if not all_of.authorities[k].illustrative]
    rows = control_summary(series)
    columns = [Column("Referrals by month", is_row_header=True), Column("Latest", is_number=True), Column("Average", is_number=True), Column("Limits", is_number=True), Column("Flagged months", is_number=True), Column("Variation")]
    used = [r for _, found in series for _, r in found.rows.iterrows()]
    links = ", ".join(f"[{markdown_text(all_of.authorities[k].short_name)}](../{r.authority}/{r.month}/profile/index.html)" for k in all_of.keys for r in all_of.reports if r.authority == k and str(r.kind) == "profile")
    return [
        Block(figure_table(page, "control.summary", f"Control charts of monthly referrals, 36 months to the last March known by {nb.format_day(all_of.known_by)}", columns, rows, used), form=HTML),
        f"One row for each series, made from the same charts as are drawn in the profiles: {links}." if links else "",
    ]


# Comparison of authorities


def _lay_compare(all_of: Together) -> None:
    official, listed = all_of.official, []
    marked = {all_of.authorities[k].la_code: all_of.authorities[k].short_name for k in all_of.keys if not all_of.authorities[k].illustrative}
    for measure_id, measure in official.measures.items() if official else ():
        years = [y for y in official.years(measure_id) if len(official.published(measure_id, y)) >= 20]
        if not years:
            continue
        _lay_measure(all_of, measure_id, years[-1], marked)
        listed.append(f"- [{markdown_text(measure.title)}]({measure_id.replace('_', '-')}/index.html)")
    text = "Each official measure across all English authorities with a value, the authorities of this site marked."
    if not listed:
        text = "This project holds no official statistics to compare authorities by."
    lay_page(all_of.project.reports / COMPARE, "Compare authorities", "Official measures across all English authorities", all_of.month, ["\n".join([text, "", *listed])], [], all_of.sources)


def _lay_measure(all_of: Together, measure_id: str, year: int, marked: dict[str, str]) -> None:
    official, page = all_of.official, page_of("", f"{year}-03")
    measure, rows = official.measure(measure_id), official.published(measure_id, year)
    lower = measure.better_when is BetterWhen.LOWER
    rows = rows.sort_values("value", ascending=lower, kind="stable")
    values = {r["la_code"]: float(r["value"]) for _, r in rows.iterrows()}
    ranks = {c: 1 + sum((v < values[c]) if lower else (v > values[c]) for v in values.values()) for c in values}
    cells = [[html.escape(marked[c]) if c in marked else html.escape(official.area_names[c]), _value(measure, r["value_text"]), str(ranks[c])] for c, r in zip(rows["la_code"], rows.to_dict("records"), strict=True)]
    for cell, code in zip(cells, rows["la_code"], strict=True):
        if code in marked:
            cell[0] = f"<strong>{cell[0]}</strong> <span class='tag'>on this site</span>"
    said = "; ".join(f"{name} {_value(measure, str(values[c]))}, place {ranks[c]} of {len(values)}" for c, name in marked.items() if c in values)
    missing = [name for c, name in marked.items() if c not in values]
    used = [r for _, r in rows.iterrows()]
    columns = [Column("Authority", is_row_header=True), Column("Value", is_number=True), Column("Place", is_number=True)]
    subtitle = f"{measure.title}, {year_words(measure_id, year)}, {len(values)} authorities"
    figure = Figure(slug("chart", "strip", measure_id), "chart", said or subtitle, subtitle, measure_id=measure_id, period=str(year), formula="as published by the Department for Education", inputs=inputs_of(used),
                    data=(tuple(c.title for c in columns), *(tuple(plain(c) for c in r) for r in cells)))  # fmt: skip
    england = official.comparator(measure_id, year, "england", "")
    line = float(england.value) if england and england.value is not None and measure.unit not in ("count", "fte", "pounds") else None
    drawn = [strip_svg(values, {c: n for c, n in marked.items() if c in values}, measure.unit, measure.decimals, line, size) for size in (WIDE, NARROW)]
    table = table_html(f"{subtitle}: the values", columns, cells)
    order = {BetterWhen.LOWER: "lowest (best) first", BetterWhen.HIGHER: "highest (best) first"}.get(measure.better_when, "highest first; neither way is better")
    chart = ChartBlock(figure, html.escape(said or subtitle), html.escape(subtitle), f"Strip of {len(values)} authorities. {said}.", provenance_link(figure, "Rows behind this chart"), table, *drawn, [])
    parts = [markdown_text(measure.definition), chart, f"The table is in the order of the values, {order}." + (f" No value for {markdown_text(', '.join(missing))}." if missing else "")]
    lay_page(all_of.project.reports / COMPARE / measure_id.replace("_", "-"), measure.title, f"All English authorities, {year_words(measure_id, year)}", f"{year}-03", parts, page.facts.take_figures(), all_of.sources)


def _value(measure, text: str) -> str:
    return nb.format_value(text, measure.unit, measure.decimals)


def summary_frame(entries: list[Entry]) -> pd.DataFrame:
    """Number of entries by check and outcome, for tests and for closing a session."""
    return pd.DataFrame([(e.check, e.outcome.value) for e in entries], columns=["check", "outcome"]).value_counts().reset_index()


