"""The SFU: many rooms on a few forwarding threads."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import structlog

from media.sfu.config import SfuConfig
from media.sfu.errors import RoomExists, RoomNotFound
from media.sfu.messages import CloseReason
from media.sfu.plane import MediaPlane, open_planes
from media.sfu.processing import CameraProcessors, NoProcessors
from media.sfu.room import Room, RoomListener

_TICK_S = 0.2
_CHECK_S = 1.0

log = structlog.get_logger(__name__)


class Sfu:
    """Start one with `Sfu.start`, end it with `close`. `ports` are the UDP ports, one for each thread."""

    def __init__(
        self, planes: Sequence[MediaPlane], listener: RoomListener, processors: CameraProcessors
    ) -> None:
        self.ports = tuple(plane.port for plane in planes)
        self._planes = planes
        self._failures = 0
        self._listener = listener
        self._processors = processors
        self._rooms: dict[str, Room] = {}
        self._timers = [
            asyncio.create_task(self._every(_TICK_S, self._tick)),
            asyncio.create_task(self._every(_CHECK_S, self._check)),
        ]

    @classmethod
    async def start(
        cls, config: SfuConfig, listener: RoomListener, processors: CameraProcessors | None = None
    ) -> Sfu:
        """Start the threads and begin to serve; `processors` change pictures.

        Raises:
            OSError: an address cannot be bound, or a thread not be started.
        """
        sfu = cls(open_planes(config), listener, processors or NoProcessors())
        log.info("sfu_started", ports=sfu.ports)
        return sfu

    def create_room(self, room_id: str, *, audio_only: bool = False) -> Room:
        """Open a room; one that is `audio_only` has no cameras, but may show a screen.

        Raises:
            RoomExists: a room with this identifier is open.
        """
        if room_id in self._rooms:
            raise RoomExists(room_id)
        room = Room(room_id, self._idlest(), self._listener, self._processors, audio_only=audio_only)
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
        """End all rooms, tell the clients and end the threads."""
        for timer in self._timers:
            timer.cancel()
        for room in self.rooms():
            await self.close_room(room.room_id, CloseReason.SHUTDOWN)
        await asyncio.gather(*self._timers, return_exceptions=True)
        await asyncio.gather(*(plane.close() for plane in self._planes))

    def counters(self) -> Mapping[str, int]:
        """Return the totals of all threads since the start, by name."""
        return sum((plane.totals() for plane in self._planes), Counter(internal_errors=self._failures))

    def rooms_by_port(self) -> dict[int, int]:
        """Return how many rooms each thread carries; a thread is known by its port."""
        return {plane.port: len(self._rooms_on(plane)) for plane in self._planes}

    def _rooms_on(self, plane: MediaPlane) -> list[Room]:
        return [room for room in self._rooms.values() if room.plane is plane]

    def _idlest(self) -> MediaPlane:
        return min(self._planes, key=lambda plane: sum(room.load for room in self._rooms_on(plane)))

    async def _every(self, interval_s: float, action: Callable[[], None]) -> None:
        """Call `action` again and again; its failure is ours and must not end the others' calls."""
        while True:
            await asyncio.sleep(interval_s)
            try:
                action()
            except Exception:
                self._failures += 1
                log.exception("sfu_timer_failed")

    def _tick(self) -> None:
        for plane in self._planes:
            levels = plane.path.take_audio_levels()
            now = plane.clock()
            plane.meter.update(plane.path.layers(), now)
            for room in self._rooms_on(plane):
                room.publish_levels(levels, now)
                room.adapt(now)

    def _check(self) -> None:
        for room in self.rooms():
            room.check(room.plane.clock())
