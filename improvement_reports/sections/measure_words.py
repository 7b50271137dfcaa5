"""What is said of a measure beside its chart: whether it changed, how it ran, its target, and the year before."""

from typing import TypedDict

from markupsafe import Markup

from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, UNJUDGED
from improvement_reports.facts.figures import Figure
from improvement_reports.method.aptness import WHY_NOT
from improvement_reports.method.judgement_words import AGAINST_THE_FIRST, CHARTS
from improvement_reports.method.paces import Run, TargetRun
from improvement_reports.method.progress import Position
from improvement_reports.report import Report


class Words(TypedDict, total=False):
    """The parts of the sentences; an empty one is left out."""

    direction: Markup
    against: str
    run: dict[str, str]
    target: dict[str, object]
    year: dict[str, str]
    assurance: Markup
    pace: dict[str, str]
    stated: Markup
    stated_when: str
    no_chart: str


NOTHING: Words = {
    "direction": Markup(),
    "against": "",
    "run": {},
    "target": {},
    "year": {},
    "assurance": Markup(),
    "pace": {},
    "stated": Markup(),
    "stated_when": "",
    "no_chart": "",
}


def said_of(report: Report, at: Position) -> Markup:
    """The sentences about a measure up to its newest value; nothing where none can be said."""
    facts = report.facts
    if at.direction is None or at.is_disputed:
        return Markup()
    words: Words = {**NOTHING, **_judged(report, at), **_target(report, at)}
    if (run := facts.run(at)) is not None:
        words["run"] = {"way": run[0].way.value.capitalize(), "number": facts.show(run[1]), "since": _since(at, run[0])}
    if (year := facts.year_change(at)) is not None:
        text = year[0].published
        words["year"] = {"change": facts.show(year[0], text[0].upper() + text[1:]), "when": year[1]}
    if (stated := facts.stated_direction(at)) is not None:
        words["stated"], words["stated_when"] = facts.show(stated[0]), stated[1]
    return fill("sections/said.html", **words) if any(words.values()) else Markup()


def _judged(report: Report, at: Position) -> Words:
    """The word of judgement with what it rests on, or why no chart gives one."""
    facts, found = report.facts, at.judgement
    words: Words = {}
    if at.direction is not None and at.direction not in UNJUDGED:
        words["direction"] = facts.show_mark(facts.direction_figure(at), DIRECTION_MARKS[at.direction])
        words["against"] = AGAINST_THE_FIRST if found is not None and found.basis in CHARTS else _compared(at)
    if found is not None and found.why_no_chart is not None:
        words["no_chart"] = WHY_NOT[found.why_no_chart]
    return words


def _compared(at: Position) -> str:
    return "" if at.previous is None else f"against {format_day(at.previous['period'])}"


def _target(report: Report, at: Position) -> Words:
    """For how long the target was met or missed, when it was first met, and where limits and pace lead."""
    facts, words = report.facts, Words()
    if (found := facts.target_run(at)) is not None:
        words["target"] = _run_against_target(report, at, *found)
    if (assurance := facts.assurance(at)) is not None:
        words["assurance"] = facts.show_mark(*assurance)
    if (leads := facts.pace_words(at)) is not None:
        words["pace"] = {"words": leads[0], "about": "" if leads[1] is None else facts.show(leads[1])}
    return words


def _run_against_target(report: Report, at: Position, run: TargetRun, number: Figure) -> dict[str, object]:
    """For how long the target was met or missed, how often it was met in all, and when first."""
    facts, more = report.facts, {"so_far": "", "first_met": ""}
    if (so_far := facts.met_so_far(at, run)) is not None:
        more["so_far"] = facts.show(so_far)
        if run.first_met != run.since and (first := facts.first_met(at, run)) is not None:
            more["first_met"] = facts.show(first)
    return {"way": "met" if run.is_met else "missed", "number": facts.show(number), "since": _since(at, run), **more}


def _since(at: Position, run: Run | TargetRun) -> str:
    """When the first of the periods of a run was."""
    assert at.history is not None  # or there would be no run
    return format_day(at.history.points[run.since].period)
