"""Reception statistics of an incoming stream (RFC 3550 section 6.4.1, appendices A.3 and A.8)."""

from __future__ import annotations

from tests.media.specification.rtcp import ReportBlock


class ReceptionStatistics:
    """Counts one SSRC's packets and estimates their jitter."""

    __slots__ = (
        "_clock_rate",
        "_first",
        "_highest",
        "_jitter",
        "_previous_expected",
        "_previous_received",
        "_received",
        "_transit",
        "fraction_lost",
    )

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate
        self._first: int | None = None
        self._highest = 0
        self._received = 0
        self._jitter = 0  # in 1/16 of a clock tick, as in RFC 3550 appendix A.8
        self._transit: int | None = None
        self._previous_expected = 0
        self._previous_received = 0
        self.fraction_lost = 0.0
        """Share of packets lost in the last reporting interval, 0 to 1."""

    def received(self, number: int, timestamp: int, now: int) -> None:
        """Count a packet with this extended sequence number and RTP timestamp, arrived at `now` (µs)."""
        if self._first is None:
            self._first = self._highest = number
        self._highest = max(self._highest, number)
        self._received += 1
        transit = now * self._clock_rate // 1_000_000 - timestamp
        if self._transit is not None:
            # A wrapped timestamp shows as a leap of 2^32; it is no jitter.
            difference = abs((transit - self._transit + (1 << 31)) % (1 << 32) - (1 << 31))
            self._jitter = (self._jitter + difference - (self._jitter + 8 >> 4)) & 0xFFFFFFFF
        self._transit = transit

    def report(self, ssrc: int, last_sender_report: int, delay_us: int) -> ReportBlock | None:
        """Close the interval and return its block, or None before the first packet.

        `last_sender_report` is the middle 32 bits of the newest sender report's NTP time (0 if none),
        `delay_us` the time since it came.
        """
        if self._first is None:
            return None
        expected = self._highest - self._first + 1
        interval_expected = expected - self._previous_expected
        interval_lost = max(0, interval_expected - (self._received - self._previous_received))
        self._previous_expected = expected
        self._previous_received = self._received
        self.fraction_lost = interval_lost / interval_expected if interval_expected else 0.0
        return ReportBlock(
            ssrc=ssrc,
            fraction_lost=min(255, interval_lost * 256 // interval_expected if interval_expected else 0),
            packets_lost=max(-0x800000, min(0x7FFFFF, expected - self._received)),
            highest_sequence=self._highest & 0xFFFFFFFF,
            jitter=self._jitter >> 4,
            last_sender_report=last_sender_report,
            delay_since_last=delay_us * 65536 // 1_000_000 & 0xFFFFFFFF if last_sender_report else 0,
        )
