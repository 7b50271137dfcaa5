"""What goes by the clock: its day, the same whenever the tests run, and the ticks of the clock of files."""

from datetime import date
from pathlib import Path

from marked_processes import wait_until

from improvement_reports.workspace.tree_state import disk_now


def date_at(text: str) -> type[date]:
    """A stand-in for `date` whose today is a given day."""

    class Day(date):
        @classmethod
        def today(cls) -> date:
            return date.fromisoformat(text)

    return Day


def next_tick(folder: Path) -> None:
    """Until the clock of a folder's disk has gone on: what is written from then on has another time."""
    then = disk_now(folder)
    assert wait_until(lambda: disk_now(folder) != then)
