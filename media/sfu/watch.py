"""A participant's view of its room, as a stream that never grows."""

from __future__ import annotations

import asyncio

from media.sfu.messages import Closed, LayersWanted, Levels, RoomMessage, RoomState


class RoomWatch:
    """An asynchronous iterator over a room's messages; it ends after `Closed`.

    Of each kind only the newest waits to be read, so a slow reader skips what is out of date.
    """

    def __init__(self) -> None:
        self._state: RoomState | None = None
        self._levels: Levels | None = None
        self._layers: LayersWanted | None = None
        self._closed: Closed | None = None
        self._finished = False
        self._changed = asyncio.Event()

    def put(self, message: RoomMessage) -> None:
        """Offer a message; it replaces an unread one of its kind."""
        match message:
            case RoomState():
                self._state = message
            case Levels():
                self._levels = message
            case LayersWanted():
                self._layers = message
            case Closed():
                self._closed = message
        self._changed.set()

    def __aiter__(self) -> RoomWatch:
        return self

    async def __anext__(self) -> RoomMessage:
        while not self._finished:
            message = self._take()
            if message is not None:
                return message
            self._changed.clear()
            await self._changed.wait()
        raise StopAsyncIteration

    def _take(self) -> RoomMessage | None:
        state, self._state = self._state, None
        if state is not None:
            return state
        if self._closed is not None:
            self._finished = True
            return self._closed
        layers, self._layers = self._layers, None
        if layers is not None:
            return layers
        levels, self._levels = self._levels, None
        return levels
