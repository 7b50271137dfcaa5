"""What of an edition lies in its archive alone, and what stands at the address of each such file instead.

The executed notebook of every edition: it is the heaviest file and says nothing that the page, figures.json and the
charts do not; and the description of the archive's content for other tools. Of an edition that a newer one has replaced
everything but what is read on, its pages, the pages behind its numbers and its charts: whoever computes with it takes
all of it at once. An address that was published still answers, with a small file of its kind that names the archive,
the file in it and the file's sha256 (`pages.lead_ons`).
"""

import re
from collections.abc import Iterable

from improvement_reports.domain.templates import fill
from improvement_reports.editions.downloads.crate import METADATA
from improvement_reports.editions.downloads.files import ARCHIVE
from improvement_reports.editions.edition import INPUTS, Edition
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.pages.lead_ons import lead_on
from improvement_reports.runs.published_notebook import REPORT
from improvement_reports.workspace.places import Project

OF_EACH = (REPORT, METADATA)
READ_ON = "charts/"  # of a replaced edition: its page shows them

EDITION_NOTEBOOK = re.compile(rf"(reports/([^/]+)/([^/]+)/([^/]+))/v(\d+)/{re.escape(REPORT)}")
NOTEBOOK_LINK = re.compile(r'<a href="report\.ipynb" download>The executed notebook</a>')
LOADED_LINKS = re.compile(r'(?:<li><a href="figures\.(?:csv|json)" download>[^<]*</a></li>\s*)+')


def lie_in_archive(edition: Edition, is_replaced: bool) -> tuple[str, ...]:
    """The files of an edition that the site has in its archive alone."""
    files = edition.manifest.files
    if is_replaced:
        return (*(name for name in files if name != INPUTS and not name.startswith(READ_ON)), MANIFEST)
    return tuple(name for name in OF_EACH if name in files)


def at_their_addresses(editions: list[Edition]) -> dict[str, bytes]:
    """What stands where files of these editions of one report, oldest first, lie in an archive alone: by the version
    and the name.
    """
    return {
        f"{e.version}/{name}": lead_on(e, name)
        for e in editions
        for name in lie_in_archive(e, is_replaced=e is not editions[-1])
    }


def lead_ons(project: Project, served: Iterable[str]) -> dict[str, bytes]:
    """The same of every edition of which a file may be on the site, by the path from the root."""
    reports: dict[str, list[Edition]] = {}
    for found in filter(None, map(EDITION_NOTEBOOK.fullmatch, served)):
        folder = (project.root / found[0]).parent
        reports.setdefault(found[1], []).append(Edition(folder, found[2], found[3], found[4], int(found[5])))
    return {
        f"{home}/{name}": content
        for home, editions in reports.items()
        for name, content in at_their_addresses(sorted(editions, key=lambda e: e.number)).items()
    }


def with_archive(text: str, is_replaced: bool) -> str:
    """A page's text whose links to what lies in the archive alone lead to the archive."""
    text = LOADED_LINKS.sub("", text) if is_replaced else text
    return NOTEBOOK_LINK.sub(lambda _: fill("pages/in_archive.html", address=ARCHIVE, is_replaced=is_replaced), text)
