"""A load on our own server."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from benchmarks.load.connection import Crowd
from benchmarks.load.desk import Desk
from benchmarks.load.run import LoadRun, Measurement, Plan
from benchmarks.process import Cores
from benchmarks.progress import progress_bar
from benchmarks.server import running_server


async def load_desk(url: str, api_key: str, plan: Plan, server_pids: Sequence[int]) -> Measurement:
    """Measure a server of ours at an address; `server_pids` are its processes, none if it runs elsewhere."""
    with Crowd() as crowd, progress_bar() as progress:
        async with aiohttp.ClientSession() as http:
            return await LoadRun(Desk(http, url, api_key, crowd), crowd, plan, server_pids, progress).run()


async def load_own_server(plan: Plan, cores: Cores, media_threads: int = 1) -> Measurement:
    """Measure a server that runs for this purpose, on cores of its own."""
    threads = ("--media-threads", str(media_threads))
    with tempfile.TemporaryDirectory() as directory:
        async with running_server(Path(directory), *threads, launcher=cores.server_command()) as server:
            return await load_desk(server.addresses.url, server.addresses.api_key, plan, [server.process.pid])
