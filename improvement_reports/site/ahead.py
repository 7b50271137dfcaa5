"""The pages of a few reports rendered, and their pictures and files for paper made, while this process writes what
lists all reports: a build has no other work for a second processor then.

All of them are kept where the build looks for them, and it takes only what was made from just what it has. So what
turns out otherwise is made once more, and what is wrong is said by the build itself.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from improvement_reports.pages.report_folder import BESIDE
from improvement_reports.pages.served import lists_served, served_besides, served_of_report
from improvement_reports.runs.reports import Job
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.executor import report_executor
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.known import report_of
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import Threads

FOLDER = ".ahead"  # below build/, for as long as a build lasts
PANDOC = "pandoc"
BESIDE_PAGES = (".svg", "figures.json")  # what pictures and files for paper are made from besides pages
MOST = 6  # reports; of more there is work enough for all processors later


class Ahead:
    """What is made ahead of the rendering of a site."""

    def __init__(self, project: Project, renderer: str, stack: ExitStack):
        self.project, self.renderer, self._stack, self._asked = project, renderer, stack, list[Future]()
        self.folder = project.build / FOLDER
        self._is_wanted = True
        shutil.rmtree(self.folder, ignore_errors=True)  # of a build that was killed

    def begin(self, reports: Sequence[tuple[Job, bool]]) -> None:
        """Begin with the pages of these reports, of which it is said whether a draft is shown; then come their pictures
        and files for paper.
        """
        gains = 0 < len(reports) <= MOST and (os.cpu_count() or 1) > 1 and link.is_begun_here()
        if not gains or self.renderer != PANDOC:
            return
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        threads = self._stack.enter_context(Threads(1))  # is ended last: it waits for the other
        executor = self._stack.enter_context(report_executor(1, self.project.root))
        pages = executor.submit(render_ahead, self.project, list(reports), self.folder)
        self._asked = [pages, threads.submit(self._make_files, pages)]

    def _make_files(self, pages: Future) -> None:
        """The pictures and the files for paper, one after the other while they are wanted."""
        pages.result()
        for make in (pictures_ahead, papers_ahead):
            if self._is_wanted:
                with suppress(Exception):  # the build says what is wrong
                    make(self.project, self.folder)

    def give_up(self) -> None:
        """Begin nothing more: there will be no site."""
        self._is_wanted = False

    def wait_for_pages(self) -> None:
        """Until the pages are made, or cannot be."""
        self._wait(1)

    def wait_for_files(self) -> None:
        """Until the pictures and files for paper are made, or cannot be."""
        self._wait(2)

    def _wait(self, count: int) -> None:
        for asked in self._asked[:count]:
            with suppress(Exception):  # the build says what is wrong
                asked.result()


@contextmanager
def made_ahead(project: Project, renderer: str) -> Iterator[Ahead]:
    """For as long as a site is built what can be made ahead of its rendering may be; by Quarto nothing is."""
    with ExitStack() as stack:
        ahead = Ahead(project, renderer, stack)
        try:
            yield ahead
        except BaseException:
            ahead.give_up()
            raise


def render_ahead(project: Project, reports: list[tuple[Job, bool]], output: Path) -> None:
    """The pages of some reports, and what their pictures are made from, into a folder aside; pages are kept."""
    from improvement_reports.site.pandoc import Renderer

    own: dict[str, str] = {}
    for job, is_draft in reports:
        own |= served_of_report(project, job, is_draft, BESIDE)
    renderer = Renderer(project, output, served=served_besides(project, lists_served(project)) | own)
    renderer.at_once, renderer.shares_out = 1, False  # another renderer would read another list of what is served
    renderer.render_pages([page for page in renderer.sources() if report_of(project.relative(page))])
    for name in own:  # at the address of what lies in an archive alone another file stands
        if name.endswith(BESIDE_PAGES) and file_digest(project.root / name) == own[name]:
            (output / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project.root / name, output / name)


def pictures_ahead(project: Project, output: Path) -> None:
    """The pictures of the reports whose pages lie in a folder aside; they are kept."""
    from improvement_reports.site.host_files import draw_ahead

    draw_ahead(project, output)


def papers_ahead(project: Project, output: Path) -> None:
    """The files for paper of the reports whose pages lie in a folder aside; they are kept."""
    from improvement_reports.sheets.made import write_sheets

    write_sheets(project, output, prunes=False)
