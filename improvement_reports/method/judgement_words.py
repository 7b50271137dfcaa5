"""What a judgement rests on, in words: for the entry of a direction, and for under a table."""

import re
from collections.abc import Iterable

from improvement_reports.domain.numbers import counted, format_number
from improvement_reports.domain.vocabulary import BetterWhen, Direction
from improvement_reports.method.aptness import WHY_NOT
from improvement_reports.method.judgement import Basis, Judgement
from improvement_reports.method.own_series import RULES
from improvement_reports.method.two_proportions import Counted, strict_level

SIDES = {
    BetterWhen.HIGHER: "higher is better",
    BetterWhen.LOWER: "lower is better",
    BetterWhen.NEUTRAL: "neither higher nor lower is better",
}
CHARTS = {Basis.CHART: "XmR control chart", Basis.LANEY: "p' control chart"}
AGAINST_THE_FIRST = "against its first twelve values"
# The formulas that `rule_words` writes, for whoever computes a direction again.
RULE = re.compile(
    r"(?:(?P<chart>XmR|p') control chart of \d+ values?, average and limits of the first \d+"
    r"|(?P<test>test of two shares, .+)|(?P<change>the change alone is told: .+)|(?P<nothing>nothing to compare with))"
    r"; (?P<side>higher is better|lower is better|neither higher nor lower is better)"
)


def rule_words(found: Judgement | None, values: int, better_when: BetterWhen) -> str:
    """By which rule a direction was found, as its entry says it. ``values``: how many the series has."""
    return f"{_basis(found, values)}; {SIDES[better_when]}"


def _basis(found: Judgement | None, values: int) -> str:
    if found is None or found.basis is Basis.NOTHING:
        return "nothing to compare with"
    if (chart := CHARTS.get(found.basis)) is not None:
        return f"{chart} of {counted(values, 'value')}, average and limits of the first {RULES.fewest}"
    if found.basis is Basis.TEST and found.now and found.before:
        return (
            f"test of two shares, {_share(found.now)} against {_share(found.before)}: p = {_p(found.p or 0.0)}, a"
            f" change if at most {format_number(strict_level(), 4)}"
        )
    if found.why_no_chart is not None:
        return f"the change alone is told: no control chart fits, because {WHY_NOT[found.why_no_chart]}"
    return f"the change alone is told: fewer than {RULES.fewest} values, and no two counts of cases to test"


def _share(share: Counted) -> str:
    return f"{format_number(share.cases)} of {format_number(share.of)}"


def _p(p: float) -> str:
    return "under 0.0001" if p < 0.0001 else format_number(p, 4)


def unjudged_words(directions: Iterable[Direction | None]) -> str:
    """What stands once under a table in which some measures have no direction; nothing where all have one."""
    found = set(directions)
    if not found & {Direction.TOO_FEW_POINTS, Direction.NOT_JUDGED}:
        return ""
    return (
        f"Where no direction stands, there are too few values to tell a change from chance: it takes {RULES.fewest}, or"
        " two that are each given as so many of so many."
    )
