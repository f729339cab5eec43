"""Telling from arrival times whether a queue grows (draft-ietf-rmcat-gcc-02 sections 5.2 to 5.4).

Packets sent within 5 ms are one group, and so are packets that a radio link held back and let go at once.
From group to group the difference between the arrivals' distance and the sendings' distance is how much
the queue has grown. The sum of these differences, smoothed, is the queue's length but for a constant; the
slope of a line through its last twenty values is the trend, and a trend above a threshold that adapts to
the path's jitter is overuse. The constants are those of libwebrtc's TrendlineEstimator.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from media.sfu.packet_path import DelayState

_GROUP_US = 5_000
_BURST_US = 5_000
_LONGEST_BURST_US = 100_000
_REORDERED_LIMIT = 3

_WINDOW = 20
_SMOOTHING = 0.9
_GAIN = 4.0
_COUNT_LIMIT = 60
_OVERUSE_MS = 10.0
_FIRST_THRESHOLD_MS = 12.5
_LOWEST_THRESHOLD_MS = 6.0
_HIGHEST_THRESHOLD_MS = 600.0
_OUTLIER_MS = 15.0
_RISE = 0.0087
_FALL = 0.039
_LONGEST_STEP_MS = 100.0


@dataclass(slots=True)
class _Group:
    first_sent: int
    first_arrival: int
    last_sent: int
    last_arrival: int


@dataclass(frozen=True, slots=True)
class GroupDelta:
    """The distances from one group to the next, in microseconds."""

    sent: int
    arrival: int


class ArrivalGroups:
    """Puts packets into groups. Sending and arrival times may be of different clocks."""

    def __init__(self) -> None:
        self._previous: _Group | None = None
        self._current: _Group | None = None
        self._reordered = 0

    def received(self, sent: int, arrival: int) -> GroupDelta | None:
        """Take the next packet in the order of sending; return a distance when a group is complete."""
        group = self._current
        if group is None:
            self._current = _Group(sent, arrival, sent, arrival)
            return None
        if sent < group.first_sent:
            return None
        if not self._begins_group(group, sent, arrival):
            group.last_sent = max(group.last_sent, sent)
            group.last_arrival = max(group.last_arrival, arrival)
            return None
        delta = self._complete(group)
        self._current = _Group(sent, arrival, sent, arrival)
        return delta

    def _begins_group(self, group: _Group, sent: int, arrival: int) -> bool:
        arrival_distance = arrival - group.last_arrival
        sent_distance = sent - group.last_sent
        burst = sent_distance == 0 or (
            arrival_distance < sent_distance
            and arrival_distance <= _BURST_US
            and arrival - group.first_arrival < _LONGEST_BURST_US
        )
        return not burst and sent - group.first_sent > _GROUP_US

    def _complete(self, group: _Group) -> GroupDelta | None:
        """Compare with the previous group, unless arrivals are in disorder; forget it if they stay so."""
        previous, self._previous = self._previous, group
        if previous is None:
            return None
        delta = GroupDelta(group.last_sent - previous.last_sent, group.last_arrival - previous.last_arrival)
        if delta.arrival >= 0:
            self._reordered = 0
            return delta
        self._reordered += 1
        if self._reordered >= _REORDERED_LIMIT:
            self._previous = None
            self._reordered = 0
        return None


class Trendline:
    """Follows the growth of the queue and says whether it is overuse. All figures are milliseconds."""

    def __init__(self) -> None:
        self.state = DelayState.NORMAL
        self.trend = 0.0
        self._count = 0
        self._first_arrival: float | None = None
        self._accumulated = 0.0
        self._smoothed = 0.0
        self._points: deque[tuple[float, float]] = deque(maxlen=_WINDOW)
        self._slope = 0.0
        self._previous_slope = 0.0
        self._threshold = _FIRST_THRESHOLD_MS
        self._adapted_at: float | None = None
        self._over_ms: float | None = None
        self._over_count = 0

    def update(self, sent_distance: float, arrival_distance: float, arrival: float) -> None:
        """Take the distances between two groups and when the later one arrived."""
        difference = arrival_distance - sent_distance
        self._count = min(self._count + 1, 1000)
        if self._first_arrival is None:
            self._first_arrival = arrival
        self._accumulated += difference
        self._smoothed = _SMOOTHING * self._smoothed + (1 - _SMOOTHING) * self._accumulated
        self._points.append((arrival - self._first_arrival, self._smoothed))
        if len(self._points) == _WINDOW:
            self._slope = self._fit()
        self._detect(sent_distance, arrival)

    def _fit(self) -> float:
        """Return the slope of the least-squares line, or the former one if all points are of one moment."""
        mean_x = sum(x for x, _ in self._points) / _WINDOW
        mean_y = sum(y for _, y in self._points) / _WINDOW
        numerator = sum((x - mean_x) * (y - mean_y) for x, y in self._points)
        denominator = sum((x - mean_x) ** 2 for x, _ in self._points)
        return numerator / denominator if denominator > 0 else self._slope

    def _detect(self, sent_distance: float, arrival: float) -> None:
        if self._count < 2:
            return
        self.trend = min(self._count, _COUNT_LIMIT) * self._slope * _GAIN
        if self.trend > self._threshold:
            self._over(sent_distance)
        else:
            self._over_ms = None
            self._over_count = 0
            self.state = DelayState.UNDERUSING if self.trend < -self._threshold else DelayState.NORMAL
        self._previous_slope = self._slope
        self._adapt(arrival)

    def _over(self, sent_distance: float) -> None:
        """Declare overuse when the trend has been too high for a while and does not fall."""
        if self._over_ms is None:
            self._over_ms = sent_distance / 2
        else:
            self._over_ms += sent_distance
        self._over_count += 1
        if self._over_ms > _OVERUSE_MS and self._over_count > 1 and self._slope >= self._previous_slope:
            self._over_ms = 0.0
            self._over_count = 0
            self.state = DelayState.OVERUSING

    def _adapt(self, arrival: float) -> None:
        """Let the threshold follow the trend, slowly upwards; a far outlier does not count."""
        if self._adapted_at is None:
            self._adapted_at = arrival
        size = abs(self.trend)
        if size <= self._threshold + _OUTLIER_MS:
            step = min(arrival - self._adapted_at, _LONGEST_STEP_MS)
            rate = _FALL if size < self._threshold else _RISE
            self._threshold += rate * (size - self._threshold) * step
            self._threshold = min(max(self._threshold, _LOWEST_THRESHOLD_MS), _HIGHEST_THRESHOLD_MS)
        self._adapted_at = arrival
