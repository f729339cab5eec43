"""SRTP on libsrtp (RFC 3711, RFC 7714)."""

from __future__ import annotations

from pylibsrtp import Error, Policy, Session

from media.sfu.packet_path import SrtpKeys, SrtpProfile

_PROFILES = {
    SrtpProfile.AEAD_AES_128_GCM: Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    SrtpProfile.AES128_CM_SHA1_80: Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
}
_REPLAY_WINDOW = 1024


class SrtpError(Exception):
    """A packet is not authentic, a replay, or too large to protect."""


class PacketTooLarge(SrtpError):
    """A packet is too large to protect."""


class SrtpSession:
    """Protects and unprotects the packets of one transport."""

    def __init__(self, keys: SrtpKeys) -> None:
        self._receive = _session(keys.profile, keys.receive, Policy.SSRC_ANY_INBOUND)
        self._send = _session(keys.profile, keys.send, Policy.SSRC_ANY_OUTBOUND)

    def unprotect(self, datagram: bytes) -> bytes:
        """Return the RTP packet in an SRTP datagram.

        Raises:
            SrtpError: it is not authentic, or not new.
        """
        try:
            return self._receive.unprotect(datagram)
        except (Error, ValueError) as error:
            raise SrtpError(str(error)) from None

    def unprotect_rtcp(self, datagram: bytes) -> bytes:
        """Return the compound packet in an SRTCP datagram.

        Raises:
            SrtpError: it is not authentic, or not new.
        """
        try:
            return self._receive.unprotect_rtcp(datagram)
        except (Error, ValueError) as error:
            raise SrtpError(str(error)) from None

    def protect(self, packet: bytes) -> bytes:
        """Return the SRTP datagram for an RTP packet.

        Raises:
            PacketTooLarge: the packet is too large.
            SrtpError: a packet with this number was protected before, or much later ones were.
        """
        try:
            return self._send.protect(packet)
        except ValueError as error:
            raise PacketTooLarge(str(error)) from None
        except Error as error:
            raise SrtpError(str(error)) from None

    def protect_rtcp(self, packet: bytes) -> bytes:
        """Return the SRTCP datagram for a compound packet.

        Raises:
            SrtpError: the packet is too large.
        """
        try:
            return self._send.protect_rtcp(packet)
        except (Error, ValueError) as error:
            raise SrtpError(str(error)) from None


def _session(profile: SrtpProfile, key: bytes, ssrc_type: int) -> Session:
    policy = Policy(key=key, ssrc_type=ssrc_type, srtp_profile=_PROFILES[profile])
    policy.allow_repeat_tx = True
    policy.window_size = _REPLAY_WINDOW
    return Session(policy)
