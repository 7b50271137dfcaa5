"""Tables of pages: named columns, and rows that say by the name of a column what stands in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from improvement_reports.domain.templates import fill

# What a row says, by the key of a column: text, which is escaped, or markup, which stands as it is; "" is no value.
Row = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """A column of an HTML table: its key in a row, its header, and whether it holds numbers (right-aligned) or heads
    its row.

    ``is_optional``: it is left out of a table of which no row has anything in it. ``data_title``: its header in the
    data of a figure, where editions have another than the page.
    """

    key: str
    title: str
    is_number: bool = False
    is_row_header: bool = False
    is_optional: bool = False
    data_title: str = ""


def filled_columns(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """The columns without the optional ones that would be empty in every row."""
    return [c for c in columns if not c.is_optional or any(row[c.key] for row in rows)]


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    css_class: str = "",
    row_ids: Sequence[str] | None = None,
) -> Markup:
    """An accessible HTML table. On a narrow screen each row becomes a card (theme/site.css).

    The roles say again what the elements say: a style that lays rows out as cards would otherwise take the table away
    from screen readers. A row without one of the columns is a `KeyError`; what it has besides them is not shown.
    """
    cells = [[(c, row[c.key]) for c in columns] for row in rows]
    return fill(
        "table.html",
        caption=caption,
        columns=columns,
        rows=list(zip(row_ids or [""] * len(cells), cells, strict=True)),
        css_class=f"data {css_class}".strip(),
    )
