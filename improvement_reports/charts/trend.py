"""Line charts over time."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby, pairwise

from improvement_reports.charts.axis import clipped, off_scale, off_scale_words, percent_end, tick_text
from improvement_reports.charts.canvas import (
    GRID,
    INK,
    NARROW,
    QUIET,
    WIDE,
    draw_interval,
    new_axes,
    palette,
    sentence_svg,
    svg_text,
)
from improvement_reports.charts.drawn_before import drawn_once
from improvement_reports.domain.numbers import format_short_month, format_value, parse_date
from improvement_reports.domain.vocabulary import Unit

LABEL_WIDTH = 38  # CSS pixels that the label of a point needs
LABEL_HEIGHT = 30  # and beneath it


@dataclass(frozen=True)
class Point:
    """One point of a trend: period (YYYY-MM or YYYY-MM-DD), value (None: a gap, never bridged), target then, how the
    value is written, whether it is disputed, its 95% interval where that is shown, the value of another area, and the
    upper end of a target that is a range.
    """

    period: str
    value: float | None
    target: float | None = None
    text: str = ""
    is_disputed: bool = False
    interval: tuple[float, float] | None = None
    beside: float | None = None
    target_upper: float | None = None


@drawn_once
def trend(points: list[Point], unit: Unit, decimals: int = 0, width: int = WIDE, beside: str = "") -> str:
    """A line over time with its target as a step beneath it; a gap in the values is a gap in the line.

    ``beside``: the name of another area, whose values are a thin line with its name at the end.

    Points are in order of time; a value that is missing is a point without one. A sentence where no point has a value.

    Time is to scale. Every point is labelled while there are few, else the first, the last, the highest and the lowest.
    """
    import matplotlib.dates as mdates

    if all(p.value is None for p in points):
        return sentence_svg("No value is known, so there is nothing to draw.", width)
    narrow = width <= NARROW
    figure, axes = new_axes(
        width, 250 if narrow else 300, (0.14, 0.17, 0.56, 0.74) if narrow else (0.07, 0.15, 0.76, 0.76)
    )
    days = [mdates.date2num(parse_date(p.period)) for p in points]
    values = [float("nan") if p.value is None else p.value for p in points]
    left_out, colour = _set_scale(axes, points, unit), palette()["main"]
    heights = [v if v != v else clipped(v, *axes.get_ylim()) for v in values]
    axes.plot(days, heights, color=colour, linewidth=2.4, marker="o", markersize=6.5, clip_on=False, zorder=3)
    for day, point in zip(days, points, strict=True):
        _draw_point(axes, day, point)
    if beside:
        _draw_beside(axes, points, days, beside)
    if any(p.target is not None for p in points):
        _draw_target(axes, points, _edges(days), unit)
    plot_width = width * (0.56 if narrow else 0.76)
    labelled = range(len(points)) if len(points) <= 6 else _labelled(values, days, LABEL_WIDTH / plot_width)
    _set_axes(axes, points, days, narrow)
    shown = [i for i in sorted(labelled) if values[i] == values[i] and i not in left_out]
    _draw_labels(axes, points, days, values, shown, lambda i: format_value(values[i], unit, decimals))
    for i in left_out:
        _draw_off_scale(axes, days, i, points[i].text or format_value(values[i], unit, decimals))
    return svg_text(figure)


def _set_scale(axes, points: list[Point], unit: Unit) -> list[int]:
    """The axis of values, from 0; and the points that are off its scale (`axis.off_scale`)."""
    values = [p.value for p in points if p.value is not None]
    targets = [v for p in points for v in (p.target, p.beside, p.target_upper) if v is not None]
    far = off_scale(values, targets)
    shown = [*(v for v in values if v not in far), *targets]
    if unit is Unit.PERCENT:
        end, ticks = percent_end([*shown, *(p.interval[1] for p in points if p.interval is not None)])
        axes.set_ylim(0, end)
        axes.set_yticks(ticks, [f"{tick}%" for tick in ticks])
    else:
        axes.set_ylim(0, max(shown) * 1.2 or 1)
        axes.yaxis.set_major_formatter(lambda tick, _: tick_text(tick))
    return [i for i, p in enumerate(points) if p.value is not None and p.value in far]


def _draw_off_scale(axes, days: list[float], at: int, text: str) -> None:
    """A value beyond the end of the axis: its number at the edge, beside the line that leads there."""
    is_left = at > len(days) / 2
    axes.annotate(
        off_scale_words(text, is_above=True),
        (days[at], axes.get_ylim()[1]),
        xytext=(-6 if is_left else 6, 0),
        textcoords="offset points",
        ha="right" if is_left else "left",
        va="top",
        fontsize=12.5,
        fontweight="bold",
        color=palette()["main"],
        annotation_clip=False,
    )


def _draw_beside(axes, points: list[Point], days: list[float], name: str) -> None:
    """The values of another area, thin and dotted, with its name behind the last one; a gap stays a gap."""
    values = [float("nan") if p.beside is None else p.beside for p in points]
    known = [i for i, v in enumerate(values) if v == v]
    if not known:
        return
    axes.plot(days, values, color=INK, linewidth=1.4, linestyle=(0, (1, 1.5)), zorder=2, clip_on=False)
    last, own = known[-1], points[-1].value
    # The own last value stands above its point: the name keeps off it.
    is_near = own is not None and abs(own - values[last]) < 0.04 * axes.get_ylim()[1]
    lift = 0 if not is_near else -9 if own is not None and own >= values[last] else 9
    axes.annotate(
        name,
        (days[last], values[last]),
        xytext=(9, lift),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=12.5,
        annotation_clip=False,
    )


def _draw_point(axes, day: float, point: Point) -> None:
    """What sets a point apart: the bar of its interval; grey and hollow where it is disputed."""
    if point.value is None:
        return
    if point.interval is not None:
        draw_interval(axes, [day, day], point.interval)
    if point.is_disputed:
        axes.plot(
            [day],
            [point.value],
            "o",
            markersize=7,
            markerfacecolor="white",
            markeredgecolor=QUIET,
            zorder=4,
            clip_on=False,
        )


def _draw_target(axes, points: list[Point], edges: list[float], unit: Unit) -> None:
    """The target as a step beneath the line, of a range both ends, and its words where the newest point has one."""
    for heights in ([p.target for p in points], [p.target_upper for p in points]):
        for target, run in groupby(range(len(points)), key=heights.__getitem__):
            at = list(run)
            if target is not None:  # one line for each run of months, so that its dashes do not overlap
                ends = [edges[at[0]], edges[at[-1] + 1]]
                axes.plot(ends, [target] * 2, color=INK, linewidth=1.6, linestyle=(0, (4, 2)), zorder=2, clip_on=False)
    goals = [g for g in (points[-1].target, points[-1].target_upper) if g is not None]
    if goals:  # the words of a range stand once, between its ends
        axes.text(
            edges[-1] + 0.01 * (edges[-1] - edges[0]),
            sum(goals) / len(goals),
            " target " + " to ".join(format_value(goal, unit) for goal in goals),
            va="center",
            ha="left",
            fontsize=12.5,
            clip_on=False,
        )


def _draw_labels(
    axes,
    points: list[Point],
    days: list[float],
    values: list[float],
    labelled: list[int],
    text_of: Callable[[int], str],
) -> None:
    """The values of some points, beneath them where the line falls there or another line stands above."""
    pixels = axes.bbox.height / axes.get_ylim()[1]
    for i in labelled:
        # Beneath the lowest values stands the axis.
        below = is_free_below(points, values, i) and values[i] * pixels > LABEL_HEIGHT
        axes.annotate(
            points[i].text or text_of(i),
            (days[i], values[i]),
            # The first label begins at its point, for to its left stand the numbers of the axis; one beside the bar of
            # an interval stands clear of it.
            xytext=(5 if points[i].interval else -5 if i == 0 else 0, -11 if below else 9),
            textcoords="offset points",
            # The last one ends at its point where the name of another area stands behind it.
            ha="left"
            if i == 0 or points[i].interval
            else "right"
            if i == len(points) - 1 and points[i].beside is not None
            else "center",
            va="top" if below else "bottom",
            fontsize=13,
            fontweight="bold",
            color=palette()["main"],
        )


def is_free_below(points: list[Point], values: list[float], i: int) -> bool:
    """Whether the label of a point has its room beneath it: another line stands close above, or the line falls to it;
    of the first one, whose label stands to its right, whether the line rises from it and no other is close beneath.
    """
    lines = [n - values[i] for n in (points[i].target, points[i].beside, points[i].target_upper) if n is not None]
    if any(-2 <= gap < 12 for gap in lines):
        return True
    if i > 0:
        return values[i] < values[i - 1]
    after = next((v for v in values[1:] if v == v), values[0])
    return after > values[0] and not any(-12 < gap < -2 for gap in lines)


def _set_axes(axes, points: list[Point], days: list[float], narrow: bool) -> None:
    """Months beneath, as many as there is room for, and a quiet grid."""
    fits = len(points) <= (4 if narrow else 8)
    ticks = range(len(points)) if fits else sorted({0, len(points) // 2, len(points) - 1})
    axes.set_xticks([days[i] for i in ticks], [format_short_month(points[i].period).replace(" ", "\n") for i in ticks])
    axes.margins(x=0.04)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _labelled(values: list[float], days: list[float], least: float) -> set[int]:
    """The last, first, highest and lowest point, but none nearer to another than ``least``, a share of the time shown.

    A highest or lowest value that is already labelled elsewhere needs no label of its own.
    """
    known = [i for i, v in enumerate(values) if v == v]
    kept = [known[-1]]

    def is_clear(i: int) -> bool:
        return all(abs(days[i] - days[k]) >= least * (days[-1] - days[0]) for k in kept)

    if is_clear(known[0]):
        kept.append(known[0])
    for i in (max(known, key=lambda i: values[i]), min(known, key=lambda i: values[i])):
        if is_clear(i) and values[i] not in [values[k] for k in kept]:
            kept.append(i)
    return set(kept)


def _edges(days: list[float]) -> list[float]:
    """Where the span of each point begins and ends: half way to its neighbours."""
    if len(days) == 1:
        return [days[0] - 15, days[0] + 15]
    middles = [(a + b) / 2 for a, b in pairwise(days)]
    return [days[0] - (middles[0] - days[0]), *middles, days[-1] + (days[-1] - middles[-1])]
