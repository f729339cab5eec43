"""STUN and the ICE-lite agent."""

from __future__ import annotations

import ipaddress
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media.sfu import stun
from media.sfu.ice import IceAgent, IceCredentials, Verdict
from media.sfu.stun import StunError, build_stun, parse_stun

ADDRESS = ("198.51.100.7", 40_000)
LOCAL = IceCredentials("server", "server-password-of-22-chars")
TRANSACTION = bytes(range(12))
USERNAME = b"server:client"

# RFC 5769 section 2.1: a request with SOFTWARE, PRIORITY, ICE-CONTROLLED, USERNAME, integrity, fingerprint.
RFC5769_REQUEST = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)


def check(attributes: dict[int, bytes] | None = None, password: str = LOCAL.password) -> bytes:
    controlling = {stun.USERNAME: USERNAME, stun.ICE_CONTROLLING: bytes(8), stun.PRIORITY: bytes(4)}
    return build_stun(stun.BINDING_REQUEST, TRANSACTION, attributes or controlling, password)


@pytest.fixture
def agent() -> IceAgent:
    agent = IceAgent()
    agent.register("session", LOCAL, "client")
    return agent


def test_the_sample_request_of_rfc_5769_is_authentic() -> None:
    message = parse_stun(RFC5769_REQUEST)
    assert message.attributes[stun.USERNAME] == b"evtj:h6vY"
    assert message.has_integrity("VOkJxbRl1RmTxUk/WvJxBt")
    assert not message.has_integrity("VOkJxbRl1RmTxUk/WvJxBu")


@given(st.binary(max_size=200))
@example(RFC5769_REQUEST[:-1])
def test_arbitrary_bytes_raise_nothing_but_stun_error(data: bytes) -> None:
    try:
        parse_stun(data)
    except StunError:
        return


@given(st.binary(max_size=80).map(lambda body: body + bytes(-len(body) % 4)))
def test_arbitrary_attributes_raise_nothing_but_stun_error(body: bytes) -> None:
    try:
        parse_stun(struct.pack("!HHI12s", 1, len(body), stun.MAGIC_COOKIE, TRANSACTION) + body)
    except StunError:
        return


@given(st.data())
def test_any_changed_byte_before_the_fingerprint_keeps_a_check_from_being_authentic(
    data: st.DataObject,
) -> None:
    position = data.draw(st.integers(0, len(check()) - 9))
    changed = bytearray(check())
    changed[position] ^= data.draw(st.integers(1, 255))
    agent = IceAgent()
    agent.register("session", LOCAL, "client")
    assert agent.handle(bytes(changed), ADDRESS).session_id is None


@given(st.ip_addresses(), st.integers(1, 65535))
def test_an_encoded_address_can_be_read_back(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int
) -> None:
    value = stun.encode_xor_address((str(ip), port), TRANSACTION)
    mask = struct.pack("!I", stun.MAGIC_COOKIE) + TRANSACTION
    assert bytes(a ^ b for a, b in zip(value[4:], mask, strict=False)) == ip.packed
    assert int.from_bytes(value[2:4], "big") ^ stun.MAGIC_COOKIE >> 16 == port


def test_an_authentic_check_is_answered_with_the_address_it_came_from(agent: IceAgent) -> None:
    result = agent.handle(check(), ADDRESS)
    assert result.verdict is Verdict.AUTHENTICATED
    assert result.session_id == "session"
    assert result.response is not None
    answer = parse_stun(result.response)
    assert answer.message_type == stun.BINDING_SUCCESS
    assert answer.has_integrity(LOCAL.password)
    assert answer.attributes[stun.XOR_MAPPED_ADDRESS] == stun.encode_xor_address(ADDRESS, TRANSACTION)


@pytest.mark.parametrize(
    "datagram",
    [
        check(password="another password of 22 characters"),
        check({stun.USERNAME: b"stranger:client"}),
        check({stun.USERNAME: b"server:stranger"}),
        check({stun.PRIORITY: bytes(4)}),
    ],
)
def test_a_check_without_valid_credentials_is_dropped_silently(agent: IceAgent, datagram: bytes) -> None:
    result = agent.handle(datagram, ADDRESS)
    assert result == type(result)(Verdict.UNAUTHENTICATED)


@pytest.mark.parametrize(
    ("attribute", "code", "verdict"),
    [(stun.ICE_CONTROLLED, 487, Verdict.ROLE_CONFLICT), (0x7FFF, 420, Verdict.UNKNOWN_ATTRIBUTE)],
)
def test_a_check_that_cannot_be_served_gets_the_error_of_the_rfc(
    agent: IceAgent, attribute: int, code: int, verdict: Verdict
) -> None:
    result = agent.handle(check({stun.USERNAME: USERNAME, attribute: bytes(8)}), ADDRESS)
    assert result.verdict is verdict
    assert result.session_id is None
    assert result.response is not None
    answer = parse_stun(result.response)
    assert answer.message_type == stun.BINDING_ERROR
    assert answer.attributes[stun.ERROR_CODE][2:4] == bytes((code // 100, code % 100))


def test_after_a_restart_old_credentials_last_until_new_ones_are_used(agent: IceAgent) -> None:
    newer = IceCredentials("newer", "newer-password-of-22-chars")
    agent.register("session", newer, "client")
    fresh = check({stun.USERNAME: b"newer:client"}, newer.password)
    assert agent.handle(check(), ADDRESS).session_id == "session"
    assert agent.handle(fresh, ADDRESS).session_id == "session"
    assert agent.handle(check(), ADDRESS).session_id is None
    agent.unregister("session")
    assert agent.handle(fresh, ADDRESS).session_id is None


def test_restarts_that_are_never_used_do_not_push_out_the_credentials_in_use(agent: IceAgent) -> None:
    for number in range(50):
        agent.register("session", IceCredentials(f"newer{number}", LOCAL.password), "client")
    assert agent.handle(check({stun.USERNAME: b"newer3:client"}), ADDRESS).session_id is None
    assert agent.handle(check(), ADDRESS).session_id == "session"
    assert agent.handle(check({stun.USERNAME: b"newer49:client"}), ADDRESS).session_id == "session"


def test_responses_and_indications_are_ignored(agent: IceAgent) -> None:
    indication = build_stun(stun.BINDING_INDICATION, TRANSACTION, {stun.USERNAME: USERNAME}, LOCAL.password)
    assert agent.handle(indication, ADDRESS).verdict is Verdict.IGNORED
