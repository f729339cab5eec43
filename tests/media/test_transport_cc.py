"""Transport-wide feedback: telling clients when their packets arrived, and being told of ours."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.specification import rtcp
from tests.media.specification.rtcp import RtcpError, parse_rtcp
from tests.media.specification.rtp import build_rtp_header
from tests.media.specification.transport_cc import (
    REFERENCE_TICKS,
    TICK_US,
    TransportFeedback,
    parse_transport_feedback,
)
from tests.media.wire import OPUS_TYPE, PATHS, RTX_TYPE, VP8_TYPE, Client, MakePath, Wire, vp8_payload

START_US = 1_000_000_000
deltas = st.none() | st.integers(0, 255) | st.integers(-0x8000, 0x7FFF)


@pytest.fixture(params=list(PATHS.values()), ids=list(PATHS))
def make_path(request: pytest.FixtureRequest) -> MakePath:
    """Every behaviour holds for the native path and for its specification."""
    maker: MakePath = request.param
    return maker


@pytest.fixture
def wire(make_path: MakePath) -> Wire:
    return Wire(make_path)


def numbered(client: Client, number: int) -> list[tuple[int, bytes]]:
    assert client.transport_cc_id is not None
    return [(client.transport_cc_id, (number & 0xFFFF).to_bytes(2, "big"))]


def reports(client: Client) -> list[TransportFeedback]:
    return [packet for packet in client.rtcp if isinstance(packet, TransportFeedback)]


def arrivals(feedback: Sequence[TransportFeedback]) -> Iterator[tuple[int, float | None]]:
    """Each number reported, with when its packet came (s since START_US)."""
    for report in feedback:
        tick = report.reference * REFERENCE_TICKS
        for number, delta in enumerate(report.deltas, report.base):
            tick += delta or 0
            yield number & 0xFFFF, None if delta is None else (tick * TICK_US - START_US) / 1e6


def transport_numbers(client: Client) -> list[int]:
    assert client.transport_cc_id is not None
    elements = [packet.extension(client.transport_cc_id) for packet in client.rtp]
    return [int.from_bytes(element, "big") for element in elements if element is not None]


def talk(wire: Wire, *, transport_cc: bool = True, packets: int = 20) -> Client:
    """Return a client to whom so many video and as many audio packets were sent."""
    sender, receiver = wire.client(), wire.client(transport_cc=transport_cc)
    wire.path.route(receiver.video_slot(), sender.video_source())
    wire.path.route(receiver.audio_slot(), sender.audio_source())
    for number in range(packets):
        wire.now += 0.01
        sender.send_video(number, vp8_payload(number, key_frame=number == 0))
        sender.send_rtp(build_rtp_header(OPUS_TYPE, number, 0, 21) + b"voice")
    return receiver


def tell(client: Client, base: int, fates: Sequence[int | None], reference: int = 9) -> None:
    client.send_rtcp(rtcp.build_transport_wide(TransportFeedback(1, 2, base, reference, 0, tuple(fates))))


def test_a_report_tells_when_the_packets_of_all_streams_came(wire: Wire) -> None:
    client = wire.client(transport_cc=True)
    client.video_source()
    client.audio_source()
    repeated = b"\0\1" + vp8_payload(1, key_frame=True)
    packets = (
        (VP8_TYPE, 1, 11, vp8_payload(1, key_frame=True), 0),
        (OPUS_TYPE, 1, 21, b"voice", 0),
        (RTX_TYPE, 1, 12, b"", 9),
        (RTX_TYPE, 2, 12, repeated, 0),
        (99, 1, 77, b"of an unknown stream", 0),
    )
    times: list[float] = []
    for index, (payload_type, number, ssrc, payload, padding) in enumerate(packets):
        wire.now += 0.00725
        times.append(wire.now - 1000)
        client.send_video(
            number,
            payload,
            ssrc=ssrc,
            payload_type=payload_type,
            extensions=numbered(client, 65_534 + index),
            padding=padding,
        )
    wire.run(0.1)
    told = dict(arrivals(reports(client)))
    assert list(told) == [65_534, 65_535, 0, 1, 2]
    assert list(told.values()) == pytest.approx(times, abs=0.00025)


def test_reports_come_every_100_ms_while_something_arrives(wire: Wire) -> None:
    client = wire.client(transport_cc=True)
    client.video_source()
    wire.run(0.5)
    assert not reports(client)
    for number in range(100):
        wire.run(0.02)
        client.send_video(
            number, vp8_payload(number, key_frame=number == 0), extensions=numbered(client, number)
        )
    assert 19 <= len(reports(client)) <= 21
    wire.run(1)
    assert [report.feedback_count for report in reports(client)] == list(range(len(reports(client))))
    assert [number for number, _ in arrivals(reports(client))] == list(range(100))
    assert all(report.sender_ssrc == 99 and report.media_ssrc == 11 for report in reports(client))


def test_what_stays_away_is_reported_as_lost_and_what_comes_late_is_reported_after_all(wire: Wire) -> None:
    client = wire.client(transport_cc=True)
    client.video_source()

    def send(*numbers: int) -> list[tuple[int, bool]]:
        client.rtcp.clear()
        for number in numbers:
            client.send_video(
                number, vp8_payload(number, key_frame=True), extensions=numbered(client, number)
            )
        wire.run(0.12)
        return [(number, at is not None) for number, at in arrivals(reports(client))]

    assert send(1, 2) == [(1, True), (2, True)]
    assert send(5) == [(3, False), (4, False), (5, True)]
    assert send(6, 4) == [(4, True), (5, True), (6, True)]


def test_a_leap_over_the_whole_window_begins_anew(wire: Wire) -> None:
    client = wire.client(transport_cc=True)
    client.video_source()
    for number in (1, 1 + 1024, 1 + 1024 + 1023):
        client.send_video(number, vp8_payload(number, key_frame=True), extensions=numbered(client, number))
    wire.run(0.12)
    reported = dict(arrivals(reports(client)))
    assert list(reported) == list(range(1025, 2049))
    assert [number for number, at in reported.items() if at is not None] == [1025, 2048]


def test_a_client_that_did_not_negotiate_it_is_told_nothing_and_gets_no_numbers(wire: Wire) -> None:
    receiver = talk(wire, transport_cc=False)
    assert not any(packet.extensions for packet in receiver.rtp)
    receiver.send_video(1, b"x", extensions=[(3, b"\0\1")])
    tell(receiver, 0, [0] * 5)
    wire.run(0.5)
    assert not reports(receiver)
    assert wire.counters["transport_feedback_received"] == 0


def test_every_packet_has_its_number_also_one_that_is_sent_again(wire: Wire) -> None:
    receiver = talk(wire)
    receiver.send_rtcp(rtcp.build_nack(1, 31, [5, 6]))
    assert transport_numbers(receiver) == list(range(42))
    assert [packet.ssrc for packet in receiver.rtp[-2:]] == [32, 32]


def test_numbers_of_clients_end_at_the_server(wire: Wire) -> None:
    sender, receiver = wire.client(transport_cc=True), wire.client(transport_cc=True, shift=2)
    wire.path.route(receiver.video_slot(), sender.video_source())
    sender.send_video(7, vp8_payload(7, key_frame=True), extensions=numbered(sender, 777))
    [packet] = receiver.rtp
    assert packet.extensions == ((5, b"\0\0"),)


def test_each_packets_fate_is_taken_once(wire: Wire) -> None:
    receiver = talk(wire)
    tell(receiver, 0, [0, None, 4, None])
    tell(receiver, 1, [0, 0, 0, 0])
    tell(receiver, 36, [1] * 30)
    counters = wire.counters
    assert counters["transport_feedback_received"] == 3
    assert counters["packets_reported_lost"] == 2
    assert counters["packets_acknowledged"] == 2 + 1 + 4


def test_a_report_on_what_was_never_sent_tells_nothing(wire: Wire) -> None:
    receiver = talk(wire)
    run = struct.pack("!IIHHIHHHH", 1, 2, 40, 4 * 0x1FFF, 0, *[0x1FFF] * 4)
    for _ in range(3):
        receiver.send_rtcp(struct.pack("!BBH", 0x8F, 205, len(run) // 4) + run)
    assert wire.counters["transport_feedback_received"] == 3
    assert wire.counters["packets_reported_lost"] == wire.counters["packets_acknowledged"] == 0


@given(
    st.lists(st.tuples(st.integers(1, 5) | st.integers(-20, 400), st.integers(0, 9_000_000)), max_size=60),
    st.integers(0, 0xFFFF),
)
def test_reports_tell_the_truth(steps: list[tuple[int, int]], first: int) -> None:
    wire = Wire(PATHS["native"])
    client = wire.client(transport_cc=True)
    client.video_source()
    came: dict[int, float] = {}
    number = first
    for step, pause_us in steps:
        number += step
        wire.now += pause_us / 1e6
        client.send_video(number, b"x", extensions=numbered(client, number))
        came.setdefault(number & 0xFFFF, wire.now - 1000)
        if pause_us % 7 == 0:
            wire.run(0.1)
    wire.run(0.2)
    for reported, at in arrivals(reports(client)):
        assert at is None or at == pytest.approx(came[reported], abs=0.00026)
    told = {reported for reported, at in arrivals(reports(client)) if at is not None}
    assert told <= set(came)
    assert number & 0xFFFF in told or not steps


@given(
    st.integers(0, 0xFFFF),
    st.integers(0, (1 << 24) - 1),
    st.lists(deltas, min_size=1, max_size=512) | st.lists(st.none() | st.just(1), min_size=1, max_size=512),
)
def test_reports_survive_the_wire(base: int, reference: int, fates: list[int | None]) -> None:
    feedback = TransportFeedback(1, 2, base, reference, 3, tuple(fates))
    assert parse_rtcp(rtcp.build_transport_wide(feedback)) == [feedback]


def test_vectors_of_one_bit_symbols_are_understood() -> None:
    body = struct.pack("!IIHHIH", 1, 2, 7, 5, 0, 0x8000 | 0b01011 << 9) + bytes((1, 2, 3))
    assert parse_transport_feedback(body).deltas == (None, 1, None, 2, 3)


@pytest.mark.parametrize(
    ("count", "rest", "why"),
    [
        (0, b"\x20\x01\x00\x00", "empty"),
        (1, b"", "no chunk"),
        (1, b"\x20\x01", "no delta"),
        (2, b"\x40\x02\x00\x00\x00", "half a delta"),
        (8, b"\x20\x07" + bytes(7), "fewer than counted"),
        (1, b"\x60\x01\x00\x00\x00", "the reserved symbol"),
        (1, b"\xf0\x00\x00\x00\x00", "the reserved symbol in a vector"),
        (1, b"\x20\x00\x20\x01\x00\x00", "a run of nothing"),
    ],
)
def test_a_report_without_meaning_is_refused(wire: Wire, count: int, rest: bytes, why: str) -> None:
    receiver = talk(wire)
    body = struct.pack("!IIHHI", 1, 2, 0, count, 0) + rest
    body += bytes(-len(body) % 4)
    if len(rest) % 4:  # take what was added off as padding, so that the length is what the row says
        padding = -(16 + len(rest)) % 4
        body = body[:-1] + bytes((padding,))
    packet = struct.pack("!BBH", 0x8F | (0x20 if len(rest) % 4 else 0), 205, len(body) // 4) + body
    with pytest.raises(RtcpError):
        parse_rtcp(packet)
    receiver.send_rtcp(packet)
    assert wire.counters["malformed_rtcp"] == 1, why
    assert wire.counters["packets_acknowledged"] == 0
