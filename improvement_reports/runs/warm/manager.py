"""A kernel that is there already as nbclient knows kernels: a manager, and a client with two channels; and those of a
forked one.
"""

import asyncio
import socket
from queue import Empty

from jupyter_client import AsyncKernelManager
from jupyter_client.session import Session

from improvement_reports.runs.warm.frames import SHELL, Frames, packed


class _Channel:
    """Messages of one channel in the order in which they came."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[dict] = asyncio.Queue()

    async def get_msg(self, timeout: float | None = None) -> dict:
        """The next message; `queue.Empty` if none comes within ``timeout`` seconds."""
        if not self.messages.empty():
            return self.messages.get_nowait()
        try:
            return await asyncio.wait_for(self.messages.get(), timeout)
        except TimeoutError:
            raise Empty from None


class Client:
    """What nbclient asks of a client: to send requests, and to read answers."""

    def __init__(self) -> None:
        self.allow_stdin = True
        self.session = Session(key=b"", username="")
        self.shell_channel, self.iopub_channel = _Channel(), _Channel()

    def _send(self, kind: str, content: dict) -> str:
        """Send a request; its number."""
        raise NotImplementedError

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True, silent: bool = False) -> str:
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": self.allow_stdin,
            "stop_on_error": stop_on_error,
        }
        return self._send("execute_request", content)

    def kernel_info(self) -> str:
        return self._send("kernel_info_request", {})


class ForkedClient(Client):
    """Talks to its kernel through a socket, and says whether it is there."""

    def __init__(self, end: socket.socket):
        super().__init__()
        self._end, self._inbox, self._is_open = end, Frames(), True
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start_channels(self) -> None:
        self._end.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._end, self._read)

    def stop_channels(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._end)
        self._is_open = False

    def _read(self) -> None:
        try:
            raw = self._end.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            raw = b""
        if not raw:
            self.stop_channels()
            return
        for channel, parts in self._inbox.add(raw):
            _, rest = self.session.feed_identities(parts)
            message = self.session.deserialize(rest)
            (self.shell_channel if channel == SHELL else self.iopub_channel).messages.put_nowait(message)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Until the kernel answers; RuntimeError if it does not."""
        asked = self.kernel_info()
        while self._is_open:
            try:
                answer = await self.shell_channel.get_msg(0.2)
            except Empty:
                continue
            if answer["parent_header"].get("msg_id") == asked:
                return
        raise RuntimeError("Kernel died before replying to kernel_info")

    async def is_alive(self) -> bool:
        return self._is_open

    def _send(self, kind: str, content: dict) -> str:
        message = self.session.msg(kind, content)
        self._end.setblocking(True)  # a cell may be longer than what the system takes at once
        try:
            self._end.sendall(packed(SHELL, self.session.serialize(message)))
        except OSError:
            self.stop_channels()
        finally:
            self._end.setblocking(False)
        return message["header"]["msg_id"]


class PresentKernelManager(AsyncKernelManager):
    """A kernel that is neither started nor ended by its manager."""

    is_begun = False

    @property
    def has_kernel(self) -> bool:
        return self.is_begun

    async def _async_start_kernel(self, **_) -> None:
        self.is_begun = True

    start_kernel = _async_start_kernel

    async def _async_is_alive(self) -> bool:
        return self.is_begun

    is_alive = _async_is_alive

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """What the kernel is forked from ends it a moment later if it does not end by itself."""
        self.is_begun = False

    shutdown_kernel = _async_shutdown_kernel

    async def _async_interrupt_kernel(self) -> None:
        raise NotImplementedError("A forked kernel is ended, not interrupted.")

    interrupt_kernel = _async_interrupt_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        """There are none of the manager's."""

    cleanup_resources = _async_cleanup_resources


class ForkedKernelManager(PresentKernelManager):
    """The kernel at the other end of ``end``, which ends when that is closed."""

    end: socket.socket

    def client(self, **_) -> ForkedClient:  # type: ignore[override]  # as much of one as nbclient uses
        return ForkedClient(self.end)


def forked(end: socket.socket) -> type[ForkedKernelManager]:
    """The manager of just this kernel, as a class: nbclient makes the manager itself."""
    return type("ForkedKernelManager", (ForkedKernelManager,), {"end": end})
