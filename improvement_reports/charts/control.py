"""Control charts as SVG: `spc.ControlChart` in, drawing out, in the style of `charts`.

Points, average and limits are labelled at the right end, where the eye arrives. A flagged point has a shape of its own
besides its colour. The finding, the rule set (`spc.rule_sentence`), the alternative text (`spc.describe`) and the table
are HTML around it.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

from improvement_reports.charts.canvas import (
    GRID,
    INK,
    NARROW,
    QUIET,
    WIDE,
    new_figure,
    palette,
    sentence_svg,
    svg_text,
)
from improvement_reports.charts.drawn_before import drawn_once
from improvement_reports.domain.numbers import format_number, format_short_month, format_value, parse_date
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.method.spc_chart import TRIAL_BELOW, ControlChart, ControlPoint, Rule

FONT = 12.5
DENSE = 1.3  # diameter of a point, in pixels, up to which only flagged points are drawn
LINE = 15  # pixels from one line of text to the next
TICK_STEPS = (1, 2, 3, 6, 12, 24, 36, 48, 60, 120)  # months between labels of the time axis
REASON_WORDS = 4  # of a rebase, beside its line
HATCH = {
    "facecolor": "#f5f7f9",
    "edgecolor": QUIET,
    "hatch": "//",
    "hatch_linewidth": 0.5,
    "linewidth": 0.5,
}  # months without a value
LIMIT = {"color": QUIET, "linewidth": 1.4, "linestyle": (0, (5, 3))}
DASHES, GAP = "dashes", "gap"  # what the key shows that is not a point


@dataclass(frozen=True)
class Look:
    """How a kind of point is drawn: its marker, fill, edge, size in relation to an ordinary point, words in the key."""

    marker: str
    fill: str
    edge: str
    size: float
    edge_width: float
    words: str


@cache
def looks() -> dict[str, Look]:
    """The shapes of flagged points. Each differs from the others in shape, in fill and in colour."""
    from afcharts.af_colours import get_af_colours

    _, _, plum, orange, *_ = get_af_colours("categorical")
    return {
        "outside": Look("D", plum, plum, 1.5, 1.0, "outside the limits"),
        "run": Look("o", "white", orange, 1.55, 2.0, "run"),
        "near": Look("s", INK, INK, 1.25, 1.0, "two of three near a limit"),
    }


def look_of(point: ControlPoint) -> str | None:
    """The shape of a point with several flags: outside the limits comes first, then a shift or trend."""
    if not point.flags:
        return None
    return {Rule.OUTSIDE_LIMITS: "outside", Rule.TWO_OF_THREE: "near"}.get(point.flags[0], "run")


@drawn_once
def control_svg(labels: list[str], chart: ControlChart, unit: Unit, decimals: int = 0, width: int = WIDE) -> str:
    """The drawing of a control chart, ``width`` CSS pixels wide (720 or 340); the same bytes for the same input.

    ``labels``: the month of each point, YYYY-MM, evenly spaced: a month without a value is a gap (None) in the chart,
    not a missing label. ``decimals``: of average and limits. A sentence if there is no value at all; ValueError for
    labels that do not fit.
    """
    months = _months(labels, chart)
    if chart.latest is None:
        return sentence_svg("No value is known, so there is nothing to draw.", width)
    narrow = width <= NARROW
    key = _key_entries(chart)
    key_rows = _key_rows(key, width)
    low, high, ticks = _scale(chart, unit)
    tick_decimals = max((len(t.partition(".")[2]) for t in (f"{t:.10g}" for t in ticks)), default=0)
    tick_texts = [f"{format_number(t, tick_decimals)}{'%' if unit is Unit.PERCENT else ''}" for t in ticks]
    ends = _end_labels(chart, unit, decimals)
    longest = max((max(len(e.words), len(e.text)) if narrow else len(f"{e.words} {e.text}") for e in ends), default=0)
    left, right = 12 + 8 * max(map(len, tick_texts)), 12 + 7.2 * longest
    top, bottom = (12 + LINE * _rebase_rows(chart, narrow)), 40 + 22 * len(key_rows)
    height = top + bottom + (200 if narrow else 250)
    figure = new_figure(width, height)
    plot_width, plot_height = width - left - right, height - top - bottom
    axes = figure.add_axes((left / width, bottom / height, plot_width / width, plot_height / height))
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
    _line(axes, chart, months, _marker_size(plot_width / (last - first) * step))
    _rebases(axes, chart, months, step, (plot_width, narrow))
    _draw_end_labels(axes, ends, last, plot_height, narrow)
    _key(figure, key_rows, (width, height))
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


def _scale(chart: ControlChart, unit: Unit) -> tuple[float, float, list[float]]:
    """Bottom, top and ticks of the value axis. From zero, unless all that is drawn lies in the upper half."""
    from matplotlib.ticker import MaxNLocator

    shown = [p.value for p in chart.points if p.value is not None]
    shown += [limit for s in chart.segments for limit in chart.drawn_limits(s) or ()]
    shown += [] if chart.target is None else [chart.target]
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
        for limit in limits:
            axes.plot(span, [limit] * 2, zorder=2, clip_on=False, **LIMIT)
    if chart.target is not None:
        axes.axhline(chart.target, color=INK, linewidth=2, linestyle=(0, (1, 1.5)), zorder=2, clip_on=False)


def _line(axes, chart: ControlChart, months: list[int], size: float) -> None:
    """The values: a line that breaks at gaps, ordinary points as dots, flagged points in the shape of their rule."""
    main = palette()["main"]
    values = [float("nan") if p.value is None else p.value for p in chart.points]
    axes.plot(months, values, color=main, linewidth=1.1 if size < 3 else 1.6, zorder=3, clip_on=False)
    plain = [(m, p.value) for m, p in zip(months, chart.points, strict=True) if p.value is not None and not p.flags]
    if size > DENSE:  # else the dots would be a band of their own; the line shows where they are
        axes.plot(*_xy(plain), linestyle="none", marker="o", markersize=size, color=main, zorder=4, clip_on=False)
    for order, (name, look) in enumerate(reversed(looks().items())):
        points = zip(months, chart.points, strict=True)
        marked = [(m, p.value) for m, p in points if p.value is not None and look_of(p) == name]
        _mark(axes, marked, look, size, zorder=5 + order)


def _xy(pairs: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in pairs], [y for _, y in pairs]


def _mark(axes, at: Sequence[tuple[float, float]], look: Look, size: float, zorder: float = 5) -> None:
    if at:
        edge = min(look.edge_width, max(1.3, size / 2.5))
        axes.plot(
            *_xy(at),
            linestyle="none",
            marker=look.marker,
            markersize=max(4.4, size * look.size),
            zorder=zorder,
            markerfacecolor=look.fill,
            markeredgecolor=look.edge,
            markeredgewidth=edge,
            clip_on=False,
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


@dataclass(frozen=True)
class EndLabel:
    """A label at the right end: the height it belongs to (in the measure's unit), its words and its value as text."""

    value: float
    words: str
    text: str


def _end_labels(chart: ControlChart, unit: Unit, decimals: int) -> list[EndLabel]:
    """Average, limits and target of the newest segment."""
    segment = chart.segments[-1]
    limits = chart.drawn_limits(segment)
    found = [] if chart.target is None else [("target", chart.target)]
    if limits is not None and segment.centre is not None:
        found += [("upper limit", limits[1]), ("average", segment.centre), ("lower limit", limits[0])]
    given = (chart.target, chart.floor, chart.ceiling)  # as stated, without decimals that nobody computed
    return [
        EndLabel(value, words, _short_value(value, unit, None if value in given else decimals))
        for words, value in found
    ]


def _draw_end_labels(axes, labels: list[EndLabel], x: float, plot_height: float, narrow: bool) -> None:
    """Each label beside its line and clear of the others."""
    low, high = axes.get_ylim()
    wanted = [(label.value - low) / (high - low) * plot_height for label in labels]
    for label, y in zip(labels, _spread(wanted, LINE * (2 if narrow else 1) + 1), strict=True):
        lines = [label.words, label.text] if narrow else [f"{label.words} {label.text}"]
        ink, weight = (QUIET if "limit" in label.words else INK), ("bold" if label.words == "average" else "normal")
        for n, line in enumerate(lines):
            up = y + LINE * ((len(lines) - 1) / 2 - n)
            axes.annotate(
                line,
                (x, low),
                xytext=(5, up),
                textcoords="offset points",
                va="center",
                ha="left",
                color=ink,
                fontsize=FONT,
                fontweight=weight,
                annotation_clip=False,
            )


def _short_value(value: float, unit: Unit, decimals: int | None) -> str:
    """The number with a percent sign; other units stand in the subtitle."""
    return format_value(value, unit, decimals) if unit is Unit.PERCENT else format_number(value, decimals)


def _spread(wanted: list[float], room: float) -> list[float]:
    """Heights near the wanted ones, each at least ``room`` from the next: neighbours that touch move apart together."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[list[int]] = []
    middles: list[float] = []
    for i in order:
        groups.append([i])
        middles.append(wanted[i])
        while len(groups) > 1 and middles[-1] - middles[-2] < room * (len(groups[-1]) + len(groups[-2])) / 2:
            merged = groups.pop(-2) + groups.pop()
            middles[-2:] = [sum(wanted[j] for j in merged) / len(merged)]
            groups.append(merged)
    placed = {
        j: middle + room * (n - (len(group) - 1) / 2)
        for group, middle in zip(groups, middles, strict=True)
        for n, j in enumerate(group)
    }
    return [placed[i] for i in range(len(wanted))]


def _key_entries(chart: ControlChart) -> list[tuple[str, Look | str]]:
    """What the key explains: the shapes that occur, and gaps."""
    used = {look_of(p) for p in chart.points}
    entries: list[tuple[str, Look | str]] = [
        (_run_words(chart) if name == "run" else look.words, look) for name, look in looks().items() if name in used
    ]
    if chart.is_trial and chart.segments[-1].has_limits:
        entries.append((f"trial limits: fewer than {TRIAL_BELOW} points", DASHES))
    return [*entries, ("no value", GAP)] if chart.gaps else entries


def _run_words(chart: ControlChart) -> str:
    """What a ring means in this chart."""
    found = {rule for p in chart.points if look_of(p) == "run" for rule in p.flags}
    if Rule.TREND not in found:
        return f"{chart.shift_length} or more in a row on one side"
    if Rule.SHIFT not in found:
        return f"{chart.trend_length} or more in a row rising or falling"
    return "run on one side, or trend"


def _key_rows(entries: list[tuple[str, Look | str]], width: int) -> list[list[tuple[float, str, Look | str]]]:
    """The entries in rows that fit, each with where it starts, in pixels."""
    rows: list[list[tuple[float, str, Look | str]]] = []
    x = float(width)
    for words, look in entries:
        needed = 24 + 7.2 * len(words)
        if x + needed > width:
            rows.append([])
            x = 8
        rows[-1].append((x, words, look))
        x += needed + 14
    return rows


def _key(figure, rows: list[list[tuple[float, str, Look | str]]], size: tuple[int, float]) -> None:
    if not rows:
        return
    width, height = size
    key = figure.add_axes((0, 0, 1, 22 * len(rows) / height))
    key.axis("off")
    key.set_xlim(0, width), key.set_ylim(0, 22 * len(rows))
    for n, row in enumerate(rows):
        y = 22 * (len(rows) - n) - 12
        for x, words, look in row:
            if look == DASHES:
                key.plot([x - 6, x + 10], [y, y], **LIMIT)
            elif look == GAP:
                key.axvspan(x - 5, x + 9, (y - 7) / (22 * len(rows)), (y + 7) / (22 * len(rows)), **HATCH)
            elif isinstance(look, Look):
                _mark(key, [(x + 2, y)], look, 5.5)
            key.text(x + 15, y, words, va="center", fontsize=FONT)
