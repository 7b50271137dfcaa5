"""One call at a time changes a project: a second one says so, waits, and gives up after a while. Reading waits for
nobody.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import typer

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.tree_state import changed_ns

LOCK = ".at-work.lock"
WHO = ".at-work.txt"
# A site of every authority takes about this long on a small machine.
WAIT_SECONDS = 1800
POLL_SECONDS = 0.2


def tell(sentence: str) -> None:
    typer.echo(sentence, err=True)


@contextmanager
def at_work(project: Project, say: Callable[[str], None] = tell, seconds: float = WAIT_SECONDS) -> Iterator[int]:
    """Hold the project for what this call changes; inside, the same call may take it again. Gives `last_at_work` as it
    was before, -1 where that cannot be told.

    The system frees the lock when its process ends, however it ends. Raises a `UserError` after ``seconds`` of waiting.
    """
    from filelock import FileLock, Timeout

    project.build.mkdir(parents=True, exist_ok=True)
    lock = FileLock(project.build / LOCK, is_singleton=True)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say(f"{_holder(project)} is at work in this project; waiting for it.")
            lock.acquire(timeout=seconds, poll_interval=POLL_SECONDS)
    except Timeout:
        raise UserError(
            f"{_holder(project)} has been at work in this project for {_long(seconds)}; end it, or wait, then do the"
            " same again."
        ) from None
    except NotImplementedError:  # some network disks have no locks
        say("This disk has no locks: see to it that nobody else builds in this folder now.")
        yield -1
        return
    try:
        last = last_at_work(project)
        _sign(project)
        yield last
    finally:
        lock.release()


def last_at_work(project: Project) -> int:
    """When a call last began to change the project (ns, by the disk's clock); 0 if none ever did."""
    try:
        return changed_ns((project.build / WHO).stat())
    except OSError:
        return 0


def _sign(project: Project) -> None:
    """Note who holds the lock, for whoever waits; without that note the waiting is told all the same."""
    command = next((word for word in sys.argv[1:2] if word.isalpha()), Path(sys.argv[0]).stem or "a call")
    with suppress(OSError), (project.build / WHO).open("w", encoding="utf-8") as note:
        note.write(f"{command} {os.getpid()}\n")


def _holder(project: Project) -> str:
    try:
        command, number = (project.build / WHO).read_text(encoding="utf-8").split()
        return f"Another call ({command}, process {int(number)})"
    except (OSError, ValueError):
        return "Another call"


def _long(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes > 1 else f"{seconds:g} seconds"
