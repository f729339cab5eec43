"""STUN messages (RFC 8489), as far as ICE connectivity checks need them (RFC 8445 section 7)."""

from __future__ import annotations

import hmac
import ipaddress
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

MAGIC_COOKIE = 0x2112A442
BINDING_REQUEST = 0x0001
BINDING_INDICATION = 0x0011
BINDING_SUCCESS = 0x0101
BINDING_ERROR = 0x0111

USERNAME = 0x0006
MESSAGE_INTEGRITY = 0x0008
ERROR_CODE = 0x0009
UNKNOWN_ATTRIBUTES = 0x000A
XOR_MAPPED_ADDRESS = 0x0020
PRIORITY = 0x0024
USE_CANDIDATE = 0x0025
FINGERPRINT = 0x8028
ICE_CONTROLLED = 0x8029
ICE_CONTROLLING = 0x802A

_KNOWN_REQUIRED = frozenset(
    {USERNAME, MESSAGE_INTEGRITY, ERROR_CODE, UNKNOWN_ATTRIBUTES, XOR_MAPPED_ADDRESS, PRIORITY, USE_CANDIDATE}
)
_FIRST_OPTIONAL = 0x8000
_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_INTEGRITY_SIZE = 20
_FINGERPRINT_MASK = 0x5354554E
_FAMILY_IPV4 = 1
_FAMILY_IPV6 = 2

Address = tuple[str, int]
"""An IP address in text form and a port."""


class StunError(ValueError):
    """A datagram is not a well-formed STUN message."""


@dataclass(frozen=True, slots=True)
class StunMessage:
    """A STUN message.

    `attributes` holds the first value of each type up to MESSAGE-INTEGRITY. `integrity_at` is the offset
    of that attribute in `raw`, or 0 when the message has none.
    """

    message_type: int
    transaction_id: bytes
    attributes: Mapping[int, bytes] = field(default_factory=dict)
    raw: bytes = b""
    integrity_at: int = 0

    def has_integrity(self, password: str) -> bool:
        """Check MESSAGE-INTEGRITY with a short-term credential (RFC 8489 section 14.5)."""
        if not self.integrity_at:
            return False
        value = self.raw[self.integrity_at + 4 : self.integrity_at + 4 + _INTEGRITY_SIZE]
        return hmac.compare_digest(value, _integrity(self.raw[: self.integrity_at], password))

    def unknown_required(self) -> list[int]:
        """Return the attributes that must be understood and are not (RFC 8489 section 6.3.1)."""
        return [kind for kind in self.attributes if kind < _FIRST_OPTIONAL and kind not in _KNOWN_REQUIRED]


def parse_stun(data: bytes) -> StunMessage:
    """Parse a datagram and check its FINGERPRINT, if it has one.

    Raises:
        StunError: the header, an attribute or the fingerprint does not fit.
    """
    if len(data) < _HEADER.size:
        raise StunError("shorter than a STUN header")
    message_type, size, cookie, transaction_id = _HEADER.unpack_from(data)
    if message_type & 0xC000 or cookie != MAGIC_COOKIE:
        raise StunError("not a STUN header")
    if size % 4 or size + _HEADER.size != len(data):
        raise StunError("length does not fit the datagram")
    attributes, integrity_at = _parse_attributes(data)
    return StunMessage(message_type, transaction_id, attributes, data, integrity_at)


def _parse_attributes(data: bytes) -> tuple[dict[int, bytes], int]:
    attributes: dict[int, bytes] = {}
    integrity_at = 0
    position = _HEADER.size
    while position < len(data):
        kind, size = _ATTRIBUTE.unpack_from(data, position)
        start = position + _ATTRIBUTE.size
        if start + size > len(data):
            raise StunError("attribute beyond the message")
        if kind == FINGERPRINT:
            _check_fingerprint(data, position, size)
        elif not integrity_at:  # what follows MESSAGE-INTEGRITY is not protected and must be ignored
            if kind == MESSAGE_INTEGRITY:
                if size != _INTEGRITY_SIZE:
                    raise StunError("MESSAGE-INTEGRITY of a wrong size")
                integrity_at = position
            attributes.setdefault(kind, data[start : start + size])
        position = start + size + -size % 4
    return attributes, integrity_at


def _check_fingerprint(data: bytes, position: int, size: int) -> None:
    if size != 4 or position + 8 != len(data):
        raise StunError("FINGERPRINT is not the last attribute")
    if data[position + 4 :] != _fingerprint(data[:position]):
        raise StunError("wrong FINGERPRINT")


def build_stun(
    message_type: int, transaction_id: bytes, attributes: Mapping[int, bytes], password: str
) -> bytes:
    """Build a message and close it with MESSAGE-INTEGRITY and FINGERPRINT."""
    body = b"".join(_attribute(kind, value) for kind, value in attributes.items())
    message = _HEADER.pack(message_type, len(body), MAGIC_COOKIE, transaction_id) + body
    message = _with_length(message, 0) + _attribute(MESSAGE_INTEGRITY, _integrity(message, password))
    return _with_length(message, 8) + _attribute(FINGERPRINT, _fingerprint(message))


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _with_length(message: bytes, following: int) -> bytes:
    """Set the header's length as if `following` bytes came after the message."""
    return message[:2] + struct.pack("!H", len(message) - _HEADER.size + following) + message[4:]


def _integrity(message: bytes, password: str) -> bytes:
    covered = _with_length(message, _ATTRIBUTE.size + _INTEGRITY_SIZE)
    return hmac.digest(password.encode(), covered, "sha1")


def _fingerprint(message: bytes) -> bytes:
    return struct.pack("!I", zlib.crc32(_with_length(message, 8)) ^ _FINGERPRINT_MASK)


def encode_xor_address(address: Address, transaction_id: bytes) -> bytes:
    """Encode the value of XOR-MAPPED-ADDRESS (RFC 8489 section 14.2)."""
    ip = ipaddress.ip_address(address[0].partition("%")[0])
    family = _FAMILY_IPV4 if ip.version == 4 else _FAMILY_IPV6
    mask = (struct.pack("!I", MAGIC_COOKIE) + transaction_id)[: len(ip.packed)]
    masked = bytes(a ^ b for a, b in zip(ip.packed, mask, strict=True))
    return struct.pack("!BBH", 0, family, address[1] ^ MAGIC_COOKIE >> 16) + masked


def encode_error(code: int, reason: str) -> bytes:
    """Encode the value of ERROR-CODE (RFC 8489 section 14.8)."""
    return struct.pack("!HBB", 0, code // 100, code % 100) + reason.encode()
