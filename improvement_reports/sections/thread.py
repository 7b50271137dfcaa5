"""The golden thread as a figure and as a table: from each recommendation to what answers it and where that stands."""

from functools import partial
from textwrap import shorten
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from improvement_reports.charts.thread import ThreadBox, thread_svg
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import aside, fold, joined, lines, mark_html, note, slug, tag, tagged, under
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import ACTION_MARKS, STATUS_MARKS, ActionState, LinkBasis, Status
from improvement_reports.domain.wording import in_period
from improvement_reports.facts.blocks import HTML, Block, ChartBlock
from improvement_reports.facts.facts import Facts
from improvement_reports.method.progress import is_disputed
from improvement_reports.method.thread import Answer, Thread, threads
from improvement_reports.report import Report
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.sections.lines import line_of, line_rows
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
    # The drawing says the same; the table says it with every value.
    block = report.block(fold("The same as a table, with the newest value of each measure", text), HTML)
    block.figures = list({f.id: f for f in [*block.figures, *figures]}.values())
    return [*blocks, block, Block(without_evidence(found), form=HTML)]


def without_evidence(found: list[Thread]) -> Markup:
    """One sentence that names the recommendations that no measure answers."""
    missing = [t.recommendation["name"] for t in found if not t.has_evidence]
    if not missing:
        return fill("sections/all_have_evidence.html")
    nothing = [t.recommendation["name"] for t in found if not t.answers]
    text = f"No measure evidences: {'; '.join(missing)}."
    if nothing:
        text += f" Neither a step nor a measure is tied to: {'; '.join(nothing)}."
    return note("Recommendations without evidence", "Without evidence.", text)


THREAD_COLUMNS = [
    Column("recommendation", "What must improve", is_row_header=True),
    Column("inspection", "Inspection"),
    Column("priorities", "Priority and its impact status"),
    Column("steps", "Steps"),
    Column("measures", "Measures, newest value"),
]
CHART_COLUMNS = [
    Column("recommendation", "What must improve", is_row_header=True),
    Column("answers", "Answered by"),
    Column("measures", "Measures"),
]


def thread_table(report: Shown, facts: Facts, found: list[Thread], table_id: str = "thread") -> Markup:
    """A row for each recommendation: inspection, priorities with their status, steps by state, measures with their
    newest value.
    """
    rows = [_thread_row(facts, t) for t in found]
    shown = dict.fromkeys(m for t in found for m in t.measures if _newest(facts, m) is not None)
    used = [*(row for t in found for row in _thread_inputs(t)), *line_rows(facts.position(m) for m in shown)]
    return figure_table(report, table_id, "From recommendation to evidence", THREAD_COLUMNS, rows, used, "thread")


def _thread_inputs(t: Thread) -> list[pd.Series | None]:
    """The rows that a line of the thread is made from."""
    answered = [row for a in t.answers for row in (*a.links, *a.priorities, *a.actions)]
    return [*answered, t.recommendation, t.inspection]


def _thread_row(facts: Facts, t: Thread) -> dict[str, str]:
    inspection = ""
    if t.inspection is not None:
        inspection = under(t.inspection["title"], nb.format_day(t.inspection["date"]))
    steps = [
        fill("sections/steps_then.html", steps=_steps(a), month=nb.format_day(a.month)) for a in t.answers if a.actions
    ]
    return {
        "recommendation": _named(facts, t.recommendation),
        "inspection": inspection,
        "priorities": lines(_priority(a, p) for a in t.answers for p in a.priorities),
        "steps": lines(steps),
        "measures": _measures(facts, t),
    }


def _named(facts: Facts, recommendation: pd.Series) -> str:
    """The short name of a recommendation, with its rating where the source states one."""
    name, rag = recommendation["name"], facts.recommendation_rag(recommendation)
    if rag is None:
        return name
    return lines([name, fill("sections/run.html", words="as the paper rates it:", number=facts.show(rag))])


def _priority(answer: Answer, priority: pd.Series) -> Markup:
    """A priority that answers, its impact status, and whether no document ties it to the recommendation."""
    own = {link["basis"] for link in answer.links if link["priority_id"] == priority["priority_id"]}
    status = priority["impact_status"]
    return fill(
        "sections/thread_priority.html",
        priority_id=priority["priority_id"],
        title=shorten(priority["title"], 90, placeholder=" …"),
        mark=mark_html(STATUS_MARKS[Status(status)]) if status else "",
        is_doubted=priority["priority_id"] in answer.doubted,
        is_judged=LinkBasis.STATED not in own,
    )


def _measures(facts: Facts, t: Thread) -> Markup:
    """The measures that evidence it with their newest values; what no document ties to it is marked."""
    every = [link for answer in t.answers for link in answer.links]
    stated = {link["measure_id"] for link in every if link["basis"] == LinkBasis.STATED}
    judged = {link["measure_id"] for link in every} - stated
    shown = (tagged(_value(facts, m), "judged here") if m in judged else _value(facts, m) for m in t.measures)
    return lines(shown) or tag("no evidence")


def _value(facts: Facts, measure_id: str) -> str:
    """The newest value of a measure, and beneath it the line that leads there."""
    label, row = facts.measures[measure_id].label, _newest(facts, measure_id)
    if row is None:
        return label
    value = aside(joined(label, ": ", facts.marked_value(row)), in_period(row["period"], row["period_type"]))
    return joined(value, line_of(facts, facts.position(measure_id)))


def _steps(answer: Answer) -> str:
    parts = []
    for state in ActionState:
        n = sum(a["status"] == state for a in answer.actions)
        if n:
            parts.append(f"{n} {ACTION_MARKS[state].word.lower()}")
    return ", ".join(parts)


class Lane(NamedTuple):
    """A recommendation of the drawing, what answers it, and the measures that evidence it."""

    recommendation: ThreadBox
    answers: list[ThreadBox]
    measures: list[ThreadBox]


def thread_chart(facts: Facts, found: list[Thread], authority: str) -> ChartBlock:
    """The thread as boxes and lines: recommendations, what answers them, and the measures."""
    lanes = [_lane(facts, t) for t in found]
    rows = [_lane_row(lane) for lane in lanes]
    said = [
        f"{row['recommendation']}: answered by {', '.join(b.text for b in lane.answers) or 'nothing'}; measures:"
        f" {', '.join(b.text for b in lane.measures) or 'none'}"
        for row, lane in zip(rows, lanes, strict=True)
    ]
    with_measure = sum(t.has_evidence for t in found)
    words = ChartWords(
        f"{with_measure} of {len(found)} {'has' if with_measure == 1 else 'have'} a measure as evidence",
        f"What must improve, what answers it, and the measures that evidence it, {facts.authority.short_name}",
        f"Diagram. {'. '.join(said)}.",
    )
    used = [row for t in found for row in _drawn_from(facts, t)]
    basis = Basis(used, "links between rows as stated or judged", area=authority, period=facts.month)
    return figure_chart(
        facts,
        slug("chart", "thread"),
        words,
        basis,
        CHART_COLUMNS,
        rows,
        partial(thread_svg, lanes),
        "the links",
        "Rows behind this figure",
    )


def _lane(facts: Facts, t: Thread) -> Lane:
    answers = [_priority_box(a, p) for a in t.answers for p in a.priorities]
    if steps := sum(len(a.actions) for a in t.answers):
        answers.append(ThreadBox(nb.counted(steps, "step"), ""))
    return Lane(ThreadBox(t.recommendation["name"], ""), answers, [_measure_box(facts, m) for m in t.measures])


def _lane_row(lane: Lane) -> dict[str, str]:
    """A lane as a row of the figure's table."""
    return {
        "recommendation": lane.recommendation.text,
        "answers": "; ".join(b.text for b in lane.answers) or "nothing",
        "measures": "; ".join(b.text for b in lane.measures) or "none",
    }


def _priority_box(answer: Answer, priority: pd.Series) -> ThreadBox:
    status = priority["impact_status"]
    is_sure = status and priority["priority_id"] not in answer.doubted
    title = f"{priority['priority_id']}. {shorten(priority['title'], 66, placeholder=' …')}"
    return ThreadBox(title, STATUS_MARKS[Status(status)].symbol if is_sure else "")


def _measure_box(facts: Facts, measure_id: str) -> ThreadBox:
    measure, row = facts.measures[measure_id], _newest(facts, measure_id)
    if row is None:
        return ThreadBox(measure.label, "")
    when = "" if row["period"][:7] == facts.month else f" {in_period(row['period'], row['period_type'])}"
    disputed = " (disputed)" if is_disputed(row, measure) else ""
    return ThreadBox(f"{measure.label}: {facts.value_figure(row).published}{disputed}{when}", "")


def _newest(facts: Facts, measure_id: str) -> pd.Series | None:
    """The newest value of a measure; None where only parts of it are stated."""
    try:
        return facts.row(measure_id)
    except UserError:
        return None


def _drawn_from(facts: Facts, t: Thread) -> list[pd.Series | None]:
    """The rows that a lane is made from."""
    values = [_newest(facts, m) for m in t.measures]
    return [*values, t.recommendation, *(x for a in t.answers for x in (*a.links, *a.priorities, *a.actions))]
