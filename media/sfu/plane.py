"""What all sessions of one SFU share."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from media.sfu.dtls import Certificate
from media.sfu.endpoint import Endpoint
from media.sfu.ice import IceAgent, IceCredentials
from media.sfu.packet_path import PacketPath


@dataclass(frozen=True, slots=True)
class MediaPlane:
    """The parts below the rooms, wired together. `port` and `addresses` are what clients are told."""

    ice: IceAgent
    endpoint: Endpoint
    path: PacketPath
    certificate: Certificate
    clock: Callable[[], float]
    counters: Counter[str]
    addresses: tuple[str, ...]
    port: int
    consent_timeout_s: float
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


def new_session_id() -> str:
    """Return an unguessable identifier of a session."""
    return secrets.token_urlsafe(12)


def new_ssrc() -> int:
    """Return a random SSRC (RFC 3550 section 8.1); zero is left out."""
    return secrets.randbelow(0xFFFFFFFF) + 1


def new_credentials() -> IceCredentials:
    """Return random ICE credentials: 48 and 144 bits, where RFC 8445 asks for 24 and 128."""
    return IceCredentials(secrets.token_hex(6), secrets.token_hex(18))
