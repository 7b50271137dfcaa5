"""matplotlib as the charts use it: a figure of its own and its SVG, without pyplot, which takes longer to load than a
chart to draw.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import ClassVar

import matplotlib
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure

DPI = 72
FONTS = logging.getLogger("matplotlib.font_manager")
NOT_SAID = {"Date": None, "Creator": None, "Format": None, "Type": None}


class Renderer(RendererSVG):
    """An SVG renderer that measures a text once, whatever the chart that it stands in."""

    _measured: ClassVar[dict[tuple, tuple[float, float, float]]] = {}

    def get_text_width_height_descent(self, s, prop, ismath):
        key = (s, hash(prop), ismath)  # two font properties are equal if their hashes are
        if key not in self._measured:
            self._measured[key] = super().get_text_width_height_descent(s, prop, ismath)
        return self._measured[key]


def new_figure(width: float, height: float, style: dict) -> Figure:
    """An empty figure of so many CSS pixels; ``style`` is what matplotlib is to take for granted."""
    take_for_granted(style)
    return Figure(figsize=(width / DPI, height / DPI))


def take_for_granted(style: dict) -> None:
    """Let matplotlib take this for granted from the first chart on."""
    _take_for_granted(tuple(style.items()))


@cache
def _take_for_granted(style: tuple[tuple[str, object], ...]) -> None:
    FONTS.setLevel(logging.ERROR)  # it announces its list of fonts where a cell's output is kept
    for name, value in style:
        matplotlib.rcParams[name] = value  # type: ignore[index]


@contextmanager
def as_it_was() -> Iterator[None]:
    """What matplotlib takes for granted, and says of fonts, is afterwards as it was: a notebook has not drawn yet."""
    level = FONTS.level
    with matplotlib.rc_context():
        yield
    FONTS.setLevel(level)
    _take_for_granted.cache_clear()


def drawn(figure: Figure) -> str:
    """The SVG of a figure on white, with nothing that differs from day to day."""
    text = io.StringIO()
    figure.set_facecolor("white")
    width, height = (DPI * inches for inches in figure.get_size_inches())
    renderer = Renderer(width, height, text, image_dpi=DPI, metadata=NOT_SAID)
    figure.draw(renderer)
    renderer.finalize()
    return text.getvalue()
