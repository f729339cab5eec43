"""A camera, the packet path with its thread, a worker process and a receiver, all over real sockets."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from media.backgrounds.effects import Effect, Logo, Virtual
from media.backgrounds.rtcp import (
    ClockReading,
    KeyFrameWanted,
    parse_rtcp,
    write_key_frame_request,
    write_sender_report,
)
from media.backgrounds.rtp import RtpPacket, is_rtcp, ticks_between
from media.backgrounds.secure_line import LineKeys, SecureLine
from media.backgrounds.streams import Person, StreamSettings
from media.backgrounds.supervisor import LineSettings, Supervisor
from media.backgrounds.vp8 import parse_payload
from media.sfu.endpoint import open_socket
from media.sfu.media_thread import MediaThread
from media.sfu.native import PathCore
from media.sfu.native_path import NativePath
from media.sfu.packet_path import SlotSpec, SourceSpec, SrtpKeys, SrtpProfile, TransportId, TransportSpec
from media.sfu.sdp.offer import MID_EXTENSION, MediaKind
from tests.media.backgrounds.camera import PAYLOAD_TYPE, Camera, Screen
from tests.media.backgrounds.files import jpeg, plain, square_logo
from tests.media.backgrounds.test_workers import is_of

GREEN = (30, 160, 60)
ROOM = plain(160, 90, (128, 128, 128))
KEYS = LineKeys(receive=b"r" * 28, send=b"s" * 28)
NTP = 0x1234567800000000
RECEIVER_SSRC, SMALL_SSRC = 41, 42


class Client:
    """A client of the path: a socket, keys and a transport."""

    def __init__(self, path: NativePath, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.socket.connect(("127.0.0.1", port))
        self.line = SecureLine(KEYS)
        self.transport = path.add_transport(TransportSpec(9, {}, reduced_size_rtcp=True))
        path.set_address(self.transport, self.socket.getsockname())
        path.set_keys(self.transport, srtp_keys(KEYS.turned()))

    def send(self, packet: bytes) -> None:
        self.socket.send(self.line.seal(packet))

    def received(self) -> list[bytes]:
        packets: list[bytes] = []
        while True:
            try:
                packet = self.line.open(self.socket.recv(2048))
            except BlockingIOError:
                return packets
            assert packet is not None
            packets.append(packet)


def srtp_keys(keys: LineKeys) -> SrtpKeys:
    return SrtpKeys(SrtpProfile.AEAD_AES_128_GCM, receive=keys.receive, send=keys.send)


def source_spec(mid: str, ssrc: int | None) -> SourceSpec:
    feedback = frozenset({"nack", "nack pli"})
    return SourceSpec(MediaKind.VIDEO, mid, None, PAYLOAD_TYPE, None, ssrc, None, feedback)


class Call:
    """The camera's picture goes to a worker, and only what comes back from there to the receiver."""

    def __init__(self, supervisor: Supervisor, effect: Effect) -> None:
        self._udp = open_socket("127.0.0.1", 0)
        address = self._udp.getsockname()
        core = PathCore(4_000_000)
        self._thread = MediaThread(core, self._udp, lambda *_: None, batch_us=200)
        self._path = NativePath(core, lambda: int(asyncio.get_running_loop().time() * 1e6))
        self.camera, self.receiver = (Client(self._path, address[1]) for _ in range(2))
        self.film, self.screen, self.small_screen = Camera(), Screen(), Screen()
        self.packets: list[RtpPacket] = []
        self.clocks: list[ClockReading] = []
        self._wants_key_frame = True
        self._frames = 0
        worker = self._path.add_transport(TransportSpec(10, {MID_EXTENSION: 1}, reduced_size_rtcp=True))
        self.stream = supervisor.open(
            StreamSettings(PAYLOAD_TYPE, effect, Person("AB")),
            LineSettings(address, lambda keys: self._path.set_keys(worker, srtp_keys(keys))),
        )
        self._wire(worker)

    def _wire(self, worker: TransportId) -> None:
        path = self._path
        path.set_address(worker, self.stream.address)
        raw = path.add_source(self.camera.transport, source_spec("c", self.film.ssrc))
        layers = [path.add_source(worker, source_spec(mid, None)) for mid in ("0", "1")]
        path.route(path.add_slot(worker, SlotSpec(MediaKind.VIDEO, PAYLOAD_TYPE, None, 31, None)), raw)
        for ssrc, layer in zip((RECEIVER_SSRC, SMALL_SSRC), layers, strict=True):
            slot = SlotSpec(MediaKind.VIDEO, PAYLOAD_TYPE, None, ssrc, None)
            path.route(path.add_slot(self.receiver.transport, slot), layer)

    async def show(self, rgb: NDArray[np.uint8]) -> int:
        """Film one frame; give what the camera's clock shows then, 1/30 s after the frame before."""
        ntp_time = NTP + (self._frames << 32) // 30
        self._frames += 1
        packets = self.film.film(rgb, key_frame=self._wants_key_frame)
        self._wants_key_frame = False
        for packet in packets:
            self.camera.send(packet)
        clock = ClockReading(ntp_time, RtpPacket.parse(packets[0]).timestamp)
        self.camera.send(write_sender_report(self.film.ssrc, clock, 1, 1))
        await asyncio.sleep(0.1)
        self._look()
        return ntp_time

    async def go_on(self, until: Callable[[], bool]) -> None:
        """Film ten frames a second until that is so."""
        while not until():
            await self.show(ROOM)

    def _look(self) -> None:
        for packet in self.camera.received():
            self._wants_key_frame |= any(isinstance(one, KeyFrameWanted) for one in parse_rtcp(packet))
        for packet in self.receiver.received():
            if is_rtcp(packet):
                self.clocks += [one for one in parse_rtcp(packet) if isinstance(one, ClockReading)]
            elif RtpPacket.parse(packet).ssrc == SMALL_SSRC:
                self.small_screen.show([packet])
            else:
                self.packets.append(RtpPacket.parse(packet))
                self.screen.show([packet])

    def shows_green(self) -> bool:
        return bool(self.screen.pictures) and is_of(self.screen.pictures[-1], GREEN)

    def close(self) -> None:
        self.stream.close()
        self._thread.close()
        for opened in (self._udp, self.camera.socket, self.receiver.socket):
            opened.close()


@pytest.fixture
async def call(request: pytest.FixtureRequest) -> AsyncIterator[Call]:
    """Parametrized with the effect."""
    supervisor = Supervisor(1)
    supervisor.start()
    call = Call(supervisor, request.param)
    yield call
    call.close()
    await supervisor.stop()


green_room = pytest.mark.parametrize("call", [Effect(Virtual(jpeg(plain(64, 64, GREEN))))], indirect=True)
only_logo = pytest.mark.parametrize(
    "call", [Effect(None, Logo(square_logo(GREEN), width=0.1))], indirect=True
)


@green_room
async def test_the_receiver_sees_what_the_worker_made_of_the_camera(call: Call) -> None:
    await call.go_on(lambda: call.shows_green() and bool(call.clocks))
    assert {packet.ssrc for packet in call.packets} == {RECEIVER_SSRC}
    seen = len(call.packets)
    call.receiver.send(write_key_frame_request(RECEIVER_SSRC))
    await call.go_on(lambda: any(parse_payload(one.payload).is_key_frame for one in call.packets[seen:]))


@green_room
async def test_the_layers_arrive_apart_and_a_paused_one_comes_back(call: Call) -> None:
    call.stream.set_rates((0, 250_000))
    await call.go_on(lambda: any(is_of(picture, GREEN) for picture in call.small_screen.pictures))
    assert not call.screen.pictures
    call.stream.set_rates((1_500_000, 0))
    await call.go_on(call.shows_green)
    seen = len(call.small_screen.pictures)
    await call.show(ROOM)
    assert len(call.small_screen.pictures) == seen
    call.stream.set_rates((1_500_000, 250_000))
    await call.go_on(lambda: len(call.small_screen.pictures) > seen)
    assert is_of(call.small_screen.pictures[-1], GREEN)


@green_room
async def test_the_stream_goes_on_unbroken_when_its_worker_is_killed(call: Call) -> None:
    await call.go_on(call.shows_green)
    before = len(call.screen.pictures)
    assert call.stream.worker is not None
    os.kill(call.stream.worker.pid, signal.SIGKILL)
    await call.go_on(lambda: len(call.screen.pictures) > before + 3)
    assert call.shows_green()
    assert all((later.sequence - earlier.sequence) & 0xFFFF == 1 for earlier, later in pairwise(call.packets))
    assert not any(is_of(picture, (128, 128, 128)) for picture in call.screen.pictures)


@only_logo
async def test_a_flash_is_told_to_have_been_when_it_was(call: Call) -> None:
    """By the clock that the microphone shares, which is how receivers keep lips and voice together."""
    await call.go_on(lambda: bool(call.clocks))
    filmed_at = await call.show(plain(160, 90, (250, 250, 250)))
    await call.go_on(lambda: any(picture.mean() > 220 for picture in call.screen.pictures))
    flash = next(at for at, picture in enumerate(call.screen.pictures) if picture.mean() > 220)
    await call.go_on(lambda: len(call.clocks) > 3)
    for clock in call.clocks:
        ticks = ticks_between(clock.timestamp, call.screen.timestamps[flash])
        told_s = (clock.ntp_time - NTP) / 2**32 + ticks / 90_000
        assert told_s == pytest.approx((filmed_at - NTP) / 2**32, abs=0.04)
