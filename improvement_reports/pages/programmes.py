"""Golden threads and programmes of all authorities."""

from collections import Counter

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import demonstration_note, under
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import (
    GRADE_WORDS,
    INSPECTION_WORDS,
    STATUS_MARKS,
    Grade,
    InspectionKind,
    Status,
)
from improvement_reports.domain.wording import priorities_in_doubt
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.facts import Facts
from improvement_reports.method.audit_entry import Entry
from improvement_reports.method.referrals import Referrals
from improvement_reports.method.thread import threads
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.pages.all_reports import PROGRAMMES, THREAD, AllReports
from improvement_reports.pages.page_of_parts import Page, PageParameters, Part, page_of, write_page
from improvement_reports.sections.official import CONTROL_COLUMNS, control_summary
from improvement_reports.sections.tables import figure_table
from improvement_reports.sections.thread import thread_chart, thread_table, without_evidence
from improvement_reports.workspace.outlines import Outlined


def write_golden_thread(all_of: AllReports, key: str) -> None:
    home, returns = all_of.authorities[key], all_of.returns[key]
    found = threads(returns)
    month, tables = returns[-1]
    facts = Facts(key, month, home, all_of.measures, tables, [t for _, t in returns[:-1]])
    page = Page(PageParameters(key, month), facts)
    chart = thread_chart(facts, found, key)
    facts.take_figures()
    table = thread_table(page, facts, found)
    parts: list[Part] = [
        *([Block(demonstration_note(), form=HTML)] if home.illustrative else []),
        (
            "From each recommendation of an inspection to the priorities, steps and measures that answer it, and where"
            f" these stand in the newest report held ({nb.format_day(month)}). A link that no document states is marked"
            " as judged here."
        ),
        chart,
        Block(table, form=HTML),
        Block(without_evidence(found), form=HTML),
    ]
    write_page(
        all_of.project.reports / key / THREAD,
        f"{home.short_name}: golden thread",
        f"What inspections asked of {home.short_name}, and what answers it",
        month,
        parts,
        facts.take_figures(),
        all_of.sources_of(key),
        key,
        home.illustrative,
    )


PROGRAMME_COLUMNS = [Column("date", "Date", is_row_header=True), Column("what", "What"), Column("said", "What it says")]


def write_programmes(all_of: AllReports) -> None:
    page = page_of("", all_of.month)
    parts: list[Part] = [
        "The improvement programmes of the authorities on this site side by side: inspections and visits, judgements,"
        " notices and reports, in the order of their dates."
    ]
    for key in all_of.keys:
        if not all_of.returns[key]:
            continue
        rows, used = _programme_rows(all_of, key)
        name = all_of.authorities[key].short_name
        parts += [
            f"## {markdown_text(name)}",
            Block(
                figure_table(
                    page,
                    f"programme.{key}",
                    f"{name}: inspections, notices and reports",
                    PROGRAMME_COLUMNS,
                    rows,
                    used,
                    "programme",
                ),
                form=HTML,
            ),
        ]
    if all_of.official is not None:
        parts += ["## Monthly referrals under process control", *_summary_of_controls(all_of, all_of.official, page)]
    write_page(
        all_of.project.reports / PROGRAMMES,
        "The programmes side by side",
        "Inspections, judgements, notices and reports of each authority over time",
        all_of.month,
        parts,
        page.facts.take_figures(),
        all_of.sources,
    )


def _programme_rows(all_of: AllReports, key: str) -> tuple[list[dict[str, str]], list]:
    dated, used, seen = [], [], set()
    for _, tables in all_of.returns[key]:
        grades = tables["judgements"]
        for _, row in tables["inspections"].iterrows():
            if row["inspection_id"] in seen:
                continue
            seen.add(row["inspection_id"])
            mine = grades[grades["inspection_id"] == row["inspection_id"]]
            words = "; ".join(
                f"{r['area']}: {GRADE_WORDS[Grade(r['grade'])]}"
                for _, r in mine.iterrows()
                if r["grade"] != Grade.NOT_GRADED
            )
            said = ". ".join(x.rstrip(".") for x in (row["headline"], words) if x)
            state = "" if row["status"] == "happened" else " (expected then)"
            dated.append((row["date"], INSPECTION_WORDS[InspectionKind(row["kind"])] + state, said or row["title"]))
            used += [row, *(r for _, r in mine.iterrows())]
        for _, row in tables["milestones"].iterrows():
            if row["kind"] == "notice" and row["status"] == "happened":
                dated.append((row["date"], "Notice", row["title"]))
                used.append(row)
    for r in all_of.reports:
        if r.authority == key and r.kind.has_return:
            dated.append(
                (
                    r.meeting.date,
                    f"Report to {r.meeting.body}" if not r.kind.is_letter else "Letter, and what answered it",
                    _report_cell(all_of, r),
                )
            )
    dated.sort(key=lambda d: d[0])
    return [{"date": nb.format_day(d), "what": w, "said": s} for d, w, s in dated], used


def _report_cell(all_of: AllReports, r: Outlined) -> Markup:
    """The link to a report, and how the priorities of its month were rated."""
    link = fill("pages/programme_report.html", report=r, title=r.title)
    words = _statuses(all_of, r.authority, r.month)
    return under(link, words) if words else link


def _statuses(all_of: AllReports, key: str, month: str) -> str:
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
    return f"impact of {nb.counted(len(rated), 'priority', 'priorities')}: {words}"


def _summary_of_controls(all_of: AllReports, official: OfficialStatistics, page: Page) -> list[Part]:
    series = [
        (all_of.authorities[k].short_name, Referrals(official, all_of.authorities[k].la_code))
        for k in all_of.keys
        if not all_of.authorities[k].illustrative
    ]
    rows = control_summary(series)
    used = [r for _, found in series for _, r in found.rows.iterrows()]
    links = ", ".join(
        f"[{markdown_text(all_of.authorities[k].short_name)}](../{r.authority}/{r.month}/{r.kind}/index.html)"
        for k in all_of.keys
        for r in all_of.reports
        if r.authority == k and not r.kind.has_return
    )
    return [
        Block(
            figure_table(
                page,
                "control.summary",
                "Control charts of monthly referrals, 36 months to the last March known by"
                f" {nb.format_day(all_of.known_by)}",
                CONTROL_COLUMNS,
                rows,
                used,
            ),
            form=HTML,
        ),
        f"One row for each series, made from the same charts as are drawn in the profiles: {links}." if links else "",
    ]


def summary_frame(entries: list[Entry]) -> pd.DataFrame:
    """Number of entries by check and outcome, for tests and for closing a session."""
    return (
        pd.DataFrame([(e.check, e.outcome.value) for e in entries], columns=["check", "outcome"])
        .value_counts()
        .reset_index()
    )
