"""Pieces of Markdown and HTML that every page uses: tables, identifiers, front matter, marks."""

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from improvement_reports.domain.escaping import markdown_text, yaml_value
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import Mark


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
    """An accessible HTML table; the cells are HTML already. On a narrow screen each row becomes a card
    (theme/site.css).

    The roles say again what the elements say: a style that lays rows out as cards would otherwise take the table away
    from screen readers.
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


def slug(*parts: object) -> str:
    """An id from words: lower case, only letters, digits, ``_`` and ``-``, with ``.`` between the parts."""
    cleaned = (re.sub(r"[^a-z0-9_-]+", "-", str(p).lower()).strip("-") for p in parts if str(p))
    return ".".join(c for c in cleaned if c)


def distinct_slugs(words: Iterable[str]) -> dict[str, str]:
    """A slug for each word; words that would share one get a few digits of their hash."""
    found: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        found.setdefault(slug(word), []).append(word)
    return {
        w: s if len(same) == 1 and s else f"{s}-{hashlib.sha256(w.encode()).hexdigest()[:6]}"
        for s, same in found.items()
        for w in same
    }


def fenced(text: str) -> str:
    """HTML that Pandoc is to leave alone."""
    fence = "`" * max(3, 1 + max((len(m) for m in re.findall(r"`+", text)), default=0))
    return f"\n\n{fence}{{=html}}\n{text}\n{fence}\n\n"


def front_matter(fields: dict) -> str:
    """YAML front matter, one field to a line."""
    lines = [f"{key}: {yaml_value(value)}" for key, value in fields.items()]
    return "---\n" + "\n".join(lines) + "\n---"


def texts(title: str, description: str) -> dict[str, str]:
    """Title and description of a page from data: both renderers read them as Markdown, so nothing in them may be
    markup.
    """
    return {"title": markdown_text(title), "description": markdown_text(description)}


def mark_html(mark: Mark) -> Markup:
    """Symbol and word of a status, in its colour; never the colour alone."""
    return fill("mark.html", mark=mark)
