"""What stands around a control chart: the labels of its lines at the right end, and the key of its shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from improvement_reports.charts.axis import clipped
from improvement_reports.charts.canvas import INK, QUIET, palette
from improvement_reports.charts.trend import Point
from improvement_reports.domain.numbers import format_number, format_value
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.method.spc_chart import TRIAL_BELOW, ControlChart, ControlPoint, Rule

FONT = 12.5
LATEST = "latest"
LINE = 15  # pixels from one line of text to the next
HATCH = {
    "facecolor": "#f5f7f9",
    "edgecolor": QUIET,
    "hatch": "//",
    "hatch_linewidth": 0.5,
    "linewidth": 0.5,
}  # months without a value
LIMIT = {"color": QUIET, "linewidth": 1.4, "linestyle": (0, (5, 3))}
TARGET = {"color": INK, "linewidth": 2, "linestyle": (0, (1, 1.5)), "zorder": 2, "clip_on": False}
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


def xy(pairs: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in pairs], [y for _, y in pairs]


def draw_mark(axes, at: Sequence[tuple[float, float]], look: Look, size: float, zorder: float = 5) -> None:
    if at:
        edge = min(look.edge_width, max(1.3, size / 2.5))
        axes.plot(
            *xy(at),
            linestyle="none",
            marker=look.marker,
            markersize=max(4.4, size * look.size),
            zorder=zorder,
            markerfacecolor=look.fill,
            markeredgecolor=look.edge,
            markeredgewidth=edge,
            clip_on=False,
        )


@dataclass(frozen=True)
class EndLabel:
    """A label at the right end: the height it belongs to (in the measure's unit), its words and its value as text."""

    value: float
    words: str
    text: str


def end_labels(chart: ControlChart, unit: Unit, decimals: int, beside: Sequence[Point] = ()) -> list[EndLabel]:
    """Average, limits and target of the newest segment, and the latest value as ``beside`` writes it."""
    segment = chart.segments[-1]
    limits = chart.drawn_limits(segment)
    target = beside[-1].target if beside else chart.target
    found = [] if target is None else [("target", target)]
    if beside and (upper := beside[-1].target_upper) is not None:
        found.append(("target", upper))
    if limits is not None and segment.centre is not None:
        found += [("upper limit", limits[1]), ("average", segment.centre), ("lower limit", limits[0])]
    given = (target, chart.floor, chart.ceiling)  # as stated, without decimals that nobody computed
    labels = [
        EndLabel(value, words, short_value(value, unit, None if value in given else decimals)) for words, value in found
    ]
    newest = chart.latest
    if beside and newest is not None and newest.value is not None:
        labels.append(EndLabel(newest.value, LATEST, beside[newest.index].text))
    return labels


def draw_end_labels(axes, labels: list[EndLabel], x: float, plot_height: float, narrow: bool) -> None:
    """Each label beside its line and clear of the others."""
    low, high = axes.get_ylim()
    wanted = [(clipped(label.value, low, high) - low) / (high - low) * plot_height for label in labels]
    for label, y in zip(labels, spread(wanted, LINE * (2 if narrow else 1) + 1), strict=True):
        lines = [label.words, label.text] if narrow else [f"{label.words} {label.text}"]
        ink = QUIET if "limit" in label.words else palette()["main"] if label.words == LATEST else INK
        weight = "bold" if label.words in ("average", LATEST) else "normal"
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


def short_value(value: float, unit: Unit, decimals: int | None) -> str:
    """The number with a percent sign; other units stand in the subtitle."""
    return format_value(value, unit, decimals) if unit is Unit.PERCENT else format_number(value, decimals)


def spread(wanted: list[float], room: float) -> list[float]:
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


def key_entries(chart: ControlChart) -> list[tuple[str, Look | str]]:
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


def key_rows(entries: list[tuple[str, Look | str]], width: int) -> list[list[tuple[float, str, Look | str]]]:
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


def draw_key(figure, rows: list[list[tuple[float, str, Look | str]]], size: tuple[int, float]) -> None:
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
                draw_mark(key, [(x + 2, y)], look, 5.5)
            key.text(x + 15, y, words, va="center", fontsize=FONT)
