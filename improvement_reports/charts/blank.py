"""A figure with its axes and nothing drawn yet, which takes matplotlib a third of the time of a whole chart to make.

Some are made before they are needed, in a process that is forked again and again: each fork then has all of them, and
takes what it draws. What matplotlib takes for granted is part of a figure from its beginning, so one that was made
under other settings is not taken.
"""

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure

from improvement_reports.charts.renderer import DPI, as_it_was, new_figure, take_for_granted

Box = tuple[float, float, float, float]  # left, bottom, width and height as shares of the figure
TICKS = 5  # so many on an axis that was made before; more are made when they are asked for, as ever
_made: list[tuple[Figure, Axes]] = []
_made_under: dict = {}


class _Plain:
    """An axis measures the texts of its ticks only where a label of its own or an offset keeps off them."""

    def _update_label_position(self, renderer):
        if self.label.get_text():
            super()._update_label_position(renderer)

    def _get_ticklabel_bboxes(self, ticks, renderer):
        if self.label.get_text() or self.major.formatter.get_offset():
            return super()._get_ticklabel_bboxes(ticks, renderer)
        return [], []


class _XAxis(_Plain, XAxis):
    pass


class _YAxis(_Plain, YAxis):
    pass


class _Axes(Axes):
    def _init_axis(self):
        for name, axis, sides in (("xaxis", _XAxis, ("bottom", "top")), ("yaxis", _YAxis, ("left", "right"))):
            setattr(self, name, axis(self, clear=False))
            for side in sides:
                self.spines[side].register_axis(getattr(self, name))


def new_axes(figure: Figure, box: Box) -> Axes:
    """New axes in a figure, as `Figure.add_axes` makes them; charts are drawn on these."""
    return figure.add_axes(_Axes(figure, box))


def blank(width: float, height: float, box: Box, style: dict) -> tuple[Figure, Axes]:
    """A figure of so many CSS pixels and its axes; ``style`` as in `new_figure`."""
    take_for_granted(style)
    if not _made or dict(matplotlib.rcParams) != _made_under:
        figure = new_figure(width, height, style)
        return figure, new_axes(figure, box)
    figure, axes = _made.pop()
    figure.set_size_inches(width / DPI, height / DPI)
    axes.set_position(box)
    return figure, axes


def make_some(count: int, style: dict) -> None:
    """Have so many of them ready, for charts in the style of ``style``; matplotlib's settings stay as they are."""
    with as_it_was():
        take_for_granted(style)
        if _made_under != (now := dict(matplotlib.rcParams)):
            _made.clear()
            _made_under.clear()
            _made_under.update(now)
        while len(_made) < count:
            figure, axes = blank_one(style)
            _made.append((figure, axes))


def blank_one(style: dict) -> tuple[Figure, Axes]:
    """One of any size, with what its drawing would make first: the ticks of its axes."""
    figure = new_figure(1, 1, style)
    axes = new_axes(figure, (0, 0, 1, 1))
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_major_ticks(TICKS)
        axis.get_minor_ticks(0)
    return figure, axes
