"""What a server under load has to offer: rooms, and a way in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import aiohttp

from benchmarks.load.connection import Seat
from benchmarks.load.dtls import DtlsError
from benchmarks.load.streams import Stream


class ServiceError(Exception):
    """The server refused what was asked of it."""


FAILURES = (ServiceError, DtlsError, OSError, aiohttp.ClientError)
"""What goes wrong between a participant and a server; among the OSErrors is TimeoutError."""


class Participant(Protocol):
    """Somebody inside a room."""

    async def first_packet_ms(self) -> float:
        """Wait for the first media packet of another; return the time since the first message of the join."""

    async def leave(self) -> None:
        """Leave the room."""


class Service(Protocol):
    """A server that forwards media between the members of a room."""

    async def open_room(self) -> str:
        """Create a room and return its name. Raises one of `FAILURES`."""

    async def join(self, room: str, seat: Seat, streams: Sequence[Stream]) -> Participant:
        """Let a participant in, who begins to send at once. Raises one of `FAILURES`."""

    async def close_room(self, room: str) -> None:
        """End a room."""
