"""What is asked for by RTCP: key frames (PLI, RFC 4585 section 6.3.1) and a bit rate (REMB)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media.backgrounds.rtp import Malformed

_PAYLOAD_SPECIFIC = 206
_PLI = 1
_APPLICATION = 15
_HEADER = struct.Struct("!BBHII")


@dataclass(frozen=True, slots=True)
class KeyFrameWanted:
    """The receiver cannot go on without a key frame."""


@dataclass(frozen=True, slots=True)
class BitrateWanted:
    """The most that the receiver wants to be sent (draft-alvestrand-rmcat-remb)."""

    bps: int


Request = KeyFrameWanted | BitrateWanted


def parse_requests(data: bytes) -> Iterator[Request]:
    """Read a compound packet; what is not asked for here is skipped. Raises Malformed."""
    at = 0
    while at < len(data):
        if len(data) - at < 4 or data[at] >> 6 != 2:
            raise Malformed("no RTCP header")
        size = 4 * (int.from_bytes(data[at + 2 : at + 4]) + 1)
        if at + size > len(data):
            raise Malformed("the report is longer than the packet")
        if data[at + 1] == _PAYLOAD_SPECIFIC and size >= _HEADER.size:
            yield from _parse_feedback(data[at] & 31, data[at + _HEADER.size : at + size])
        at += size


def write_key_frame_request(media_ssrc: int) -> bytes:
    """Ask the sender of a stream for a key frame."""
    return _HEADER.pack(0x80 | _PLI, _PAYLOAD_SPECIFIC, 2, 0, media_ssrc)


def write_bitrate_request(bps: int, media_ssrc: int) -> bytes:
    """Tell the sender of a stream the most that it may send."""
    exponent = max(bps.bit_length() - 18, 0)
    body = b"REMB" + struct.pack("!II", 1 << 24 | exponent << 18 | bps >> exponent, media_ssrc)
    return _HEADER.pack(0x80 | _APPLICATION, _PAYLOAD_SPECIFIC, 2 + len(body) // 4, 0, 0) + body


def _parse_feedback(kind: int, body: bytes) -> Iterator[Request]:
    if kind == _PLI:
        yield KeyFrameWanted()
    elif kind == _APPLICATION and body[:4] == b"REMB" and len(body) >= 8:
        (word,) = struct.unpack_from("!I", body, 4)
        yield BitrateWanted((word & 0x3FFFF) << (word >> 18 & 63))
