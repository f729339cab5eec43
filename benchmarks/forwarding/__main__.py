"""What forwarding costs: `python -m benchmarks.forwarding [--seconds 3] [--rounds 3] [--json]`.

Each forwarder runs in a process pinned to one core, the clients on another one; the forwarders take turns,
and the median of the rounds counts. Reported is processor time (user and system, all threads) per outgoing
packet, in µs: at full load with packets of 1200 bytes from one to three others, and at the rates of 1, 8 and
16 rooms of four, where each participant sends 150 video packets of 1150 bytes and 50 audio packets of 100 a
second. Latencies are those of the native path, from sending to the kernel's time of arrival.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass

import msgspec

from benchmarks.forwarding._forwarding import Clients
from benchmarks.forwarding.layout import ROOM_SIZE

BATCH_US = 200
FULL_LOAD = {"video_size": 1188, "window": 192}
RATE = {"video_rate": 150, "video_size": 1138, "audio_rate": 50, "audio_size": 88}
ROOMS = (1, 8, 16)
FULL_LOAD_ROOMS = 4


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run of one forwarder; latencies are None where they were not measured."""

    us_per_packet: float
    packets_out_per_s: float
    loss: float
    latency_us_p50: float
    latency_us_p99: float


class RateResult(msgspec.Struct, frozen=True):
    """At the rate of a number of rooms; latencies are the native path's."""

    native_us: float
    bare_c_us: float
    latency_us_p50: float
    latency_us_p99: float
    loss: float


class ForwardingResult(msgspec.Struct, frozen=True):
    """All that was measured; `ratio` is the native path's cost over the bare loop's at full load."""

    native_us: float
    bare_c_us: float
    ratio: float
    aiortc_us: float
    native_packets_per_s: float
    rates: dict[str, RateResult]


class Forwarder:
    """A forwarder's process on the first core, for clients in so many rooms."""

    def __init__(self, kind: str, rooms: int) -> None:
        command = [sys.executable, "-m", "benchmarks.forwarding.forwarder", kind, str(BATCH_US)]
        server_core, *other_cores = sorted(os.sched_getaffinity(0))
        self._process = subprocess.Popen(
            ["taskset", "-c", str(server_core), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._other_cores = set(other_cores) or {server_core}
        self.clients = Clients(ROOM_SIZE * rooms, int(self._line()))
        self._write(json.dumps(self.clients.ports))
        self.used()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def used(self) -> tuple[float, int]:
        """Return the processor time (s) used and the packets sent so far."""
        self._write("")
        seconds, packets = json.loads(self._line())
        return seconds, packets

    def measure(self, seconds: float, profile: dict[str, int]) -> Measurement:
        """Put a load on it and return its cost."""
        allowed = os.sched_getaffinity(0)
        os.sched_setaffinity(0, self._other_cores)
        try:
            return self._measure(seconds, profile)
        finally:
            os.sched_setaffinity(0, allowed)

    def _measure(self, seconds: float, profile: dict[str, int]) -> Measurement:
        self.clients.run(min(0.5, seconds), **profile)
        before, sent_before = self.used()
        _, received, expected, took, p50_ns, p99_ns = self.clients.run(seconds, **profile)
        after, sent_after = self.used()
        packets = sent_after - sent_before
        return Measurement(
            us_per_packet=(after - before) * 1e6 / packets,
            packets_out_per_s=packets / took,
            loss=1 - received / expected,
            latency_us_p50=p50_ns / 1000,
            latency_us_p99=p99_ns / 1000,
        )

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Progress:
    """A bar on standard error, where that is a terminal."""

    def __init__(self, steps: int) -> None:
        self._steps, self._done = steps, 0

    def step(self, name: str) -> None:
        """Say what comes next."""
        if sys.stderr.isatty():
            bar = "#" * (30 * self._done // self._steps)
            print(f"\r[{bar:30}] {name:30}", end="", file=sys.stderr, flush=True)
        self._done += 1


def measure_in_turn(
    kinds: tuple[str, ...],
    rooms: int,
    profile: dict[str, int],
    options: argparse.Namespace,
    progress: Progress,
) -> dict[str, list[Measurement]]:
    """Run the forwarders one after the other, round by round."""
    found: dict[str, list[Measurement]] = defaultdict(list)
    for _ in range(options.rounds):
        for kind in kinds:
            progress.step(f"{kind}, {rooms} rooms")
            forwarder = Forwarder(kind, rooms)
            try:
                found[kind].append(forwarder.measure(options.seconds, profile))
            finally:
                forwarder.close()
    return found


def median(measurements: list[Measurement], field: str) -> float:
    """Return the median of one field, rounded."""
    values: list[float] = [getattr(item, field) for item in measurements]
    return round(statistics.median(values), 4)


def run(options: argparse.Namespace) -> ForwardingResult:
    """Measure everything."""
    progress = Progress(options.rounds * (3 + 2 * len(ROOMS)))
    full = measure_in_turn(("native", "bare", "aiortc"), FULL_LOAD_ROOMS, FULL_LOAD, options, progress)
    rates: dict[str, RateResult] = {}
    for rooms in ROOMS:
        found = measure_in_turn(("native", "bare"), rooms, RATE, options, progress)
        rates[str(rooms)] = RateResult(
            native_us=median(found["native"], "us_per_packet"),
            bare_c_us=median(found["bare"], "us_per_packet"),
            latency_us_p50=median(found["native"], "latency_us_p50"),
            latency_us_p99=median(found["native"], "latency_us_p99"),
            loss=median(found["native"], "loss"),
        )
    native_us, bare_us = (median(full[kind], "us_per_packet") for kind in ("native", "bare"))
    return ForwardingResult(
        native_us=native_us,
        bare_c_us=bare_us,
        ratio=round(native_us / bare_us, 3),
        aiortc_us=median(full["aiortc"], "us_per_packet"),
        native_packets_per_s=median(full["native"], "packets_out_per_s"),
        rates=rates,
    )


def show(result: ForwardingResult) -> None:
    """Print the result for people."""
    print("µs of processor time per outgoing packet\n")
    print(f"full load     native {result.native_us:6.2f}   bare C {result.bare_c_us:6.2f}", end="")
    print(f"   ratio {result.ratio:.2f}   aiortc {result.aiortc_us:6.2f}")
    for rooms, rate in result.rates.items():
        print(f"{rooms:>2} rooms      native {rate.native_us:6.2f}   bare C {rate.bare_c_us:6.2f}", end="")
        print(f"   latency p50 {rate.latency_us_p50:.0f} µs, p99 {rate.latency_us_p99:.0f} µs")


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forwarding", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each run takes (3)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each forwarder has its turn (3)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args()
    result = run(options)
    if options.json:
        print(msgspec.json.encode(result).decode())
    else:
        show(result)


if __name__ == "__main__":
    main()
