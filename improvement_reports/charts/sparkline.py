"""A line small enough for a cell of a table: how a measure went, and its target. Numbers in, a template's values out.

It is drawn for the eye alone; the words and numbers beside it say the same. Its scale is its own: it shows the way a
measure went, not how high it is. A gap stays a gap, and a value far from all others stands at the edge.
"""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from improvement_reports.charts.axis import clipped, off_scale
from improvement_reports.domain.templates import fill

WIDTH, HEIGHT = 110, 28  # pixels
EDGE = 4  # room for the dot of the last value
FEWEST = 4  # values; fewer are no line
# The least part of its own height that a line may fill: else the smallest ripple would look like a wave.
LEAST_SPAN = 0.04


class Spark(NamedTuple):
    """One time: the value and the target, each None where there is none."""

    value: float | None
    target: float | None = None


def sparkline(points: Sequence[Spark]) -> Markup:
    """The line of a series, oldest first; nothing where it has fewer than `FEWEST` values."""
    values = [p.value for p in points if p.value is not None]
    if len(values) < FEWEST:
        return Markup()
    targets = [p.target for p in points if p.target is not None]
    left_out = off_scale(values, targets)
    low, high = _scale([*(v for v in values if v not in left_out), *targets])
    step = (WIDTH - 2 * EDGE) / (len(points) - 1)

    def place(n: int, number: float) -> str:
        x, y = EDGE + n * step, EDGE + (HEIGHT - 2 * EDGE) * (high - clipped(number, low, high)) / (high - low)
        return f"{x:.0f},{y:.1f}".replace(".0", "")

    lines = _runs([None if p.value is None else place(n, p.value) for n, p in enumerate(points)])
    goals = _runs([None if p.target is None else place(n, p.target) for n, p in enumerate(points)])
    last = next(n for n in reversed(range(len(points))) if points[n].value is not None)
    x, y = place(last, points[last].value or 0.0).split(",")
    return fill(
        "sparkline.html",
        width=WIDTH,
        height=HEIGHT,
        targets=[" ".join(t) for t in goals if len(t) > 1],
        lines=[" ".join(part) for part in lines if len(part) > 1],
        # A value between two gaps has no line; its dot says that it is there.
        dots=[part[0].split(",") for part in lines if len(part) == 1],
        x=x,
        y=y,
    )


def _scale(numbers: Sequence[float]) -> tuple[float, float]:
    """The lowest and highest number drawn: those that there are, never closer than `LEAST_SPAN` of their size."""
    low, high = min(numbers), max(numbers)
    least = LEAST_SPAN * max(abs(low), abs(high)) or 1.0
    if high - low >= least:
        return low, high
    middle = (low + high) / 2
    return middle - least / 2, middle + least / 2


def _runs(places: Sequence[str | None]) -> list[list[str]]:
    """The places without a gap between them, run by run."""
    found: list[list[str]] = [[]]
    for at in places:
        if at is None:
            found.append([])
        else:
            found[-1].append(at)
    return [run for run in found if run]
