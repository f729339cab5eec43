"""The report of a load run."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.load.result import FLOORS_MS, LoadResult, cpu_us_per_packet, percentile_ms, received
from benchmarks.load.run import Measurement, Sample
from benchmarks.report.page import page
from benchmarks.report.plots import Series, line_plot, number_text

_INTERVAL_AXIS = "seconds"


def write_report(path: Path, measurement: Measurement, result: LoadResult) -> None:
    """Write the key figures and the plots of a run to a file."""
    plan = measurement.plan
    intro = (
        f"{plan.rooms} rooms of {plan.participants}, profile {plan.profile}"
        + (", participants leaving and rejoining" if plan.churn else "")
        + f"; measured for {result.seconds:.0f} seconds."
    )
    path.write_text(page("Load", intro, _figures(result), _plots(measurement)), encoding="utf-8")


def _figures(result: LoadResult) -> dict[str, str]:
    figures = msgspec.structs.asdict(result)
    drift = figures.pop("drift")
    if drift is not None:
        figures |= {f"drift.{name}": value for name, value in msgspec.structs.asdict(drift).items()}
    return {name: _text(value) for name, value in figures.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number_text(value) if isinstance(value, int | float) else str(value)


def _plots(measurement: Measurement) -> list[str]:
    samples = measurement.samples
    plots = [
        _over_time("Packets sent by the server", "packets/s", samples, {"": _rate}),
        _over_time("Latency", "ms", samples, {"median": _latency(50), "99th percentile": _latency(99)}),
        _distribution(samples[-1].latency - samples[0].latency),
    ]
    if samples[0].server is not None:
        plots += [
            _over_time("Server's CPU time for each packet sent", "µs", samples, {"": _cpu}),
            _over_time("Server's resident memory", "MB", samples, {"": _memory_mb}),
            _over_time("Server's open files", "files", samples, {"": _handles}),
        ]
    if measurement.join_ms:
        points = [(float(number), time) for number, time in enumerate(measurement.join_ms, 1)]
        plots.append(line_plot("From the offer to the first packet", "join", "ms", [Series("", points)]))
    return plots


_Reading = Callable[[Sample, Sample], float]


def _over_time(title: str, unit: str, samples: list[Sample], readings: dict[str, _Reading]) -> str:
    start = samples[0].at_s
    series = [
        Series(name, [(after.at_s - start, reading(before, after)) for before, after in pairwise(samples)])
        for name, reading in readings.items()
    ]
    return line_plot(title, _INTERVAL_AXIS, unit, series)


def _rate(before: Sample, after: Sample) -> float:
    return received(before, after) / (after.at_s - before.at_s)


def _latency(percent: float) -> _Reading:
    return lambda before, after: percentile_ms(after.latency - before.latency, percent)


def _cpu(before: Sample, after: Sample) -> float:
    return cpu_us_per_packet(before, after) or 0.0


def _memory_mb(_before: Sample, after: Sample) -> float:
    return after.server.memory_kb / 1024 if after.server is not None else 0.0


def _handles(_before: Sample, after: Sample) -> float:
    return after.server.handles if after.server is not None else 0.0


def _distribution(latency: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> str:
    """The share of packets that took no longer than a time; the slowest thousandth is cut off."""
    total = int(latency.sum()) or 1
    shares = np.cumsum(latency) / total * 100
    end = int(np.searchsorted(shares, 99.9)) + 1
    points = list(zip(FLOORS_MS[1 : end + 1].tolist(), shares[:end].tolist(), strict=True))
    return line_plot("Packets that took no longer", "ms", "%", [Series("", points)])
