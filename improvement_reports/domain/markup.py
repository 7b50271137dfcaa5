"""Pieces of Markdown and HTML that every page uses: tables, identifiers, front matter, marks."""

import hashlib
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from improvement_reports.domain import html_tables
from improvement_reports.domain.escaping import markdown_text, yaml_value
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import Mark


def plain(text: str) -> str:
    """HTML or Markdown with HTML as plain text, a line break as a comma."""
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"\s*<br>\s*", ", ", text))).strip()


def demonstration_note() -> Markup:
    """On every page of an authority that is made up, and on every sheet when it is printed."""
    return fill("demonstration_note.html")


@dataclass(frozen=True)
class Column:
    """A column of a table whose rows are lists; `html_tables.Column` has a name."""

    title: str
    is_number: bool = False
    is_row_header: bool = False


def table_html(
    caption: str,
    columns: list[Column],
    rows: Iterable[list[str]],
    css_class: str = "",
    row_ids: list[str] | None = None,
) -> Markup:
    """A table of lists of cells that are HTML already, until every page names its columns."""
    return html_tables.table(caption, *named(columns, rows), css_class, row_ids)


def named(columns: Sequence[Column], rows: Iterable[list[str]]) -> tuple[list[html_tables.Column], list[dict]]:
    """The same table with its columns by number."""
    keyed = [html_tables.Column(str(n), c.title, c.is_number, c.is_row_header) for n, c in enumerate(columns)]
    return keyed, [{c.key: Markup(cell) for c, cell in zip(keyed, row, strict=True)} for row in rows]


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


@cache
def mark_html(mark: Mark) -> Markup:
    """Symbol and word of a status, in its colour; never the colour alone."""
    return fill("mark.html", mark=mark)
