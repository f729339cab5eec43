"""A load on Janus."""

from __future__ import annotations

import tempfile
from pathlib import Path

import aiohttp

from benchmarks.load.connection import Crowd
from benchmarks.load.run import LoadRun, Measurement, Plan
from benchmarks.peers.janus import Janus
from benchmarks.peers.janus_api import JanusSession
from benchmarks.peers.janus_server import running_janus
from benchmarks.process import Cores
from benchmarks.progress import progress_bar


async def load_janus(plan: Plan, cores: Cores) -> Measurement:
    """Measure a Janus that runs for this purpose, on a core of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_janus(Path(folder), cores.server_command()) as server:
            with Crowd() as crowd, progress_bar() as progress:
                async with aiohttp.ClientSession() as http, JanusSession.open(http, server.url) as session:
                    janus = await Janus.on(session, crowd)
                    return await LoadRun(janus, crowd, plan, [server.pid], progress).run()
