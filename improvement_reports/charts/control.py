"""Control charts as SVG: `spc.ControlChart` in, drawing out, in the style of `charts`.

Points, average and limits are labelled at the right end, where the eye arrives. A flagged point has a shape of its own
besides its colour. The finding, the rule set (`spc.rule_sentence`), the alternative text (`spc.describe`) and the table
are HTML around it.
"""

import re
import textwrap
from collections.abc import Sequence
from itertools import groupby, pairwise

from improvement_reports.charts.axis import clipped, off_scale, off_scale_words
from improvement_reports.charts.canvas import GRID, INK, NARROW, QUIET, WIDE, new_axes, palette, sentence_svg, svg_text
from improvement_reports.charts.control_labels import (
    FONT,
    HATCH,
    LIMIT,
    LINE,
    TARGET,
    draw_end_labels,
    draw_key,
    draw_mark,
    end_labels,
    key_entries,
    key_rows,
    look_of,
    looks,
    short_value,
    xy,
)
from improvement_reports.charts.drawn_before import drawn_once
from improvement_reports.charts.trend import Point
from improvement_reports.domain.numbers import format_number, format_short_month, parse_date
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.method.spc_chart import ControlChart

DENSE = 1.3  # diameter of a point, in pixels, up to which only flagged points are drawn
TICK_STEPS = (1, 2, 3, 6, 12, 24, 36, 48, 60, 120)  # months between labels of the time axis
REASON_WORDS = 4  # of a rebase, beside its line
EDGE = 6  # pixels from the end of the axis to a value that is off its scale


@drawn_once
def control_svg(
    labels: list[str],
    chart: ControlChart,
    unit: Unit,
    decimals: int = 0,
    width: int = WIDE,
    beside: Sequence[Point] = (),
) -> str:
    """The drawing of a control chart, ``width`` CSS pixels wide (720 or 340); the same bytes for the same input.

    ``labels``: the month of each point, YYYY-MM, evenly spaced: a month without a value is a gap (None) in the chart,
    not a missing label. ``decimals``: of average and limits. ``beside``: what else is known of each point:
    the target that held then, and how its value is written. A value far from all others is drawn at
    the edge with its number (`axis.off_scale`). A sentence if there is no value at all; ValueError for labels that do
    not fit.
    """
    months = _months(labels, chart)
    if chart.latest is None:
        return sentence_svg("No value is known, so there is nothing to draw.", width)
    narrow = width <= NARROW
    rows = key_rows(key_entries(chart), width)
    goals = [*_goals(beside), *(point.target_upper for point in beside)]
    low, high, ticks = _scale(chart, unit, goals)
    tick_decimals = max((len(t.partition(".")[2]) for t in (f"{t:.10g}" for t in ticks)), default=0)
    tick_texts = [f"{format_number(t, tick_decimals)}{'%' if unit is Unit.PERCENT else ''}" for t in ticks]
    ends = end_labels(chart, unit, decimals, beside)
    longest = max((max(len(e.words), len(e.text)) if narrow else len(f"{e.words} {e.text}") for e in ends), default=0)
    left, right = 12 + 8 * max(map(len, tick_texts)), 12 + 7.2 * longest
    # A label of two lines at the end of a line reaches above it.
    top, bottom = (12 + LINE * max(_rebase_rows(chart, narrow), int(narrow))), 40 + 22 * len(rows)
    height = top + bottom + (200 if narrow else 250)
    plot_width, plot_height = width - left - right, height - top - bottom
    box = (left / width, bottom / height, plot_width / width, plot_height / height)
    figure, axes = new_axes(width, height, box)
    step = months[1] - months[0] if len(months) > 1 else 1
    first, last = months[0] - step * 0.7, months[-1] + step * 0.7
    axes.set_xlim(first, last)
    axes.set_ylim(low, high)
    axes.set_yticks(ticks, tick_texts)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    _time_axis(axes, labels, months, plot_width)
    _gaps(axes, chart, months, step)
    _limits(axes, chart, months, step)
    _targets(axes, chart, months, step, beside)
    _line(axes, chart, months, _marker_size(plot_width / (last - first) * step))
    _off_scale_labels(axes, chart, months, unit)
    _first_label(axes, chart, months, beside)
    _rebases(axes, chart, months, step, (plot_width, narrow))
    draw_end_labels(axes, ends, last, plot_height, narrow)
    draw_key(figure, rows, (width, height))
    return svg_text(figure)


def _months(labels: list[str], chart: ControlChart) -> list[int]:
    """Each label as a number of months; evenly spaced, because the rules take them so."""
    if len(labels) != len(chart.points):
        raise ValueError(f"{len(chart.points)} points, but {len(labels)} labels")
    if any(len(label) != 7 for label in labels):
        raise ValueError("the labels of a control chart are months, YYYY-MM")
    days = [parse_date(label) for label in labels]
    months = [day.year * 12 + day.month - 1 for day in days]
    steps = {b - a for a, b in pairwise(months)}
    if len(steps) > 1 or min(steps, default=1) < 1:
        raise ValueError(
            "the months of a control chart follow each other evenly; a month without a value is a gap (None)"
        )
    return months


def _lines_drawn(chart: ControlChart, goals: Sequence[float | None] = ()) -> list[float]:
    """The heights of all limits and targets."""
    drawn = [limit for s in chart.segments for limit in chart.drawn_limits(s) or ()]
    drawn += [limit for pair in chart.point_limits if pair is not None for limit in pair]
    return [*drawn, *(g for g in (chart.target, *goals) if g is not None)]


def _scale(chart: ControlChart, unit: Unit, goals: Sequence[float | None] = ()) -> tuple[float, float, list[float]]:
    """Bottom, top and ticks of the value axis. From zero, unless all that is drawn lies in the upper half."""
    from matplotlib.ticker import MaxNLocator

    values, lines = [p.value for p in chart.points if p.value is not None], _lines_drawn(chart, goals)
    left_out = off_scale(values, lines)
    shown = [*(v for v in values if v not in left_out), *lines]
    least, most = min(shown), max(shown)
    least = 0 if 0 <= least <= most / 2 else least
    span = (most - least) or abs(most) or 1
    ticks = [
        float(t)
        for t in MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10], integer=unit is Unit.COUNT).tick_values(least, most)
    ]
    low = 0 if least == 0 else least - span * 0.08
    high = most + span * 0.08
    if unit is Unit.PERCENT and most <= 100:
        high = min(high, 100)
    return low, high, [t for t in ticks if low <= t <= high]


def _marker_size(pixels: float) -> float:
    """Diameter of an ordinary point, from the pixels between two of them."""
    return min(6.0, max(1.2, pixels * 0.55))


def _time_axis(axes, labels: list[str], months: list[int], plot_width: float) -> None:
    """As many labels as have room, half a year or more apart from the first April on."""
    most = max(2, int(plot_width // 48))
    aprils = [m for m in months if m % 12 == 3]
    chosen: list[int] = []
    for step in TICK_STEPS:
        origin = aprils[0] if aprils and step >= 6 else months[-1]  # else the newest month has its label
        chosen = [i for i, m in enumerate(months) if (m - origin) % step == 0]
        if len(chosen) <= most:
            break
    axes.set_xticks([months[i] for i in chosen], [format_short_month(labels[i]).replace(" ", "\n") for i in chosen])


def _gaps(axes, chart: ControlChart, months: list[int], step: int) -> None:
    """Months without a value: hatched over the full height, and the line is broken."""
    for is_gap, group in groupby(range(len(months)), key=lambda i: chart.points[i].value is None):
        if is_gap:
            run = list(group)
            start, end = months[run[0]] - step / 2, months[run[-1]] + step / 2
            axes.axvspan(start, end, zorder=1, **HATCH)


def _limits(axes, chart: ControlChart, months: list[int], step: int) -> None:
    """Average, limits and target; each segment has its own."""
    for segment in chart.segments:
        limits = chart.drawn_limits(segment)
        if limits is None:
            continue
        span = [months[segment.start] - step / 2, months[segment.end] + step / 2]
        axes.plot(span, [segment.centre] * 2, color=QUIET, linewidth=1.4, zorder=2, solid_capstyle="butt")
        for limit in () if chart.point_limits else limits:
            axes.plot(span, [limit] * 2, zorder=2, clip_on=False, **LIMIT)
    for side in (0, 1) if chart.point_limits else ():
        _steps(axes, [None if pair is None else pair[side] for pair in chart.point_limits], months, step, LIMIT)


def _targets(axes, chart: ControlChart, months: list[int], step: int, beside: Sequence[Point]) -> None:
    """The target, of a range both ends; as a step where the series did not always have the same."""
    goals, uppers = _goals(beside), [point.target_upper for point in beside]
    if any(goal is not None for goal in goals):
        _steps(axes, goals, months, step, TARGET)
        if any(goal is not None for goal in uppers):
            _steps(axes, uppers, months, step, TARGET)
    elif chart.target is not None:
        axes.axhline(chart.target, **TARGET)


def _steps(axes, heights: Sequence[float | None], months: list[int], step: int, style: dict) -> None:
    """A line that goes from height to height half way between two points, and breaks where there is none."""
    for is_there, group in groupby(range(len(months)), key=lambda i: heights[i] is not None):
        run = list(group)
        if is_there:
            xs = [x for i in run for x in (months[i] - step / 2, months[i] + step / 2)]
            axes.plot(xs, [heights[i] for i in run for _ in (0, 1)], **{"zorder": 2, "clip_on": False, **style})


def _line(axes, chart: ControlChart, months: list[int], size: float) -> None:
    """The values: a line that breaks at gaps, ordinary points as dots, flagged points in the shape of their rule."""
    main, heights = palette()["main"], _heights(axes, chart)
    values = [float("nan") if y is None else y for y in heights]
    axes.plot(months, values, color=main, linewidth=1.1 if size < 3 else 1.6, zorder=3, clip_on=False)
    drawn = list(zip(months, heights, chart.points, strict=True))
    plain = [(m, y) for m, y, p in drawn if y is not None and not p.flags]
    if size > DENSE:  # else the dots would be a band of their own; the line shows where they are
        axes.plot(*xy(plain), linestyle="none", marker="o", markersize=size, color=main, zorder=4, clip_on=False)
    for order, (name, look) in enumerate(reversed(looks().items())):
        marked = [(m, y) for m, y, p in drawn if y is not None and look_of(p) == name]
        draw_mark(axes, marked, look, size, zorder=5 + order)


def _first_label(axes, chart: ControlChart, months: list[int], beside: Sequence[Point]) -> None:
    """How the first value is written, above it; the newest stands at the right end."""
    low, high = axes.get_ylim()
    at = next((i for i, p in enumerate(chart.points) if p.value is not None), None)
    if at is None or at >= len(beside) or not low <= (value := chart.points[at].value or 0.0) <= high:
        return
    axes.annotate(
        beside[at].text,
        (months[at], value),
        xytext=(-6, 9),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=FONT,
        fontweight="bold",
        color=palette()["main"],
        annotation_clip=False,
    )


def _goals(beside: Sequence[Point]) -> list[float | None]:
    return [point.target for point in beside]


def _heights(axes, chart: ControlChart) -> list[float | None]:
    """Where each value stands: on the axis, and at its edge where it is off the scale."""
    low, high = axes.get_ylim()
    return [None if p.value is None else clipped(p.value, low, high) for p in chart.points]


def _off_scale_labels(axes, chart: ControlChart, months: list[int], unit: Unit) -> None:
    """The number of each value at the edge of the axis, beside it to the side that has room."""
    low, high = axes.get_ylim()
    first, last = axes.get_xlim()
    for month, point in zip(months, chart.points, strict=True):
        if point.value is None or low <= point.value <= high:
            continue
        is_above, is_left = point.value > high, month > (first + last) / 2
        axes.annotate(
            off_scale_words(short_value(point.value, unit, None), is_above),
            (month, high if is_above else low),
            xytext=(-EDGE if is_left else EDGE, -EDGE if is_above else EDGE),
            textcoords="offset points",
            ha="right" if is_left else "left",
            va="top" if is_above else "bottom",
            fontsize=FONT,
            fontweight="bold",
            annotation_clip=False,
        )


def _reason_lines(reason: str, narrow: bool) -> list[str]:
    """The first words of a reason, without characters that XML does not know."""
    words = re.sub(r"[^\w\s.,;:()'’%£&+/–-]", "", reason).split()
    text = " ".join(words[:REASON_WORDS]) + ("…" if len(words) > REASON_WORDS else "")
    return textwrap.wrap(text, 16 if narrow else 40)[:3]


def _rebase_rows(chart: ControlChart, narrow: bool) -> int:
    return max((len(_reason_lines(r.reason, narrow)) for r in chart.rebases), default=0)


def _rebases(axes, chart: ControlChart, months: list[int], step: int, room: tuple[float, bool]) -> None:
    """A line where the average starts anew, with the first words of its reason above it."""
    width, narrow = room
    for rebase in chart.rebases:
        x = months[rebase.index] - step / 2
        axes.axvline(x, color=INK, linewidth=1.2, zorder=2)
        share = (x - axes.get_xlim()[0]) / (axes.get_xlim()[1] - axes.get_xlim()[0])
        lines = _reason_lines(rebase.reason, narrow)
        align = "left" if share * width + 7 * max(map(len, lines), default=0) < width else "right"
        for n, line in enumerate(lines):
            above = 4 + LINE * (len(lines) - 1 - n)
            axes.annotate(
                line,
                (x, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, above),
                textcoords="offset points",
                ha=align,
                va="bottom",
                fontsize=FONT,
                annotation_clip=False,
            )
