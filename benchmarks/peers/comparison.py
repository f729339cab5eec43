"""All servers in turn, and what comes of it."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable

import msgspec

from benchmarks.load.desk_load import load_own_server
from benchmarks.load.result import LoadResult, summarize
from benchmarks.load.run import Measurement, Plan
from benchmarks.load.service import FAILURES
from benchmarks.peers.janus_load import load_janus
from benchmarks.process import Cores

OURS = "sportello"


class PeersResult(msgspec.Struct, frozen=True):
    """Each server's CPU time for a packet over ours, the medians, and all turns; by the servers' names."""

    ratios: dict[str, float]
    server_cpu_us_per_packet: dict[str, float]
    turns: dict[str, list[LoadResult]]


SERVERS: dict[str, Callable[[Plan, Cores], Awaitable[Measurement]]] = {
    OURS: load_own_server,
    "janus": load_janus,
}


async def compare(plan: Plan, turns: int, cores: Cores) -> PeersResult:
    """Measure all servers, in turn. Raises RuntimeError, which names the server and the turn that failed."""
    results: dict[str, list[LoadResult]] = {name: [] for name in SERVERS}
    for turn in range(1, turns + 1):
        for name, measure in SERVERS.items():
            try:
                results[name].append(summarize(await measure(plan, cores)))
            except (*FAILURES, RuntimeError) as error:
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
