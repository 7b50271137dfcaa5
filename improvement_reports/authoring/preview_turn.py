"""What is done for the page that is looked at, and nothing else: its return, its report, its page.

The page is written ahead of the site (see `preview_server`); the site follows when all of it is made.
"""

import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.authoring.preview_server import pages_ahead
from improvement_reports.domain.errors import UserError
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.locks import at_work
from improvement_reports.workspace.places import RESERVED, Project
from improvement_reports.workspace.troubles import in_words
from improvement_reports.workspace.work import Summary

LOG = "preview.log"
# The page of a report and the one behind its numbers, at the report's own address: editions do not change.
OF_A_REPORT = re.compile(r"reports/([^/]+)/([^/]+)/([^/]+)/(?:index|figures(?:-\d+)?)\.html")


@dataclass(frozen=True)
class Turn:
    """What became of the pages that are looked at: which were made, what is wrong, and how long it took."""

    pages: tuple[str, ...]
    is_other: bool
    faults: tuple[str, ...]
    seconds: float


def take_turn(project: Project, addresses: list[str], say: Callable[[str], None]) -> Turn:
    """Make these pages, and of the project only what they are made from; whatever is wrong is in the result."""
    start, others = time.perf_counter(), 0

    def make() -> list[str]:
        nonlocal others
        faults: list[str] = []
        with at_work(project, say):
            for address in addresses:
                is_other, wrong = make_page(project, address)
                others += is_other
                faults += wrong
        return faults

    faults = caught(project, make)
    return Turn(tuple(addresses), others > 0, tuple(dict.fromkeys(faults)), time.perf_counter() - start)


def caught(project: Project, make: Callable[[], list[str]]) -> list[str]:
    """What is wrong: what ``make`` says, or why it could not; one bad edit must not end the preview."""
    try:
        return make()
    except UserError as error:
        return [str(error)]
    except Exception as error:
        traceback.print_exc()
        said = in_words(error, project.root)
        return [said or f"{type(error).__name__}: {error} (trace: {project.relative(project.build / LOG)})"]


def make_page(project: Project, address: str) -> tuple[bool, list[str]]:
    """One page ahead of the site: whether it reads otherwise than before, and what is wrong."""
    if job := job_of(project, address):
        page = "index.ipynb" if address.endswith("/index.html") else "figures.qmd"
        faults = make_sources(project, job, page)
        if faults:
            return False, faults
    source = source_of(project, address)
    return source is not None and render(project, source), []


def job_of(project: Project, address: str) -> Job | None:
    """The report that a page is of; none for a list of reports, an edition or a text about the site."""
    found = OF_A_REPORT.fullmatch(address)
    if found is None or not is_of_report(address):
        return None
    from improvement_reports.runs.reports import every_report

    job = Job(*found.groups())
    return job if job in every_report(project) else None


def is_of_report(address: str) -> bool:
    """Whether a page is made from a report's run."""
    found = OF_A_REPORT.fullmatch(address)
    return found is not None and found[1] not in RESERVED


def source_of(project: Project, address: str) -> Path | None:
    """The source of a page; none for what is no page of the site: any program of this machine may ask for anything."""
    from improvement_reports.pages.served import read_served
    from improvement_reports.pages.sources import matches
    from improvement_reports.workspace.yaml_files import load_yaml

    stem = address.removesuffix(".html")
    names = [f"{stem}.ipynb", f"{stem}.qmd"]
    if address.startswith("reports/"):
        known = read_served(project)
        return next((project.root / name for name in names if name in known), None)
    listed = load_yaml(project.root / "_quarto.yml", "_quarto.yml")["project"]["render"]
    pages = matches(project, [pattern for pattern in listed if not pattern.startswith("reports/")])
    return next((page for page in pages if page.relative_to(project.root).as_posix() in names), None)


def make_sources(project: Project, job: Job, page: str) -> list[str]:
    """Prepare the return of one report, run it, and write the source of its page; what is wrong with it."""
    from improvement_reports.pages.every_page import write_looked_at
    from improvement_reports.runs.up_to_date import prepare_and_run

    summary = Summary()
    jobs = prepare_and_run(project, (job.authority, job.month, job.kind), False, lambda outcome: None, summary)
    faults = [outcome.message for outcome in summary.failed]
    return faults or (write_looked_at(project, job, page) if job in jobs else [])


def render(project: Project, source: Path) -> bool:
    """Render one page; whether it is another than the one that is served now."""
    from improvement_reports.pages.sources import page_address
    from improvement_reports.site.pandoc import Renderer

    ahead, address = pages_ahead(project), page_address(project, source)
    before = next((p.read_bytes() for p in (ahead / address, project.site / address) if p.is_file()), b"")
    Renderer(project, ahead).render_pages([source])
    return (ahead / address).read_bytes() != before
