"""What a receiver gets of a camera over a line that changes, from the browser's packets to its feedback."""

from __future__ import annotations

import pytest

from benchmarks.network.impairment import Impairment, Schedule
from media.sfu.congestion.estimate import SendEstimate
from media.sfu.downlink import Downlink
from media.sfu.encodings import FULL, SMALL
from media.sfu.layers import LayerMeter
from media.sfu.packet_path import SlotId
from media.sfu.sdp.plan import TrackKind
from tests.media.linked_call import Line
from tests.media.specification import rtcp
from tests.media.wire import PATHS, Client, Wire, key_frame_body, vp8_payload

_FRAME_MS = 50
_TICK_MS = 200
_PATTERN = (0, 2, 1, 2)
_SIZES = {"f": (1280, 720), "h": (640, 360), "q": (320, 180)}
_FRAME_BYTES = {"f": 7_000, "h": 2_600, "q": 900}
_PACKET_BYTES = 1_000
_RATES = {rid: size * 8_000 / _FRAME_MS for rid, size in _FRAME_BYTES.items()}


class _Camera:
    """A camera that sends three layers, and key frames on all when it is asked."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._frame = 0
        self._numbers = dict.fromkeys(_FRAME_BYTES, 0)

    def send_frame(self) -> None:
        asked = any(isinstance(packet, rtcp.PictureLoss) for packet in self._client.rtcp)
        self._client.rtcp.clear()
        for rid in _FRAME_BYTES:
            self._send_layer(rid, key_frame=asked or not self._frame)
        self._frame += 1

    def _send_layer(self, rid: str, *, key_frame: bool) -> None:
        temporal_id = 0 if key_frame else _PATTERN[self._frame % len(_PATTERN)]
        for first in range(0, _FRAME_BYTES[rid], _PACKET_BYTES):
            size = min(_PACKET_BYTES, _FRAME_BYTES[rid] - first)
            head = key_frame_body(*_SIZES[rid]) if key_frame and first == 0 else b""
            payload = vp8_payload(
                self._frame,
                key_frame=key_frame,
                start=first == 0,
                temporal_id=temporal_id,
                layer_sync=temporal_id > 0,
                body=head.ljust(size, b"\0"),
            )
            self._numbers[rid] += 1
            self._client.send_layer(rid, self._numbers[rid], payload, timestamp=self._frame * 90 * _FRAME_MS)


class _Encoder:
    """A camera that is encoded here, in the layers and at the rates asked for; `full` and `small` by name."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers = {"f": 0, "h": 0}
        self._frame = 0
        self._begun: set[str] = set()
        self.rates: dict[str, int] = {}

    def send_frame(self) -> None:
        asked = any(isinstance(packet, rtcp.PictureLoss) for packet in self._client.rtcp)
        self._client.rtcp.clear()
        for rid, bps in self.rates.items():
            self._send_layer(rid, bps, key_frame=asked or rid not in self._begun)
        self._begun = set(self.rates)
        self._frame += 1

    def _send_layer(self, rid: str, bps: int, *, key_frame: bool) -> None:
        left, start = bps * _FRAME_MS // 8_000, True
        while left > 0:
            head = key_frame_body(*_SIZES[rid]) if key_frame and start else b""
            body = head.ljust(min(_PACKET_BYTES, left), b"\0")
            payload = vp8_payload(self._frame, key_frame=key_frame, start=start, body=body)
            self._numbers[rid] += 1
            self._client.send_layer(rid, self._numbers[rid], payload, timestamp=self._frame * 90 * _FRAME_MS)
            left, start = left - _PACKET_BYTES, False


class _Viewing:
    """One who looks at the camera in full, behind a link; the choice is made as often as in a room."""

    def __init__(self, schedule: Schedule, *, encoded_here: bool = False) -> None:
        self._wire = Wire(PATHS["native"])
        self._line = Line(self._wire, schedule)
        sender, receiver = self._wire.client(), self._line.client
        self._camera = _Encoder(sender) if encoded_here else _Camera(sender)
        self._meter = LayerMeter()
        estimate = SendEstimate(self._wire.now)
        self._downlink = Downlink(self._wire.path, receiver.transport, self._meter, estimate)
        camera = sender.camera()
        self._layers = {rid: camera[rid] for rid in ("f", "h")} if encoded_here else camera
        self._slot = receiver.video_slot()
        sources = tuple(self._layers.values())
        self._downlink.carry(self._slot, TrackKind.CAMERA, sources, encoded_here=encoded_here)
        self._ms = 0
        self._told: list[tuple[int, frozenset[SlotId]]] = []

    def run(self, seconds: float) -> float:
        """Let time pass; return the rate that was sent to the receiver in the second half, in bit/s."""
        end = self._ms + round(seconds * 1000)
        middle = (self._ms + end) // 2
        before = 0
        while self._ms < end:
            if self._ms == middle:
                before = self._sent_bytes()
            self._step()
        return (self._sent_bytes() - before) * 8000 / (end - middle)

    def _step(self) -> None:
        if self._ms % _FRAME_MS == 0:
            self._camera.send_frame()
        self._line.step()
        self._ms += 1
        if self._ms % _TICK_MS == 0:
            self._meter.update(self._wire.path.layers(), self._wire.now)
            if self._downlink.update(self._wire.now, ()):
                self._told.append((self._ms // 1000, self._downlink.paused))
            if isinstance(self._camera, _Encoder):
                self._camera.rates = self.encoded()

    def encoded(self) -> dict[str, int]:
        """The layers that have to be encoded for him, and their rates; the lowest where he sees none yet."""
        rates, lowest = self._downlink.rates, {"f": FULL.steps_bps[0], "h": SMALL.steps_bps[0]}
        needed = {rid: one for rid, one in self._layers.items() if one in self._downlink.needed}
        return {rid: rates.get(source, lowest[rid]) for rid, source in needed.items()}

    def show(self, height: int) -> None:
        """Show it so high from now on."""
        self._downlink.show({self._slot: height})

    def turn_off(self) -> None:
        """Let the sender turn the camera off."""
        self._downlink.carry(self._slot, TrackKind.CAMERA, ())

    def pauses(self, seconds: float) -> list[tuple[int, bool]]:
        """Let time pass; return when (s) he was told that the picture is paused, or no longer."""
        self._told.clear()
        self.run(seconds)
        assert all(paused <= {self._slot} for _, paused in self._told)
        return [(at, bool(paused)) for at, paused in self._told]

    def _sent_bytes(self) -> int:
        return self._wire.path.statistics(self._line.client.transport).bytes_out


def test_on_a_wide_line_the_largest_layer_is_sent() -> None:
    viewing = _Viewing(Schedule.constant(Impairment(rate_bps=4_000_000, delay_ms=20)))
    assert viewing.run(10) == pytest.approx(_RATES["f"], rel=0.15)


def test_a_way_that_becomes_longer_is_no_queue_for_long() -> None:
    near, far = (Impairment(rate_bps=4_000_000, delay_ms=delay_ms) for delay_ms in (20, 170))
    viewing = _Viewing(Schedule(((0, near), (10_000_000, far))))
    viewing.run(10)
    assert viewing.run(20) == pytest.approx(_RATES["f"], rel=0.15)


def test_a_line_that_becomes_narrow_is_followed_down_and_up_again() -> None:
    wide, narrow = Impairment(rate_bps=3_000_000, delay_ms=20), Impairment(rate_bps=300_000, delay_ms=20)
    viewing = _Viewing(Schedule(((0, wide), (10_000_000, narrow), (20_000_000, wide))))
    assert viewing.run(10) == pytest.approx(_RATES["f"], rel=0.15)
    assert 0.5 * _RATES["q"] <= viewing.run(10) <= 300_000
    assert viewing.run(15) == pytest.approx(_RATES["f"], rel=0.15)


def test_what_is_encoded_here_follows_the_line_and_is_never_cut() -> None:
    wide, narrow = Impairment(rate_bps=3_000_000, delay_ms=20), Impairment(rate_bps=300_000, delay_ms=20)
    viewing = _Viewing(Schedule(((0, wide), (10_000_000, narrow), (20_000_000, wide))), encoded_here=True)
    assert viewing.run(10) == pytest.approx(FULL.steps_bps[-1], rel=0.15)
    assert 0.5 * 250_000 <= viewing.run(10) <= 300_000
    assert viewing.run(15) == pytest.approx(FULL.steps_bps[-1], rel=0.15)


def test_of_what_is_encoded_here_only_the_layer_that_fits_the_tile_is_made() -> None:
    viewing = _Viewing(Schedule.constant(Impairment(rate_bps=4_000_000, delay_ms=20)), encoded_here=True)
    full, small = {"f": FULL.steps_bps[-1]}, {"h": SMALL.steps_bps[-1]}
    for height, encoded in ((720, full), (180, small), (720, full), (0, {})):
        viewing.show(height)
        viewing.run(10)
        assert viewing.encoded() == encoded


def test_of_what_is_encoded_here_a_narrow_line_takes_the_small_layer() -> None:
    wide, narrow = Impairment(rate_bps=3_000_000, delay_ms=20), Impairment(rate_bps=400_000, delay_ms=20)
    viewing = _Viewing(Schedule(((0, wide), (10_000_000, narrow), (20_000_000, wide))), encoded_here=True)
    seen = []
    for seconds in (10, 10, 15):
        viewing.run(seconds)
        seen.append(set(viewing.encoded()))
    assert seen == [{"f"}, {"h"}, {"f"}]


def _starved_for_a_while() -> Schedule:
    """A line that carries no picture from 10 to 20 s."""
    wide, starved = Impairment(rate_bps=3_000_000, delay_ms=20), Impairment(rate_bps=30_000, delay_ms=20)
    return Schedule(((0, wide), (10_000_000, starved), (20_000_000, wide)))


@pytest.mark.parametrize("encoded_here", [False, True])
def test_who_cannot_get_a_picture_is_told_once_and_again_when_it_is_back(encoded_here: bool) -> None:
    viewing = _Viewing(_starved_for_a_while(), encoded_here=encoded_here)
    told = viewing.pauses(40)
    assert [paused for _, paused in told] == [True, False]
    (paused_at, _), (back_at, _) = told
    assert 11 <= paused_at < 14
    assert 20 <= back_at < 30


@pytest.mark.parametrize("hides", [True, False], ids=["hidden", "off"])
def test_of_a_picture_that_is_hidden_or_off_nobody_is_told_that_it_is_paused(hides: bool) -> None:
    viewing = _Viewing(_starved_for_a_while())
    assert [paused for _, paused in viewing.pauses(16)] == [True]
    if hides:
        viewing.show(0)
    else:
        viewing.turn_off()
    assert viewing.pauses(4) == [(16, False)]


def test_a_line_that_carries_a_small_picture_is_no_reason_to_speak_of_a_pause() -> None:
    wide, narrow = Impairment(rate_bps=3_000_000, delay_ms=20), Impairment(rate_bps=300_000, delay_ms=20)
    viewing = _Viewing(Schedule(((0, wide), (10_000_000, narrow), (20_000_000, wide))))
    assert viewing.pauses(30) == []
