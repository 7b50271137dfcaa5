"""The search index in parts, each of some pages: a change makes only those parts anew whose pages it reached.

Pagefind reads every page that it indexes: with ten thousand in one index each change would take more than a minute.
The search page asks all parts together. Which part a page is in follows from its address and the number of pages, so a
site that was kept up to date has the same parts as one that is built from nothing.
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.pages.sources import REPORT
from improvement_reports.site.search_program import pagefind_version
from improvement_reports.site.searched_pages import Searched, searchable
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.kept_work import mark_used
from improvement_reports.workspace.places import MONTH, RESERVED
from improvement_reports.workspace.processes import run_watched
from improvement_reports.workspace.stamps import Stamp, digests, sealed, unsealed

ENTRY = "pagefind-entry.json"
# What theme/search.js loads; Pagefind also writes four interfaces of its own, of 400 kB. The program is loaded once.
PAGEFIND_FILES = re.compile(r"pagefind\.js|pagefind-worker\.js|pagefind-entry\.json|wasm\..+\.pagefind|.+\.pf_\w+")
OF_THE_PROGRAM = re.compile(r"pagefind\.js|pagefind-worker\.js|wasm\..+\.pagefind")
# Pages of reports in a part, about: Pagefind takes 0.7 s for so many. A browser asks every part, so they stay few.
PAGES_IN_PART, MOST_PARTS = 100, 32
ABOUT, LISTS = "about", "lists"  # sorted before the parts of reports
STAMP = ".made.json"
# In a kept part, not on the site: which pages of it are reports of one series, so that results can be grouped.
SERIES = "series.json"
FRAGMENT_HEAD = "pagefind_dcd"  # what Pagefind sets before the record of a page


class PartFailed(Exception):
    """No part of the index can be made; why, in words that end a sentence."""


# Which pages are together


def parts_of(pages: Sequence[Searched]) -> dict[str, list[Searched]]:
    """Pages by the name of their part, in the order of the names: texts about the site, what lists or compares reports,
    and the reports.

    >>> list(parts_of([]))
    []
    """
    count = number_of_parts(sum(_unit(page.address) is not None for page in pages))
    found: dict[str, list[Searched]] = {}
    for page in pages:
        found.setdefault(part_name(page.address, count), []).append(page)
    return dict(sorted(found.items()))


def number_of_parts(reports: int) -> int:
    """Of so many pages of reports: a power of two, so that it seldom changes as a site grows.

    >>> [number_of_parts(n) for n in (0, 100, 101, 1000, 100_000)]
    [1, 1, 2, 16, 32]
    """
    count = 1
    while count < MOST_PARTS and reports > count * PAGES_IN_PART:
        count *= 2
    return count


def part_name(address: str, count: int) -> str:
    """The part that a page is in, of so many parts of reports.

    >>> part_name("about/method.html", 1), part_name("index.html", 1), part_name("reports/avon/index.html", 1)
    ('about', 'lists', 'reports-00')
    """
    if (unit := _unit(address)) is None:
        return ABOUT if address.startswith("about/") else LISTS
    return f"reports-{int(hashlib.sha256(unit.encode()).hexdigest(), 16) % count:02d}"


def _unit(address: str) -> str | None:
    """Pages of reports that are in the same part whatever the number of parts: an authority's of one year, and those of
    no month; None for any other page.
    """
    match address.split("/"):
        case ["reports", authority, *rest] if rest and authority not in RESERVED:
            return f"{authority}/{rest[0][:4] if MONTH.fullmatch(rest[0]) else ''}"
    return None


# A part


class Parts:
    """Parts of an index, kept in ``kept`` with the copies of pages that they are made from. Of a folder that is thrown
    away after the call nothing is believed and nothing sealed: ``is_kept`` is False.
    """

    def __init__(self, program: str, kept: Path, is_kept: bool):
        self.program, self.kept, self.is_kept = program, kept, is_kept

    def part(self, pages: Sequence[Searched]) -> Path:
        """The folder with the index of these pages, as it was made before or made now; `PartFailed` if it cannot be."""
        key = digest([pagefind_version(), _code(), [[page.address, page.key] for page in pages]])
        folder = self.kept / f"{key}.part"
        stamp = Stamp(folder / STAMP, key, lambda: {n: d for n, d in digests(folder).items() if n != STAMP})
        if self.is_kept and stamp.holds():
            for used in (folder, *(self._copy(page) for page in pages)):
                mark_used(used)
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        self._make(pages, folder)
        if self.is_kept:
            stamp.set()
        return folder

    def _make(self, pages: Sequence[Searched], target: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copies, written = Path(folder, "pages"), Path(folder, "index")
            for page in pages:
                copy = copies / page.address
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(self._kept_copy(page), encoding="utf-8", newline="\n")
            command = [self.program, "--site", str(copies), "--output-path", str(written), "--keep-index-url"]
            try:
                # Without its caller's environment it takes no settings from PAGEFIND_ variables; its working folder
                # holds none.
                run_watched([*command, "--silent"], seconds=3600, cwd=folder).check_returncode()
            except (OSError, subprocess.SubprocessError) as error:
                raise PartFailed(f"the program pagefind failed: {type(error).__name__}") from None
            if not (written / ENTRY).is_file():
                raise PartFailed("the program pagefind made no index")
            _copy_files(written, target, PAGEFIND_FILES)
            write_whole(target / SERIES, json.dumps(_series_in(written), sort_keys=True) + "\n")

    def _copy(self, page: Searched) -> Path:
        return self.kept / f"{_copy_key(page)}.html"

    def _kept_copy(self, page: Searched) -> str:
        """The copy of a page that is indexed: as it was made before from the same page, under this machine's seal, or
        anew.
        """
        key = _copy_key(page)
        if (found := unsealed(self._copy(page), key) if self.is_kept else None) is None:
            found = searchable(page.path.read_text(encoding="utf-8"), page.facts, page.is_made_up)
            if self.is_kept:
                write_whole(self._copy(page), sealed(found, key))
        mark_used(self._copy(page))
        return found


def series_of(part: Path) -> dict[str, dict[str, str]]:
    """The reports in a part: the names in the index of an authority's reports of one kind, by their months.

    ``{"gloucestershire/board": {"2021-04": "en-gb_b72576d"}}``: a result is known by that name before anything of it is
    loaded.
    """
    return json.loads((part / SERIES).read_text(encoding="utf-8"))


def _series_in(index: Path) -> dict[str, dict[str, str]]:
    """The same of an index as Pagefind wrote it, which names each page's record by what it holds."""
    found: dict[str, dict[str, str]] = {}
    for path in index.glob("fragment/*.pf_fragment"):
        record = json.loads(gzip.decompress(path.read_bytes()).decode("utf-8").removeprefix(FRAGMENT_HEAD))
        match = REPORT.fullmatch(record["url"].lstrip("/"))
        if match and MONTH.fullmatch(match[2]):
            authority, month, kind = match.groups()
            found.setdefault(f"{authority}/{kind}", {})[month] = path.stem
    return found


def copy_part(part: Path, target: Path, is_first: bool = False) -> None:
    """A part to its place on the site; the first one brings the program that asks all of them."""
    _copy_files(part, target, PAGEFIND_FILES, None if is_first else OF_THE_PROGRAM)


def _copy_files(source: Path, target: Path, wanted: re.Pattern[str], besides: re.Pattern[str] | None = None) -> None:
    for path in sorted(p for p in source.rglob("*") if p.is_file() and wanted.fullmatch(p.name)):
        if besides is None or not besides.fullmatch(path.name):
            there = target / path.relative_to(source)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, there)


def _copy_key(page: Searched) -> str:
    return digest([page.key, _code()])


@cache
def _code() -> list[str]:
    """The code that makes copies and says what is in an index."""
    here = Path(__file__)
    files = here, here.with_name("searched_pages.py"), HOME / "templates/site/searched_page.html"
    return [file_digest(path) for path in files]
