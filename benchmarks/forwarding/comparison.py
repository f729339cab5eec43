"""The forwarders in turn, and what comes of it."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from benchmarks.forwarding.process import Forwarder, Measurement
from benchmarks.process import Cores

FULL_LOAD = {"video_size": 1188, "window": 192}
FULL_LOAD_ROOMS = 16  # So many that no client reaches the bound at which the path takes it for a flood.
RATE = {"video_rate": 150, "video_size": 1138, "audio_rate": 50, "audio_size": 88}
KINDS = ("native", "bare", "aiortc")
PACED_KINDS = ("native", "bare")  # aiortc's objects do not keep up with the rate of many rooms.

Progress = Callable[[str, float], None]
"""Told what is being done, and how much of it is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each run takes (s), how often each forwarder has its turn, and at the rates of which rooms."""

    seconds: float
    rounds: int
    rooms: tuple[int, ...]


class RateResult(msgspec.Struct, frozen=True):
    """At the rate of a number of rooms; latencies and loss are the native path's."""

    native_us: float
    bare_c_us: float
    latency_us_p50: float
    latency_us_p99: float
    loss: float


class ForwardingResult(msgspec.Struct, frozen=True):
    """All that was measured; `ratio` is the native path's cost over the bare loop's at full load.

    It means something only if `native_loss`, the share of the full load that did not arrive, is next to none.
    """

    native_us: float
    bare_c_us: float
    ratio: float
    aiortc_us: float
    native_packets_per_s: float
    native_loss: float
    rates: dict[str, RateResult]


Turns = dict[str, list[Measurement]]


def compare(plan: Plan, cores: Cores, progress: Progress) -> ForwardingResult:
    """Measure everything. Raises RuntimeError when a forwarder fails."""
    loads = [(FULL_LOAD_ROOMS, FULL_LOAD, KINDS), *((rooms, RATE, PACED_KINDS) for rooms in plan.rooms)]
    turns: list[Turns] = []
    for number, (rooms, profile, kinds) in enumerate(loads):
        progress("Full load" if profile is FULL_LOAD else f"At the rate of {rooms}", number / len(loads))
        turns.append(_in_turn(kinds, rooms, profile, plan, cores))
    return _judge(turns[0], dict(zip(plan.rooms, turns[1:], strict=True)))


def _in_turn(kinds: tuple[str, ...], rooms: int, profile: dict[str, int], plan: Plan, cores: Cores) -> Turns:
    """Run the forwarders one after the other, round by round."""
    found: Turns = {kind: [] for kind in kinds}
    for _ in range(plan.rounds):
        for kind in kinds:
            with Forwarder(kind, rooms, cores) as forwarder:
                found[kind].append(forwarder.measure(plan.seconds, profile))
    return found


def _judge(full: Turns, rates: dict[int, Turns]) -> ForwardingResult:
    native_us, bare_us, aiortc_us = (_median(full[kind], "us_per_packet") for kind in KINDS)
    return ForwardingResult(
        native_us=native_us,
        bare_c_us=bare_us,
        ratio=round(native_us / bare_us, 3),
        aiortc_us=aiortc_us,
        native_packets_per_s=_median(full["native"], "packets_out_per_s"),
        native_loss=_median(full["native"], "loss"),
        rates={str(rooms): _rate(turns) for rooms, turns in rates.items()},
    )


def _rate(turns: Turns) -> RateResult:
    native = turns["native"]
    return RateResult(
        native_us=_median(native, "us_per_packet"),
        bare_c_us=_median(turns["bare"], "us_per_packet"),
        latency_us_p50=_median(native, "latency_us_p50"),
        latency_us_p99=_median(native, "latency_us_p99"),
        loss=_median(native, "loss"),
    )


def _median(measurements: list[Measurement], field: str) -> float:
    values: list[float] = [getattr(item, field) for item in measurements]
    return round(statistics.median(values), 4)
