"""RTCP: reports (RFC 3550 section 6), feedback (RFC 4585, RFC 5104), REMB (draft-alvestrand-rmcat-remb)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.media.specification.transport_cc import (
    TransportFeedback,
    TransportFeedbackError,
    build_transport_feedback,
    parse_transport_feedback,
)

SENDER_REPORT = 200
RECEIVER_REPORT = 201
SOURCE_DESCRIPTION = 202
GOODBYE = 203
TRANSPORT_FEEDBACK = 205
PAYLOAD_FEEDBACK = 206
_GENERIC_NACK = 1
_TRANSPORT_WIDE = 15
_PICTURE_LOSS = 1
_FULL_INTRA = 4
_APPLICATION = 15

_BLOCK = struct.Struct("!IB3sIIII")
_SENDER_INFO = struct.Struct("!IQIII")
_REMB_NAME = b"REMB"
_SDES_CNAME = 1
_REMB_MANTISSA_BITS = 18


class RtcpError(ValueError):
    """A datagram is not a well-formed compound RTCP packet."""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What a receiver says about one SSRC; `jitter` in clock ticks, `delay_since_last` in 1/65536 s."""

    ssrc: int
    fraction_lost: int
    packets_lost: int
    highest_sequence: int
    jitter: int
    last_sender_report: int
    delay_since_last: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    """A sender's clock mapping; `ntp_time` is 32.32 fixed point."""

    ssrc: int
    ntp_time: int
    rtp_timestamp: int
    packet_count: int
    octet_count: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """Report blocks of a participant that sends no media itself."""

    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """The canonical names of sources."""

    cnames: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Sources that end."""

    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nack:
    """A request for lost packets, by 16-bit sequence number (RFC 4585 section 6.2.1)."""

    sender_ssrc: int
    media_ssrc: int
    sequence_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PictureLoss:
    """A request for a key frame (PLI, RFC 4585 section 6.3.1)."""

    sender_ssrc: int
    media_ssrc: int


@dataclass(frozen=True, slots=True)
class FullIntra:
    """A request for key frames (FIR, RFC 5104 section 4.3.1): pairs of SSRC and command number."""

    sender_ssrc: int
    entries: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ReceiverEstimate:
    """The most that a sender's streams may take together (REMB)."""

    sender_ssrc: int
    bitrate_bps: int
    ssrcs: tuple[int, ...]


RtcpPacket = (
    SenderReport
    | ReceiverReport
    | SourceDescription
    | Goodbye
    | Nack
    | PictureLoss
    | FullIntra
    | ReceiverEstimate
    | TransportFeedback
)


def is_rtcp(datagram: bytes) -> bool:
    """Tell RTCP from RTP on one port by the packet type (RFC 5761 section 4)."""
    return len(datagram) >= 2 and 192 <= datagram[1] <= 223


def parse_rtcp(data: bytes) -> list[RtcpPacket]:
    """Parse a decrypted compound packet; kinds not known here are skipped.

    Raises:
        RtcpError: a header or a length does not fit.
    """
    packets: list[RtcpPacket] = []
    position = 0
    if not data:
        raise RtcpError("empty packet")
    while position < len(data):
        body, kind, count, position = _next_packet(data, position)
        try:
            packet = _parse_one(kind, count, body)
        except (struct.error, IndexError, TransportFeedbackError):
            raise RtcpError(f"packet of type {kind} cut off") from None
        if packet is not None:
            packets.append(packet)
    return packets


def _next_packet(data: bytes, position: int) -> tuple[bytes, int, int, int]:
    if position + 4 > len(data):
        raise RtcpError("header cut off")
    first, kind, words = struct.unpack_from("!BBH", data, position)
    end = position + 4 * (words + 1)
    if first >> 6 != 2:
        raise RtcpError("not RTCP version 2")
    if end > len(data):
        raise RtcpError("length beyond the datagram")
    body = data[position + 4 : end]
    if first & 0x20:
        if not body or not 0 < body[-1] <= len(body):
            raise RtcpError("impossible padding")
        body = body[: -body[-1]]
    return body, kind, first & 0x1F, end


def _parse_one(kind: int, count: int, body: bytes) -> RtcpPacket | None:
    if kind == SENDER_REPORT:
        ssrc, ntp_time, timestamp, packets, octets = _SENDER_INFO.unpack_from(body)
        blocks = _parse_blocks(body, _SENDER_INFO.size, count)
        return SenderReport(ssrc, ntp_time, timestamp, packets, octets, blocks)
    if kind == RECEIVER_REPORT:
        (ssrc,) = struct.unpack_from("!I", body)
        return ReceiverReport(ssrc, _parse_blocks(body, 4, count))
    if kind == SOURCE_DESCRIPTION:
        return _parse_source_description(body, count)
    if kind == GOODBYE:
        return Goodbye(struct.unpack_from(f"!{count}I", body))
    if kind == TRANSPORT_FEEDBACK and count == _GENERIC_NACK:
        return _parse_nack(body)
    if kind == TRANSPORT_FEEDBACK and count == _TRANSPORT_WIDE:
        return parse_transport_feedback(body)
    if kind == PAYLOAD_FEEDBACK:
        return _parse_payload_feedback(count, body)
    return None


def _parse_blocks(body: bytes, position: int, count: int) -> tuple[ReportBlock, ...]:
    blocks: list[ReportBlock] = []
    for index in range(count):
        ssrc, fraction, lost, *rest = _BLOCK.unpack_from(body, position + index * _BLOCK.size)
        blocks.append(ReportBlock(ssrc, fraction, int.from_bytes(lost, "big", signed=True), *rest))
    return tuple(blocks)


def _parse_source_description(body: bytes, count: int) -> SourceDescription:
    cnames: list[tuple[int, str]] = []
    position = 0
    for _ in range(count):
        (ssrc,) = struct.unpack_from("!I", body, position)
        position += 4
        while body[position] != 0:
            size = body[position + 1]
            value = body[position + 2 : position + 2 + size]
            if len(value) != size:
                raise IndexError
            if body[position] == _SDES_CNAME:
                cnames.append((ssrc, value.decode(errors="replace")))
            position += 2 + size
        position += 4 - position % 4
    return SourceDescription(tuple(cnames))


def _parse_nack(body: bytes) -> Nack:
    sender_ssrc, media_ssrc = struct.unpack_from("!II", body)
    numbers: list[int] = []
    for position in range(8, len(body), 4):
        packet_id, following = struct.unpack_from("!HH", body, position)
        numbers.append(packet_id)
        numbers += [(packet_id + bit + 1) & 0xFFFF for bit in range(16) if following >> bit & 1]
    return Nack(sender_ssrc, media_ssrc, tuple(numbers))


def _parse_payload_feedback(kind: int, body: bytes) -> RtcpPacket | None:
    sender_ssrc, media_ssrc = struct.unpack_from("!II", body)
    if kind == _PICTURE_LOSS:
        return PictureLoss(sender_ssrc, media_ssrc)
    if kind == _FULL_INTRA:
        entries = [struct.unpack_from("!IB", body, position) for position in range(8, len(body) - 7, 8)]
        return FullIntra(sender_ssrc, tuple((ssrc, number) for ssrc, number in entries))
    if kind == _APPLICATION and body[8:12] == _REMB_NAME:
        count, exponent_and_mantissa = body[12], int.from_bytes(body[13:16], "big")
        bitrate = (exponent_and_mantissa & 0x3FFFF) << (exponent_and_mantissa >> _REMB_MANTISSA_BITS)
        return ReceiverEstimate(sender_ssrc, bitrate, struct.unpack_from(f"!{count}I", body, 16))
    return None


def build_sender_report(report: SenderReport) -> bytes:
    """Build an SR with its report blocks."""
    info = _SENDER_INFO.pack(
        report.ssrc, report.ntp_time, report.rtp_timestamp, report.packet_count, report.octet_count
    )
    return _packet(SENDER_REPORT, len(report.blocks), info + _build_blocks(report.blocks))


def build_receiver_report(report: ReceiverReport) -> bytes:
    """Build an RR with its report blocks."""
    body = struct.pack("!I", report.ssrc) + _build_blocks(report.blocks)
    return _packet(RECEIVER_REPORT, len(report.blocks), body)


def build_source_description(ssrc: int, cname: str) -> bytes:
    """Build an SDES packet with one canonical name."""
    value = cname.encode()
    chunk = struct.pack("!IBB", ssrc, _SDES_CNAME, len(value)) + value
    return _packet(SOURCE_DESCRIPTION, 1, chunk + bytes(4 - len(chunk) % 4))


def build_goodbye(ssrcs: Sequence[int]) -> bytes:
    """Build a BYE for up to 31 sources."""
    return _packet(GOODBYE, len(ssrcs), struct.pack(f"!{len(ssrcs)}I", *ssrcs))


def build_nack(sender_ssrc: int, media_ssrc: int, sequence_numbers: Iterable[int]) -> bytes:
    """Build a generic NACK; the numbers come in the order of the stream, also across a wrap."""
    items: list[list[int]] = []
    for number in sequence_numbers:
        distance = (number - items[-1][0]) & 0xFFFF if items else 0
        if items and 1 <= distance <= 16:
            items[-1][1] |= 1 << (distance - 1)
        else:
            items.append([number, 0])
    body = struct.pack("!II", sender_ssrc, media_ssrc) + b"".join(struct.pack("!HH", *item) for item in items)
    return _packet(TRANSPORT_FEEDBACK, _GENERIC_NACK, body)


def build_transport_wide(feedback: TransportFeedback) -> bytes:
    """Build transport-wide feedback."""
    return _packet(TRANSPORT_FEEDBACK, _TRANSPORT_WIDE, build_transport_feedback(feedback))


def build_picture_loss(sender_ssrc: int, media_ssrc: int) -> bytes:
    """Build a PLI."""
    return _packet(PAYLOAD_FEEDBACK, _PICTURE_LOSS, struct.pack("!II", sender_ssrc, media_ssrc))


def build_full_intra(sender_ssrc: int, media_ssrc: int, command: int) -> bytes:
    """Build a FIR for one SSRC; `command` must change with each new request."""
    body = struct.pack("!IIIB3x", sender_ssrc, 0, media_ssrc, command & 0xFF)
    return _packet(PAYLOAD_FEEDBACK, _FULL_INTRA, body)


def build_receiver_estimate(sender_ssrc: int, bitrate_bps: int, ssrcs: Sequence[int]) -> bytes:
    """Build a REMB; the bitrate is rounded down to 18 significant bits."""
    exponent = max(0, bitrate_bps.bit_length() - _REMB_MANTISSA_BITS)
    packed = exponent << _REMB_MANTISSA_BITS | bitrate_bps >> exponent
    body = struct.pack("!II4sB", sender_ssrc, 0, _REMB_NAME, len(ssrcs)) + packed.to_bytes(3, "big")
    return _packet(PAYLOAD_FEEDBACK, _APPLICATION, body + struct.pack(f"!{len(ssrcs)}I", *ssrcs))


def _build_blocks(blocks: Iterable[ReportBlock]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost,
            block.packets_lost.to_bytes(3, "big", signed=True),
            block.highest_sequence,
            block.jitter,
            block.last_sender_report,
            block.delay_since_last,
        )
        for block in blocks
    )


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body
