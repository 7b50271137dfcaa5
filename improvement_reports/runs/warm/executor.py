"""Reports side by side, each in a fork of its own; where nothing can be forked, in a pool of processes."""

import contextlib
import importlib
import os
import socket
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path

from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.calls import asked_for, given, wait_for_kernels
from improvement_reports.runs.warm.fork import CALL
from improvement_reports.runs.warm.link import has_own_package, is_possible, new_fork
from improvement_reports.workspace.work import InlineExecutor, default_executor


class Forks(Executor):
    """Calls of functions by their module and name, each in a fork; when interrupted, all of them are ended."""

    def __init__(self, workers: int, folder: Path):
        self._threads, self._folder = ThreadPoolExecutor(workers), folder
        self._lock, self._ends, self._is_over = threading.Lock(), set[socket.socket](), False

    def submit(self, fn, /, *args, **kwargs) -> Future:
        return self._threads.submit(self._call, fn, args, kwargs)

    def _call(self, fn, args, kwargs):
        end = new_fork(CALL, self._folder, [asked_for(fn, *args, **kwargs)], fn.__module__)
        if end is None:
            with self._lock:  # one after the other in this process
                return fn(*args, **kwargs)
        with self._kept(end):
            try:
                if not self._is_over:
                    return given(end)
            except EOFError:
                pass
        raise BrokenExecutor("The process of a report ended before the report did.")

    @contextlib.contextmanager
    def _kept(self, end: socket.socket):
        self._ends.add(end)
        try:
            yield
        finally:
            self._ends.discard(end)
            end.close()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait, cancel_futures=cancel_futures)

    def __exit__(self, kind, error, trace):
        if kind is not None and not issubclass(kind, Exception):
            self._is_over = True
            for end in list(self._ends):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)  # whoever waits for an answer sees that there is none
            self.shutdown(cancel_futures=True)
        return super().__exit__(kind, error, trace)


class Here(InlineExecutor):
    """One report after the other, here: while this lasts their kernels are forked from this very process, which has
    loaded most of what they need. To begin another one to fork takes longer than a report does.
    """

    def __enter__(self):
        importlib.import_module(link.PARENT).load()  # by its name: it is what starts reports itself
        self._before, link.is_fork = link.is_fork, True
        return super().__enter__()

    def __exit__(self, kind, error, trace):
        wait_for_kernels()
        link.is_fork = self._before
        return super().__exit__(kind, error, trace)


def report_executor(jobs: int, folder: Path) -> Executor:
    """Where reports are run: one here, several side by side; one as well where what they are forked from is begun."""
    if not jobs or not is_possible() or has_own_package(folder):
        return default_executor(jobs)
    if jobs == 1 and not link.is_begun_here():
        return Here() if threading.active_count() == 1 and not link.is_fork else default_executor(jobs)
    return Forks(min(jobs, os.cpu_count() or 1), folder)
