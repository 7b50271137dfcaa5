"""How the plan has gone, month by month: each priority's steps and effect, and since when they are what they are."""

from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import slug
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import STATUS_MARKS, Status
from improvement_reports.facts.blocks import Block, heading, provenance_link
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.method.status_history import (
    EFFECT,
    STEPS,
    History,
    Stated,
    done_without_effect,
    first_month,
    status_histories,
    with_status,
)
from improvement_reports.report import Report

WHICH_WORDS = {STEPS: "Steps", EFFECT: "Effect"}
NO_STATUS = "No status"


def status_history(report: Report) -> list[Block]:
    """A heading, what it comes to in words, and every month's statuses; nothing where there is no history yet."""
    histories = status_histories([(m, t) for m, t in report.returns if m <= report.params.month])
    if not histories:
        return []
    months = [at.month for at in histories[0].stated]
    caption = f"Status of each priority, {nb.format_day(months[0])} to {nb.format_day(months[-1])}"
    figure = _figure(report, histories, caption)
    report.facts.show(figure)
    marks = [STATUS_MARKS[s] for s in Status if any(at.status is s for h in histories for at in h.stated)]
    block = report.html(
        "sections/status_history.html",
        findings=_findings(report, histories),
        caption=caption,
        months=[_month(m, n == 0 or m.endswith("-01")) for n, m in enumerate(months)],
        priorities=_priorities(report, histories),
        marks=marks,
        has_doubt=any(at.in_doubt for h in histories for at in h.stated),
        has_gap=any(at.status is None for h in histories for at in h.stated),
        figure_id=figure.id,
        link=provenance_link(figure, "Rows behind this table"),
    )
    return [heading("How the plan has gone, month by month", 2, "plan-month-by-month"), block]


def short_month(month: str) -> str:
    """Aug 2025: where a line has no room for more."""
    name, year = nb.format_day(month).split()
    return f"{name[:3]} {year}"


def _month(month: str, with_year: bool) -> dict[str, str]:
    """A month as the head of its column: whole, for a screen reader, and short; its year where that begins."""
    whole = nb.format_day(month)
    return {"whole": whole, "short": whole[:3], "year": month[:4] if with_year else ""}


def _priorities(report: Report, histories: list[History]) -> list[dict]:
    """Each priority with its two lines."""
    found: dict[str, dict] = {}
    for history in histories:
        section = report.params.sections.get(history.priority_id)
        name = section.name if section else history.title
        entry = found.setdefault(history.priority_id, {"id": history.priority_id, "name": name, "lines": []})
        cells = [_cell(at) for at in history.stated]
        entry["lines"].append({"which": WHICH_WORDS[history.which], "cells": cells, "now": now_words(history)})
    return list(found.values())


def _cell(at: Stated) -> dict[str, str]:
    if at.status is None:
        return {"symbol": "", "css_class": "none", "words": NO_STATUS}
    mark = STATUS_MARKS[at.status]
    doubt = " (in doubt)" if at.in_doubt else ""
    return {
        "symbol": "?" if at.in_doubt else mark.symbol,
        "css_class": "in-doubt" if at.in_doubt else mark.css_class,
        "words": mark.word + doubt,
    }


def now_words(history: History) -> dict:
    """The status of the newest month, and since when it is so: its mark and the words after it."""
    now = history.now
    if now.status is None:
        return {"mark": None, "words": NO_STATUS}
    mark = STATUS_MARKS[now.status]
    if now.in_doubt:
        return {"mark": mark, "words": "(in doubt)"}
    if history.since is None:
        return {"mark": mark, "words": f"in all {len(history.stated)} months"}
    return {"mark": mark, "words": f"since {short_month(history.since)}" if len(history.run) > 1 else "new this month"}


def _findings(report: Report, histories: list[History]) -> list[Markup]:
    """What the history comes to: how many effects are compromised, then and now, and steps that are done in vain."""
    facts, first, now = report.facts, first_month(histories), report.params.month
    counts = {}
    for key, month in (("then", first), ("now", now)):
        rows = with_status(histories, EFFECT, Status.COMPROMISED, month)
        label = f"Priorities whose effect was compromised, {nb.format_day(month)}"
        counts[key] = facts.count_figure(f"effect.compromised.{month}", label, rows)
    found = []
    numbers = {key: int(figure.value) for key, figure in counts.items()}
    if any(numbers.values()):
        found.append(
            fill(
                "sections/compromised_then_and_now.html",
                now=facts.show(counts["now"], None if numbers["now"] else "No priority"),
                then=facts.show(counts["then"]),
                number=numbers["now"],
                is_same=numbers["now"] == numbers["then"],
                month=nb.format_day(first),
            )
        )
    if pair := done_without_effect(histories):
        steps, effect = pair
        section = report.params.sections.get(steps.priority_id)
        months = facts.count_figure(
            f"steps.completed.{steps.priority_id}",
            f"Months to {nb.format_day(now)} with the steps of priority {steps.priority_id} completed",
            [at.row for at in steps.run if at.row is not None],
        )
        found.append(
            fill(
                "sections/steps_without_effect.html",
                name=section.name if section else steps.title,
                months=facts.show(months, nb.counted(len(steps.run), "month")),
                effect=STATUS_MARKS[effect.now.status].word.lower() if effect.now.status else "",
            )
        )
    return found


def _figure(report: Report, histories: list[History], caption: str) -> Figure:
    """The table as a figure: a row for each line, a column for each month."""
    months = [at.month for at in histories[0].stated]
    head = ("Priority", "Of what", *(nb.format_day(m) for m in months))
    body = [
        (h.priority_id, WHICH_WORDS[h.which], *(_cell(at)["words"] if at.status else "" for at in h.stated))
        for h in histories
    ]
    return Figure(
        slug("table", "status-history"),
        "table",
        caption,
        nb.counted(len(body), "row"),
        inputs=inputs_of(at.row for h in histories for at in h.stated),
        formula="each status as marked in the source of its month",
        data=(head, *body),
        area=report.params.authority,
        period=report.params.month,
    )
