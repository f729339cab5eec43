"""A relay for UDP with a link between each client and the server: sockets and a clock around the model."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress

from benchmarks.network.link import Fates, Link
from benchmarks.network.profiles import Profile

Address = tuple[str, int]

_HEADERS_BYTES = {socket.AF_INET: 28, socket.AF_INET6: 48}  # IP and UDP: a rate counts them too.
_BUFFER_BYTES = 1 << 20
_LARGEST = 1 << 16
_AT_ONCE = 64
_IDLE_US = 60_000_000
_MAX_FLOWS = 256


def now_us() -> int:
    """The relay's clock, CLOCK_MONOTONIC."""
    return time.monotonic_ns() // 1000


def link_seed(seed: int, number: int) -> str:
    """The seed of the link of the client that came as number so and so, from 0."""
    return f"{seed} {number}"


class Relay:
    """Listens at `listen` (port 0: any free one) until it is closed, within a running event loop.

    A client is known by its address; the server sees it at a port of its own. The profile begins with the
    first packet of the first client, and anew with each `change`.

    Raises:
        OSError: the address cannot be bound.
    """

    def __init__(self, listen: Address, profile: Profile, seed: int) -> None:
        self._listener = _open_socket(listen)
        self._listener.bind(listen)
        self.address: Address = self._listener.getsockname()[:2]
        self._profile = profile
        self._seed = seed
        self._server: Address | None = None
        self._start_us: int | None = None
        self._flows: dict[Address, Flow] = {}
        self._count = 0
        self._past_up, self._past_down = Fates(), Fates()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._listener, self._receive)

    def serve(self, server: Address) -> None:
        """Relay to this server; what came before was lost."""
        self._server = server

    def change(self, profile: Profile) -> None:
        """Let all links go on as another profile, which begins now."""
        self._profile = profile
        self._start_us = now_us()
        for flow in self._flows.values():
            flow.link.change(profile, self._start_us)

    def flows(self) -> list[Flow]:
        """The clients' flows, oldest first, without those that were long idle."""
        return list(self._flows.values())

    def totals(self) -> tuple[Fates, Fates]:
        """What happened to all packets, towards the server and from it."""
        links = [flow.link for flow in self._flows.values()]
        up, down = [link.up.fates for link in links], [link.down.fates for link in links]
        return sum(up, self._past_up), sum(down, self._past_down)

    def to_client(self, datagram: bytes, client: Address) -> None:
        """Send a datagram that has passed the link."""
        with suppress(OSError):  # Full buffers lose packets, as on any network.
            self._listener.sendto(datagram, client)

    def close(self) -> None:
        """End all flows."""
        self._loop.remove_reader(self._listener)
        self._listener.close()
        for flow in self._flows.values():
            flow.close()

    def _receive(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                datagram, client = self._listener.recvfrom(_LARGEST)
            except OSError:
                return
            if (flow := self._flow_of(client)) is not None:
                flow.from_client(datagram)

    def _flow_of(self, client: Address) -> Flow | None:
        flow = self._flows.get(client)
        if flow is None and self._server is not None:
            now = now_us()
            self._forget_idle(now)
            if self._start_us is None:
                self._start_us = now
            if len(self._flows) < _MAX_FLOWS:
                link: Link[bytes] = Link(self._profile, link_seed(self._seed, self._count), self._start_us)
                flow = self._flows[client] = Flow(self, client, self._server, link)
                self._count += 1
        return flow

    def _forget_idle(self, now: int) -> None:
        for client, flow in list(self._flows.items()):
            if now - flow.heard_us > _IDLE_US:
                flow.close()
                self._past_up += flow.link.up.fates
                self._past_down += flow.link.down.fates
                del self._flows[client]


class Flow:
    """One client's packets, both ways.

    A timer waits for the packet that arrives next. Event loops count in milliseconds, so a delayed packet may
    be one late; what is not delayed goes on at once.
    """

    def __init__(self, relay: Relay, client: Address, server: Address, link: Link[bytes]) -> None:
        self.link = link
        self.heard_us = now_us()
        self._relay = relay
        self._client = client
        self._socket = _open_socket(server)
        self._socket.connect(server)
        self._headers_bytes = _HEADERS_BYTES[self._socket.family]
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._receive)
        self._timer: asyncio.TimerHandle | None = None

    def from_client(self, datagram: bytes) -> None:
        """The client sent a datagram."""
        self.heard_us = now_us()
        self.link.up.send(datagram, len(datagram) + self._headers_bytes, self.heard_us)
        self._hand_over()

    def close(self) -> None:
        """Forget what is under way."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _receive(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                datagram = self._socket.recv(_LARGEST)
            except OSError:
                break
            self.link.down.send(datagram, len(datagram) + self._headers_bytes, now_us())
        self._hand_over()

    def _hand_over(self) -> None:
        now = now_us()
        for datagram in self.link.up.receive(now):
            with suppress(OSError):  # Nobody may be there yet, or any more.
                self._socket.send(datagram)
        for datagram in self.link.down.receive(now):
            self._relay.to_client(datagram, self._client)
        next_us = self.link.next_us
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if next_us is not None:
            self._timer = self._loop.call_later((next_us - now) / 1e6, self._hand_over)


def _open_socket(towards: Address) -> socket.socket:
    """A socket for the family of an IP address."""
    sock = socket.socket(socket.AF_INET6 if ":" in towards[0] else socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        sock.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
    return sock
