"""Worker processes, killed and kept busy."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import numpy as np
import pytest
from aiortc.codecs import vpx
from aiortc.jitterbuffer import JitterFrame
from av import VideoFrame
from av.error import FFmpegError
from numpy.typing import NDArray

from media.backgrounds.effects import Effect, Virtual
from media.backgrounds.rtp import RtpPacket, is_rtcp
from media.backgrounds.secure_line import LineKeys, SecureLine
from media.backgrounds.streams import Person, StreamSettings
from media.backgrounds.supervisor import LineSettings, Supervisor
from tests.media.backgrounds.camera import PAYLOAD_TYPE, Camera
from tests.media.backgrounds.files import jpeg, plain

GREEN = (30, 160, 60)
BLUE = (20, 40, 200)
GREEN_ROOM = Effect(Virtual(jpeg(plain(64, 64, GREEN))))
BLUE_ROOM = Effect(Virtual(jpeg(plain(64, 64, BLUE))))
ROOM = plain(160, 90, (128, 128, 128))  # Nobody is in it, so nothing of it may be seen.

Picture = NDArray[np.uint8]


class Visitor:
    """Shows a camera's room to a stream, and decodes all that comes back."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._line: SecureLine | None = None
        self.stream = supervisor.open(
            StreamSettings(PAYLOAD_TYPE, GREEN_ROOM, Person("AB")),
            LineSettings(self._socket.getsockname(), self._begin_anew),
        )
        self.camera = Camera()
        self.pictures: list[Picture] = []
        self.ssrcs: list[int] = []
        self._decoder = vpx.Vp8Decoder()
        self._frame = b""
        self._wants_key_frame = True

    def _begin_anew(self, keys: LineKeys) -> None:
        self._line = SecureLine(keys)

    def close(self) -> None:
        self.stream.close()
        self._socket.close()

    async def watch(self, until: Callable[[], bool]) -> None:
        """Send ten frames a second until that is so."""
        while not until():
            for packet in self.camera.film(ROOM, key_frame=self._wants_key_frame):
                if self._line is not None:
                    self._socket.sendto(self._line.seal(packet), self.stream.address)
            self._wants_key_frame = False
            await asyncio.sleep(0.1)
            self._look()

    def _look(self) -> None:
        while True:
            try:
                datagram = self._socket.recv(2048)
            except BlockingIOError:
                return
            packet = self._line.open(datagram) if self._line else None
            if packet is not None and is_rtcp(packet):
                self._wants_key_frame = True
            elif packet is not None:
                self._take(RtpPacket.parse(packet))

    def _take(self, packet: RtpPacket) -> None:
        if not self.ssrcs or self.ssrcs[-1] != packet.ssrc:
            self.ssrcs.append(packet.ssrc)
            self._decoder = vpx.Vp8Decoder()
            self._frame = b""
        self._frame += vpx.vp8_depayload(packet.payload)
        if packet.marker:
            data, self._frame = self._frame, b""
            try:
                decoded = self._decoder.decode(JitterFrame(data, packet.timestamp))
            except FFmpegError:  # A worker died between the packets of a frame.
                return
            for picture in decoded:
                assert isinstance(picture, VideoFrame)
                self.pictures.append(np.asarray(picture.to_ndarray(format="rgb24"), np.uint8))

    def sees(self, colour: tuple[int, int, int]) -> bool:
        return bool(self.pictures) and is_of(self.pictures[-1], colour)


def is_of(picture: Picture, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(picture - np.array(colour, float)).mean() < 12)


def shows_the_room(picture: Picture) -> bool:
    """More than a speck of the room's grey."""
    return bool((np.abs(picture.astype(int) - 128).max(axis=2) < 20).mean() > 0.02)


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(2)
    supervisor.start()
    yield supervisor
    await supervisor.stop()


Open = Callable[[], Visitor]


@pytest.fixture
def open_visitor(supervisor: Supervisor) -> Iterator[Open]:
    visitors: list[Visitor] = []

    def open_one() -> Visitor:
        visitors.append(Visitor(supervisor))
        return visitors[-1]

    yield open_one
    for visitor in visitors:
        visitor.close()


async def test_streams_are_spread_processed_and_reported(supervisor: Supervisor, open_visitor: Open) -> None:
    first, second = visitors = [open_visitor() for _ in range(2)]
    await asyncio.gather(*(visitor.watch(partial(visitor.sees, GREEN)) for visitor in visitors))
    await first.watch(lambda: [supervisor.load(worker) for worker in supervisor.workers] == [1, 1])
    await first.watch(
        lambda: first.stream.report is not None and first.stream.report.delay_ms_p95 is not None
    )
    assert first.stream.report is not None
    assert first.stream.report.counts.processed > 0
    first.stream.close()
    second.stream.close()
    assert [supervisor.load(worker) for worker in supervisor.workers] == [0, 0]


async def test_an_effect_changes_without_a_gap(open_visitor: Open) -> None:
    visitor = open_visitor()
    await visitor.watch(partial(visitor.sees, GREEN))
    visitor.stream.set_effect(BLUE_ROOM)
    await visitor.watch(partial(visitor.sees, BLUE))
    assert len(visitor.ssrcs) == 1


async def kill_again_and_again(visitor: Visitor, kills: int) -> None:
    """Kill workers at random moments, and look at every picture that the visitor got."""
    chance = random.Random(4)
    clock = asyncio.get_running_loop().time
    for _ in range(kills):
        moment = clock() + chance.uniform(0, 0.4)
        await visitor.watch(lambda moment=moment: clock() > moment and visitor.stream.worker is not None)  # type: ignore[misc]
        lives, victim = len(visitor.ssrcs), visitor.stream.worker
        assert victim is not None
        victim.kill()
        await visitor.watch(lambda victim=victim: visitor.stream.worker is not victim)  # type: ignore[misc]
        if chance.random() < 0.5:  # Else the next one is killed as soon as it is there.
            await visitor.watch(lambda lives=lives: len(visitor.ssrcs) > lives and visitor.sees(GREEN))  # type: ignore[misc]
    await visitor.watch(partial(visitor.sees, GREEN))
    assert visitor.pictures
    assert not any(shows_the_room(picture) for picture in visitor.pictures)


async def test_killed_workers_are_replaced_and_the_room_is_never_seen(open_visitor: Open) -> None:
    await kill_again_and_again(open_visitor(), 4)


@pytest.mark.long
@pytest.mark.timeout(3000)
async def test_two_hundred_kills_show_nothing_of_the_room(open_visitor: Open) -> None:
    await kill_again_and_again(open_visitor(), 200)
