"""The executed notebook of an edition lies in its archive alone; a small notebook at its address says so.

It is the heaviest file of an edition and says nothing that the page, figures.json and the charts do not. Whoever wants
to run it takes the archive. An address that was published still answers: with a notebook, as whoever opens it expects,
that names the archive, the file in it, and its sha256.
"""

import re
from pathlib import Path

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.templates import fill
from improvement_reports.domain.wording import titled
from improvement_reports.editions.downloads.files import ARCHIVE, edition_facts
from improvement_reports.editions.edition import Edition
from improvement_reports.runs.published_notebook import REPORT
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.places import Project

EDITION_NOTEBOOK = re.compile(rf"reports/([^/]+)/([^/]+)/([^/]+)/v(\d+)/{re.escape(REPORT)}")
LINK = re.compile(r'<a href="report\.ipynb" download>The executed notebook</a>')


def notebook_elsewhere(edition: Edition) -> str:
    """A notebook of one cell that says where the executed notebook of an edition is."""
    import nbformat
    from nbformat.v4 import new_markdown_cell, new_notebook

    m, record = edition.manifest, edition.manifest.files[REPORT]
    inside = f"{edition_facts(m, '').slug}/{REPORT}"
    words = (
        f"# {markdown_text(titled(m.short_name, m.title))}\n\n"
        f"The executed notebook of edition {edition.identifier} lies in the archive of the edition,"
        f" [{ARCHIVE}]({ARCHIVE}) beside this file, as `{inside}`: {record.bytes:,} bytes, sha256 `{record.sha256}`."
        " Its figures are in [figures.json](figures.json), its page is [here](index.html)."
    )
    return nbformat.writes(new_notebook(cells=[new_markdown_cell(words, id="elsewhere")])) + "\n"


def with_archive(text: str) -> str:
    """A page's text whose link to the executed notebook leads to the archive that holds it."""
    return LINK.sub(lambda _: fill("pages/notebook_in_archive.html", address=ARCHIVE), text)


def write_notebooks_elsewhere(project: Project, output: Path, served: dict[str, str]) -> None:
    """Into a rendered site, at the address of each edition's notebook, the one that says where it is."""
    for name in served:
        if found := EDITION_NOTEBOOK.fullmatch(name):
            edition = Edition((project.root / name).parent, found[1], found[2], found[3], int(found[4]))
            write_whole(output / name, notebook_elsewhere(edition))
