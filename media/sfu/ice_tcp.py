"""ICE-TCP (RFC 6544): clients whose network lets no UDP through come to the same port number over TCP."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from media.sfu.addresses import pack_ip, unpack_ip
from media.sfu.config import TcpLimits
from media.sfu.native import TcpRelay
from media.sfu.stun import Address

_ANYWHERE = ("0.0.0.0", "::")


class IceTcp:
    """Takes TCP connections and carries their packets to a bound UDP socket, each from a UDP port of its own.

    Raises:
        OSError: the thread cannot be started.
    """

    def __init__(self, listener: socket.socket, udp: socket.socket, limits: TcpLimits) -> None:
        host, port = udp.getsockname()[:2]
        self._listener = listener
        self._host = "127.0.0.1" if host in _ANYWHERE else str(host)
        self._relay = TcpRelay(
            listener.fileno(),
            pack_ip(self._host),
            port,
            answer_timeout_us=round(limits.answer_timeout_s * 1e6),
            idle_timeout_us=round(limits.idle_timeout_s * 1e6),
            connections=limits.connections,
            connections_per_client=limits.connections_per_client,
        )

    def origin(self, address: Address) -> Address:
        """Return the client's own address in place of the one that the path sees."""
        found = self._relay.client(address[1]) if address[0] == self._host else None
        return (unpack_ip(found[0]), found[1]) if found is not None else address

    def counters(self) -> Mapping[str, int]:
        """Return what was counted since the start, by name."""
        return self._relay.counters()

    def close(self) -> None:
        """Close all connections and the listening socket."""
        self._relay.stop()
        self._listener.close()
