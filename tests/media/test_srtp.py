"""The native SRTP transform, against the vectors of its standards and against libsrtp."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp import Error

from media.sfu.native import Srtp
from media.sfu.packet_path import SrtpKeys, SrtpProfile
from tests.media.specification.srtp import SrtpError, SrtpSession

GCM, CM = SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES128_CM_SHA1_80
KEYS = {GCM: bytes(range(100, 128)), CM: bytes(range(100, 130))}
profiles = st.sampled_from([GCM, CM])


def native(profile: SrtpProfile) -> Srtp:
    return Srtp(KEYS[profile], gcm=profile is GCM)


def libsrtp(profile: SrtpProfile) -> SrtpSession:
    return SrtpSession(SrtpKeys(profile, receive=KEYS[profile], send=KEYS[profile]))


def rtp(sequence_number: int, payload: bytes = b"media", ssrc: int = 0xCAFEBABE) -> bytes:
    return struct.pack("!BBHII", 0x80, 96, sequence_number & 0xFFFF, 0xDECAFBAD, ssrc) + payload


def rtcp(ssrc: int = 0xCAFEBABE, body: bytes = b"report!!") -> bytes:
    return struct.pack("!BBHI", 0x80, 201, 1 + len(body) // 4, ssrc) + body


@pytest.mark.parametrize(
    ("plain", "sealed"),
    [
        (
            "800f1234decafbadcafebabeabababababababababababababababab",
            "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
        )
    ],
)
def test_counter_mode_agrees_with_the_known_vector(plain: str, sealed: str) -> None:
    """The packet that libsrtp's own test driver checks, with the key of RFC 3711 appendix B.3."""
    key = bytes.fromhex("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6")
    assert Srtp(key, gcm=False).protect(bytes.fromhex(plain)).hex() == sealed


def test_gcm_agrees_with_the_known_vector() -> None:
    """The packet that libsrtp's own test driver checks; its session keys come from the same derivation."""
    key = bytes(range(16)) + bytes(range(0xA0, 0xAC))
    plain = bytes.fromhex("800f1234decafbadcafebabe" + "ab" * 16)
    sealed = "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392"
    assert Srtp(key, gcm=True).protect(plain).hex() == sealed


@settings(max_examples=60)
@given(profiles, st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=1200)), min_size=1, max_size=40))
def test_libsrtp_opens_what_is_sealed_here_and_the_other_way_round(
    profile: SrtpProfile, steps: list[tuple[int, bytes]]
) -> None:
    here, there = native(profile), libsrtp(profile)
    here_opens, there_seals = native(profile), libsrtp(profile)
    number = 60_000  # so that the roll-over counter advances
    for step, payload in steps:
        number += step + 1
        packet = rtp(number, payload)
        sealed = here.protect(packet)
        assert there.unprotect(sealed) == packet
        assert there_seals.protect(packet) == sealed
        assert here_opens.unprotect(sealed) == packet


@given(profiles, st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_reports_agree_with_libsrtp_both_ways(profile: SrtpProfile, ssrcs: list[int]) -> None:
    here, there = native(profile), libsrtp(profile)
    here_opens, there_seals = native(profile), libsrtp(profile)
    for ssrc in ssrcs:
        packet = rtcp(ssrc)
        assert there.unprotect_rtcp(here.protect_rtcp(packet)) == packet
        assert here_opens.unprotect_rtcp(there_seals.protect_rtcp(packet)) == packet


@given(profiles, st.lists(st.integers(0, 4000), min_size=1, max_size=200))
def test_each_packet_is_accepted_once_and_none_that_is_older_than_the_window(
    profile: SrtpProfile, offsets: list[int]
) -> None:
    seals, opens = [native(profile) for _ in offsets], native(profile)
    accepted: set[int] = set()
    for offset, seal in zip(offsets, seals, strict=True):
        sealed = seal.protect(rtp(1000 + offset))
        expected = offset not in accepted and offset > max(accepted, default=offset) - 1024
        if not expected:
            with pytest.raises(ValueError, match="replayed"):
                opens.unprotect(sealed)
        else:
            opens.unprotect(sealed)
            accepted.add(offset)


@pytest.mark.parametrize("profile", [GCM, CM])
def test_an_index_is_never_used_twice(profile: SrtpProfile) -> None:
    session = native(profile)
    session.protect(rtp(7, b"one"))
    with pytest.raises(ValueError, match="replayed"):
        session.protect(rtp(7, b"two"))


@given(profiles, st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_bit_is_refused_and_leaves_no_trace(profile: SrtpProfile, place: int, change: int) -> None:
    opens = native(profile)
    sealed = native(profile).protect(rtp(1, bytes(50)))
    broken = bytearray(sealed)
    broken[place % len(broken)] ^= change
    with pytest.raises(ValueError, match=r"not authentic|malformed"):
        opens.unprotect(bytes(broken))
    assert opens.unprotect(sealed) == rtp(1, bytes(50))


@settings(max_examples=300)
@given(profiles, st.binary(max_size=120), st.booleans())
def test_nonsense_is_refused_as_libsrtp_refuses_it(profile: SrtpProfile, junk: bytes, report: bool) -> None:
    here, there = native(profile), libsrtp(profile)
    opened: list[tuple[Callable[[bytes], bytes], type[Exception]]] = [
        (here.unprotect_rtcp if report else here.unprotect, ValueError),
        (there.unprotect_rtcp if report else there.unprotect, SrtpError),
    ]
    for opens, refusal in opened:
        with pytest.raises((refusal, Error)):
            opens(junk)


def test_reports_in_the_clear_are_refused() -> None:
    sealed = bytearray(native(CM).protect_rtcp(rtcp()))
    sealed[-14] &= 0x7F
    with pytest.raises(ValueError, match="not authentic"):
        native(CM).unprotect_rtcp(bytes(sealed))


def test_endless_streams_are_refused() -> None:
    seals, opens = [native(GCM) for _ in range(65)], native(GCM)
    packets = [seal.protect(rtp(1, ssrc=ssrc)) for ssrc, seal in enumerate(seals)]
    for packet in packets[:64]:
        opens.unprotect(packet)
    with pytest.raises(ValueError, match="too many streams"):
        opens.unprotect(packets[64])
