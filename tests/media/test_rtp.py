"""RTP, its header extensions and the VP8 payload descriptor."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.media.specification.rtp import RtpError, RtpPacket, build_rtp_header, parse_rtp
from tests.media.specification.vp8 import PictureNumbers, Vp8Error, parse_descriptor, rewrite_descriptor

one_byte_extensions = st.lists(st.tuples(st.integers(1, 14), st.binary(min_size=1, max_size=16)), max_size=4)
two_byte_extensions = st.lists(st.tuples(st.integers(1, 255), st.binary(max_size=40)), max_size=4)


@given(
    st.integers(0, 127),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.booleans(),
    one_byte_extensions | two_byte_extensions,
    st.binary(max_size=50),
)
def test_what_is_built_is_parsed_back(
    payload_type: int,
    number: int,
    timestamp: int,
    ssrc: int,
    marker: bool,
    extensions: list[tuple[int, bytes]],
    payload: bytes,
) -> None:
    header = build_rtp_header(payload_type, number, timestamp, ssrc, marker=marker, extensions=extensions)
    expected = RtpPacket(payload_type, marker, number, timestamp, ssrc, tuple(extensions), payload)
    assert parse_rtp(header + payload) == expected


@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda tail: b"\xb0" + tail))
@example(b"\x90" + bytes(11) + b"\xbe\xde\x00\x01\x1f")
def test_arbitrary_bytes_raise_nothing_but_rtp_error(data: bytes) -> None:
    try:
        parse_rtp(data)
    except RtpError:
        return


def test_padding_and_contributing_sources_are_taken_off() -> None:
    header = bytearray(build_rtp_header(96, 1, 2, 3))
    header[0] |= 0x20 | 1
    assert parse_rtp(bytes(header) + b"CSRC" + b"payload" + b"\0\0\x03").payload == b"payload"
    assert parse_rtp(bytes(header) + b"CSRC" + b"\0\0\x03").payload == b""


@pytest.mark.parametrize("padding", [b"\0", b"\xff", b"\0\0\x08"])
def test_impossible_padding_is_refused(padding: bytes) -> None:
    header = bytearray(build_rtp_header(96, 1, 2, 3))
    header[0] |= 0x20
    with pytest.raises(RtpError):
        parse_rtp(bytes(header) + padding)


@given(st.binary(max_size=8))
def test_arbitrary_payloads_raise_nothing_but_vp8_error(payload: bytes) -> None:
    try:
        parse_descriptor(payload)
    except Vp8Error:
        return


def vp8(picture_id: int, tl0picidx: int, keyidx: int, *, key_frame: bool, long_id: bool = True) -> bytes:
    identifier = (0x8000 | picture_id).to_bytes(2, "big") if long_id else bytes((picture_id & 0x7F,))
    fields = bytes((0x90, 0xF0)) + identifier + bytes((tl0picidx, 0x20 | keyidx))
    return fields + bytes((0 if key_frame else 1,)) + b"picture"


@given(
    st.integers(0, 0x7FFF),
    st.integers(0, 0xFF),
    st.integers(0, 0x1F),
    st.integers(-40000, 40000),
    st.booleans(),
    st.booleans(),
)
def test_rewriting_moves_every_number_and_nothing_else(
    picture_id: int, tl0: int, key: int, offset: int, key_frame: bool, long_id: bool
) -> None:
    payload = vp8(picture_id, tl0, key, key_frame=key_frame, long_id=long_id)
    descriptor = parse_descriptor(payload)
    rewritten = rewrite_descriptor(payload, descriptor, PictureNumbers(offset, offset, offset))
    moved = parse_descriptor(rewritten + payload[descriptor.size :])
    assert descriptor.key_frame_start == moved.key_frame_start == key_frame
    assert (moved.size, moved.picture_id_bits) == (descriptor.size, descriptor.picture_id_bits)
    assert moved.picture_id == (picture_id + offset) % (1 << moved.picture_id_bits)
    assert moved.tl0picidx == (tl0 + offset) % 256
    assert moved.keyidx == (key + offset) % 32
    assert rewritten[-1] & 0xE0 == 0x20


def test_only_the_first_packet_of_the_first_partition_can_begin_a_key_frame() -> None:
    assert parse_descriptor(b"\x10\x00").key_frame_start
    assert not parse_descriptor(b"\x00\x00").key_frame_start
    assert not parse_descriptor(b"\x11\x00").key_frame_start
    assert not parse_descriptor(b"\x10\x01").key_frame_start
