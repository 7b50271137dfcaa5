"""Tables of sections: each is a figure itself, with the link to all rows that it was made from."""

from typing import Protocol

from improvement_reports.domain.markup import Column, plain, slug, table_html
from improvement_reports.domain.numbers import counted
from improvement_reports.facts.blocks import provenance_link
from improvement_reports.facts.figures import Figure, inputs_of


class Subject(Protocol):
    """Of which authority and month something is."""

    @property
    def authority(self) -> str: ...
    @property
    def month(self) -> str: ...


class Shows(Protocol):
    """Takes the figures that are shown."""

    def show(self, figure: Figure, /) -> str: ...


class Shown(Protocol):
    """Where a table can stand: a report, or a page that is made of several."""

    @property
    def params(self) -> Subject: ...
    @property
    def facts(self) -> Shows: ...


def figure_table(
    report: Shown,
    table_id: str,
    caption: str,
    columns: list[Column],
    rows: list[list[str]],
    data_rows,
    css_class: str = "",
) -> str:
    """An HTML table that is itself a figure: beneath it the link to all rows that it was made from."""
    inputs = inputs_of(data_rows)
    data = (tuple(c.title for c in columns), *(tuple(plain(cell) for cell in row) for row in rows))
    figure = Figure(
        slug("table", *table_id.split(".")),
        "table",
        caption,
        counted(len(rows), "row"),
        inputs=inputs,
        formula="each cell as its own figure says",
        data=data,
        area=report.params.authority,
        period=report.params.month,
    )
    report.facts.show(figure)
    body = table_html(caption, columns, rows, f"{css_class} few" if len(columns) < 4 else css_class)
    return (
        f'<div class="table-block" id="{figure.id}">\n{body}\n<p'
        f' class="source">{provenance_link(figure, "Rows behind this table")}</p>\n</div>'
    )
