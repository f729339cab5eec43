"""IP addresses as text, and as the 16 bytes that the packet path keeps (RFC 4291 section 2.5.5.2)."""

from __future__ import annotations

import ipaddress

_MAPPED_PREFIX = bytes(10) + b"\xff\xff"


def pack_ip(text: str) -> bytes:
    """Return an address as IPv6, one of IPv4 in its mapped form.

    Raises:
        ValueError: the text is no IP address.
    """
    packed = ipaddress.ip_address(text.partition("%")[0]).packed
    return packed if len(packed) == 16 else _MAPPED_PREFIX + packed


def unpack_ip(packed: bytes) -> str:
    """Return the text of an address; one of IPv4 in the form of its own."""
    if packed.startswith(_MAPPED_PREFIX):
        return str(ipaddress.IPv4Address(packed[len(_MAPPED_PREFIX) :]))
    return str(ipaddress.IPv6Address(packed))
