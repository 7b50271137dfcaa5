"""A kernel in a fork: IPython's own kernel and streams, with one socket in place of ZeroMQ's five, or with none where
the notebook is run in the same process (`inside`).
"""

import asyncio
import atexit
import contextlib
import gc
import json
import logging
import os
import socket
import sys
import threading
import typing
import warnings
from collections.abc import Iterator
from types import SimpleNamespace

import zmq
from ipykernel import ipkernel
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session
from traitlets import Any
from traitlets.config import Config

from improvement_reports.runs.warm.frames import IOPUB, REQUEST, SHELL, Frames, packed, receive


class _Channel:
    """As much of a ZeroMQ socket as a kernel uses to say something."""

    def __init__(self, end: socket.socket, number: int, lock: threading.Lock):
        self.context: zmq.Context = zmq.Context.instance()
        self._end, self._number, self._lock = end, number, lock

    def send_multipart(self, parts, flags=0, copy=True, track=False):
        raw = packed(self._number, [bytes(p) for p in parts])
        with self._lock, contextlib.suppress(BrokenPipeError):  # nobody listens any more: the parent ends this process
            self._end.sendall(raw)

    def flush(self, flag=None, limit=None):
        """Everything is sent when it is said."""


class ForkedKernel(IPythonKernel):
    """IPython's kernel, which has no queue of its own to empty after an error, and no debugger."""

    shell_stream = Any()
    stdin_socket = Any()
    _supports_kernel_subshells = False

    def __init__(self, **options):
        with _no_modules():
            super().__init__(**options)

    def _abort_queues(self, subshell_id=None):
        pass


@contextlib.contextmanager
def _no_modules() -> Iterator[None]:
    """For its debugger IPython's kernel notes the file of each module as it begins. To look at each of two thousand
    copies the memory of each, which this process shares with what it was forked from.
    """
    names = vars(ipkernel)
    before, names["sys"] = names["sys"], SimpleNamespace(modules={})
    try:
        yield
    finally:
        names["sys"] = before


class _Stream(OutStream):
    """What cells write is sent by a thread, a moment later; where nothing is written none is begun, and what cells show
    is sent at once.
    """

    _beginning = threading.Lock()

    def _schedule_flush(self):
        with self._beginning:  # cells and their programs write from threads of their own
            if not self.pub_thread.thread.is_alive():
                self.pub_thread.start()
        super()._schedule_flush()


def run(end: socket.socket) -> int:
    """Be a kernel until the other end closes or a cell asks to end; returns the exit code."""
    request = receive(end)
    if request is None:
        return 0
    enter(json.loads(request[1][0]))
    lock = threading.Lock()
    kernel = make_kernel(Session(key=b"", username=""), _Channel(end, SHELL, lock), _Channel(end, IOPUB, lock))
    end.sendall(packed(REQUEST, []))
    asyncio.run(_serve(kernel, end))
    end_in_order()
    return 0


def end_in_order() -> None:
    """What a kernel does last."""
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()  # IPython collects what is left of the cells, and this process ends a moment later
    atexit._run_exitfuncs()


def enter(asked: dict) -> None:
    """Working folder and environment of whoever asks; nothing to read from."""
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    with warnings.catch_warnings():
        pass  # Python takes the filters for new ones: what a library warned of before the fork it says to a cell again
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def make_kernel(session: Session, shell: typing.Any, iopub: typing.Any) -> ForkedKernel:
    """What `ipykernel.kernelapp` sets up, in its order. ``shell``, ``iopub``: what answers, and what cells show and
    write, are sent through.
    """
    from IPython.core import debugger

    vars(debugger)["Pdb"] = getattr(debugger, "InterruptiblePdb", debugger.Pdb)
    thread = IOPubThread(iopub, pipe=False, session=session)
    sys.stdout = _Stream(session, thread, "stdout")
    sys.stderr = _Stream(session, thread, "stderr")
    displayhook = ZMQDisplayHook(session, thread.background_socket)
    sys.displayhook = displayhook
    ForkedKernel.clear_instance()
    ZMQInteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    kernel = ForkedKernel.instance(
        config=config,
        session=session,
        log=logging.getLogger(__name__),
        shell_stream=shell,
        # Asked only for the thread that cells run in, when a cell awaits something.
        shell_channel_thread=SimpleNamespace(parent_thread=threading.current_thread()),
        iopub_thread=thread,
        iopub_socket=thread.background_socket,
    )
    vars(displayhook)["get_execution_count"] = lambda: kernel.execution_count
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    InteractiveShellApp().init_path()  # the working folder, after the standard library
    return kernel


class _Ending:
    """As much of an event loop as a cell stops that calls exit()."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ended: asyncio.Event):
        self._loop, self._ended = loop, ended

    def call_later(self, seconds: float, _) -> None:
        self._loop.call_later(seconds, self._ended.set)

    def stop(self) -> None:
        self._ended.set()


async def _serve(kernel: ForkedKernel, end: socket.socket) -> None:
    """Answer one request after the other; between them tasks of the notebook run on, as they do in any kernel."""
    loop, ended, inbox = asyncio.get_running_loop(), asyncio.Event(), Frames()
    arrived: asyncio.Queue[list[bytes]] = asyncio.Queue()
    kernel.io_loop = _Ending(loop, ended)
    assert kernel.shell is not None
    kernel.shell.exit_now = False

    def read() -> None:
        raw = end.recv(1 << 16)
        if not raw:
            loop.remove_reader(end)
            ended.set()
        for _, parts in inbox.add(raw):
            arrived.put_nowait(parts)

    async def answer() -> None:
        while True:
            await kernel.dispatch_shell([zmq.Frame(p) for p in await arrived.get()])

    loop.add_reader(end, read)
    answering = loop.create_task(answer())
    answering.add_done_callback(lambda _: ended.set())
    await ended.wait()
    if answering.done():
        answering.result()
    answering.cancel()
