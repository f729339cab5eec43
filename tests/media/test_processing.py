"""Cameras that go through a processor: what the SFU tells it, and what is seen when it fails."""

import socket
from dataclasses import dataclass, field
from functools import partial

from media.sfu.encodings import FULL, SMALL
from media.sfu.messages import Identity, Processing, Role
from media.sfu.processing import OpenStream, ProcessorLink, ProcessorStream
from tests.media.peers import VISITOR, operator, peers, running_sfu, until

SELF = 4
FULL_BPS, SMALL_BPS = FULL.steps_bps[-1], SMALL.steps_bps[-1]


class SilentStream:
    """Takes packets and sends none."""

    state = Processing.FULL

    def __init__(self, link: ProcessorLink) -> None:
        self.rates: list[tuple[int, int]] = [(0, 0)]
        self.is_open = True
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((link.address[0], 0))
        link.on_keys(bytes(28), bytes(28))

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._socket.getsockname()
        return host, port

    def encode_at(self, rates_bps: tuple[int, int]) -> None:
        self.rates.append(rates_bps)

    def is_asked_for(self, rates_bps: tuple[int, int]) -> bool:
        return self.rates[-1] == rates_bps

    def close(self) -> None:
        self.is_open = False
        self._socket.close()


@dataclass
class Processors:
    """Process the cameras of operators."""

    fails: bool = False
    streams: list[SilentStream] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def processor_of(self, room_id: str, identity: Identity) -> OpenStream | None:
        del room_id
        return self._open if identity.role is Role.OPERATOR else None

    def room_closed(self, room_id: str) -> None:
        self.closed.append(room_id)

    def _open(self, link: ProcessorLink) -> ProcessorStream:
        if self.fails:
            raise OSError("no socket is left")
        self.streams.append(SilentStream(link))
        return self.streams[-1]


async def test_a_processor_is_told_what_the_receivers_can_take_and_when_it_is_over() -> None:
    processors = Processors()
    async with running_sfu(processors=processors) as (sfu, _):
        room = sfu.create_room("r")
        async with peers(room, operator(), VISITOR) as (a, b):
            await a.join()
            await b.join()
            (stream,) = processors.streams
            await until(lambda: stream.rates[-1] == (FULL_BPS, 0))
            await a.sends_more()
            assert b.pictures_received() == 0
            await room.leave(a.session_id)
            assert not stream.is_open
        await sfu.close_room("r")
        assert processors.closed == ["r"]


async def test_nothing_is_seen_of_a_camera_for_which_no_stream_can_be_opened() -> None:
    async with (
        running_sfu(processors=Processors(fails=True)) as (sfu, _),
        peers(sfu.create_room("r"), operator(), VISITOR) as (a, b),
    ):
        await a.join()
        await b.join()
        await b.hears()
        await a.sends_more()
        assert b.pictures_received() == 0


async def test_each_layer_is_asked_for_while_somebody_else_shows_a_tile_of_its_size() -> None:
    processors = Processors()
    async with running_sfu(processors=processors) as (sfu, _):
        room = sfu.create_room("r")
        async with peers(room, operator(1), VISITOR, operator(2)) as (a, b, c):
            for peer in (a, b, c):
                await peer.join()
            stream = processors.streams[0]
            for of_b, of_c, rates in (
                (720, 180, (FULL_BPS, SMALL_BPS)),
                (180, 180, (0, SMALL_BPS)),
                (0, 720, (FULL_BPS, 0)),
                (0, 0, (0, 0)),
            ):
                b.shows(of_b)
                c.shows(of_c)
                await until(partial(stream.is_asked_for, rates))


async def test_the_self_slot_asks_for_a_layer_only_if_nobody_else_does() -> None:
    processors = Processors()
    async with running_sfu(processors=processors) as (sfu, _):
        room = sfu.create_room("r")
        async with peers(room, operator(), VISITOR) as (a, b):
            await a.join()
            (stream,) = processors.streams
            room.set_mirror(a.session_id, on=True)
            a.shows(180, place=SELF)
            await until(lambda: stream.rates[-1] == (0, SMALL_BPS))
            await b.join()
            await until(lambda: stream.rates[-1] == (FULL_BPS, 0))
