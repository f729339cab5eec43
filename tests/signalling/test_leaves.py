"""The edge's small parts, by their properties."""

from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.sfu.messages import Identity, Role
from signalling.chat.cursors import CursorCodec
from signalling.edge.client_address import Peer, find_peer
from signalling.edge.limits import Rate, RateLimiter
from signalling.edge.server_secret import ServerSecret
from signalling.rooms.join_tokens import JoinClaims, JoinTokens

SECRET = ServerSecret(b"s" * 32)
OTHER_SECRET = ServerSecret(b"t" * 32)
CODEC = CursorCodec(SECRET)
TOKENS = JoinTokens(SECRET)
CLAIMS = JoinClaims("room", Identity("o-1", "Giulia", Role.OPERATOR), 1_000)

positions = st.integers(0, 2**63 - 1)
steps = st.lists(st.floats(0, 10, allow_nan=False), max_size=200)


@given(rate=st.floats(0.1, 20), burst=st.integers(1, 20), waits=steps)
def test_never_more_than_the_burst_and_what_time_brought(rate: float, burst: int, waits: list[float]) -> None:
    limiter = RateLimiter(Rate(rate, burst))
    now = 100.0
    taken = [100.0] if limiter.take("key", now) == 0 else []
    for wait in waits:
        now += wait
        if limiter.take("key", now) == 0:
            taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + rate * (taken[last] - taken[first]) + 1e-6


@given(rate=st.floats(0.1, 20), burst=st.integers(1, 5))
def test_after_the_wait_that_it_names_there_is_a_token(rate: float, burst: int) -> None:
    limiter = RateLimiter(Rate(rate, burst))
    for _ in range(burst):
        assert limiter.take("key", 0.0) == 0
    wait = limiter.take("key", 0.0)
    assert wait > 0
    assert limiter.take("other", 0.0) == 0
    assert limiter.take("key", wait) == 0


def test_the_table_of_buckets_is_bounded_and_forgets_the_oldest() -> None:
    limiter = RateLimiter(Rate(0.01, 1), max_keys=3)
    for key in "abc":
        assert limiter.take(key, 0.0) == 0
    assert limiter.take("d", 1.0) == 0  # "a" is forgotten
    assert limiter.take("c", 1.0) > 0
    assert limiter.take("a", 1.0) == 0


@given(position=positions, subscriber=st.text(max_size=50))
def test_a_cursor_opens_for_its_subscriber_alone(position: int, subscriber: str) -> None:
    cursor = CODEC.seal(subscriber, position)
    assert CODEC.open(subscriber, cursor) == position
    assert CODEC.seal(subscriber, position) == cursor
    assert CODEC.open(subscriber + "x", cursor) is None
    assert CursorCodec(OTHER_SECRET).open(subscriber, cursor) is None


@given(text=st.text(max_size=100) | st.binary(max_size=60).map(lambda data: data.hex()))
def test_no_other_text_is_a_cursor(text: str) -> None:
    assert CODEC.open("anna", text) is None


def test_a_join_token_says_what_was_signed() -> None:
    assert TOKENS.verify(TOKENS.issue(CLAIMS)) == CLAIMS
    assert JoinTokens(OTHER_SECRET).verify(TOKENS.issue(CLAIMS)) is None


@given(place=st.integers(0), letter=st.sampled_from("AZaz09-_.=ö"))
def test_no_change_of_a_join_token_changes_what_it_says(place: int, letter: str) -> None:
    token = TOKENS.issue(CLAIMS)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    # The letter before the padding has unused bits: two spellings can be the same signature.
    same_signature = changed == token or place == len(token.rstrip("=")) - 1
    assert TOKENS.verify(changed) in ([CLAIMS, None] if same_signature else [None])


@given(text=st.text(max_size=300))
def test_no_other_text_is_a_join_token(text: str) -> None:
    assert TOKENS.verify(text) is None


@given(claimed=st.text(max_size=60), proto=st.sampled_from(["http", "https", "x"]))
def test_a_client_that_is_no_trusted_proxy_cannot_pretend(claimed: str, proto: str) -> None:
    direct = Peer("198.51.100.7", secure=False)
    assert find_peer(direct, claimed, proto, (ip_network("10.0.0.0/8"),)) == direct


@given(invented=st.lists(st.ip_addresses().map(str), max_size=3), hops=st.integers(0, 3))
def test_behind_trusted_proxies_the_last_stranger_is_the_client(invented: list[str], hops: int) -> None:
    proxies = [f"10.0.0.{number}" for number in range(hops)]
    forwarded = ", ".join([*invented, "203.0.113.9", *proxies])
    peer = find_peer(Peer("10.1.1.1", secure=False), forwarded, "https", (ip_network("10.0.0.0/8"),))
    assert peer == Peer("203.0.113.9", secure=True)


@given(address=st.ip_addresses(v=4))
def test_limits_count_ipv4_by_address(address: IPv4Address) -> None:
    assert Peer(str(address), secure=False).limit_key == str(address)


@pytest.mark.parametrize("host", ["::1", "::ffff", ":a:b:c:d"])
def test_limits_count_ipv6_by_network(host: str) -> None:
    assert Peer(f"2001:db8:0:7{host}", secure=False).limit_key == "2001:db8:0:7::/64"
