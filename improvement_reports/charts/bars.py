"""Bar charts with targets."""

from dataclasses import dataclass

from improvement_reports.charts.canvas import (
    INK,
    NARROW,
    QUIET,
    WIDE,
    draw_interval,
    new_axes,
    palette,
    sentence_svg,
    svg_text,
    wrapped,
)
from improvement_reports.charts.drawn_before import drawn_once
from improvement_reports.domain.vocabulary import Unit


@dataclass(frozen=True)
class Bar:
    """One bar: its label, value (None: no value), how it is written or why it is missing, target, whether it is
    context, the 95% interval of the value where that is shown, and the upper end of a target that is a range.
    """

    label: str
    value: float | None
    target: float | None = None
    text: str = ""
    is_context: bool = False
    interval: tuple[float, float] | None = None
    target_upper: float | None = None


@drawn_once
def bars(items: list[Bar], unit: Unit, width: int = WIDE, top: float | None = None) -> str:
    """Horizontal bars from zero with direct labels; a target is a dark mark across its bar.

    ``top``: the end of the axis; percentages end at 100 unless it says otherwise.
    """
    if not items:
        return sentence_svg("There is nothing to draw.", width)
    narrow = width <= NARROW
    key = [word for word, has in KEYS.items() if any(getattr(b, has) is not None for b in items)]
    high = (52 if narrow else 40) * len(items)
    height = high + (46 if key else 14)
    left = 0.012 if narrow else 0.335
    figure, axes = new_axes(width, height, (left, (40 if key else 14) / height, 0.99 - left, high / height))
    end = top or (
        100
        if unit is Unit.PERCENT
        else max([b.value or 0 for b in items] + [b.target_upper or b.target or 0 for b in items] + [1])
    )
    for n, bar in enumerate(items):
        _draw_bar(axes, len(items) - 1 - n, bar, end, narrow)
    axes.set_xlim(0, end * 1.02)
    axes.set_ylim(-0.5, len(items) - 0.5)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines[["bottom"]].set_visible(False)
    axes.spines["left"].set_color(QUIET)
    if key:
        _draw_key(figure, left, width, height, key)
    return svg_text(figure)


def _draw_bar(axes, y: int, bar: Bar, end: float, narrow: bool) -> None:
    """One bar with its value, its target and its name: above it where the page is narrow, else to its left."""
    colours, thickness, base = palette(), (0.34 if narrow else 0.56), (y - 0.17 if narrow else y)
    if bar.value is not None:
        axes.barh(base, bar.value, height=thickness, color=colours["context"] if bar.is_context else colours["main"])
    _bar_label(axes, base, bar, end)
    if bar.interval is not None:  # under the bar, clear of the number in it
        below = base - thickness * 0.5 - 0.07
        draw_interval(axes, list(bar.interval), [below, below])
    if bar.target is not None:
        reach = thickness * (0.6 if narrow else 0.72)  # clear of the name above the bar
        ends = [base - reach, base + reach]
        for goal in (bar.target, bar.target_upper):
            if goal is not None:
                axes.plot([goal] * 2, ends, color=INK, linewidth=2.6, solid_capstyle="butt")
    label = wrapped(bar.label, 46 if narrow else 35)
    if narrow:
        above = base + thickness * 0.5 + 0.1
        axes.text(end * 0.015, above, label.replace("\n", " "), va="bottom", ha="left", fontsize=13)
        return
    lines = label.split("\n")
    for n, line in enumerate(lines):  # each line by itself, so that the page's font keeps it flush right
        at = y + 0.36 * ((len(lines) - 1) / 2 - n)
        axes.text(-end * 0.015, at, line, va="center", ha="right", fontsize=13)


KEYS = {"target": "target", "95% interval": "interval"}


def _draw_key(figure, left: float, width: int, height: int, words: list[str]) -> None:
    """What the marks across and under a bar mean, beneath the bars."""
    key = figure.add_axes((left, 0, 0.99 - left, 34 / height))
    key.axis("off")
    key.set_xlim(0, width * (0.99 - left)), key.set_ylim(0, 34)
    x = 5.0
    for word in words:
        if word == "target":
            key.plot([x, x], [8, 26], color=INK, linewidth=2.6, solid_capstyle="butt")
        else:
            draw_interval(key, [x, x + 26], [17, 17])
            x += 26
        key.text(x + 9, 17, word, va="center", fontsize=12.5)
        x += 30 + 7.2 * len(word)


def _bar_label(axes, y: float, bar: Bar, end: float) -> None:
    """The value inside the bar where it is long enough, else beside it, clear of the target's mark."""
    value = bar.value or 0
    long_enough = value > 0.22 * end
    near_target = bar.target if bar.target is not None and value <= bar.target <= value + 0.16 * end else None
    if long_enough:
        inset = (
            0.03
            if bar.target is None or not (value - 0.16 * end <= bar.target <= value)
            else (value - bar.target) / end + 0.02
        )
        ink = INK if bar.is_context else "white"
        axes.text(value - inset * end, y, bar.text, va="center", ha="right", color=ink, fontsize=13, fontweight="bold")
    else:
        start = value + 0.015 * end if near_target is None else near_target + 0.02 * end
        axes.text(start, y, bar.text, va="center", ha="left", color=INK, fontsize=13, fontweight="bold")
