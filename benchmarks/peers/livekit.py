"""LiveKit under load: each participant publishes on one connection and receives on another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp

from benchmarks.load.connection import Connection, Crowd, Seat, sendings, sent_lines
from benchmarks.load.sdp import Remote, answer_lines, read_description, write_description
from benchmarks.load.streams import Stream
from benchmarks.peers.livekit_api import LiveKitAddress, Request, Response, Signal, Target
from benchmarks.peers.on_demand import Member, OnDemand
from benchmarks.peers.protobuf import Message
from benchmarks.peers.waiting import first_packet_ms

_AUDIO, _VIDEO = 0, 1  # TrackType
_WIDTH, _HEIGHT = 1280, 720
_PRIORITY = 2130706431  # Of a host's only address (RFC 8445 section 5.1.2.1).


class LiveKit(OnDemand):
    """A LiveKit server."""

    def __init__(self, http: aiohttp.ClientSession, address: LiveKitAddress, crowd: Crowd) -> None:
        self._http = http
        self._address = address
        self._crowd = crowd

    async def meet(self, room: str, seat: Seat, started_ns: int) -> Member:
        """See `OnDemand`."""
        signal = await Signal.open(self._http, self._address, room, f"load-{seat.member}")
        return _Member(signal, self._crowd, seat, started_ns)


class _Member:
    """A participant: we offer what it publishes, the server what it receives."""

    def __init__(self, signal: Signal, crowd: Crowd, seat: Seat, started_ns: int) -> None:
        self._signal = signal
        self._started_ns = started_ns
        self._publishing = Connection(crowd, seat)
        self._receiving = Connection(crowd, seat)
        self._following = asyncio.create_task(self._follow())

    async def enter(self, streams: Sequence[Stream]) -> None:
        sending = sendings(streams)
        lines = sent_lines(sending)
        for line, item in zip(lines, sending, strict=True):
            await self._announce(line.track, item.stream)
        # Left the choice, the server would be the client of DTLS; ours always is.
        offer = write_description(lines, self._publishing.local, setup="active")
        await self._signal.send(Request.OFFER, [(1, "offer"), (2, offer)])
        remote = await self._read(await self._signal.response(Response.ANSWER), Target.PUBLISHER)
        await self._show(self._publishing, Target.PUBLISHER, remote)
        await self._publishing.establish(remote, sending)

    async def first_packet_ms(self) -> float:
        return await first_packet_ms(self._receiving, self._started_ns, self._following)

    async def leave(self) -> None:
        self._following.cancel()
        self._receiving.close()
        self._publishing.close()
        await self._signal.close()

    async def _announce(self, track: str, stream: Stream) -> None:
        """Say what the offer will hold (AddTrackRequest), without the redundant audio that we do not send."""
        fields: list[tuple[int, int | str]] = [(1, track), (2, track)]
        if stream.is_video:
            fields += [(3, _VIDEO), (4, _WIDTH), (5, _HEIGHT)]
        else:
            fields += [(3, _AUDIO), (13, True)]
        await self._signal.send(Request.ADD_TRACK, fields)
        await self._signal.response(Response.TRACK_PUBLISHED)

    async def _follow(self) -> None:
        """Answer the server's offers, one after the other; the first leads to the connection."""
        remote = await self._answer(await self._signal.offer())
        await self._show(self._receiving, Target.SUBSCRIBER, remote)
        # Who offers is in control, unless he is a lite agent (RFC 8445 section 6.1.1).
        await self._receiving.establish(remote, [], controlling=remote.ice_lite)
        while True:
            await self._answer(await self._signal.offer())

    async def _answer(self, offer: Message) -> Remote:
        """Take in an offer. Its number, in newer versions, has to be in the answer."""
        remote = await self._read(offer, Target.SUBSCRIBER)
        answer = write_description(answer_lines(remote), self._receiving.local, setup="active")
        await self._signal.send(Request.ANSWER, [(1, "answer"), (2, answer), (3, offer.number(3))])
        return remote

    async def _read(self, description: Message, target: Target) -> Remote:
        """Read a description, together with the address that the server told beside it."""
        candidate = await self._signal.candidate(target)
        return read_description(f"{description.text(2)}a={candidate}\r\n")

    async def _show(self, connection: Connection, target: Target, remote: Remote) -> None:
        """Tell the server our address, for the checks of a full agent."""
        host, port = connection.aim(remote)
        await self._signal.trickle(target, f"candidate:1 1 udp {_PRIORITY} {host} {port} typ host")
