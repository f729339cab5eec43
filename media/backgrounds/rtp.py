"""RTP packets as the pipeline needs them (RFC 3550 section 5.1, RFC 8285)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_HEADER = struct.Struct("!BBHII")
_ONE_BYTE_PROFILE = 0xBEDE


class Malformed(ValueError):
    """A packet is not what its header says. The sender's fault: it is dropped."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """A packet without padding; `extensions` are its one-byte header extensions by their ids."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    marker: bool
    payload: bytes
    extensions: tuple[tuple[int, bytes], ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> RtpPacket:
        """Read a packet. Raises Malformed."""
        if len(data) < _HEADER.size or data[0] >> 6 != 2:
            raise Malformed("no RTP header")
        first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
        at = _HEADER.size + 4 * (first & 15)
        extensions: tuple[tuple[int, bytes], ...] = ()
        if first & 0x10:
            extensions, at = _parse_extensions(data, at)
        end = len(data) - _padding(data) if first & 0x20 else len(data)
        if at > end:
            raise Malformed("the header is longer than the packet")
        return cls(
            payload_type=second & 0x7F,
            sequence=sequence,
            timestamp=timestamp,
            ssrc=ssrc,
            marker=bool(second & 0x80),
            payload=data[at:end],
            extensions=extensions,
        )

    def to_bytes(self) -> bytes:
        """Write the packet."""
        first = 0x90 if self.extensions else 0x80
        second = self.payload_type | (0x80 if self.marker else 0)
        header = _HEADER.pack(first, second, self.sequence, self.timestamp, self.ssrc)
        return header + _write_extensions(self.extensions) + self.payload


def is_rtcp(data: bytes) -> bool:
    """Tell RTCP from RTP by the packet type (RFC 5761 section 4)."""
    return len(data) > 1 and 192 <= data[1] <= 223


def unwrap(value: int, near: int, bits: int) -> int:
    """The number nearest to `near` whose low `bits` are `value`."""
    half = 1 << (bits - 1)
    return near + ((value - near + half) & ((1 << bits) - 1)) - half


def ticks_between(earlier: int, later: int) -> int:
    """The time between two RTP timestamps, negative if they are the other way round."""
    return unwrap(later, earlier, 32) - earlier


def _write_extensions(extensions: tuple[tuple[int, bytes], ...]) -> bytes:
    if not extensions:
        return b""
    body = b"".join(bytes([number << 4 | len(value) - 1]) + value for number, value in extensions)
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", _ONE_BYTE_PROFILE, len(body) // 4) + body


def _padding(data: bytes) -> int:
    if not 0 < data[-1] <= len(data):
        raise Malformed("more padding than packet")
    return data[-1]


def _parse_extensions(data: bytes, at: int) -> tuple[tuple[tuple[int, bytes], ...], int]:
    if at + 4 > len(data):
        raise Malformed("no room for extensions")
    profile, words = struct.unpack_from("!HH", data, at)
    begin, end = at + 4, at + 4 + 4 * words
    if end > len(data):
        raise Malformed("the extensions are longer than the packet")
    if profile != _ONE_BYTE_PROFILE:
        return (), end
    return tuple(_one_byte_extensions(data[begin:end])), end


def _one_byte_extensions(data: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        number, size = data[at] >> 4, (data[at] & 15) + 1
        if number == 0:  # A byte of padding.
            at += 1
            continue
        if number == 15 or at + 1 + size > len(data):
            break
        found.append((number, data[at + 1 : at + 1 + size]))
        at += 1 + size
    return found
