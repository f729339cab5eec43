"""A real TURN server: coturn from Debian, on free loopback ports."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

SECRET = "shared between the desk and the TURN server"


@dataclass(frozen=True, slots=True)
class TurnServer:
    """Where it listens: `port` for UDP and TCP, `tls_port` for TLS over TCP."""

    port: int
    tls_port: int

    def url(self, transport: str) -> str:
        """The URL by which it is reached over `udp`, `tcp` or `tls`."""
        if transport == "tls":
            return f"turns:127.0.0.1:{self.tls_port}?transport=tcp"
        return f"turn:127.0.0.1:{self.port}?transport={transport}"


@asynccontextmanager
async def running_turn_server(
    certificate: tuple[Path, Path] | None, settings: Path | None = None
) -> AsyncIterator[TurnServer]:
    """Run coturn until the block ends.

    `certificate` is a chain and its key (PEM). With a file of `settings` these decide what may be reached;
    without, it is this machine.
    """
    server = TurnServer(_free_port(), _free_port())
    process = await asyncio.create_subprocess_exec(
        *("turnserver", "--no-stdout-log", "--log-file=/dev/null", "--no-cli", "--pidfile="),
        *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"),
        *(f"--listening-port={server.port}", f"--tls-listening-port={server.tls_port}"),
        *("--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=desk.example"),
        *(("-c", str(settings)) if settings else ("-c", "/dev/null", "--allow-loopback-peers")),
        *((f"--cert={certificate[0]}", f"--pkey={certificate[1]}") if certificate else ()),
        cwd=certificate[0].parent if certificate else None,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(process.wait)
        stack.callback(process.terminate)
        async with asyncio.timeout(20):
            await _until_listening(server.port)
            if certificate:
                await _until_listening(server.tls_port)
        yield server


async def _until_listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            await writer.wait_closed()
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
