"""The packet path in plain Python: what the native one has to do, packet by packet."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable

from media.sfu.packet_path import (
    CongestionReport,
    LayerReport,
    SlotId,
    SlotSpec,
    SourceId,
    SourceSpec,
    SrtpKeys,
    TransportId,
    TransportSpec,
    TransportStatistics,
)
from media.sfu.sdp.offer import MediaKind
from media.sfu.stun import Address
from tests.media.specification.arrivals import REPORT_INTERVAL_US as FEEDBACK_INTERVAL_US
from tests.media.specification.bucket import SESSION, Admission
from tests.media.specification.egress import Egress
from tests.media.specification.feedback import FeedbackHandler
from tests.media.specification.history import MediaPacket
from tests.media.specification.red import RedError
from tests.media.specification.rtcp import (
    RtcpError,
    build_full_intra,
    build_nack,
    build_picture_loss,
    build_transport_wide,
    is_rtcp,
    parse_rtcp,
)
from tests.media.specification.rtp import (
    RtpError,
    RtpPacket,
    parse_rtp,
    peek_ssrc,
)
from tests.media.specification.slot import Slot
from tests.media.specification.source import SILENCE, Source
from tests.media.specification.srtp import SrtpError
from tests.media.specification.transport import Transport

_MAX_ADDRESSES = 8
_DATAGRAM_SIZE = 1472


class PathSpecification:
    """Implements `PacketPath`. `clock` gives microseconds, `send` hands a datagram to the socket.

    `receive` takes SRTP and SRTCP datagrams, `poll` does what has fallen due and is called every 20 ms.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], int],
        send: Callable[[bytes, Address], None],
        uplink_bps: int,
    ) -> None:
        self._clock = clock
        self._counters: Counter[str] = Counter()
        self._uplink_bps = uplink_bps
        self._numbers = itertools.count(1)
        self._transports: dict[TransportId, Transport] = {}
        self._sources: dict[SourceId, tuple[Source, Transport]] = {}
        self._slots: dict[SlotId, tuple[Slot, Transport]] = {}
        self._by_address: dict[Address, Transport] = {}
        self._by_ssrc: dict[int, Transport] = {}
        self._strangers = Admission()
        self._egress = Egress(self._counters, clock, send)
        self._feedback = FeedbackHandler(self._counters, self._egress)

    def add_transport(self, spec: TransportSpec) -> TransportId:
        """See `PacketPath`."""
        transport = Transport(TransportId(next(self._numbers)), spec)
        self._transports[transport.id] = transport
        return transport.id

    def set_address(self, transport: TransportId, address: Address) -> None:
        """See `PacketPath`."""
        self._follow(self._transports[transport], address)

    def _follow(self, transport: Transport, address: Address) -> None:
        if transport.address == address:
            return
        transport.address = address
        if address in transport.addresses:
            transport.addresses.remove(address)
        transport.addresses.append(address)
        self._by_address[address] = transport
        if len(transport.addresses) > _MAX_ADDRESSES:
            self._forget_address(transport, transport.addresses.pop(0))
        self._refresh_after_outage(transport)

    def _refresh_after_outage(self, transport: Transport) -> None:
        """What was sent to a dead address is lost without a trace, so begin the pictures anew."""
        if not transport.was_out(self._clock()):
            return
        for slot in transport.slots.values():
            if slot.source is not None:
                self._want_key_frame(slot.source)

    def _forget_address(self, transport: Transport, address: Address) -> None:
        if self._by_address.get(address) is transport:
            del self._by_address[address]

    def set_keys(self, transport: TransportId, keys: SrtpKeys) -> None:
        """See `PacketPath`."""
        ready = self._transports[transport]
        ready.set_keys(keys)
        now = self._clock()
        for slot in ready.slots.values():
            self._catch_up(slot, ready, now)

    def remove_transport(self, transport: TransportId) -> None:
        """See `PacketPath`."""
        removed = self._transports.pop(transport)
        for slot in removed.slots.values():
            slot.disconnect()
        for source in removed.sources:
            for slot in list(source.slots):
                self._slots[slot.id][1].cut(slot)
            for slot in list(source.candidates):
                slot.wait_for(None)
        self._sources = {key: item for key, item in self._sources.items() if item[1] is not removed}
        self._slots = {key: item for key, item in self._slots.items() if item[1] is not removed}
        for address in removed.addresses:
            self._forget_address(removed, address)
        self._by_ssrc = {ssrc: owner for ssrc, owner in self._by_ssrc.items() if owner is not removed}

    def add_source(self, transport: TransportId, spec: SourceSpec) -> SourceId:
        """See `PacketPath`."""
        owner = self._transports[transport]
        source = Source(SourceId(next(self._numbers)), spec)
        owner.add_source(source)
        self._sources[source.id] = (source, owner)
        return source.id

    def add_slot(self, transport: TransportId, spec: SlotSpec) -> SlotId:
        """See `PacketPath`."""
        owner = self._transports[transport]
        slot = Slot(SlotId(next(self._numbers)), spec)
        owner.slots[spec.ssrc] = slot
        self._slots[slot.id] = (slot, owner)
        return slot.id

    def route(self, slot: SlotId, source: SourceId | None) -> None:
        """See `PacketPath`."""
        target, receiver = self._slots[slot]
        if source is None:
            receiver.cut(target)
        elif target.source is not self._sources[source][0]:
            self._connect(target, receiver, source)
        else:
            target.wait_for(None)

    def _connect(self, slot: Slot, receiver: Transport, source: SourceId) -> None:
        origin, sender = self._sources[source]
        receiver.cut(slot)
        slot.connect(origin, sender.extension_ids_for(receiver), self._clock())
        self._want_key_frame(origin)

    def select(self, slot: SlotId, source: SourceId, max_temporal: int) -> None:
        """See `PacketPath`."""
        target, receiver = self._slots[slot]
        origin = self._sources[source][0]
        target.max_temporal = max_temporal
        if target.source is origin:
            target.wait_for(None)
        elif target.source is None or target.spec.kind is MediaKind.AUDIO:
            self._connect(target, receiver, source)
        elif target.pending is not origin:
            target.wait_for(origin)
            if origin.is_arriving(self._clock()):
                self._want_key_frame(origin)

    def _catch_up(self, slot: Slot, receiver: Transport, now: int) -> None:
        """Begin with a key frame that came while the receiver was connecting, or else ask for one."""
        if slot.source is None:
            return
        for packet in slot.source.since_key_frame(now, slot.connected_at):
            self._forward_into(slot, receiver, packet, now)
        if slot.waiting:
            self._want_key_frame(slot.source)

    def request_key_frame(self, source: SourceId) -> None:
        """See `PacketPath`."""
        self._want_key_frame(self._sources[source][0])

    def _want_key_frame(self, source: Source) -> None:
        source.key_frames.want()
        self._request_due_key_frame(source, self._sources[source.id][1], self._clock())

    def receive(self, datagram: bytes, address: Address) -> bool:
        """Take a datagram; return whether it is STUN or DTLS and is to be handed over."""
        first = datagram[0] if datagram else 255
        if len(datagram) > _DATAGRAM_SIZE:
            self._counters["dropped_too_long"] += 1
        elif first <= 3 or 20 <= first <= 63:
            refusal = self._refusal(address, is_dtls=first > 3)
            if refusal is None:
                return True
            self._counters[refusal] += 1
        elif 128 <= first <= 191:
            self._receive_protected(datagram, address)
        else:
            self._counters["dropped_unknown_protocol"] += 1
        return False

    def _refusal(self, address: Address, *, is_dtls: bool) -> str | None:
        """Why STUN or DTLS from an address is dropped, if it is: the name under which that is counted."""
        transport = self._by_address.get(address)
        if transport is not None:
            admitted = transport.flood.session.take(SESSION, self._clock())
            return None if admitted else "dropped_flood"
        if is_dtls:
            return "dropped_dtls_unknown_address"
        return None if self._strangers.admits(address, self._clock()) else "dropped_stun_flood"

    def _receive_protected(self, datagram: bytes, address: Address) -> None:
        bound = self._by_address.get(address)
        transport = bound or self._owner_by_ssrc(datagram)
        if transport is None or transport.srtp is None:
            self._counters["dropped_unknown_address"] += 1
            return
        if not transport.flood.admits(
            len(datagram), self._uplink_bps, self._clock(), is_bound=bound is not None
        ):
            self._counters["dropped_flood"] += 1
            return
        try:
            if is_rtcp(datagram):
                self._receive_rtcp(transport, datagram, address)
            else:
                self._receive_rtp(transport, datagram, address)
        except SrtpError:
            self._counters["dropped_not_authentic"] += 1
        except RtpError:
            self._counters["malformed_rtp"] += 1
        except RtcpError:
            self._counters["malformed_rtcp"] += 1
        except RedError:
            self._counters["malformed_red"] += 1

    def _owner_by_ssrc(self, datagram: bytes) -> Transport | None:
        """Guess who sent a datagram from an unknown address; only decryption proves it."""
        at = 4 if is_rtcp(datagram) else 8
        return self._by_ssrc.get(int.from_bytes(datagram[at : at + 4], "big"))

    def _arrived(self, transport: Transport, datagram: bytes, address: Address, now: int) -> None:
        self._follow(transport, address)
        if transport.was_out(now):
            for source in transport.sources:
                if source.slots or source.candidates:
                    self._want_key_frame(source)
        transport.last_received = now
        transport.packets_in += 1
        transport.bytes_in += len(datagram)
        self._counters["packets_in"] += 1
        self._counters["bytes_in"] += len(datagram)

    def _receive_rtp(self, transport: Transport, datagram: bytes, address: Address) -> None:
        ssrc = peek_ssrc(datagram)
        if transport.srtp is None or not transport.accepts(ssrc):
            self._counters["dropped_too_many_streams"] += 1
            return
        data = transport.srtp.unprotect(datagram)
        now = self._clock()
        self._arrived(transport, datagram, address, now)
        packet = parse_rtp(data)
        self._note_arrival(transport, packet, now)
        stream = transport.stream(packet)
        if stream is None:
            self._counters["dropped_unknown_stream"] += 1
            return
        self._by_ssrc.setdefault(ssrc, transport)
        source, is_rtx = stream
        self._receive_media(transport, source, packet, now, is_rtx=is_rtx)

    @staticmethod
    def _note_arrival(transport: Transport, packet: RtpPacket, now: int) -> None:
        number = packet.extension(transport.transport_cc_id) if transport.transport_cc_id else None
        if number is not None and len(number) == 2:
            transport.arrivals.note(int.from_bytes(number, "big"), packet.ssrc, now)

    def _receive_media(
        self, transport: Transport, source: Source, packet: RtpPacket, now: int, *, is_rtx: bool
    ) -> None:
        original = source.unwrap_retransmission(packet) if is_rtx else packet
        media = source.receive(original, now, repaired=is_rtx) if original is not None else None
        if media is None:
            self._counters["dropped_padding" if original is None else "dropped_duplicate"] += 1
            return
        source.started = True
        if transport.audio_level_id is not None:
            self._note_level(source, packet.extension(transport.audio_level_id))
        if media.descriptor is not None and media.descriptor.key_frame_start:
            self._take_over(transport, source, now)
        for slot in source.slots:
            self._deliver(slot, self._slots[slot.id][1], media, now)
        self._repair(transport, source, now)

    def _take_over(self, sender: Transport, source: Source, now: int) -> None:
        """Let slots that waited for this layer leave the one that they showed until now."""
        for slot in list(source.candidates):
            slot.take_over(sender.extension_ids_for(self._slots[slot.id][1]), now)

    def _deliver(self, slot: Slot, receiver: Transport, packet: MediaPacket, now: int) -> None:
        waited = slot.waiting
        self._forward_into(slot, receiver, packet, now)
        if waited and not slot.waiting and slot.source is not None:
            # The key frame's beginning came late: what followed it has come before.
            for following in slot.source.packets_from(packet.number + 1):
                self._forward_into(slot, receiver, following, now)

    @staticmethod
    def _note_level(source: Source, level: bytes | None) -> None:
        if level:
            source.loudest = min(source.loudest, level[0] & 0x7F)

    def _forward_into(self, slot: Slot, receiver: Transport, packet: MediaPacket, now: int) -> None:
        if not receiver.can_send:
            return
        outgoing = slot.forward(packet, now)
        if outgoing is not None:
            self._egress.send_media(receiver, slot, outgoing)

    def _receive_rtcp(self, transport: Transport, datagram: bytes, address: Address) -> None:
        assert transport.srtp is not None
        data = transport.srtp.unprotect_rtcp(datagram)
        now = self._clock()
        self._arrived(transport, datagram, address, now)
        for packet in parse_rtcp(data):
            for source in self._feedback.handle(transport, packet, now):
                self._want_key_frame(source)

    def poll(self) -> None:
        """Do what has fallen due."""
        now = self._clock()
        self._egress.release(self._transports.values())
        for transport in self._transports.values():
            if not transport.can_send:
                continue
            for source in transport.sources:
                self._repair(transport, source, now)
                if source.lacks_key_frame(now):
                    source.key_frames.want()
                self._request_due_key_frame(source, transport, now)
            if transport.next_feedback is None or now >= transport.next_feedback:
                self._send_transport_feedback(transport, now)
            if transport.next_report is None or now >= transport.next_report:
                self._egress.send_rtcp(transport, transport.reports(now, self._uplink_bps))

    def _send_transport_feedback(self, transport: Transport, now: int) -> None:
        for feedback in transport.arrivals.take(transport.spec.ssrc):
            self._counters["transport_feedback_sent"] += 1
            self._egress.send_rtcp(transport, transport.compound(build_transport_wide(feedback)))
        transport.next_feedback = now + FEEDBACK_INTERVAL_US

    def _repair(self, transport: Transport, source: Source, now: int) -> None:
        """Ask for lost packets, or for a key frame where that is no longer of use."""
        if source.gaps is None or source.ssrc is None or not transport.can_send:
            return
        if not source.slots and not source.candidates:
            return  # nobody would miss them
        numbers = source.gaps.due(now)
        if numbers:
            self._counters["nacks_sent"] += 1
            self._counters["packets_requested"] += len(numbers)
            wire = [number & 0xFFFF for number in numbers]
            self._egress.send_rtcp(
                transport, transport.compound(build_nack(transport.spec.ssrc, source.ssrc, wire))
            )
        if source.gaps.take_unrecoverable():
            source.key_frames.lost()
            self._want_key_frame(source)

    def _request_due_key_frame(self, source: Source, transport: Transport, now: int) -> None:
        if not transport.can_send or source.ssrc is None or not source.key_frames.due(now):
            return
        if "nack pli" in source.spec.feedback:
            request = build_picture_loss(transport.spec.ssrc, source.ssrc)
        elif "ccm fir" in source.spec.feedback:
            source.full_intra_commands += 1
            request = build_full_intra(transport.spec.ssrc, source.ssrc, source.full_intra_commands & 0xFF)
        else:
            return
        self._counters["key_frame_requests_sent"] += 1
        self._egress.send_rtcp(transport, transport.compound(request))

    def statistics(self, transport: TransportId) -> TransportStatistics:
        """See `PacketPath`."""
        return self._transports[transport].statistics()

    def set_pacing(self, transport: TransportId, pacing_bps: int) -> None:
        """See `PacketPath`."""
        self._transports[transport].pacer.bps = pacing_bps
        self._egress.release(self._transports.values())

    def probe(self, transport: TransportId, bps: int, duration_ms: int) -> int:
        """See `PacketPath`."""
        return self._egress.begin_probe(self._transports[transport], bps, duration_ms * 1000)

    def congestion(self, transport: TransportId) -> CongestionReport:
        """See `PacketPath`."""
        return self._transports[transport].congestion.report(self._clock())

    def take_audio_levels(self) -> dict[SourceId, int]:
        """See `PacketPath`."""
        levels: dict[SourceId, int] = {}
        for source, _ in self._sources.values():
            if source.loudest < SILENCE:
                levels[source.id] = source.loudest
                source.loudest = SILENCE
        return levels

    def layers(self) -> dict[SourceId, LayerReport]:
        """See `PacketPath`."""
        return {
            source.id: LayerReport(
                *source.size,
                (source.bytes[0], source.bytes[1], source.bytes[2], source.bytes[3]),
                source.last_received / 1e6,
            )
            for source, _ in self._sources.values()
            if source.spec.kind is MediaKind.VIDEO and source.last_received is not None
        }

    def counters(self) -> dict[str, int]:
        """See `PacketPath`."""
        return dict(self._counters)
