"""Charts as SVG: data in, drawing out. The words around a chart (finding, source) are HTML; see `blocks.ChartBlock`.

Palette and rules: Government Analysis Function, as in the `afcharts` package. Bars start at zero; values are labelled
directly; nothing is said by colour alone. Text stays text, measured with the font that comes with matplotlib so that
the drawing is the same on every machine, and shown in the page's own font.
"""

import re
from functools import cache

WIDE, NARROW = 720, 340  # CSS pixels
DPI = 72
PAGE_FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
INK, QUIET, GRID = "#0b0c0c", "#505a5f", "#d9dcde"


STYLE = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "svg.hashsalt": "improvement-reports",
    "font.family": "DejaVu Sans",
    "font.size": 13,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "figure.dpi": DPI,
}


def new_figure(width: float, height: float):
    """An empty figure of so many CSS pixels in the style of the site; what draws it is loaded with the first."""
    from improvement_reports.charts import renderer

    return renderer.new_figure(width, height, STYLE)


def new_axes(width: float, height: float, box: tuple[float, float, float, float]):
    """An empty figure of so many CSS pixels, and its axes in a box of shares of it: left, bottom, width, height."""
    from improvement_reports.charts import blank

    return blank.blank(width, height, box, STYLE)


@cache
def palette() -> dict[str, str]:
    """Named colours of the Analysis Function: main, second (with the main one only), and grey for context."""
    from afcharts.af_colours import get_af_colours

    focus, duo = get_af_colours("focus"), get_af_colours("duo")
    return {"main": focus[0], "context": focus[1], "second": duo[1]}


def draw_interval(axes, xs: list[float], ys: tuple[float, float] | list[float]) -> None:
    """The bar of a 95% interval with its two ends, lighter than what it belongs to."""
    end = "|" if ys[0] == ys[1] else "_"
    axes.plot(xs, ys, color=QUIET, linewidth=1.2, marker=end, markersize=7, alpha=0.8, zorder=2.5, clip_on=False)


def svg_text(figure) -> str:
    """The figure as SVG text without a date, with the page's fonts, scaling to the width it is given."""
    from improvement_reports.charts import renderer

    text = renderer.drawn(figure)
    text = (
        text[text.index("<svg") :].replace("'DejaVu Sans', sans-serif", PAGE_FONTS).replace("'DejaVu Sans'", PAGE_FONTS)
    )
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg [^>]*?)width="([\d.]+)pt" height="([\d.]+)pt"', r'\1width="\2" height="\3"', text, count=1)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def wrapped(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width)) or text


def sentence_svg(text: str, width: int = WIDE) -> str:
    """One sentence where a drawing would be, for a series that has nothing to draw."""
    lines = wrapped(text, 40 if width <= NARROW else 84).split("\n")
    height = 22 * len(lines) + 18
    figure, axes = new_axes(width, height, (0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(0, width), axes.set_ylim(height, 0)
    for n, line in enumerate(lines):
        axes.text(4, 20 + 22 * n, line, va="center", ha="left", fontsize=13)
    return svg_text(figure)
