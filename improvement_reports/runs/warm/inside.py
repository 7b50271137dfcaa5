"""A notebook and its kernel in one process, a fork that does nothing else: nothing is packed, sent and read again.

What only two processes can do, the one asks the other for in vain here: to end a cell that takes too long, and to go on
where the other has ended. So this process ends there as well, and who asked runs the notebook with two.
"""

import asyncio
import faulthandler
import json
import os
import pickle
import signal
import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import zmq
from jupyter_client.session import Session

from improvement_reports.domain.json_text import copy_as_json
from improvement_reports.runs.warm.calls import answer_to
from improvement_reports.runs.warm.frames import REQUEST, packed, receive
from improvement_reports.runs.warm.kernel import end_in_order, enter, make_kernel
from improvement_reports.runs.warm.manager import Client, PresentKernelManager

_as_begun: list = []  # the filters of warnings as this process had them at first


def run(end: socket.socket) -> int:
    """Call what is asked for, which runs a notebook, and send back what it gives, or the exception."""
    request = receive(end)
    if request is None:
        return 0
    enter(json.loads(request[1][0]))
    _as_begun[:] = _filters()
    end.sendall(packed(REQUEST, []))
    answer = answer_to(request[1][1])
    end.sendall(packed(REQUEST, [pickle.dumps(answer)]))
    end_in_order()
    return 0


@contextmanager
def watched(seconds: int, save: Callable[[], None]) -> Iterator[None]:
    """For as long as this lasts, this process ends after some seconds, whatever it does; and where it is told to end,
    once it has saved what there is.
    """

    def end(*_) -> None:
        try:
            save()
        finally:
            os._exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            signal.signal(signal.SIGTERM, before)


class _Session(Session):
    """Gives messages as they are; what they hold is what JSON would make of it, and nobody else's."""

    def serialize(self, msg, ident=None):
        try:
            content = copy_as_json(msg["content"])
        except TypeError:  # days and the like, which a message says in texts
            content = self.unpack(self.pack(msg["content"]))
        return [{**msg, "content": content}]


class _Channel:
    """As much of a ZeroMQ socket as a kernel uses to say something: it is in the client's hands at once."""

    def __init__(self, messages: "asyncio.Queue[dict]", loop: asyncio.AbstractEventLoop):
        self.context: zmq.Context = zmq.Context.instance()
        self._messages, self._loop, self._thread = messages, loop, threading.current_thread()

    def send_multipart(self, parts, flags=0, copy=True, track=False):
        message, *buffers = parts
        told = {**message, "buffers": buffers}
        if threading.current_thread() is self._thread:
            self._messages.put_nowait(told)
        else:  # the thread that sends what cells write
            self._loop.call_soon_threadsafe(self._messages.put_nowait, told)

    def flush(self, flag=None, limit=None):
        """Everything is sent when it is said."""


class _Ending:
    """As much of an event loop as a cell stops that calls exit()."""

    def call_later(self, *_) -> None:
        os._exit(1)

    def stop(self) -> None:
        """Was called for before."""


class _CellsWarnings:
    """Which warnings are heard while cells run: all that would be in a process of their own, not just those that the
    client hears, and what a cell settles holds for the next.

    What the filters are is changed, and not that they are these: else Python would say again what it has said.
    """

    def __init__(self, filters: list):
        self._filters = filters

    def __enter__(self) -> None:
        self._clients = _filters()[:]
        _filters()[:] = self._filters

    def __exit__(self, *_) -> None:
        self._filters = _filters()[:]
        _filters()[:] = self._clients


def _filters() -> list:
    return vars(warnings)["filters"]


class _Client(Client):
    """Asks the kernel that it makes itself."""

    async def start_channels(self) -> None:
        loop = asyncio.get_running_loop()
        self._warnings = _CellsWarnings(list(_as_begun))
        with self._warnings:
            self._kernel = make_kernel(
                _Session(key=b"", username=""),
                _Channel(self.shell_channel.messages, loop),
                _Channel(self.iopub_channel.messages, loop),
            )
        self._kernel.io_loop = _Ending()
        assert self._kernel.shell is not None
        self._kernel.shell.exit_now = False
        self._asked: asyncio.Queue[list[zmq.Frame]] = asyncio.Queue()
        self._answering = loop.create_task(self._answer())

    async def _answer(self) -> None:
        """One request after the other in one task: what a cell sets for its task is there in the next."""
        while True:
            request = await self._asked.get()
            with self._warnings:
                await self._kernel.dispatch_shell(request)

    def stop_channels(self) -> None:
        """There are none."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """It is."""

    async def is_alive(self) -> bool:
        return True

    def _send(self, kind: str, content: dict) -> str:
        message = self.session.msg(kind, content)
        self._asked.put_nowait([zmq.Frame(part) for part in self.session.serialize(message)])
        return message["header"]["msg_id"]


class InsideKernelManager(PresentKernelManager):
    """The kernel in this process."""

    def client(self, **_) -> _Client:  # type: ignore[override]  # as much of one as nbclient uses
        return _Client()
