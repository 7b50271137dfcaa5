"""The first screen of the reports that have no dashboard of statuses: is it better, what must improve, what was found,
what is next.
"""

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import mark_html
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.vocabulary import ASSESSMENT_MARKS, Assessment, FinanceKind, MilestoneState
from improvement_reports.facts.blocks import Block
from improvement_reports.report import Report
from improvement_reports.sections.formal import period_title
from improvement_reports.sections.inspection import recommendation_rows, recommendation_words
from improvement_reports.sections.tally import signs
from improvement_reports.sections.thread import report_threads

AMOUNT_WORDS = {
    FinanceKind.BUDGET: "Allocated",
    FinanceKind.FUNDING: "Funding",
    FinanceKind.SPEND: "Spent or committed",
    FinanceKind.PRESSURE: "Cost pressure",
}
MOST_AMOUNTS = 6


def brief(report: Report) -> Block:
    """Cards that answer in one screen; a card without content is left out."""
    return report.html(
        "sections/brief.html",
        better=_better(report),
        must_improve=_must_improve(report),
        found=_found(report),
        money=_money(report),
        ahead=_ahead(report),
    )


def _better(report: Report) -> dict:
    """The changes that the source states of parts, and how many measures moved which way."""
    facts = report.facts
    positions = facts.main_positions()
    is_compared = any(
        at.change is not None and facts.measures[at.measure_id].better_when != "neutral" for at in positions
    )
    stated = facts.tables["observations"]
    stated = stated[stated["change"].notna() & (stated["category"] != "")]
    changes = [
        {
            "name": str(r["category"]).capitalize(),
            "value": facts.dated_value(r),
            "change": facts.show(facts.stated_change_figure(r)),
        }
        for r in rows_of(stated)
    ]
    if not (is_compared or changes or positions):
        return {}
    return {"changes": changes, "is_compared": is_compared, "signs": signs(facts) if is_compared else {}}


def _must_improve(report: Report) -> dict:
    rows = recommendation_rows(report)
    if not rows:
        return {}
    own = {r["recommendation_id"] for r in rows}
    threads = [t for t in report_threads(report) if t.recommendation["recommendation_id"] in own]
    missing = [t.recommendation["name"] for t in threads if not t.has_evidence]
    count = report.facts.show(report.facts.count_figure("recommendations", "Recommendations", rows))
    names = [(r["name"], r["name"] in missing) for r in rows]
    return {"words": recommendation_words(rows), "count": count, "names": names}


def _found(report: Report) -> dict:
    table = report.facts.tables["findings"]
    if table.empty:
        return {}
    counts = []
    for kind in Assessment:
        mine = rows_of(table[table["assessment"] == kind])
        shown = report.facts.show(report.facts.count_figure(f"findings.{kind}", f"Findings: {kind}", mine))
        counts.append((mark_html(ASSESSMENT_MARKS[kind]), shown))
    weak = table[table["assessment"] == Assessment.WEAKNESS]["theme"].value_counts()
    return {"counts": counts, "weakest": ", ".join(weak.index[:3]).lower()}


def _money(report: Report) -> dict:
    table, facts = report.facts.tables["finance"], report.facts
    if table.empty:
        return {}
    # Stated totals, each kind and period once; without any total every line under its own name, for none stands for the
    # others.
    has_totals = bool(table["is_total"].any())
    rows = (table[table["is_total"]].drop_duplicates(["kind", "period"]) if has_totals else table).head(MOST_AMOUNTS)
    in_full = nb.mixes_units(rows["amount_gbp"])
    amounts = [(_amount_words(r, has_totals), facts.show(facts.amount_figure(r, in_full))) for r in rows_of(rows)]
    return {"amounts": amounts, "has_more": not has_totals and len(table) > MOST_AMOUNTS}


def _amount_words(row: pd.Series, is_total: bool) -> str:
    """Allocated, 2021 to 2022; of a single line its name too."""
    period = period_title(row["period"])
    words = f"{AMOUNT_WORDS[FinanceKind(row['kind'])]}, {period[:1].lower()}{period[1:]}"
    return words if is_total else f"{words}, {row['line']}"


def _ahead(report: Report, most: int = 4) -> list[tuple[Markup, str]]:
    """The next dates and visits after the meeting, each with what it is of."""
    facts, meeting = report.facts, report.params.meeting.date
    dates, visits = (
        t[t["status"] == MilestoneState.EXPECTED] for t in (facts.tables["milestones"], facts.tables["inspections"])
    )
    found = [(r["date"], facts.date_figure(r), r["title"]) for r in rows_of(dates)]
    found += [(r["date"], facts.inspection_date_figure(r), r["title"]) for r in rows_of(visits)]
    found = [f for f in found if nb.last_day(f[0]).isoformat() > meeting]
    nearest = sorted(found, key=lambda f: f[0])[:most]
    return [(facts.show(figure, css_class="n date"), title) for _, figure, title in nearest]
