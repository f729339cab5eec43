"""Cameras that go through a processor: what the SFU tells it, and what is seen when it fails."""

import socket
from dataclasses import dataclass, field

from media.sfu.downlink import ENCODER_STEPS_BPS
from media.sfu.messages import Identity, Processing, Role
from media.sfu.processing import OpenStream, ProcessorLink, ProcessorStream
from tests.media.peers import VISITOR, operator, peers, running_sfu, until


class SilentStream:
    """Takes packets and sends none."""

    state = Processing.FULL

    def __init__(self, link: ProcessorLink) -> None:
        self.rates: list[int] = []
        self.is_open = True
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((link.address[0], 0))
        link.on_keys(bytes(28), bytes(28))

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._socket.getsockname()
        return host, port

    def encode_at(self, bps: int) -> None:
        self.rates.append(bps)

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
            await until(lambda: stream.rates == [ENCODER_STEPS_BPS[-1]])
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
