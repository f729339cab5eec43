"""The load on servers that run already: LiveKit's and mediasoup's signalling, and real media."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.listener import processes_behind
from benchmarks.load.result import LoadResult, summarize
from benchmarks.load.run import Plan
from benchmarks.load.service import ServiceError
from benchmarks.load.streams import Profile
from benchmarks.peers.comparison import Measure, given_servers
from benchmarks.peers.given import load_livekit
from benchmarks.peers.livekit_api import LiveKitAddress
from benchmarks.peers.protobuf import Message, ProtobufError, encode
from benchmarks.process import Cores
from tests.benchmarks.peer_servers.livekit import KEY, SECRET, LiveKitServer
from tests.benchmarks.peer_servers.media import HOST, MediaPort
from tests.benchmarks.peer_servers.mediasoup import MediasoupServer

PLAN = Plan(rooms=1, participants=3, profile=Profile.CAMERA, seconds=0.5, churn=False)
NOWHERE = Cores(server=(), client=None)


@pytest.fixture
async def media() -> AsyncIterator[MediaPort]:
    port = await MediaPort.open()
    yield port
    await port.close()


Servers = dict[str, Measure]


def livekit_at(url: str) -> Servers:
    return given_servers(LiveKitAddress(url, KEY, SECRET), None)


def mediasoup_at(url: str) -> Servers:
    return given_servers(None, url)


async def load_on(application: web.Application, servers_at: Callable[[str], Servers]) -> LoadResult:
    """Serve an application, and put a load on it as the command does."""
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        (measure,) = servers_at(f"ws://{host}:{port}").values()
        return summarize(await measure(PLAN, NOWHERE))
    finally:
        await runner.cleanup()


def assert_all_was_forwarded(result: LoadResult) -> None:
    assert result.joins == 2
    assert result.packets_out_per_s > 500
    assert result.packets_refused == 0
    assert result.loss < 0.05
    assert result.server_cpu_us_per_packet is not None
    assert result.server_cpu_us_per_packet > 0


async def test_participants_of_livekit_hear_each_other_and_leave(media: MediaPort) -> None:
    server = LiveKitServer(media)
    assert_all_was_forwarded(await load_on(server.application(), livekit_at))
    assert server.left == 3


@pytest.mark.parametrize("typescript", [False, True], ids=["javascript", "typescript"])
async def test_participants_of_mediasoup_hear_each_other(media: MediaPort, typescript: bool) -> None:
    server = MediasoupServer(media, typescript=typescript)
    assert_all_was_forwarded(await load_on(server.application(), mediasoup_at))


async def test_a_session_that_livekit_ends_is_told_as_such() -> None:
    async def refuse(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_bytes(encode([(8, encode([(2, 4)]))]))
        return connection

    application = web.Application()
    application.router.add_get("/rtc", refuse)
    with pytest.raises(ServiceError, match="reason 4"):
        await load_on(application, livekit_at)


async def test_a_server_elsewhere_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(RuntimeError, match="not this machine"):
        await load_livekit(LiveKitAddress("ws://192.0.2.1:7880", KEY, SECRET), PLAN)


def test_the_process_behind_an_address_is_found_with_its_children() -> None:
    with socket.create_server((HOST, 0)) as server:
        url = f"ws://{HOST}:{server.getsockname()[1]}"
        assert os.getpid() in processes_behind(url)
    with pytest.raises(RuntimeError, match="nobody on this machine listens"):
        processes_behind(url)


async def test_a_child_counts_as_its_parent() -> None:
    with socket.create_server(("", 0)) as server:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "input()"), stdin=asyncio.subprocess.PIPE
        )
        try:
            assert child.pid in processes_behind(f"ws://localhost:{server.getsockname()[1]}")
        finally:
            await child.communicate(b"\n")


FIELDS = st.dictionaries(
    st.integers(1, 2**29 - 1), st.integers(0, 2**64 - 1) | st.text() | st.binary(), max_size=8
)


@given(FIELDS)
def test_a_message_is_read_as_it_was_written(fields: dict[int, int | str | bytes]) -> None:
    message = Message(encode(fields.items()))
    for field, value in fields.items():
        assert field in message
        if isinstance(value, int):
            assert message.number(field) == value
        elif isinstance(value, str):
            assert message.text(field) == value


def test_the_encoding_is_that_of_the_specification() -> None:
    assert encode([(1, 150)]) == b"\x08\x96\x01"
    assert encode([(2, "testing")]) == b"\x12\x07testing"
    assert Message(b"\x1a\x03\x08\x96\x01").message(3).number(1) == 150
    assert Message(b"\x0d\x00\x00\x00\x00\x11\x00\x00\x00\x00\x00\x00\x00\x00\x18\x07").number(3) == 7


@given(st.binary(max_size=40))
def test_bytes_that_are_no_message_raise_only_the_documented_error(data: bytes) -> None:
    try:
        message = Message(data)
        message.text(1)
        message.number(2)
        message.message(3)
    except ProtobufError:
        pass
