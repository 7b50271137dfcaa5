"""The copies of pages that are indexed, kept between builds under this machine's seal.

A copy is found by what it is made from, and known by its own sha256: a page whose frame changed gets another copy of
the same sha256, and no part of the index is made anew for it. That stands in the head of the file, so a copy is only
read when it is indexed.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.site.searched_pages import Searched, copy_key, searchable
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.kept_work import mark_used
from improvement_reports.workspace.stamps import is_sealed, sealed


class Copies:
    """Copies in the folder ``kept``. Of one that is thrown away after the call, where ``is_kept`` is False, none is
    written or believed.
    """

    def __init__(self, kept: Path, is_kept: bool):
        self.kept, self.is_kept = kept, is_kept
        self.known: dict[str, tuple[str, str]] = {}  # by address: the key of the copy, and its sha256

    def sha256(self, page: Searched) -> str:
        """The sha256 of a page's copy, which is made if there is none; without kept copies only what it is made
        from.
        """
        if not self.is_kept:
            return page.key
        if page.address not in self.known:
            self.known[page.address] = (page.key, page.copy) if page.copy else self._kept(page)
        return self.known[page.address][1]

    def look_again(self, pages: Sequence[Searched]) -> None:
        """Believe of the copies of these pages only what is kept, and not what was noted."""
        self.known |= {page.address: self._kept(page) for page in pages if page.copy}

    def text(self, page: Searched) -> str:
        """The copy of a page: as it was made before from the same page, or anew."""
        key, said = self.known.get(page.address, ("", ""))
        if self.is_kept and said and self._said(key) == said:
            found = self._path(key).read_text(encoding="utf-8").split("\n", 2)[2]
            if digest(found.encode()) == said:
                self.mark_used(page)
                return found
        return self._make(page)[1]

    def mark_used(self, page: Searched) -> None:
        """Note that the copy of a page was used."""
        mark_used(self._path(self.known[page.address][0]))

    def _kept(self, page: Searched) -> tuple[str, str]:
        """The key of a page's copy and its sha256: of the one that is kept, or of one that is made now."""
        if said := self._said(page.key):
            return page.key, said
        return self._make(page)[0]

    def _path(self, key: str) -> Path:
        return self.kept / f"{digest([key, _code()])}.html"

    def _said(self, key: str) -> str:
        """The sha256 of the copy with this key, if it is kept as this machine sealed it; else nothing."""
        try:
            with self._path(key).open(encoding="utf-8") as file:
                seal, said = file.readline().rstrip("\n"), file.readline().rstrip("\n")
        except (OSError, ValueError):
            return ""
        return said if is_sealed(key + said, seal) else ""

    def _make(self, page: Searched) -> tuple[tuple[str, str], str]:
        """The key and sha256 of a copy that is made now from its page as it is, and its text."""
        key = copy_key(digest(page.path.read_bytes()), page.facts, page.is_made_up)
        text = searchable(page.path.read_text(encoding="utf-8"), page.facts, page.is_made_up)
        said = digest(text.encode())
        if self.is_kept:
            write_whole(self._path(key), f"{sealed(said, key)}\n{text}")
        return (key, said), text


@cache
def _code() -> list[str]:
    """What makes copies besides their pages."""
    here = Path(__file__)
    return [
        file_digest(path) for path in (here.with_name("searched_pages.py"), HOME / "templates/site/searched_page.html")
    ]
