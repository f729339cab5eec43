"""Redundant audio (RFC 2198): a packet that carries what was said just before once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_BLOCKS = 32
_MORE_BIT = 0x80


class RedError(ValueError):
    """A payload is no redundant audio of the expected payload type."""


@dataclass(frozen=True, slots=True)
class RedundantBlock:
    """A block that was sent before; `offset` says by how much its timestamp is below the packet's."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Red:
    """The blocks of a payload, the oldest first as a rule; `primary` is the packet's own."""

    redundant: tuple[RedundantBlock, ...]
    primary: bytes

    @property
    def reach(self) -> int:
        """How far the oldest block lies before the packet's timestamp."""
        return max((block.offset for block in self.redundant), default=0)


def parse_red(payload: bytes, payload_type: int) -> Red:
    """Parse a payload.

    Raises:
        RedError: it is cut off, has too many blocks or no primary one, or one of another payload type.
    """
    heads: list[tuple[int, int]] = []
    at = 0
    while at < len(payload) and payload[at] == _MORE_BIT | payload_type and len(heads) < MAX_BLOCKS:
        head = int.from_bytes(payload[at + 1 : at + 4], "big")
        heads.append((head >> 10, head & 0x3FF))
        at += 4
    if at >= len(payload) or payload[at] != payload_type:
        raise RedError("the heads do not end with that of a primary block of this payload type")
    at += 1
    redundant = []
    for offset, size in heads:
        redundant.append(RedundantBlock(offset, payload[at : at + size]))
        at += size
    if at >= len(payload):
        raise RedError("nothing is left for the primary block")
    return Red(tuple(redundant), payload[at:])


def build_red(payload_type: int, primary: bytes, redundant: Sequence[RedundantBlock]) -> bytes:
    """Return the payload with these blocks."""
    heads = b"".join(
        bytes((_MORE_BIT | payload_type,)) + (block.offset << 10 | len(block.data)).to_bytes(3, "big")
        for block in redundant
    )
    return heads + bytes((payload_type,)) + b"".join(block.data for block in redundant) + primary
