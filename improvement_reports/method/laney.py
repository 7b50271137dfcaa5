"""Laney's p' chart: for percentages of very different numbers of cases, where one pair of limits would not do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from improvement_reports.domain.vocabulary import BetterWhen
from improvement_reports.method.own_series import Series, counted, own_chart, reaches
from improvement_reports.method.spc_chart import Assurance, ControlChart, Segment, Variation
from improvement_reports.method.spc_limits import baseline_of, root
from improvement_reports.method.two_proportions import Counted

MOST_APART = Fraction(1, 2)  # of the mean number of cases, up to which one pair of limits does


def varies(numbers: Sequence[int]) -> bool:
    """Whether some number of cases is more than half above or below their mean."""
    if not numbers:
        return False
    mean = Fraction(sum(numbers), len(numbers))
    return any(abs(n - mean) > MOST_APART * mean for n in numbers)


@dataclass(frozen=True)
class LaneyChart:
    """``chart``: of how many standard errors each point is from the average; ``centre``: the average, in percent;
    ``limits``: of each point in percent, as drawn; None at a gap.
    """

    chart: ControlChart
    centre: Fraction
    limits: tuple[tuple[Fraction, Fraction] | None, ...]
    variation: Variation
    assurance: Assurance


def laney_chart(series: Series, target: Fraction | None = None) -> LaneyChart | None:
    """The p' chart (D. B. Laney, *Quality Engineering* 14, 2002); None where a number of cases is not known, or where
    every case of the baseline is counted or none.

    Each share less the average is divided by the standard error that its number of cases gives it; the rules of the XmR
    chart judge what comes out, so that more variation than chance would give widens the limits.
    """
    cases = [counted(point, series.unit) for point in series.points]
    if series.rebases or any(c is None for c, v in zip(cases, series.exact, strict=True) if v is not None):
        return None
    known = baseline_of([None if c is None else Fraction(i) for i, c in enumerate(cases)], series.baseline)
    first = [c for i in known if i is not None and (c := cases[int(i)]) is not None]
    average = Fraction(sum(c.cases for c in first), sum(c.of for c in first)) if first else Fraction(0)
    if not 0 < average < 1:
        return None
    errors = [None if c is None else root(average * (1 - average) / c.of) for c in cases]
    scores = [
        None if c is None or error is None else (Fraction(c.cases, c.of) - average) / error
        for c, error in zip(cases, errors, strict=True)
    ]
    chart = own_chart(series, values=scores)
    upper = chart.segments[-1].upper
    if upper is None:
        return None
    limits = tuple(None if error is None else _limits(average, error * Fraction(upper)) for error in errors)
    return LaneyChart(chart, 100 * average, limits, chart.variation, _assurance(chart, average, cases, target, upper))


def in_percent(found: LaneyChart, series: Series, target: Fraction | None = None) -> ControlChart:
    """The same chart as it is drawn: its points, average and limits in percent, what is marked as it was judged."""
    values = [None if value is None else float(value) for value in series.exact]
    points = tuple(replace(point, value=value) for point, value in zip(found.chart.points, values, strict=True))
    limits = tuple(None if pair is None else (float(pair[0]), float(pair[1])) for pair in found.limits)
    newest = next(pair for pair in reversed(limits) if pair is not None)
    part = Segment(0, len(points) - 1, sum(v is not None for v in values), float(found.centre), *newest)
    return replace(
        found.chart,
        points=points,
        segments=(part,),
        variation=found.variation,
        assurance=found.assurance,
        target=None if target is None else float(target),
        floor=0.0,
        ceiling=100.0,
        point_limits=limits,
    )


def _limits(average: Fraction, reach: Fraction) -> tuple[Fraction, Fraction]:
    return 100 * max(Fraction(0), average - reach), 100 * min(Fraction(1), average + reach)


def _assurance(
    chart: ControlChart, average: Fraction, cases: Sequence[Counted | None], target: Fraction | None, upper: float
) -> Assurance:
    """As of an XmR chart, with the limits of the newest number of cases; in a change they say nothing yet."""
    if target is None or chart.better_when is None or chart.better_when is BetterWhen.NEUTRAL:
        return Assurance.NO_TARGET
    newest = next((c for c in reversed(cases) if c is not None), None)
    if newest is None or chart.variation is Variation.TOO_FEW_POINTS:
        return Assurance.TOO_FEW_POINTS
    if chart.variation is not Variation.COMMON_CAUSE:
        return Assurance.UNRELIABLE
    reach = root(average * (1 - average) / newest.of) * Fraction(upper)
    return reaches(100 * (average - reach), 100 * (average + reach), target, chart.better_when)
