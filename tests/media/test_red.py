"""Redundant audio (RFC 2198), seen from its clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.sfu.packet_path import ALL_TEMPORAL_LAYERS
from tests.media.specification.red import MAX_BLOCKS, RedError, RedundantBlock, build_red, parse_red
from tests.media.specification.rtp import build_rtp_header
from tests.media.specification.transport import AUDIO_LEVEL_EXTENSION
from tests.media.wire import OPUS_TYPE, PATHS, RED_TYPE, Client, MakePath, Wire

FRAME = 960
"""Samples of a packet: 20 ms."""
OTHER_OPUS_TYPE, OTHER_RED_TYPE = 109, 120

blocks = st.builds(RedundantBlock, st.integers(0, 0x3FFF), st.binary(max_size=0x3FF))


@pytest.fixture(params=list(PATHS.values()), ids=list(PATHS), scope="module")
def make_path(request: pytest.FixtureRequest) -> MakePath:
    """Every behaviour holds for the native path and for its specification."""
    maker: MakePath = request.param
    return maker


def voice(number: int) -> bytes:
    return b"voice %d" % number


def redundant(number: int, depth: int = 1) -> bytes:
    """Return the payload of a packet that repeats the `depth` packets before it."""
    repeated = [RedundantBlock(back * FRAME, voice(number - back)) for back in range(depth, 0, -1)]
    return build_red(OPUS_TYPE, voice(number), repeated)


def say(client: Client, number: int, payload: bytes, payload_type: int = RED_TYPE) -> None:
    header = build_rtp_header(
        payload_type,
        number,
        number * FRAME,
        21,
        extensions=[(client.extensions[AUDIO_LEVEL_EXTENSION], b"\x17")],
    )
    client.send_rtp(header + payload)


def microphone(
    wire: Wire, *receivers: Client, payload_type: int = OPUS_TYPE, red_type: int | None = None
) -> Client:
    """Return a client whose microphone goes into the slots of the others."""
    sender = wire.client()
    source = sender.audio_source(red_type=RED_TYPE)
    for receiver in receivers:
        wire.path.route(receiver.audio_slot(payload_type=payload_type, red_type=red_type), source)
    return sender


def received(client: Client) -> list[tuple[int, bytes]]:
    return [(packet.payload_type, packet.payload) for packet in client.rtp]


@given(st.lists(blocks, max_size=MAX_BLOCKS), st.binary(min_size=1, max_size=50))
def test_what_is_built_is_parsed_back(repeated: list[RedundantBlock], primary: bytes) -> None:
    red = parse_red(build_red(OPUS_TYPE, primary, repeated), OPUS_TYPE)
    assert (red.redundant, red.primary) == (tuple(repeated), primary)


@given(st.binary(max_size=20).map(lambda tail: bytes((0x80 | OPUS_TYPE,)) + tail) | st.binary(max_size=20))
def test_arbitrary_bytes_raise_nothing_but_red_error(payload: bytes) -> None:
    try:
        parse_red(payload, OPUS_TYPE)
    except RedError:
        return


def test_a_receiver_that_takes_redundancy_gets_all_blocks_under_its_own_payload_types(
    make_path: MakePath,
) -> None:
    wire = Wire(make_path)
    receiver = wire.client()
    sender = microphone(wire, receiver, payload_type=OTHER_OPUS_TYPE, red_type=OTHER_RED_TYPE)
    for number in range(1, 4):
        say(sender, number, redundant(number))
    assert [payload_type for payload_type, _ in received(receiver)[1:]] == [OTHER_RED_TYPE] * 2
    for number, (_, payload) in enumerate(received(receiver)[1:], 2):
        red = parse_red(payload, OTHER_OPUS_TYPE)
        assert red.redundant == (RedundantBlock(FRAME, voice(number - 1)),)
        assert red.primary == voice(number)


def test_a_receiver_without_redundancy_gets_the_primary_blocks(make_path: MakePath) -> None:
    wire = Wire(make_path)
    receiver = wire.client(transport_cc=True)
    sender = microphone(wire, receiver, payload_type=OTHER_OPUS_TYPE)
    for number in range(1, 5):
        say(sender, number, redundant(number, depth=number - 1))
    assert received(receiver) == [(OTHER_OPUS_TYPE, voice(number)) for number in range(1, 5)]
    assert [packet.sequence_number for packet in receiver.rtp] == [1, 2, 3, 4]
    assert [packet.timestamp for packet in receiver.rtp] == [number * FRAME for number in range(1, 5)]


def test_redundancy_can_be_left_out_and_taken_in_again_in_the_middle(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client()
    source, slot = sender.audio_source(red_type=RED_TYPE), receiver.audio_slot(red_type=RED_TYPE)
    for number, most in enumerate((ALL_TEMPORAL_LAYERS, ALL_TEMPORAL_LAYERS, 0, 0, ALL_TEMPORAL_LAYERS)):
        wire.path.select(slot, source, most)
        say(sender, number + 1, redundant(number + 1))
    kinds = [OPUS_TYPE, RED_TYPE, OPUS_TYPE, OPUS_TYPE, RED_TYPE]
    assert [payload_type for payload_type, _ in received(receiver)] == kinds
    assert [packet.sequence_number for packet in receiver.rtp] == [1, 2, 3, 4, 5]
    assert [packet.timestamp for packet in receiver.rtp] == [number * FRAME for number in range(1, 6)]


def test_a_sender_may_change_between_plain_and_redundant_packets(make_path: MakePath) -> None:
    wire = Wire(make_path)
    receiver = wire.client()
    sender = microphone(wire, receiver, red_type=RED_TYPE)
    say(sender, 1, voice(1), OPUS_TYPE)
    say(sender, 2, redundant(2))
    say(sender, 3, voice(3), OPUS_TYPE)
    assert received(receiver) == [(OPUS_TYPE, voice(1)), (RED_TYPE, redundant(2)), (OPUS_TYPE, voice(3))]


def test_what_was_said_while_a_microphone_was_cut_is_not_told_afterwards(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client()
    source, slot = sender.audio_source(red_type=RED_TYPE), receiver.audio_slot(red_type=RED_TYPE)
    wire.path.route(slot, source)
    say(sender, 10, redundant(10))
    wire.path.route(slot, None)
    say(sender, 11, redundant(11))
    wire.path.route(slot, source)
    for number in range(12, 16):
        say(sender, number, redundant(number, depth=2))
    assert not any(voice(11) in payload for _, payload in received(receiver))
    assert received(receiver)[-2:] == [(RED_TYPE, redundant(number, depth=2)) for number in (14, 15)]


def test_the_level_of_redundant_audio_is_reported(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender = microphone(wire)
    say(sender, 1, redundant(1))
    assert list(wire.path.take_audio_levels().values()) == [0x17]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        redundant(5)[:3],
        redundant(5)[: -len(voice(5))],
        bytes((OPUS_TYPE,)),
        bytes((OPUS_TYPE - 1,)) + b"of another codec",
        build_red(OPUS_TYPE - 1, b"primary", [RedundantBlock(FRAME, b"block")]),
        build_red(OPUS_TYPE, b"primary", [RedundantBlock(FRAME, b"block")] * (MAX_BLOCKS + 1)),
    ],
    ids=["empty", "head cut", "no primary", "nothing", "other codec", "other block", "too many"],
)
def test_malformed_redundancy_is_refused_and_counted_and_harms_nobody(
    payload: bytes, make_path: MakePath
) -> None:
    wire = Wire(make_path)
    receiver, plain = wire.client(), wire.client()
    sender = microphone(wire, receiver, plain, red_type=RED_TYPE)
    say(sender, 4, redundant(4))
    say(sender, 5, payload)
    assert wire.counters["malformed_red"] == 1
    say(sender, 6, redundant(6))
    assert [payload for _, payload in received(receiver)] == [voice(4), redundant(6)]


def test_redundancy_that_was_not_negotiated_is_dropped(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = wire.client(), wire.client()
    wire.path.route(receiver.audio_slot(red_type=RED_TYPE), sender.audio_source())
    say(sender, 1, redundant(1))
    assert receiver.rtp == []
    assert wire.counters["dropped_unknown_stream"] == 1
