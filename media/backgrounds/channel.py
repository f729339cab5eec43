"""Messages between the supervisor and a worker, with file descriptors.

Each message is put into shared memory whose descriptor is passed over a socket that keeps messages apart. So
a message may be large, as pictures are, and yet sending never waits for the other side to read.
"""

from __future__ import annotations

import mmap
import os
import socket
from collections.abc import Sequence
from typing import Any

import msgspec

_MAX_DESCRIPTORS = 4


class ChannelClosed(Exception):
    """The other side is gone, or does not read any more."""


class Channel:
    """One end; `received` is the type of what comes in."""

    def __init__(self, end: socket.socket, received: Any) -> None:
        end.setblocking(False)
        self._socket = end
        self._decoder = msgspec.msgpack.Decoder(received)

    @staticmethod
    def pair() -> tuple[socket.socket, socket.socket]:
        """Make the sockets of both ends."""
        return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def fileno(self) -> int:
        """To wait for what comes in."""
        return self._socket.fileno()

    def send(self, message: object, descriptors: Sequence[int] = ()) -> None:
        """Send; the descriptors are copied. Raises ChannelClosed."""
        data = msgspec.msgpack.encode(message)
        memory = os.memfd_create("message")
        try:
            os.ftruncate(memory, len(data))
            with mmap.mmap(memory, len(data)) as shared:
                shared[:] = data
            socket.send_fds(self._socket, [b"m"], [memory, *descriptors])
        except OSError as error:
            raise ChannelClosed from error
        finally:
            os.close(memory)

    def receive(self) -> tuple[Any, list[int]] | None:
        """Take the next message and its descriptors, which are the caller's; None if there is none now.

        Raises ChannelClosed.
        """
        try:
            data, descriptors, _, _ = socket.recv_fds(self._socket, 1, _MAX_DESCRIPTORS)
        except BlockingIOError:
            return None
        except OSError as error:
            raise ChannelClosed from error
        if not data or not descriptors:
            raise ChannelClosed
        memory, *others = descriptors
        try:
            with mmap.mmap(memory, 0, access=mmap.ACCESS_READ) as shared:
                return self._decoder.decode(shared[:]), others
        finally:
            os.close(memory)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
