"""TURN servers and their credentials in what clients are told."""

import asyncio
import hmac
import shutil
from base64 import b64encode
from pathlib import Path
from time import time

import msgspec
import pytest
from aioice.stun import TransactionFailed
from aioice.turn import create_turn_endpoint

from signalling.protocol import chat
from signalling.protocol.http import RoomCreated, TokenIssued
from signalling.protocol.ice import IceServer
from signalling.rooms.turn import Turn
from sportello.server import RunningServer
from tests.signalling.clients import Desk
from tests.signalling.conftest import OpenDesk, StartServer
from tests.sportello.test_process import write_certificate
from tests.support.turn_server import SECRET, running_turn_server

URLS = ("turn:turn.example:3478", "turns:turn.example:443?transport=tcp")


async def issued(desk: Desk, server: RunningServer) -> TokenIssued:
    """A join token for a person in a room of the demo's account."""
    assert server.demo is not None
    key = {"Authorization": f"Bearer {server.demo.api_key}"}
    async with desk.http.post("/api/v1/rooms", json={}, headers=key) as response:
        room = msgspec.json.decode(await response.read(), type=RoomCreated)
    person = {"identity": "anna", "name": "Anna", "role": "operator"}
    path = f"/api/v1/rooms/{room.room_id}/tokens"
    async with desk.http.post(path, json=person, headers=key) as response:
        return msgspec.json.decode(await response.read(), type=TokenIssued)


async def test_a_token_comes_with_turn_servers_and_credentials_that_end(
    start_server: StartServer, open_desk: OpenDesk
) -> None:
    options = ("--turn-urls", ",".join(URLS), "--turn-secret", SECRET, "--turn-ttl", "600")
    server = await start_server(*options)
    [given] = (await issued(await open_desk(server), server)).ice_servers
    assert given.urls == list(URLS)
    assert 590 < int(given.username.partition(":")[0]) - time() <= 600


async def test_a_call_comes_with_turn_servers(start_server: StartServer, open_desk: OpenDesk) -> None:
    server = await start_server("--turn-urls", URLS[0], "--turn-secret", SECRET)
    desk = await open_desk(server)
    await desk.login()
    visitor = await desk.visitor()
    async with desk.operator_socket() as giulia, desk.visitor_socket(visitor.token) as anna:
        opened = await anna.done(chat.OpenConversation, client_id="conversation-1")
        await anna.done(chat.RequestCall, conversation_id=opened.conversation_id)
        await giulia.done(chat.TakeConversation, conversation_id=opened.conversation_id)
        started = await giulia.done(chat.StartCall, conversation_id=opened.conversation_id)
    assert started.grant is not None
    assert [one.urls for one in started.grant.ice_servers] == [[URLS[0]]]


async def test_without_turn_servers_the_list_is_empty(server: RunningServer, desk: Desk) -> None:
    assert (await issued(desk, server)).ice_servers == []


def test_persons_differ_to_the_turn_server_but_are_not_named() -> None:
    turn = Turn(URLS, SECRET)
    [anna], [again], [bruno] = (turn.servers_for(who, 1000.9) for who in ("anna", "anna", "bruno"))
    assert anna == again
    assert anna.username != bruno.username
    assert "anna" not in anna.username
    assert anna.credential == b64encode(hmac.digest(SECRET.encode(), anna.username.encode(), "sha1")).decode()


def test_the_secret_does_not_show_in_logs() -> None:
    assert SECRET not in repr(Turn(URLS, SECRET))


@pytest.mark.long
@pytest.mark.skipif(shutil.which("turnserver") is None, reason="needs Debian's package coturn")
async def test_a_turn_server_takes_our_credentials_until_they_end_and_no_others(tmp_path: Path) -> None:
    turn, now = Turn(("turn:turn.example",), SECRET, ttl_s=60), time()
    async with running_turn_server(write_certificate(tmp_path)) as server:
        [good], [over] = turn.servers_for("anna", now), turn.servers_for("anna", now - 120)
        [forged] = Turn(turn.urls, "another secret").servers_for("anna", now)
        assert await _allocates(server.port, good)
        assert not await _allocates(server.port, over)
        assert not await _allocates(server.port, forged)


async def _allocates(port: int, given: IceServer) -> bool:
    """Whether the TURN server relays for these credentials."""
    try:
        transport, _ = await create_turn_endpoint(
            asyncio.DatagramProtocol,
            server_addr=("127.0.0.1", port),
            username=given.username,
            password=given.credential,
            lifetime=600,
        )
    except TransactionFailed:
        return False
    transport.close()
    return True
