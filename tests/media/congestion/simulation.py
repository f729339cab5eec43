"""A sender, a modelled link and a receiver's feedback, stepped by a clock moved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.network.impairment import Schedule
from benchmarks.network.link import Pipe
from media.sfu.congestion.estimate import SendEstimate
from tests.media.specification.congestion import CongestionMeter

STEP_US = 5_000
FEEDBACK_US = 100_000
TICK_US = 200_000
_PACING = 2.5
_PROBE_US = 20_000
_PROBE_PACKETS = 5
OVERHEAD = 40
"""What a packet takes beyond its own bytes: the headers of UDP and IP."""

_AUDIO_BYTES = 80
_DELAY_US = 20_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A packet on its way; `stream` is what it belongs to, for whoever looks."""

    number: int
    size: int
    stream: str
    sent_at: int


@dataclass(slots=True)
class Receiver:
    """Answers what arrives with transport-wide feedback."""

    arrived: list[tuple[int, Sent]] = field(default_factory=list)
    _pending: dict[int, int] = field(default_factory=dict)
    _next: int = 1

    def take(self, packet: Sent, now: int) -> None:
        """Take note of a packet."""
        self.arrived.append((now, packet))
        if packet.number >= self._next:
            self._pending.setdefault(packet.number, now)

    def feedback(self) -> list[tuple[int, int | None]]:
        """Return the fate of each packet up to the highest seen."""
        if not self._pending:
            return []
        highest = max(self._pending)
        fates = [(number, self._pending.get(number)) for number in range(self._next, highest + 1)]
        self._pending.clear()
        self._next = highest + 1
        return fates


class Path:
    """The way to one receiver: numbering, pacing, probes and measuring, over a link."""

    def __init__(self, down: Schedule, up: Schedule | None = None, seed: int = 1) -> None:
        self.now = 0
        self.meter = CongestionMeter()
        self.receiver = Receiver()
        self.pacing_bps = 1_000_000.0
        self.queued: list[tuple[str, int]] = []
        self._down: Pipe[Sent] = Pipe(down, f"{seed} down")
        self._up: Pipe[list[tuple[int, int | None]]] = Pipe(up or Schedule(), f"{seed} up")
        self._number = 0
        self._budget = 0.0
        self._clusters = 0

    def send(self, stream: str, size: int, *, paced: bool = True) -> None:
        """Send a packet of so many bytes, in its turn if it is paced."""
        if paced:
            self.queued.append((stream, size))
        else:
            self._put(stream, size, self.now)

    def probe(self, bps: int) -> None:
        """Send a cluster of padding at this rate."""
        self._clusters += 1
        count = max(_PROBE_PACKETS, round(bps * _PROBE_US / 8e6 / 250))
        for index in range(count):
            self._put("probe", 250, self.now + round(index * 250 * 8e6 / bps), self._clusters)
        self.meter.probe_sent()

    def step(self) -> None:
        """Let one step of time pass."""
        self.now += STEP_US
        self._budget = min(self._budget + self.pacing_bps * STEP_US / 8e6, self.pacing_bps * STEP_US / 8e6)
        while self.queued and self._budget > 0:
            stream, size = self.queued.pop(0)
            self._budget -= size
            self._put(stream, size, self.now)
        for arrival in self._arrivals():
            self.receiver.take(*arrival)
        if self.now % FEEDBACK_US == 0 and (fates := self.receiver.feedback()):
            self._up.send(fates, 100, self.now)
        for fates in self._up.receive(self.now):
            self.meter.feedback(fates, self.now + _DELAY_US)

    def _arrivals(self) -> list[tuple[Sent, int]]:
        found = []
        while (at := self._down.next_us) is not None and at <= self.now:
            found += [(packet, at + _DELAY_US) for packet in self._down.receive(at)]
        return found

    def _put(self, stream: str, size: int, now: int, cluster: int = 0) -> None:
        self._number += 1
        wire = size + OVERHEAD
        self.meter.sent(self._number, wire, now, cluster)
        self._down.send(Sent(self._number, size, stream, now), wire, now)


class EncoderCall:
    """A sender that fills its target as an encoder does, up to `most_bps`: shows the estimate alone."""

    def __init__(self, path: Path, most_bps: int = 5_000_000) -> None:
        self.path = path
        self.most_bps = most_bps
        self.estimate = SendEstimate(0.0)
        self.targets: list[tuple[float, int]] = []
        self.queues: list[tuple[float, float]] = []
        self._credit = 0.0

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.path.now + round(seconds * 1e6)
        while self.path.now < end:
            self.path.step()
            self._produce()
            if self.path.now % TICK_US == 0:
                self._tick()

    def _produce(self) -> None:
        rate = min(self.estimate.target_bps, self.most_bps)
        if self.path.now % 20_000 == 0:
            self.path.send("audio", _AUDIO_BYTES, paced=False)
        if self.path.now % 35_000 == 0:
            self._credit += (rate - (_AUDIO_BYTES + OVERHEAD) * 400) * 0.035 / 8
            while self._credit > 100:
                size = min(1200, round(self._credit))
                self._credit -= size + OVERHEAD
                self.path.send("video", size)

    def _tick(self) -> None:
        now = self.path.now / 1e6
        report = self.path.meter.report(self.path.now)
        self.estimate.update(report, now)
        self.path.pacing_bps = _PACING * self.estimate.target_bps
        probe = self.estimate.next_probe(self.most_bps, now)
        if probe is not None:
            self.path.probe(probe)
        self.targets.append((now, self.estimate.target_bps))
        self.queues.append((now, report.queue_s or 0.0))
