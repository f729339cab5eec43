"""The packet path, seen from its clients."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sfu.packet_path import SrtpProfile
from media.sfu.sdp.offer import MID_EXTENSION
from tests.media.specification import rtcp
from tests.media.specification.rtp import RtpPacket, build_rtp_header
from tests.media.specification.transport import AUDIO_LEVEL_EXTENSION
from tests.media.specification.vp8 import parse_descriptor
from tests.media.wire import (
    OPUS_TYPE,
    ORIENTATION_EXTENSION,
    PATHS,
    RTX_TYPE,
    VP8_TYPE,
    Client,
    MakePath,
    Wire,
    vp8_payload,
)

SLOT, SLOT_RTX = 31, 32


@pytest.fixture(params=list(PATHS.values()), ids=list(PATHS), scope="module")
def make_path(request: pytest.FixtureRequest) -> MakePath:
    """Every behaviour holds for the native path and for its specification."""
    maker: MakePath = request.param
    return maker


def camera_pair(wire: Wire) -> tuple[Client, Client]:
    """Return a sender whose camera goes into the receiver's slot."""
    sender, receiver = wire.client(), wire.client(shift=1)
    wire.path.route(receiver.video_slot(), sender.video_source())
    return sender, receiver


def key_frame_requests(client: Client) -> int:
    return sum(isinstance(packet, rtcp.PictureLoss) for packet in client.rtcp)


def nacked(client: Client) -> list[int]:
    return [n for packet in client.rtcp if isinstance(packet, rtcp.Nack) for n in packet.sequence_numbers]


def picture_ids(packets: list[RtpPacket]) -> list[int | None]:
    return [parse_descriptor(packet.payload).picture_id for packet in packets]


def assert_unbroken(packets: list[RtpPacket]) -> None:
    first = packets[0].sequence_number
    assert [p.sequence_number for p in packets] == [(first + n) & 0xFFFF for n in range(len(packets))]


@pytest.mark.parametrize("profile", SrtpProfile)
def test_a_packet_arrives_with_the_slots_ssrc_and_its_own_content(
    profile: SrtpProfile, make_path: MakePath
) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(profile=profile), wire.client(profile=profile)
    wire.path.route(receiver.video_slot(), sender.video_source())
    payload = vp8_payload(5, key_frame=True)
    sender.send_video(7, payload, timestamp=90)
    [packet] = receiver.rtp
    assert (packet.ssrc, packet.payload_type, packet.payload) == (SLOT, VP8_TYPE, payload)


def test_a_picture_begins_with_a_key_frame_that_was_asked_for(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    assert key_frame_requests(sender) == 1
    sender.send_video(1, vp8_payload(1, key_frame=False))
    assert receiver.rtp == []
    sender.send_video(2, vp8_payload(2, key_frame=True))
    assert len(receiver.rtp) == 1


def test_a_receiver_that_connects_gets_the_key_frame_of_a_moment_ago_at_once(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client(keyed=False)
    wire.path.route(receiver.video_slot(), sender.video_source())
    for number in range(4):
        sender.send_video(number, vp8_payload(number, key_frame=number == 1))
    wire.now += 0.1
    wire.connect(receiver)
    assert picture_ids(receiver.rtp) == [1, 2, 3]


def test_an_old_key_frame_is_not_replayed_but_a_new_one_requested(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client(keyed=False)
    wire.path.route(receiver.video_slot(), sender.video_source())
    sender.send_video(1, vp8_payload(1, key_frame=True))
    wire.now += 1.0
    before = key_frame_requests(sender)
    wire.connect(receiver)
    assert receiver.rtp == []
    assert key_frame_requests(sender) == before + 1


def test_a_waiting_slot_asks_again_until_the_key_frame_comes(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, _ = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=False))
    wire.run(1.0)
    assert 3 <= key_frame_requests(sender) <= 5


def test_a_muted_track_is_cut_at_once_and_comes_back_without_a_gap(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client()
    slot, source = receiver.video_slot(), sender.video_source()
    wire.path.route(slot, source)
    sender.send_video(100, vp8_payload(1, key_frame=True), timestamp=9000)
    wire.path.route(slot, None)
    for number in range(101, 150):
        sender.send_video(number, vp8_payload(number, key_frame=True), timestamp=9000)
    wire.run(2.0)
    assert len(receiver.rtp) == 1
    wire.path.route(slot, source)
    sender.send_video(150, vp8_payload(150, key_frame=True), timestamp=777)
    assert_unbroken(receiver.rtp)
    assert picture_ids(receiver.rtp) == [1, 2]
    assert receiver.rtp[1].timestamp - receiver.rtp[0].timestamp == pytest.approx(2.0 * 90_000, abs=90)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["first", "second", "mute"]), st.integers(0, 5), st.integers(0, 3)),
        max_size=25,
    )
)
def test_whatever_is_routed_the_slot_stays_one_unbroken_stream(
    make_path: MakePath, steps: list[tuple[str, int, int]]
) -> None:
    wire = Wire(make_path)
    receiver, first, second = wire.client(), wire.client(), wire.client()
    slot = receiver.video_slot()
    sources = {"first": first.video_source(), "second": second.video_source(), "mute": None}
    clients = {"first": (first, 60_000), "second": (second, 3)}
    sent = {"first": 0, "second": 0}
    expected = 0
    for choice, frames, padding in steps:
        wire.path.route(slot, sources[choice])
        wire.now += 0.5
        for name, (client, base) in clients.items():
            for frame in range(frames):
                for _ in range(padding):
                    client.send_video(base + sent[name], b"", padding=9)
                    sent[name] += 1
                client.send_video(base + sent[name], vp8_payload(sent[name], key_frame=frame == 0))
                sent[name] += 1
                expected += name == choice
    packets = receiver.media(SLOT)
    assert len(packets) == len(receiver.rtp) == expected
    if packets:
        assert_unbroken(packets)
        ids = picture_ids(packets)
        assert all(
            a is not None and b is not None and (b - a) % 0x8000 >= 1 for a, b in itertools.pairwise(ids)
        )
    assert nacked(receiver) == []


def test_a_lost_packet_is_asked_for_repaired_by_rtx_and_forwarded_once(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    sender.send_video(3, vp8_payload(3, key_frame=False))
    assert nacked(sender) == [2]
    missing = vp8_payload(2, key_frame=False)
    for number in (70, 71):
        sender.send_video(number, (2).to_bytes(2, "big") + missing, ssrc=12, payload_type=RTX_TYPE)
    assert sorted(packet.sequence_number for packet in receiver.rtp) == [1, 2, 3]
    assert wire.counters["dropped_duplicate"] == 1
    wire.run(1.0)
    assert nacked(sender) == [2]


def test_a_loss_that_cannot_be_repaired_ends_with_a_key_frame_request(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, _ = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    before = key_frame_requests(sender)
    sender.send_video(3, vp8_payload(3, key_frame=False))
    wire.run(1.0)
    assert nacked(sender) == [2] * 6
    assert key_frame_requests(sender) == before + 1


def test_padding_probes_on_the_retransmission_stream_are_dropped(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    sender.send_video(1, b"", ssrc=12, payload_type=RTX_TYPE, padding=255)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    sender.send_video(
        2, (1).to_bytes(2, "big") + vp8_payload(1, key_frame=True), ssrc=12, payload_type=RTX_TYPE
    )
    assert len(receiver.rtp) == 1
    assert (wire.counters["dropped_padding"], wire.counters["dropped_duplicate"]) == (1, 1)


def test_a_receivers_loss_is_repaired_from_the_history(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    for number in range(10):
        sender.send_video(65_530 + number, vp8_payload(number, key_frame=number == 0))
    lost = receiver.rtp[4]
    receiver.send_rtcp(rtcp.build_nack(1, SLOT, [lost.sequence_number]))
    [repaired] = receiver.media(SLOT_RTX)
    assert repaired.payload_type == RTX_TYPE
    assert repaired.payload == lost.sequence_number.to_bytes(2, "big") + lost.payload
    assert repaired.timestamp == lost.timestamp


def test_of_large_packets_fewer_are_kept_for_repair(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    for number in range(300):
        sender.send_video(number, vp8_payload(number, key_frame=number == 0).ljust(1300, b"."))
    assert [request_and_count(receiver, number) for number in (44, 98, 99, 200, 299)] == [0, 0, 1, 2, 3]


def request_and_count(receiver: Client, number: int) -> int:
    """Ask for one packet; return how many have been repaired by then."""
    receiver.send_rtcp(rtcp.build_nack(1, SLOT, [receiver.rtp[number].sequence_number]))
    return len(receiver.media(SLOT_RTX))


def test_requests_for_packets_never_sent_are_ignored_and_repetitions_bounded(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    receiver.send_rtcp(rtcp.build_nack(1, SLOT, [0, 2, 40_000]))
    assert receiver.media(SLOT_RTX) == []
    for _ in range(1000):
        receiver.send_rtcp(rtcp.build_nack(1, SLOT, [1]))
    assert len(receiver.media(SLOT_RTX)) == 300


def test_many_key_frame_requests_of_receivers_become_few(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    sender.rtcp.clear()
    answered = 0
    for number in range(50):
        receiver.send_rtcp(rtcp.build_picture_loss(1, SLOT))
        receiver.send_rtcp(rtcp.build_full_intra(1, SLOT, number))
        wire.run(0.02)
        if key_frame_requests(sender) > answered:
            answered += 1
            sender.send_video(1 + answered, vp8_payload(1 + answered, key_frame=True))
    assert 3 <= key_frame_requests(sender) <= 4


def test_requests_for_key_frames_that_never_come_whole_become_rare_until_one_does(
    make_path: MakePath,
) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    sender.rtcp.clear()
    asked_at: list[float] = []

    def ask_for(seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            before = key_frame_requests(sender)
            receiver.send_rtcp(rtcp.build_picture_loss(1, SLOT))
            wire.run(0.02)
            asked_at.extend([wire.now] * (key_frame_requests(sender) - before))

    ask_for(10.0)
    pauses = [after - before for before, after in itertools.pairwise(asked_at)]
    assert pauses == pytest.approx([0.3, 0.6, 1.2, 2.4, 2.4, 2.4], abs=0.03)
    sender.send_video(2, vp8_payload(2, key_frame=True))
    wire.run(2.4)
    asked_at.clear()
    ask_for(0.4)
    assert len(asked_at) == 2


def test_extensions_are_mapped_by_uri_and_hop_by_hop_ones_dropped(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    ids = sender.extensions
    extensions = [(ids[MID_EXTENSION], b"1"), (ids[ORIENTATION_EXTENSION], b"\x01"), (14, b"unknown")]
    sender.send_video(1, vp8_payload(1, key_frame=True), extensions=extensions)
    assert receiver.rtp[0].extensions == ((receiver.extensions[ORIENTATION_EXTENSION], b"\x01"),)


def test_a_stream_is_learned_by_its_mid_and_known_without_it_afterwards(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client()
    wire.path.route(receiver.video_slot(), sender.video_source(ssrc=None, rtx_ssrc=None))
    sender.send_video(1, vp8_payload(1, key_frame=True), ssrc=500)
    assert receiver.rtp == []
    mid = [(sender.extensions[MID_EXTENSION], b"1")]
    sender.send_video(2, vp8_payload(2, key_frame=True), ssrc=500, extensions=mid)
    sender.send_video(3, vp8_payload(3, key_frame=False), ssrc=500)
    assert len(receiver.rtp) == 2
    assert wire.counters["dropped_unknown_stream"] == 1


def test_a_source_that_begins_anew_with_another_ssrc_continues_the_slot(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    mid = [(sender.extensions[MID_EXTENSION], b"1")]
    sender.send_video(10, vp8_payload(1, key_frame=True))
    sender.send_video(40_000, vp8_payload(900, key_frame=True), ssrc=600, extensions=mid)
    assert_unbroken(receiver.rtp)
    assert picture_ids(receiver.rtp) == [1, 2]


def test_reports_name_both_sides_streams_and_the_limit(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True), timestamp=5000)
    sender.send_rtcp(rtcp.build_sender_report(rtcp.SenderReport(11, 7 << 32, 5000, 1, 1)))
    sender.rtcp.clear()
    wire.run(1.5)
    reports = [packet for packet in sender.rtcp if isinstance(packet, rtcp.ReceiverReport)]
    assert reports[0].blocks[0].ssrc == 11
    assert reports[0].blocks[0].last_sender_report == 7 << 16
    assert next(p for p in sender.rtcp if isinstance(p, rtcp.ReceiverEstimate)).ssrcs == (11,)
    translated = [packet for packet in receiver.rtcp if isinstance(packet, rtcp.SenderReport)][-1]
    elapsed = (translated.ntp_time - (7 << 32)) / (1 << 32)
    assert translated.ssrc == SLOT
    assert 0.5 < elapsed < 1.6
    assert translated.rtp_timestamp - receiver.rtp[0].timestamp == pytest.approx(elapsed * 90_000, abs=2)


def test_loss_and_round_trip_are_read_from_the_receivers_reports(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    sender.send_rtcp(rtcp.build_sender_report(rtcp.SenderReport(11, 7 << 32, 0, 1, 1)))
    wire.run(1.1)
    sent = [packet for packet in receiver.rtcp if isinstance(packet, rtcp.SenderReport)][-1]
    sent_at = wire.now
    wire.now += 0.25
    delay = int((wire.now - sent_at - 0.05) * 65536)
    block = rtcp.ReportBlock(SLOT, 64, 1, 1, 0, sent.ntp_time >> 16 & 0xFFFFFFFF, delay)
    receiver.send_rtcp(rtcp.build_receiver_report(rtcp.ReceiverReport(1, (block,))))
    statistics = wire.path.statistics(receiver.transport)
    assert statistics.downlink_loss == 0.25
    assert statistics.round_trip_s is not None
    assert 0.05 <= statistics.round_trip_s <= 0.2


def test_audio_is_forwarded_from_its_first_packet_and_its_level_reported(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client()
    source = sender.audio_source()
    wire.path.route(receiver.audio_slot(), source)
    level = [(sender.extensions[AUDIO_LEVEL_EXTENSION], bytes((0x80 | 23,)))]
    sender.send_rtp(build_rtp_header(OPUS_TYPE, 5, 0, 21, extensions=level) + b"voice")
    assert [packet.payload for packet in receiver.media(41)] == [b"voice"]
    assert wire.path.take_audio_levels() == {source: 23}
    assert wire.path.take_audio_levels() == {}


def test_after_an_outage_a_sender_is_asked_for_a_key_frame_at_its_first_packet(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, _ = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    before = key_frame_requests(sender)
    wire.now += 0.9
    sender.send_video(2, vp8_payload(2, key_frame=False))
    assert key_frame_requests(sender) == before
    wire.now += 1.0
    sender.send_video(3, vp8_payload(3, key_frame=False))
    assert key_frame_requests(sender) == before + 1


def test_authentic_media_from_a_new_address_move_the_client_there(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    elsewhere = ("203.0.113.9", 6000)
    wire.move(sender, elsewhere)
    sender.send_rtp(build_rtp_header(VP8_TYPE, 2, 0, 11) + vp8_payload(2, key_frame=False), elsewhere)
    assert len(receiver.rtp) == 2
    wire.path.receive(
        bytes((0x80, VP8_TYPE)) + bytes(6) + (11).to_bytes(4, "big") + bytes(60), ("192.0.2.66", 1)
    )
    assert wire.counters["dropped_not_authentic"] == 1


@settings(max_examples=50)
@given(st.binary(min_size=1, max_size=60), st.booleans())
def test_authentic_nonsense_is_counted_and_harms_nobody(
    make_path: MakePath, junk: bytes, feedback: bool
) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    if feedback:
        sender.send_rtcp(
            rtcp.build_receiver_report(rtcp.ReceiverReport(1)) + b"\x81" + junk + bytes(-len(junk) - 1 & 3)
        )
    else:
        sender.send_video(1, junk)
    sender.send_video(2, vp8_payload(2, key_frame=True))
    assert any(packet.payload.endswith(b"picture") for packet in receiver.rtp)


def test_a_client_cannot_make_the_server_keep_endless_streams(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    mid = [(sender.extensions[MID_EXTENSION], b"1")]
    for ssrc in range(1000, 1100):
        sender.send_video(1, vp8_payload(1, key_frame=True), ssrc=ssrc, extensions=mid)
    assert wire.counters["dropped_too_many_streams"] == 100 - 62
    assert len(receiver.rtp) == 62


def test_a_removed_client_leaves_its_slots_empty_and_its_address_unknown(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = camera_pair(wire)
    wire.path.remove_transport(sender.transport)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    wire.run(2.0)
    assert receiver.rtp == []
    assert wire.counters["dropped_unknown_address"] == 1
