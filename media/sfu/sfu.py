"""The SFU: one socket, one certificate, many rooms."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping

import structlog

from media.sfu.config import SfuConfig
from media.sfu.dtls import Certificate
from media.sfu.endpoint import Endpoint
from media.sfu.errors import RoomExists, RoomNotFound
from media.sfu.ice import IceAgent
from media.sfu.messages import CloseReason
from media.sfu.packet_path import SourceId
from media.sfu.plane import MediaPlane
from media.sfu.python_path import PythonPath
from media.sfu.room import Room, RoomListener

_POLL_S = 0.02
_LEVELS_S = 0.2
_CHECK_S = 1.0

log = structlog.get_logger(__name__)


class _StartLog:
    """Notes when media begin to come; what follows is in the statistics."""

    def source_started(self, source: SourceId) -> None:
        """See `PathListener`."""
        log.debug("source_started", source=source)


class Sfu:
    """Start one with `Sfu.start`, end it with `close`. `port` is the bound UDP port."""

    def __init__(self, plane: MediaPlane, listener: RoomListener) -> None:
        self.port = plane.port
        self._plane = plane
        self._listener = listener
        self._rooms: dict[str, Room] = {}
        self._timers = [
            asyncio.create_task(self._every(_POLL_S, plane.path.poll)),
            asyncio.create_task(self._every(_LEVELS_S, self._publish_levels)),
            asyncio.create_task(self._every(_CHECK_S, self._check)),
        ]

    @classmethod
    async def start(cls, config: SfuConfig, listener: RoomListener) -> Sfu:
        """Open the socket and begin to serve.

        Raises:
            OSError: the address cannot be bound.
        """
        clock = asyncio.get_running_loop().time
        counters: Counter[str] = Counter()
        ice = IceAgent()
        endpoint = Endpoint(ice, counters)
        path = PythonPath(
            clock=clock,
            send=endpoint.send,
            listener=_StartLog(),
            counters=counters,
            uplink_bps=config.uplink_bps,
        )
        port = await endpoint.open(config.host, config.port, path)
        plane = MediaPlane(
            ice=ice,
            endpoint=endpoint,
            path=path,
            certificate=Certificate(),
            clock=clock,
            counters=counters,
            addresses=config.announced_addresses(),
            port=port,
            consent_timeout_s=config.consent_timeout_s,
        )
        log.info("sfu_started", port=port)
        return cls(plane, listener)

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
        self._plane.endpoint.close()

    def counters(self) -> Mapping[str, int]:
        """Return the totals since the start, by name."""
        return dict(self._plane.counters)

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
