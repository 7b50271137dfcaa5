"""Boxes of the first screen of reports to a committee, a cabinet or after an inspection: what is asked, what must
improve, what was found, what it costs, what is at risk and what is next.
"""

from textwrap import shorten

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.due_words import due_shown
from improvement_reports.domain.markup import joined, mark_html
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import as_markup, fill
from improvement_reports.domain.vocabulary import (
    ASSESSMENT_MARKS,
    Assessment,
    FinanceKind,
    MilestoneState,
    StatementList,
)
from improvement_reports.method.progress import Position
from improvement_reports.report import Report
from improvement_reports.sections.boxes import LONGEST, MOST, Box, without_measure
from improvement_reports.sections.decisions import open_decisions
from improvement_reports.sections.formal import period_title
from improvement_reports.sections.inspection import recommendation_rows, recommendation_words
from improvement_reports.sections.key_table import is_worth_a_table
from improvement_reports.sections.measure_cells import stated_words

AMOUNT_WORDS = {
    FinanceKind.BUDGET: "Allocated",
    FinanceKind.FUNDING: "Funding",
    FinanceKind.SPEND: "Spent or committed",
    FinanceKind.PRESSURE: "Cost pressure",
    FinanceKind.FORECAST: "Forecast",
    FinanceKind.VARIANCE: "Variance",
    FinanceKind.MOVEMENT: "Movement of the forecast",
}
MOST_AMOUNTS = 4
AHEAD = "What happens next"  # where all of it is over, the page says that it was to
MOST_RECOMMENDATIONS = 6
LONGEST_STATEMENT = 84  # letters of a statement, which stands whole in its section


def asked(report: Report, positions: list[Position]) -> Box:
    """What the body that receives the report is asked to do or to decide: decisions first, with when they are due."""
    found = [_decision(row) for row in open_decisions(report)]
    return Box("What is asked", [*found, *_statements(report, StatementList.ASK)][:MOST])


def _decision(row: pd.Series) -> Markup:
    """A decision that is still to be made, cut where it is long, and by when."""
    words, due = shorten(row["text"].rstrip("."), LONGEST_STATEMENT, placeholder=" …"), due_shown(row)
    return as_markup(f"Decide: {words}{f', {due}' if due else ''}")


def risks(report: Report, positions: list[Position]) -> Box:
    """The risks that the report names."""
    return Box("What is at risk", _statements(report, StatementList.RISK), ("all of them", "risks-and-implications"))


def _statements(report: Report, name: StatementList) -> list[Markup]:
    table = report.facts.tables["statements"]
    return [_statement(row) for row in rows_of(table[table["list"] == name])[:MOST]]


def _statement(row: pd.Series) -> Markup:
    """A statement as its list has it, cut where it is long."""
    text = row["text"] if row["list"] == StatementList.ASK or not row["title"] else f"{row['title']}: {row['text']}"
    return as_markup(shorten(text.rstrip("."), LONGEST_STATEMENT, placeholder=" …"))


def must_improve(report: Report, positions: list[Position]) -> Box:
    """What the inspectorate says must improve, and of which no measure tells how far it has come."""
    rows = recommendation_rows(report)
    missing = set(without_measure(report))
    items = [
        fill(
            "sections/must_improve.html",
            recommendation_id=r["recommendation_id"],
            name=r["name"],
            is_unmeasured=r["name"] in missing,
        )
        for r in rows[:MOST_RECOMMENDATIONS]
    ]
    if not rows:
        return Box("What must improve", [])
    count = report.facts.show(report.facts.count_figure("recommendations", "Recommendations", rows))
    return Box("What must improve", [joined(recommendation_words(rows), ": ", count), *items])


def found(report: Report, positions: list[Position]) -> Box:
    """How many strengths and weaknesses were found, and where most weaknesses are."""
    table, facts = report.facts.tables["findings"], report.facts
    if table.empty:
        return Box("What was found", [])
    items = []
    for kind in Assessment:
        mine = rows_of(table[table["assessment"] == kind])
        number = facts.show(facts.count_figure(f"findings.{kind}", f"Findings: {kind}", mine))
        items.append(joined(mark_html(ASSESSMENT_MARKS[kind]), " ", number))
    weak = table[table["assessment"] == Assessment.WEAKNESS]["theme"].value_counts()
    if len(weak):
        items.append(as_markup(f"Most weaknesses: {', '.join(weak.index[:MOST]).lower()}"))
    return Box("What was found", items)


def money(report: Report, positions: list[Position]) -> Box:
    """Stated totals, each kind and period once; without any total every line under its own name, for none stands for
    the others.
    """
    table, facts = report.facts.tables["finance"], report.facts
    has_totals = bool(table["is_total"].any())
    rows = table[table["is_total"]].drop_duplicates(["kind", "period"]) if has_totals else table
    in_full = nb.mixes_units(rows["amount_gbp"])
    items = [
        joined(_amount_words(r, has_totals), ": ", facts.show(facts.amount_figure(r, in_full)))
        for r in rows_of(rows)[:MOST_AMOUNTS]
    ]
    rest = len(rows) - MOST_AMOUNTS
    return Box("What it costs", items, (f"and {nb.counted(rest, 'more amount')}", "money") if rest > 0 else ("", ""))


def _amount_words(row: pd.Series, is_total: bool) -> str:
    """Allocated, 2021 to 2022; of a single line its name too."""
    period = period_title(row["period"])
    words = f"{AMOUNT_WORDS[FinanceKind(row['kind'])]}, {period[:1].lower()}{period[1:]}"
    return words if is_total else f"{words}, {row['line']}"


def ahead(report: Report, positions: list[Position]) -> Box:
    """The next dates and visits after the meeting, each with what it is of."""
    facts, meeting = report.facts, report.params.meeting.date
    dates, visits = (
        t[t["status"] == MilestoneState.EXPECTED] for t in (facts.tables["milestones"], facts.tables["inspections"])
    )
    known = [(r["date"], facts.date_figure(r), r["title"]) for r in rows_of(dates)]
    known += [(r["date"], facts.inspection_date_figure(r), r["title"]) for r in rows_of(visits)]
    coming = sorted((f for f in known if nb.last_day(f[0]).isoformat() > meeting), key=lambda f: f[0])
    items = [
        joined(facts.show(figure, css_class="n date"), " ", shorten(title, LONGEST, placeholder=" …"))
        for _, figure, title in coming[:MOST]
    ]
    return Box(AHEAD, items)


def in_figures(report: Report, positions: list[Position]) -> Box:
    """The key measures where only their newest values are known: a list says as much as a table of one column."""
    facts = report.facts
    items = [
        fill(
            "sections/in_figures.html",
            label=facts.measures[at.measure_id].label,
            value=facts.dated_value(at.current),
            earlier="" if at.previous is None else facts.dated_value(at.previous),
            theirs=stated_words(report, at),
        )
        for at in positions
    ]
    return Box("In figures", [] if is_worth_a_table(positions) else items)


def stated_changes(report: Report, positions: list[Position]) -> Box:
    """The changes that the source states of the parts of its measures."""
    facts = report.facts
    table = facts.tables["observations"]
    stated = rows_of(table[table["change"].notna() & (table["category"] != "")])
    items = [
        fill(
            "sections/stated_change.html",
            name=str(r["category"]).capitalize(),
            value=facts.dated_value(r),
            change=facts.show(facts.stated_change_figure(r)),
        )
        for r in stated[:MOST]
    ]
    return Box("The plan’s own measures, as the source states them", items)
