"""Transport-wide feedback on the wire (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TICK_US = 250
REFERENCE_TICKS = 256
MAX_STATUSES = 512

_FIXED = struct.Struct("!IIHHI")
_LOST, _SMALL, _LARGE = range(3)
_VECTOR_LENGTH = 7


class TransportFeedbackError(ValueError):
    """A report is empty or cut off, or has a symbol or a chunk without meaning."""


@dataclass(frozen=True, slots=True)
class TransportFeedback:
    """When the packets numbered from `base` on arrived.

    Each of `deltas` belongs to one packet: None if it did not come, else the ticks since the one before that
    came; the first counts from `reference`, which is in steps of 256 ticks.
    """

    sender_ssrc: int
    media_ssrc: int
    base: int
    reference: int
    feedback_count: int
    deltas: tuple[int | None, ...]


def parse_transport_feedback(body: bytes) -> TransportFeedback:
    """Parse the body of an RTPFB packet of format 15.

    Raises:
        TransportFeedbackError: it has no meaning.
    """
    if len(body) < _FIXED.size:
        raise TransportFeedbackError("cut off")
    sender_ssrc, media_ssrc, base, count, last = _FIXED.unpack_from(body)
    symbols, position = _read_symbols(body, count)
    if not symbols or max(symbols) > _LARGE or position + sum(symbols) > len(body):
        raise TransportFeedbackError("empty, cut off or of an unknown kind")
    deltas = tuple(_read_deltas(body, position, symbols))
    return TransportFeedback(sender_ssrc, media_ssrc, base, last >> 8, last & 0xFF, deltas)


def _read_symbols(body: bytes, count: int) -> tuple[list[int], int]:
    symbols: list[int] = []
    position = _FIXED.size
    while len(symbols) < count:
        if position + 2 > len(body):
            raise TransportFeedbackError("chunks cut off")
        chunk = int.from_bytes(body[position : position + 2], "big")
        position += 2
        if chunk >> 15 == 0:
            if chunk & 0x1FFF == 0:
                raise TransportFeedbackError("a run of nothing")
            symbols += [chunk >> 13] * (chunk & 0x1FFF)
        elif chunk >> 14 == 2:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
        else:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
    return symbols[:count], position


def _read_deltas(body: bytes, position: int, symbols: Sequence[int]) -> Iterator[int | None]:
    for size in symbols:
        yield int.from_bytes(body[position : position + size], "big", signed=size == _LARGE) if size else None
        position += size


def build_transport_feedback(feedback: TransportFeedback) -> bytes:
    """Build the body of an RTPFB packet of format 15."""
    symbols = [_symbol(delta) for delta in feedback.deltas]
    last = (feedback.reference & 0xFFFFFF) << 8 | feedback.feedback_count
    fixed = _FIXED.pack(feedback.sender_ssrc, feedback.media_ssrc, feedback.base, len(symbols), last)
    deltas = b"".join(
        delta.to_bytes(symbol, "big", signed=symbol == _LARGE)
        for delta, symbol in zip(feedback.deltas, symbols, strict=True)
        if delta is not None
    )
    body = fixed + b"".join(_chunks(symbols)) + deltas
    return body + bytes(-len(body) % 4)


def _symbol(delta: int | None) -> int:
    if delta is None:
        return _LOST
    return _SMALL if 0 <= delta <= 255 else _LARGE


def _chunks(symbols: Sequence[int]) -> Iterator[bytes]:
    """A run where it is at least as long as a vector of two-bit symbols, or the last; else such a vector."""
    at = 0
    while at < len(symbols):
        end = at
        while end < len(symbols) and symbols[end] == symbols[at]:
            end += 1
        if end - at >= _VECTOR_LENGTH or end == len(symbols):
            yield (symbols[at] << 13 | end - at).to_bytes(2, "big")
            at = end
        else:
            part = [*symbols[at : at + _VECTOR_LENGTH], *[0] * _VECTOR_LENGTH]
            vector = sum(symbol << 12 - 2 * index for index, symbol in enumerate(part[:_VECTOR_LENGTH]))
            yield (0xC000 | vector).to_bytes(2, "big")
            at += _VECTOR_LENGTH
