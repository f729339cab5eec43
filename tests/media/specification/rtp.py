"""RTP packets (RFC 3550 section 5) with general header extensions (RFC 8285)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

_HEADER = struct.Struct("!BBHII")
_EXTENSION_HEADER = struct.Struct("!HH")
_ONE_BYTE_PROFILE = 0xBEDE
_TWO_BYTE_PROFILE = 0x1000
_ONE_BYTE_ID_LIMIT = 14
_ONE_BYTE_SIZE_LIMIT = 16
_VERSION_BITS = 0x80
_PADDING_BIT = 0x20
_EXTENSION_BIT = 0x10
_MARKER_BIT = 0x80

HEADER_SIZE = _HEADER.size

Extension = tuple[int, bytes]
"""One header extension element: its local identifier and its data."""


class RtpError(ValueError):
    """A datagram is not a well-formed RTP packet."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """The parts of an RTP packet that forwarding needs; padding and CSRC list are taken off.

    `extensions_size` is what the elements took in the packet, in bytes.
    """

    payload_type: int
    marker: bool
    sequence_number: int
    timestamp: int
    ssrc: int
    extensions: tuple[Extension, ...]
    payload: bytes
    extensions_size: int = field(default=0, compare=False)

    def extension(self, identifier: int) -> bytes | None:
        """Return the data of the element with this local identifier."""
        for candidate, data in self.extensions:
            if candidate == identifier:
                return data
        return None


def peek_ssrc(datagram: bytes) -> int:
    """Return the SSRC of a protected RTP packet without parsing the rest.

    Raises:
        RtpError: the datagram is shorter than an RTP header.
    """
    if len(datagram) < HEADER_SIZE:
        raise RtpError("shorter than an RTP header")
    return int.from_bytes(datagram[8:12], "big")


def parse_rtp(data: bytes) -> RtpPacket:
    """Parse a decrypted RTP packet.

    Raises:
        RtpError: the version, the lengths or the padding do not fit.
    """
    if len(data) < HEADER_SIZE:
        raise RtpError("shorter than an RTP header")
    first, second, sequence_number, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise RtpError("not RTP version 2")
    position = HEADER_SIZE + 4 * (first & 0x0F)
    extensions: tuple[Extension, ...] = ()
    extensions_size = 0
    if first & _EXTENSION_BIT:
        extensions, extensions_size, position = _parse_extensions(data, position)
    end = _payload_end(data, position, padded=bool(first & _PADDING_BIT))
    return RtpPacket(
        payload_type=second & 0x7F,
        marker=bool(second & _MARKER_BIT),
        sequence_number=sequence_number,
        timestamp=timestamp,
        ssrc=ssrc,
        extensions=extensions,
        payload=data[position:end],
        extensions_size=extensions_size,
    )


def _payload_end(data: bytes, position: int, *, padded: bool) -> int:
    end = len(data)
    if padded and end > position:
        if data[-1] == 0:
            raise RtpError("padding of no length")
        end -= data[-1]
    if end < position:
        raise RtpError("header or padding longer than the packet")
    return end


def _parse_extensions(data: bytes, position: int) -> tuple[tuple[Extension, ...], int, int]:
    """Return the elements, what they take, and where the payload begins."""
    if position + 4 > len(data):
        raise RtpError("extension header cut off")
    profile, words = _EXTENSION_HEADER.unpack_from(data, position)
    start = position + 4
    end = start + 4 * words
    if end > len(data):
        raise RtpError("extensions longer than the packet")
    if profile == _ONE_BYTE_PROFILE:
        return tuple(_one_byte_elements(data, start, end)), end - start, end
    if profile & 0xFFF0 == _TWO_BYTE_PROFILE:
        return tuple(_two_byte_elements(data, start, end)), end - start, end
    return (), 0, end


def _one_byte_elements(data: bytes, position: int, end: int) -> list[Extension]:
    elements: list[Extension] = []
    while position < end:
        head = data[position]
        position += 1
        if head == 0:
            continue
        if head >> 4 == 15:  # RFC 8285 section 4.2: stop here and ignore the rest
            break
        size = (head & 0x0F) + 1
        if position + size > end:
            raise RtpError("extension element cut off")
        elements.append((head >> 4, data[position : position + size]))
        position += size
    return elements


def _two_byte_elements(data: bytes, position: int, end: int) -> list[Extension]:
    elements: list[Extension] = []
    while position < end:
        identifier = data[position]
        position += 1
        if identifier == 0:
            continue
        if position >= end or position + 1 + data[position] > end:
            raise RtpError("extension element cut off")
        size = data[position]
        position += 1
        elements.append((identifier, data[position : position + size]))
        position += size
    return elements


def build_rtp_header(
    payload_type: int,
    sequence_number: int,
    timestamp: int,
    ssrc: int,
    *,
    marker: bool = False,
    extensions: Sequence[Extension] = (),
) -> bytes:
    """Build an RTP header without padding and CSRC list; the caller appends the payload."""
    second = payload_type | (_MARKER_BIT if marker else 0)
    if not extensions:
        return _HEADER.pack(_VERSION_BITS, second, sequence_number, timestamp, ssrc)
    fixed = _HEADER.pack(_VERSION_BITS | _EXTENSION_BIT, second, sequence_number, timestamp, ssrc)
    return fixed + _build_extensions(extensions)


def set_transport_number(packet: bytes, number: int) -> bytes:
    """Return the packet, whose header has room for a transport-wide number, with that number."""
    one_byte = int.from_bytes(packet[HEADER_SIZE : HEADER_SIZE + 2], "big") == _ONE_BYTE_PROFILE
    at = HEADER_SIZE + _EXTENSION_HEADER.size + (1 if one_byte else 2)
    return packet[:at] + number.to_bytes(2, "big") + packet[at + 2 :]


def _build_extensions(extensions: Sequence[Extension]) -> bytes:
    one_byte = all(
        identifier <= _ONE_BYTE_ID_LIMIT and 1 <= len(data) <= _ONE_BYTE_SIZE_LIMIT
        for identifier, data in extensions
    )
    body = bytearray()
    for identifier, data in extensions:
        if one_byte:
            body.append(identifier << 4 | len(data) - 1)
        else:
            body += bytes((identifier, len(data)))
        body += data
    body += bytes(-len(body) % 4)
    profile = _ONE_BYTE_PROFILE if one_byte else _TWO_BYTE_PROFILE
    return _EXTENSION_HEADER.pack(profile, len(body) // 4) + bytes(body)
