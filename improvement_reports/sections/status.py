"""What a report is, the first screen, the dashboard, and the head of each priority."""

import html

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import Column, demonstration_note, mark_html
from improvement_reports.domain.vocabulary import (
    DIRECTION_MARKS,
    STATUS_MARKS,
    TARGET_MARKS,
    Direction,
    MilestoneKind,
    MilestoneState,
    Status,
    TargetResult,
)
from improvement_reports.domain.wording import linked_count
from improvement_reports.facts.blocks import HTML, Block, heading
from improvement_reports.method.progress import status_move
from improvement_reports.report import Report
from improvement_reports.sections.measures import missed_targets
from improvement_reports.sections.tables import figure_table


def about(report: Report) -> Block:
    """For which meeting the report is, from which documents, and where to find out about its numbers."""
    params, sources = report.params, report.info.sources
    if not params.kind.has_return:  # the releases are listed at the end of the page
        sources = {}
    named = (
        "; ".join(
            f"<cite>{html.escape(s.title)}</cite> ({html.escape(s.publisher)}, {nb.format_day(s.date)})"
            for s in sources.values()
        )
        or "Official statistics of the Department for Education, listed at the end of this page"
    )
    illustrative = ""
    if report.info.illustrative:
        illustrative = demonstration_note() + "\n"
    text = f"""<div class="about-report">
{illustrative}<dl>
<dt>Authority</dt><dd>{html.escape(report.facts.authority.name)}</dd>
<dt>Position at</dt><dd>{nb.format_day(params.month)}</dd>
{_for_whom(report)}
<dt>From</dt><dd>{named}</dd>
</dl>
<p class="how-to">Select any number on the published page to see where it comes from.</p>
</div>"""
    return report.block(text, HTML)


def _for_whom(report: Report) -> str:
    if not report.params.kind.has_return:
        return f"<dt>As published by</dt><dd>{report.meeting_day}</dd>"
    return f"<dt>For</dt><dd>{html.escape(report.params.meeting.body)}, {report.meeting_day}</dd>"


def at_a_glance(report: Report) -> Block:
    """The first screen: is it getting better, what is off target, what happens next."""
    facts = report.facts
    rated = facts.rated_priorities()
    impact = "".join(
        f"<li>{mark_html(STATUS_MARKS[s])}"
        f" {facts.count_priorities('impact', s.value)}{facts.doubted_among(rated[rated['impact_status'] == s.value])}</li>"
        for s in Status
        if (rated["impact_status"] == s.value).any()
    )
    action = "".join(
        f"<li>{mark_html(STATUS_MARKS[s])}"
        f" {facts.count_priorities('action', s.value)}{facts.doubted_among(rated[rated['action_status'] == s.value])}</li>"
        for s in Status
        if (rated["action_status"] == s.value).any()
    )
    moves = "".join(
        f"<li>{mark_html(DIRECTION_MARKS[d])} {facts.count_measures(d.value.replace(' ', '_'))}</li>"
        for d in (Direction.IMPROVING, Direction.NO_SIGNIFICANT_CHANGE, Direction.WORSENING)
    )
    goals = "".join(
        f"<li>{mark_html(TARGET_MARKS[r])} {facts.count_measures(r.value)}</li>"
        for r in TargetResult
        if any(at.result is r for at in facts.main_positions())
    )
    text = f"""<div class="glance">
<div class="card"><h3>Is it getting better?</h3>
<p>Of {linked_count(facts.count_measures("compared"), "measure that has", "measures that have")} an earlier value:</p><ul class="tally">{moves}</ul></div>
<div class="card"><h3>What is off target?</h3>
<p>Of {linked_count(facts.count_measures("with_target"), "measure that has", "measures that have")} a target:</p><ul class="tally">{goals}</ul>{_furthest(report)}</div>
<div class="card"><h3>Is the plan working?</h3>
<p>Of {linked_count(facts.count_priorities(), "priority or part of a priority", "priorities and parts of priorities")}:</p>
<div class="pair"><div><p>what is being done</p><ul class="tally">{action}</ul></div>
<div><p>the effect that it has</p><ul class="tally">{impact}</ul></div></div></div>
<div class="card"><h3>What happens next?</h3>
<ul class="next">{_next_milestones(report)}</ul></div>
</div>"""
    return report.block(text, HTML)


def _next_milestones(report: Report, most: int = 4) -> str:
    rows = report.facts.tables["milestones"]
    ahead = rows["date"].map(lambda day: nb.last_day(day).isoformat() > report.params.meeting.date)
    rows = rows[(rows["status"] == MilestoneState.EXPECTED) & ahead]
    # Inspections and meetings first: what a reader waits for; then the dates in their order.
    weight = rows["kind"].map({MilestoneKind.INSPECTION.value: 0, MilestoneKind.MEETING.value: 1}).fillna(2)
    rows = (
        rows.assign(weight=weight)
        .sort_values(["weight", "date"], kind="stable")
        .head(most)
        .sort_values("date", kind="stable")
    )
    show = report.facts.show
    items = [
        f"<li><strong>{show(report.facts.date_figure(r), css_class='n date')}</strong> {html.escape(r['title'])}</li>"
        for _, r in rows.iterrows()
    ]
    return "".join(items) or "<li>No date is stated.</li>"


def _furthest(report: Report, most: int = 3) -> str:
    """The measures that miss their target by most percentage points, in a line each."""
    facts = report.facts
    items = [
        f"<li>{html.escape(facts.measures[at.measure_id].label)}: {facts.dated_value(at.current)}, target"
        f" {facts.show(facts.target_figure(at))}</li>"
        for at in missed_targets(report)[:most]
    ]
    return f'<p>Furthest from it:</p><ul class="plain">{"".join(items)}</ul>' if items else ""


def dashboard(report: Report) -> Block:
    """All priorities: what is being done and what it achieves, side by side, and what changed since the last report."""
    facts, rows, used = report.facts, [], []
    before = facts.previous_priorities
    any_before = before is not None or (facts.tables["priorities"]["previous_action_status"] != "").any()
    for _, row in facts.rated_priorities().iterrows():
        used.append(row)
        cells = [
            (
                f'<a href="#priority-{row["priority_id"]}">{row["priority_id"]}.'
                f" {html.escape(_section_name(report, row))}</a>"
            ),
            _status_cell(report, row, "action"),
            _status_cell(report, row, "impact"),
        ]
        if any_before:
            cells.append(_moves(report, row, before))
        rows.append(cells)
    columns = [Column("Priority", is_row_header=True), Column("Action status"), Column("Impact status")]
    if any_before:
        columns.append(Column("Since the last report"))
    text = figure_table(
        report,
        "dashboard",
        f"Status of each priority, {nb.format_day(report.params.month)}",
        columns,
        rows,
        used,
        "dashboard",
    )
    if not any_before:
        text += (
            '\n<p class="small">The source does not state last month’s statuses, so what changed cannot be shown.</p>'
        )
    return report.block(text, HTML)


def _section_name(report: Report, row: pd.Series) -> str:
    section = report.params.sections.get(row["priority_id"])
    return section.name if section else row["title"]


def _moves(report: Report, row: pd.Series, before: pd.DataFrame | None) -> str:
    """How both statuses moved, by the status that the source states for last time, else by the earlier return.

    A status that is in doubt moves in no direction: it is only said what it was.
    """
    words, facts = [], report.facts
    doubted = row["priority_id"] in facts.doubted_priorities
    for which in ("action", "impact"):
        last = row[f"previous_{which}_status"]
        if not last and before is not None:
            earlier = before[before["priority_id"] == row["priority_id"]]
            last = "" if earlier.empty else earlier.iloc[0][f"{which}_status"]
            doubted = doubted or row["priority_id"] in facts.previously_doubted
        if last:
            move = status_move(Status(last), Status(row[f"{which}_status"]))
            word = (
                "unchanged"
                if move is Direction.NO_SIGNIFICANT_CHANGE
                else f"{'' if doubted else f'{move.value}, '}was {STATUS_MARKS[Status(last)].word.lower()}"
            )
            words.append(f"{which} {word}")
    return html.escape("; ".join(words))


def _status_cell(report: Report, row: pd.Series, which: str) -> str:
    return report.facts.status_mark(row, which)


def priorities(report: Report) -> list[pd.Series]:
    """The priorities in the order of the plan."""
    return [row for _, row in report.facts.tables["priorities"].iterrows()]


def priority_heading(report: Report, priority: pd.Series) -> Block:
    """The heading of a priority's section, one level deeper for a part of a priority."""
    level = 3 if priority["parent_id"] else 2
    return heading(
        f"Priority {priority['priority_id']}: {_section_name(report, priority)}",
        level,
        f"priority-{priority['priority_id']}",
    )


def priority_status(report: Report, priority: pd.Series) -> Block:
    """Official wording of a priority and its two statuses."""
    text = f'<p class="official">“{html.escape(priority["title"])}”</p>'
    if priority["action_status"]:
        text += f"""
<dl class="statuses"><div><dt>Action status</dt><dd>{_status_cell(report, priority, "action")}</dd></div>
<div><dt>Impact status</dt><dd>{_status_cell(report, priority, "impact")}</dd></div></dl>"""
    return report.block(f'<div class="priority-head">\n{text}\n</div>', HTML)
