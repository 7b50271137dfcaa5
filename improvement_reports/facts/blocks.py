"""What a notebook cell shows: prose, tables and charts, each with the records of its figures.

A block is shown in JupyterLab as it stands; `pages` takes the same outputs, by their record, for the site's pages.
"""

import html
from dataclasses import dataclass, field

from improvement_reports.domain.alternatives import short_alternative
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import plain
from improvement_reports.facts.figures import MIME, PROVENANCE_PAGE, Figure

PROSE, HTML, CHART, HEADING, NOTEBOOK_ONLY = "prose", "html", "chart", "heading", "notebook_only"


@dataclass
class Block:
    """One output: ``text`` is Markdown (``form`` prose) or HTML (``form`` html), ``figures`` what it shows."""

    text: str
    figures: list[Figure] = field(default_factory=list)
    form: str = PROSE
    anchor: str = ""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        record: dict[str, object] = {"form": self.form, "figures": [f.record() for f in self.figures]}
        if self.anchor:
            record["anchor"] = self.anchor
        return {"text/markdown": self.text, "text/plain": plain(self.text), MIME: record}


@dataclass
class ChartBlock:
    """A chart: its finding, its drawing in two widths, the figure record, and the equivalent table.

    ``finding``, ``subtitle``, ``source`` and ``table`` are HTML; ``alt`` is text.
    """

    figure: Figure
    finding: str
    subtitle: str
    alt: str
    source: str
    table: str
    svg: str
    svg_narrow: str
    figures: list[Figure] = field(default_factory=list)

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
            "finding": self.finding,
            "subtitle": self.subtitle,
            "alt": short_alternative(self.alt),
            "source": self.source,
            "table": self.table,
            "svg_narrow": self.svg_narrow,
        }
        return {
            "image/svg+xml": self.svg,
            "text/plain": f"{plain(self.finding)} {short_alternative(self.alt)}",
            MIME: record,
        }


def heading(text: str, level: int, anchor: str) -> Block:
    """A heading of a section, from data; ``level`` 2 is a section of the page."""
    return Block(f"{'#' * level} {markdown_text(text)}", form=HEADING, anchor=anchor)


def provenance_link(figure: Figure, text: str) -> str:
    """The link from a chart or table to where it comes from."""
    return (
        f'<a class="provenance" data-figure="{figure.id}" href="{PROVENANCE_PAGE}#{figure.id}">{html.escape(text)}</a>'
    )
