"""What RTCP says to and of a stream.

Key frames and bit rates are asked for (PLI, RFC 4585 section 6.3.1; REMB), and sender reports tie timestamps
to a clock that the sender's other streams share (RFC 3550 section 6.4.1).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media.backgrounds.rtp import Malformed

_SENDER_REPORT = 200
_PAYLOAD_SPECIFIC = 206
_PLI = 1
_APPLICATION = 15
_HEADER = struct.Struct("!BBHII")
_REPORT = struct.Struct("!BBHIQIII")


@dataclass(frozen=True, slots=True)
class KeyFrameWanted:
    """The receiver cannot go on without a key frame."""


@dataclass(frozen=True, slots=True)
class BitrateWanted:
    """The most that the receiver wants to be sent (draft-alvestrand-rmcat-remb)."""

    bps: int


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the sender's clock (NTP's 64-bit form) showed at a timestamp."""

    ntp_time: int
    timestamp: int


Message = KeyFrameWanted | BitrateWanted | ClockReading


def parse_rtcp(data: bytes) -> Iterator[Message]:
    """Read a compound packet; what does not matter here is skipped. Raises Malformed."""
    at = 0
    while at < len(data):
        if len(data) - at < 4 or data[at] >> 6 != 2:
            raise Malformed("no RTCP header")
        size = 4 * (int.from_bytes(data[at + 2 : at + 4]) + 1)
        if at + size > len(data):
            raise Malformed("the report is longer than the packet")
        if data[at + 1] == _SENDER_REPORT and size >= _REPORT.size:
            _, _, _, _, ntp_time, timestamp, _, _ = _REPORT.unpack_from(data, at)
            yield ClockReading(ntp_time, timestamp)
        elif data[at + 1] == _PAYLOAD_SPECIFIC and size >= _HEADER.size:
            yield from _parse_feedback(data[at] & 31, data[at + _HEADER.size : at + size])
        at += size


def write_key_frame_request(media_ssrc: int) -> bytes:
    """Ask the sender of a stream for a key frame."""
    return _HEADER.pack(0x80 | _PLI, _PAYLOAD_SPECIFIC, 2, 0, media_ssrc)


def write_sender_report(ssrc: int, clock: ClockReading, packets: int, octets: int) -> bytes:
    """Tell the clock of a stream, and how many packets and octets of payload were sent in all."""
    counts = (packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _REPORT.pack(0x80, _SENDER_REPORT, 6, ssrc, clock.ntp_time, clock.timestamp, *counts)


def write_bitrate_request(bps: int, media_ssrc: int) -> bytes:
    """Tell the sender of a stream the most that it may send."""
    exponent = max(bps.bit_length() - 18, 0)
    body = b"REMB" + struct.pack("!II", 1 << 24 | exponent << 18 | bps >> exponent, media_ssrc)
    return _HEADER.pack(0x80 | _APPLICATION, _PAYLOAD_SPECIFIC, 2 + len(body) // 4, 0, 0) + body


def _parse_feedback(kind: int, body: bytes) -> Iterator[Message]:
    if kind == _PLI:
        yield KeyFrameWanted()
    elif kind == _APPLICATION and body[:4] == b"REMB" and len(body) >= 8:
        (word,) = struct.unpack_from("!I", body, 4)
        yield BitrateWanted((word & 0x3FFFF) << (word >> 18 & 63))
