"""The SFU: one socket, one certificate, many rooms."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping

import structlog

from media.sfu.config import SfuConfig
from media.sfu.dtls import Certificate
from media.sfu.endpoint import Endpoint, open_socket
from media.sfu.errors import RoomExists, RoomNotFound
from media.sfu.ice import IceAgent
from media.sfu.media_thread import MediaThread
from media.sfu.messages import CloseReason
from media.sfu.native import PathCore
from media.sfu.native_path import NativePath
from media.sfu.plane import MediaPlane
from media.sfu.room import Room, RoomListener

_LEVELS_S = 0.2
_CHECK_S = 1.0

log = structlog.get_logger(__name__)


def _clock_us() -> int:
    """Read the clock of the packet path's thread, CLOCK_MONOTONIC."""
    return time.monotonic_ns() // 1000


class Sfu:
    """Start one with `Sfu.start`, end it with `close`. `port` is the bound UDP port."""

    def __init__(self, plane: MediaPlane, thread: MediaThread, listener: RoomListener) -> None:
        self.port = plane.port
        self._plane = plane
        self._thread = thread
        self._listener = listener
        self._rooms: dict[str, Room] = {}
        self._timers = [
            asyncio.create_task(self._every(_LEVELS_S, self._publish_levels)),
            asyncio.create_task(self._every(_CHECK_S, self._check)),
        ]

    @classmethod
    async def start(cls, config: SfuConfig, listener: RoomListener) -> Sfu:
        """Open the socket and begin to serve.

        Raises:
            OSError: the address cannot be bound.
        """
        counters: Counter[str] = Counter()
        ice = IceAgent()
        sock = open_socket(config.host, config.port)
        endpoint = Endpoint(sock, ice, counters)
        core = PathCore(config.uplink_bps)
        plane = MediaPlane(
            ice=ice,
            endpoint=endpoint,
            path=NativePath(core, _clock_us),
            certificate=Certificate(),
            clock=time.monotonic,
            counters=counters,
            addresses=config.announced_addresses(),
            port=sock.getsockname()[1],
            consent_timeout_s=config.consent_timeout_s,
        )
        thread = MediaThread(core, sock, endpoint.datagram_received, batch_us=config.batch_us)
        log.info("sfu_started", port=plane.port)
        return cls(plane, thread, listener)

    def create_room(self, room_id: str, *, audio_only: bool = False) -> Room:
        """Open a room; one that is `audio_only` has no cameras, but may show a screen.

        Raises:
            RoomExists: a room with this identifier is open.
        """
        if room_id in self._rooms:
            raise RoomExists(room_id)
        room = Room(room_id, self._plane, self._listener, audio_only=audio_only)
        self._rooms[room_id] = room
        return room

    def room(self, room_id: str) -> Room:
        """Return an open room.

        Raises:
            RoomNotFound: there is none with this identifier.
        """
        try:
            return self._rooms[room_id]
        except KeyError:
            raise RoomNotFound(room_id) from None

    def rooms(self) -> list[Room]:
        """Return all open rooms."""
        return list(self._rooms.values())

    async def close_room(self, room_id: str, reason: CloseReason = CloseReason.ENDED) -> None:
        """End a room for all in it.

        Raises:
            RoomNotFound: there is none with this identifier.
        """
        room = self.room(room_id)
        del self._rooms[room_id]
        room.close(reason)

    async def close(self) -> None:
        """End all rooms, tell the clients and close the socket."""
        for timer in self._timers:
            timer.cancel()
        for room in self.rooms():
            await self.close_room(room.room_id, CloseReason.SHUTDOWN)
        await asyncio.gather(*self._timers, *self._plane.tasks, return_exceptions=True)
        self._thread.close()
        self._plane.endpoint.close()

    def counters(self) -> Mapping[str, int]:
        """Return the totals since the start, by name."""
        return Counter(self._plane.path.counters()) + self._plane.counters

    async def _every(self, interval_s: float, action: Callable[[], None]) -> None:
        """Call `action` again and again; its failure is ours and must not end the others' calls."""
        while True:
            await asyncio.sleep(interval_s)
            try:
                action()
            except Exception:
                self._plane.counters["internal_errors"] += 1
                log.exception("sfu_timer_failed")

    def _publish_levels(self) -> None:
        levels = self._plane.path.take_audio_levels()
        now = self._plane.clock()
        for room in self.rooms():
            room.publish_levels(levels, now)

    def _check(self) -> None:
        now = self._plane.clock()
        for room in self.rooms():
            room.check(now)
