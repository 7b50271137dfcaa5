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
