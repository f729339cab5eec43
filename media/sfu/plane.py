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
from media.sfu.endpoint import Endpoint, open_socket
from media.sfu.ice import IceAgent, IceCredentials
from media.sfu.media_thread import MediaThread
from media.sfu.native import PathCore
from media.sfu.native_path import NativePath
from media.sfu.packet_path import PacketPath
from media.sfu.stun import Address


@dataclass(frozen=True, slots=True)
class MediaPlane:
    """The parts below the rooms, wired together; `addresses` are what clients are told, `port` is bound.

    Planes share nothing but the certificate, so their threads never wait for each other.
    """

    ice: IceAgent
    endpoint: Endpoint
    path: PacketPath
    thread: MediaThread
    certificate: Certificate
    clock: Callable[[], float]
    counters: Counter[str]
    addresses: tuple[Address, ...]
    port: int
    consent_timeout_s: float
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def totals(self) -> Counter[str]:
        """Return what was counted since the start, by the thread and beside it."""
        return Counter(self.path.counters()) + self.counters

    async def close(self) -> None:
        """Wait for the farewells of all sessions, then end the thread and close the socket."""
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.thread.close()
        self.endpoint.close()


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
            started.callback(plane.endpoint.close)
            started.callback(plane.thread.close)
            planes.append(plane)
        started.pop_all()
    return tuple(planes)


def _open_plane(config: SfuConfig, number: int, certificate: Certificate) -> MediaPlane:
    counters: Counter[str] = Counter()
    ice = IceAgent()
    sock = open_socket(config.host, config.port and config.port + number)
    port = sock.getsockname()[1]
    endpoint = Endpoint(sock, ice, counters)
    core = PathCore(config.uplink_bps)
    try:
        thread = MediaThread(
            core,
            sock,
            endpoint.datagram_received,
            batch_us=config.batch_us,
            cpu=config.cores[number] if config.cores else None,
        )
    except OSError:
        endpoint.close()
        raise
    return MediaPlane(
        ice=ice,
        endpoint=endpoint,
        path=NativePath(core, _clock_us),
        thread=thread,
        certificate=certificate,
        clock=time.monotonic,
        counters=counters,
        addresses=config.announced_addresses(number, port),
        port=port,
        consent_timeout_s=config.consent_timeout_s,
    )


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
