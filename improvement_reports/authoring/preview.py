"""Serve the site on this machine only, and make it anew whenever something that it is made from changes: first the page
that is looked at, then the rest.
"""

import queue
import shutil
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import typer

from improvement_reports import HOME
from improvement_reports.authoring.preview_changes import next_event, watching
from improvement_reports.authoring.preview_server import HOST, LookedAt, State, open_server, pages_ahead
from improvement_reports.authoring.preview_turn import LOG, Turn, is_of_report
from improvement_reports.authoring.preview_worker import END_SECONDS, Built, Said, clear_stages, work
from improvement_reports.workspace.places import Project


def serve(project: Project, port: int, renderer: str) -> None:
    """Serve the site, build it, and build it again after each change, until Ctrl-C.

    A build that fails is said in its own words; the last good site stays. Raises a `UserError` if the port cannot be
    had.
    """
    from improvement_reports.site.build import STAMP, choose_renderer

    chosen = choose_renderer(renderer)[0]
    events: queue.Queue = queue.Queue()
    with open_server(project, port) as server, watching(project, events), Worker(project, renderer, events) as worker:
        session = Session(project, server.state, server.looked_at, worker, chosen == "pandoc")
        try:
            if not (project.site / STAMP).is_file():  # nothing to serve
                typer.echo("Building the site.")
                session.go()
                while session.is_behind:
                    session.take(next_event(events))
            server.on_page = lambda address: events.put(address) if session.would_turn(address) else None
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                typer.echo(f"Serving http://{HOST}:{server.server_port}/ and rebuilding what you save; Ctrl-C ends it.")
                session.go()
                while True:
                    session.take(next_event(events))
            finally:
                server.shutdown()
        except KeyboardInterrupt:
            typer.echo("")


class Ended:
    """The process that makes pages is no more, and nobody ended it."""


@dataclass
class Session:
    """What is to be done next: the pages that are looked at before the rest, and both again after each change."""

    project: Project
    state: State
    looked_at: LookedAt
    worker: "Worker"
    has_turns: bool  # whether one page can be made alone
    is_behind: bool = True  # whether the site may lack something; nobody knows at the start
    busy: str = ""
    fresh: set[str] = field(default_factory=set)  # pages that were made since the last change
    changed: set[Path] = field(default_factory=set)  # since the site was whole
    faults: tuple[str, ...] = ()  # of the pages that are looked at, as they were said

    def take(self, event: object) -> None:
        """One thing that happened."""
        match event:
            case set():
                self._take_changes(event)
            case str():  # a page was asked for
                self.go()
            case Turn():
                self._take_turn(event)
            case Built():
                self._take_site(event)
            case Said():
                typer.echo(event.words, err=True)
            case Ended():
                self._take_end()

    def go(self, is_new: bool = False) -> None:
        """Have done what comes next, if there is anything; ``is_new``: what is being built lacks the last change."""
        if self.busy == "turn":
            return
        if pages := self.to_turn():
            self.busy = "turn"
            self.worker.ask(pages)
        elif self.is_behind and (is_new or not self.busy):
            self.busy = "rest"
            self.worker.ask(None)

    def to_turn(self) -> list[str]:
        """The pages that are looked at and may lack the last change."""
        if not (self.has_turns and self.is_behind and (self.project.site / "index.html").is_file()):
            return []
        return [page for page in self.looked_at.now() if page not in self.fresh]

    def would_turn(self, address: str) -> bool:
        """Whether a page that is asked for may lack the last change."""
        return self.has_turns and self.is_behind and address not in self.fresh and is_of_report(address)

    def _take_changes(self, paths: set[Path]) -> None:
        self.changed |= paths
        self.fresh.clear()
        self.is_behind, self.faults = True, ()
        if any(path.is_relative_to(HOME) for path in paths):  # a running Python keeps the code that it began with
            self.worker.restart()
            self.busy = ""
        if self.busy == "turn":  # it may have read a file before it was changed
            self.worker.forget()
            self.busy = ""
        self.go(is_new=True)

    def _take_end(self) -> None:
        """Something killed the worker: the next change gets a new one."""
        self.worker.restart()
        self.busy, self.is_behind = "", False
        fault = f"The build ended unexpectedly; {self.project.relative(self.project.build / LOG)} says why."
        self._say(False, (fault,), self._what(), "", 0.0)

    def _take_turn(self, turn: Turn) -> None:
        self.busy = ""
        self.fresh |= set(turn.pages)
        self.faults = turn.faults
        became = "on the page" if turn.is_other else "the page does not read otherwise"
        self._say(turn.is_other, turn.faults, self._what(), f"{became}; the rest follows", turn.seconds)
        self.go()

    def _take_site(self, built: Built) -> None:
        self.busy, self.is_behind = "", False
        what = "The rest" if self.fresh and self.changed else self._what()
        became = "rebuilt" if built.changed else "nothing on the site is different"
        self.changed.clear()
        self._say(built.changed, built.faults, what, became, built.seconds)

    def _say(self, is_other: bool, faults: tuple[str, ...], what: str, became: str, seconds: float) -> None:
        """In one line what became of a change; open pages reload if something is another, or show the fault."""
        self.state.tell(is_other, "\n".join(faults))
        if faults:
            typer.echo(f"{what}: not on the site ({seconds:.1f} s).\n{self.state.fault}", err=True)
        else:
            typer.echo(f"{what}: {became} ({seconds:.1f} s).")

    def _what(self) -> str:
        if not self.changed:
            return "The site"
        first, *others = sorted(self.changed)
        return f"{self.project.relative(first)}{f' and {len(others)} more' if others else ''}"


class Worker:
    """The process that makes pages and the site (see `preview_worker`); what it says becomes an event.

    Of a call that is no longer wanted nothing is heard.
    """

    def __init__(self, project: Project, renderer: str, events: queue.Queue):
        self.project, self.renderer, self.events = project, renderer, events
        self.number = 0

    def __enter__(self):
        self._start()
        return self

    def _start(self) -> None:
        shutil.rmtree(pages_ahead(self.project), ignore_errors=True)
        self.is_ending = False
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, self.project.root, self.renderer))
        self.process.start()
        theirs.close()
        threading.Thread(target=self._listen, args=(self.connection,), daemon=True).start()

    def _listen(self, connection) -> None:
        try:
            while True:
                number, said = connection.recv()
                if number == self.number:
                    self.events.put(said)
        except (EOFError, OSError):
            if not self.is_ending:
                self.events.put(Ended())

    def ask(self, pages: list[str] | None) -> None:
        """These pages, or all of the site; what was asked for before is not wanted any more."""
        self.number += 1
        with suppress(OSError):  # it has ended, as an event says
            self.connection.send((self.number, pages))

    def forget(self) -> None:
        self.number += 1

    def restart(self) -> None:
        self.__exit__()
        self._start()

    def __exit__(self, *_) -> None:
        self.is_ending = True
        self.connection.close()
        self.process.terminate()
        self.process.join(2 * END_SECONDS)  # it gives the process of the rest that long itself
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            clear_stages(self.project)
