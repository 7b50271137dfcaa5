"""What a call costs: CPU seconds of all its processes, seconds by the clock, and the most memory that they held."""

import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

LOOK_SECONDS = 0.2
MEGABYTE = 1e6


@dataclass(frozen=True)
class Cost:
    """``cpu``: of the call and all that it began, in seconds; ``memory``: in megabytes, what processes share counted
    once; 0 where that cannot be told.
    """

    wall: float
    cpu: float
    memory: float
    said: str

    def record(self) -> dict[str, float]:
        return {"wall seconds": round(self.wall, 2), "cpu seconds": round(self.cpu, 2), "megabytes": round(self.memory)}


@dataclass(frozen=True)
class Row:
    """One thing that was measured: in the plain way (None where there is none) and in ours, each for ``count``
    things.
    """

    name: str
    own: Cost
    plain: Cost | None = None
    count: int = 1
    note: str = ""

    def record(self) -> dict:
        plain = {"plain": self.plain.record()} if self.plain else {}
        return {"name": self.name, "count": self.count, "own": self.own.record(), **plain, "note": self.note}

    @property
    def line(self) -> str:
        own, plain = self.own.cpu / self.count, self.plain.cpu / self.count if self.plain else None
        ratio = f"{plain / own:6.1f} ×" if plain is not None and own else " " * 8
        before = f"{plain:9.2f}" if plain is not None else " " * 9
        return f"{self.name:44} {before} {own:9.2f} {ratio} {self.own.wall:8.1f} {self.own.memory:6.0f}  {self.note}"


OF_ONE = "CPU seconds (of one, where there are several)"
HEAD = f"{OF_ONE:44} {'plain':>9} {'ours':>9} {'ratio':>8} {'clock s':>8} {'MB':>6}"


def cost_of(command: list[str], **options) -> Cost:
    """Run a command to its end; `subprocess.CalledProcessError` if it fails."""
    cpu, start, memory = _cpu_of_children(), time.perf_counter(), [0.0]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options
    ) as process:
        ended = threading.Event()
        looking = threading.Thread(target=_look, args=(process.pid, ended, memory), daemon=True)
        looking.start()
        said, wrong = process.communicate()
        wall = time.perf_counter() - start
        ended.set()
        looking.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, said, wrong)
    return Cost(wall, _cpu_of_children() - cpu, memory[0] / MEGABYTE, said)


def _cpu_of_children() -> float:
    """Of all processes that this one began and that have ended, with those that they began; 0 on Windows."""
    if sys.platform == "win32":
        return 0.0
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _look(number: int, ended: threading.Event, most: list[float]) -> None:
    """Note the most memory of a process and of those that it began; on Linux what they share counts once."""
    import psutil

    if sys.platform != "linux":
        return
    while not ended.wait(LOOK_SECONDS):
        now = 0
        with suppress(psutil.Error):
            top = psutil.Process(number)
            for process in [top, *top.children(recursive=True)]:
                with suppress(psutil.Error, OSError):
                    now += process.memory_full_info().pss
        most[0] = max(most[0], now)
