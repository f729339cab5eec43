"""All servers in turn, and what comes of it."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from benchmarks.load.desk_load import load_own_server
from benchmarks.load.result import LoadResult, summarize
from benchmarks.load.run import Measurement, Plan
from benchmarks.load.service import FAILURES
from benchmarks.peers.given import load_livekit, load_mediasoup
from benchmarks.peers.janus_load import load_janus
from benchmarks.peers.livekit_api import LiveKitAddress
from benchmarks.process import Cores

OURS = "sportello"


class PeersResult(msgspec.Struct, frozen=True):
    """Each server's CPU time for a packet over ours, the medians, and all turns; by the servers' names."""

    ratios: dict[str, float]
    server_cpu_us_per_packet: dict[str, float]
    turns: dict[str, list[LoadResult]]


Measure = Callable[[Plan, Cores], Awaitable[Measurement]]
"""Put a load on a server."""

STARTED: dict[str, Measure] = {OURS: load_own_server, "janus": load_janus}
"""The servers that are started afresh for each turn."""


def given_servers(livekit: LiveKitAddress | None, mediasoup: str | None) -> dict[str, Measure]:
    """The servers that run already, at these addresses."""
    servers: dict[str, Measure] = {}
    if livekit is not None:
        servers["livekit"] = lambda plan, _: load_livekit(livekit, plan)
    if mediasoup is not None:
        servers["mediasoup"] = lambda plan, _: load_mediasoup(mediasoup, plan)
    return servers


async def compare(servers: Mapping[str, Measure], plan: Plan, turns: int, cores: Cores) -> PeersResult:
    """Measure all servers, in turn. Raises RuntimeError, which names the server and the turn that failed."""
    results: dict[str, list[LoadResult]] = {name: [] for name in servers}
    for turn in range(1, turns + 1):
        for name, measure in servers.items():
            try:
                results[name].append(summarize(await measure(plan, cores)))
            # A description or a message that cannot be read is a ValueError.
            except (*FAILURES, RuntimeError, ValueError) as error:
                what = str(error) or type(error).__name__
                raise RuntimeError(f"{name}, turn {turn} of {turns}: {what}") from error
    return judge(results)


def judge(turns: dict[str, list[LoadResult]]) -> PeersResult:
    """Reduce the turns to medians, and to ratios over ours."""
    costs = {
        name: statistics.median(turn.server_cpu_us_per_packet or 0.0 for turn in results)
        for name, results in turns.items()
    }
    ratios = {name: round(cost / costs[OURS], 2) for name, cost in costs.items() if name != OURS}
    return PeersResult(ratios, costs, turns)
