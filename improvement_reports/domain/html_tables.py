"""Tables of pages: named columns, and rows that say by the name of a column what stands in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from improvement_reports.domain.markup import plain
from improvement_reports.domain.templates import fill

# What a CSS string may hold as it is, besides letters and digits.
HARMLESS_IN_CSS = frozenset(" .,:%()+-–—’“”…£·−/?")
# What a row says, by the key of a column: text, which is escaped, or markup, which stands as it is; "" is no value.
Row = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """A column of an HTML table: its key in a row, its header, and whether it holds numbers (right-aligned) or heads
    its row.

    ``data_title``: its header in the data of a figure, where editions have another than the page.
    """

    key: str
    title: str
    is_number: bool = False
    is_row_header: bool = False
    data_title: str = ""


def filled_columns(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """The columns without those that would be empty in every row; of a table without rows all."""
    return [c for c in columns if c.is_row_header or not rows or any(row[c.key] for row in rows)]


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    css_class: str = "",
    row_ids: Sequence[str] | None = None,
) -> Markup:
    """An accessible HTML table. On a narrow screen each row becomes a card (theme/site.css).

    The roles say again what the elements say: a style that lays rows out as cards would otherwise take the table away
    from screen readers. What holds of a whole column is said once, on the table: the words that stand before its cells
    on a card, and that its cells are set to the right. A row without
    one of the columns is a `KeyError`; what it has besides them is not shown.
    """
    return written_table(
        caption,
        [(c.title, c.is_number, c.is_row_header) for c in columns],
        [(id_, [row[c.key] for c in columns]) for id_, row in zip(row_ids or [""] * len(rows), rows, strict=True)],
        f"data {css_class}".strip(),
    )


def written_table(
    caption: str, columns: Sequence[tuple[str, bool, bool]], rows: Iterable[tuple[str, Sequence[str]]], css_class: str
) -> Markup:
    """The table itself. ``columns``: title, whether it holds numbers, whether it heads its row; ``rows``: id and
    cells.
    """
    return fill(
        "table.html",
        caption=caption,
        columns=[{"title": title, "is_number": number, "is_row_header": head} for title, number, head in columns],
        rows=[(row_id, cells, _is_unstated(columns, cells)) for row_id, cells in rows],
        css_class=" ".join([css_class, *(f"right-{n}" for n, (_, number, _) in enumerate(columns, 1) if number)]),
        labels=card_labels([title for title, _, _ in columns], [head for _, _, head in columns]),
    )


def _is_unstated(columns: Sequence[tuple[str, bool, bool]], cells: Sequence[str]) -> bool:
    """Whether only the head of a row is known, which is said once for all of its cells."""
    is_head = [head for _, _, head in columns]
    return len(cells) > 2 and is_head[0] and not any(is_head[1:]) and not any(cells[1:])


def card_labels(titles: Sequence[str], is_header: Sequence[bool]) -> str:
    """The titles of columns as CSS, for the cards: ``--c2:'Latest'`` is what stands before the second cell of a row.

    >>> card_labels(["Measure", "Latest", "Its council's"], [True, False, False])
    "--c2:'Latest';--c3:'Its council\\\\000027 s'"
    """
    return ";".join(
        f"--c{n}:'{_in_css(title)}'"
        for n, (title, skip) in enumerate(zip(titles, is_header, strict=True), 1)
        if not skip
    )


def _in_css(title: str) -> str:
    """A title as the content of a CSS string in single quotes.

    Titles hold names from returns. All but letters, digits and harmless signs is written as its number (six digits
    and a blank, which CSS takes for its end and not for text): no sign of a title can end the string, the value or the
    attribute.
    """
    text = plain(title) if isinstance(title, Markup) else title
    return "".join(s if s.isalnum() or s in HARMLESS_IN_CSS else f"\\{ord(s):06x} " for s in " ".join(text.split()))
