"""Messages of a Jupyter kernel over one socket: the channel, and the parts of the message as the protocol has them."""

import socket
import struct
from collections.abc import Iterator, Sequence

SHELL, IOPUB, REQUEST = 0, 1, 2
HEAD = struct.Struct("!BI")  # channel, number of parts
SIZE = struct.Struct("!Q")  # bytes of a part


def packed(channel: int, parts: Sequence[bytes]) -> bytes:
    """A message as bytes."""
    return b"".join([HEAD.pack(channel, len(parts)), *(piece for p in parts for piece in (SIZE.pack(len(p)), p))])


class Frames:
    """Takes bytes as they arrive and gives whole messages, each a channel and its parts.

    >>> inbox = Frames()
    >>> whole = packed(IOPUB, [b"one", b""])
    >>> list(inbox.add(whole[:7])), list(inbox.add(whole[7:]))
    ([], [(1, [b'one', b''])])
    """

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, arrived: bytes) -> Iterator[tuple[int, list[bytes]]]:
        """The messages that these bytes complete."""
        self._bytes += arrived
        while (message := self._first()) is not None:
            yield message

    def _first(self) -> tuple[int, list[bytes]] | None:
        if len(self._bytes) < HEAD.size:
            return None
        channel, count = HEAD.unpack_from(self._bytes)
        at, parts = HEAD.size, []
        for _ in range(count):
            if len(self._bytes) < at + SIZE.size:
                return None
            (size,) = SIZE.unpack_from(self._bytes, at)
            at += SIZE.size
            if len(self._bytes) < at + size:
                return None
            parts.append(bytes(self._bytes[at : at + size]))
            at += size
        del self._bytes[:at]
        return channel, parts


def receive(end: socket.socket) -> tuple[int, list[bytes]] | None:
    """Wait for the next message and take no byte of the one after it; None if the other end is closed."""
    try:
        channel, count = HEAD.unpack(_exactly(end, HEAD.size))
        return channel, [_exactly(end, SIZE.unpack(_exactly(end, SIZE.size))[0]) for _ in range(count)]
    except EOFError:
        return None


def _exactly(end: socket.socket, size: int) -> bytes:
    arrived = bytearray()
    while len(arrived) < size:
        if not (more := end.recv(min(size - len(arrived), 1 << 20))):
            raise EOFError
        arrived += more
    return bytes(arrived)
