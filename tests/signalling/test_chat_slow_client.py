"""A client that does not read is cut off, and loses nothing."""

import asyncio
import base64
import os
import socket
import struct
from urllib.parse import urlsplit

import msgspec

from chatcore.model import MessageSent
from signalling.protocol import chat
from tests.signalling.clients import Desk
from tests.signalling.conftest import OpenDesk, StartServer

_BIG_TEXT = "€" * 4_000


async def test_a_client_that_stops_reading_is_cut_and_resumes(
    start_server: StartServer, open_desk: OpenDesk
) -> None:
    desk = await open_desk(await start_server("--send-timeout", "0.3"))
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as tab:
        sent = await tab.done(chat.OpenConversation, client_id="conversation-1")
        await tab.until(chat.ConversationShown)
        cursor = tab.cursor
        sleeper = await deaf_socket(desk.url, visitor.token)
        count = 0
        while await slow_clients(desk) == 0:
            for _ in range(10):
                await tab.done(
                    chat.SendMessage,
                    conversation_id=sent.conversation_id,
                    client_id=f"message-{count}",
                    text=_BIG_TEXT,
                )
                count += 1
        sleeper.close()
    async with desk.socket("/api/v1/visitor/socket") as back:
        assert (await back.hello(visitor.token, cursor)).snapshot is None
        received = {""}
        while f"message-{count - 1}" not in received:
            received.add((await back.event(MessageSent)).client_id)
        assert received >= {f"message-{number}" for number in range(count)}


async def deaf_socket(url: str, token: str) -> socket.socket:
    """A chat socket that says hello and never reads again; its window is small, so that it fills up soon."""
    address = urlsplit(url)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, (address.hostname, address.port))
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = (
        f"GET /api/v1/visitor/socket HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    )
    hello = msgspec.json.encode(chat.Hello(version=chat.PROTOCOL_VERSION, token=token))
    # RFC 6455, section 5.2: FIN and text, masked (here with zeroes), a 16-bit length.
    frame = struct.pack("!BBH", 0x81, 0x80 | 126, len(hello)) + bytes(4) + hello
    await loop.sock_sendall(raw, upgrade.encode() + frame)
    assert b"101" in await loop.sock_recv(raw, 64)
    return raw


async def slow_clients(desk: Desk) -> float:
    """How many clients were cut, as the metrics say."""
    async with desk.http.get("/metrics") as response:
        lines = (await response.text()).splitlines()
    return float(next(line for line in lines if line.startswith("sportello_slow_clients_total")).split()[1])
