"""The first screen of the reports that have no dashboard of statuses: is it better, what must improve, what was found,
what is next.
"""

import html

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import mark_html
from improvement_reports.domain.vocabulary import (
    ASSESSMENT_MARKS,
    DIRECTION_MARKS,
    Assessment,
    Direction,
    FinanceKind,
    MilestoneState,
)
from improvement_reports.domain.wording import linked_count
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.report import Report
from improvement_reports.sections.inspection import recommendation_rows, recommendation_words
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
    cards = [_better(report), _must_improve(report), _found(report), _money(report), _next(report)]
    return report.block(f'<div class="glance">\n{"".join(c for c in cards if c)}</div>', HTML)


def _card(title: str, body: str) -> str:
    return f'<div class="card"><h3>{title}</h3>\n{body}</div>\n'


def _better(report: Report) -> str:
    facts = report.facts
    compared = [
        at
        for at in facts.main_positions()
        if at.change is not None and facts.measures[at.measure_id].better_when != "neutral"
    ]
    changes = facts.tables["observations"]
    changes = changes[changes["change"].notna() & (changes["category"] != "")]
    body = ""
    if not changes.empty:
        items = "".join(
            f"<li>{html.escape(str(r['category']).capitalize())}: {facts.dated_value(r)} <span"
            f" class='when'>({facts.show(facts.stated_change_figure(r))})</span></li>"
            for _, r in changes.iterrows()
        )
        body += f'<p>The plan’s own measures, and the change that the source states:</p><ul class="plain">{items}</ul>'
    if compared:
        moves = "".join(
            f"<li>{mark_html(DIRECTION_MARKS[d])} {facts.count_measures(d.value.replace(' ', '_'))}</li>"
            for d in (Direction.IMPROVING, Direction.NO_SIGNIFICANT_CHANGE, Direction.WORSENING)
        )
        body += (
            f"<p>Of {linked_count(facts.count_measures('compared'), 'measure that has', 'measures that have')} an"
            f' earlier value:</p><ul class="tally">{moves}</ul>'
        )
    if not body and not facts.main_positions():
        return ""
    return _card(
        "Is it getting better?",
        body or "<p>The source gives no earlier values, so this cannot be said from its figures.</p>",
    )


def _must_improve(report: Report) -> str:
    rows = recommendation_rows(report)
    if not rows:
        return ""
    found = [
        t
        for t in report_threads(report)
        if t.recommendation["recommendation_id"] in {r["recommendation_id"] for r in rows}
    ]
    missing = [t.recommendation["name"] for t in found if not t.has_evidence]
    count = report.facts.show(report.facts.count_figure("recommendations", "Recommendations", rows))
    tag = ' <span class="tag">no measure yet</span>'
    items = "".join(f"<li>{html.escape(r['name'])}{tag if r['name'] in missing else ''}</li>" for r in rows)
    return _card("What must improve?", f'<p>{recommendation_words(rows)}: {count}</p><ul class="plain">{items}</ul>')


def _found(report: Report) -> str:
    table = report.facts.tables["findings"]
    if table.empty:
        return ""
    items = ""
    for kind in Assessment:
        mine = [r for _, r in table[table["assessment"] == kind].iterrows()]
        shown = report.facts.show(report.facts.count_figure(f"findings.{kind}", f"Findings: {kind}", mine))
        items += f"<li>{mark_html(ASSESSMENT_MARKS[kind])} {shown}</li>"
    weak = table[table["assessment"] == Assessment.WEAKNESS]["theme"].value_counts()
    most = f"<p>Most weaknesses: {html.escape(', '.join(weak.index[:3]).lower())}.</p>" if len(weak) else ""
    return _card("What was found?", f'<ul class="tally">{items}</ul>{most}')


def _money(report: Report) -> str:
    table, facts = report.facts.tables["finance"], report.facts
    if table.empty:
        return ""
    # Stated totals, each kind and period once; without any total every line under its own name, for none stands for the
    # others.
    has_totals = bool(table["is_total"].any())
    rows = (table[table["is_total"]].drop_duplicates(["kind", "period"]) if has_totals else table).head(MOST_AMOUNTS)
    in_full = nb.mixes_units(rows["amount_gbp"])
    items = "".join(
        f"<li>{_amount_words(r, has_totals)}: {facts.show(facts.amount_figure(r, in_full))}</li>"
        for _, r in rows.iterrows()
    )
    more = "" if has_totals or len(table) <= MOST_AMOUNTS else "<p>Further amounts are in the section on money.</p>"
    return _card("What does it cost?", f'<ul class="plain">{items}</ul>{more}')


def _amount_words(row: pd.Series, is_total: bool) -> str:
    """Allocated, 2021 to 2022; of a single line its name too."""
    from improvement_reports.sections.formal import period_title

    period = period_title(row["period"])
    words = f"{AMOUNT_WORDS[FinanceKind(row['kind'])]}, {period[:1].lower()}{period[1:]}"
    return html.escape(words if is_total else f"{words}, {row['line']}")


def _next(report: Report, most: int = 4) -> str:
    facts, meeting = report.facts, report.params.meeting.date
    dates = facts.tables["milestones"]
    dates = dates[(dates["status"] == MilestoneState.EXPECTED)]
    items = [(r["date"], facts.date_figure(r), r["title"]) for _, r in dates.iterrows()]
    visits = facts.tables["inspections"]
    visits = visits[visits["status"] == MilestoneState.EXPECTED]
    items += [(r["date"], facts.inspection_date_figure(r), r["title"]) for _, r in visits.iterrows()]
    items = [i for i in items if nb.last_day(i[0]).isoformat() > meeting]
    items = sorted(items, key=lambda i: i[0])[:most]
    if not items:
        return ""
    listed = "".join(
        f"<li><strong>{facts.show(figure, css_class='n date')}</strong> {html.escape(title)}</li>"
        for _, figure, title in items
    )
    return _card("What happens next?", f'<ul class="next">{listed}</ul>')
