"""Janus's VideoRoom under load: each participant publishes on one connection and receives on another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import time_ns

from benchmarks.load.connection import Connection, Crowd, Seat, sendings, sent_lines
from benchmarks.load.sdp import answer_lines, read_description, write_description
from benchmarks.load.service import Participant
from benchmarks.load.streams import Stream
from benchmarks.peers.janus_api import JanusHandle, JanusSession, Message
from benchmarks.peers.waiting import first_packet_ms

_UPLINK_BPS = 4_000_000


class Janus:
    """A Janus server."""

    def __init__(self, session: JanusSession, control: JanusHandle, crowd: Crowd) -> None:
        self._session = session
        self._control = control
        self._crowd = crowd

    @classmethod
    async def on(cls, session: JanusSession, crowd: Crowd) -> Janus:
        """Use a session."""
        return cls(session, await session.attach(lambda _: None), crowd)

    async def open_room(self) -> str:
        """See `Service`."""
        wanted = {"request": "create", "publishers": 6, "bitrate": _UPLINK_BPS, "videocodec": "vp8"}
        created, _ = await self._control.ask(wanted)
        return str(created["room"])

    async def close_room(self, room: str) -> None:
        """See `Service`."""
        await self._control.ask({"request": "destroy", "room": int(room)})

    async def join(self, room: str, seat: Seat, streams: Sequence[Stream]) -> Participant:
        """See `Service`."""
        member = _Member(self._session, self._crowd, int(room), seat)
        try:
            await member.enter(streams)
        except BaseException:
            member.close()
            raise
        return member


class _Member:
    """A participant: a publisher, and a subscriber that takes in one feed after the other."""

    def __init__(self, session: JanusSession, crowd: Crowd, room: int, seat: Seat) -> None:
        self._session = session
        self._room = room
        self._started_ns = time_ns()
        self._publishing = Connection(crowd, seat)
        self._receiving = Connection(crowd, seat)
        self._publisher: JanusHandle | None = None
        self._subscriber: JanusHandle | None = None
        self._feeds: asyncio.Queue[list[int]] = asyncio.Queue()
        self._following = asyncio.create_task(self._follow())

    async def enter(self, streams: Sequence[Stream]) -> None:
        sending = sendings(streams)
        lines = sent_lines(sending)
        # Left the choice, Janus would be the client of DTLS; ours always is.
        offer = write_description(lines, self._publishing.local, setup="active")
        self._publisher = await self._session.attach(self._happened)
        joining = {"request": "joinandconfigure", "ptype": "publisher", "room": self._room}
        joined, answer = await self._publisher.ask(joining, {"type": "offer", "sdp": offer})
        self._happened(joined)
        await self._publishing.establish(read_description(answer), sending)

    async def first_packet_ms(self) -> float:
        return await first_packet_ms(self._receiving, self._started_ns, self._following)

    async def leave(self) -> None:
        self.close()
        for handle in (self._subscriber, self._publisher):
            if handle is not None:
                await handle.detach()

    def close(self) -> None:
        self._following.cancel()
        self._receiving.close()
        self._publishing.close()

    def _happened(self, event: Message) -> None:
        feeds = [publisher["id"] for publisher in event.get("publishers", ())]
        if feeds:
            self._feeds.put_nowait(feeds)

    async def _follow(self) -> None:
        """Subscribe to those who publish, one negotiation after the other."""
        while True:
            streams = [{"feed": feed} for feed in await self._feeds.get()]
            if self._subscriber is None:
                self._subscriber = await self._session.attach(lambda _: None)
                wanted = {"request": "join", "ptype": "subscriber", "room": self._room, "streams": streams}
                await self._answer(self._subscriber, wanted, first=True)
            else:
                await self._answer(
                    self._subscriber, {"request": "subscribe", "streams": streams}, first=False
                )

    async def _answer(self, subscriber: JanusHandle, wanted: Message, *, first: bool) -> None:
        _, offer = await subscriber.ask(wanted)
        remote = read_description(offer)
        answer = write_description(answer_lines(remote), self._receiving.local, setup="active")
        await subscriber.ask({"request": "start"}, {"type": "answer", "sdp": answer})
        if first:
            await self._receiving.establish(remote, [])
