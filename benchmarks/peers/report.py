"""The report of a comparison."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.load.result import LoadResult
from benchmarks.load.run import Plan
from benchmarks.peers.comparison import PeersResult
from benchmarks.report.page import page
from benchmarks.report.plots import bar_plot, number_text


def write_report(path: Path, plan: Plan, result: PeersResult) -> None:
    """Write the medians and the bars of a comparison to a file."""
    costs, turns = result.server_cpu_us_per_packet, result.turns
    count = len(next(iter(turns.values())))
    intro = f"{plan.rooms} rooms of {plan.participants}; medians of {count} turns of {plan.seconds:g} s."
    figures = {f"{name}, µs for each packet": number_text(cost) for name, cost in costs.items()}
    figures |= {f"{name}, times ours": number_text(ratio) for name, ratio in result.ratios.items()}
    plots = [
        bar_plot("Server's CPU time for each packet sent", "µs", list(costs.items())),
        bar_plot("Latency, median", "ms", _medians(turns, "latency_ms_p50")),
        bar_plot("Latency, 99th percentile", "ms", _medians(turns, "latency_ms_p99")),
        bar_plot("Memory for each participant", "kB", _medians(turns, "memory_kb_per_participant")),
        bar_plot("From the first message to the first packet", "ms", _medians(turns, "join_ms_p50")),
    ]
    path.write_text(page("Peers", intro, figures, plots), encoding="utf-8")


def _medians(turns: Mapping[str, Sequence[LoadResult]], figure: str) -> list[tuple[str, float]]:
    return [
        (name, statistics.median(getattr(result, figure) or 0.0 for result in results))
        for name, results in turns.items()
    ]
