"""Pages that hold the first screen of a report in its frame, made without a run, for the browser."""

import shutil
from pathlib import Path

import nbformat
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from improvement_reports.domain.markup import fenced, joined, texts
from improvement_reports.domain.templates import fill
from improvement_reports.domain.wording import titled
from improvement_reports.pages.around import Around, Beside, newer_note
from improvement_reports.pages.frame import Frame
from improvement_reports.pages.report import page_notebook
from improvement_reports.pages.sources import markdown_of
from improvement_reports.report import open_report
from improvement_reports.sections import about, first_screen
from improvement_reports.site.pandoc import Renderer
from improvement_reports.workspace.places import Project

NEWER = Around(after=Beside("index.html", "November 2026"), named=20, passed=20)
LONG_REASON = "revision: What changed is judged by the council’s own …"


def screen_page(real: Project, job: tuple[str, str, str], folder: Path) -> Path:
    """The head and the first screen of a report as an edition shows them, with the headings of its other sections."""
    report = open_report(*job, real)
    project = Project(folder)
    for name in ("theme", "about", "params/authorities.yml", "_quarto.yml"):
        if not (folder / name).exists():
            (folder / name).parent.mkdir(exist_ok=True)
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    top = fill("pages/edition_line.html", version="v3", day="26 November 2026", why=LONG_REASON, here="", since="")
    top = joined(top, newer_note(NEWER))  # what stands above most reports: most have a newer one
    fields = {
        **texts(titled(report.facts.authority.short_name, report.params.title), "A summary."),
        "report-kind": job[2],
    }
    source = folder / "reports" / "/".join(job) / "index.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(page_notebook(new_notebook(cells=_cells(real, report)), fields, Frame(top=fenced(top))), source)
    address = source.relative_to(folder).with_suffix(".html")
    html = Renderer(project, folder / "build")._convert(source, markdown_of(project, source), address.as_posix())
    (folder / address).write_text(html, encoding="utf-8")
    return folder / address


def _cells(real: Project, report) -> list:
    cells = [_shown(about(report)), new_markdown_cell("## In brief"), _shown(first_screen(report))]
    template = nbformat.read(real.notebook(report.params.kind.value), as_version=4)
    headings = [c.source.splitlines()[0] for c in template.cells if c.cell_type == "markdown"]
    return [*cells, *(new_markdown_cell(f"{h}\n\nWords.") for h in headings if h != "## In brief")]


def _shown(block):
    return new_code_cell("", outputs=[new_output("display_data", data=block._repr_mimebundle_())])
