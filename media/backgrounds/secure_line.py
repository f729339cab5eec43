"""SRTP on libsrtp (RFC 3711, RFC 7714): a stream's packets cross the machine as they would cross a
network."""

from __future__ import annotations

import msgspec
from pylibsrtp import Error, Policy, Session

from media.backgrounds.rtp import is_rtcp

KEY_BYTES = 28
"""A master key of 16 bytes and a master salt of 12."""

_PROFILE = Policy.SRTP_PROFILE_AEAD_AES_128_GCM


class LineKeys(msgspec.Struct, frozen=True):
    """Master keys with their salts of either direction, AEAD_AES_128_GCM."""

    receive: bytes
    send: bytes

    def __repr__(self) -> str:
        return "LineKeys()"

    def turned(self) -> LineKeys:
        """The keys as the other end uses them."""
        return LineKeys(receive=self.send, send=self.receive)


class SecureLine:
    """One end of a line."""

    def __init__(self, keys: LineKeys) -> None:
        self._receive = Session(Policy(keys.receive, Policy.SSRC_ANY_INBOUND, srtp_profile=_PROFILE))
        self._send = Session(Policy(keys.send, Policy.SSRC_ANY_OUTBOUND, srtp_profile=_PROFILE))

    def open(self, datagram: bytes) -> bytes | None:
        """The packet in a datagram; None if it is not authentic."""
        session = self._receive
        try:
            return session.unprotect_rtcp(datagram) if is_rtcp(datagram) else session.unprotect(datagram)
        except (Error, ValueError):
            return None

    def seal(self, packet: bytes) -> bytes:
        """Make a datagram of a packet."""
        return self._send.protect_rtcp(packet) if is_rtcp(packet) else self._send.protect(packet)
