"""What a control chart says, in words."""

from collections.abc import Sequence

from improvement_reports.domain.numbers import decimals_of, format_day, format_days, format_number, format_value
from improvement_reports.domain.vocabulary import Direction, Unit
from improvement_reports.method.spc_chart import TRIAL_BELOW, Assurance, ControlChart, Rule, Variation
from improvement_reports.method.spc_limits import LIMIT_FACTOR, RANGE_FACTOR
from improvement_reports.method.spc_signals import near

SIGNAL_WORDS = {
    (Rule.OUTSIDE_LIMITS, Direction.UP): "above the upper limit",
    (Rule.OUTSIDE_LIMITS, Direction.DOWN): "below the lower limit",
    (Rule.SHIFT, Direction.UP): "shift above the average",
    (Rule.SHIFT, Direction.DOWN): "shift below the average",
    (Rule.TREND, Direction.UP): "rising trend",
    (Rule.TREND, Direction.DOWN): "falling trend",
    (Rule.TWO_OF_THREE, Direction.UP): "two of three near or above the upper limit",
    (Rule.TWO_OF_THREE, Direction.DOWN): "two of three near or below the lower limit",
}


VARIATION_WORDS = {
    Variation.COMMON_CAUSE: "is within ordinary variation (no significant change)",
    Variation.IMPROVING: "is part of a signal of improvement",
    Variation.WORSENING: "is part of a signal of worsening",
    Variation.UP: "is part of a signal of increase",
    Variation.DOWN: "is part of a signal of decrease",
}


ASSURANCE_WORDS = {
    Assurance.PASSING: "and both limits meet the target of {}",
    Assurance.FAILING: "and both limits miss the target of {}",
    Assurance.UNRELIABLE: "and the target of {} lies between the limits (hit and miss)",
}


def rule_sentence(chart: ControlChart) -> str:
    """The rule set with its settings, in one sentence, for under the chart."""
    gap = "; no rule reaches across a missing value" if chart.gaps else ""
    trial = f"; the limits are trial limits until there are {TRIAL_BELOW} points" if chart.is_trial else ""
    return (
        f"{_limit_words(chart)}; points are marked if they are outside the limits, if {_run_rule(chart)}, or if"
        " two of three in a row are more than two thirds of the way to a limit with all three on the same"
        f" side{gap}{trial}."
    )


def _limit_words(chart: ControlChart) -> str:
    """Where the limits lie, and of which points."""
    screened = f", leaving out differences above {float(RANGE_FACTOR)} times their mean" if chart.screen_ranges else ""
    times = f"{float(LIMIT_FACTOR)} times the mean difference between neighbouring points"
    if chart.spread_factor:
        times = f"the wider of {times} and {float(chart.spread_factor):g} standard deviations"
    kind = "p' chart of Laney, wider where there are fewer cases" if chart.point_limits else "XmR chart"
    first = f"; both are of the first {chart.baseline} values" if chart.baseline else ""
    return f"The limits are the average plus and minus {times} ({kind}){screened}{first}"


def _run_rule(chart: ControlChart) -> str:
    """The rules of several points in a row."""
    out = f" and on average more than {chart.shift_reach} of the way to a limit" if chart.shift_reach else ""
    return (
        f"{chart.shift_length} or more in a row are on one side of the average{out}, "
        f"if {chart.trend_length} or more in a row each rise or each fall"
    )


MOST_NAMED = 3  # times that a description names for one rule; a table beside the chart has them all


def describe(chart: ControlChart, labels: Sequence[str], *, unit: Unit = Unit.COUNT, decimals: int = 1) -> str:
    """The chart in plain sentences, for its alternative text. ``labels``: the period of each point, YYYY-MM.

    One sentence on the points, the average and the limits; one for each rebase; one on what is marked; one on what the
    latest point says and on the target. Limits are given as drawn, and it is said where that is not as computed.
    ``decimals``: of average and limits. ValueError if there is not one label per point.
    """
    if len(labels) != len(chart.points):
        raise ValueError(f"{len(chart.points)} points, but {len(labels)} labels")
    if chart.latest is None:
        return "No value is known, so there is nothing to draw."
    sentences = [_points_words(chart, labels, unit, decimals)]
    for rebase in chart.rebases:
        sentences.append(
            f"Average and limits start anew with {format_day(labels[rebase.index])}: {rebase.reason.strip()} "
            f"(approved by {rebase.approver.strip()}, {format_day(rebase.date)})."
        )
    return " ".join([*sentences, _signals_words(chart, labels, unit, decimals)])


def _points_words(chart: ControlChart, labels: Sequence[str], unit: Unit, decimals: int) -> str:
    count = len(chart.points) - len(chart.gaps)
    text = f"{count} {'point' if count == 1 else 'points'}, {format_days(labels[0], labels[-1])}"
    if chart.gaps:
        text += f" (no value for {_times(near(chart.gaps, 1), labels)})"
    last = chart.segments[-1]
    limits = chart.drawn_limits(last)
    if limits is None or last.centre is None:
        return f"{text}: too few for limits."
    lower, upper = (format_value(limit, unit, decimals) for limit in limits)
    text += f": average {format_value(last.centre, unit, decimals)}, limits {lower} and {upper}"
    if len(chart.segments) > 1:
        text += f", since {format_day(labels[last.start])}"
    notes = []
    for name, end, drawn, computed in (
        ("lower", "lowest", limits[0], last.lower),
        ("upper", "highest", limits[1], last.upper),
    ):
        if computed is not None and drawn != computed:
            exact = format_number(computed, max(1, decimals))
            notes.append(f"the {name} one, computed as {exact}, is drawn at the {end} possible value")
    if chart.is_trial:
        notes.append(f"trial limits: fewer than {TRIAL_BELOW} points")
    return text + (f" ({'; '.join(notes)})" if notes else "") + "."


def _signals_words(chart: ControlChart, labels: Sequence[str], unit: Unit, decimals: int) -> str:
    found = []
    for (rule, direction), words in SIGNAL_WORDS.items():
        flagged = {i for s in chart.signals if (s.rule, s.direction) == (rule, direction) for i in s.indexes}
        if flagged:
            found.append(f"{words}, {_times(near(sorted(flagged), 1), labels)}")
    if chart.variation is Variation.TOO_FEW_POINTS:
        return f"{'Marked: ' + '; '.join(found) + '. ' if found else ''}Too few points to tell a change from chance."
    newest = chart.latest
    assert newest is not None and newest.value is not None  # or there would be nothing to describe
    own = decimals_of(newest.value)  # a value is never shown with fewer decimals than it was stated with
    shown = format_value(newest.value, unit, 0 if unit is Unit.COUNT and not own else max(own, decimals))
    latest = f"The latest value, {shown} in {format_day(labels[newest.index])}, {VARIATION_WORDS[chart.variation]}"
    if chart.target is not None and chart.assurance in ASSURANCE_WORDS:
        goal = format_value(chart.target, unit)
        latest += ", " + ASSURANCE_WORDS[chart.assurance].format(goal)
    return f"{'Marked: ' + '; '.join(found) if found else 'No point is marked'}. {latest}."


def _times(groups: Sequence[Sequence[int]], labels: Sequence[str]) -> str:
    """When each group was, newest last; of many groups the newest."""
    times = [format_days(labels[group[0]], labels[group[-1]]) for group in groups]
    if len(times) > MOST_NAMED:
        return f"{', '.join(times[-MOST_NAMED:])} and {len(times) - MOST_NAMED} earlier"
    return times[0] if len(times) == 1 else f"{', '.join(times[:-1])} and {times[-1]}"
