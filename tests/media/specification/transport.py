"""One client's transport within the plain Python packet path: its streams, keys and totals."""

from __future__ import annotations

from media.sfu.packet_path import SrtpKeys, TransportId, TransportSpec, TransportStatistics
from media.sfu.sdp.answer import CNAME
from media.sfu.sdp.offer import (
    MID_EXTENSION,
    REPAIRED_RID_EXTENSION,
    RID_EXTENSION,
    TRANSPORT_CC_EXTENSION,
)
from media.sfu.stun import Address
from tests.media.specification.arrivals import Arrivals
from tests.media.specification.bucket import FloodLimit
from tests.media.specification.congestion import CongestionMeter
from tests.media.specification.pacer import Pacer
from tests.media.specification.probe import Probe
from tests.media.specification.rtcp import (
    ReceiverReport,
    build_receiver_estimate,
    build_receiver_report,
    build_sender_report,
    build_source_description,
)
from tests.media.specification.rtp import RtpPacket
from tests.media.specification.slot import Slot
from tests.media.specification.source import Source
from tests.media.specification.srtp import SrtpSession

AUDIO_LEVEL_EXTENSION = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_HOP_BY_HOP = frozenset(
    {
        MID_EXTENSION,
        RID_EXTENSION,
        REPAIRED_RID_EXTENSION,
        TRANSPORT_CC_EXTENSION,
    }
)
_MAX_STREAMS = 64
_OUTAGE_US = 1_000_000
REPORT_INTERVAL_US = 1_000_000


class Transport:
    """The state of one transport. Times are microseconds of the path's clock."""

    def __init__(self, transport_id: TransportId, spec: TransportSpec) -> None:
        self.id = transport_id
        self.spec = spec
        self.address: Address | None = None
        self.addresses: list[Address] = []
        self.srtp: SrtpSession | None = None
        self.sources: list[Source] = []
        self.slots: dict[int, Slot] = {}
        self.audio_level_id = spec.extensions.get(AUDIO_LEVEL_EXTENSION)
        self.transport_cc_id = spec.extensions.get(TRANSPORT_CC_EXTENSION)
        self.flood = FloodLimit()
        self.arrivals = Arrivals()
        self.congestion = CongestionMeter()
        self.pacer = Pacer()
        self.probe: Probe | None = None
        self.probes = 0
        self.next_feedback: int | None = None
        self.next_report: int | None = None
        self.packets_in = self.bytes_in = self.packets_out = self.bytes_out = 0
        self.last_received: int | None = None
        self._streams: dict[int, tuple[Source, bool]] = {}
        self._round_trip: int | None = None

    def set_keys(self, keys: SrtpKeys) -> None:
        """Begin to protect with these keys."""
        self.srtp = SrtpSession(keys)

    @property
    def can_send(self) -> bool:
        """Whether anything can be sent to this client."""
        return self.srtp is not None and self.address is not None

    def was_out(self, now: int) -> bool:
        """Whether what now arrives follows an outage; to be asked before it is noted."""
        return self.last_received is not None and now - self.last_received >= _OUTAGE_US

    def add_source(self, source: Source) -> None:
        """Expect a stream, whose SSRCs may be known already."""
        leader = next((other for other in self.sources if other.spec.mid == source.spec.mid), source)
        source.key_frames.limit = leader.key_frames.limit
        self.sources.append(source)
        if source.spec.ssrc is not None:
            self._streams[source.spec.ssrc] = (source, False)
        if source.spec.rtx_ssrc is not None:
            self._streams[source.spec.rtx_ssrc] = (source, True)

    @property
    def ssrcs(self) -> list[int]:
        """The SSRCs known to belong to this client."""
        return list(self._streams)

    def accepts(self, ssrc: int) -> bool:
        """Whether a packet may be decrypted: it bounds the streams that one client can make us keep."""
        return ssrc in self._streams or len(self._streams) < _MAX_STREAMS

    def stream(self, packet: RtpPacket) -> tuple[Source, bool] | None:
        """Return a packet's source and whether it is a retransmission; learn new SSRCs by their mid and rid.

        Browsers stop to send these once a report named the SSRC, so what was learned is kept.
        """
        known = self._streams.get(packet.ssrc)
        if known is None:
            known = self._learn(packet)
        if known is None:
            return None
        source, is_rtx = known
        spec = source.spec
        expected = (spec.rtx_payload_type,) if is_rtx else (spec.payload_type, spec.red_payload_type)
        return known if packet.payload_type in expected else None

    def _learn(self, packet: RtpPacket) -> tuple[Source, bool] | None:
        source = next((source for source in self.sources if self._is_of(source, packet)), None)
        if source is None:
            return None
        is_rtx = packet.payload_type == source.spec.rtx_payload_type
        if not is_rtx:
            source.restart(packet.ssrc)
        self._streams[packet.ssrc] = (source, is_rtx)
        self.next_report = None
        return source, is_rtx

    def _is_of(self, source: Source, packet: RtpPacket) -> bool:
        spec = source.spec
        is_rtx = packet.payload_type == spec.rtx_payload_type
        uri = REPAIRED_RID_EXTENSION if is_rtx else RID_EXTENSION
        return self._says(packet, MID_EXTENSION, spec.mid) and (
            spec.rid is None or self._says(packet, uri, spec.rid)
        )

    def _says(self, packet: RtpPacket, uri: str, text: str) -> bool:
        identifier = self.spec.extensions.get(uri)
        return identifier is not None and packet.extension(identifier) == text.encode()

    def source_of(self, ssrc: int) -> Source | None:
        """Return the source that sends with this SSRC."""
        known = self._streams.get(ssrc)
        return known[0] if known is not None and not known[1] else None

    def extension_ids_for(self, receiver: Transport) -> dict[int, int]:
        """Map this client's extension identifiers to the receiver's, without those that end at each hop."""
        theirs = receiver.spec.extensions
        return {
            identifier: theirs[uri]
            for uri, identifier in self.spec.extensions.items()
            if uri in theirs and uri not in _HOP_BY_HOP
        }

    def cut(self, slot: Slot) -> None:
        """Forward nothing into a slot from this moment on."""
        self.pacer.discard(slot)
        slot.disconnect()

    def round_trip_measured(self, duration_us: int) -> None:
        """Take note of a round trip told by a report."""
        self._round_trip = duration_us

    def compound(self, feedback: bytes) -> bytes:
        """Return feedback as it may be sent: alone only if reduced-size RTCP was negotiated (RFC 5506)."""
        if self.spec.reduced_size_rtcp:
            return feedback
        empty = build_receiver_report(ReceiverReport(self.spec.ssrc))
        return empty + build_source_description(self.spec.ssrc, CNAME) + feedback

    def reports(self, now: int, estimate_bps: int) -> bytes:
        """Return the regular compound packet and begin the next interval."""
        self.next_report = now + REPORT_INTERVAL_US
        sender_reports = [slot.sender_report(now) for slot in self.slots.values()]
        parts = [build_sender_report(report) for report in sender_reports if report is not None]
        blocks = [source.report_block(now) for source in self.sources]
        known = tuple(block for block in blocks if block is not None)
        parts.append(build_receiver_report(ReceiverReport(self.spec.ssrc, known)))
        parts.append(build_source_description(self.spec.ssrc, CNAME))
        limited = [s.ssrc for s in self.sources if s.ssrc is not None and "goog-remb" in s.spec.feedback]
        if limited:
            parts.append(build_receiver_estimate(self.spec.ssrc, estimate_bps, limited))
        return b"".join(parts)

    def statistics(self) -> TransportStatistics:
        """Return the totals and the condition."""
        started = [source.reception.fraction_lost for source in self.sources if source.started]
        reported = [slot.fraction_lost for slot in self.slots.values() if slot.fraction_lost is not None]
        return TransportStatistics(
            packets_in=self.packets_in,
            bytes_in=self.bytes_in,
            packets_out=self.packets_out,
            bytes_out=self.bytes_out,
            uplink_loss=max(started, default=None),
            downlink_loss=max(reported, default=None),
            round_trip_s=self._round_trip / 1e6 if self._round_trip is not None else None,
            last_received=self.last_received / 1e6 if self.last_received is not None else None,
        )
