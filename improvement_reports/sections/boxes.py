"""What follows from a plan, in boxes of its first screen: what is not working, what is being done, what to ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.due_words import due_order, due_shown
from improvement_reports.domain.markup import mark_html
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import as_markup, fill
from improvement_reports.domain.vocabulary import (
    ACTION_MARKS,
    STATUS_MARKS,
    ActionState,
    Direction,
    Status,
    TargetResult,
)
from improvement_reports.method.progress import Position
from improvement_reports.method.status_history import EFFECT, History, status_histories
from improvement_reports.report import Report
from improvement_reports.sections.history import short_month
from improvement_reports.sections.thread import report_threads

MOST = 3  # things in a box
LONGEST = 60  # letters of a step, which stands whole in its section
SEVERE_FIRST = (Status.COMPROMISED, Status.AT_RISK)
OPEN_FIRST = (ActionState.DELAYED, ActionState.IN_PROGRESS, ActionState.PLANNED)


@dataclass(frozen=True)
class Box:
    """A heading, what stands under it, and where more of it is: an anchor of the page and its words."""

    title: str
    items: list[Markup]
    more: tuple[str, str] = ("", "")


def not_working(report: Report, positions: list[Position]) -> Box:
    """The priorities whose effect is compromised or at risk, the gravest and longest first."""
    facts = report.facts
    histories = status_histories([(m, t) for m, t in report.returns if m <= report.params.month])
    by_key = {(h.priority_id, h.which): h for h in histories}
    rows = [
        row
        for row in rows_of(facts.rated_priorities())
        if row["impact_status"] in SEVERE_FIRST and row["priority_id"] not in facts.doubted_priorities
    ]
    rows.sort(
        key=lambda r: (SEVERE_FIRST.index(Status(r["impact_status"])), -_length(by_key.get((r["priority_id"], EFFECT))))
    )
    rest = len(rows) - MOST
    more = (f"and {nb.counted(rest, 'more priority', 'more priorities')}", "dashboard-of-priorities")
    items = [_priority_words(report, row, by_key) for row in rows[:MOST]]
    return Box("What is not working", items, more if rest > 0 else ("", ""))


def _length(history: History | None) -> int:
    return 0 if history is None else len(history.run)


def _priority_words(report: Report, row: pd.Series, histories: dict[tuple[str, str], History]) -> Markup:
    key = row["priority_id"]
    section = report.params.sections.get(key)
    effect = histories.get((key, EFFECT))
    steps = Status(row["action_status"])
    return fill(
        "sections/not_working.html",
        priority_id=key,
        name=section.name if section else row["title"],
        steps=STATUS_MARKS[steps].word.lower(),
        effect=report.facts.status_mark(row, "impact"),
        since=short_month(effect.since) if effect and effect.since and len(effect.run) > 1 else "",
    )


def being_done(report: Report, positions: list[Position]) -> Box:
    """Steps that are late, under way or planned, the late ones and the next due first."""
    rows = [r for r in rows_of(report.facts.tables["actions"]) if r["status"] in OPEN_FIRST]
    rows.sort(key=lambda r: (OPEN_FIRST.index(ActionState(r["status"])), due_order(r, report.params.month)))
    return Box("What is being done", [_step_words(r) for r in rows[:MOST]])


def _step_words(row: pd.Series) -> Markup:
    """A step, cut where it is long, with a link to the section in which it stands whole."""
    return fill(
        "sections/being_done.html",
        mark=mark_html(ACTION_MARKS[ActionState(row["status"])]),
        text=shorten(row["text"].rstrip("."), LONGEST, placeholder=" …"),
        priority_id=row["priority_id"],
        due=due_shown(row),
    )


def questions_to_ask(report: Report, positions: list[Position]) -> Box:
    """The questions of the measures that need attention most, each once; then of what no measure shows."""
    asked = [_question(report, at) for at in positions if _needs_asking(at)]
    unmeasured = [fill("sections/unmeasured_question.html", name=name) for name in without_measure(report)]
    others = [_question(report, at) for at in positions]
    chosen = [q for q in dict.fromkeys([*asked, *unmeasured, *others]) if q][:MOST]
    return Box("Questions to ask", chosen)


def _needs_asking(at: Position) -> bool:
    return at.result in (TargetResult.NOT_MET, TargetResult.WITHIN_TOLERANCE) or at.direction is Direction.WORSENING


def _question(report: Report, at: Position) -> Markup:
    return as_markup(report.facts.measures[at.measure_id].question)


def without_measure(report: Report) -> list[str]:
    """The recommendations that the report is about and that no measure evidences, by their names."""
    return [t.recommendation["name"] for t in report_threads(report) if not t.has_evidence]


def filled(boxes: Iterable[Box]) -> list[Box]:
    """The boxes in which something stands."""
    return [box for box in boxes if box.items]
