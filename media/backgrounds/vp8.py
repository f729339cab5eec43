"""VP8 in RTP: the payload descriptor (RFC 7741 section 4.2) and packets of a frame."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media.backgrounds.rtp import Malformed

MAX_PAYLOAD = 1150
"""Of a packet's payload, in bytes: leaves room for header extensions, SRTP and IPv6."""

_EXTENDED, _START = 0x80, 0x10
_PICTURE_ID, _TL0PICIDX, _TID, _KEYIDX = 0x80, 0x40, 0x20, 0x10


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one packet holds of a frame."""

    is_start: bool
    is_key_frame: bool
    """Only told by a frame's start."""
    data: bytes


def parse_payload(payload: bytes) -> Fragment:
    """Take the descriptor off. Raises Malformed."""
    at = _descriptor_size(payload)
    if at >= len(payload):
        raise Malformed("the payload ends within its descriptor")
    is_start = bool(payload[0] & _START) and payload[0] & 7 == 0
    # The first bit of a frame is 0 in key frames (RFC 6386 section 9.1).
    return Fragment(is_start, is_start and not payload[at] & 1, payload[at:])


def packetize(frame: bytes, picture_id: int) -> Iterator[bytes]:
    """Cut a frame into payloads of nearly equal size, with picture ids of 15 bits."""
    first = struct.pack("!BBH", _EXTENDED | _START, _PICTURE_ID, 0x8000 | picture_id)
    other = struct.pack("!BBH", _EXTENDED, _PICTURE_ID, 0x8000 | picture_id)
    count = -(-len(frame) // (MAX_PAYLOAD - len(first)))
    size = -(-len(frame) // count)
    for begin in range(0, len(frame), size):
        yield (other if begin else first) + frame[begin : begin + size]


def _descriptor_size(payload: bytes) -> int:
    if not payload:
        raise Malformed("an empty payload")
    if not payload[0] & _EXTENDED:
        return 1
    if len(payload) < 3:
        raise Malformed("the payload ends within its descriptor")
    flags, size = payload[1], 2
    if flags & _PICTURE_ID:
        size += 2 if payload[2] & 0x80 else 1
    if flags & _TL0PICIDX:
        size += 1
    if flags & (_TID | _KEYIDX):
        size += 1
    return size
