"""The golden thread as a figure and as a table: from each recommendation to what answers it and where that stands."""

import html
from textwrap import shorten

from improvement_reports.charts.canvas import NARROW, WIDE
from improvement_reports.charts.thread import ThreadBox, thread_svg
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.markup import Column, mark_html, plain, slug, table_html
from improvement_reports.domain.vocabulary import ACTION_MARKS, STATUS_MARKS, ActionState, LinkBasis, Status
from improvement_reports.domain.wording import in_period
from improvement_reports.facts.blocks import HTML, Block, ChartBlock, provenance_link
from improvement_reports.facts.facts import Facts
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.method.progress import is_disputed
from improvement_reports.method.thread import Answer, Thread, threads
from improvement_reports.report import Report
from improvement_reports.sections.tables import Shown, figure_table


def report_threads(report: Report) -> list[Thread]:
    """Threads of the recommendations of this return (or, without any, of all known), with what was known at the
    meeting.
    """
    found = threads(report.returns)
    own = set(report.facts.tables["recommendations"]["recommendation_id"])
    return [t for t in found if t.recommendation["recommendation_id"] in own] if own else found


def answering_facts(report: Report) -> Facts:
    """The facts of the newest return known at the meeting: where the measures stand that answer."""
    month, tables = report.returns[-1]
    earlier = [t for m, t in report.returns if m < month]
    own = report.facts
    if month == own.month:
        return own
    return Facts(own.authority_id, month, own.authority, own.measures, tables, earlier, own.official)


def golden_thread(report: Report) -> list:
    """The thread as a drawing and a table; what has no evidence is named."""
    found = report_threads(report)
    if not found:
        return []
    facts = answering_facts(report)
    blocks = [thread_chart(facts, found, report.params.authority)]
    text = thread_table(report, facts, found)
    own = report.facts
    figures = facts.take_figures(shown_in=text) if facts is not own else []
    block = report.block(text, HTML)
    block.figures = list({f.id: f for f in [*block.figures, *figures]}.values())
    return [*blocks, block, Block(without_evidence(found), form=HTML)]


def without_evidence(found: list[Thread]) -> str:
    """One sentence that names the recommendations that no measure answers."""
    missing = [t.recommendation["name"] for t in found if not t.has_evidence]
    if not missing:
        return "<p>Each of them has at least one measure as evidence.</p>"
    nothing = [t.recommendation["name"] for t in found if not t.answers]
    text = f"No measure evidences: {'; '.join(missing)}."
    if nothing:
        text += f" Neither a step nor a measure is tied to: {'; '.join(nothing)}."
    return (
        '<div class="note" role="note" aria-label="Recommendations without evidence">\n<p><strong>Without'
        f" evidence.</strong> {html.escape(text)}</p>\n</div>"
    )


def _value(facts: Facts, measure_id: str) -> str:
    try:
        row = facts.row(measure_id)
    except UserError:  # only parts of it are stated
        return html.escape(facts.measures[measure_id].label)
    words = in_period(row["period"], row["period_type"])
    return (
        f'{html.escape(facts.measures[measure_id].label)}: {facts.marked_value(row)} <span class="when">{words}</span>'
    )


def _steps(answer: Answer) -> str:
    parts = []
    for state in ActionState:
        n = sum(a["status"] == state for a in answer.actions)
        if n:
            parts.append(f"{n} {ACTION_MARKS[state].word.lower()}")
    return ", ".join(parts)


def thread_table(report: Shown, facts: Facts, found: list[Thread], table_id: str = "thread") -> str:
    """A row for each recommendation: inspection, priorities with their status, steps by state, measures with their
    newest value.
    """
    rows, used = [], []
    for t in found:
        r = t.recommendation
        inspection = (
            ""
            if t.inspection is None
            else (
                f"{html.escape(t.inspection['title'])}<br><span"
                f' class="when">{nb.format_day(t.inspection["date"])}</span>'
            )
        )
        priorities, steps = [], []
        for answer in t.answers:
            for p in answer.priorities:
                status = f" {mark_html(STATUS_MARKS[Status(p['impact_status'])])}" if p["impact_status"] else ""
                status += ' <span class="tag">in doubt</span>' if status and p["priority_id"] in answer.doubted else ""
                basis = {link["basis"] for link in answer.links if link["priority_id"] == p["priority_id"]}
                word = "" if LinkBasis.STATED in basis else ' <span class="tag">judged here</span>'
                priorities.append(
                    f"{html.escape(p['priority_id'])}."
                    f" {html.escape(shorten(p['title'], 90, placeholder=' …'))}{status}{word}"
                )
            if answer.actions:
                steps.append(f"{_steps(answer)} <span class='when'>({nb.format_day(answer.month)})</span>")
            used += [*answer.links, *answer.priorities, *answer.actions]
        judged = {link["measure_id"] for a in t.answers for link in a.links} - {
            link["measure_id"] for a in t.answers for link in a.links if link["basis"] == LinkBasis.STATED
        }
        tag = ' <span class="tag">judged here</span>'
        measures = (
            "<br>".join(_value(facts, m) + (tag if m in judged else "") for m in t.measures)
            or '<span class="tag">no evidence</span>'
        )
        rows.append([f"{html.escape(r['name'])}", inspection, "<br>".join(priorities), "<br>".join(steps), measures])
        used += [r, t.inspection]
    columns = [
        Column("What must improve", is_row_header=True),
        Column("Inspection"),
        Column("Priority and its impact status"),
        Column("Steps"),
        Column("Measures, newest value"),
    ]
    kept = [i for i in range(5) if i < 1 or any(row[i] for row in rows)]
    return figure_table(
        report,
        table_id,
        "From recommendation to evidence",
        [columns[i] for i in kept],
        [[r[i] for i in kept] for r in rows],
        used,
        "thread",
    )


def thread_chart(facts: Facts, found: list[Thread], authority: str) -> ChartBlock:
    """The thread as boxes and lines: recommendations, what answers them, and the measures."""
    lanes, said, rows, used = [], [], [], []
    for t in found:
        answers = [
            ThreadBox(
                f"{p['priority_id']}. {shorten(p['title'], 66, placeholder=' …')}",
                (
                    STATUS_MARKS[Status(p["impact_status"])].symbol
                    if p["impact_status"] and p["priority_id"] not in a.doubted
                    else ""
                ),
            )
            for a in t.answers
            for p in a.priorities
        ]
        steps = sum(len(a.actions) for a in t.answers)
        if steps:
            answers.append(ThreadBox(nb.counted(steps, "step"), ""))
        measures = []
        for m in t.measures:
            try:
                row = facts.row(m)
                when = "" if row["period"][:7] == facts.month else f" {in_period(row['period'], row['period_type'])}"
                disputed = " (disputed)" if is_disputed(row, facts.measures[m]) else ""
                measures.append(
                    ThreadBox(f"{facts.measures[m].label}: {facts.value_figure(row).published}{disputed}{when}", "")
                )
                used.append(row)
            except UserError:
                measures.append(ThreadBox(facts.measures[m].label, ""))
        lanes.append((ThreadBox(t.recommendation["name"], ""), answers, measures))
        names = [b.text for b in answers] or ["nothing"]
        said.append(
            f"{t.recommendation['name']}: answered by {', '.join(names)}; measures:"
            f" {', '.join(b.text for b in measures) or 'none'}"
        )
        rows.append(
            [
                html.escape(t.recommendation["name"]),
                html.escape("; ".join(names)),
                html.escape("; ".join(b.text for b in measures) or "none"),
            ]
        )
        used += [t.recommendation, *(x for a in t.answers for x in (*a.links, *a.priorities, *a.actions))]
    with_measure = sum(t.has_evidence for t in found)
    finding = f"{with_measure} of {len(found)} {'has' if with_measure == 1 else 'have'} a measure as evidence"
    subtitle = f"What must improve, what answers it, and the measures that evidence it, {facts.authority.short_name}"
    columns = [Column("What must improve", is_row_header=True), Column("Answered by"), Column("Measures")]
    figure = Figure(
        slug("chart", "thread"),
        "chart",
        finding,
        subtitle,
        area=authority,
        period=facts.month,
        formula="links between rows as stated or judged",
        inputs=inputs_of(used),
        data=(tuple(c.title for c in columns), *(tuple(plain(c) for c in row) for row in rows)),
    )
    table = table_html(f"{subtitle}: the links", columns, rows)
    return ChartBlock(
        figure,
        html.escape(finding),
        html.escape(subtitle),
        f"Diagram. {'. '.join(said)}.",
        provenance_link(figure, "Rows behind this figure"),
        table,
        thread_svg(lanes, WIDE),
        thread_svg(lanes, NARROW),
        [],
    )
