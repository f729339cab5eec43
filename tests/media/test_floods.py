"""Floods: what one client or stranger sends in excess is dropped, and nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

from media.sfu.stun import Address
from tests.media.peers import VISITOR, operator, peers, running_sfu
from tests.media.specification.rtp import build_rtp_header
from tests.media.wire import PATHS, VP8_TYPE, Client, MakePath, Wire, vp8_payload

CHECK = b"\0\1" + bytes(18)
HELLO = b"\x16\xfe\xff" + bytes(8) + b"\x00\x0c\x01" + bytes(11)
OFFICE = "198.51.100.1"


@pytest.fixture(params=PATHS)
def make_path(request: pytest.FixtureRequest) -> MakePath:
    path: MakePath = PATHS[request.param]
    return path


def handed_over(wire: Wire, datagram: bytes, address: Address, count: int) -> int:
    return sum(wire.path.receive(datagram, address) for _ in range(count))


def pair(wire: Wire) -> tuple[Client, Client]:
    sender, receiver = wire.client(), wire.client()
    wire.path.route(receiver.video_slot(), sender.video_source())
    return sender, receiver


def test_one_address_gets_a_burst_of_checks_through_and_then_its_rate(make_path: MakePath) -> None:
    wire = Wire(make_path)
    assert handed_over(wire, CHECK, (OFFICE, 1), 1000) == 200
    wire.now += 1
    assert sum(wire.path.receive(CHECK, (OFFICE, port)) for port in range(1000)) == 100
    assert wire.counters["dropped_stun_flood"] == 800 + 900


@pytest.mark.parametrize("others", ["203.0.113.{}", "2001:db8:{}::1", "127.0.0.{}"])
def test_who_floods_takes_no_checks_from_others(make_path: MakePath, others: str) -> None:
    wire = Wire(make_path)
    handed_over(wire, CHECK, (OFFICE, 1), 20_000)
    taken = [handed_over(wire, CHECK, (others.format(number), 1), 20) for number in range(1, 11)]
    assert taken.count(20) >= 9, "one at most shares the bucket"


def test_an_ipv6_client_is_judged_by_its_network(make_path: MakePath) -> None:
    wire = Wire(make_path)
    taken = sum(wire.path.receive(CHECK, (f"2001:db8::{host:x}", 1)) for host in range(1, 1000))
    assert taken == 200


def test_clients_over_tcp_are_judged_each_by_itself(make_path: MakePath) -> None:
    wire = Wire(make_path)
    taken = [handed_over(wire, CHECK, ("127.0.0.1", port), 1000) for port in range(1, 11)]
    assert taken.count(40) >= 8, "two at most share a bucket"


def test_many_addresses_together_get_no_more_than_python_can_bear(make_path: MakePath) -> None:
    wire = Wire(make_path)
    taken = sum(wire.path.receive(CHECK, (f"10.1.{n >> 8}.{n & 255}", 1)) for n in range(10_000))
    assert taken == 2000


def test_the_checks_of_clients_pass_while_strangers_flood_even_from_their_address(
    make_path: MakePath,
) -> None:
    wire = Wire(make_path)
    client = wire.client()
    handed_over(wire, CHECK, (client.address[0], 1), 1000)
    assert handed_over(wire, CHECK, client.address, 20) == 20


def test_dtls_passes_only_from_an_address_that_a_check_proved(make_path: MakePath) -> None:
    wire = Wire(make_path)
    client = wire.client(keyed=False)
    assert handed_over(wire, HELLO, client.address, 10) == 10
    assert handed_over(wire, HELLO, (client.address[0], 1), 1000) == 0
    assert wire.counters["dropped_dtls_unknown_address"] == 1000


def test_a_client_cannot_flood_python_with_dtls(make_path: MakePath) -> None:
    wire = Wire(make_path)
    client, other = wire.client(), wire.client()
    assert handed_over(wire, HELLO, client.address, 1000) == 200
    assert wire.counters["dropped_flood"] == 800
    assert handed_over(wire, HELLO, other.address, 20) == 20


def test_a_client_may_send_so_many_packets_and_others_are_unharmed(make_path: MakePath) -> None:
    wire = Wire(make_path)
    flooder, honest, receiver = wire.client(), *pair(wire)
    for number in range(5000):
        flooder.send_video(number, b"", ssrc=99)
    assert wire.counters["packets_in"] == 4000
    assert wire.counters["dropped_flood"] == 1000
    honest.send_video(1, vp8_payload(1, key_frame=True))
    assert len(receiver.rtp) == 1
    wire.now += 0.5
    for number in range(5000, 10_000):
        flooder.send_video(number, b"", ssrc=99)
    assert wire.counters["dropped_flood"] == 1000 + 3000


def test_a_client_may_send_so_many_bytes(make_path: MakePath) -> None:
    wire = Wire(make_path)
    flooder = wire.client()
    for number in range(1000):
        flooder.send_video(number, bytes(1000), ssrc=99)
    assert wire.counters["bytes_in"] == pytest.approx(4 * 1_000_000 / 8, rel=0.01)


def test_forgeries_count_as_what_their_sender_may_send(make_path: MakePath) -> None:
    wire = Wire(make_path)
    client = wire.client()
    for _ in range(5000):
        wire.path.receive(build_rtp_header(VP8_TYPE, 1, 0, 99) + bytes(30), client.address)
    assert wire.counters["dropped_not_authentic"] == 4000
    assert wire.counters["dropped_flood"] == 1000


def test_forgeries_from_elsewhere_cost_the_client_nothing(make_path: MakePath) -> None:
    wire = Wire(make_path)
    sender, receiver = pair(wire)
    sender.send_video(1, vp8_payload(1, key_frame=True))
    for _ in range(10_000):
        wire.path.receive(build_rtp_header(VP8_TYPE, 1, 0, 11) + bytes(30), (OFFICE, 1))
    assert wire.counters["dropped_not_authentic"] == 100
    sender.send_video(2, vp8_payload(2, key_frame=True))
    assert len(receiver.rtp) == 2


async def flood(sock: socket.socket, port: int) -> None:
    while True:
        for _ in range(200):
            with contextlib.suppress(BlockingIOError):
                sock.sendto(CHECK, ("127.0.0.1", port))
                sock.sendto(HELLO, ("127.0.0.1", port))
        await asyncio.sleep(0)


async def test_a_strangers_endless_checks_and_hellos_keep_nobody_from_joining() -> None:
    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.setblocking(False)
            flooding = asyncio.create_task(flood(stranger, sfu.ports[0]))
            await asyncio.gather(a.join(brightness=200), b.join(brightness=60))
            await asyncio.gather(a.sees(60), b.sees(200))
            flooding.cancel()
        counters = sfu.counters()
        assert set(listener.connected) == {a.session_id, b.session_id}
        assert counters["dropped_stun_flood"] > 1000
        assert counters["dropped_dtls_unknown_address"] > 1000
        assert counters.get("dropped_handover_full", 0) == 0
