"""The report of what forwarding costs."""

from __future__ import annotations

from pathlib import Path

from benchmarks.forwarding.comparison import ForwardingResult, Plan
from benchmarks.report.page import page
from benchmarks.report.plots import Series, bar_plot, line_plot, number_text


def write_report(path: Path, plan: Plan, result: ForwardingResult) -> None:
    """Write the key figures and the plots to a file."""
    intro = (
        "Processor time, user and system, for each outgoing packet; "
        f"medians of {plan.rounds} runs of {plan.seconds:g} seconds each, the forwarders in turn."
    )
    path.write_text(page("Forwarding", intro, _figures(result), _plots(result)), encoding="utf-8")


def _figures(result: ForwardingResult) -> dict[str, str]:
    return {
        "native_us": number_text(result.native_us),
        "bare_c_us": number_text(result.bare_c_us),
        "ratio": number_text(result.ratio),
        "aiortc_us": number_text(result.aiortc_us),
        "native_packets_per_s": number_text(result.native_packets_per_s),
        "native_loss": number_text(result.native_loss),
    }


def _plots(result: ForwardingResult) -> list[str]:
    bars = [("native", result.native_us), ("bare C", result.bare_c_us), ("aiortc", result.aiortc_us)]
    lines = (("native", "native_us"), ("bare C", "bare_c_us"))
    latencies = (("median", "latency_us_p50"), ("99th percentile", "latency_us_p99"))
    return [
        bar_plot("At full load", "µs", bars),
        line_plot("At the rate of rooms of four", "rooms", "µs", _series(result, lines)),
        line_plot("Latency of the native path", "rooms", "µs", _series(result, latencies)),
    ]


def _series(result: ForwardingResult, fields: tuple[tuple[str, str], ...]) -> list[Series]:
    return [
        Series(name, [(float(rooms), getattr(rate, field)) for rooms, rate in result.rates.items()])
        for name, field in fields
    ]
