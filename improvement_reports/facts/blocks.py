"""What a notebook cell shows: prose, tables and charts, each with the records of its figures.

A block is shown in JupyterLab as it stands; `pages` takes the same outputs, by their record, for the site's pages.
"""

import os
from dataclasses import dataclass, field

from markupsafe import Markup

from improvement_reports.domain.alternatives import short_alternative
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import plain
from improvement_reports.facts.figures import MIME, Figure, link

LAB = "IMPROVEMENT_REPORTS_IN_LAB"  # set for kernels that JupyterLab starts
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
class FoldOpen(Block):
    """The beginning of a fold, and the line that stands for it."""

    summary: str = ""


@dataclass
class FoldClose(Block):
    """The end of a fold."""


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

        if not os.environ.get(LAB):  # there the drawing itself says it
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


def heading(text: str, level: int, anchor: str) -> Block:
    """A heading of a section, from data; ``level`` 2 is a section of the page."""
    return Block(f"{'#' * level} {markdown_text(text)}", form=HEADING, anchor=anchor)


def provenance_link(figure: Figure, text: str) -> Markup:
    """The link from a chart or table to where it comes from."""
    return link(figure, text, "provenance")
