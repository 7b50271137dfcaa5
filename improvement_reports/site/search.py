"""Search over the finished site, from static files: an index by Pagefind, made in parts (`search_parts`)."""

import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from improvement_reports.site.search_parts import ENTRY, PartFailed, Parts, Series, copy_part, parts_of, series_of
from improvement_reports.site.search_program import pagefind_path
from improvement_reports.site.searched_pages import Noted, Searched, note_folders, searched_pages
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.processes import Threads

FOLDER = "pagefind"
# Which parts there are besides the one in `FOLDER` itself, and which results are reports of one series; theme/search.js
# asks it.
PARTS = "parts.json"
LEFT_OUT = "Search is left out ({}); the search page lists every page instead."
# Parts that are made at the same time. Pagefind keeps all pages of a part in memory, about 1.3 MB for each.
AT_ONCE = 2


class NotedPart(TypedDict):
    """What was noted of a part: what it was made from, and which pages of it are reports of one series."""

    key: str
    series: Series


@dataclass(frozen=True)
class Earlier:
    """The index as the last build left it, for the next one.

    ``folders``: what `Index` noted of the folders of reports whose pages are as they were, and of no others; ``parts``:
    what it noted of the parts. ``addresses``: the pages of the site outside of these folders, where they are known;
    else they are looked for. ``site``: the site of that build, if nothing in its index was changed since; a folder of
    it is taken over by ``take``, which is called with that folder and where it is to be.
    """

    folders: Noted = field(default_factory=dict)
    parts: Mapping[str, NotedPart] = field(default_factory=dict)
    addresses: Collection[str] | None = None
    site: Path | None = None
    take: Callable[[Path, Path], object] = shutil.copytree


@dataclass(frozen=True)
class Index:
    """What came of an index: what stands in the way of one, else "", and what is to be noted for the next (JSON can
    write it).
    """

    problem: str = ""
    folders: Noted = field(default_factory=dict)
    parts: Mapping[str, NotedPart] = field(default_factory=dict)


NOTHING_EARLIER = Earlier()


def index_site(site: Path, kept: Path | None = None) -> str:
    """Index the finished pages below ``site`` into its folder ``pagefind``; what stands in the way, else nothing."""
    return make_index(site, kept).problem


def make_index(site: Path, kept: Path | None = None, earlier: Earlier = NOTHING_EARLIER) -> Index:
    """Index the finished pages below ``site`` into its folder ``pagefind``.

    A site without search is better than no site: a missing program or a failure of it is for the caller to say.
    ``kept``: a folder for the parts of indexes and for the copies of pages that are indexed, so that only those of new
    pages are made. ``earlier``: spares reading pages, and parts, that are as they were; the index is the same.
    """
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    program = pagefind_path()
    if not program:
        return Index("the program pagefind is not installed")
    with tempfile.TemporaryDirectory() as folder:
        made = Parts(program, kept or Path(folder), kept is not None)
        pages = searched_pages(site, earlier.folders, earlier.addresses, earlier.site)
        parts = parts_of(pages)
        if not parts:
            return Index("no page of the site is searched")
        try:
            put = _put(made, parts, site, earlier)
        except PartFailed as error:
            return Index(str(error))
        known = {"parts": list(parts)[1:], "reports": _all_series(part["series"] for part in put.values())}
        write_whole(site / FOLDER / PARTS, json.dumps(known, separators=(",", ":")) + "\n")
        if kept is None:
            return Index()
        return Index("", note_folders(pages, made.copies.known, earlier.folders), put)


def _put(made: Parts, parts: Mapping[str, Sequence[Searched]], site: Path, earlier: Earlier) -> dict[str, NotedPart]:
    """Every part to its place, taken over from the earlier site where that has it; what is to be noted of each."""
    first, *others = parts
    old = {name for name in others if _stands(made, name, parts[name], earlier)}
    new = [name for name in parts if name not in old]
    new.sort(key=lambda name: -len(parts[name]))  # the longest first, or the others wait for it
    with Threads(AT_ONCE) as pool:
        folders = dict(zip(new, pool.map(made.part, [parts[name] for name in new]), strict=True))
    copy_part(folders[first], site / FOLDER, is_first=True)
    for name in others:
        if name in old and earlier.site is not None:
            earlier.take(earlier.site / FOLDER / name, site / FOLDER / name)
        else:
            copy_part(folders[name], site / FOLDER / name)
    new_ones = {n: NotedPart(key=made.key(parts[n]), series=series_of(folders[n])) for n in new}
    return {name: new_ones[name] if name in new_ones else earlier.parts[name] for name in parts}


def _stands(made: Parts, name: str, pages: Sequence[Searched], earlier: Earlier) -> bool:
    """Whether a part lies on the earlier site as it would be made now, and is kept for the time when it does not."""
    noted = earlier.parts.get(name)
    if earlier.site is None or noted is None or noted["key"] != (key := made.key(pages)):
        return False
    return made.mark_used(key, pages) and (earlier.site / FOLDER / name).is_dir()


def _all_series(parts: Iterable[Series]) -> Series:
    """The names in the index of every series of reports, by month; one series is in several parts, by the year."""
    found: Series = {}
    for part in parts:
        for series, months in part.items():
            found.setdefault(series, {}).update(months)
    return {series: dict(sorted(months.items())) for series, months in sorted(found.items())}


def search_notice(site: Path) -> str:
    """One sentence if a site has no search, else nothing."""
    if (site / FOLDER / ENTRY).is_file():
        return ""
    reason = "the program pagefind did not work" if pagefind_path() else "the program pagefind is not installed"
    return LEFT_OUT.format(reason)
