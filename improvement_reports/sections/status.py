"""What a report is, the dashboard, and the head of each priority."""

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import demonstration_note
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import STATUS_MARKS, Direction, Status
from improvement_reports.facts.blocks import Block, heading
from improvement_reports.method.progress import status_move
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table


def about(report: Report) -> Block:
    """For which meeting the report is, from which documents, and where to find out about its numbers."""
    params, sources = report.params, report.info.sources
    if not params.kind.has_return:  # the releases are listed at the end of the page
        sources = {}
    return report.html(
        "sections/about.html",
        illustrative=demonstration_note() if report.info.illustrative else "",
        authority=report.facts.authority.name,
        month=nb.format_day(params.month),
        has_return=params.kind.has_return,
        body=params.meeting.body,
        meeting_day=report.meeting_day,
        sources=[{"title": s.title, "publisher": s.publisher, "day": nb.format_day(s.date)} for s in sources.values()],
    )


DASHBOARD_COLUMNS = [
    Column("priority", "Priority", is_row_header=True),
    Column("action", "Action status"),
    Column("impact", "Impact status"),
]
SINCE = Column("since", "Since the last report")


def dashboard(report: Report) -> Block:
    """All priorities: what is being done and what it achieves, side by side, and what changed since the last report."""
    facts = report.facts
    before, used = facts.previous_priorities, rows_of(facts.rated_priorities())
    if not used:
        return Block("The return states no priorities.")
    has_before = before is not None or bool((facts.tables["priorities"]["previous_action_status"] != "").any())
    table = figure_table(
        report,
        "dashboard",
        f"Status of each priority, {nb.format_day(report.params.month)}",
        [*DASHBOARD_COLUMNS, SINCE] if has_before else DASHBOARD_COLUMNS,
        [_dashboard_row(report, row, before) for row in used],
        used,
        "dashboard",
    )
    return report.html("sections/dashboard.html", table=table, has_before=has_before)


def _dashboard_row(report: Report, row: pd.Series, before: pd.DataFrame | None) -> dict[str, str]:
    name = _section_name(report, row)
    return {
        "priority": fill("sections/priority_link.html", priority_id=row["priority_id"], name=name),
        "action": report.facts.status_mark(row, "action"),
        "impact": report.facts.status_mark(row, "impact"),
        "since": _moves(report, row, before),
    }


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
    return "; ".join(words)


def priorities(report: Report) -> list[pd.Series]:
    """The priorities in the order of the plan."""
    return rows_of(report.facts.tables["priorities"])


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
    marks = {
        which: report.facts.status_mark(priority, which) if priority["action_status"] else ""
        for which in ("action", "impact")
    }
    return report.html("sections/priority_status.html", title=priority["title"], **marks)
