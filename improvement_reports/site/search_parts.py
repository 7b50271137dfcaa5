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
from functools import cache, lru_cache
from pathlib import Path

from improvement_reports.pages.sources import REPORT
from improvement_reports.site.search_program import pagefind_version
from improvement_reports.site.searched_copies import Copies
from improvement_reports.site.searched_pages import Searched
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.kept_work import mark_used
from improvement_reports.workspace.places import MONTH, RESERVED
from improvement_reports.workspace.processes import run_watched
from improvement_reports.workspace.stamps import Stamp, digests

ENTRY = "pagefind-entry.json"
# What theme/search.js loads; Pagefind also writes four interfaces of its own, of 400 kB. The program is loaded once.
PAGEFIND_FILES = re.compile(r"pagefind\.js|pagefind-worker\.js|pagefind-entry\.json|wasm\..+\.pagefind|.+\.pf_\w+")
OF_THE_PROGRAM = re.compile(r"pagefind\.js|pagefind-worker\.js|wasm\..+\.pagefind")
# Pages of reports in a part, about, each report having two. Pagefind takes 16 ms for a report as long as those of
# today and keeps 1.3 MB of it in memory, so 1.3 s and 200 MB for a part of ten thousand; a browser asks every part, and
# gets 17 kB of each for a word.
PAGES_IN_PART, MOST_PARTS = 150, 128
# Of the pages of authorities that are in no month: each new report changes some of them, so their parts are smaller.
HOMES_IN_PART, MOST_HOMES = 60, 16
ABOUT, HOMES, OFFICIAL, LISTS, REPORTS = "about", "authorities", "compared", "lists", "reports"  # `ABOUT` is the first
# Pages that are made of official statistics alone: a new report changes none of them, and each of the lists.
OF_OFFICIAL = ("reports/compare/", "reports/ended/")
STAMP = ".made.json"
# In a kept part, not on the site: which pages of it are reports of one series, so that results can be grouped.
SERIES = "series.json"
Series = dict[str, dict[str, str]]
FRAGMENT_HEAD = "pagefind_dcd"  # what Pagefind sets before the record of a page


class PartFailed(Exception):
    """No part of the index can be made; why, in words that end a sentence."""


# Which pages are together


def parts_of(pages: Sequence[Searched]) -> dict[str, list[Searched]]:
    """Pages by the name of their part, in the order of the names: texts about the site, the pages of authorities, those
    of official statistics, what lists or compares reports, and the reports.

    >>> list(parts_of([]))
    []
    """
    units = [unit for page in pages if (unit := _unit(page.address)) is not None]
    homes = sum(not year for _, year in units)
    counts = number_of_parts(len(units)), number_of_parts(homes, HOMES_IN_PART, MOST_HOMES)
    found: dict[str, list[Searched]] = {}
    for page in pages:
        found.setdefault(part_name(page.address, *counts), []).append(page)
    return dict(sorted(found.items()))


def number_of_parts(pages: int, in_part: int = PAGES_IN_PART, most: int = MOST_PARTS) -> int:
    """Of so many pages: a power of two, so that it seldom changes as a site grows.

    >>> [number_of_parts(n) for n in (0, 150, 151, 1500, 100_000)]
    [1, 1, 2, 16, 128]
    """
    count = 1
    while count < most and pages > count * in_part:
        count *= 2
    return count


def part_name(address: str, count: int, homes: int = 1) -> str:
    """The part that a page is in, of so many parts of reports, and of pages of authorities; a small site has one for
    both.

    >>> part_name("about/method.html", 1), part_name("index.html", 1), part_name("reports/avon/index.html", 1)
    ('about', 'lists', 'reports-00')
    >>> part_name("reports/avon/index.html", 2), part_name("reports/compare/cpp_rate.html", 2)
    ('authorities-00', 'compared')
    """
    if (unit := _unit(address)) is None:
        of_official = OFFICIAL if address.startswith(OF_OFFICIAL) else LISTS
        return ABOUT if address.startswith("about/") else of_official
    name, among = (REPORTS, count) if unit[1] or count == 1 else (HOMES, homes)
    return f"{name}-{_hash('/'.join(unit)) % among:02d}"


@lru_cache(maxsize=1 << 16)
def _hash(unit: str) -> int:
    return int(hashlib.sha256(unit.encode()).hexdigest(), 16)


def _unit(address: str) -> tuple[str, str] | None:
    """Pages that are in the same part whatever the number of parts: an authority's of one year, and those of no month,
    whose year is ""; None for any other page.
    """
    match address.split("/"):
        case ["reports", authority, *rest] if rest and authority not in RESERVED:
            return authority, rest[0][:4] if MONTH.fullmatch(rest[0]) else ""
    return None


# A part


class Parts:
    """Parts of an index, kept in ``kept`` with the copies of pages that they are made from. Of a folder that is thrown
    away after the call nothing is believed and nothing sealed: ``is_kept`` is False.
    """

    def __init__(self, program: str, kept: Path, is_kept: bool):
        self.program, self.kept, self.is_kept = program, kept, is_kept
        self.copies = Copies(kept, is_kept)
        self.version = pagefind_version()

    def key(self, pages: Sequence[Searched]) -> str:
        """What the index of these pages is made from: what is searched on them, whatever else they say."""
        return digest([self.version, _code(), [[page.address, self.copies.sha256(page)] for page in pages]])

    def folder(self, key: str) -> Path:
        """Where an index is kept that is made from this."""
        return self.kept / f"{key}.part"

    def mark_used(self, key: str, pages: Sequence[Searched]) -> bool:
        """Note that the index of these pages is used, and with it their copies; whether it is kept."""
        if mark_used(self.folder(key)):
            for page in pages:
                self.copies.mark_used(page)
        return self.folder(key).is_dir()

    def part(self, pages: Sequence[Searched]) -> Path:
        """The folder with the index of these pages, as it was made before or made now; `PartFailed` if it cannot be."""
        if self._is_made(key := self.key(pages), pages):
            return self.folder(key)
        self.copies.look_again(pages)  # what was noted of a copy that is no more says nothing of the next one
        if not self._is_made(key := self.key(pages), pages):
            self._make(pages, self.folder(key))
            if self.is_kept:
                self._stamp(key).set()
        return self.folder(key)

    def _is_made(self, key: str, pages: Sequence[Searched]) -> bool:
        return self.is_kept and self._stamp(key).holds() and self.mark_used(key, pages)

    def _stamp(self, key: str) -> Stamp:
        folder = self.folder(key)
        return Stamp(folder / STAMP, key, lambda: {n: d for n, d in digests(folder).items() if n != STAMP})

    def _make(self, pages: Sequence[Searched], target: Path) -> None:
        shutil.rmtree(target, ignore_errors=True)
        with tempfile.TemporaryDirectory() as folder:
            copies, written = Path(folder, "pages"), Path(folder, "index")
            for page in pages:
                copy = copies / page.address
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(self.copies.text(page), encoding="utf-8", newline="\n")
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


def series_of(part: Path) -> Series:
    """The reports in a part: the names in the index of an authority's reports of one kind, by their months.

    ``{"gloucestershire/board": {"2021-04": "en-gb_b72576d"}}``: a result is known by that name before anything of it is
    loaded.
    """
    return json.loads((part / SERIES).read_text(encoding="utf-8"))


def _series_in(index: Path) -> Series:
    """The same of an index as Pagefind wrote it, which names each page's record by what it holds."""
    found: Series = {}
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


@cache
def _code() -> list[str]:
    """The code that makes an index and says what is in it."""
    return [file_digest(Path(__file__)), file_digest(Path(__file__).with_name("searched_pages.py"))]
