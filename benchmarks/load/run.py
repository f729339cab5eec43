"""One run: fill the rooms, measure for a while, leave."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic, process_time

import numpy as np

from benchmarks.load.connection import Crowd, Seat
from benchmarks.load.service import FAILURES, Participant, Service, ServiceError
from benchmarks.load.streams import Profile, streams_of, tracks_of
from benchmarks.process import ProcessSample, sample_processes

MAX_PARTICIPANTS = 4

_FULL_TIMEOUT_S = 15.0
_POLL_S = 0.05
_GRACE_S = 0.25  # The last measured packets are still on their way.
_SAMPLES = 120
_MIN_SAMPLE_S = 0.25
_CHURN_INTERVAL_S = 0.25

Progress = Callable[[str, float], None]
"""Told what is being done, and how much of it is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: `participants` in each of `rooms`, for `seconds`; with `churn` they leave and rejoin."""

    rooms: int
    participants: int
    profile: Profile
    seconds: float
    churn: bool

    @property
    def people(self) -> int:
        """How many there are in all."""
        return self.rooms * self.participants

    @property
    def hearings(self) -> int:
        """How many streams arrive at a member, over all members."""
        members = range(self.participants)
        sent = sum(len(tracks_of(streams_of(self.profile, member))) for member in members)
        return self.rooms * sent * (self.participants - 1)


@dataclass(frozen=True, slots=True)
class Sample:
    """The totals at a moment (s of the steady clock); `joins` counts those that succeeded by then.

    `server` is None for one that runs elsewhere.
    """

    at_s: float
    joins: int
    counters: dict[str, int]
    latency: np.ndarray[tuple[int], np.dtype[np.uint64]]
    lag: np.ndarray[tuple[int], np.dtype[np.uint64]]
    client_cpu_s: float
    server: ProcessSample | None


@dataclass(slots=True)
class Measurement:
    """What was seen. `empty` is the server before the first join; `samples` begin and end with the window."""

    plan: Plan
    empty: ProcessSample | None
    join_ms: list[float] = field(default_factory=list)
    failed_joins: int = 0
    samples: list[Sample] = field(default_factory=list)
    final_counters: dict[str, int] = field(default_factory=dict)


class LoadRun:
    """Puts a load on a service; `server_pids` are its processes, none if it runs elsewhere."""

    def __init__(
        self,
        service: Service,
        crowd: Crowd,
        plan: Plan,
        server_pids: Sequence[int],
        progress: Progress,
    ) -> None:
        self._service = service
        self._crowd = crowd
        self._plan = plan
        self._server_pids = server_pids
        self._progress = progress
        self._rooms: list[str] = []
        self._inside: dict[Seat, Participant] = {}
        self._measurement = Measurement(plan, self._server())

    async def run(self) -> Measurement:
        """Do it all. Raises one of `FAILURES` when somebody cannot join, or does not hear all others."""
        await self._fill()
        await self._until_all_hear()
        await self._measure()
        await self._empty()
        return self._measurement

    async def _fill(self) -> None:
        """One join after the other, so that each is timed alone."""
        for room in range(self._plan.rooms):
            self._rooms.append(await self._service.open_room())
            for member in range(self._plan.participants):
                await self._join(Seat(room, member), alone=member == 0)
                self._progress("Joining", len(self._inside) / self._plan.people)

    async def _join(self, seat: Seat, *, alone: bool) -> None:
        streams = streams_of(self._plan.profile, seat.member)
        participant = await self._service.join(self._rooms[seat.room], seat, streams)
        self._inside[seat] = participant
        if not alone:
            self._measurement.join_ms.append(await participant.first_packet_ms())

    async def _until_all_hear(self) -> None:
        deadline = monotonic() + _FULL_TIMEOUT_S
        while (heard := self._sample().counters["heard"]) < self._plan.hearings:
            if monotonic() > deadline:
                raise ServiceError(f"only {heard} of {self._plan.hearings} streams arrived")
            await asyncio.sleep(_POLL_S)

    async def _measure(self) -> None:
        thread = self._crowd.thread
        churn = asyncio.create_task(self._churn()) if self._plan.churn else None
        thread.begin_window()
        await self._take_samples()
        thread.end_window()
        await asyncio.sleep(_GRACE_S)
        self._measurement.final_counters = self._sample().counters
        if churn is not None:
            churn.cancel()
            await asyncio.wait([churn])
            if not churn.cancelled():
                churn.result()  # It ends by itself only when it failed.

    async def _take_samples(self) -> None:
        interval = max(_MIN_SAMPLE_S, self._plan.seconds / _SAMPLES)
        start = monotonic()
        count = max(1, round(self._plan.seconds / interval))
        samples = self._measurement.samples
        samples.append(self._sample())
        for number in range(1, count + 1):
            await asyncio.sleep(start + number * self._plan.seconds / count - monotonic())
            samples.append(self._sample())
            self._progress("Measuring", number / count)

    async def _churn(self) -> None:
        choice = random.Random(0)  # The same choices in every run.
        while True:
            pause = asyncio.create_task(asyncio.sleep(_CHURN_INTERVAL_S))
            seat = choice.choice(list(self._inside))
            await self._inside.pop(seat).leave()
            try:
                await self._join(seat, alone=self._plan.participants == 1)
            except FAILURES:
                self._measurement.failed_joins += 1
            await pause

    async def _empty(self) -> None:
        for number, (seat, participant) in enumerate(list(self._inside.items()), 1):
            await participant.leave()
            del self._inside[seat]
            self._progress("Leaving", number / self._plan.people)
        for room in self._rooms:
            await self._service.close_room(room)

    def _server(self) -> ProcessSample | None:
        return sample_processes(self._server_pids) if self._server_pids else None

    def _sample(self) -> Sample:
        counters, latency, lag = self._crowd.thread.read()
        return Sample(
            at_s=monotonic(),
            joins=len(self._measurement.join_ms),
            counters=counters,
            latency=np.frombuffer(latency, np.uint64),
            lag=np.frombuffer(lag, np.uint64),
            client_cpu_s=process_time(),
            server=self._server(),
        )
