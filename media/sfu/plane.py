"""What all sessions on one forwarding thread share."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from media.sfu.config import SfuConfig
from media.sfu.dtls import Certificate
from media.sfu.endpoint import Endpoint, open_sockets
from media.sfu.ice import IceAgent, IceCredentials
from media.sfu.ice_tcp import IceTcp
from media.sfu.layers import LayerMeter
from media.sfu.media_thread import MediaThread
from media.sfu.native import PathCore
from media.sfu.native_path import NativePath
from media.sfu.packet_path import PacketPath
from media.sfu.stun import Address


@dataclass(frozen=True, slots=True)
class MediaPlane:
    """The parts below the rooms, wired together; `addresses` are what clients are told, `port` is bound.

    Clients on this machine, such as processors, find it at `local_address`.

    Planes share nothing but the certificate, so their threads never wait for each other.
    """

    ice: IceAgent
    endpoint: Endpoint
    path: PacketPath
    thread: MediaThread
    tcp: IceTcp
    certificate: Certificate
    clock: Callable[[], float]
    counters: Counter[str]
    addresses: tuple[Address, ...]
    port: int
    local_address: Address
    consent_timeout_s: float
    meter: LayerMeter = field(default_factory=LayerMeter)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def totals(self) -> Counter[str]:
        """Return what was counted since the start, by the thread and beside it."""
        return Counter(self.path.counters()) + Counter(self.tcp.counters()) + self.counters

    def stop(self) -> None:
        """End the threads and close the sockets."""
        self.tcp.close()
        self.thread.close()
        self.endpoint.close()

    async def close(self) -> None:
        """Wait for the farewells of all sessions, then stop."""
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.stop()


def open_planes(config: SfuConfig) -> tuple[MediaPlane, ...]:
    """Start one plane for each thread that is configured.

    Raises:
        OSError: a port cannot be bound, or a thread not be started.
    """
    certificate = Certificate()
    with ExitStack() as started:
        planes = []
        for number in range(config.threads):
            plane = _open_plane(config, number, certificate)
            started.callback(plane.stop)
            planes.append(plane)
        started.pop_all()
    return tuple(planes)


def _open_plane(config: SfuConfig, number: int, certificate: Certificate) -> MediaPlane:
    counters: Counter[str] = Counter()
    ice = IceAgent()
    core = PathCore(config.uplink_bps)
    with ExitStack() as opened:
        udp, listener = open_sockets(config.host, config.port and config.port + number)
        port = udp.getsockname()[1]
        opened.callback(udp.close)
        opened.callback(listener.close)
        tcp = IceTcp(listener, udp, config.tcp)
        opened.callback(tcp.close)
        endpoint = Endpoint(udp, ice, counters, tcp.origin)
        thread = MediaThread(
            core,
            udp,
            endpoint.datagram_received,
            batch_us=config.batch_us,
            cpu=config.cores[number] if config.cores else None,
        )
        opened.pop_all()
    return MediaPlane(
        ice=ice,
        endpoint=endpoint,
        path=NativePath(core, _clock_us),
        thread=thread,
        tcp=tcp,
        certificate=certificate,
        clock=time.monotonic,
        counters=counters,
        addresses=config.announced_addresses(number, port),
        port=port,
        local_address=(_local_host(config.host), port),
        consent_timeout_s=config.consent_timeout_s,
    )


def _local_host(bound: str) -> str:
    """Where this machine itself reaches what is bound there; a socket of IPv6 takes IPv4 too."""
    return "127.0.0.1" if bound in ("0.0.0.0", "::", "") else bound


def _clock_us() -> int:
    """Read the clock of the packet path's thread, CLOCK_MONOTONIC."""
    return time.monotonic_ns() // 1000


def new_session_id() -> str:
    """Return an unguessable identifier of a session."""
    return secrets.token_urlsafe(12)


def new_ssrc() -> int:
    """Return a random SSRC (RFC 3550 section 8.1); zero is left out."""
    return secrets.randbelow(0xFFFFFFFF) + 1


def new_credentials() -> IceCredentials:
    """Return random ICE credentials: 48 and 144 bits, where RFC 8445 asks for 24 and 128."""
    return IceCredentials(secrets.token_hex(6), secrets.token_hex(18))
