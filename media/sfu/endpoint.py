"""The one UDP socket: telling STUN, DTLS and SRTP apart and taking each to its place (RFC 7983)."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable

from media.sfu.ice import IceAgent
from media.sfu.packet_path import PacketPath
from media.sfu.stun import Address

_SOCKET_BUFFER = 4 << 20
_MAX_ADDRESSES = 8


class Peer:
    """What the endpoint knows of a session: the callbacks of its owner and the addresses proved by ICE."""

    def __init__(self, on_check: Callable[[Address], None], on_dtls: Callable[[bytes], bool]) -> None:
        self.on_check = on_check
        self.on_dtls = on_dtls
        self.addresses: list[Address] = []


class Endpoint(asyncio.DatagramProtocol):
    """Receives every datagram of the SFU and sends every one.

    Only an address from which an authentic connectivity check came may start DTLS.
    """

    def __init__(self, ice: IceAgent, counters: Counter[str]) -> None:
        self._ice = ice
        self._counters = counters
        self._path: PacketPath | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._peers: dict[str, Peer] = {}
        self._by_address: dict[Address, Peer] = {}
        self._congested = False

    async def open(self, host: str, port: int, path: PacketPath) -> int:
        """Bind the socket and return its port.

        Raises:
            OSError: the address cannot be bound.
        """
        self._path = path
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        self._transport = transport
        sock: socket.socket = transport.get_extra_info("socket")
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BUFFER)
        return int(sock.getsockname()[1])

    def close(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.close()

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
        """Send a datagram, unless too much is waiting for the kernel already."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._congested:
            self._counters["dropped_socket_full"] += 1
            return
        self._transport.sendto(datagram, address)

    def pause_writing(self) -> None:
        """Drop what is to be sent: late media are worth nothing."""
        self._congested = True

    def resume_writing(self) -> None:
        """Send again."""
        self._congested = False

    def error_received(self, _error: Exception) -> None:
        """Count what the network reports; single unreachable peers are found by their silence."""
        self._counters["socket_errors"] += 1

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take a datagram to its place by its first byte (RFC 7983 section 7)."""
        address = (addr[0], addr[1])
        first = data[0] if data else 255
        if first <= 3:
            self._stun_received(data, address)
        elif 20 <= first <= 63:
            self._dtls_received(data, address)
        elif 128 <= first <= 191 and self._path is not None:
            self._path.receive(data, address)
        else:
            self._counters["dropped_unknown_protocol"] += 1

    def _stun_received(self, data: bytes, address: Address) -> None:
        result = self._ice.handle(data, address)
        self._counters[result.verdict.value] += 1
        if result.response is not None:
            self.send(result.response, address)
        peer = self._peers.get(result.session_id) if result.session_id is not None else None
        if peer is not None:
            self._bind(peer, address)
            peer.on_check(address)

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
