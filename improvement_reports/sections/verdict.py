"""The verdict of a report in one sentence, all of it computed and traced; of a report that states no measures over time
the sentence of its parameters.
"""

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain.markup import linked_count
from improvement_reports.domain.series import end_of
from improvement_reports.domain.templates import as_markup, fill
from improvement_reports.domain.vocabulary import Status, TargetResult
from improvement_reports.facts.facts import Facts
from improvement_reports.facts.stated import BETTER, WORSE
from improvement_reports.method.progress import Position
from improvement_reports.report import Report

TOO_FEW = "there are too few values to tell a change from chance"
NO_EARLIER = "the source gives no earlier values, so its figures cannot say whether it gets better"
OTHER_KIND = (
    "the earlier values that the source gives are of other kinds of period, so its figures cannot say whether it gets"
    " better"
)
NOTHING = "The return states no values that can be judged and no targets, so nothing can be said of progress in numbers"


def verdict(report: Report, positions: list[Position]) -> Markup:
    """One sentence: what changed, how many targets are met, and which is missed longest. ``positions``: the key
    measures, worst first.
    """
    facts = report.facts
    if not report.params.kind.has_dashboard:
        return fill("sections/stated_verdict.html", text=report.fill(report.params.summary), signs=_seen(facts))
    clauses = [*_signs(facts), *_effects(facts), *_targets(facts, positions), *_stated(facts)]
    if not facts.measures_that_are("judged") and positions:
        clauses.append(as_markup(TOO_FEW))
    clauses = clauses or [as_markup(NOTHING)]
    return fill("sections/verdict.html", clauses=[_begun(clauses[0]), *clauses[1:]])


def _seen(facts: Facts) -> Markup:
    """Beside a stated verdict what its own figures say of change; nothing where the report has none."""
    main = facts.main_positions()
    if found := next(_signs(facts), None):
        return _begun(found)
    if not main:
        return Markup()
    return _begun(as_markup(_why_unjudged(facts, main)))


def _why_unjudged(facts: Facts, main: list[Position]) -> str:
    """Why nothing is said of change: too few values, earlier ones of another kind of period only, or none."""
    if any(at.change is not None for at in main):
        return TOO_FEW
    known = facts.observations_by_key
    ends, values = known.cells("period"), known.cells("value")
    for at in main:
        now = end_of(at.current["period"])
        same = known.places(**{c: at.current[c] for c in ("measure_id", "area", "category")})
        if any(end_of(ends[n]) < now and not pd.isna(values[n]) for n in same):
            return OTHER_KIND
    return NO_EARLIER


def _begun(clause: Markup) -> Markup:
    """A clause as the beginning of a sentence; one that begins with a number stays as it is."""
    return clause if clause.startswith("<") else clause[:1].upper() + clause[1:]


def _signs(facts: Facts) -> Iterator[Markup]:
    """How many measures got better and how many worse, of those that can be judged; nothing where none can be."""
    if not facts.measures_that_are("judged"):
        return
    number = {state: len(facts.measures_that_are(state)) for state in ("improving", "worsening")}
    shown = {state: facts.count_measures(state) for state, n in number.items() if n}
    none = {state: facts.show(facts.measures_figure(state), "none") for state, n in number.items() if not n}
    yield fill(
        "sections/verdict_signs.html",
        better=shown.get("improving", ""),
        worse=shown.get("worsening", ""),
        none_better=none.get("improving", ""),
        none_worse=none.get("worsening", ""),
        judged=linked_count(facts.count_measures("judged"), "measure", "measures"),
    )


def _effects(facts: Facts) -> Iterator[Markup]:
    """For how many priorities the plan has not the effect it should have, where the measures alone cannot say it."""
    rated = facts.rated_priorities()
    bad = rated[rated["impact_status"] == Status.COMPROMISED]
    if bad.empty:
        return
    yield fill(
        "sections/verdict_effects.html",
        bad=facts.count_priorities("impact", Status.COMPROMISED.value),
        rated=facts.count_priorities(),
        is_one=len(rated) == 1,
    )


def _stated(facts: Facts) -> Iterator[Markup]:
    """How many values the source itself calls better, and worse, where it does."""
    numbers = {way: len(rows) for way, rows in facts.stated_effects().items()}
    if any(numbers.values()):
        better, worse = facts.count_stated(BETTER), facts.count_stated(WORSE)
        yield fill("sections/verdict_stated.html", better=better, worse=worse, number=numbers[BETTER])


def _targets(facts: Facts, positions: list[Position]) -> Iterator[Markup]:
    """How many targets are met, and of the key measures the one that misses it longest, else by most."""
    with_target = facts.measures_that_are("with_target")
    if not with_target:
        return
    met = len(facts.measures_that_are("met"))
    missed = next((at for at in positions if at.result is TargetResult.NOT_MET), None)
    yield fill(
        "sections/verdict_targets.html",
        is_all=met == len(with_target),
        met=facts.count_measures("met"),
        is_one=1 in (met, len(with_target)),
        with_target=linked_count(facts.count_measures("with_target"), "target", "targets"),
        **_missed(facts, missed),
    )


def _missed(facts: Facts, at: Position | None) -> dict[str, str]:
    """A measure that misses its target: its name, its value, the target, and for how long."""
    if at is None:
        return {"label": "", "value": "", "target": "", "run": ""}
    found = facts.target_run(at)
    return {
        "label": facts.measures[at.measure_id].label,
        "value": facts.marked_value(at.current),
        "target": facts.show_target(at),
        "run": facts.show(found[1]) if found and not found[0].is_met else "",
    }
