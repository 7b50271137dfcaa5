"""Charts on figures that were made before they were needed are the same as on new ones."""

import io

import matplotlib
import pytest
from matplotlib.figure import Figure

from improvement_reports.charts import blank, renderer
from improvement_reports.charts.bars import Bar, bars
from improvement_reports.charts.canvas import NARROW, STYLE, WIDE, new_axes
from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain.vocabulary import Unit

MONTHS = [f"2024-{month:02}" for month in range(1, 13)]
POINTS = [Point(month, 1000.0 * n, target=5000.0 if n > 4 else None) for n, month in enumerate(MONTHS, start=1)]
DRAWINGS = {
    "counts": lambda width: trend(POINTS, Unit.COUNT, 0, width),
    "percentages": lambda width: trend([Point("2024-03", 40.0), Point("2025-03", 90.0)], Unit.PERCENT, 0, width),
    "bars": lambda width: bars([Bar("Wye", 3.0), Bar("Severn", 12.0, 10.0)], Unit.COUNT, width),
}


@pytest.fixture(autouse=True)
def nothing_made():
    yield
    blank._made.clear()


def ready() -> int:
    return len(blank._made)


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_chart_is_the_same_on_a_figure_that_was_made_before(name, width):
    new = DRAWINGS[name](width)
    blank.make_some(2, STYLE)
    assert [DRAWINGS[name](width), DRAWINGS[name](width)] == [new, new]
    assert ready() == 0, "the figures that were there were not taken"
    assert DRAWINGS[name](width) == new


def test_matplotlib_takes_the_same_for_granted_after_figures_were_made():
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        renderer._take_for_granted.cache_clear()
        before = dict(matplotlib.rcParams)
        blank.make_some(1, STYLE)
        assert dict(matplotlib.rcParams) == before
    renderer._take_for_granted.cache_clear()


def test_a_figure_that_was_made_under_other_settings_is_not_taken():
    with matplotlib.rc_context():
        blank.make_some(1, STYLE)
        new_axes(10, 10, (0, 0, 1, 1))
        assert ready() == 0
        blank.make_some(1, STYLE)
        matplotlib.rcParams["axes.grid"] = True
        _, axes = new_axes(10, 10, (0, 0, 1, 1))
        assert ready() == 1
        assert axes.xaxis.get_tick_params()["gridOn"]


def drawn_with(axes_of, label: str, factor: float) -> str:
    figure = renderer.new_figure(340, 200, STYLE)
    axes = axes_of(figure, (0.2, 0.3, 0.7, 0.6))
    axes.plot([factor, 2 * factor, 4 * factor], [20, 50, 30])
    axes.set_ylabel(label)
    axes.set_xlabel(label)
    saved = io.StringIO()
    figure.savefig(saved, format="svg", metadata=renderer.NOT_SAID, facecolor="white")
    return saved.getvalue()


@pytest.mark.parametrize("label, factor", [("", 1), ("Children", 1), ("", 1e9)])
def test_axes_are_drawn_as_those_of_matplotlib(label, factor):
    """With a label of an axis and with an offset above it, which both keep off the texts of ticks, and with neither."""
    theirs = drawn_with(Figure.add_axes, label, factor)
    assert "1e9" in theirs if factor > 1 else label in theirs
    assert drawn_with(blank.new_axes, label, factor) == theirs
