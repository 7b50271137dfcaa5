"""The control chart of a measure, drawn from the very chart that its verdict was read from."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from improvement_reports.charts.control import control_svg
from improvement_reports.charts.trend import Point
from improvement_reports.domain.series import month_number
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.method.laney import LaneyChart, in_percent
from improvement_reports.method.progress import Position, one_goal
from improvement_reports.method.spc_chart import ControlChart, Rule
from improvement_reports.method.spc_words import describe, rule_sentence
from improvement_reports.workspace.measures import Measure

MARKED = {
    Rule.OUTSIDE_LIMITS: "outside the limits",
    Rule.SHIFT: "run on one side",
    Rule.TREND: "trend",
    Rule.TWO_OF_THREE: "two of three near a limit",
}


class Judged(NamedTuple):
    """A control chart for a page: the drawing, its alternative text, why each point is marked, and the rules."""

    draw: Callable[[int], str]
    alt: str
    marked: list[str]
    how: str


def judged_drawing(at: Position, measure: Measure, points: Sequence[Point]) -> Judged | None:
    """The chart that the verdict on a measure rests on; None where it rests on none. ``points``: those of its table,
    with the target that held at each.
    """
    chart = judged_chart(at)
    labels = [point.period[:7] for point in points]
    if chart is None or len(chart.points) != len(points) or not _is_even(labels):
        return None
    decimals = shown_decimals(at, measure.unit)
    return Judged(
        partial(_drawing, labels, chart, measure.unit, decimals, list(points)),
        f"Control chart. {describe(chart, labels, unit=measure.unit, decimals=decimals)}",
        [", ".join(MARKED[flag] for flag in point.flags) for point in chart.points],
        rule_sentence(chart),
    )


def judged_chart(at: Position) -> ControlChart | None:
    """The chart that a verdict was read from, in the measure's unit."""
    found = None if at.judgement is None else at.judgement.chart
    if not isinstance(found, LaneyChart) or at.history is None:
        return found if isinstance(found, ControlChart) else None
    return in_percent(found, at.history, one_goal(at.target))


def shown_decimals(at: Position, unit: Unit) -> int:
    """Of average and limits: one more than the values have, none for counts."""
    if unit is Unit.COUNT:
        return 0
    return 1 + max((p.decimals for p in at.history.points), default=0) if at.history else 1


def _drawing(labels: list[str], chart: ControlChart, unit: Unit, decimals: int, beside: list[Point], width: int) -> str:
    return control_svg(labels, chart, unit, decimals, width, beside)


def _is_even(labels: Sequence[str]) -> bool:
    """Whether the points stand a whole number of months apart, always the same; two days of one month do not."""
    steps = {month_number(b) - month_number(a) for a, b in pairwise(labels)}
    return len(steps) == 1 and 0 not in steps
