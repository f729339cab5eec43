"""Real WebRTC clients (aiortc) in a real SFU."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from av import VideoFrame

from media.sfu.config import SfuConfig, TcpLimits
from media.sfu.messages import (
    Closed,
    CloseReason,
    Identity,
    MediaState,
    ParticipantStatistics,
    Role,
    RoomMessage,
    RoomState,
)
from media.sfu.processing import CameraProcessors
from media.sfu.room import Room
from media.sfu.sfu import Sfu
from media.sfu.watch import RoomWatch

ALL_ON = MediaState(microphone=True, camera=True, screen=False)
ALL_OFF = MediaState(microphone=False, camera=False, screen=False)
PATIENCE_S = 20.0


def operator(number: int = 1) -> Identity:
    return Identity(f"operator:{number}", f"Operator {number}", Role.OPERATOR)


VISITOR = Identity("visitor:1", "Visitor", Role.VISITOR)


class Picture(VideoStreamTrack):
    """A small plain picture of one brightness, 30 times a second."""

    def __init__(self, brightness: int) -> None:
        super().__init__()
        self._brightness = brightness

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame(160, 120, "yuv420p")
        for plane, value in zip(frame.planes, (self._brightness, 128, 128), strict=True):
            plane.update(bytes((value,)) * plane.buffer_size)
        frame.pts, frame.time_base = pts, time_base
        return frame


class Listener:
    """Remembers what the SFU told."""

    def __init__(self) -> None:
        self.connected: list[str] = []
        self.left: list[tuple[str, CloseReason]] = []
        self.entered: dict[str, bool] = {}
        self._changed = asyncio.Event()

    def participant_connected(self, _room_id: str, _identity: Identity, session_id: str) -> None:
        self.connected.append(session_id)
        self._changed.set()

    def participant_left(
        self, _room_id: str, _identity: Identity, session_id: str, reason: CloseReason, *, entered: bool
    ) -> None:
        self.left.append((session_id, reason))
        self.entered[session_id] = entered
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something told makes the condition true."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def running_sfu(
    *, processors: CameraProcessors | None = None, **settings: float | tuple[int, ...] | TcpLimits
) -> AsyncIterator[tuple[Sfu, Listener]]:
    """Run an SFU on any free port of the loopback interface."""
    listener = Listener()
    config = SfuConfig(host="127.0.0.1", **settings)  # type: ignore[arg-type]
    sfu = await Sfu.start(config, listener, processors)
    try:
        yield sfu, listener
    finally:
        await sfu.close()


class Peer:
    """One client with fixed slots. Pictures are counted by place, then come screen and own picture."""

    def __init__(self, room: Room, identity: Identity) -> None:
        self._places, self._alone = 3, 2
        self.room = room
        self.identity = identity
        self.connection = RTCPeerConnection(RTCConfiguration(bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.session_id = ""
        self._slots: list[RTCRtpTransceiver] = []
        self._received: dict[int, int] = {}
        self._brightness: defaultdict[int, list[int]] = defaultdict(list)
        self._readers: list[asyncio.Task[None]] = []

    def with_one_place(self) -> None:
        """Receive one participant only: aiortc recognises retransmissions only of a single video."""
        self._places, self._alone = 1, 0

    async def offer(self, *, brightness: int = 128, screen: int = 40) -> str:
        """Return an offer with microphone, camera and screen, and all slots."""
        pc = self.connection
        for track in (AudioStreamTrack(), Picture(brightness), Picture(screen)):
            pc.addTransceiver(track, direction="sendonly")
        self._slots = [
            pc.addTransceiver(kind, direction="recvonly")
            for kind in ["audio"] * self._places + ["video"] * (self._places + self._alone)
        ]
        await pc.setLocalDescription(await pc.createOffer())
        return str(pc.localDescription.sdp)

    async def join(
        self,
        media: MediaState = ALL_ON,
        *,
        brightness: int = 128,
        port: int | None = None,
        lobby: bool = False,
    ) -> Peer:
        """Join the room, or its lobby; media go to `port` instead of the SFU's own, if given."""
        offer = await self.offer(brightness=brightness)
        joined = await self.room.join(self.identity, offer, media, lobby=lobby)
        self.session_id = joined.session_id
        await self.accept(joined.answer, port=port)
        return self

    async def accept(self, answer: str, *, port: int | None = None) -> None:
        """Connect as an answer says."""
        await self.connection.setRemoteDescription(RTCSessionDescription(_for_aiortc(answer, port), "answer"))

        for index, slot in enumerate(self._slots):
            self._readers.append(asyncio.create_task(self._read(index, slot.receiver.track)))

    async def _read(self, index: int, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if isinstance(frame, VideoFrame):
                    self._brightness[index].append(bytes(frame.planes[0])[0])
                self._received[index] = self._received.get(index, 0) + 1

    async def sees(self, brightness: int, place: int = 0) -> None:
        """Wait for a new picture of this brightness in a place."""
        index = self._places + place
        before = self._received.get(index, 0)
        await until(
            lambda: (
                self._received.get(index, 0) > before and abs(self._brightness[index][-1] - brightness) < 12
            )
        )

    def shows(self, height: int, place: int = 0) -> None:
        """Show one place so high (pixels), and the others as small as can be."""
        mid = self._slots[self._places + place].mid
        self.room.set_heights(self.session_id, {str(mid): height})

    def has_seen(self, place: int = 0) -> list[int]:
        """Return the brightness of every picture that came in a place."""
        return self._brightness[self._places + place]

    async def hears(self, place: int = 0) -> None:
        """Wait for new audio in a place."""
        before = self._received.get(place, 0)
        await until(lambda: self._received.get(place, 0) > before)

    async def sends_more(self) -> None:
        """Wait until the SFU has got another second's packets, or so, from this peer."""
        before = self.statistics().packets_in
        await until(lambda: self.statistics().packets_in > before + 80)

    def pictures_received(self) -> int:
        """Return how many pictures have been decoded, of everybody."""
        return sum(count for index, count in self._received.items() if index >= self._places)

    def statistics(self) -> ParticipantStatistics:
        """Return what the SFU has counted of this peer."""
        participants = self.room.statistics().participants
        return next(p for p in participants if p.session_id == self.session_id)

    async def close(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        await self.connection.close()


def _for_aiortc(answer: str, port: int | None) -> str:
    """Repeat the candidates in every m-line, of which aiortc takes those of the last one."""
    lines = answer.split("\r\n")
    candidate = next(line for line in lines if line.startswith("a=candidate"))
    if port is not None:
        parts = candidate.split(" ")
        candidate = " ".join([*parts[:5], str(port), *parts[6:]])
    repeated: list[str] = []
    for line in lines:
        if not line.startswith(("a=candidate", "a=end-of-candidates")):
            repeated.append(line)
        if line == "a=setup:passive":
            repeated += [candidate, "a=end-of-candidates"]
    return "\r\n".join(repeated)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds of which nobody tells."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)


@asynccontextmanager
async def peers(room: Room, *identities: Identity) -> AsyncIterator[list[Peer]]:
    """Create peers that are closed in the end."""
    created = [Peer(room, identity) for identity in identities]
    try:
        yield created
    finally:
        await asyncio.gather(*(peer.close() for peer in created))


async def next_state(watch: RoomWatch, condition: Callable[[RoomState], bool]) -> RoomState:
    """Return the first state that fulfils a condition."""
    message = await next_message(watch, lambda m: isinstance(m, RoomState) and condition(m))
    assert isinstance(message, RoomState)
    return message


async def closing(watch: RoomWatch) -> CloseReason:
    """Return why a watch ends."""
    message = await next_message(watch, lambda m: isinstance(m, Closed))
    assert isinstance(message, Closed)
    return message.reason


async def next_message(watch: RoomWatch, condition: Callable[[RoomMessage], bool]) -> RoomMessage:
    """Return the first message that fulfils a condition."""
    async with asyncio.timeout(PATIENCE_S):
        async for message in watch:
            if condition(message):
                return message
    raise AssertionError("the watch ended")
