"""RTCP parsing and building."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.specification import rtcp
from tests.media.specification.rtcp import RtcpError, parse_rtcp

u32 = st.integers(0, 0xFFFFFFFF)
blocks = st.lists(
    st.builds(
        rtcp.ReportBlock, u32, st.integers(0, 255), st.integers(-0x800000, 0x7FFFFF), u32, u32, u32, u32
    ),
    max_size=31,
).map(tuple)


@given(st.builds(rtcp.SenderReport, u32, st.integers(0, 2**64 - 1), u32, u32, u32, blocks))
def test_sender_reports_survive_the_wire(report: rtcp.SenderReport) -> None:
    assert parse_rtcp(rtcp.build_sender_report(report)) == [report]


@given(st.builds(rtcp.ReceiverReport, u32, blocks), u32, st.text(max_size=40), st.lists(u32, max_size=31))
def test_a_compound_packet_is_taken_apart(
    report: rtcp.ReceiverReport, ssrc: int, cname: str, leaving: list[int]
) -> None:
    compound = (
        rtcp.build_receiver_report(report)
        + rtcp.build_source_description(ssrc, cname)
        + rtcp.build_picture_loss(1, ssrc)
        + rtcp.build_full_intra(1, ssrc, 7)
        + rtcp.build_goodbye(leaving)
    )
    assert parse_rtcp(compound) == [
        report,
        rtcp.SourceDescription(((ssrc, cname),)),
        rtcp.PictureLoss(1, ssrc),
        rtcp.FullIntra(1, ((ssrc, 7),)),
        rtcp.Goodbye(tuple(leaving)),
    ]


@given(st.integers(0, 0xFFFF), st.lists(st.integers(1, 40), max_size=60))
def test_a_nack_names_exactly_the_lost_packets_also_across_a_wrap(first: int, steps: list[int]) -> None:
    numbers = [first]
    for step in steps:
        numbers.append((numbers[-1] + step) & 0xFFFF)
    assert parse_rtcp(rtcp.build_nack(1, 2, numbers)) == [rtcp.Nack(1, 2, tuple(numbers))]


@given(st.integers(0, 1 << 40), st.lists(u32, max_size=10))
def test_an_estimate_keeps_18_significant_bits(bitrate: int, ssrcs: list[int]) -> None:
    [packet] = parse_rtcp(rtcp.build_receiver_estimate(1, bitrate, ssrcs))
    assert isinstance(packet, rtcp.ReceiverEstimate)
    assert packet.ssrcs == tuple(ssrcs)
    assert packet.bitrate_bps <= bitrate <= packet.bitrate_bps * (1 + 2**-17) + 1


@given(st.binary(max_size=100))
def test_arbitrary_bytes_raise_nothing_but_rtcp_error(data: bytes) -> None:
    try:
        parse_rtcp(data)
    except RtcpError:
        return


@given(
    st.integers(192, 223), st.integers(0, 31), st.binary(max_size=60).map(lambda b: b + bytes(-len(b) % 4))
)
def test_arbitrary_bodies_raise_nothing_but_rtcp_error(kind: int, count: int, body: bytes) -> None:
    try:
        parse_rtcp(struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body)
    except RtcpError:
        return


@pytest.mark.parametrize(
    "data", [b"", b"\x80\xc8\x00\x01\0\0\0\1", b"\x80\xc9\x00\x09\0\0\0\1", b"\x40\xc9\0\0"]
)
def test_what_is_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(RtcpError):
        parse_rtcp(data)
