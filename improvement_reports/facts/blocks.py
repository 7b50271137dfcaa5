"""What a notebook cell shows: prose, tables and charts, each with the records of its figures.

A block is shown in JupyterLab as it stands; `pages` takes the same outputs, by their record, for the site's pages.
"""

import sys
from dataclasses import dataclass, field

from markupsafe import Markup

from improvement_reports.domain.alternatives import short_alternative
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import plain
from improvement_reports.facts.figures import MIME, Figure, link

PROSE, HTML, CHART, HEADING, NOTEBOOK_ONLY = "prose", "html", "chart", "heading", "notebook_only"


@dataclass
class Block:
    """One output: ``text`` is Markdown, or markup (``form`` html); ``figures`` is what it shows."""

    text: str
    figures: list[Figure] = field(default_factory=list)
    form: str = PROSE
    anchor: str = ""

    def __post_init__(self) -> None:
        if self.text and (self.form == HTML) != isinstance(self.text, Markup):
            raise TypeError(f"a block of {self.form} cannot hold {type(self.text).__name__}: {self.text[:60]}")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        record: dict[str, object] = {"form": self.form, "figures": [f.record() for f in self.figures]}
        if self.anchor:
            record["anchor"] = self.anchor
        return {"text/markdown": str(self.text), "text/plain": plain(self.text), MIME: record}


@dataclass
class ChartBlock:
    """A chart: its finding, its drawing in two widths, the figure record, and the equivalent table.

    ``alt`` is text; ``said`` is what is said of it beneath the drawing, or nothing.
    """

    figure: Figure
    finding: Markup
    subtitle: Markup
    alt: str
    source: Markup
    table: Markup
    svg: str
    svg_narrow: str
    figures: list[Figure] = field(default_factory=list)
    said: Markup = field(default_factory=Markup)

    def __post_init__(self) -> None:
        for name in ("finding", "subtitle", "source", "table", "said"):
            if not isinstance(getattr(self, name), Markup):
                raise TypeError(f"the {name} of a chart is markup")

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(Block(f"**{plain(self.finding)}**  \n{plain(self.subtitle)}", form=NOTEBOOK_ONLY))
        display(self.bundle(), raw=True)

    def bundle(self) -> dict:
        """The output that is kept: the drawing for JupyterLab, the record for the page."""
        record = {
            "form": CHART,
            "figures": [f.record() for f in (self.figure, *self.figures)],
            "id": self.figure.id,
            "finding": str(self.finding),
            "subtitle": str(self.subtitle),
            "alt": short_alternative(self.alt),
            "source": str(self.source),
            "table": str(self.table),
            "svg_narrow": self.svg_narrow,
        }
        if self.said:
            record["said"] = str(self.said)
        return {
            "image/svg+xml": self.svg,
            "text/plain": f"{plain(self.finding)} {short_alternative(self.alt)}",
            MIME: record,
        }


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
    for block in flat:
        if not isinstance(block, Block) or block.text:
            display(block)


def heading(text: str, level: int, anchor: str) -> Block:
    """A heading of a section, from data; ``level`` 2 is a section of the page."""
    return Block(f"{'#' * level} {markdown_text(text)}", form=HEADING, anchor=anchor)


def provenance_link(figure: Figure, text: str) -> Markup:
    """The link from a chart or table to where it comes from."""
    return link(figure, text, "provenance")
