"""The real server as a process of its own, with the demo's data."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

_START_TIMEOUT_S = 60
_STOP_TIMEOUT_S = 15


class Login(msgspec.Struct, frozen=True):
    """An operator or administrator of the demo."""

    email: str
    password: str
    name: str
    role: str


class Addresses(msgspec.Struct, frozen=True):
    """What the server says of itself once it serves."""

    url: str
    media_ports: list[int]
    shop: str
    operator: str
    admin: str
    api_key: str
    logins: list[Login]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    addresses: Addresses
    process: asyncio.subprocess.Process
    log: Path


@asynccontextmanager
async def running_server(
    data_dir: Path, *arguments: str, launcher: tuple[str, ...] = ()
) -> AsyncIterator[Server]:
    """Run `sportello serve --demo` on free ports until the block ends; it must then stop when asked to.

    `launcher` is a command that runs another one in its own place, such as `taskset`.
    Raises RuntimeError, with the end of the log, when it does not start or does not stop.
    """
    log = data_dir / "server.log"
    with log.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(*launcher, sys.executable, "-m", "sportello", "serve", "--demo", "--print-ready"),
            *("--port", "0", "--media-port", "0", "--data-dir", str(data_dir)),
            *("--rate-limit-factor", "100", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
        )
    output: asyncio.Task[object] | None = None
    try:
        addresses = await _addresses_of(process, log)
        output = asyncio.create_task(process.communicate())  # A full pipe would hold the server up.
        yield Server(addresses, process, log)
    finally:
        await _stop(process, log)
        if output is not None:
            await output


async def _addresses_of(process: asyncio.subprocess.Process, log: Path) -> Addresses:
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _START_TIMEOUT_S)
        return msgspec.json.decode(line, type=Addresses)
    except (TimeoutError, msgspec.MsgspecError) as error:
        raise RuntimeError(f"the server did not start:\n{_end_of(log)}") from error


async def _stop(process: asyncio.subprocess.Process, log: Path) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_S)
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise RuntimeError(f"the server did not stop:\n{_end_of(log)}") from error


def _end_of(log: Path) -> str:
    return log.read_text()[-4000:]
