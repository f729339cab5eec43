"""A link's two directions as plain objects: packets are fed with the time and drained when they arrive.

    pipe = Pipe(profile.down, seed=1)
    pipe.send(packet, size_bytes, now_us)
    arrived = pipe.receive(now_us)         # and again at pipe.next_us

No clock and no socket is in here, and chance comes from the seed: the same packets at the same times have the
same fate. So a simulation steps `now_us` by hand, and the emulator asks the kernel's clock.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from random import Random
from typing import Generic, TypeVar

from benchmarks.network.impairment import BurstLoss, Impairment, Schedule
from benchmarks.network.profiles import Profile

Packet = TypeVar("Packet")


@dataclass(slots=True)
class Fates:
    """How many packets met which fate; duplicates are not among those that `sent` counts.

    `sent_bytes` is all that was put on the line, `carried_bytes` what its queue took.
    """

    sent: int = 0
    sent_bytes: int = 0
    carried_bytes: int = 0
    queue_full: int = 0
    lost: int = 0
    reordered: int = 0
    duplicated: int = 0

    def __add__(self, other: Fates) -> Fates:
        return Fates(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


class Pipe(Generic[Packet]):
    """One direction of a link. Times are µs of any steady clock; `start_us` is when the schedule begins."""

    __slots__ = (
        "_arriving",
        "_bad",
        "_free_us",
        "_last_us",
        "_number",
        "_random",
        "_schedule",
        "_start_us",
        "fates",
    )

    def __init__(self, schedule: Schedule, seed: int | str, start_us: int = 0) -> None:
        self.fates = Fates()
        self._schedule = schedule
        self._random = Random(seed)
        self._start_us = start_us
        self._arriving: list[tuple[int, int, Packet]] = []
        self._number = 0
        self._free_us = 0.0
        self._last_us = 0
        self._bad = False

    @property
    def next_us(self) -> int | None:
        """When the next packet arrives; None if none is under way."""
        return self._arriving[0][0] if self._arriving else None

    def send(self, packet: Packet, size_bytes: int, now_us: int) -> None:
        """Put a packet on the line; `size_bytes` is what it takes there, with all headers."""
        self.fates.sent += 1
        self.fates.sent_bytes += size_bytes
        impairment = self._schedule.at(max(0, now_us - self._start_us))
        sent_us = self._transmit(impairment, size_bytes, now_us)
        if sent_us is None:
            self.fates.queue_full += 1
            return
        self.fates.carried_bytes += size_bytes
        if self._lose(impairment):
            self.fates.lost += 1
        else:
            self._deliver(impairment, packet, sent_us)

    def receive(self, now_us: int) -> Iterator[Packet]:
        """Take what has arrived, in the order of arrival."""
        while self._arriving and self._arriving[0][0] <= now_us:
            yield heapq.heappop(self._arriving)[2]

    def change(self, schedule: Schedule, now_us: int) -> None:
        """Go on with another schedule, which begins now; what is under way arrives as it would have."""
        self._schedule = schedule
        self._start_us = now_us
        self._free_us = 0.0
        self._bad = False

    def _transmit(self, impairment: Impairment, size_bytes: int, now_us: int) -> int | None:
        """When the packet's last bit is on the line; None if the queue before it is full."""
        if impairment.rate_bps is None:
            return now_us
        since_us = max(0, now_us - self._start_us)
        begin_us = max(float(since_us), self._free_us)
        if begin_us - since_us > impairment.queue_ms * 1000:
            return None
        self._free_us = self._schedule.transmitted_us(begin_us, size_bytes * 8)
        return now_us + round(self._free_us - since_us)

    def _lose(self, impairment: Impairment) -> bool:
        chance = self._random.random
        in_burst = impairment.burst is not None and self._lose_in_burst(impairment.burst)
        return in_burst or (impairment.loss > 0 and chance() < impairment.loss)

    def _lose_in_burst(self, burst: BurstLoss) -> bool:
        chance = self._random.random
        self._bad = chance() >= burst.leave if self._bad else chance() < burst.enter
        return self._bad and chance() < burst.loss

    def _deliver(self, impairment: Impairment, packet: Packet, sent_us: int) -> None:
        chance = self._random.random
        at_us = sent_us + round(impairment.delay_ms * 1000)
        if impairment.jitter_ms:
            at_us += round(chance() * impairment.jitter_ms * 1000)
        at_us = self._last_us = max(at_us, self._last_us)
        if impairment.reorder and chance() < impairment.reorder:
            self.fates.reordered += 1
            at_us += round(impairment.reorder_ms * 1000)
        self._arrive(packet, at_us)
        if impairment.duplicate and chance() < impairment.duplicate:
            self.fates.duplicated += 1
            self._arrive(packet, at_us)

    def _arrive(self, packet: Packet, at_us: int) -> None:
        self._number += 1
        heapq.heappush(self._arriving, (at_us, self._number, packet))


class Link(Generic[Packet]):
    """Both directions between a client and the server, each with a chance of its own."""

    __slots__ = ("down", "up")

    def __init__(self, profile: Profile, seed: int | str, start_us: int = 0) -> None:
        self.up: Pipe[Packet] = Pipe(profile.up, f"{seed} up", start_us)
        self.down: Pipe[Packet] = Pipe(profile.down, f"{seed} down", start_us)

    @property
    def next_us(self) -> int | None:
        """When the next packet arrives on either side; None if none is under way."""
        up_us, down_us = self.up.next_us, self.down.next_us
        return down_us if up_us is None else up_us if down_us is None else min(up_us, down_us)

    def change(self, profile: Profile, now_us: int) -> None:
        """Go on as another profile, which begins now."""
        self.up.change(profile.up, now_us)
        self.down.change(profile.down, now_us)
