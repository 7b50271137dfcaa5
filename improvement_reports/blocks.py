"""What a notebook cell shows: prose, tables and charts, each with the records of its figures.

A block is shown in JupyterLab as it stands; `pages` takes the same outputs, by their record, for the site's pages.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from improvement_reports.alternatives import short_alternative
from improvement_reports.escaping import markdown_text
from improvement_reports.figures import MIME, PROVENANCE_PAGE, Figure

PROSE, HTML, CHART, HEADING, NOTEBOOK_ONLY = "prose", "html", "chart", "heading", "notebook_only"


@dataclass
class Block:
    """One output: ``text`` is Markdown (``form`` prose) or HTML (``form`` html), ``figures`` what it shows."""

    text: str
    figures: list[Figure] = field(default_factory=list)
    form: str = PROSE
    anchor: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None):
        record = {"form": self.form, "figures": [f.record() for f in self.figures]}
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

    def _ipython_display_(self):
        from IPython.display import display

        display(Block(f"**{plain(self.finding)}**  \n{plain(self.subtitle)}", form=NOTEBOOK_ONLY))
        display(self.bundle(), raw=True)

    def bundle(self) -> dict:
        """The output that is kept: the drawing for JupyterLab, the record for the page."""
        record = {
            "form": CHART, "figures": [f.record() for f in (self.figure, *self.figures)], "id": self.figure.id,
            "finding": self.finding, "subtitle": self.subtitle, "alt": short_alternative(self.alt), "source": self.source, "table": self.table,
            "svg_narrow": self.svg_narrow,
        }  # fmt: skip
        return {"image/svg+xml": self.svg, "text/plain": f"{plain(self.finding)} {short_alternative(self.alt)}", MIME: record}


def plain(text: str) -> str:
    """HTML or Markdown with HTML as plain text, a line break as a comma."""
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"\s*<br>\s*", ", ", text))).strip()


def demonstration_note() -> str:
    """On every page of an authority that is made up, and on every sheet when it is printed."""
    words = "This authority and all its figures are made up for demonstration."
    return (
        f'<p class="illustrative"><strong>Illustrative.</strong> {words}</p>\n'
        f'<div class="illustrative-mark" aria-hidden="true">Illustrative: {words[0].lower()}{words[1:]}</div>'
    )


def heading(text: str, level: int, anchor: str) -> Block:
    """A heading of a section, from data; ``level`` 2 is a section of the page."""
    return Block(f"{'#' * level} {markdown_text(text)}", form=HEADING, anchor=anchor)


NO_VALUE = '<span class="none">–</span>'


@dataclass(frozen=True)
class Column:
    """A column of an HTML table: its header, and whether it holds numbers (right-aligned) or heads its row."""

    title: str
    is_number: bool = False
    is_row_header: bool = False


def table_html(
    caption: str,
    columns: list[Column],
    rows: Iterable[list[str]],
    css_class: str = "",
    row_ids: list[str] | None = None,
) -> str:
    """An accessible HTML table; the cells are HTML already. On a narrow screen each row becomes a card (theme/site.css).

    The roles say again what the elements say: a style that lays rows out as cards would otherwise take the table away from
    screen readers.
    """
    head = "".join(
        f'<th role="columnheader" scope="col"{_number_class(c)}>{html.escape(c.title)}</th>' for c in columns
    )
    body = []
    for number, row in enumerate(rows):
        cells = []
        for column, cell in zip(columns, row, strict=True):
            if column.is_row_header:
                cells.append(f'<th role="rowheader" scope="row">{cell}</th>')
            else:
                label = html.escape(column.title)
                shown = f'<span class="cell">{cell or NO_VALUE}</span>'
                cells.append(f'<td role="cell" data-label="{label}"{_number_class(column)}>{shown}</td>')
        row_id = f' id="{row_ids[number]}"' if row_ids else ""
        body.append(f'<tr role="row"{row_id}>{"".join(cells)}</tr>')
    classes = f"data {css_class}".strip()
    return (
        f'<table class="{classes}" role="table">\n<caption>{html.escape(caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n'
        + "\n".join(body)
        + "\n</tbody>\n</table>"
    )


def _number_class(column: Column) -> str:
    return ' class="number"' if column.is_number else ""


def provenance_link(figure: Figure, text: str) -> str:
    """The link from a chart or table to where it comes from."""
    return (
        f'<a class="provenance" data-figure="{figure.id}" href="{PROVENANCE_PAGE}#{figure.id}">{html.escape(text)}</a>'
    )
