"""Rare events over time: how many there were in each period, and the stretches without any."""

from collections.abc import Sequence
from typing import NamedTuple

from improvement_reports.charts.axis import tick_text
from improvement_reports.charts.canvas import GRID, INK, NARROW, QUIET, WIDE, new_axes, palette, sentence_svg, svg_text
from improvement_reports.charts.drawn_before import drawn_once
from improvement_reports.domain.numbers import format_short_month

ROW, NARROW_ROW = 18, 34  # pixels of a stretch with its words, which stand beneath it where the page is narrow
LEAST = 2  # periods without any, from which a stretch is drawn


class Stretch(NamedTuple):
    """Periods without an event: index of the first and of the last, and what is written beneath."""

    start: int
    end: int
    text: str


@drawn_once
def rare_svg(labels: list[str], events: list[int | None], stretches: list[Stretch], width: int = WIDE) -> str:
    """A column for the events of each period (YYYY-MM), its number above it; None is a period of which nothing is
    known. Beneath, the stretches without any. A sentence where nothing is known at all.
    """
    known = [n for n in events if n is not None]
    if not known:
        return sentence_svg("No value is known, so there is nothing to draw.", width)
    narrow = width <= NARROW
    high, below = (150 if narrow else 190), 46 + (NARROW_ROW if narrow else ROW) * len(stretches)
    height = high + below + 16
    figure, axes = new_axes(
        width, height, (0.1 if narrow else 0.06, below / height, 0.86 if narrow else 0.9, high / height)
    )
    axes.bar(range(len(events)), [n or 0 for n in events], width=0.6, color=palette()["main"])
    _numbers(axes, events, narrow)
    axes.set_xlim(-0.7, len(events) - 0.3)
    axes.set_ylim(0, max(max(known), 1) * 1.18)
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
    axes.yaxis.set_major_formatter(lambda tick, _: tick_text(tick))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    _months(axes, labels, narrow)
    for row, stretch in enumerate(stretches):
        _stretch(axes, stretch, len(events), (row, high), narrow)
    return svg_text(figure)


def _numbers(axes, events: Sequence[int | None], narrow: bool) -> None:
    """The number of each period that has any; a sign where nothing is known."""
    for at, number in enumerate(events):
        if number is None:
            axes.text(at, 0, "?", ha="center", va="bottom", fontsize=12, color=QUIET)
        elif number and not (narrow and len(events) > 20):
            axes.text(at, number, str(number), ha="center", va="bottom", fontsize=12, fontweight="bold", color=INK)


def _months(axes, labels: Sequence[str], narrow: bool) -> None:
    """Months beneath, as many as there is room for; the newest always."""
    step = -(-len(labels) // (4 if narrow else 10))
    chosen = [i for i in range(len(labels)) if (len(labels) - 1 - i) % step == 0]
    axes.set_xticks(chosen, [format_short_month(labels[i]).replace(" ", "\n") for i in chosen])


def _stretch(axes, stretch: Stretch, count: int, place: tuple[int, float], narrow: bool) -> None:
    """A line as long as the stretch, and its words: on the side that has room, or beneath from the edge of the page."""
    row, high = place
    y = -(48 + (NARROW_ROW if narrow else ROW) * row) / high
    transform = axes.get_xaxis_transform()
    ends = [stretch.start - 0.3, stretch.end + 0.3]
    axes.plot(ends, [y, y], transform=transform, color=QUIET, linewidth=2, marker="|", markersize=8, clip_on=False)
    is_left = stretch.start + stretch.end > count
    x = axes.get_xlim()[is_left] if narrow else ends[not is_left]
    axes.annotate(
        stretch.text,
        (x, y),
        xycoords=transform,
        xytext=(0, -13) if narrow else (-6 if is_left else 6, 0),
        textcoords="offset points",
        ha="right" if is_left else "left",
        va="center",
        fontsize=12,
        annotation_clip=False,
    )
