"""What a report tells the pages that list or surround it: noted after a good build, and taken from the note as long as
everything of the report is as it was.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from improvement_reports.editions.downloads.files import ARCHIVE
from improvement_reports.editions.edition import Edition, generated_files
from improvement_reports.editions.noted import noted_of
from improvement_reports.pages.contents import front_matter_of, plain_title, title_of
from improvement_reports.pages.report_folder import page_sources_in
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.outlines import Outlined, as_said, from_said
from improvement_reports.workspace.places import Project


class Own(NamedTuple):
    """What a report says of itself: its outline, whether it is of a made-up authority, and of each date that it names as
    ahead by when that is over, the nearest first.
    """

    params: Outlined
    illustrative: bool
    ahead: Sequence[str] = ()

    @property
    def job(self) -> Job:
        return Job(self.params.authority, self.params.month, str(self.params.kind))


def own_of(told: Mapping[str, Any]) -> Own:
    """The same as it was noted."""
    return Own(from_said(told), told["illustrative"], told["ahead"])


def what_it_tells(project: Project, job: Job, own: Own, editions: Sequence[Edition], is_draft: bool) -> dict[str, Any]:
    """What is to be noted of a report whose pages are written, as JSON can hold it."""
    page = project.page_folder(*job) / "index.ipynb"
    return {
        **as_said(own.params),
        "illustrative": own.illustrative,
        "ahead": list(own.ahead),
        "is_draft": is_draft,
        "summary": summary_of(project, own.params),
        "page": file_digest(page),
        "editions": [noted_of(e) for e in editions],
        "titles": _titles(project.page_folder(*job), editions),
    }


def _titles(home: Path, editions: Sequence[Edition]) -> dict[str, str]:
    """The titles of a report's pages, by the address within its folder."""
    beside = [e.folder / name for e in editions for name in generated_files(e.folder) if name != ARCHIVE]
    pages = [*page_sources_in(home), *beside]
    return {page.relative_to(home).with_suffix(".html").as_posix(): title_of(page) for page in pages}


def summary_of(project: Project, report: Outlined) -> str:
    """A report's summary with its numbers, as the laid page describes itself."""
    page = project.page_folder(report.authority, report.month, str(report.kind)) / "index.ipynb"
    return plain_title(front_matter_of(page)["description"])
