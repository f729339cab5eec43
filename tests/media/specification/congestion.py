"""From transport-wide feedback to the report that the policy reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from media.sfu.packet_path import CongestionReport, DelayState, ProbeResult
from tests.media.specification.transport_cc import REFERENCE_TICKS, TICK_US, TransportFeedback
from tests.media.specification.trendline import ArrivalGroups, Trendline

_CAPACITY = 2048
_WINDOW_US = 300_000
_HALF_MEMORY_US = 30_000_000
_KNOWN_SHARE = 0.8


@dataclass(slots=True)
class _Sent:
    """A packet; `arrival` is of the receiver's clock. Its fate is told once."""

    at: int
    size: int
    told: bool = False
    arrival: int | None = None


class _LowestDelay:
    """The lowest one-way delay of the last half minute to minute, from two halves."""

    def __init__(self) -> None:
        self._since = 0
        self._older: int | None = None
        self._newer: int | None = None

    def update(self, delay: int, now: int) -> int:
        """Take a delay and return the lowest."""
        if self._newer is None or now - self._since > _HALF_MEMORY_US:
            self._since, self._older, self._newer = now, self._newer, delay
        self._newer = min(self._newer, delay)
        return self._newer if self._older is None else min(self._newer, self._older)


class _Cluster:
    """The packets of one probe, and what left between them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.packets: list[_Sent] = []
        self.all: list[_Sent] = []
        self.end = 0
        self.sending = True
        self.told = False

    def result(self) -> int | None:
        """The lower of the rates at which the packets left and arrived, once most are known to have."""
        arrived = [
            (packet.at, packet.arrival, packet.size) for packet in self.packets if packet.arrival is not None
        ]
        if len(arrived) < 2 or len(arrived) < _KNOWN_SHARE * len(self.packets):
            return None
        by_arrival = sorted(arrived, key=lambda packet: packet[1])
        size = self._arrived_bytes()
        left = (size - arrived[-1][2]) * 8_000_000 // max(arrived[-1][0] - arrived[0][0], 1)
        came = (size - by_arrival[0][2]) * 8_000_000 // max(by_arrival[-1][1] - by_arrival[0][1], 1)
        return min(left, came)

    def _arrived_bytes(self) -> int:
        """What arrived, from the first of the probe's packets that did to the last."""
        probes = {id(packet) for packet in self.packets if packet.arrival is not None}
        places = [place for place, packet in enumerate(self.all) if id(packet) in probes]
        within = self.all[places[0] : places[-1] + 1]
        return sum(packet.size for packet in within if packet.arrival is not None)


class CongestionMeter:
    """Fed with what is sent and with feedback. Times are microseconds, arrivals of the receiver's clock."""

    def __init__(self) -> None:
        self.next = 0
        """The number after the latest that was sent."""
        self.acked = self.lost = 0
        """How many packets feedback was about, by their fate."""
        self._kept: dict[int, _Sent] = {}
        self._told = 0
        self._reference: int | None = None
        self._groups = ArrivalGroups()
        self._trendline = Trendline()
        self._newest_arrival: int | None = None
        self._lowest = _LowestDelay()
        self._cluster: _Cluster | None = None
        self._overuses = 0
        self._feedback_at: int | None = None
        self._queue: int | None = None
        self._round_trip: int | None = None
        self._probe: ProbeResult | None = None

    def sent(self, number: int, size: int, now: int, cluster: int = 0) -> None:
        """Take note of a packet; `cluster` is the probe that it belongs to, if any."""
        self._kept[number] = _Sent(now, size)
        self._kept.pop(number - _CAPACITY, None)
        self.next = number + 1
        if cluster:
            if self._cluster is None or self._cluster.number != cluster:
                self._cluster = _Cluster(cluster)
            self._cluster.packets.append(self._kept[number])
            self._cluster.end = number + 1
        if self._cluster is not None and self._cluster.sending:
            self._cluster.all.append(self._kept[number])

    def probe_sent(self) -> None:
        """Take note that the latest probe is complete."""
        if self._cluster is not None:
            self._cluster.sending = False

    def told(self, feedback: TransportFeedback, now: int) -> None:
        """Take feedback as it is on the wire: the latest numbers, the nearest time that it may mean."""
        latest = self.next - 1
        first = latest - (latest - feedback.base & 0xFFFF)
        if self._reference is None:
            self._reference = feedback.reference
        ahead = feedback.reference - self._reference & 0xFFFFFF
        self._reference += ahead - (1 << 24 if ahead >= 1 << 23 else 0)
        tick = self._reference * REFERENCE_TICKS
        fates: list[tuple[int, int | None]] = []
        for number, delta in enumerate(feedback.deltas, first):
            tick += delta or 0
            fates.append((number, tick * TICK_US if delta is not None else None))
        self.feedback(fates, now)

    def feedback(self, fates: Iterable[tuple[int, int | None]], now: int) -> None:
        """Take the fates of packets, by number: when each arrived, or None for lost."""
        delays = []
        overused = False
        self._feedback_at = now
        for number, arrival in fates:
            self._told = max(self._told, min(number + 1, self.next))
            packet = self._kept.get(number)
            if packet is None or packet.told:
                continue
            packet.told = True
            packet.arrival = arrival
            if arrival is None:
                self.lost += 1
                continue
            delays.append(arrival - packet.at)
            self._round_trip = now - packet.at
            overused |= self._received(packet, arrival)
        self._overuses += overused
        self._measure_probe()
        if delays:
            self._queue = min(delays) - self._lowest.update(min(delays), now)

    def _received(self, packet: _Sent, arrival: int) -> bool:
        """Take a packet that arrived; return whether that showed overuse."""
        self.acked += 1
        self._newest_arrival = max(self._newest_arrival or arrival, arrival)
        delta = self._groups.received(packet.at, arrival)
        if delta is None:
            return False
        self._trendline.update(delta.sent / 1000, delta.arrival / 1000, arrival / 1000)
        return self._trendline.state is DelayState.OVERUSING

    def _measure_probe(self) -> None:
        cluster = self._cluster
        if cluster is None or cluster.sending or cluster.told:
            return
        cluster.told = self._told >= cluster.end
        bps = cluster.result()
        if bps is not None:
            self._probe = ProbeResult(cluster.number, bps)

    def _acked_bps(self) -> int | None:
        """The rate at which packets arrived, from the newest back to one that came before the window."""
        if self._newest_arrival is None:
            return None
        size = 0
        for number in range(self._told - 1, -1, -1):
            packet = self._kept.get(number)
            if packet is None or (
                packet.arrival is not None and packet.arrival <= self._newest_arrival - _WINDOW_US
            ):
                break
            size += packet.size if packet.arrival is not None else 0
        return size * 8_000_000 // _WINDOW_US

    def _sent_bps(self, now: int) -> int:
        size = sum(packet.size for packet in self._kept.values() if packet.at > now - _WINDOW_US)
        return size * 8_000_000 // _WINDOW_US

    def report(self, now: int) -> CongestionReport:
        """Return the state of things."""
        return CongestionReport(
            feedback_at=self._feedback_at / 1e6 if self._feedback_at is not None else None,
            acked_bps=self._acked_bps(),
            sent_bps=self._sent_bps(now),
            packets_acked=self.acked,
            packets_lost=self.lost,
            delay_state=self._trendline.state,
            overuses=self._overuses,
            trend=self._trendline.trend,
            queue_s=self._queue / 1e6 if self._queue is not None else None,
            round_trip_s=self._round_trip / 1e6 if self._round_trip is not None else None,
            in_flight_bytes=sum(packet.size for number, packet in self._kept.items() if number >= self._told),
            probe=self._probe,
        )
