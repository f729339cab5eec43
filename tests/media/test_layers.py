"""Simulcast and temporal layers in the packet path, seen from its clients."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sfu.packet_path import ALL_TEMPORAL_LAYERS, SlotId, SourceId
from tests.media.specification import rtcp
from tests.media.specification.rtp import RtpPacket
from tests.media.specification.vp8 import parse_descriptor
from tests.media.wire import LAYER_SSRCS, PATHS, RTX_TYPE, Client, MakePath, Wire, key_frame_body, vp8_payload

SLOT, SLOT_RTX = 31, 32
FRAME_TICKS = 3000
PATTERN = ((0, False), (2, True), (1, True), (2, False), (0, False), (2, False), (1, False), (2, False))
"""Chromium's three temporal layers: the temporal identifier and the layer-sync bit of each frame."""


@pytest.fixture(params=list(PATHS.values()), ids=list(PATHS), scope="module")
def make_path(request: pytest.FixtureRequest) -> MakePath:
    """Every behaviour holds for the native path and for its specification."""
    maker: MakePath = request.param
    return maker


@dataclass
class Camera:
    """A camera with three layers that goes into the receiver's slot."""

    wire: Wire
    sender: Client
    receiver: Client
    sources: dict[str, SourceId]
    slot: SlotId
    sent: dict[str, int] = field(default_factory=lambda: {"f": 1000, "h": 2000, "q": 65_530})
    """The number of the last packet sent, by rid; it is that of the picture too."""

    def frame(self, rid: str, *, key_frame: bool = False, temporal_id: int = 0, sync: bool = False) -> None:
        self.sent[rid] += 1
        number = self.sent[rid]
        payload = vp8_payload(number, key_frame=key_frame, temporal_id=temporal_id, layer_sync=sync)
        self.sender.send_layer(rid, number, payload, timestamp=number * FRAME_TICKS)

    def frames(self, rid: str, count: int) -> None:
        for number in range(count):
            temporal_id, sync = PATTERN[number % len(PATTERN)]
            self.frame(rid, temporal_id=temporal_id, sync=sync)

    def select(self, rid: str, max_temporal: int = ALL_TEMPORAL_LAYERS) -> None:
        self.wire.path.select(self.slot, self.sources[rid], max_temporal)

    def key_frame_requests(self) -> list[int]:
        return [packet.media_ssrc for packet in self.sender.rtcp if isinstance(packet, rtcp.PictureLoss)]

    def received(self) -> list[RtpPacket]:
        return self.receiver.media(SLOT)

    def bodies(self) -> list[int]:
        """Return each packet's temporal identifier."""
        return [parse_descriptor(packet.payload).temporal_id for packet in self.received()]


def camera(make_path: MakePath) -> Camera:
    """Return a camera of which the small layer is shown and the others arrive too."""
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client(shift=1)
    shown = Camera(wire, sender, receiver, sender.camera(), receiver.video_slot())
    shown.select("q")
    for rid in shown.sources:
        shown.frame(rid, key_frame=True)
    wire.run(0.4)
    sender.rtcp.clear()
    return shown


def picture_ids(packets: list[RtpPacket]) -> list[int]:
    found = [parse_descriptor(packet.payload).picture_id for packet in packets]
    return [number for number in found if number is not None]


def assert_unbroken(packets: list[RtpPacket]) -> None:
    """Neither the packets' numbers nor the pictures' have a hole, and time does not go back."""
    for before, after in itertools.pairwise(packets):
        assert after.sequence_number == before.sequence_number + 1 & 0xFFFF
        assert 1 <= after.timestamp - before.timestamp & 0xFFFFFFFF < 1 << 31
    for earlier, later in itertools.pairwise(picture_ids(packets)):
        assert later == earlier + 1 & 0x7FFF


def test_a_layer_goes_on_until_the_other_ones_key_frame_comes(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("f")
    assert shown.key_frame_requests() == [LAYER_SSRCS["f"]]
    for rid in ("q", "f", "q"):
        shown.frame(rid)
    assert len(shown.received()) == 3, "both of the small layer's"
    shown.frame("f", key_frame=True)
    shown.frame("q", key_frame=True)
    shown.frame("f")
    assert len(shown.received()) == 5
    assert_unbroken(shown.received())


def test_to_route_what_is_shown_goes_on_and_waits_for_nothing_else(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.frames("q", 3)
    shown.select("f")
    shown.sender.rtcp.clear()
    shown.wire.path.route(shown.slot, shown.sources["q"])
    shown.frame("f", key_frame=True)
    shown.frame("q")
    assert len(shown.received()) == 5, "all of the small layer's"
    assert shown.key_frame_requests() == []
    assert_unbroken(shown.received())


def test_who_waits_in_vain_keeps_what_he_has(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("f")
    for _ in range(100):
        shown.wire.run(0.04)
        shown.frame("q")
    assert len(shown.received()) == 101
    assert_unbroken(shown.received())


def test_a_paused_layer_is_not_asked_and_takes_over_when_it_is_resumed(make_path: MakePath) -> None:
    shown = camera(make_path)
    for _ in range(4):
        shown.wire.run(0.5)
        shown.frame("q")
    shown.select("f")
    shown.wire.run(2.0)
    assert shown.key_frame_requests() == [], "all layers would answer, the shown one too"
    shown.frame("f", key_frame=True)
    assert len(shown.received()) == 6


def test_an_arriving_layer_is_asked_again_until_its_key_frame_comes(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("f")
    for _ in range(50):
        shown.wire.run(0.02)
        shown.frame("f")
    assert 3 <= len(shown.key_frame_requests()) <= 4
    shown.frame("f", key_frame=True)
    shown.wire.run(2.0)
    assert len(shown.key_frame_requests()) <= 4


def test_requests_for_a_cameras_layers_are_limited_together(make_path: MakePath) -> None:
    shown = camera(make_path)
    for rid in shown.sources:
        shown.wire.path.request_key_frame(shown.sources[rid])
    assert len(shown.key_frame_requests()) == 1
    for rid in shown.sources:
        shown.frame(rid, key_frame=True)
    shown.wire.run(1.0)
    assert len(shown.key_frame_requests()) == 1, "one request brought them all"


def test_the_first_of_two_layers_that_begins_fills_an_empty_slot(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client()
    shown = Camera(wire, sender, receiver, sender.camera(), receiver.video_slot())
    shown.select("q")
    shown.select("f")
    shown.frame("f", key_frame=True)
    shown.frame("q", key_frame=True)
    shown.frame("f")
    assert len(shown.received()) == 2


def test_muting_forgets_the_layer_that_was_waited_for(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("f")
    shown.wire.path.route(shown.slot, None)
    shown.frame("f", key_frame=True)
    shown.frame("q", key_frame=True)
    assert len(shown.received()) == 1


def test_a_wish_can_be_taken_back(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("f")
    shown.select("q")
    shown.frame("f", key_frame=True)
    shown.frame("q")
    assert len(shown.received()) == 2


def test_layers_change_without_a_jump_in_time_once_their_clocks_are_known(make_path: MakePath) -> None:
    shown = camera(make_path)
    now = 7 << 32
    for rid in ("q", "f"):  # the large layer's clock reads 1000 frames more at the same moment
        at = shown.sent[rid] * FRAME_TICKS & 0xFFFFFFFF
        report = rtcp.SenderReport(LAYER_SSRCS[rid], now, at, 1, 1)
        shown.sender.send_rtcp(rtcp.build_sender_report(report))
    shown.wire.now += 0.02
    shown.frame("q")
    shown.select("f")
    shown.sent["f"] += 1
    shown.wire.now += 0.09  # it comes late, as large frames do
    shown.frame("f", key_frame=True)
    before, after = shown.received()[-2:]
    assert after.timestamp - before.timestamp & 0xFFFFFFFF == FRAME_TICKS


def test_the_beginning_of_a_key_frame_that_comes_late_brings_what_followed_it(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("f")
    first = shown.sent["f"] + 1
    shown.sent["f"] = first
    shown.frame("f")
    shown.frame("f")
    assert len(shown.received()) == 1
    payload = first.to_bytes(2, "big") + vp8_payload(first, key_frame=True)
    names = shown.sender.layer_names("f", repaired=True)
    shown.sender.send_video(1, payload, ssrc=LAYER_SSRCS["f"] + 1, payload_type=RTX_TYPE, extensions=names)
    assert len(shown.received()) == 4
    shown.frame("f")
    assert [p.sequence_number for p in shown.received()[1:]] == [
        (shown.received()[0].sequence_number + step) & 0xFFFF for step in range(1, 5)
    ]


def test_a_layer_is_known_without_its_names_once_it_was_learned(make_path: MakePath) -> None:
    shown = camera(make_path)
    number = shown.sent["q"] + 1
    shown.sender.send_video(number, vp8_payload(number, key_frame=False), ssrc=LAYER_SSRCS["q"])
    assert len(shown.received()) == 2
    unknown = [(shown.sender.extensions[uri], b"2") for uri in list(shown.sender.extensions)[:1]]
    shown.sender.send_video(1, vp8_payload(1, key_frame=True), ssrc=99, extensions=unknown)
    assert shown.wire.counters["dropped_unknown_stream"] == 1, "a mid alone names no layer"


def test_losses_of_a_layer_that_nobody_receives_are_not_asked_for(make_path: MakePath) -> None:
    shown = camera(make_path)
    for rid in shown.sources:
        shown.sent[rid] += 1
        shown.frame(rid)
    shown.wire.run(0.1)
    nacks = {packet.media_ssrc for packet in shown.sender.rtcp if isinstance(packet, rtcp.Nack)}
    assert nacks == {LAYER_SSRCS["q"]}


@pytest.mark.parametrize(
    ("max_temporal", "kept"), [(0, [0, 0]), (1, [0, 1, 0, 1]), (2, [t for t, _ in PATTERN])]
)
def test_frames_above_a_temporal_layer_are_left_out_without_a_hole(
    make_path: MakePath, max_temporal: int, kept: list[int]
) -> None:
    shown = camera(make_path)
    shown.select("q", max_temporal)
    shown.frames("q", 8)
    assert shown.bodies()[1:] == kept
    assert_unbroken(shown.received())


def test_higher_temporal_layers_return_one_at_a_time_where_they_can_be_decoded(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("q", 0)
    shown.frames("q", 9)
    shown.select("q", 2)
    del shown.receiver.rtp[:]
    for temporal_id, sync in (*PATTERN[5:], *PATTERN, *PATTERN):
        shown.frame("q", temporal_id=temporal_id, sync=sync)
    assert shown.bodies() == [0, 1, 0, 1, 0, 2, 1, 2, 0, 2, 1, 2]
    assert_unbroken(shown.received())


def test_a_key_frame_brings_all_temporal_layers_back_at_once(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("q", 0)
    shown.frames("q", 4)
    shown.select("q", 2)
    shown.frame("q", key_frame=True)
    shown.frame("q", temporal_id=2)
    assert shown.bodies()[-2:] == [0, 2]
    assert_unbroken(shown.received())


def test_a_frame_that_has_begun_is_not_cut_in_the_middle(make_path: MakePath) -> None:
    shown = camera(make_path)
    number = shown.sent["q"]
    for step, start in ((1, True), (2, False)):
        payload = vp8_payload(number + 1, key_frame=False, start=start, temporal_id=2)
        shown.sender.send_layer("q", number + step, payload)
        shown.select("q", 0)
    assert shown.bodies() == [0, 2, 2]


def test_what_was_left_out_does_not_disturb_repairs(make_path: MakePath) -> None:
    shown = camera(make_path)
    shown.select("q", 1)
    shown.frames("q", 16)
    for lost in shown.received()[1:]:
        shown.receiver.send_rtcp(rtcp.build_nack(1, SLOT, [lost.sequence_number]))
        repaired = shown.receiver.media(SLOT_RTX)[-1]
        assert repaired.payload == lost.sequence_number.to_bytes(2, "big") + lost.payload


def test_a_second_of_each_layer_can_be_repaired(make_path: MakePath) -> None:
    shown = camera(make_path)
    for _ in range(60):
        shown.wire.now += 0.04
        shown.frame("q")
    shown.receiver.send_rtcp(rtcp.build_nack(1, SLOT, [p.sequence_number for p in shown.received()]))
    assert [packet.payload[2:] for packet in shown.receiver.media(SLOT_RTX)][-25:] == [
        packet.payload for packet in shown.received()[-25:]
    ]


def test_what_came_of_each_layer_is_reported(make_path: MakePath) -> None:
    shown = camera(make_path)
    at = shown.wire.now
    for rid, size in (("f", (1280, 720)), ("q", (320, 180))):
        shown.sent[rid] += 1
        payload = vp8_payload(1, key_frame=True, body=key_frame_body(*size))
        shown.sender.send_layer(rid, shown.sent[rid], payload)
    shown.wire.now += 1.0
    before = shown.wire.path.layers()[shown.sources["q"]]
    shown.frame("q", temporal_id=1)
    layers = shown.wire.path.layers()
    large, small = layers[shown.sources["f"]], layers[shown.sources["q"]]
    assert (large.width, large.height, small.width, small.height) == (1280, 720, 320, 180)
    assert large.last_received == pytest.approx(at)
    assert small.last_received == pytest.approx(at + 1.0)
    assert small.bytes[0] == before.bytes[0]
    assert small.bytes[1] == 12 + len(vp8_payload(1, key_frame=False, temporal_id=1))


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("fhq"), st.integers(0, 3), st.integers(0, 12), st.booleans()), max_size=20
    )
)
def test_whatever_is_selected_the_slot_stays_one_unbroken_stream(
    make_path: MakePath, steps: list[tuple[str, int, int, bool]]
) -> None:
    shown = camera(make_path)
    for rid, max_temporal, frames, key_frames in steps:
        shown.select(rid, max_temporal)
        shown.wire.run(0.1)
        for layer in shown.sources:
            shown.frame(layer, key_frame=key_frames)
            shown.frames(layer, frames)
    assert_unbroken(shown.received())
    nacks = [packet for packet in shown.receiver.rtcp if isinstance(packet, rtcp.Nack)]
    assert nacks == []
