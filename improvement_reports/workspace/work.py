"""What became of a piece of work, and where pieces of work are executed."""

import os
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

from improvement_reports.workspace.processes import Pool


@dataclass(frozen=True)
class Outcome:
    """What became of one report (or return): ``state`` is done, unchanged or failed; ``is_refused``: by the machine,
    not by a check.
    """

    subject: str
    state: str
    seconds: float = 0.0
    message: str = ""
    is_refused: bool = False


class InlineExecutor(Executor):
    """Runs each call where it is submitted: for one report a pool of processes would only cost time."""

    def submit(self, fn, /, *args, **kwargs) -> Future:
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def default_executor(jobs: int) -> Executor:
    """A pool of processes for several reports. Processes are spawned, so a worker has nothing of this process's
    state.
    """
    if jobs < 2:
        return InlineExecutor()
    return Pool(min(jobs, os.cpu_count() or 1))


@dataclass
class Summary:
    """What a call did: outcomes by stage, seconds by stage, and one notice on the renderer."""

    outcomes: list[Outcome] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    notice: str = ""

    @property
    def failed(self) -> list[Outcome]:
        return [o for o in self.outcomes if o.state == "failed"]

    def count(self, state: str) -> int:
        return sum(o.state == state for o in self.outcomes)
