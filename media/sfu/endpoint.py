"""The UDP socket: what of it belongs to sessions rather than to media (RFC 7983)."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable

from media.sfu.ice import IceAgent
from media.sfu.stun import Address

_SOCKET_BUFFER = 4 << 20
_MAX_ADDRESSES = 8
_ATTEMPTS = 16
_TCP_BACKLOG = 64


def open_sockets(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """Bind a UDP socket, and listen for TCP on the same number; with port 0 on one that is free for both.

    Raises:
        OSError: the address cannot be bound.
    """
    attempts = 1 if port else _ATTEMPTS
    while True:
        attempts -= 1
        udp = open_socket(host, port)
        try:
            return udp, _listen(udp)
        except OSError:
            udp.close()
            if not attempts:
                raise


def _listen(udp: socket.socket) -> socket.socket:
    listener = socket.create_server(
        udp.getsockname()[:2],
        family=udp.family,
        backlog=_TCP_BACKLOG,
        dualstack_ipv6=udp.family == socket.AF_INET6,
    )
    listener.setblocking(False)
    return listener


def open_socket(host: str, port: int) -> socket.socket:
    """Bind a UDP socket; one of IPv6 takes IPv4 too.

    The kernel may grant smaller buffers than are asked for (net.core.rmem_max, wmem_max).

    Raises:
        OSError: the address cannot be bound.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BUFFER)
        sock.setblocking(False)
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock


class Peer:
    """What the endpoint knows of a session: the callbacks of its owner and the addresses proved by ICE."""

    def __init__(self, on_check: Callable[[Address], None], on_dtls: Callable[[bytes], bool]) -> None:
        self.on_check = on_check
        self.on_dtls = on_dtls
        self.addresses: list[Address] = []


class Endpoint:
    """Takes STUN and DTLS datagrams to their sessions, and sends theirs.

    Only an address from which an authentic connectivity check came may start DTLS. `origin` gives the address
    of the client itself, which is told to it, where its packets come by way of TCP.
    """

    def __init__(
        self,
        sock: socket.socket,
        ice: IceAgent,
        counters: Counter[str],
        origin: Callable[[Address], Address],
    ) -> None:
        self._socket = sock
        self._ice = ice
        self._origin = origin
        self._counters = counters
        self._peers: dict[str, Peer] = {}
        self._by_address: dict[Address, Peer] = {}

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def add_peer(self, session_id: str, peer: Peer) -> None:
        """Deliver a session's checks and DTLS datagrams to its owner."""
        self._peers[session_id] = peer

    def remove_peer(self, session_id: str) -> None:
        """Forget a session and its addresses."""
        peer = self._peers.pop(session_id)
        for address in peer.addresses:
            self._forget(peer, address)

    def _forget(self, peer: Peer, address: Address) -> None:
        if self._by_address.get(address) is peer:
            del self._by_address[address]

    def send(self, datagram: bytes, address: Address) -> None:
        """Send a datagram; what the kernel does not take is dropped and counted."""
        host, port = address
        if self._socket.family == socket.AF_INET6 and ":" not in host:
            host = f"::ffff:{host}"
        try:
            self._socket.sendto(datagram, (host, port))
        except BlockingIOError:
            self._counters["dropped_socket_full"] += 1
        except OSError:
            self._counters["socket_errors"] += 1

    def datagram_received(self, data: bytes, address: Address) -> None:
        """Take a datagram to its place by its first byte (RFC 7983 section 7)."""
        if data[0] <= 3:
            self._stun_received(data, address)
        else:
            self._dtls_received(data, address)

    def _stun_received(self, data: bytes, address: Address) -> None:
        result = self._ice.handle(data, self._origin(address))
        self._counters[result.verdict.value] += 1
        peer = self._peers.get(result.session_id) if result.session_id is not None else None
        if peer is not None:
            self._bind(peer, address)
            peer.on_check(address)
        if result.response is not None:  # last, for the client may begin with DTLS as soon as it has it
            self.send(result.response, address)

    def _bind(self, peer: Peer, address: Address) -> None:
        if self._by_address.get(address) is peer:
            return
        self._by_address[address] = peer
        peer.addresses.append(address)
        if len(peer.addresses) > _MAX_ADDRESSES:
            self._forget(peer, peer.addresses.pop(0))

    def _dtls_received(self, data: bytes, address: Address) -> None:
        peer = self._by_address.get(address)
        if peer is None:
            self._counters["dropped_dtls_unknown_address"] += 1
        elif not peer.on_dtls(data):
            self._counters["dropped_dtls_queue_full"] += 1
