"""Tables of sections: each is a figure itself, with the link to all rows that it was made from."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from markupsafe import Markup

from improvement_reports.domain.html_tables import Column, Row, filled_columns, table
from improvement_reports.domain.markup import plain, slug
from improvement_reports.domain.numbers import counted, format_day
from improvement_reports.domain.templates import fill
from improvement_reports.facts.blocks import provenance_link
from improvement_reports.facts.figures import Figure, SomeRow, inputs_of


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
    columns: Sequence[Column],
    rows: Sequence[Row],
    data_rows: Iterable[SomeRow | None],
    css_class: str = "",
    has_notes: bool = False,
) -> Markup:
    """An HTML table that is itself a figure: beneath it the link to all rows that it was made from.

    Columns that no row fills are left out, of the table and of the data of its figure. ``has_notes``: what stands in
    few rows of the table is said under the heads of these rows, in place of a column of dashes.
    """
    shown, data_rows = filled_columns(columns, rows), list(data_rows)
    caption += last_stated(getattr(report, "unchanged", ()), data_rows)
    figure = Figure(
        slug("table", *table_id.split(".")),
        "table",
        caption,
        counted(len(rows), "row"),
        inputs=inputs_of(data_rows),
        formula="each cell as its own figure says",
        data=table_data(shown, rows),
        area=report.params.authority,
        period=report.params.month,
    )
    report.facts.show(figure)
    if has_notes:
        shown, rows = _with_notes(shown, rows)
    body = table(caption, shown, rows, f"{css_class} few" if len(shown) < 4 else css_class)
    link = provenance_link(figure, "Rows behind this table")
    return fill("table_block.html", figure_id=figure.id, table=body, link=link)


def _with_notes(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[list[Column], list[Row]]:
    """A table whose columns are filled in half of its rows or more; what the others say stands under the head of a row
    with the name of its column.
    """
    head, kept = next((c for c in columns if c.is_row_header), None), kept_columns(columns, rows)
    few = [c for c in columns if c not in kept]
    if head is None or not few:
        return list(columns), list(rows)
    return kept, [{**row, head.key: _with_note(row, head, few)} for row in rows]


def kept_columns(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """The columns of a table with notes that stay columns; all of them where the rest would leave a row with nothing
    but notes.
    """
    head = next((c for c in columns if c.is_row_header), None)
    kept = [c for c in columns if c is head or 2 * sum(bool(row[c.key]) for row in rows) >= len(rows)]
    is_enough = head is not None and all(any(row[c.key] for c in kept if c is not head) for row in rows)
    return kept if is_enough else list(columns)


def _with_note(row: Row, head: Column, few: Sequence[Column]) -> str:
    """The head of a row with what stands in those of its columns that few rows fill."""
    said = [(c.title, row[c.key]) for c in few if row[c.key]]
    return fill("sections/said_of_row.html", head=row[head.key], said=said) if said else row[head.key]


def last_stated(unchanged: Collection[str], rows: Iterable[SomeRow | None]) -> str:
    """Of rows that the return says are unchanged: when they were last stated, as the end of a caption; else nothing."""
    files = {PurePosixPath(str(row["source_file"])) for row in rows if row is not None}
    months = {file.parts[1] for file in files if table_of(file) in unchanged}
    return f", as last stated in {format_day(max(months))}" if months and len(months) == len(files) else ""


def table_of(file: PurePosixPath) -> str:
    """The table that a file of data/raw holds, or the sheet of a workbook."""
    return file.name.split("#")[-1].removesuffix(".csv")


def table_data(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """A table as the data of its figure: the headers, then the cells of each row as plain text."""
    return (
        tuple(c.data_title or c.title for c in columns),
        *(tuple(cell_words(row[c.key]) for c in columns) for row in rows),
    )


def cell_words(cell: str) -> str:
    """A cell as plain text."""
    return plain(cell) if isinstance(cell, Markup) else cell.strip()
