"""Servers that make a room when the first enters, and end it after the last has left."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Sequence
from time import time_ns
from typing import Protocol

from benchmarks.load.connection import Seat
from benchmarks.load.service import Participant
from benchmarks.load.streams import Stream


class Member(Participant, Protocol):
    """A participant whom the server knows already."""

    async def enter(self, streams: Sequence[Stream]) -> None:
        """Begin to send, and to receive. Raises one of `FAILURES`."""


class OnDemand(ABC):
    """A `Service` of such a server."""

    @abstractmethod
    async def meet(self, room: str, seat: Seat, started_ns: int) -> Member:
        """Let the server know of somebody, who began to join at that time of the wall clock."""

    async def open_room(self) -> str:
        """See `Service`."""
        return secrets.token_hex(8)

    async def close_room(self, room: str) -> None:
        """See `Service`."""
        del room  # It has ended by itself.

    async def join(self, room: str, seat: Seat, streams: Sequence[Stream]) -> Participant:
        """See `Service`."""
        member = await self.meet(room, seat, time_ns())
        try:
            await member.enter(streams)
        except BaseException:
            await member.leave()
            raise
        return member
