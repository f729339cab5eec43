"""From transport-wide feedback to the report that the policy reads."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from media.sfu.packet_path import CongestionReport, ProbeResult
from tests.media.specification.trendline import ArrivalGroups, Trendline

_WINDOW_US = 300_000
_HALF_MEMORY_US = 30_000_000
_KNOWN_SHARE = 0.8


@dataclass(slots=True)
class _Sent:
    at: int
    size: int
    cluster: int


class _Rate:
    """Bits per second over a sliding window."""

    def __init__(self) -> None:
        self._packets: deque[tuple[int, int]] = deque()
        self._bytes = 0

    def add(self, at: int, size: int) -> None:
        self._packets.append((at, size))
        self._bytes += size

    def bps(self, now: int) -> int:
        while self._packets and self._packets[0][0] <= now - _WINDOW_US:
            self._bytes -= self._packets.popleft()[1]
        return self._bytes * 8_000_000 // _WINDOW_US


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
    """The packets of one probe."""

    def __init__(self) -> None:
        self.sent = 0
        self.known: list[tuple[int, int, int]] = []

    def result(self) -> int | None:
        """The lower of the rates at which the packets left and arrived, once most of them are known."""
        if len(self.known) < 2 or len(self.known) < _KNOWN_SHARE * self.sent:
            return None
        by_sending = sorted(self.known)
        by_arrival = sorted(self.known, key=lambda packet: packet[1])
        rates = []
        for at, packets, first in ((0, by_sending, False), (1, by_arrival, True)):
            span = packets[-1][at] - packets[0][at]
            size = sum(packet[2] for packet in (packets[1:] if first else packets[:-1]))
            rates.append(size * 8_000_000 // max(span, 1))
        return min(rates)


class CongestionMeter:
    """Fed with what is sent and with feedback. Times are microseconds, arrivals of the receiver's clock."""

    def __init__(self) -> None:
        self._unknown: dict[int, _Sent] = {}
        self._in_flight = 0
        self._groups = ArrivalGroups()
        self._trendline = Trendline()
        self._sent_rate = _Rate()
        self._acked_rate = _Rate()
        self._newest_arrival: int | None = None
        self._lowest = _LowestDelay()
        self._clusters: dict[int, _Cluster] = {}
        self._acked = self._lost = self._overuses = 0
        self._feedback_at: int | None = None
        self._queue: int | None = None
        self._round_trip: int | None = None
        self._probe: ProbeResult | None = None

    def sent(self, number: int, size: int, now: int, cluster: int = 0) -> None:
        """Take note of a packet; `cluster` is the probe that it belongs to, if any."""
        self._unknown[number] = _Sent(now, size, cluster)
        self._in_flight += size
        self._sent_rate.add(now, size)
        if cluster:
            self._clusters.setdefault(cluster, _Cluster()).sent += 1

    def feedback(self, fates: list[tuple[int, int | None]], now: int) -> None:
        """Take the fates of packets, by number: when each arrived, or None for lost."""
        delays = []
        self._feedback_at = now
        for number, arrival in fates:
            packet = self._unknown.pop(number, None)
            if packet is None:
                continue
            self._in_flight -= packet.size
            if arrival is None:
                self._lost += 1
                continue
            delays.append(arrival - packet.at)
            self._round_trip = now - packet.at
            self._received(packet, arrival)
        if delays:
            self._queue = min(delays) - self._lowest.update(min(delays), now)

    def _received(self, packet: _Sent, arrival: int) -> None:
        self._acked += 1
        self._acked_rate.add(arrival, packet.size)
        self._newest_arrival = max(self._newest_arrival or arrival, arrival)
        delta = self._groups.received(packet.at, arrival)
        if delta is not None:
            self._trendline.update(delta.sent / 1000, delta.arrival / 1000, arrival / 1000)
            self._overuses += self._trendline.state == "overusing"
        if packet.cluster:
            self._probed(packet, arrival)

    def _probed(self, packet: _Sent, arrival: int) -> None:
        cluster = self._clusters[packet.cluster]
        cluster.known.append((packet.at, arrival, packet.size))
        bps = cluster.result()
        if bps is not None:
            self._probe = ProbeResult(packet.cluster, bps)

    def report(self, now: int) -> CongestionReport:
        """Return the state of things."""
        acked = self._acked_rate.bps(self._newest_arrival) if self._newest_arrival is not None else None
        return CongestionReport(
            feedback_at=self._feedback_at / 1e6 if self._feedback_at is not None else None,
            acked_bps=acked,
            sent_bps=self._sent_rate.bps(now),
            packets_acked=self._acked,
            packets_lost=self._lost,
            delay_state=self._trendline.state,
            overuses=self._overuses,
            trend=self._trendline.trend,
            queue_s=self._queue / 1e6 if self._queue is not None else None,
            round_trip_s=self._round_trip / 1e6 if self._round_trip is not None else None,
            in_flight_bytes=self._in_flight,
            probe=self._probe,
        )
