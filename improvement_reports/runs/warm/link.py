"""From a run to the process that is forked: started when first needed, and again when what it loaded has changed."""

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.runs.warm.fork import FORKING, be
from improvement_reports.runs.warm.frames import REQUEST, packed, receive

# “ordinary”: every notebook has a kernel that Jupyter starts anew, as papermill by itself would.
CHOICE, ORDINARY = "IMPROVEMENT_REPORTS_KERNEL", "ordinary"
# What a process reads from its environment once, as it begins or when a library is loaded.
READ_ONCE = (
    "PYTHON",
    "MPL",
    "LC_",
    "LANG",
    "TZ",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    "ARROW_",
    "IPYTHON",
    "HOME",
    "PATH",
    "LD_",
)
# Libraries that keep threads of their own from their first call on, of which Python does not know.
THREADED = frozenset({"typst"})
READY = b"ready "  # what the parent says first, and where the package lies that it loaded
START_SECONDS = 300  # on a busy machine; one that ended before is not waited for
PARENT = "improvement_reports.runs.warm.parent"
PAGES = "pages"  # what a started process is told that makes no reports


@dataclass
class _Forked:
    """A process that was forked from this one, as far as `subprocess.Popen` is asked of it."""

    pid: int
    is_over: bool = False

    def kill(self) -> None:
        if not self.is_over:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        if not self.is_over:
            os.waitpid(self.pid, 0)
            self.is_over = True


@dataclass
class _Link:
    """The way to one such process: the socket on which forks are asked for."""

    ask: socket.socket
    key: tuple
    process: "subprocess.Popen | _Forked"
    lock: threading.Lock = field(default_factory=threading.Lock)
    makes_pages: bool = False  # and has loaded nothing that reports are run with
    is_ready: bool = False  # whether the process has said that it forks

    def close(self) -> None:
        if not self.is_ready:
            self.process.kill()  # it is loading yet, and nobody waits for that
        with contextlib.suppress(OSError):
            self.ask.close()
        self.process.wait()

    def wait(self) -> bool:
        """Until the process has loaded everything; False if it does not come up with the very package that runs
        here.
        """
        if not self.is_ready:
            self.ask.settimeout(START_SECONDS)
            try:
                self.is_ready = self.ask.recv(1 << 12) == READY + os.fsencode(HOME)
            except OSError:
                return False
            self.ask.settimeout(None)
        return self.is_ready

    def fork(self, kind: bytes, folder: Path, module: str) -> socket.socket | None:
        """The socket of a new fork; None if nobody forks any more. ``module``: what it will need besides, or ""."""
        ours, theirs = socket.socketpair()
        try:
            with self.lock:
                request = kind + module.encode() + b"\0" + os.fsencode(folder)
                socket.send_fds(self.ask, [request], [theirs.fileno()])
        except OSError:
            ours.close()
            return None
        finally:
            theirs.close()
        return ours


is_fork = False  # whether this process is one itself
forks: list[int] = []  # those that it forked, by the numbers of their processes
_link: _Link | None = None
_starting = threading.Lock()


def is_possible() -> bool:
    """Whether forking is safe here, and wanted. Elsewhere system libraries have threads of their own."""
    return sys.platform == "linux" and os.environ.get(CHOICE) != ORDINARY


def has_own_package(folder: Path) -> bool:
    """Whether a kernel in a folder would load another package of this name than the one that runs here."""
    other = folder / HOME.name
    return other.is_dir() and other.resolve() != HOME.resolve()


def new_fork(kind: bytes, folder: Path, extra: Sequence[bytes] = (), module: str = "") -> socket.socket | None:
    """A fork that is at work in ``folder``, by the socket to it; None where there is to be none, or can be none.

    ``module``: what the fork will import; it is loaded before, once for all forks.
    """
    if not is_possible() or has_own_package(folder):
        return None
    if is_fork:
        return _fork_again(kind, folder, extra)
    for _ in range(2):  # one that ended meanwhile is begun anew
        link = _current()
        end = link.fork(kind, folder, module) if link else None
        if end is not None:
            if _is_there(end, folder, extra):
                return end
            end.close()
        _forget()
    return None


def _fork_again(kind: bytes, folder: Path, extra: Sequence[bytes]) -> socket.socket | None:
    """In the fork of a report: a fork of that, with all that the report's check has read already."""
    if threading.active_count() > 1:
        return None
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        ours.close()
        forks.clear()  # are the other process's
        be(kind, theirs, parent)
    forks.append(pid)
    theirs.close()
    if _is_there(ours, folder, extra):
        return ours
    ours.close()
    return None


def _is_there(end: socket.socket, folder: Path, extra: Sequence[bytes]) -> bool:
    """Tell a fork where it is at work; whether it says that it is."""
    request = json.dumps({"cwd": str(folder), "env": dict(os.environ)}).encode()
    end.settimeout(START_SECONDS)
    try:
        end.sendall(packed(REQUEST, [request, *extra]))
        while (said := receive(end)) is not None and said[0] != REQUEST:
            pass  # a library warns while the kernel is made
        return said is not None
    except OSError:
        return False
    finally:
        end.settimeout(None)


def _key() -> tuple:
    """Equal as long as what a started process loaded is what a new one would load."""
    return (
        tuple(sorted((k, v) for k, v in os.environ.items() if k.startswith(READ_ONCE))),
        tuple((str(p), s.st_mtime_ns, s.st_size) for p in _package_files() for s in [p.stat()]),
    )


def _package_files() -> list[Path]:
    """What is loaded, and what is read of the package by then: modules, templates, tables."""
    return sorted(p for p in HOME.rglob("*") if p.suffix in {".py", ".html", ".json"})


def begin(folder: Path) -> None:
    """Begin the process that is forked, and do not wait for it: it loads while this one does something else. For those
    who will need it in ``folder``.
    """
    if is_possible() and not is_fork and not has_own_package(folder):
        if _link is not None and _link.makes_pages:
            _forget()
        with _starting:
            _begun()


def turn_to_pages(folder: Path) -> None:
    """Have done with the process that many reports were forked from, which holds all that they read and run with, and
    begin another, if any was begun, that holds what pages are made with: a third of that, and each fork has it.
    """
    global _link
    if _link is None or _link.makes_pages:
        return
    _forget()
    with _starting:
        _link = _start(_key(), PAGES) if _has_threads() else _fork_here([str(folder), None, False])
        _link.makes_pages = True
        atexit.register(_link.close)


@contextlib.contextmanager
def begun_here(folder: Path, job: tuple[str, ...] | None, has_profiles: bool = False) -> Iterator[None]:
    """For as long as this lasts, reports are forked from a fork of this process, which has loaded the package: there
    only the rest is loaded, and read what a report reads, authority, month and kind, while this process goes on. None:
    no report is to be run, and what is forked makes pages. ``has_profiles``: whether others will be profiles.

    Nothing is begun where this process has a thread, be it one that draws a progress bar, or may have those of a
    library, for which a fork would wait for ever.
    """
    global _link
    if not is_possible() or is_fork or has_own_package(folder) or _has_threads():
        yield
        return
    _forget()
    with _starting:
        _link = _fork_here([str(folder), job, has_profiles])
    try:
        yield
    finally:
        if is_begun_here():
            _forget()


def _has_threads() -> bool:
    return threading.active_count() > 1 or not THREADED.isdisjoint(sys.modules)


def is_begun_here() -> bool:
    """Whether what is forked is a fork of this process."""
    return _link is not None and isinstance(_link.process, _Forked)


def _begun() -> _Link:
    """The process of what is loaded now; it may be loading yet. A fork of this process has loaded what this one has."""
    global _link
    if _link is not None and is_begun_here():
        return _link
    key = _key()
    if _link is not None and _link.key != key:
        _link.close()
        _link = None
    if _link is None:
        _link = _start(key)
        atexit.register(_link.close)
    return _link


def _current() -> _Link | None:
    global _link
    with _starting:
        link = _begun()
        if not link.wait():
            link.close()
            _link = None
        return _link


def _forget() -> None:
    """Have done with a process that no longer forks."""
    global _link
    with _starting:
        if _link is not None:
            _link.close()
        _link = None


def _start(key: tuple, *told: str) -> _Link:
    """A process to fork, that begins to load what reports are run with or, where it is ``told`` so, `PAGES`."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", PARENT, str(theirs.fileno()), *told],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    finally:
        theirs.close()
    return _Link(ours, key, process)


def _fork_here(told: list) -> _Link:
    """A process to fork, that is one itself and begins to load the rest; ``told``: what it is told first."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # it would say the same once more
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        ours.close()
        be(FORKING, theirs, parent)
    theirs.close()
    with contextlib.suppress(OSError):  # it has ended, as whoever waits for it will see
        ours.sendall(json.dumps(told).encode())
    return _Link(ours, (), _Forked(pid))


def let_go() -> None:
    """In a fork that is to be forked: what was the other process's is not this one's."""
    global _link, _starting
    _link, _starting = None, threading.Lock()
    forks.clear()
