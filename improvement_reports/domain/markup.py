"""Pieces of Markdown and HTML that every page uses: tables, identifiers, front matter, marks."""

import hashlib
import html
import re
from collections.abc import Iterable
from functools import cache

from markupsafe import Markup

from improvement_reports.domain.escaping import front_matter_text, yaml_value
from improvement_reports.domain.templates import as_markup, fill
from improvement_reports.domain.vocabulary import Mark


def plain(text: str) -> str:
    """HTML or Markdown with HTML as plain text, a line break as a comma."""
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"\s*<br>\s*", ", ", text))).strip()


def demonstration_note() -> Markup:
    """On every page of an authority that is made up, and on every sheet when it is printed."""
    return fill("demonstration_note.html")


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
    return {"title": front_matter_text(title), "description": front_matter_text(description)}


@cache
def mark_html(mark: Mark) -> Markup:
    """Symbol and word of a status, in its colour; never the colour alone."""
    return fill("mark.html", mark=mark)


def joined(*parts: str, between: str = "") -> Markup:
    """Text and markup one after another as markup; text is escaped."""
    return as_markup(between).join(as_markup(part) for part in parts)


def tag(words: str) -> Markup:
    """A word or two about a value or a name, set apart: judged here."""
    return fill("tag.html", words=words)


def strong(text: str) -> Markup:
    """A text that stands out."""
    return fill("strong.html", text=text)


def tagged(text: str, words: str) -> Markup:
    """A value or a name with such a word behind it: 41% disputed."""
    return fill("tagged.html", text=text, words=words)


def aside(text: str, note: str) -> Markup:
    """A value or a name with a quieter note behind it, mostly of when it was."""
    return fill("aside.html", text=text, note=note)


def under(text: str, note: str) -> Markup:
    """A value or a name with a quieter note in the line below it."""
    return fill("under.html", text=text, note=note)


def with_word(mark: str, word: str) -> Markup:
    """A status with the word that the council itself has for it; without such a word the status alone."""
    return under(mark, f"“{word}” in the council’s words") if word else as_markup(mark)


def lines(parts: Iterable[str]) -> Markup:
    """Several things in one cell, a line each."""
    return fill("lines.html", parts=list(parts))


def linked_count(linked: Markup, one: str, many: str) -> Markup:
    """A number that is a link to where it comes from, with the words for what it counts: as `numbers.counted`."""
    return joined(linked, " ", one if plain(linked) == "1" else many)


def fold(summary: str, body: Markup) -> Markup:
    """What is folded away on the screen under one line, and open in print."""
    return fill("fold.html", summary=summary, body=body)


def folded_values(table: Markup) -> Markup:
    """The table of a chart, folded beneath it."""
    return fill("folded_values.html", table=table)


def note(label: str, lead: str, text: str) -> Markup:
    """A note beside the content; ``label`` names it for screen readers, ``lead`` stands first and bold."""
    return fill("note.html", label=label, lead=lead, text=text)
