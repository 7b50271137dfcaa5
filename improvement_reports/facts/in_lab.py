"""Folds in JupyterLab, where each output stands by itself: what a fold holds is shown as one output there.

A run of a report shows block after block, of which the page is made. JupyterLab would show the line of a fold alone and
what belongs in it open beneath; what it shows is not kept, so it may be put together.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from improvement_reports.domain.markup import joined, plain
from improvement_reports.domain.templates import fill
from improvement_reports.facts.blocks import HTML, LAB, Block, ChartBlock, FoldClose, FoldOpen


@dataclass
class Folded:
    """A fold with what it holds, as one output."""

    text: Markup

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        return {"text/html": str(self.text), "text/plain": plain(self.text)}


def in_order(blocks: Iterable) -> Iterator:
    """The blocks that show something and whatever else there is, lists in turn; in JupyterLab each fold as one."""
    shown = (b for b in _flat(blocks) if not isinstance(b, Block) or b.text)
    return _with_folds(shown) if os.environ.get(LAB) else shown


def _flat(blocks: Iterable) -> Iterator:
    for block in blocks:
        if isinstance(block, list):
            yield from _flat(block)
        else:
            yield block


def _with_folds(blocks: Iterable) -> Iterator:
    opened: FoldOpen | None = None
    held: list[Markup] = []
    for block in blocks:
        if isinstance(block, FoldOpen):
            opened, held = block, []
        elif opened is not None and isinstance(block, FoldClose):
            yield Folded(fill("fold.html", summary=opened.summary, body=joined(*held)))
            opened = None
        elif opened is not None:
            held.append(_as_html(block))
        else:
            yield block


def _as_html(block: Block | ChartBlock) -> Markup:
    """What stands in a fold as HTML: prose is Markdown otherwise."""
    if isinstance(block, ChartBlock):
        return Markup(block.svg)
    if block.form == HTML:
        return Markup(block.text)
    from nbconvert.filters import markdown2html  # only JupyterLab needs it, and brings it

    return Markup(markdown2html(block.text))


def show_in_turn() -> None:
    """Have IPython show a list or a tuple of blocks that ends a cell one after the other, as `sections.show` does.

    So the last line of a cell may name several, and `show` is only needed within a loop. Nothing happens elsewhere.
    """
    if "IPython" not in sys.modules or (shell := sys.modules["IPython"].get_ipython()) is None:
        return
    for kind in (list, tuple):
        shell.display_formatter.ipython_display_formatter.for_type(kind, _in_turn)


def _in_turn(several: list | tuple) -> None:
    from IPython.display import display

    flat = [b for one in several for b in (one if isinstance(one, list | tuple) else (one,))]
    if not all(isinstance(b, Block | ChartBlock) for b in flat):
        raise NotImplementedError  # by which a formatter says that the value is not its own
    for block in in_order(flat):
        display(block)
