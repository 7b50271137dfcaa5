"""The tags of a finished page with their places, and the page with some of its places written anew.

Nothing else of a page changes: what a renderer wrote stands as it wrote it, scripts and drawings too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple

from markupsafe import Markup

from improvement_reports.domain.templates import fill


@dataclass(frozen=True)
class Tag:
    """A tag from ``start`` to ``end`` of a page; attributes in their order, None for one without a value."""

    name: str
    attributes: dict[str, str | None]
    start: int
    end: int
    is_end: bool = False

    @property
    def id(self) -> str:
        return self.attributes.get("id") or ""

    @property
    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()


class Edit(NamedTuple):
    """What a page says from ``start`` to ``end`` instead."""

    start: int
    end: int
    text: Markup


class _Reader(HTMLParser):
    """Notes each tag; what stands in scripts, styles and comments is none."""

    def __init__(self, page: str):
        super().__init__()
        self.page, self.tags = page, list[Tag]()
        self.lines = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]
        self.feed(page)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._here()
        self.tags.append(Tag(tag, dict(attrs), start, start + len(self.get_starttag_text() or "")))

    def handle_endtag(self, tag: str) -> None:
        start = self._here()
        self.tags.append(Tag(tag, {}, start, self.page.index(">", start) + 1, is_end=True))


def tags_of(page: str) -> list[Tag]:
    """The tags of a page, in its order."""
    return _Reader(page).tags


def start_tag(name: str, attributes: dict[str, str | None]) -> Markup:
    return fill("site/start_tag.html", name=name, attributes=attributes)


def edited(page: str, edits: Iterable[Edit]) -> str:
    """The page with every edit; no two of them touch the same place."""
    parts, reached = [], 0
    for start, end, text in sorted(edits):
        if start < reached:
            raise ValueError(f"two edits of one place of a page, at {start}")
        parts += [page[reached:start], text]
        reached = end
    return "".join([*parts, page[reached:]])
