"""What clients report and ask for in RTCP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.media.specification.egress import Egress
from tests.media.specification.rtcp import (
    FullIntra,
    Nack,
    PictureLoss,
    ReceiverReport,
    ReportBlock,
    RtcpPacket,
    SenderReport,
)
from tests.media.specification.source import ReceivedReport, Source
from tests.media.specification.transport import Transport
from tests.media.specification.transport_cc import TransportFeedback


class FeedbackHandler:
    """Handles the RTCP packets of all transports. Times are microseconds of the path's clock."""

    def __init__(self, counters: Counter[str], egress: Egress) -> None:
        self._counters = counters
        self._egress = egress

    def handle(self, transport: Transport, packet: RtcpPacket, now: int) -> list[Source]:
        """Handle one packet and return the sources of which it asks a key frame.

        REMB of receivers, descriptions and farewells change nothing here: there is one encoding to
        forward, and rooms know from signalling who comes and goes.
        """
        match packet:
            case SenderReport():
                self._sender_report(transport, packet, now)
                self._report_blocks(transport, packet.blocks, now)
            case ReceiverReport():
                self._report_blocks(transport, packet.blocks, now)
            case Nack():
                self._nack(transport, packet, now)
            case TransportFeedback():
                self._transport_feedback(transport, packet, now)
            case PictureLoss():
                return self._key_frames_wanted(transport, [packet.media_ssrc])
            case FullIntra():
                return self._key_frames_wanted(transport, [ssrc for ssrc, _ in packet.entries])
        return []

    @staticmethod
    def _sender_report(transport: Transport, report: SenderReport, now: int) -> None:
        source = transport.source_of(report.ssrc)
        if source is not None:
            source.sender_report = ReceivedReport(report, now)

    @staticmethod
    def _report_blocks(transport: Transport, blocks: Iterable[ReportBlock], now: int) -> None:
        for block in blocks:
            slot = transport.slots.get(block.ssrc)
            round_trip = slot.report_received(block, now) if slot is not None else None
            if round_trip is not None:
                transport.round_trip_measured(round_trip)

    def _nack(self, transport: Transport, nack: Nack, now: int) -> None:
        slot = transport.slots.get(nack.media_ssrc)
        if slot is None:
            return
        self._counters["nacks_received"] += 1
        for number in dict.fromkeys(nack.sequence_numbers):
            retransmission = slot.retransmit(number, now)
            if retransmission is not None:
                self._counters["packets_retransmitted"] += 1
                self._egress.send_media(transport, slot, retransmission, retransmission=True)

    def _transport_feedback(self, transport: Transport, feedback: TransportFeedback, now: int) -> None:
        meter = transport.congestion
        if transport.transport_cc_id is None:
            return
        acked, lost = meter.acked, meter.lost
        meter.told(feedback, now)
        self._counters["transport_feedback_received"] += 1
        self._counters["packets_acknowledged"] += meter.acked - acked
        self._counters["packets_reported_lost"] += meter.lost - lost

    def _key_frames_wanted(self, transport: Transport, ssrcs: Iterable[int]) -> list[Source]:
        slots = [transport.slots[ssrc] for ssrc in ssrcs if ssrc in transport.slots]
        self._counters["key_frame_requests_received"] += len(slots)
        return [slot.source for slot in slots if slot.source is not None]
