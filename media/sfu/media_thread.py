"""The thread of the packet path, and the way of STUN and DTLS from there to the event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from media.sfu.addresses import unpack_ip
from media.sfu.native import Loop, PathCore
from media.sfu.stun import Address

_DATAGRAM_SIZE = 2048
_IP_SIZE = 16
_HEADER_SIZE = _IP_SIZE + 2
_READS_AT_ONCE = 64


class MediaThread:
    """Runs a path on a bound UDP socket until `close`.

    What is neither SRTP nor SRTCP is given to `deliver` on the event loop. After each batch of packets the
    thread rests until `batch_us` have passed since it began. `cpu` is the core that it is bound to, if any.

    Raises:
        OSError: the thread cannot be started, or not on that core.
    """

    def __init__(
        self,
        core: PathCore,
        udp: socket.socket,
        deliver: Callable[[bytes, Address], None],
        *,
        batch_us: int,
        cpu: int | None = None,
    ) -> None:
        # In a pair of this type what waits is bounded by bytes, not by the few datagrams of SOCK_DGRAM.
        self._ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._thread = Loop(
                core, udp.fileno(), self._theirs.fileno(), batch_us, -1 if cpu is None else cpu
            )
        except OSError:
            self._ours.close()
            self._theirs.close()
            raise
        self._ours.setblocking(False)
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._ours, self._read)

    def _read(self) -> None:
        """Deliver some of what waits; the rest after others had their turn."""
        for _ in range(_READS_AT_ONCE):
            try:
                message = self._ours.recv(_DATAGRAM_SIZE)
            except BlockingIOError:
                return
            port = int.from_bytes(message[_IP_SIZE:_HEADER_SIZE], "big")
            self._deliver(message[_HEADER_SIZE:], (unpack_ip(message[:_IP_SIZE]), port))

    def close(self) -> None:
        """End the thread, also a second time. The UDP socket stays open: it is the caller's."""
        if self._ours.fileno() < 0:
            return
        self._loop.remove_reader(self._ours)
        self._thread.stop()
        self._ours.close()
        self._theirs.close()
