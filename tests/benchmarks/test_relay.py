"""The emulator between real sockets: what the model decides happens to real datagrams."""

from __future__ import annotations

import asyncio
import signal
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager

import msgspec
import pytest

from benchmarks.network.emulate import Totals
from benchmarks.network.link import Link
from benchmarks.network.profiles import PROFILES
from benchmarks.network.relay import Address, Relay, link_seed

SEED = 1


@contextmanager
def udp_socket() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind(("127.0.0.1", 0))
        yield sock


async def received(sock: socket.socket, count: int) -> list[tuple[bytes, Address]]:
    loop = asyncio.get_running_loop()
    return [await loop.sock_recvfrom(sock, 2000) for _ in range(count)]


class Ends:
    """A server, a relay before it, and two clients."""

    def __init__(self, profile: str, server: socket.socket, clients: tuple[socket.socket, ...]) -> None:
        self.relay = Relay(("127.0.0.1", 0), PROFILES[profile], seed=SEED)
        self.relay.serve(server.getsockname())
        self.server = server
        self.clients = clients

    def send(self, client: int, datagram: bytes) -> None:
        self.clients[client].sendto(datagram, self.relay.address)


@pytest.fixture
async def ends(request: pytest.FixtureRequest) -> AsyncIterator[Ends]:
    with udp_socket() as server, udp_socket() as one, udp_socket() as other:
        ends = Ends(request.param, server, (one, other))
        with closing(ends.relay):
            yield ends


@pytest.mark.parametrize("ends", ["control"], indirect=True)
async def test_clients_keep_apart_and_get_the_servers_answers(ends: Ends) -> None:
    ends.send(0, b"first")
    ends.send(1, b"second")
    arrived = dict(await received(ends.server, 2))
    assert set(arrived) == {b"first", b"second"}
    assert arrived[b"first"] != arrived[b"second"]
    for name, address in arrived.items():
        ends.server.sendto(b"to the " + name, address)
    assert await received(ends.clients[0], 1) == [(b"to the first", ends.relay.address)]
    assert await received(ends.clients[1], 1) == [(b"to the second", ends.relay.address)]


@pytest.mark.parametrize("ends", ["control"], indirect=True)
async def test_a_perfect_line_costs_less_than_a_millisecond(ends: Ends) -> None:
    round_trips_ms = []
    for _ in range(200):
        sent_at = time.monotonic()
        ends.send(0, b"ping")
        [(_, address)] = await received(ends.server, 1)
        ends.server.sendto(b"pong", address)
        await received(ends.clients[0], 1)
        round_trips_ms.append((time.monotonic() - sent_at) * 1000)
    assert statistics.median(round_trips_ms) < 2


@pytest.mark.parametrize("ends", ["delay-150"], indirect=True)
async def test_a_delay_is_that_of_the_profile_both_ways(ends: Ends) -> None:
    sent_at = time.monotonic()
    ends.send(0, b"ping")
    [(_, address)] = await received(ends.server, 1)
    arrived_at = time.monotonic()
    ends.server.sendto(b"pong", address)
    await received(ends.clients[0], 1)
    assert 0.149 < arrived_at - sent_at < 0.3
    assert 0.149 < time.monotonic() - arrived_at < 0.3


@pytest.mark.parametrize("ends", ["loss-20"], indirect=True)
async def test_those_datagrams_are_lost_that_the_model_loses(ends: Ends) -> None:
    model: Link[int] = Link(PROFILES["loss-20"], link_seed(SEED, 0))
    for start in range(0, 1000, 50):  # More at once might not fit into the kernel's buffers.
        for number in range(start, start + 50):
            model.up.send(number, 4, number)
            ends.send(0, number.to_bytes(4))
        expected = [number.to_bytes(4) for number in model.up.receive(1_000_000)]
        assert [datagram for datagram, _ in await received(ends.server, len(expected))] == expected
    assert ends.relay.totals()[0].lost == model.up.fates.lost > 150


@pytest.mark.parametrize("ends", ["control"], indirect=True)
async def test_another_profile_takes_over_while_packets_flow(ends: Ends) -> None:
    ends.send(0, b"at once")
    await received(ends.server, 1)
    ends.relay.change(PROFILES["delay-150"])
    sent_at = time.monotonic()
    ends.send(0, b"late")
    assert (await received(ends.server, 1))[0][0] == b"late"
    assert time.monotonic() - sent_at > 0.149


async def test_the_command_relays_and_tells_what_happened() -> None:
    with udp_socket() as server, udp_socket() as client:
        host, port = server.getsockname()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.network.emulate", "--to", f"{host}:{port}"),
            *("--profile", "duplicate"),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        address = (await process.stdout.readline()).split()[1].decode().rpartition(":")
        client.sendto(b"ping", (address[0], int(address[2])))
        assert (await received(server, 1))[0][0] == b"ping"
        process.send_signal(signal.SIGINT)
        output, _ = await process.communicate()
    totals = msgspec.json.decode(output, type=Totals)
    assert totals.up.sent == 1
    assert totals.up.sent_bytes == 4 + 28
    assert totals.down.sent == 0
