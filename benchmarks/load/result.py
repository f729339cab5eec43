"""The figures of a run."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.load.drift import Drift, drift_of
from benchmarks.load.run import Measurement, Sample
from benchmarks.native._load import HISTOGRAM_FLOORS_US

Counts = NDArray[np.uint64]

FLOORS_MS = np.array(HISTOGRAM_FLOORS_US) / 1000
"""The least value of each bucket of a histogram."""

_WIDTHS_MS = np.diff(FLOORS_MS, append=FLOORS_MS[-1])


class LoadResult(msgspec.Struct, frozen=True):
    """The key figures.

    `packets_out_per_s` counts what the server sent and participants received. `loss` is the share of packets
    that should have arrived and did not. Latency is from just before a packet is sent until the kernel has
    taken it in at the receiver. `join_ms_p50` runs from the first message of a join until the first media
    packet of another participant. Server figures are None for one that runs elsewhere; `first` and `last`
    are those at the ends of the measurement. `client_cpu` is the share of one core that the load generator
    itself took, and `client_lag_ms_p99` how late it sent: if these are high, the figures are the generator's.
    """

    rooms: int
    participants: int
    profile: str
    seconds: float
    packets_out_per_s: float
    loss: float
    latency_ms_p50: float
    latency_ms_p99: float
    join_ms_p50: float | None
    joins: int
    failed_joins: int
    server_cpu_us_per_packet: float | None
    memory_kb_per_participant: float | None
    server_memory_kb_first: int | None
    server_memory_kb_last: int | None
    server_handles_first: int | None
    server_handles_last: int | None
    drift: Drift | None
    key_frames_wanted: int
    packets_wanted: int
    packets_refused: int
    client_cpu: float
    client_lag_ms_p99: float


def percentile_ms(counts: Counts, percent: float) -> float:
    """A percentile of a histogram, in ms; 0 if it is empty."""
    total = int(counts.sum())
    if total == 0:
        return 0.0
    below = np.cumsum(counts)
    wanted = total * percent / 100
    bucket = int(np.searchsorted(below, wanted))
    inside = (wanted - (int(below[bucket]) - int(counts[bucket]))) / int(counts[bucket])
    return float(FLOORS_MS[bucket] + inside * _WIDTHS_MS[bucket])


def summarize(measurement: Measurement) -> LoadResult:
    """Reduce a measurement to its key figures."""
    plan = measurement.plan
    first, last = measurement.samples[0], measurement.samples[-1]
    elapsed = last.at_s - first.at_s
    counters = measurement.final_counters
    latency, lag = last.latency - first.latency, last.lag - first.lag
    joins = measurement.join_ms
    return LoadResult(
        rooms=plan.rooms,
        participants=plan.participants,
        profile=plan.profile.value,
        seconds=round(elapsed, 2),
        packets_out_per_s=round(received(first, last) / elapsed, 1),
        loss=loss(counters),
        latency_ms_p50=round(percentile_ms(latency, 50), 3),
        latency_ms_p99=round(percentile_ms(latency, 99), 3),
        join_ms_p50=round(float(np.median(joins)), 1) if joins else None,
        joins=len(joins),
        failed_joins=measurement.failed_joins,
        server_cpu_us_per_packet=cpu_us_per_packet(first, last),
        memory_kb_per_participant=_memory_per_participant(measurement),
        server_memory_kb_first=first.server.memory_kb if first.server else None,
        server_memory_kb_last=last.server.memory_kb if last.server else None,
        server_handles_first=first.server.handles if first.server else None,
        server_handles_last=last.server.handles if last.server else None,
        drift=drift_of(measurement.samples),
        key_frames_wanted=counters["key_frames_wanted"],
        packets_wanted=counters["packets_wanted"],
        packets_refused=counters["refused"],
        client_cpu=round((last.client_cpu_s - first.client_cpu_s) / elapsed, 3),
        client_lag_ms_p99=round(percentile_ms(lag, 99), 3),
    )


def loss(counters: dict[str, int]) -> float:
    """The share of measured packets that did not arrive."""
    expected = counters["expected"]
    return round(1 - counters["measured"] / expected, 6) if expected else 0.0


def cpu_us_per_packet(first: Sample, last: Sample) -> float | None:
    """The server's CPU time between two samples for each packet that it sent; None if it is not known."""
    packets = received(first, last)
    if first.server is None or last.server is None or not packets:
        return None
    return round((last.server.cpu_s - first.server.cpu_s) * 1e6 / packets, 3)


def received(first: Sample, last: Sample) -> int:
    """How many packets the participants received between two samples."""
    return last.counters["received"] - first.counters["received"]


def _memory_per_participant(measurement: Measurement) -> float | None:
    last = measurement.samples[-1].server
    if last is None or measurement.empty is None:
        return None
    return round((last.memory_kb - measurement.empty.memory_kb) / measurement.plan.people, 1)
