"""The edge to aiortc: its private names, and handshakes with its client."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable

import pytest
from aiortc import rtcdtlstransport
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    State,
)

from media.sfu.dtls import Certificate, DtlsError, DtlsSession
from media.sfu.packet_path import SrtpKeys, SrtpProfile
from media.sfu.sdp.offer import Fingerprint


def test_aiortcs_private_parts_are_where_we_expect_them() -> None:
    """When this fails, aiortc has changed: compare media/sfu/dtls.py with its new DTLS transport."""
    created = RTCDtlsTransport(None, [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]
    for name in ("_set_role", "_set_state", "_setup_srtp"):
        assert callable(getattr(created, name))
    for name in ("_ssl", "_srtp_profiles", "_state"):
        assert hasattr(created, name)
    source = inspect.getsource(RTCDtlsTransport)
    assert source.count("self._setup_srtp()") == 1
    assert "srtp_profiles=self._srtp_profiles" in source
    used = {part for part in source.replace("(", " ").split() if part.startswith("self.transport.")}
    assert used == {"self.transport._recv", "self.transport._send", "self.transport.role"}
    assert {"CLOSED", "FAILED"} <= set(State.__members__)
    assert rtcdtlstransport.SRTP_AEAD_AES_128_GCM in rtcdtlstransport.SRTP_PROFILES


class ClientIce:
    """What aiortc's DTLS client wants of ICE."""

    role = "controlled"
    send: Callable[[bytes], bool]

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[bytes] = asyncio.Queue()

    async def _recv(self) -> bytes:
        return await self.incoming.get()

    async def _send(self, data: bytes) -> None:
        self.send(data)


class Pair:
    """Our server and aiortc's client, wired together."""

    def __init__(self) -> None:
        self.certificate = Certificate()
        ice = ClientIce()
        self.server = DtlsSession(self.certificate, ice.incoming.put_nowait)
        ice.send = self.server.feed
        own = RTCCertificate.generateCertificate()
        self.client = RTCDtlsTransport(ice, [own])  # type: ignore[arg-type]
        self.client._set_role("client")  # noqa: SLF001 - as aiortc's own peer connection does
        self.fingerprints = [Fingerprint(f.algorithm, f.value) for f in own.getFingerprints()]

    async def handshake(self, fingerprints: list[Fingerprint]) -> SrtpKeys:
        announced = self.certificate.fingerprint
        parameters = RTCDtlsParameters([RTCDtlsFingerprint(announced.algorithm, announced.value)])
        starting = asyncio.create_task(self.client.start(parameters))
        try:
            return await self.server.handshake(fingerprints)
        finally:
            await starting
            await self.client.stop()
            await self.server.close()


@pytest.mark.parametrize("profile", SrtpProfile)
async def test_both_profiles_give_keys_that_fit_the_clients(profile: SrtpProfile) -> None:
    pair = Pair()
    pair.client._srtp_profiles = [  # noqa: SLF001 - the client's choice cannot be configured
        p for p in rtcdtlstransport.SRTP_PROFILES if p.openssl_profile.decode() == profile
    ]
    keys = await pair.handshake(pair.fingerprints)
    assert keys.profile is profile
    assert len(keys.receive) == len(keys.send) == (28 if profile is SrtpProfile.AEAD_AES_128_GCM else 30)
    assert keys.receive != keys.send


async def test_aes_gcm_is_preferred() -> None:
    pair = Pair()
    assert (await pair.handshake(pair.fingerprints)).profile is SrtpProfile.AEAD_AES_128_GCM


async def test_the_connection_is_dtls_1_2_with_forward_secrecy_and_an_authenticated_cipher() -> None:
    pair = Pair()
    await pair.handshake(pair.fingerprints)
    agreed = pair.client._ssl  # noqa: SLF001 - aiortc does not tell what was agreed
    assert agreed is not None
    assert agreed.get_protocol_version_name() == "DTLSv1.2"
    assert agreed.get_cipher_name() in {
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
    }


def test_every_start_makes_a_certificate_of_its_own() -> None:
    assert len({Certificate().fingerprint for _ in range(5)}) == 5


async def test_a_certificate_other_than_announced_is_refused() -> None:
    pair = Pair()
    with pytest.raises(DtlsError):
        await pair.handshake([Fingerprint("sha-256", ":".join(["00"] * 32))])


async def test_what_a_client_sends_before_it_is_read_is_bounded() -> None:
    session = DtlsSession(Certificate(), lambda _: None)
    assert [session.feed(b"\x16") for _ in range(40)].count(True) == 32


def test_keys_do_not_show_in_logs() -> None:
    assert "secret" not in repr(SrtpKeys(SrtpProfile.AEAD_AES_128_GCM, b"secret", b"secret"))
