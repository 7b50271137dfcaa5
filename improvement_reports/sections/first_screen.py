"""The first screen of a report on a plan: is it getting better, where not, what is being done, and what to ask."""

from collections.abc import Iterable, Iterator

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import aside, joined, mark_html, tag, under
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.series import end_of, month_number
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import (
    ACTION_MARKS,
    DIRECTION_MARKS,
    STATUS_MARKS,
    TARGET_MARKS,
    UNJUDGED,
    ActionState,
    Direction,
    Status,
    TargetResult,
)
from improvement_reports.domain.wording import BETTER_WORDS, period_words
from improvement_reports.facts.blocks import Block
from improvement_reports.facts.stated import BETTER, WORSE
from improvement_reports.method.progress import Position, compared_row
from improvement_reports.method.status_history import EFFECT, History, status_histories
from improvement_reports.report import Report
from improvement_reports.sections.history import short_month
from improvement_reports.sections.lines import LINE_POINTS, has_line, measure_line
from improvement_reports.sections.measures import NOT_JUDGED, stated_words
from improvement_reports.sections.tables import figure_table
from improvement_reports.sections.tally import signs

MOST = 3  # of what is not working, what is being done, and questions
MOST_MEASURES = 7
SEVERE_FIRST = (Status.COMPROMISED, Status.AT_RISK)
OPEN_FIRST = (ActionState.DELAYED, ActionState.IN_PROGRESS, ActionState.PLANNED)


def first_screen(report: Report) -> Block:
    """The verdict in words, the key measures with their lines, and what follows from them; worst first."""
    positions = key_positions(report)
    return report.html(
        "sections/first_screen.html",
        verdict=list(_verdict(report, positions)),
        signs=signs(report.facts),
        table=_table(report, positions) if positions else "",
        not_working=_not_working(report),
        being_done=_being_done(report),
        questions=_questions(report, positions),
    )


def key_positions(report: Report) -> list[Position]:
    """The measures that the report's parameters put first, else those with a target, the worst first."""
    facts = report.facts
    chosen = [facts.position(m) for m in report.params.headline_measures]
    if not chosen:
        chosen = [at for at in facts.main_positions() if at.target is not None][:MOST_MEASURES]
    return sorted(chosen, key=lambda at: _need(report, at))


def _need(report: Report, at: Position) -> tuple[int, int]:
    """How much a measure needs attention: targets missed, the longest first; then those that get worse; then the
    rest, with what cannot be judged last.
    """
    if at.is_disputed or at.value is None:
        return 5, 0
    is_worse = at.direction is Direction.WORSENING
    if at.result is TargetResult.NOT_MET:
        found = report.facts.target_run(at)
        return 0, -(found[0].length if found else 1)
    if is_worse:
        return 1, 0
    if at.result is TargetResult.WITHIN_TOLERANCE:
        return 2, 0
    return (3, 0) if at.target is not None else (4, 0)


# The verdict


def _verdict(report: Report, positions: list[Position]) -> Iterator[Markup]:
    """Sentences: what can be said of all measures, of the targets, and of the one that needs attention most."""
    facts = report.facts
    better, worse, judged = (len(facts.measures_that_are(s)) for s in ("improving", "worsening", "judged"))
    if judged:
        yield fill(
            "sections/verdict_signs.html",
            better=facts.count_measures("improving"),
            worse=facts.count_measures("worsening"),
            number_better=better,
            number_worse=worse,
            judged=facts.count_measures("judged"),
            number_judged=judged,
        )
    elif positions:
        yield fill("strong.html", text="There are too few values to tell a change from chance.")
    stated = {way: len(rows) for way, rows in facts.stated_effects().items()}
    if any(stated.values()):
        yield fill(
            "sections/verdict_stated.html",
            better=facts.count_stated(BETTER),
            worse=facts.count_stated(WORSE),
            values="value" if stated[BETTER] == 1 else "values",
        )
    if with_target := len(facts.measures_that_are("with_target")):
        yield fill(
            "sections/verdict_targets.html",
            met=facts.count_measures("met"),
            with_target=facts.count_measures("with_target"),
            number=with_target,
        )
    missed = [at for at in positions if at.result is TargetResult.NOT_MET]
    if missed:
        yield _missed_sentence(report, missed[0])


def _missed_sentence(report: Report, at: Position) -> Markup:
    """The measure that misses its target longest, with its value, its target and for how long."""
    facts = report.facts
    found = facts.target_run(at)
    return fill(
        "sections/verdict_missed.html",
        label=facts.measures[at.measure_id].label,
        value=facts.dated_value(at.current),
        target=facts.show(facts.target_figure(at)),
        run=facts.show(found[1]) if found and not found[0].is_met else "",
    )


# The table


def _table(report: Report, positions: list[Position]) -> Markup:
    """Each key measure with its line, now, before, a year before, its target, and how it stands in words."""
    before = "Month before" if all(_is_month_before(at) for at in positions if at.previous is not None) else "Earlier"
    columns = [
        Column("measure", "Measure", is_row_header=True),
        Column("line", _line_title(positions), is_optional=True),
        Column("now", "Now", is_number=True),
        Column("before", before, is_number=True, is_optional=True),
        Column("year", "Year before", is_number=True, is_optional=True),
        Column("target", "Target", is_number=True, is_optional=True),
        Column("words", "In words", is_optional=True),
    ]
    rows = [_row(report, at, before) for at in positions]
    used = [row for at in positions for row in (at.current, at.previous, at.target, *at.series[-LINE_POINTS:])]
    return figure_table(report, "measures.key", _caption(positions), columns, rows, used, "measures key")


def _caption(positions: list[Position]) -> str:
    return "Key measures, the one that needs attention first" if len(positions) > 1 else "Key measure"


def _line_title(positions: list[Position]) -> str:
    """What the lines span: so many months where every one of them has a point a month, else the latest values."""
    drawn = [at.history.points[-LINE_POINTS:] for at in positions if at.history and has_line(at)]
    spans = [month_number(points[-1].period) - month_number(points[0].period) + 1 for points in drawn]
    is_monthly = all(span == len(points) for span, points in zip(spans, drawn, strict=True))
    return f"{max(spans)} months" if spans and is_monthly else "Latest values"


def _is_month_before(at: Position) -> bool:
    if at.previous is None:
        return False
    return month_number(at.current["period"]) - month_number(at.previous["period"]) == 1


def _row(report: Report, at: Position, before: str) -> dict[str, str]:
    facts, measure, row = report.facts, report.facts.measures[at.measure_id], at.current
    year = compared_row(facts.observations_by_key, row, "same_period_last_year")
    # A day at the end of the month, and the month itself, are what the page is of.
    is_dated = end_of(row["period"]) != end_of(report.params.month) or row["period_type"] not in ("month", "snapshot")
    earlier = "" if at.previous is None else facts.marked_value(at.previous)
    if at.previous is not None and before == "Earlier":
        earlier = under(earlier, period_words(at.previous["period"], at.previous["period_type"]))
    now = facts.marked_value(row)
    return {
        "measure": under(measure.label, BETTER_WORDS[measure.better_when]),
        "line": measure_line(report, at),
        "now": under(now, period_words(row["period"], row["period_type"])) if is_dated else now,
        "before": earlier,
        "year": "" if year is None else facts.marked_value(year),
        "target": "" if at.target is None else facts.show(facts.target_figure(at)),
        "words": _words(report, at),
    }


def _words(report: Report, at: Position) -> Markup:
    """How a measure stands against its target and for how long, whether it changed, and how it ran."""
    facts, said = report.facts, []
    theirs = [words] if (words := stated_words(report, at)) else []
    if at.is_disputed:
        return joined(tag(NOT_JUDGED), *theirs, between="; ")
    if at.result is not None:
        mark = facts.show_mark(facts.result_figure(at), TARGET_MARKS[at.result])
        found = facts.target_run(at)
        said.append(aside(mark, facts.show(found[1])) if found else mark)
    if (
        at.direction is not None
        and at.direction not in UNJUDGED
        and at.direction is not Direction.NO_SIGNIFICANT_CHANGE
    ):
        said.append(facts.show_mark(facts.direction_figure(at), DIRECTION_MARKS[at.direction]))
    if (run := facts.run(at)) is not None:
        said.append(fill("sections/run.html", words=run[0].way.value, number=facts.show(run[1])))
    return joined(*said, *theirs, between="; ")


# What follows


def _not_working(report: Report) -> list[Markup]:
    """The priorities whose effect is compromised or at risk, the gravest and longest first; without priorities, the
    measures that miss their targets stand in the table.
    """
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
    return [_priority_words(report, row, by_key) for row in rows[:MOST]]


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


def _being_done(report: Report) -> list[Markup]:
    """Steps that are late, under way or planned, the late ones and the next due first."""
    table = report.facts.tables["actions"]
    rows = [r for r in rows_of(table) if r["status"] in OPEN_FIRST]
    rows.sort(key=lambda r: (OPEN_FIRST.index(ActionState(r["status"])), r["due"] or "9999"))
    return [
        fill(
            "sections/being_done.html",
            mark=mark_html(ACTION_MARKS[ActionState(r["status"])]),
            text=r["text"].rstrip("."),
            due=nb.format_day(r["due"]) if r["due"] else "",
        )
        for r in rows[:MOST]
    ]


def _questions(report: Report, positions: Iterable[Position]) -> list[str]:
    """The questions of the measures that need attention most: each once."""
    asked = (
        report.facts.measures[at.measure_id].question
        for at in positions
        if at.result in (TargetResult.NOT_MET, TargetResult.WITHIN_TOLERANCE) or at.direction is Direction.WORSENING
    )
    others = (report.facts.measures[at.measure_id].question for at in positions)
    return [q for q in dict.fromkeys([*asked, *others]) if q][:MOST]
