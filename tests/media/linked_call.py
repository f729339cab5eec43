"""A forwarded camera over a modelled link, with a clock moved by hand."""

from __future__ import annotations

from benchmarks.network.impairment import Impairment, Schedule
from benchmarks.network.link import Pipe
from media.sfu.packet_path import CongestionReport, DelayState
from tests.media.specification import rtcp
from tests.media.specification.arrivals import Arrivals
from tests.media.wire import MakePath, Wire, vp8_payload

_STEP_US = 1_000
_BODY = 1000 - 28 - 12 - 8 - 16 - 7
"""So that a packet takes 1000 bytes on the wire: less IP and UDP, RTP, its extension, SRTP and VP8."""
_FEEDBACK_US = 50_000
IP_AND_UDP = 28
_CLOCK_OFFSET_US = 123_456_789
"""How far the receiver's clock is ahead."""

NOTHING_KNOWN = CongestionReport(
    feedback_at=None,
    acked_bps=None,
    sent_bps=0,
    packets_acked=0,
    packets_lost=0,
    delay_state=DelayState.NORMAL,
    overuses=0,
    trend=0.0,
    queue_s=None,
    round_trip_s=None,
    in_flight_bytes=0,
    probe=None,
)
"""The report before the first packet and the first feedback."""


class Line:
    """A link to a client, who answers with feedback; begins where the wire's clock is."""

    def __init__(self, wire: Wire, schedule: Schedule, seed: int = 1) -> None:
        self.client = wire.client(transport_cc=True)
        self._wire = wire
        self._pipe: Pipe[bytes] = Pipe(schedule, seed)
        self._arrivals = Arrivals()
        self._step = 0

    def step(self) -> bool:
        """Let a millisecond pass; return whether the client gave feedback."""
        self._step += 1
        self._wire.now += _STEP_US / 1e6
        self._wire.path.poll()
        self._transmit()
        answers = self._step * _STEP_US % _FEEDBACK_US == 0
        if answers:
            for feedback in self._arrivals.take(5):
                self.client.send_rtcp(rtcp.build_transport_wide(feedback))
        return answers

    def _transmit(self) -> None:
        now_us = self._step * _STEP_US
        for packet, size in zip(self.client.rtp, self.client.sizes, strict=True):
            number = packet.extension(self.client.transport_cc_id or 0)
            if number is not None:
                self._pipe.send(number, size + IP_AND_UDP, now_us)
        self.client.rtp.clear()
        self.client.sizes.clear()
        for number in self._pipe.receive(now_us):
            self._arrivals.note(int.from_bytes(number, "big"), 31, now_us + _CLOCK_OFFSET_US)


class Call:
    """A camera that is forwarded to a client behind a link."""

    def __init__(self, make_path: MakePath, impairment: Impairment, seed: int = 1) -> None:
        self.wire = Wire(make_path)
        self.sender = self.wire.client()
        self.line = Line(self.wire, Schedule.constant(impairment), seed)
        self.receiver = self.line.client
        self.wire.path.route(self.receiver.video_slot(), self.sender.video_source())
        self.reports: list[CongestionReport] = []
        self._number = 0
        self._credit = 0.0

    def run(self, seconds: float, bps: int) -> CongestionReport:
        """Send a picture of such a rate for some time; return the last report."""
        for _ in range(round(seconds * 1e6 / _STEP_US)):
            self._produce(bps)
            if self.line.step():
                self.reports.append(self.wire.path.congestion(self.receiver.transport))
        return self.reports[-1]

    def _produce(self, bps: int) -> None:
        self._credit += bps * _STEP_US / 8e6
        while self._credit > 1000:
            self._credit -= 1000
            self._number += 1
            payload = vp8_payload(self._number, key_frame=self._number == 1, body=bytes(_BODY))
            self.sender.send_video(self._number, payload)
