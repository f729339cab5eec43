"""A load on servers that run already, on this machine: LiveKit, mediasoup's demo."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp

from benchmarks.listener import processes_behind
from benchmarks.load.connection import Crowd
from benchmarks.load.run import LoadRun, Measurement, Plan
from benchmarks.load.service import Service
from benchmarks.peers.livekit import LiveKit
from benchmarks.peers.livekit_api import LiveKitAddress
from benchmarks.peers.mediasoup import Mediasoup
from benchmarks.progress import progress_bar


async def load_livekit(address: LiveKitAddress, plan: Plan) -> Measurement:
    """Measure a LiveKit server. Raises RuntimeError if it does not run on this machine, or cannot be read."""
    return await _load(address.url, plan, lambda http, crowd: LiveKit(http, address, crowd))


async def load_mediasoup(url: str, plan: Plan) -> Measurement:
    """Measure a server of mediasoup's demo. Raises RuntimeError as `load_livekit` does."""
    return await _load(url, plan, lambda http, crowd: Mediasoup(http, url, crowd))


async def _load(
    url: str, plan: Plan, service: Callable[[aiohttp.ClientSession, Crowd], Service]
) -> Measurement:
    pids = processes_behind(url)
    with Crowd() as crowd, progress_bar() as progress:
        async with aiohttp.ClientSession() as http:
            return await LoadRun(service(http, crowd), crowd, plan, pids, progress).run()
