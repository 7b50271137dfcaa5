"""Charts as SVG: data in, drawing out. The words around a chart (finding, source) are HTML; see `blocks.ChartBlock`.

Palette and rules: Government Analysis Function, as in the `afcharts` package. Bars start at zero; values are labelled
directly; nothing is said by colour alone. Text stays text, measured with the font that comes with matplotlib so that the
drawing is the same on every machine, and shown in the page's own font.
"""

import io
import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

from improvement_reports.domain.numbers import format_short_month, format_value, parse_date
from improvement_reports.domain.vocabulary import Unit

WIDE, NARROW = 720, 340  # CSS pixels
LABEL_WIDTH = 38  # CSS pixels that the label of a point needs
DPI = 72
PAGE_FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
INK, QUIET, GRID = "#0b0c0c", "#505a5f", "#d9dcde"


@dataclass(frozen=True)
class Bar:
    """One bar: its label, value (None: no value), how it is written or why it is missing, target, whether it is context."""

    label: str
    value: float | None
    target: float | None = None
    text: str = ""
    is_context: bool = False


@dataclass(frozen=True)
class Point:
    """One point of a trend: period (YYYY-MM or YYYY-MM-DD), value (None: a gap, never bridged), target then, how the value is written."""

    period: str
    value: float | None
    target: float | None = None
    text: str = ""


@cache
def _plt():
    """pyplot with the style of the site; loaded once, only where a chart is drawn."""
    import logging

    import matplotlib

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it announces its cache where a cell's output is kept
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({
        "svg.fonttype": "none", "text.parse_math": False, "svg.hashsalt": "improvement-reports", "font.family": "DejaVu Sans", "font.size": 13,
        "text.color": INK, "axes.edgecolor": QUIET, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
        "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8, "figure.dpi": DPI,
    })  # fmt: skip
    return plt


@cache
def palette() -> dict[str, str]:
    """Named colours of the Analysis Function: main, second (with the main one only), and grey for context."""
    from afcharts.af_colours import get_af_colours

    focus, duo = get_af_colours("focus"), get_af_colours("duo")
    return {"main": focus[0], "context": focus[1], "second": duo[1]}


def _svg(figure) -> str:
    """The figure as SVG text without a date, with the page's fonts, scaling to the width it is given."""
    plt = _plt()
    buffer = io.StringIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}, facecolor="white"
    )
    plt.close(figure)
    text = buffer.getvalue()
    text = (
        text[text.index("<svg") :].replace("'DejaVu Sans', sans-serif", PAGE_FONTS).replace("'DejaVu Sans'", PAGE_FONTS)
    )
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg [^>]*?)width="([\d.]+)pt" height="([\d.]+)pt"', r'\1width="\2" height="\3"', text, count=1)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _wrapped(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width)) or text


def sentence_svg(text: str, width: int = WIDE) -> str:
    """One sentence where a drawing would be, for a series that has nothing to draw."""
    lines = _wrapped(text, 40 if width <= NARROW else 84).split("\n")
    height = 22 * len(lines) + 18
    figure = _plt().figure(figsize=(width / DPI, height / DPI))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(0, width), axes.set_ylim(height, 0)
    for n, line in enumerate(lines):
        axes.text(4, 20 + 22 * n, line, va="center", ha="left", fontsize=13)
    return _svg(figure)


def bars(items: list[Bar], unit: Unit, width: int = WIDE, top: float | None = None) -> str:
    """Horizontal bars from zero with direct labels; a target is a dark mark across its bar.

    ``top``: the end of the axis; percentages end at 100 unless it says otherwise.
    """
    if not items:
        return sentence_svg("There is nothing to draw.", width)
    plt, colours = _plt(), palette()
    narrow = width <= NARROW
    row = 52 if narrow else 40
    labels = [_wrapped(b.label, 46 if narrow else 35) for b in items]
    has_target = any(b.target is not None for b in items)
    height = row * len(items) + (46 if has_target else 14)
    figure = plt.figure(figsize=(width / DPI, height / DPI))
    left = 0.012 if narrow else 0.335
    axes = figure.add_axes(
        (left, 14 / height if not has_target else 40 / height, 0.99 - left, row * len(items) / height)
    )
    end = top or (
        100 if unit is Unit.PERCENT else max([b.value or 0 for b in items] + [b.target or 0 for b in items] + [1])
    )
    positions = [len(items) - 1 - i for i in range(len(items))]
    thickness = 0.34 if narrow else 0.56
    for y, bar, label in zip(positions, items, labels, strict=True):
        base = y - 0.17 if narrow else y
        if bar.value is not None:
            axes.barh(
                base, bar.value, height=thickness, color=colours["context"] if bar.is_context else colours["main"]
            )
        _bar_label(axes, base, bar, end)
        if bar.target is not None:
            axes.plot(
                [bar.target] * 2,
                [base - thickness * 0.72, base + thickness * 0.72],
                color=INK,
                linewidth=2.6,
                solid_capstyle="butt",
            )
        if narrow:
            axes.text(0, base + thickness * 0.5 + 0.08, label.replace("\n", " "), va="bottom", ha="left", fontsize=13)
        else:
            lines = label.split("\n")
            for n, line in enumerate(lines):  # each line by itself, so that the page's font keeps it flush right
                axes.text(
                    -end * 0.015, y + 0.36 * ((len(lines) - 1) / 2 - n), line, va="center", ha="right", fontsize=13
                )
    axes.set_xlim(0, end * 1.02)
    axes.set_ylim(-0.5, len(items) - 0.5)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines[["bottom"]].set_visible(False)
    axes.spines["left"].set_color(QUIET)
    if has_target:
        key = figure.add_axes((left, 0, 0.99 - left, 34 / height))
        key.axis("off")
        key.set_xlim(0, width * (0.99 - left)), key.set_ylim(0, 34)
        key.plot([5, 5], [8, 26], color=INK, linewidth=2.6, solid_capstyle="butt")
        key.text(14, 17, "target", va="center", fontsize=12.5)
    return _svg(figure)


def _bar_label(axes, y: float, bar: Bar, end: float) -> None:
    """The value inside the bar where it is long enough, else beside it, clear of the target's mark."""
    value = bar.value or 0
    long_enough = value > 0.22 * end
    near_target = bar.target is not None and value <= bar.target <= value + 0.16 * end
    if long_enough:
        inset = (
            0.03
            if bar.target is None or not (value - 0.16 * end <= bar.target <= value)
            else (value - bar.target) / end + 0.02
        )
        ink = INK if bar.is_context else "white"
        axes.text(value - inset * end, y, bar.text, va="center", ha="right", color=ink, fontsize=13, fontweight="bold")
    else:
        start = bar.target + 0.02 * end if near_target else value + 0.015 * end
        axes.text(start, y, bar.text, va="center", ha="left", color=INK, fontsize=13, fontweight="bold")


def trend(points: list[Point], unit: Unit, decimals: int = 0, width: int = WIDE) -> str:
    """A line over time with its target as a step beneath it; a gap in the values is a gap in the line.

    Points are in order of time; a value that is missing is a point without one. A sentence where no point has a value.

    Time is to scale. Every point is labelled while there are few, else the first, the last, the highest and the lowest.
    """
    import matplotlib.dates as mdates

    if all(p.value is None for p in points):
        return sentence_svg("No value is known, so there is nothing to draw.", width)
    plt, colours = _plt(), palette()
    narrow = width <= NARROW
    height = 250 if narrow else 300
    figure = plt.figure(figsize=(width / DPI, height / DPI))
    axes = figure.add_axes((0.14, 0.17, 0.56, 0.74) if narrow else (0.07, 0.15, 0.76, 0.76))
    days = [mdates.date2num(parse_date(p.period)) for p in points]
    values = [float("nan") if p.value is None else p.value for p in points]
    axes.plot(days, values, color=colours["main"], linewidth=2.4, marker="o", markersize=6.5, clip_on=False, zorder=3)
    if any(p.target is not None for p in points):
        edges = _edges(days)
        for target, run in groupby(range(len(points)), key=lambda i: points[i].target):
            at = list(run)
            if target is not None:  # one line for each run of months, so that its dashes do not overlap
                axes.plot([edges[at[0]], edges[at[-1] + 1]], [target] * 2, color=INK, linewidth=1.6, linestyle=(0, (4, 2)), zorder=2, clip_on=False)  # fmt: skip
        goal = points[-1].target
        if goal is not None:
            axes.text(
                edges[-1] + 0.01 * (edges[-1] - edges[0]),
                goal,
                " target " + format_value(goal, unit),
                va="center",
                ha="left",
                fontsize=12.5,
                clip_on=False,
            )
    known = [v for v in values if v == v]
    plot_width = width * (0.56 if narrow else 0.76)
    labelled = range(len(points)) if len(points) <= 6 else _labelled(values, days, LABEL_WIDTH / plot_width)
    for i in sorted(labelled):
        if values[i] == values[i]:
            near_target = points[i].target is not None and -2 <= points[i].target - values[i] < 12
            below = near_target or (i > 0 and values[i] < values[i - 1])
            axes.annotate(points[i].text or format_value(values[i], unit, decimals), (days[i], values[i]), xytext=(0, -11 if below else 9), textcoords="offset points",
                          ha="center", va="top" if below else "bottom", fontsize=13, fontweight="bold", color=colours["main"])  # fmt: skip
    axes.set_ylim(0, 100 if unit is Unit.PERCENT else max(known) * 1.2 or 1)
    ticks = (
        list(range(len(points)))
        if len(points) <= (4 if narrow else 8)
        else sorted({0, len(points) // 2, len(points) - 1})
    )
    axes.set_xticks([days[i] for i in ticks], [format_short_month(points[i].period).replace(" ", "\n") for i in ticks])
    axes.margins(x=0.04)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    if unit is Unit.PERCENT:
        axes.set_yticks([0, 25, 50, 75, 100], [f"{v}%" for v in (0, 25, 50, 75, 100)])
    return _svg(figure)


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
