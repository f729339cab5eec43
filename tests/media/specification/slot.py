"""A stream that a client receives: rewriting of whatever source is routed to it.

The receiver sees one SSRC, whose sequence numbers have no holes of our making, whose timestamps advance
with the wall clock and whose VP8 numbers run on. Each time a source takes over, offsets for all of them
are set by its first packet; for video that is the beginning of a key frame.

To change the layer of a camera, a slot has a pending source beside its present one, which goes on until the
pending one's key frame comes. Frames above a temporal layer can be left out; their packets' and pictures'
numbers close up.

Redundant audio goes on as it is to a receiver that takes it and whose line has room for it, otherwise its
primary block does: the redundancy counts as a temporal layer. It is cut off too while it reaches back before
the source took over: what was said then was not for this receiver.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from media.sfu.packet_path import ALL_TEMPORAL_LAYERS, SlotId, SlotSpec
from media.sfu.sdp.offer import MediaKind
from tests.media.specification.history import MediaPacket
from tests.media.specification.red import build_red
from tests.media.specification.rtcp import ReportBlock, SenderReport
from tests.media.specification.rtp import Extension, build_rtp_header
from tests.media.specification.sequence import Mapped, SequenceMap, signed_distance
from tests.media.specification.source import CLOCK_RATES, Source
from tests.media.specification.vp8 import Descriptor, PictureNumbers, rewrite_descriptor

_TIMESTAMP_MASK = 0xFFFFFFFF
_SENT_REPORTS = 4
_RESEND_LIMIT = 300
_RESEND_WINDOW_US = 1_000_000
_ALIGNABLE = 60 << 32


@dataclass(slots=True)
class _Last:
    """The newest packet sent into the slot, by sequence."""

    number: int
    timestamp: int
    sent_at: int


class Slot:
    """The sending end of one stream. Times are microseconds of the path's clock."""

    def __init__(self, slot_id: SlotId, spec: SlotSpec) -> None:
        self.id = slot_id
        self.spec = spec
        self.source: Source | None = None
        self.pending: Source | None = None
        self.max_temporal = ALL_TEMPORAL_LAYERS
        self.connected_at = 0
        self.fraction_lost: float | None = None
        self._clock_rate = CLOCK_RATES[spec.kind]
        self._extension_ids: dict[int, int] = {}
        self._map: SequenceMap | None = None
        self._last: _Last | None = None
        self._timestamp_offset = 0
        self._began_at = 0
        self._aligned: int | None = None
        self._temporal = ALL_TEMPORAL_LAYERS
        self._left_out: int | None = None
        self._pictures = PictureNumbers()
        self._picture_offsets = PictureNumbers()
        self._rtx_number = 0
        self._resent = 0
        self._resend_window_start: int | None = None
        self._packet_count = 0
        self._octet_count = 0
        self._sent_reports: dict[int, int] = {}

    def connect(self, source: Source, extension_ids: dict[int, int], now: int) -> None:
        """Take another source; `extension_ids` maps its extension identifiers to the receiver's."""
        self.disconnect()
        self.source = source
        self.connected_at = now
        self._extension_ids = extension_ids
        source.slots.append(self)

    def disconnect(self) -> None:
        """Forward nothing from now on."""
        if self.source is not None:
            self.source.slots.remove(self)
        self.source = None
        self._aligned = None
        self.wait_for(None)
        self.interrupt()

    def wait_for(self, source: Source | None) -> None:
        """Let a source take over at its next key frame, or none."""
        if self.pending is not None:
            self.pending.candidates.remove(self)
        self.pending = source
        if source is not None:
            source.candidates.append(self)

    def take_over(self, extension_ids: dict[int, int], now: int) -> None:
        """Take the pending source."""
        assert self.pending is not None
        pending, aligned = self.pending, self._aligned_offset(self.pending)
        self.connect(pending, extension_ids, now)
        self._aligned = aligned

    def _aligned_offset(self, following: Source) -> int | None:
        """Return the offset with which another layer's timestamps continue the present ones.

        Both layers' sender reports tell the one clock of their sender (RFC 3550 section 6.4.1).
        """
        present = self.source
        if present is None or self._map is None or present.key_frames.limit is not following.key_frames.limit:
            return None
        if present.sender_report is None or following.sender_report is None:
            return None
        before, after = present.sender_report.report, following.sender_report.report
        apart = (after.ntp_time - before.ntp_time + (1 << 63)) % (1 << 64) - (1 << 63)
        if abs(apart) > _ALIGNABLE:
            return None
        ticks = apart * self._clock_rate >> 32
        return self._timestamp_offset + before.rtp_timestamp - after.rtp_timestamp + ticks

    def interrupt(self) -> None:
        """Wait for a packet to begin anew with."""
        self._map = None

    @property
    def waiting(self) -> bool:
        """Whether a source is routed here of which nothing was forwarded yet."""
        return self.source is not None and self._map is None

    def forward(self, packet: MediaPacket, now: int) -> bytes | None:
        """Return the packet as it goes to the receiver, or None if it is not forwarded."""
        if self._map is None:
            if not self._can_begin(packet):
                return None
            self._begin(packet, now)
        assert self._map is not None
        if self._is_left_out(packet, self._map):
            return None
        mapped = self._map.forward(packet.number)
        if mapped is None:
            return None
        return self._media(packet, mapped, now)

    def _is_left_out(self, packet: MediaPacket, mapping: SequenceMap) -> bool:
        descriptor = packet.descriptor
        if descriptor is not None:
            self._adapt_temporal(packet, descriptor, mapping)
        above = descriptor is not None and descriptor.temporal_id > self._temporal
        if not above and not self._is_empty(packet):
            return False
        picture = descriptor.picture_id if descriptor is not None else None
        first = picture is not None and picture != self._left_out
        if not mapping.remove(packet.number, first_of_picture=first):
            return False  # It comes too late for that, and fills its place.
        if first:
            self._left_out = picture
        return True

    def _adapt_temporal(self, packet: MediaPacket, descriptor: Descriptor, mapping: SequenceMap) -> None:
        """Follow the wish for temporal layers where a new frame begins."""
        if not descriptor.frame_start or packet.number <= mapping.highest:
            return
        rises = descriptor.layer_sync and descriptor.temporal_id == self._temporal + 1
        if self._temporal > self.max_temporal or descriptor.key_frame_start:
            self._temporal = self.max_temporal
        elif rises and self._temporal < self.max_temporal:
            self._temporal += 1

    def _is_empty(self, packet: MediaPacket) -> bool:
        return not packet.rtp.payload or (self.spec.kind is MediaKind.VIDEO and packet.descriptor is None)

    def _can_begin(self, packet: MediaPacket) -> bool:
        if self.spec.kind is MediaKind.AUDIO:
            return bool(packet.rtp.payload)
        return packet.descriptor is not None and packet.descriptor.key_frame_start

    def _following_timestamp(self, last: _Last, packet: MediaPacket, now: int) -> int:
        elapsed = (now - last.sent_at) * self._clock_rate // 1_000_000
        if self._aligned is not None:
            exact = packet.rtp.timestamp + self._aligned - last.timestamp
            exact = (exact + (1 << 31)) % (1 << 32) - (1 << 31)
            if abs(exact - elapsed) <= self._clock_rate:
                elapsed = exact
        return last.timestamp + max(1, elapsed)

    def _begin(self, packet: MediaPacket, now: int) -> None:
        self._began_at = packet.rtp.timestamp
        self._temporal = self.max_temporal
        self._left_out = None
        if self._last is None:
            self._map = SequenceMap(packet.number, packet.number)
            return
        self._map = SequenceMap(packet.number, self._last.number + 1)
        self._timestamp_offset = self._following_timestamp(self._last, packet, now) - packet.rtp.timestamp
        self._aligned = None
        if packet.descriptor is not None:
            descriptor, pictures = packet.descriptor, self._pictures
            self._picture_offsets = PictureNumbers(
                picture_id=pictures.picture_id + 1 - (descriptor.picture_id or 0),
                tl0picidx=pictures.tl0picidx + 1 - (descriptor.tl0picidx or 0),
                keyidx=pictures.keyidx + 1 - (descriptor.keyidx or 0),
            )

    def _offsets_at(self, mapped: Mapped) -> PictureNumbers:
        """Return what is added to a packet's picture numbers; pictures left out before it take none."""
        offsets = self._picture_offsets
        return PictureNumbers(offsets.picture_id - mapped.pictures, offsets.tl0picidx, offsets.keyidx)

    def _media(self, packet: MediaPacket, mapped: Mapped, now: int) -> bytes:
        number, offsets = mapped.number, self._offsets_at(mapped)
        timestamp = packet.rtp.timestamp + self._timestamp_offset & _TIMESTAMP_MASK
        if self._last is None or number > self._last.number:
            self._last = _Last(number, timestamp, now)
            if packet.descriptor is not None:
                self._note_pictures(packet.descriptor, offsets)
        payload = self._payload(packet, offsets)
        self._packet_count += 1
        self._octet_count += len(payload)
        payload_type = self.spec.payload_type
        if self._keeps_redundancy(packet):
            assert self.spec.red_payload_type is not None
            payload_type = self.spec.red_payload_type
        header = build_rtp_header(
            payload_type,
            number & 0xFFFF,
            timestamp,
            self.spec.ssrc,
            marker=packet.rtp.marker,
            extensions=self._extensions(packet),
        )
        return header + payload

    def _note_pictures(self, descriptor: Descriptor, offsets: PictureNumbers) -> None:
        """Remember the newest numbers; a field that a packet does not carry keeps its last value."""
        pictures = self._pictures
        if descriptor.picture_id is not None:
            pictures.picture_id = descriptor.picture_id + offsets.picture_id
        if descriptor.tl0picidx is not None:
            pictures.tl0picidx = descriptor.tl0picidx + offsets.tl0picidx
        if descriptor.keyidx is not None:
            pictures.keyidx = descriptor.keyidx + offsets.keyidx

    def _payload(self, packet: MediaPacket, offsets: PictureNumbers) -> bytes:
        payload, descriptor = packet.rtp.payload, packet.descriptor
        if self.spec.kind is MediaKind.AUDIO:
            return self._audio(packet)
        if descriptor is None:
            return b""
        return rewrite_descriptor(payload, descriptor, offsets) + payload[descriptor.size :]

    def _audio(self, packet: MediaPacket) -> bytes:
        red = packet.red
        if red is None:
            return packet.rtp.payload
        redundant = red.redundant if self._keeps_redundancy(packet) else None
        return red.primary if redundant is None else build_red(self.spec.payload_type, red.primary, redundant)

    def _keeps_redundancy(self, packet: MediaPacket) -> bool:
        """Whether redundant audio goes on with all its blocks."""
        if packet.red is None or self.spec.red_payload_type is None or not self.max_temporal:
            return False
        return (packet.rtp.timestamp - self._began_at) & _TIMESTAMP_MASK >= packet.red.reach

    def _extensions(self, packet: MediaPacket) -> list[Extension]:
        ids = self._extension_ids
        return [
            *self._numbers(),
            *((ids[identifier], data) for identifier, data in packet.rtp.extensions if identifier in ids),
        ]

    def _numbers(self) -> list[Extension]:
        """Room for a transport-wide number, which comes first."""
        return [(self.spec.transport_cc_id, bytes(2))] if self.spec.transport_cc_id is not None else []

    def retransmit(self, sequence_number: int, now: int) -> bytes | None:
        """Return the retransmission (RFC 4588) of a packet, or None if it cannot be sent again."""
        packet = self._lost(sequence_number, now)
        mapped = self._map.forward(packet.number) if packet is not None and self._map is not None else None
        if packet is None or mapped is None:
            return None
        self._resent += 1
        header = self._rtx_header(
            packet.rtp.timestamp + self._timestamp_offset & _TIMESTAMP_MASK,
            marker=packet.rtp.marker,
            extensions=self._extensions(packet),
        )
        return header + struct.pack("!H", sequence_number) + self._payload(packet, self._offsets_at(mapped))

    def _lost(self, sequence_number: int, now: int) -> MediaPacket | None:
        if self.source is None or self._map is None or self._last is None or not self._may_resend(now):
            return None
        if self.spec.rtx_ssrc is None or self.spec.rtx_payload_type is None:
            return None
        number = self._last.number + signed_distance(self._last.number & 0xFFFF, sequence_number)
        original = self._map.backward(number)
        return self.source.packet(original) if original is not None else None

    def _rtx_header(self, timestamp: int, *, marker: bool, extensions: list[Extension]) -> bytes:
        assert self.spec.rtx_payload_type is not None
        assert self.spec.rtx_ssrc is not None
        self._rtx_number += 1
        number = self._rtx_number & 0xFFFF
        return build_rtp_header(
            self.spec.rtx_payload_type,
            number,
            timestamp,
            self.spec.rtx_ssrc,
            marker=marker,
            extensions=extensions,
        )

    @property
    def can_probe(self) -> bool:
        """Whether something was sent, and may be sent again under a transport-wide number."""
        may = self.spec.rtx_ssrc is not None and self.spec.transport_cc_id is not None
        return may and self._last is not None

    def repeat_recent(self, back: int, longest: int, now: int) -> bytes | None:
        """Return the retransmission of a recent packet, if its payload is no longer than that."""
        assert self._last is not None
        number = self._last.number - back & 0xFFFF
        packet = self._lost(number, now)
        return self.retransmit(number, now) if packet and len(packet.rtp.payload) <= longest else None

    def padding(self) -> bytes:
        """Return a packet of nothing but padding among the retransmissions."""
        assert self._last is not None
        header = bytearray(self._rtx_header(self._last.timestamp, marker=False, extensions=self._numbers()))
        header[0] |= 0x20
        return bytes(header) + bytes(254) + b"\xff"

    def _may_resend(self, now: int) -> bool:
        """Bound what one client's requests can cost."""
        start = self._resend_window_start
        if start is None or now - start >= _RESEND_WINDOW_US:
            self._resend_window_start = now
            self._resent = 0
        return self._resent < _RESEND_LIMIT

    def sender_report(self, now: int) -> SenderReport | None:
        """Translate the source's clock mapping into the slot's timestamps, carried on to `now`.

        The NTP time stays the source's own, so that the slots of one participant can be synchronised.
        """
        received = self.source.sender_report if self.source is not None else None
        if received is None or self._map is None:
            return None
        elapsed = now - received.received_at
        ntp_time = received.report.ntp_time + (elapsed << 32) // 1_000_000 & 0xFFFFFFFFFFFFFFFF
        self._sent_reports[ntp_time >> 16 & 0xFFFFFFFF] = now
        if len(self._sent_reports) > _SENT_REPORTS:
            del self._sent_reports[next(iter(self._sent_reports))]
        timestamp = (
            received.report.rtp_timestamp + elapsed * self._clock_rate // 1_000_000 + self._timestamp_offset
        )
        return SenderReport(
            ssrc=self.spec.ssrc,
            ntp_time=ntp_time,
            rtp_timestamp=timestamp & _TIMESTAMP_MASK,
            packet_count=self._packet_count & 0xFFFFFFFF,
            octet_count=self._octet_count & 0xFFFFFFFF,
        )

    def report_received(self, block: ReportBlock, now: int) -> int | None:
        """Take the receiver's word on the slot; return the round trip (µs) if the report tells it."""
        self.fraction_lost = block.fraction_lost / 256
        sent_at = self._sent_reports.get(block.last_sender_report)
        if sent_at is None:
            return None
        return max(0, now - sent_at - block.delay_since_last * 1_000_000 // 65536)
