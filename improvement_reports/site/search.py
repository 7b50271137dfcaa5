"""Search over the finished site, from static files: an index by Pagefind, made in parts (`search_parts`)."""

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from improvement_reports.site.search_parts import ENTRY, PartFailed, Parts, copy_part, parts_of, series_of
from improvement_reports.site.search_program import pagefind_path
from improvement_reports.site.searched_pages import searched_pages
from improvement_reports.workspace.files import write_whole

FOLDER = "pagefind"
# Which parts there are besides the one in `FOLDER` itself, and which results are reports of one series; theme/search.js
# asks it.
PARTS = "parts.json"
LEFT_OUT = "Search is left out ({}); the search page lists every page instead."


def index_site(site: Path, kept: Path | None = None) -> str:
    """Index the finished pages below ``site`` into its folder ``pagefind``; what stands in the way, else nothing.

    A site without search is better than no site: a missing program or a failure of it is for the caller to say.
    ``kept``: a folder for the parts of indexes and for the copies of pages that are indexed, so that only those of new
    pages are made.
    """
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    program = pagefind_path()
    if not program:
        return "the program pagefind is not installed"
    with tempfile.TemporaryDirectory() as folder:
        made = Parts(program, kept or Path(folder), kept is not None)
        try:
            found = {name: made.part(pages) for name, pages in parts_of(searched_pages(site)).items()}
        except PartFailed as error:
            return str(error)
        first, *others = found or [""]
        if not first:
            return "no page of the site is searched"
        copy_part(found[first], site / FOLDER, is_first=True)
        for name in others:
            copy_part(found[name], site / FOLDER / name)
        known = {"parts": others, "reports": _all_series(found.values())}
    write_whole(site / FOLDER / PARTS, json.dumps(known, separators=(",", ":")) + "\n")
    return ""


def _all_series(parts: Iterable[Path]) -> dict[str, dict[str, str]]:
    """The names in the index of every series of reports, by month; one series is in several parts, by the year."""
    found: dict[str, dict[str, str]] = {}
    for part in parts:
        for series, months in series_of(part).items():
            found.setdefault(series, {}).update(months)
    return {series: dict(sorted(months.items())) for series, months in sorted(found.items())}


def search_notice(site: Path) -> str:
    """One sentence if a site has no search, else nothing."""
    if (site / FOLDER / ENTRY).is_file():
        return ""
    reason = "the program pagefind did not work" if pagefind_path() else "the program pagefind is not installed"
    return LEFT_OUT.format(reason)
