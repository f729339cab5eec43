"""What RTCP says to and of a stream.

Key frames are asked for (PLI, RFC 4585 section 6.3.1), and sender reports tie timestamps to a clock that the
sender's other streams share (RFC 3550 section 6.4.1).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media.backgrounds.rtp import Malformed

_SENDER_REPORT = 200
_PAYLOAD_SPECIFIC = 206
_PLI = 1
_HEADER = struct.Struct("!BBHII")
_REPORT = struct.Struct("!BBHIQIII")


@dataclass(frozen=True, slots=True)
class KeyFrameWanted:
    """The receiver of the stream with this SSRC cannot go on without a key frame."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the sender's clock (NTP's 64-bit form) showed at a timestamp."""

    ntp_time: int
    timestamp: int


Message = KeyFrameWanted | ClockReading


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
        elif data[at + 1] == _PAYLOAD_SPECIFIC and data[at] & 31 == _PLI and size >= _HEADER.size:
            *_, media_ssrc = _HEADER.unpack_from(data, at)
            yield KeyFrameWanted(media_ssrc)
        at += size


def write_key_frame_request(media_ssrc: int) -> bytes:
    """Ask the sender of a stream for a key frame."""
    return _HEADER.pack(0x80 | _PLI, _PAYLOAD_SPECIFIC, 2, 0, media_ssrc)


def write_sender_report(ssrc: int, clock: ClockReading, packets: int, octets: int) -> bytes:
    """Tell the clock of a stream, and how many packets and octets of payload were sent in all."""
    counts = (packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _REPORT.pack(0x80, _SENDER_REPORT, 6, ssrc, clock.ntp_time, clock.timestamp, *counts)
