"""Janus as Debian packages it, as a process of its own: the VideoRoom, one event loop, loopback."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

_START_TIMEOUT_S = 20
_STOP_TIMEOUT_S = 10
_HOST = "127.0.0.1"

_CORE = """general: {{
    configs_folder = "{folder}"
    debug_level = 3
    event_loops = 1
}}
nat: {{
    ice_lite = true
    ice_enforce_list = "{host}"
}}
plugins: {{
    disable = "{plugins}"
}}
transports: {{
    disable = "{transports}"
}}
events: {{
    broadcast = false
}}
"""
_VIDEO_ROOM = "general: {}\n"
_WEB_SOCKETS = """general: {{
    json = "compact"
    ws = true
    ws_port = {port}
    ws_ip = "{host}"
    wss = false
}}
admin: {{
    admin_ws = false
    admin_wss = false
}}
"""
_OTHER_PLUGINS = (
    *("audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay"),
    *("sip", "streaming", "textroom", "videocall", "voicemail"),
)
_OTHER_TRANSPORTS = ("http", "mqtt", "nanomsg", "pfunix", "rabbitmq")


@dataclass(frozen=True, slots=True)
class JanusServer:
    """A running Janus: the address of its WebSocket API, its version, its process."""

    url: str
    version: str
    pid: int


@asynccontextmanager
async def running_janus(folder: Path, launcher: tuple[str, ...]) -> AsyncIterator[JanusServer]:
    """Run Janus until the block ends, with its configuration in an empty folder.

    `launcher` is a command that runs another one in its own place. Raises RuntimeError if Janus is not
    installed or does not start.
    """
    program = shutil.which("janus")
    if program is None:
        raise RuntimeError("Janus is not installed: apt-get install janus")
    port = _free_port()
    _configure(folder, port)
    process = await asyncio.create_subprocess_exec(
        *(*launcher, program, "--configs-folder", str(folder), "--disable-colors"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _until_listening(process, port)
        yield JanusServer(f"ws://{_HOST}:{port}", await _version(program), process.pid)
    finally:
        await _stop(process)


def _configure(folder: Path, port: int) -> None:
    plugins = ",".join(f"libjanus_{name}.so" for name in _OTHER_PLUGINS)
    transports = ",".join(f"libjanus_{name}.so" for name in _OTHER_TRANSPORTS)
    core = _CORE.format(folder=folder, host=_HOST, plugins=plugins, transports=transports)
    (folder / "janus.jcfg").write_text(core)
    (folder / "janus.plugin.videoroom.jcfg").write_text(_VIDEO_ROOM)
    (folder / "janus.transport.websockets.jcfg").write_text(_WEB_SOCKETS.format(port=port, host=_HOST))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


async def _until_listening(process: asyncio.subprocess.Process, port: int) -> None:
    try:
        async with asyncio.timeout(_START_TIMEOUT_S):
            while process.returncode is None:
                try:
                    _, writer = await asyncio.open_connection(_HOST, port)
                except OSError:
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                return
    except TimeoutError:
        raise RuntimeError("Janus does not listen") from None
    raise RuntimeError(f"Janus ended with {process.returncode}")


async def _version(program: str) -> str:
    asked = await asyncio.create_subprocess_exec(program, "--version", stdout=asyncio.subprocess.PIPE)
    output, _ = await asked.communicate()
    found = re.search(rb"\d+\.\d+\.\d+", output)
    return found[0].decode() if found else "unknown"


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_S)
    except TimeoutError:
        process.kill()
        await process.wait()
