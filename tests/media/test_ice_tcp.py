"""ICE-TCP: frames, admission, slow readers, and calls of clients that have no UDP."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aioice import ice as aioice_module
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sfu import stun
from media.sfu.config import TcpLimits
from media.sfu.endpoint import open_sockets
from media.sfu.ice import IceCredentials
from media.sfu.ice_tcp import IceTcp
from media.sfu.messages import CloseReason
from media.sfu.room import Room
from media.sfu.sdp.fragment import parse_fragment
from media.sfu.sdp.offer import parse_offer
from media.sfu.stun import parse_stun
from tests.media.offers import CHROMIUM
from tests.media.peers import ALL_ON, VISITOR, closing, operator, peers, running_sfu, until
from tests.media.tcp_clients import TcpClient, check, frame, tcp_bridge, tcp_client

LONGEST = 1472
CHECK = check(IceCredentials("server", "server-password-of-22-chars"), "client")
PATIENT = TcpLimits(answer_timeout_s=60, idle_timeout_s=60)


class Served:
    """ICE-TCP before a UDP socket that stands for the path's."""

    def __init__(self, limits: TcpLimits = PATIENT, host: str = "127.0.0.1") -> None:
        self.udp, listener = open_sockets(host, 0)
        self.port: int = self.udp.getsockname()[1]
        self.tcp = IceTcp(listener, self.udp, limits)

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.tcp.close()
        self.udp.close()

    async def received(self) -> tuple[bytes, tuple[str, int]]:
        """Return the next packet at the path, and the address that it comes from."""
        async with asyncio.timeout(20):
            packet, address = await asyncio.get_running_loop().sock_recvfrom(self.udp, 2000)
        return packet, address[:2]

    async def count(self, name: str, at_least: int = 1) -> None:
        """Wait until something was counted so often."""
        await until(lambda: self.tcp.counters()[name] >= at_least)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    with Served() as running:
        yield running


@settings(max_examples=25)
@given(
    packets=st.lists(st.binary(max_size=40) | st.just(bytes(LONGEST)), max_size=12),
    cuts=st.lists(st.integers(1, 200), max_size=30),
)
async def test_packets_arrive_whole_however_the_stream_is_cut(packets: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(frame, [CHECK, *packets, b"end"]))
    with Served() as served:
        async with tcp_client(served.port) as client:
            for cut in cuts:
                client.writer.write(stream[:cut])
                await client.writer.drain()
                stream = stream[cut:]
            client.writer.write(stream)
            arrived = [(await served.received())[0]]
            while arrived[-1] != b"end":
                arrived.append((await served.received())[0])
    assert arrived == [packet for packet in [CHECK, *packets, b"end"] if packet]


async def test_what_the_path_sends_is_framed_for_the_client(served: Served) -> None:
    async with tcp_client(served.port) as client:
        client.send(CHECK)
        _, address = await served.received()
        for packet in (b"answer", bytes(LONGEST)):
            served.udp.sendto(packet, address)
            assert await client.receive() == packet


@pytest.mark.parametrize(
    "first",
    [
        frame(b"GET / HTTP/1.1\r\n\r\n"),
        frame(b""),
        frame(CHECK[:-4]),
        frame(b"\x01\x01" + CHECK[2:]),
        frame(b"\x16\xfe\xfd" + bytes(60)),
        frame(CHECK) + frame(bytes(LONGEST + 1)),
        b"\xff\xff",
    ],
    ids=["HTTP", "nothing", "half a check", "response", "DTLS", "too long after a check", "too long at once"],
)
async def test_who_does_not_begin_with_a_check_or_sends_too_much_is_cut(served: Served, first: bytes) -> None:
    async with tcp_client(served.port) as client:
        client.writer.write(first)
        await client.closed()
    assert served.tcp.counters()["tcp_malformed"] == 1


async def test_who_is_not_answered_is_cut() -> None:
    with Served(TcpLimits(answer_timeout_s=0.1, idle_timeout_s=60)) as served:
        async with tcp_client(served.port) as silent, tcp_client(served.port) as talkative:
            talkative.send(CHECK)
            await asyncio.gather(silent.closed(), talkative.closed())
        assert served.tcp.counters()["tcp_unanswered"] == 2


async def test_who_was_answered_once_is_cut_when_the_answers_end() -> None:
    with Served(TcpLimits(answer_timeout_s=0.1, idle_timeout_s=0.3)) as served:
        async with tcp_client(served.port) as client:
            client.send(CHECK)
            served.udp.sendto(b"answer", (await served.received())[1])
            assert await client.receive() == b"answer"
            await client.closed()
        assert served.tcp.counters()["tcp_idle"] == 1
        assert served.tcp.counters()["tcp_unanswered"] == 0


@pytest.mark.parametrize("limits", [TcpLimits(connections_per_client=3), TcpLimits(connections=3)])
async def test_connections_are_limited_and_places_become_free_again(limits: TcpLimits) -> None:
    with Served(limits) as served:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(tcp_client(served.port)) for _ in range(3)]
            await served.count("tcp_accepted", 3)
            async with tcp_client(served.port) as refused:
                await refused.closed()
            assert served.tcp.counters()["tcp_refused"] == 1
            client = clients[1]
            client.send(CHECK)
            address = (await served.received())[1]
            await client.close()
            await until(lambda: served.tcp.origin(address) == address)
            async with tcp_client(served.port) as late:
                late.send(CHECK)
                assert (await served.received())[0] == CHECK


async def test_for_a_slow_reader_whole_packets_are_dropped_and_its_stream_stays_intact(
    served: Served,
) -> None:
    async with tcp_client(served.port, buffer=4096) as client, tcp_client(served.port) as other:
        client.send(CHECK)
        _, address = await served.received()
        sent = 0
        while served.tcp.counters()["tcp_dropped_backlog_full"] < 50:
            served.udp.sendto(struct.pack("!I", sent) + bytes(900 + sent % 300), address)
            sent += 1
            await asyncio.sleep(0)
        other.send(CHECK)
        await served.received()
        numbers: list[int] = []
        served.udp.sendto(struct.pack("!I", sent), address)
        while not numbers or numbers[-1] < sent:
            packet = await client.receive()
            numbers.append(struct.unpack_from("!I", packet)[0])
            if numbers[-1] < sent:
                assert len(packet) == 904 + numbers[-1] % 300
                served.udp.sendto(struct.pack("!I", sent), address)
        assert numbers[: len(set(numbers))] == sorted(set(numbers)), "in order, and none twice"
        assert len(set(numbers)) <= sent - 50 + 1


@pytest.mark.parametrize(("bound", "host"), [("::", "::1"), ("::", "127.0.0.1"), ("::1", "::1")])
async def test_clients_come_over_either_version_of_ip(bound: str, host: str) -> None:
    with Served(host=bound) as served:
        async with tcp_client(served.port, host) as client:
            client.send(CHECK)
            packet, (ip, port) = await served.received()
            assert packet == CHECK
            served.udp.sendto(b"answer", (ip, port))
            assert await client.receive() == b"answer"
            seen = str(ipaddress.IPv6Address(ip).ipv4_mapped or ip)
            assert served.tcp.origin((seen, port)) == client.address


async def join(room: Room) -> tuple[str, IceCredentials]:
    """Let the visitor join; return his session and the server's credentials."""
    joined = await room.join(VISITOR, CHROMIUM, ALL_ON)
    return joined.session_id, parse_fragment(joined.answer)


REMOTE_UFRAG = parse_offer(CHROMIUM).ufrag


async def answered(client: TcpClient, local: IceCredentials) -> stun.StunMessage:
    client.send(check(local, REMOTE_UFRAG))
    return parse_stun(await client.receive())


async def test_a_check_is_answered_with_the_clients_own_address() -> None:
    async with running_sfu() as (sfu, _), tcp_client(sfu.ports[0]) as client:
        _, local = await join(sfu.create_room("r"))
        response = await answered(client, local)
        assert response.message_type == stun.BINDING_SUCCESS
        expected = stun.encode_xor_address(client.address, response.transaction_id)
        assert response.attributes[stun.XOR_MAPPED_ADDRESS] == expected


async def test_the_answer_offers_tcp_after_udp_on_the_same_port() -> None:
    async with running_sfu() as (sfu, _):
        answer = (await sfu.create_room("r").join(VISITOR, CHROMIUM, ALL_ON)).answer
        udp, tcp = (line.split(" ") for line in answer.split("\r\n") if line.startswith("a=candidate:"))
        assert tcp[2] == "tcp"
        assert tcp[8:] == ["tcptype", "passive"]
        assert tcp[4:6] == udp[4:6]
        assert tcp[0] != udp[0]
        assert int(tcp[3]) < int(udp[3])


async def test_dtls_is_taken_only_from_a_connection_that_ice_has_authenticated() -> None:
    hello = b"\x16\xfe\xfd" + bytes(100)
    async with running_sfu() as (sfu, _), tcp_client(sfu.ports[0]) as stranger:
        _, local = await join(sfu.create_room("r"))
        stranger.send(check(IceCredentials(local.ufrag, "not the password"), REMOTE_UFRAG))
        stranger.send(hello)
        await until(lambda: sfu.counters().get("dropped_dtls_unknown_address", 0) == 1)
        async with tcp_client(sfu.ports[0]) as client:
            await answered(client, local)
            client.send(hello)
            await answered(client, local)
        assert sfu.counters()["dropped_dtls_unknown_address"] == 1
        assert sfu.counters()["dropped_stun_unauthenticated"] == 1


async def test_consent_over_tcp_expires_and_ends_session_and_connection() -> None:
    limits = TcpLimits(answer_timeout_s=0.1, idle_timeout_s=0.3)
    async with (
        running_sfu(consent_timeout_s=0.5, tcp=limits) as (sfu, listener),
        tcp_client(sfu.ports[0]) as client,
    ):
        room = sfu.create_room("r")
        session_id, local = await join(room)
        watch = room.watch(session_id)
        await answered(client, local)
        assert await closing(watch) is CloseReason.TIMEOUT
        assert listener.left == [(session_id, CloseReason.TIMEOUT)]
        client.send(check(local, REMOTE_UFRAG))
        await client.closed()


async def test_a_client_without_udp_sees_and_hears_and_is_seen_and_heard() -> None:
    async with (
        running_sfu() as (sfu, _),
        peers(sfu.create_room("r"), operator(), VISITOR) as (a, b),
        tcp_bridge(sfu.ports[0]) as (port, _bridge),
    ):
        await a.join(brightness=200, port=port)
        await b.join(brightness=60)
        await asyncio.gather(a.sees(60), b.sees(200), a.hears(), b.hears())
        assert sfu.counters()["tcp_accepted"] == 1


async def test_a_client_is_followed_to_a_new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice_module, "CONSENT_INTERVAL", 0.2)
    async with (
        running_sfu() as (sfu, _),
        peers(sfu.create_room("r"), operator(), VISITOR) as (a, b),
        tcp_bridge(sfu.ports[0]) as (port, bridge),
    ):
        a.with_one_place()
        await a.join(brightness=200, port=port)
        await b.join(brightness=60)
        await asyncio.gather(a.sees(60), b.sees(200))
        await bridge.reconnect()
        await asyncio.gather(a.sees(60), b.sees(200))
        assert sfu.counters()["tcp_accepted"] == 2


async def test_a_port_whose_number_is_taken_on_tcp_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        open_sockets("127.0.0.1", taken.getsockname()[1])
