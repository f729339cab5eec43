"""A participant's view of its room, as a stream that never grows."""

from __future__ import annotations

import asyncio

from media.sfu.messages import Closed, LayersWanted, Levels, PicturesPaused, RoomMessage, RoomState

_ORDER = (RoomState, Closed, LayersWanted, PicturesPaused, Levels)
"""Which kind is read before which when several wait."""


class RoomWatch:
    """An asynchronous iterator over a room's messages; it ends after `Closed`.

    Of each kind only the newest waits to be read, so a slow reader skips what is out of date.
    """

    def __init__(self) -> None:
        self._waiting: dict[type[RoomMessage], RoomMessage] = {}
        self._finished = False
        self._changed = asyncio.Event()

    def put(self, message: RoomMessage) -> None:
        """Offer a message; it replaces an unread one of its kind."""
        self._waiting[type(message)] = message
        self._changed.set()

    def __aiter__(self) -> RoomWatch:
        return self

    async def __anext__(self) -> RoomMessage:
        while not self._finished:
            message = self._take()
            if message is not None:
                self._finished = isinstance(message, Closed)
                return message
            self._changed.clear()
            await self._changed.wait()
        raise StopAsyncIteration

    def _take(self) -> RoomMessage | None:
        kind = next((kind for kind in _ORDER if kind in self._waiting), None)
        return self._waiting.pop(kind) if kind is not None else None
