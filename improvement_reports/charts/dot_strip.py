"""A strip of all authorities: a dot for each on one axis, a few marked by shape, colour and name."""

from improvement_reports.charts.axis import clipped, core_of, tick_text
from improvement_reports.charts.canvas import INK, NARROW, QUIET, new_axes, palette, sentence_svg, svg_text
from improvement_reports.domain.numbers import format_value
from improvement_reports.domain.vocabulary import Unit

BEYOND = 20  # pixels for the line on those that are off the scale
SHAPES = ("D", "s", "^", "v", "P", "X")


def dot_strip(
    values: dict[str, float], marked: dict[str, str], unit: Unit, decimals: int, england: float | None, width: int
) -> str:
    """``values`` by code; ``marked`` names some of the codes; ``england`` draws a line; a sentence if there is no
    value.
    """
    if not values:
        return sentence_svg("No authority has a value, so there is nothing to draw.", width)
    colours, narrow = palette(), width <= NARROW
    names = sorted(marked, key=lambda c: values[c])
    ends = core_of(list(values.values()))
    below = 2 * BEYOND if ends else 0
    height = 120 + 24 * len(names) + below
    figure, axes = new_axes(width, height, (0.05, (42 + below) / height, 0.9, 44 / height))
    low, high = ends or (min(values.values()), max(values.values()))
    others = [(c, v) for c, v in sorted(values.items()) if c not in marked]
    # The dots are spread a little, by their code, so that equal values do not hide each other; the height says nothing.
    axes.plot(
        [clipped(v, low, high) for _, v in others],
        [((int(c) * 37) % 100) / 100 for c, _ in others],
        "o",
        color="#8a9299",
        markersize=4.5,
        markeredgewidth=0,
        clip_on=False,
    )
    for n, code in enumerate(names):
        axes.plot(
            [clipped(values[code], low, high)],
            [0.5],
            SHAPES[n % len(SHAPES)],
            color=colours["main"],
            markersize=10,
            markeredgecolor="white",
            clip_on=False,
            zorder=4,
        )
    if england is not None:
        _england(axes, clipped(england, low, high), f"England {format_value(england, unit, decimals)}")
    _beyond(axes, list(values.values()), (low, high), unit, decimals)
    axes.set_ylim(-0.15, 1.15)
    axes.set_yticks([])
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.locator_params(axis="x", nbins=4 if narrow else 8)
    axes.tick_params(axis="x", labelsize=11.5)
    axes.xaxis.set_major_formatter(lambda tick, _: tick_text(tick, unit is Unit.PERCENT))
    if names:
        _key(figure, [f"{marked[c]}: {format_value(values[c], unit, decimals)}" for c in names], width, height)
    return svg_text(figure)


def _england(axes, at: float, words: str) -> None:
    axes.plot([at] * 2, [-0.15, 1.25], color=INK, linewidth=1.6, linestyle=(0, (4, 2)), clip_on=False)
    axes.text(at, 1.35, words, ha="center", va="bottom", fontsize=12)


def _beyond(axes, values: list[float], ends: tuple[float, float], unit: Unit, decimals: int) -> None:
    """How many authorities are off the scale at either end, and how far the farthest is."""
    low, high = ends
    y = -1.35
    for found, end, at, side in (
        ([v for v in values if v > high], max(values), high, "right"),
        ([v for v in values if v < low], min(values), low, "left"),
    ):
        if found:
            arrow, words = ("▶", "up to") if side == "right" else ("◀", "down to")
            text = f"{len(found)} off the scale, {words} {format_value(end, unit, decimals)}"
            text = f"{text} {arrow}" if side == "right" else f"{arrow} {text}"
            axes.text(at, y, text, ha=side, va="top", fontsize=11.5, fontweight="bold", clip_on=False)
            y -= BEYOND * 1.3 / 44  # both would run into each other on a narrow page


def _key(figure, labels: list[str], width: int, height: int) -> None:
    """A line for each named authority above the strip: its shape, its name and its value."""
    high = 24 * len(labels)
    key = figure.add_axes((0.05, 1 - (high + 4) / height, 0.9, high / height))
    key.axis("off")
    key.set_xlim(0, width * 0.9), key.set_ylim(high, 0)
    for n, label in enumerate(labels):
        key.plot([7], [12 + 24 * n], SHAPES[n % len(SHAPES)], color=palette()["main"], markersize=9, clip_on=False)
        key.text(20, 12 + 24 * n, label, va="center", fontsize=12.5)
