"""The process that makes what the preview serves: it has loaded the package, and stays.

It makes the pages that are looked at itself; the rest is made by a process of its own beside it, which is ended when
something changes, for whatever that has finished stays finished. On Linux that one is forked, and so are the kernels
of the reports that are looked at (see `runs.warm`); elsewhere they are begun anew.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path

from improvement_reports.authoring.preview_server import pages_ahead
from improvement_reports.authoring.preview_turn import LOG, caught, job_of, take_turn
from improvement_reports.charts import drawn_before
from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.files import digest, write_whole
from improvement_reports.workspace.leftovers import remove_stages
from improvement_reports.workspace.locks import at_work
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import end_with_parent

END_SECONDS = 3
# The rest gives way to the page that is looked at, and to whatever else its user does.
NICE = 5


@dataclass(frozen=True)
class Built:
    """What became of a build: whether the site is another, what is wrong, and how long it took."""

    changed: bool
    faults: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Said:
    """A sentence for the terminal, as that one waits for another call."""

    words: str


def build(project: Project, renderer: str, say) -> Built:
    """Build the site once; whatever is wrong is in the result, for one bad edit must not end the preview."""
    from improvement_reports.site.build import build_site

    start, changed = time.perf_counter(), False

    def make() -> list[str]:
        nonlocal changed
        summary = build_site(project, renderer, drafts=True, say=say)
        changed = any(o.subject == "site" and o.state == "done" for o in summary.outcomes)
        return [outcome.message for outcome in summary.failed]

    faults = caught(project, make)
    return Built(changed, tuple(faults), time.perf_counter() - start)


def work(connection: Connection, root: Path, renderer: str) -> None:
    """The process: make what is asked for, each time something arrives, until the connection ends.

    Each call has a number, which its answers bear. A list of addresses: these pages, now. None: the rest, until
    something arrives.
    """
    project = Project(root)
    _be_alone(project)
    rest: Rest | None = None
    number = 0
    is_warm = warm_up(project)
    try:
        while True:
            ready = wait([connection, *([rest.connection] if rest else [])])
            if connection not in ready:
                assert rest is not None
                said = rest.said()
                connection.send((number, said))
                if isinstance(said, Built):
                    rest.end()
                    rest = None
                continue
            number, asked = connection.recv()
            if rest:
                rest.end()
                rest = None
            if asked is None:
                rest = Rest(project, renderer, is_warm)
            else:
                tell = partial(_tell, connection, number)
                connection.send((number, take_turn(project, asked, tell)))
                if is_warm:
                    _be_ready(project, asked)
    except (EOFError, OSError):
        pass  # the preview is over
    finally:  # also when it is told to end: what it would leave behind ends in order, and takes its stage away
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if rest:
            rest.end()


def _tell(connection: Connection, number: int, words: str) -> None:
    connection.send((number, Said(words)))


def _be_alone(project: Project) -> None:
    """Ctrl-C does not reach this process, and what it and its programs say is in a file."""
    if hasattr(os, "setpgrp"):
        os.setpgrp()
    end_with_parent()
    project.build.mkdir(parents=True, exist_ok=True)
    with (project.build / LOG).open("wb") as file:
        os.dup2(file.fileno(), 2)


def warm_up(project: Project) -> bool:
    """Load what turns need, before they do; whether this process may be forked from now on."""
    from improvement_reports.pages import every_page  # noqa: F401
    from improvement_reports.runs.warm import link
    from improvement_reports.site import build as site_build  # noqa: F401

    if not link.is_possible():
        return False
    from improvement_reports.runs.warm import parent

    parent.become()
    drawn_before.keep_in(Drawings(project.build / "preview-drawings"))
    return True


def _be_ready(project: Project, addresses: list[str]) -> None:
    """Once a turn is over: let its kernels go, and read what the next one for the same pages will read again."""
    from improvement_reports.runs.warm import parent
    from improvement_reports.runs.warm.calls import wait_for_kernels

    wait_for_kernels()
    for address in addresses:
        if job := job_of(project, address):
            parent.rehearse(project, job)


class Drawings(MutableMapping[str, str]):
    """Drawings in a folder, for kernels that are forked from this process and leave it nothing else."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)  # of another code, or from another hand

    def _path(self, key: str) -> Path:
        return self.folder / f"{digest(key)}.svg"

    def __getitem__(self, key: str) -> str:
        try:
            return self._path(key).read_text(encoding="utf-8")
        except OSError:
            raise KeyError(key) from None

    def __setitem__(self, key: str, drawing: str) -> None:
        write_whole(self._path(key), drawing)

    def __delitem__(self, key: str) -> None:
        self._path(key).unlink()

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in self.folder.glob("*.svg"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Rest:
    """The making of the whole site in a process of its own."""

    def __init__(self, project: Project, renderer: str, is_warm: bool):
        self.project = project
        context = get_context("fork") if is_warm else get_context("spawn")
        self.connection, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=make_rest, args=(theirs, project.root, renderer))
        self.process.start()
        theirs.close()

    def said(self) -> Said | Built:
        """What it says: a sentence, or its last word; pages that were made ahead are then on the site."""
        try:
            said = self.connection.recv()
        except (EOFError, OSError):
            log = self.project.relative(self.project.build / LOG)
            return Built(False, (f"The build ended unexpectedly; {log} says why.",), 0.0)
        if isinstance(said, Built) and not said.faults:
            shutil.rmtree(pages_ahead(self.project), ignore_errors=True)
        return said

    def end(self) -> None:
        """End it, whether it is done or not."""
        self.process.terminate()
        self.process.join(END_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            clear_stages(self.project)
        self.connection.close()


def clear_stages(project: Project) -> None:
    """Take away what a build left that was ended before it could; if somebody else is at work, their build does it."""
    with suppress(UserError), at_work(project, lambda words: None, 0):
        remove_stages(project.site.resolve())


def make_rest(connection: Connection, root: Path, renderer: str) -> None:
    """The process of the rest: build the site once, and say what became of it."""
    from improvement_reports.runs.warm import link

    drawn_before.keep_in(None)
    link.is_fork = False  # it may run reports side by side, and has them forked from a process of their own
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    end_with_parent()
    with suppress(OSError):
        if hasattr(os, "nice"):
            os.nice(NICE)
    connection.send(build(Project(root), renderer, lambda words: connection.send(Said(words))))
