"""DTLS (RFC 5764) by aiortc: the only module that knows aiortc's private parts.

aiortc's transport wants an ICE transport to receive from and send to, sets up SRTP by itself and starts
decoders only when told to. Here it gets a queue in place of ICE, and the keys go to the packet path.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    State,
)
from aiortc.rtcicetransport import RTCIceTransport

from media.sfu.packet_path import SrtpKeys, SrtpProfile
from media.sfu.sdp.offer import Fingerprint

_PREFERRED_PROFILES = [SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80]
_QUEUE_LIMIT = 32
_EXPORTER_LABEL = b"EXTRACTOR-dtls_srtp"
HANDSHAKE_TIMEOUT_S = 15.0


class DtlsError(Exception):
    """A handshake failed: no agreement, or not the certificate that the offer announced."""


class Certificate:
    """The server's self-signed certificate, made at start and valid for a month."""

    def __init__(self) -> None:
        self._certificate = RTCCertificate.generateCertificate()

    @property
    def fingerprint(self) -> Fingerprint:
        """The SHA-256 digest to announce in answers."""
        digests = {item.algorithm: item.value for item in self._certificate.getFingerprints()}
        return Fingerprint("sha-256", digests["sha-256"])

    def transport(self, datagrams: _Datagrams) -> _ServerTransport:
        """Create the DTLS server of one session."""
        # aiortc reads nothing of its ICE transport but the three members that _Datagrams has.
        return _ServerTransport(cast(RTCIceTransport, datagrams), [self._certificate])


class _Datagrams:
    """Stands in for aiortc's ICE transport: a bounded queue in, a function out."""

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.incoming: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE_LIMIT)
        self._send_datagram = send

    async def _recv(self) -> bytes:
        return await self.incoming.get()

    async def _send(self, data: bytes) -> None:
        self._send_datagram(data)


class _ServerTransport(RTCDtlsTransport):
    """A DTLS server that exports its keys in place of setting up SRTP."""

    def __init__(self, transport: RTCIceTransport, certificates: list[RTCCertificate]) -> None:
        super().__init__(transport, certificates)
        self._set_role("server")
        self._srtp_profiles = _PREFERRED_PROFILES
        self.keys: SrtpKeys | None = None

    def _setup_srtp(self) -> None:
        assert self._ssl is not None
        selected = self._ssl.get_selected_srtp_profile()
        profile = next((p for p in self._srtp_profiles if p.openssl_profile == selected), None)
        if profile is None:
            self._set_state(State.FAILED)
            return
        size = 2 * (profile.key_length + profile.salt_length)
        material = self._ssl.export_keying_material(_EXPORTER_LABEL, size)
        self.keys = SrtpKeys(
            profile=SrtpProfile(selected.decode()),
            receive=profile.get_key_and_salt(material, 0),
            send=profile.get_key_and_salt(material, 1),
        )

    @property
    def closed(self) -> bool:
        """Whether the session has ended or failed."""
        return self._state in (State.CLOSED, State.FAILED)


class DtlsSession:
    """The DTLS server side of one client's session."""

    def __init__(self, certificate: Certificate, send: Callable[[bytes], None]) -> None:
        self._datagrams = _Datagrams(send)
        self._transport = certificate.transport(self._datagrams)
        self._closed = asyncio.Event()
        self._transport.on("statechange", self._state_changed)

    def _state_changed(self) -> None:
        if self._transport.closed:
            self._closed.set()

    def feed(self, datagram: bytes) -> bool:
        """Take a DTLS datagram; return False if too many are waiting already."""
        try:
            self._datagrams.incoming.put_nowait(datagram)
        except asyncio.QueueFull:
            return False
        return True

    async def handshake(self, fingerprints: Sequence[Fingerprint]) -> SrtpKeys:
        """Complete the handshake and return the SRTP keys.

        Raises:
            DtlsError: it failed or took too long, or the certificate is not the announced one.
        """
        announced = [RTCDtlsFingerprint(item.algorithm, item.value) for item in fingerprints]
        try:
            async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
                await self._transport.start(RTCDtlsParameters(fingerprints=announced))
        except TimeoutError:
            raise DtlsError("the handshake took too long") from None
        if self._transport.keys is None:
            raise DtlsError("the handshake failed")
        return self._transport.keys

    async def wait_closed(self) -> None:
        """Return when the client has ended the session."""
        await self._closed.wait()

    async def close(self) -> None:
        """End the session; the client is told.

        Nothing holds the session in a circle then, so that OpenSSL's part, a tenth of a megabyte, is freed
        at once: the collector sees only a few small objects in it and would let hundreds of them gather.
        """
        await self._transport.stop()
        self._transport.remove_all_listeners()
