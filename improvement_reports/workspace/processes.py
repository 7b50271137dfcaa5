"""Processes that end with the one that started them, however that one ends: killed, told to end, or its terminal
closed.
"""

import atexit
import contextlib
import gc
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

GUARD = Path(__file__).with_name("guard.py")
# How long a process that is told to end may take over its own tidying.
END_SECONDS = 1
# So many objects are made before Python looks for rings of them that nobody names: by itself it looks after 700, which
# while libraries are loaded and tables are read takes a tenth of the time and finds next to nothing.
OBJECTS_BETWEEN_LOOKS = (100_000, 50, 100)
# How often it is looked whether a program is still wanted.
LOOK_SECONDS = 0.5
# On a busy machine a program that is to work for a second is waited for so many seconds.
MOST_BUSY = 30
# Of <linux/prctl.h>: the signal that the system sends to this process when the one that started it is no more.
PR_SET_PDEATHSIG = 1
# The first statement of a kernel. A busy interpreter would not get round to looking for its parent; the system does.
KERNEL_ENDS_TOO = f"__import__('ctypes').CDLL(None).prctl({PR_SET_PDEATHSIG}, {int(getattr(signal, 'SIGKILL', 9))});"


class Pool(ProcessPoolExecutor):
    """A pool of spawned processes that is ended at once, not waited for, when what uses it is interrupted."""

    def __init__(self, workers: int):
        super().__init__(workers, get_context("spawn"), initializer=end_with_parent)

    def __exit__(self, kind, error, trace):
        if kind is not None and not issubclass(kind, Exception):
            end_all(list((self._processes or {}).values()))
            self.shutdown(wait=True, cancel_futures=True)
        return super().__exit__(kind, error, trace)


def end_all(processes: list) -> None:
    """Tell processes to end, wait a moment for all of them together, and end what is still there."""
    until = time.monotonic() + END_SECONDS
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(max(0, until - time.monotonic()))
        if process.is_alive():
            process.kill()


def end_with_parent() -> None:
    """Call this first in a process that multiprocessing has spawned.

    Ctrl-C is for the process that was called. SIGTERM ends this one in order. When its parent is no more, it ends at
    once: on Linux the system sees to that, even while the interpreter is busy; elsewhere a thread does. On Linux there
    is no thread, for a process that is to be forked must not have any.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parent = parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent.pid:  # it ended before the system was told
            os._exit(1)
    else:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


_is_one_call = False  # whether this process is there for one call of a command


def collect_seldom() -> None:
    """Look less often for rings of objects, here and in every process that is forked from this one, and not once more
    at its end, which takes a quarter of a second where a million are there.
    """
    global _is_one_call
    gc.set_threshold(*OBJECTS_BETWEEN_LOOKS)
    atexit.register(gc.freeze)
    _is_one_call = True


def collect_no_more() -> None:
    """At the end of a call that did without looks: none is made up for, where the process ends with the call."""
    if _is_one_call:
        gc.freeze()


def end_in_order() -> None:
    """SIGTERM and a closed terminal end this process as Ctrl-C does: what it has begun is tidied up, what it started
    ends.

    Where they are ignored already, as under nohup, they still are.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda received, _: sys.exit(128 + received))


class _Watch:
    """The one process that ends the programs which this one runs itself, should this one be no more; begun when first
    needed.

    One for all of them: beginning one for each would take as long as many of them do.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self.programs: set[subprocess.Popen] = set()

    def tell(self, line: str = "") -> int:
        """Say that a program began or ended; without a line, only have the watch begin. The number of its process."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                command = [sys.executable, "-I", "-S", str(GUARD)]
                nowhere = subprocess.DEVNULL
                self._process = subprocess.Popen(
                    command, bufsize=0, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere, **_in_group(0)
                )
                atexit.register(self.end)
            assert self._process.stdin is not None  # a pipe was asked for
            if line:
                with contextlib.suppress(BrokenPipeError):
                    self._process.stdin.write(f"{line}\n".encode())
            return self._process.pid

    def end(self) -> None:
        """Have the watch end, and with it whatever it watches over; the next program begins another."""
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._process = None

    def forget(self) -> None:
        """In a fork: let go of what watches over the other process, which would wait for this one to end as well."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._lock, self._process, self.programs = threading.Lock(), None, set()


def _in_group(group: int) -> dict[str, Any]:
    """What to tell `subprocess.Popen` for a program in a process group, where there are any; 0 for one of its own."""
    return {} if os.name == "nt" else {"process_group": group}


_WATCH = _Watch()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WATCH.forget)


def begin_watch() -> None:
    """Call this before a program is started that will be `watched`: the watch takes longer to begin than some programs,
    and nothing would end one whose caller is killed meanwhile.
    """
    _WATCH.tell()


def begin_watched(command: list, **options) -> subprocess.Popen:
    """Start a program that reads nothing from a terminal and ends with this process, also when this one is killed
    before it could say that there is such a program: it is in the watch's process group from its first moment.

    Call `watched` with it, so that it has time to tidy up.
    """
    return subprocess.Popen(list(map(str, command)), **_in_group(_WATCH.tell()), **options)


def end_watch() -> None:
    """Where this process runs no program itself any more, but is there for long."""
    _WATCH.end()


class Threads(ThreadPoolExecutor):
    """Threads that wait for programs; when what uses them is interrupted, those programs are ended and no other is
    begun.
    """

    def __exit__(self, kind, error, trace):
        if kind is not None and not issubclass(kind, Exception):
            self.shutdown(wait=False, cancel_futures=True)
            for program in list(_WATCH.programs):
                program.kill()
        return super().__exit__(kind, error, trace)


@contextmanager
def watched(process: subprocess.Popen) -> Iterator[None]:
    """For as long as this lasts, a program ends with this process, also when this one is killed."""
    _WATCH.programs.add(process)
    _WATCH.tell(f"+{process.pid}")
    try:
        yield
    finally:
        _WATCH.programs.discard(process)
        if process.poll() is not None:
            _WATCH.tell(f"-{process.pid}")


def run_watched(
    command: list, text: str | None = None, seconds: float | None = None, of_work: bool = False, **options
) -> subprocess.CompletedProcess:
    """As `subprocess.run` over UTF-8 text with its output caught; the program ends with this process, however that
    ends.

    Raises `subprocess.TimeoutExpired` after ``seconds``, when the program has been ended; with ``of_work`` after so
    many seconds of its own work, for which a busy machine may take much longer.
    """
    with (
        begin_watched(
            command,
            stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        ) as process,
        watched(process),
    ):
        try:
            written = _communicate(process, None if text is None else text.encode("utf-8"), seconds, of_work)
        except BaseException:
            process.kill()
            process.wait()
            raise
    said, warned = (w.decode("utf-8", "replace").replace("\r\n", "\n") for w in written)
    return subprocess.CompletedProcess(command, process.returncode, said, warned)


def _communicate(process: subprocess.Popen, content: bytes | None, seconds: float | None, of_work: bool):
    """What a program says, on both ways; `subprocess.TimeoutExpired` once it had its time."""
    begun, left = time.monotonic(), seconds
    while True:
        try:
            return process.communicate(content, left)
        except subprocess.TimeoutExpired:
            assert seconds is not None  # else nothing is too late
            content, left = None, seconds - _worked(process)  # it has its input
            if not of_work or left <= 0 or time.monotonic() - begun > MOST_BUSY * seconds:
                raise
            left = max(left, LOOK_SECONDS / 10)


def _worked(process: subprocess.Popen) -> float:
    """The seconds for which a program had a processor; without end where that is not told."""
    import psutil

    try:
        return sum(psutil.Process(process.pid).cpu_times()[:2])
    except psutil.Error:
        return math.inf


def run_guarded(
    command: list, seconds: float | None = None, is_wanted: Callable[[], bool] | None = None, **options
) -> tuple[int, str]:
    """Run a program that may start others; (exit code, all that it said). All of them end when this process ends.

    ``guard.py`` stands between: it ends them when its input closes, which the system does for a process that is no
    more. Raises `subprocess.TimeoutExpired` after ``seconds``, or once ``is_wanted`` says no, when all of them have
    ended.
    """
    with tempfile.TemporaryFile() as said:
        guard = [sys.executable, "-I", str(GUARD), *map(str, command)]
        process = subprocess.Popen(guard, stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT, **options)
        try:
            code = process.wait(seconds) if is_wanted is None else _wait_while(process, seconds, is_wanted)
        finally:
            assert process.stdin is not None  # a pipe was asked for
            process.stdin.close()
            process.wait(10 * END_SECONDS)
        said.seek(0)
        return code, said.read().decode("utf-8", "replace")


def _wait_while(process: subprocess.Popen, seconds: float | None, is_wanted: Callable[[], bool]) -> int:
    """The exit code of a program that somebody may cease to want."""
    until = math.inf if seconds is None else time.monotonic() + seconds
    while is_wanted() and time.monotonic() < until:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(LOOK_SECONDS)
    raise subprocess.TimeoutExpired(process.args, seconds or 0)
