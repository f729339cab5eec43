"""Clients that come over TCP: raw ones, and a bridge for real ones that only know UDP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from media.sfu import stun
from media.sfu.ice import IceCredentials
from media.sfu.stun import Address

TRANSACTION = bytes(range(12))


def frame(packet: bytes) -> bytes:
    """Put the length before a packet (RFC 4571)."""
    return len(packet).to_bytes(2, "big") + packet


def check(local: IceCredentials, remote_ufrag: str) -> bytes:
    """Return a connectivity check as a controlling client sends it to an agent with these credentials."""
    attributes = {
        stun.USERNAME: f"{local.ufrag}:{remote_ufrag}".encode(),
        stun.ICE_CONTROLLING: bytes(8),
        stun.PRIORITY: bytes(4),
    }
    return stun.build_stun(stun.BINDING_REQUEST, TRANSACTION, attributes, local.password)


class TcpClient:
    """One connection, which sends and receives frames."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.address: Address = writer.get_extra_info("sockname")[:2]

    def send(self, packet: bytes) -> None:
        self.writer.write(frame(packet))

    async def receive(self) -> bytes:
        """Return the next packet. Raises IncompleteReadError when the server has closed the connection."""
        size = int.from_bytes(await self.reader.readexactly(2), "big")
        return await self.reader.readexactly(size)

    async def closed(self) -> None:
        """Wait until the server closes the connection, without having sent anything more."""
        with suppress(ConnectionResetError):
            assert await self.reader.read() == b""

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


@asynccontextmanager
async def tcp_client(port: int, host: str = "127.0.0.1", *, buffer: int = 0) -> AsyncIterator[TcpClient]:
    """Connect; `buffer` bytes are what the kernel receives for a client that does not read."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.setblocking(False)
    if buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    await asyncio.get_running_loop().sock_connect(sock, (host, port))
    client = TcpClient(*await asyncio.open_connection(sock=sock, limit=buffer or 65536))
    try:
        async with asyncio.timeout(20):
            yield client
    finally:
        await client.close()


class Bridge(asyncio.DatagramProtocol):
    """Carries the datagrams of one client over TCP; `reconnect` takes a new connection for them.

    As with browsers, the first packet on a connection is a check.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._client: Address | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._connection: TcpClient | None = None
        self._checked = False
        self._reader: asyncio.Task[None] | None = None

    def attach(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._client = addr
        if self._connection is not None:
            self._checked |= data[0] <= 3
            if self._checked:
                self._connection.send(data)

    async def reconnect(self) -> None:
        await self.disconnect()
        self._checked = False
        self._connection = TcpClient(*await asyncio.open_connection("127.0.0.1", self._server_port))
        self._reader = asyncio.create_task(self._carry_back(self._connection))

    async def disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and self._reader is not None:
            self._reader.cancel()
            await asyncio.wait([self._reader])
            await connection.close()

    async def _carry_back(self, connection: TcpClient) -> None:
        assert self._transport is not None
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                packet = await connection.receive()
                if self._client is not None:
                    self._transport.sendto(packet, self._client)


@asynccontextmanager
async def tcp_bridge(server_port: int) -> AsyncIterator[tuple[int, Bridge]]:
    """Run a bridge; yield its UDP port and itself."""
    transport, bridge = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Bridge(server_port), local_addr=("127.0.0.1", 0)
    )
    bridge.attach(transport)
    await bridge.reconnect()
    try:
        yield transport.get_extra_info("sockname")[1], bridge
    finally:
        await bridge.disconnect()
        transport.close()
