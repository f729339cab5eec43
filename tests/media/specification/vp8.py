"""The VP8 payload descriptor (RFC 7741 section 4.2): reading, rewriting, recognising key frames."""

from __future__ import annotations

from dataclasses import dataclass

_EXTENDED = 0x80
_START_OF_PARTITION = 0x10
_HAS_PICTURE_ID = 0x80
_HAS_TL0PICIDX = 0x40
_HAS_TID = 0x20
_HAS_KEYIDX = 0x10
_LONG_PICTURE_ID = 0x80
_LAYER_SYNC = 0x20
_START_CODE = b"\x9d\x01\x2a"


class Vp8Error(ValueError):
    """A payload does not begin with a complete VP8 payload descriptor."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A parsed payload descriptor; absent fields are None.

    `picture_id_bits` is 7 or 15. The `*_at` fields are byte offsets in the payload, 0 when absent.
    """

    size: int
    key_frame_start: bool
    picture_id: int | None = None
    picture_id_bits: int = 15
    tl0picidx: int | None = None
    keyidx: int | None = None
    picture_id_at: int = 0
    tl0picidx_at: int = 0
    keyidx_at: int = 0
    frame_start: bool = False
    temporal_id: int = 0
    layer_sync: bool = False


def parse_descriptor(payload: bytes) -> Descriptor:
    """Parse the descriptor at the start of an RTP payload.

    Raises:
        Vp8Error: the payload ends within the descriptor.
    """
    try:
        return _parse(payload)
    except IndexError:
        raise Vp8Error("payload descriptor cut off") from None


def _parse(payload: bytes) -> Descriptor:
    first = payload[0]
    position = 1
    picture_id = tl0picidx = keyidx = None
    bits = 15
    picture_id_at = tl0picidx_at = keyidx_at = temporal_id = 0
    layer_sync = False
    if first & _EXTENDED:
        flags = payload[1]
        position = 2
        if flags & _HAS_PICTURE_ID:
            picture_id_at = position
            picture_id, bits = _picture_id(payload, position)
            position += 2 if bits == 15 else 1
        if flags & _HAS_TL0PICIDX:
            tl0picidx_at = position
            tl0picidx = payload[position]
            position += 1
        if flags & (_HAS_TID | _HAS_KEYIDX):
            if flags & _HAS_TID:
                temporal_id, layer_sync = payload[position] >> 6, bool(payload[position] & _LAYER_SYNC)
            if flags & _HAS_KEYIDX:
                keyidx_at = position
                keyidx = payload[position] & 0x1F
            position += 1
    # The inverse key-frame bit is the lowest of the first byte of the first partition (section 4.3).
    frame_start = bool(first & _START_OF_PARTITION) and first & 0x07 == 0
    key_frame_start = frame_start and payload[position] & 1 == 0
    if position > len(payload):
        raise Vp8Error("payload descriptor cut off")
    return Descriptor(
        position,
        key_frame_start,
        picture_id,
        bits,
        tl0picidx,
        keyidx,
        picture_id_at,
        tl0picidx_at,
        keyidx_at,
        frame_start,
        temporal_id,
        layer_sync,
    )


def picture_size(payload: bytes, descriptor: Descriptor) -> tuple[int, int] | None:
    """Read the picture's size from a packet with the beginning of a key frame (RFC 6386 section 9.1)."""
    frame = payload[descriptor.size : descriptor.size + 10]
    if len(frame) < 10 or frame[3:6] != _START_CODE:
        return None
    return int.from_bytes(frame[6:8], "little") & 0x3FFF, int.from_bytes(frame[8:10], "little") & 0x3FFF


def _picture_id(payload: bytes, position: int) -> tuple[int, int]:
    if payload[position] & _LONG_PICTURE_ID:
        return (payload[position] & 0x7F) << 8 | payload[position + 1], 15
    return payload[position], 7


@dataclass(slots=True)
class PictureNumbers:
    """The running numbers of a VP8 stream: picture id, TL0PICIDX and KEYIDX."""

    picture_id: int = 0
    tl0picidx: int = 0
    keyidx: int = 0


def rewrite_descriptor(payload: bytes, descriptor: Descriptor, offsets: PictureNumbers) -> bytes:
    """Return the descriptor's bytes with each present number advanced by its offset.

    Every field keeps its width, so the descriptor keeps its size.
    """
    rewritten = bytearray(payload[: descriptor.size])
    if descriptor.picture_id is not None:
        number = descriptor.picture_id + offsets.picture_id
        at = descriptor.picture_id_at
        if descriptor.picture_id_bits == 15:
            rewritten[at] = _LONG_PICTURE_ID | number >> 8 & 0x7F
            rewritten[at + 1] = number & 0xFF
        else:
            rewritten[at] = number & 0x7F
    if descriptor.tl0picidx is not None:
        rewritten[descriptor.tl0picidx_at] = descriptor.tl0picidx + offsets.tl0picidx & 0xFF
    if descriptor.keyidx is not None:
        at = descriptor.keyidx_at
        rewritten[at] = rewritten[at] & 0xE0 | descriptor.keyidx + offsets.keyidx & 0x1F
    return bytes(rewritten)
