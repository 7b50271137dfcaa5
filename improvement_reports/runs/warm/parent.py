"""The process that is forked: it has loaded what notebooks load, and does nothing else.

``python -m improvement_reports.runs.warm.parent NUMBER``: the number of the socket on which forks are asked for; with
``pages`` after it, the forks make pages. Each request brings the socket that its fork is to talk through. Whoever asks
holds the other end: when that closes, the fork ends; when the first socket closes, this process ends and all its forks
with it, be they ever so busy.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.templates import compile_all
from improvement_reports.domain.vocabulary import ReportKind, Unit
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.fork import CALL, RUNS, be
from improvement_reports.runs.warm.link import READY
from improvement_reports.workspace.collection import give_back
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import END_SECONDS, collect_seldom

CHARTS = 16  # figures that are ready for the charts of a fork; a profile has seven, each in two widths
HUNG_UP = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


def load() -> None:
    """Load what every notebook loads, but no pyplot, which a notebook may load: it asks then which kernel it is in."""
    os.environ.setdefault("MPLBACKEND", INLINE)  # as a kernel does before its first cell
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # nobody debugs a run, and a debugger has threads
    for name in MODULES:
        importlib.import_module(name)
    del sys.modules["debugpy"]
    import matplotlib.font_manager  # noqa: F401  (reads the list of fonts)

    if os.environ["MPLBACKEND"] == INLINE:
        del os.environ["MPLBACKEND"]


INLINE = "module://matplotlib_inline.backend_inline"
MODULES = (
    "improvement_reports.runs.run",
    "improvement_reports.runs.kernels",
    "improvement_reports.runs.draft",
    *(name for name in RUNS.values() if name != link.PARENT),
    "improvement_reports.sections",
    "improvement_reports.report",
    "improvement_reports.returns.report_files",
    "nbformat",
    "papermill",
    "nbclient",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "pandas",
    "pyarrow.parquet",
    "improvement_reports.charts.renderer",
    "matplotlib.dates",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "sqlite3",
    "tornado.platform.asyncio",
    "afcharts.af_colours",
)


def load_for_runs() -> None:
    """Load all that a report needs which is run."""
    load()
    compile_all()
    draw_some()
    freeze()


def load_for_pages() -> None:
    """Load what pages of reports are written with."""
    for name in PAGE_MODULES:
        with contextlib.suppress(ImportError):  # whoever needs it says that it is not there
            importlib.import_module(name)
    compile_all(besides=("authoring/", "sections/"))
    gc.collect()
    gc.freeze()


# By their names: these rooms lie above the one of runs.
PAGE_MODULES = (
    "improvement_reports.pages.report_pages",
    "improvement_reports.editions.agreement",
    "improvement_reports.editions.from_rows",
    "nbformat",
)
# What pages are rendered with, and pictures and files for paper are made with: loaded while others are at work.
MODULES_FOR_LATER = (
    "improvement_reports.site.ahead",
    "improvement_reports.site.pandoc",
    "improvement_reports.site.pictures",
    "improvement_reports.sheets.made",
    "improvement_reports.sheets.brief",
    "improvement_reports.sheets.word",
    "typst",
    "PIL.Image",
    "PIL.PngImagePlugin",
)


def become() -> None:
    """Be a process that is forked, beside whatever else this one does: its kernels begin with all that it has read."""
    load_for_runs()
    link.is_fork = True


def rehearse(project: Project, job: tuple[str, str, str]) -> None:
    """Read what a report reads that is not its own, so that whatever is forked from now on has it; whatever is wrong
    with it, its run says.
    """
    from improvement_reports.report import open_report
    from improvement_reports.sections.official import official_measures

    with contextlib.suppress(Exception):
        report = open_report(*job, project)
        if report.facts.official is not None and report.params.kind.has_return:
            official_measures(report)
    keep()


def keep() -> None:
    """What was read is there for good; what was needed to read it is given back."""
    gc.collect()
    give_back()
    gc.freeze()


def freeze() -> None:
    """What is there for good is not gone through, and so not copied, by every fork."""
    from improvement_reports.domain.rows import empty_table

    for spec in RETURN_TABLES.values():
        empty_table(spec)
    package_digest()
    gc.collect()
    gc.freeze()


def draw_some() -> None:
    """The first chart of a process costs what the next two do: fonts are opened, and what they hold is noted. Of the
    charts of each fork the figures are there already.
    """
    from improvement_reports.charts.blank import make_some
    from improvement_reports.charts.canvas import STYLE
    from improvement_reports.charts.renderer import as_it_was
    from improvement_reports.charts.trend import Point, trend

    with as_it_was():
        trend([Point("2024-03", 1.0), Point("2025-03", 2.0)], Unit.PERCENT)
    make_some(CHARTS, STYLE)


class Parent:
    """Forks on request, each once all is ``prepared`` for its kind and folder, and ends each with the one that asked
    for it. The modules ``later`` are loaded while nobody asks.
    """

    def __init__(self, first: socket.socket, prepared: Callable[[bytes, Path], None], later: Sequence[str] = ()):
        self.first, self.prepared, self.later = first, prepared, list(later)
        self.forks: dict[int, socket.socket] = {}  # our copy of the socket of each fork, by the number of its process
        self.ending: dict[int, float] = {}
        self.woken, wake = os.pipe()
        for end in (self.woken, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Until the first socket closes."""
        while True:
            poll = select.poll()
            poll.register(self.woken, select.POLLIN)
            poll.register(self.first, select.POLLIN)
            watched = {fork.fileno(): pid for pid, fork in self.forks.items() if pid not in self.ending}
            for number in watched:
                poll.register(number, HUNG_UP)
            found = poll.poll(0 if self.later else 100 if self.ending else None)
            if not found and self.later:
                load_before(self.later.pop(0))
            for number, _ in found:  # by the process, for a number may be given again further below
                if number in watched:
                    self.ending[watched[number]] = time.monotonic() + END_SECONDS
            numbers = {number for number, _ in found}
            if self.woken in numbers:
                self._reap()
            if self.first.fileno() in numbers and not self._answer():
                return
            self._end()

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self.woken, 1 << 12)
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                self.ending.pop(pid, None)
                if fork := self.forks.pop(pid, None):
                    fork.close()  # only now does whoever asked for it see that it is no more

    def _end(self) -> None:
        """A fork that nobody listens to any more has a moment to end by itself."""
        for pid in [p for p, until in self.ending.items() if time.monotonic() > until]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _answer(self) -> bool:
        """One request; False if the socket is closed."""
        kind, ends, _, _ = socket.recv_fds(self.first, 1 << 12, 1)
        if not kind or not ends:
            return False
        end = socket.socket(fileno=ends[0])
        if threading.active_count() > 1:  # a fork would have their locks and not them
            return False
        module, _, folder = kind[1:].partition(b"\0")
        load_before(module.decode())
        self.prepared(kind[:1], Path(os.fsdecode(folder)))
        pid = os.fork()
        if pid == 0:
            self._forked(kind[:1], end)
        self.forks[pid] = end
        return True

    def _forked(self, kind: bytes, end: socket.socket) -> None:
        """In the fork: let go of all that is the parent's, and run."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for left in (self.first, *self.forks.values()):
            left.close()
        os.close(self.woken)
        be(kind, end, os.getppid())


@cache
def load_before(module: str) -> None:
    """Load what the forks of one kind of call import; whatever is wrong with it, the fork says."""
    if module:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
        gc.collect()
        gc.freeze()


def prepare(kind: bytes, folder: Path, has_profiles: bool = True) -> None:
    """What reports of a project read alike, before the fork, profiles among them or not; whatever is wrong with it, the
    fork says.

    Each is remembered by its contents: what changes is read again.
    """
    from improvement_reports.facts.narrative import load_names
    from improvement_reports.official.definitions import definitions_or_none
    from improvement_reports.official.statistics import prepared_stamp
    from improvement_reports.workspace.authorities import load_authorities
    from improvement_reports.workspace.measures import load_measures
    from improvement_reports.workspace.parameters import load_profiles

    project = Project(folder)
    for read in (load_names, load_authorities, load_measures, definitions_or_none):
        with contextlib.suppress(Exception):
            read(project)
    with contextlib.suppress(Exception):
        profiles, stamp = load_profiles(project) if has_profiles else None, prepared_stamp(project)
        if kind == CALL and profiles and stamp:
            checked(project, profiles.authorities[0], profiles.month, stamp)


@cache
def checked(project: Project, authority: str, month: str, stamp: tuple) -> None:
    """Check one profile, as each will be: what all of them read and rank is then there for every fork."""
    from improvement_reports.workspace.notebooks import check_template
    from improvement_reports.workspace.processes import end_watch

    check_template(project, ReportKind.PROFILE, ("authority", "month", "kind"))
    # by its name: whoever runs reports starts this process
    run = importlib.import_module("improvement_reports.runs.run")
    run.check_report(project, authority, month, str(ReportKind.PROFILE))
    with contextlib.suppress(Exception):
        read_referrals(project, authority, month)
    end_watch()
    keep()


def read_referrals(project: Project, authority: str, month: str) -> None:
    """Sort the monthly referrals of all areas, each of which a profile shows, and know all values of all measures."""
    from improvement_reports.method.referrals import Referrals
    from improvement_reports.report import open_report

    facts = open_report(authority, month, ReportKind.PROFILE, project).facts
    if facts.official is not None:
        Referrals(facts.official, facts.authority.la_code)
        facts.official.known.know_all()


def run(first: socket.socket) -> int:
    """In a fork of a call that is to be forked itself. It is told the folder of its project, a report, and whether
    there are profiles to run; it reads what that report reads. Without a report it loads what makes pages alone.
    """
    gc.freeze()  # what the other process has read is not gone through, and so not copied
    atexit._clear()  # what is to be done at the end is the other process's
    link.let_go()
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    if not (told := first.recv(1 << 12)):
        return 0  # the other process has ended
    folder, job, has_profiles = json.loads(told)
    if job is None:
        return serve(first, load=load_for_pages, prepared=lambda *_: None, later=MODULES_FOR_LATER)
    reads = partial(prepare, has_profiles=has_profiles)
    return serve(first, lambda: rehearse(Project(Path(folder)), job), prepared=reads)


def main(number: int, *told: str) -> int:
    first = socket.socket(fileno=number)
    collect_seldom()
    if link.PAGES in told:
        return serve(first, load=load_for_pages, prepared=lambda *_: None)
    return serve(first)


def serve(
    first: socket.socket,
    ready: Callable[[], None] = lambda: None,
    load: Callable[[], None] = load_for_runs,
    prepared: Callable[[bytes, Path], None] = prepare,
    later: Sequence[str] = (),
) -> int:
    """Load what forks need, say so, be ``ready``, and fork until the socket closes (`Parent`)."""
    for name in ("SIGINT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)  # whoever started this hears them, and closes our socket
    here = Path.cwd()
    if sys.path and (not sys.path[0] or Path(sys.path[0]) == here):
        del sys.path[0]  # as a kernel does; IPython puts the working folder back
    load()
    if threading.active_count() > 1:
        return 1
    first.send(READY + os.fsencode(HOME))
    ready()
    Parent(first, prepared, later).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
