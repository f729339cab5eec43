"""The native packet path behind the port."""

from __future__ import annotations

from collections.abc import Callable

from media.sfu.addresses import pack_ip
from media.sfu.native import PathCore
from media.sfu.packet_path import (
    CongestionReport,
    DelayState,
    LayerReport,
    ProbeResult,
    SlotId,
    SlotSpec,
    SourceId,
    SourceSpec,
    SrtpKeys,
    SrtpProfile,
    TransportId,
    TransportSpec,
    TransportStatistics,
)
from media.sfu.sdp.offer import (
    MID_EXTENSION,
    REPAIRED_RID_EXTENSION,
    RID_EXTENSION,
    TRANSPORT_CC_EXTENSION,
    MediaKind,
)
from media.sfu.stun import Address

ORIENTATION_EXTENSION = "urn:3gpp:video-orientation"
"""How a phone is held (3GPP TS 26.114 section 6.2.3)."""

EXTENSIONS = (
    MID_EXTENSION,
    RID_EXTENSION,
    REPAIRED_RID_EXTENSION,
    TRANSPORT_CC_EXTENSION,
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    ORIENTATION_EXTENSION,
    "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
)
"""In the order of `enum extension` in native/transport.h; those not named here end at each hop."""


def _seconds(us: int | None) -> float | None:
    return us / 1e6 if us is not None else None


class NativePath:
    """Implements `PacketPath` on a core. `clock_us` gives the microseconds of the clock of its thread."""

    def __init__(self, core: PathCore, clock_us: Callable[[], int]) -> None:
        self._core = core
        self._clock_us = clock_us

    def add_transport(self, spec: TransportSpec) -> TransportId:
        """See `PacketPath`."""
        identifiers = bytes(spec.extensions.get(uri, 0) for uri in EXTENSIONS)
        return TransportId(self._core.add_transport(spec.ssrc, identifiers, spec.reduced_size_rtcp))

    def set_address(self, transport: TransportId, address: Address) -> None:
        """See `PacketPath`."""
        self._core.set_address(transport, pack_ip(address[0]), address[1], self._clock_us())

    def set_keys(self, transport: TransportId, keys: SrtpKeys) -> None:
        """See `PacketPath`."""
        gcm = keys.profile is SrtpProfile.AEAD_AES_128_GCM
        self._core.set_keys(transport, keys.receive, keys.send, self._clock_us(), gcm=gcm)

    def remove_transport(self, transport: TransportId) -> None:
        """See `PacketPath`."""
        self._core.remove_transport(transport)

    def add_source(self, transport: TransportId, spec: SourceSpec) -> SourceId:
        """See `PacketPath`."""
        number = self._core.add_source(
            transport,
            is_video=spec.kind is MediaKind.VIDEO,
            mid=spec.mid.encode(),
            rid=(spec.rid or "").encode(),
            payload_type=spec.payload_type,
            rtx_payload_type=spec.rtx_payload_type,
            red_payload_type=spec.red_payload_type,
            ssrc=spec.ssrc,
            rtx_ssrc=spec.rtx_ssrc,
            nack="nack" in spec.feedback,
            pli="nack pli" in spec.feedback,
            fir="ccm fir" in spec.feedback,
            remb="goog-remb" in spec.feedback,
        )
        return SourceId(number)

    def add_slot(self, transport: TransportId, spec: SlotSpec) -> SlotId:
        """See `PacketPath`."""
        number = self._core.add_slot(
            transport,
            is_video=spec.kind is MediaKind.VIDEO,
            payload_type=spec.payload_type,
            rtx_payload_type=spec.rtx_payload_type,
            red_payload_type=spec.red_payload_type,
            ssrc=spec.ssrc,
            rtx_ssrc=spec.rtx_ssrc,
            transport_cc_id=spec.transport_cc_id or 0,
        )
        return SlotId(number)

    def route(self, slot: SlotId, source: SourceId | None) -> None:
        """See `PacketPath`."""
        self._core.route(slot, source or 0, self._clock_us())

    def select(self, slot: SlotId, source: SourceId, max_temporal: int) -> None:
        """See `PacketPath`."""
        self._core.select(slot, source, max_temporal, self._clock_us())

    def request_key_frame(self, source: SourceId) -> None:
        """See `PacketPath`."""
        self._core.request_key_frame(source, self._clock_us())

    def statistics(self, transport: TransportId) -> TransportStatistics:
        """See `PacketPath`."""
        found = self._core.statistics(transport)
        packets_in, bytes_in, packets_out, bytes_out, uplink_loss, downlink_loss, *times = found
        round_trip_us, last_received_us = times
        return TransportStatistics(
            packets_in=packets_in,
            bytes_in=bytes_in,
            packets_out=packets_out,
            bytes_out=bytes_out,
            uplink_loss=uplink_loss,
            downlink_loss=downlink_loss,
            round_trip_s=_seconds(round_trip_us),
            last_received=_seconds(last_received_us),
        )

    def set_pacing(self, transport: TransportId, pacing_bps: int) -> None:
        """See `PacketPath`."""
        self._core.set_pacing(transport, pacing_bps, self._clock_us())

    def probe(self, transport: TransportId, bps: int, duration_ms: int) -> int:
        """See `PacketPath`."""
        return self._core.probe(transport, bps, duration_ms * 1000, self._clock_us())

    def congestion(self, transport: TransportId) -> CongestionReport:
        """See `PacketPath`."""
        found = self._core.congestion(transport, self._clock_us())
        return CongestionReport(
            feedback_at=_seconds(found["feedback_us"]),
            acked_bps=found["acked_bps"],
            sent_bps=found["sent_bps"],
            packets_acked=found["packets_acked"],
            packets_lost=found["packets_lost"],
            delay_state=DelayState(found["delay_state"]),
            overuses=found["overuses"],
            trend=found["trend_ms"],
            queue_s=_seconds(found["queue_us"]),
            round_trip_s=_seconds(found["round_trip_us"]),
            in_flight_bytes=found["in_flight_bytes"],
            probe=ProbeResult(*found["probe"]) if found["probe"] is not None else None,
        )

    def take_audio_levels(self) -> dict[SourceId, int]:
        """See `PacketPath`."""
        return {SourceId(source): level for source, level in self._core.take_audio_levels().items()}

    def layers(self) -> dict[SourceId, LayerReport]:
        """See `PacketPath`."""
        return {
            SourceId(source): LayerReport(width, height, received, last_received_us / 1e6)
            for source, (width, height, received, last_received_us) in self._core.layers().items()
        }

    def counters(self) -> dict[str, int]:
        """See `PacketPath`."""
        return self._core.counters()
