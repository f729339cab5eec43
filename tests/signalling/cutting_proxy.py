"""A TCP proxy that cuts a connection at a byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum


class Direction(Enum):
    UP = "to the server"
    DOWN = "to the client"


class CuttingProxy:
    """Passes bytes on, until it is told to cut: then all connections end after so many further bytes.

    What comes after the cut is lost, and both sides see their connection reset.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._cut: tuple[Direction, int] | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.passed = dict.fromkeys(Direction, 0)

    def cut_after(self, direction: Direction, byte_count: int) -> None:
        """Cut once `byte_count` more bytes went in this direction and another one would follow."""
        self._cut = (direction, byte_count)

    @property
    def armed(self) -> bool:
        """Whether the cut is still to come."""
        return self._cut is not None

    def disarm(self) -> None:
        """Cut no more."""
        self._cut = None

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a client's connection with one to the server."""
        up_reader, up_writer = await asyncio.open_connection(*self._target)
        self._writers |= {writer, up_writer}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pass_on(reader, up_writer, Direction.UP))
                tasks.create_task(self._pass_on(up_reader, writer, Direction.DOWN))
        finally:
            for one in (writer, up_writer):
                self._writers.discard(one)
                one.transport.abort()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: Direction
    ) -> None:
        try:
            while data := await reader.read(65_536):
                self.passed[direction] += len(data)
                if self._cut is not None and self._cut[0] is direction:
                    left = self._cut[1]
                    if len(data) > left:
                        writer.write(data[:left])
                        self._cut = None
                        self._reset()
                        return
                    self._cut = (direction, left - len(data))
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def _reset(self) -> None:
        for writer in list(self._writers):
            # What was written before the cut still arrives, as on a network that fails afterwards.
            writer.close()


@asynccontextmanager
async def cutting_proxy(host: str, port: int) -> AsyncIterator[tuple[CuttingProxy, str]]:
    """Run a proxy before a server; yields it and the URL of its own end."""
    proxy = CuttingProxy(host, port)
    server = await asyncio.start_server(proxy.connect, "127.0.0.1", 0)
    try:
        own_port = server.sockets[0].getsockname()[1]
        yield proxy, f"http://127.0.0.1:{own_port}"
    finally:
        server.close()
