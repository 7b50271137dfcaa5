"""Charts are what matplotlib itself would save, drawn without pyplot and with each text measured once."""

import io
import sys

from improvement_reports.charts import renderer
from improvement_reports.charts.canvas import STYLE
from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain.vocabulary import Unit


def figure_of_texts(size: int):
    """Words and numbers in several sizes and weights, and an axis with ticks."""
    figure = renderer.new_figure(340, 200, STYLE)
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.7))
    axes.plot([1, 2, 4], [20, 50, 30], marker="o", clip_on=False)
    for n, (words, weight) in enumerate([("17.5", "normal"), ("17.5", "bold"), ("Wye\nand Severn", "normal")]):
        axes.text(1 + n, 30, words, fontsize=size + n, fontweight=weight, va="top", ha="right")
    return figure


def test_a_drawing_is_the_bytes_that_matplotlib_saves():
    for size in (9, 13):  # texts that were measured in another size must not be taken for these
        saved = io.StringIO()
        figure_of_texts(size).savefig(saved, format="svg", metadata=renderer.NOT_SAID, facecolor="white")
        assert renderer.drawn(figure_of_texts(size)) == saved.getvalue()
        assert renderer.drawn(figure_of_texts(size)) == saved.getvalue()


def test_a_text_is_measured_once(monkeypatch):
    renderer.drawn(figure_of_texts(11))
    monkeypatch.setattr(renderer.RendererSVG, "get_text_width_height_descent", lambda *_: 1 / 0)
    assert "Severn" in renderer.drawn(figure_of_texts(11))


def test_no_chart_loads_pyplot(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)  # whoever imports it has an ImportError
    assert "2025" in trend([Point("2024-03", 3.0), Point("2025-03", 4.0)], Unit.COUNT)
