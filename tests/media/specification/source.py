"""A stream that a client sends: what is known of it and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from media.sfu.packet_path import SourceId, SourceSpec
from media.sfu.sdp.offer import MediaKind
from tests.media.specification.gaps import GapTracker
from tests.media.specification.history import MediaPacket, PacketHistory
from tests.media.specification.keyframes import INTERVAL_US, KeyFrameRequests
from tests.media.specification.reception import ReceptionStatistics
from tests.media.specification.red import parse_red
from tests.media.specification.rtcp import ReportBlock, SenderReport
from tests.media.specification.rtp import RtpPacket
from tests.media.specification.sequence import Unwrapper
from tests.media.specification.vp8 import Descriptor, Vp8Error, parse_descriptor, picture_size

if TYPE_CHECKING:
    from tests.media.specification.slot import Slot

CLOCK_RATES = {MediaKind.AUDIO: 48_000, MediaKind.VIDEO: 90_000}
SILENCE = 127
ARRIVING_US = 1_000_000
_HEADER_SIZE = 12
_RTX_HEADER_SIZE = 2


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """A sender report and when it came (µs)."""

    report: SenderReport
    received_at: int


class Source:
    """The receiving end of one stream. Times are microseconds of the path's clock."""

    def __init__(self, source_id: SourceId, spec: SourceSpec) -> None:
        self.id = source_id
        self.spec = spec
        self.clock_rate = CLOCK_RATES[spec.kind]
        self.slots: list[Slot] = []
        self.candidates: list[Slot] = []
        self.key_frames = KeyFrameRequests()
        self.loudest = SILENCE
        self.started = False
        self.last_received: int | None = None
        self.bytes = [0, 0, 0, 0]
        self.size = (0, 0)
        self.full_intra_commands = 0
        self._begin(spec.ssrc)

    def _begin(self, ssrc: int | None) -> None:
        self.ssrc = ssrc
        self.sender_report: ReceivedReport | None = None
        self.reception = ReceptionStatistics(self.clock_rate)
        self.gaps = GapTracker() if "nack" in self.spec.feedback else None
        self._unwrapper = Unwrapper()
        self._highest: int | None = None
        self._history = PacketHistory() if self.spec.kind is MediaKind.VIDEO else None
        self._key_frame: tuple[int, int] | None = None

    def restart(self, ssrc: int) -> None:
        """Begin anew with another SSRC: nothing of the former stream's numbering applies."""
        self._begin(ssrc)
        for slot in self.slots:
            slot.interrupt()

    def unwrap_retransmission(self, packet: RtpPacket) -> RtpPacket | None:
        """Return the original of a retransmission (RFC 4588 section 4), or None for a padding probe."""
        if self.ssrc is None or self._highest is None or len(packet.payload) <= _RTX_HEADER_SIZE:
            return None
        return replace(
            packet,
            payload_type=self.spec.payload_type,
            ssrc=self.ssrc,
            sequence_number=int.from_bytes(packet.payload[:_RTX_HEADER_SIZE], "big"),
            payload=packet.payload[_RTX_HEADER_SIZE:],
        )

    def receive(self, packet: RtpPacket, now: int, *, repaired: bool) -> MediaPacket | None:
        """Take note of a packet; return None for a copy of one that has come before.

        Raises:
            RedError: it is malformed redundant audio, of which no note is taken.
        """
        is_red = packet.payload_type == self.spec.red_payload_type
        red = parse_red(packet.payload, self.spec.payload_type) if is_red else None
        number = self._unwrapper.unwrap(packet.sequence_number)
        if not repaired:
            self.reception.received(number, packet.timestamp, now)
        if self.gaps is not None and not self.gaps.received(number, now):
            return None
        self._highest = number if self._highest is None else max(self._highest, number)
        media = MediaPacket(number, now, packet, self._descriptor(packet), red)
        self._count(media)
        if self._history is not None:
            self._history.put(media)
        if media.descriptor is not None and media.descriptor.key_frame_start:
            self._key_frame_began(media, media.descriptor)
        return media

    def _count(self, media: MediaPacket) -> None:
        layer = media.descriptor.temporal_id if media.descriptor is not None else 0
        self.bytes[layer] += _HEADER_SIZE + len(media.rtp.payload)
        self.last_received = media.received_at

    def _descriptor(self, packet: RtpPacket) -> Descriptor | None:
        if self.spec.kind is not MediaKind.VIDEO or not packet.payload:
            return None
        try:
            return parse_descriptor(packet.payload)
        except Vp8Error:
            return None

    def _key_frame_began(self, media: MediaPacket, descriptor: Descriptor) -> None:
        self._key_frame = (media.number, media.received_at)
        self.key_frames.arrived()
        self.size = picture_size(media.rtp.payload, descriptor) or self.size
        if self.gaps is not None:
            self.gaps.key_frame_received(media.number)

    def is_arriving(self, now: int) -> bool:
        """Return whether packets have come lately: a layer that its sender has paused answers no request."""
        return self.last_received is not None and now - self.last_received <= ARRIVING_US

    def lacks_key_frame(self, now: int) -> bool:
        """Return whether a key frame is still needed to begin somewhere."""
        return self.is_arriving(now) and (bool(self.candidates) or any(slot.waiting for slot in self.slots))

    def packet(self, number: int) -> MediaPacket | None:
        """Return a packet that may still be retransmitted."""
        return self._history.get(number) if self._history is not None else None

    def since_key_frame(self, now: int, not_before: int) -> Iterator[MediaPacket]:
        """Yield the packets from the latest key frame on, if it came after `not_before` and a moment ago.

        A moment is how long the source would not answer another request anyway; an older key frame would
        make the receiver play late for some time.
        """
        if self._key_frame is None or self._highest is None:
            return
        first, began_at = self._key_frame
        if began_at >= not_before and now - began_at <= INTERVAL_US:
            yield from self.packets_from(first)

    def packets_from(self, first: int) -> Iterator[MediaPacket]:
        """Yield the packets from this number on that may still be retransmitted."""
        assert self._highest is not None
        for number in range(first, self._highest + 1):
            packet = self.packet(number)
            if packet is not None:
                yield packet

    def report_block(self, now: int) -> ReportBlock | None:
        """Close the reporting interval (RFC 3550 section 6.4.1)."""
        if self.ssrc is None:
            return None
        if self.sender_report is None:
            return self.reception.report(self.ssrc, 0, 0)
        middle = self.sender_report.report.ntp_time >> 16 & 0xFFFFFFFF
        return self.reception.report(self.ssrc, middle, now - self.sender_report.received_at)
