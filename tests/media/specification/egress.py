"""What leaves the plain Python packet path: pacing, numbering, protection, and probes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from media.sfu.sdp.offer import MediaKind
from media.sfu.stun import Address
from tests.media.specification.pacer import Waiting
from tests.media.specification.probe import Probe
from tests.media.specification.rtp import set_transport_number
from tests.media.specification.slot import Slot
from tests.media.specification.srtp import PacketTooLarge, SrtpError
from tests.media.specification.transport import Transport

_PROBE_RECENT = 16


class Egress:
    """Sends to all transports. `clock` gives microseconds, `send` hands a datagram to the socket."""

    def __init__(
        self, counters: Counter[str], clock: Callable[[], int], send: Callable[[bytes, Address], None]
    ) -> None:
        self._counters = counters
        self._clock = clock
        self._send_datagram = send

    def send_rtcp(self, receiver: Transport, packet: bytes) -> None:
        """Send a compound, if anything can be sent."""
        if receiver.srtp is not None and receiver.address is not None:
            self._send(receiver, receiver.address, receiver.srtp.protect_rtcp(packet))

    def send_media(
        self, receiver: Transport, slot: Slot, packet: bytes, *, retransmission: bool = False
    ) -> None:
        """Send a slot's packet, or let it wait."""
        now, pacer = self._clock(), receiver.pacer
        if not pacer.bps or slot.spec.kind is MediaKind.AUDIO:
            self._send_rtp(receiver, slot, packet)
        elif pacer.is_open(now):
            pacer.charge(len(packet), now)
            self._send_rtp(receiver, slot, packet)
        else:
            self._counters["packets_paced"] += 1
            pacer.put(Waiting(slot, packet, now), retransmission=retransmission)
            if pacer.is_overfull:
                self._release_waiting(receiver, now)

    def release(self, receivers: Iterable[Transport]) -> None:
        """Send what may leave by now."""
        now = self._clock()
        for receiver in receivers:
            self._release_waiting(receiver, now)
            self._continue_probe(receiver, now)

    def begin_probe(self, receiver: Transport, bps: int, duration_us: int) -> int:
        """Begin a probe; return its number, or 0 if there is no stream on which to probe."""
        now = self._clock()
        if receiver.transport_cc_id is None or not receiver.can_send or self._probing_slot(receiver) is None:
            return 0
        receiver.probes += 1
        receiver.probe = Probe(receiver.probes, bps, duration_us, now)
        self._continue_probe(receiver, now)
        return receiver.probes

    def _release_waiting(self, receiver: Transport, now: int) -> None:
        for waiting in receiver.pacer.take(now):
            self._send_rtp(receiver, waiting.slot, waiting.data)

    def _continue_probe(self, receiver: Transport, now: int) -> None:
        probe, slot = receiver.probe, self._probing_slot(receiver)
        while probe is not None and slot is not None and probe.is_due(now):
            packet = slot.repeat_recent(probe.packets % _PROBE_RECENT, probe.longest_packet, now)
            self._counters["probes_sent"] += 1
            probe.sent(self._send_rtp(receiver, slot, packet or slot.padding(), probe.number))
            if probe.is_complete:
                receiver.congestion.probe_sent()

    @staticmethod
    def _probing_slot(receiver: Transport) -> Slot | None:
        return next((slot for slot in receiver.slots.values() if slot.can_probe), None)

    def _send_rtp(self, receiver: Transport, slot: Slot, packet: bytes, cluster: int = 0) -> int:
        """Send a packet under the next transport-wide number; return its size on the wire."""
        if receiver.srtp is None or receiver.address is None:
            return 0
        numbered = slot.spec.transport_cc_id is not None
        number = receiver.congestion.next
        if numbered:
            packet = set_transport_number(packet, number & 0xFFFF)
        try:
            datagram = receiver.srtp.protect(packet)
        except PacketTooLarge:
            self._counters["dropped_too_long"] += 1
            return 0
        except SrtpError:
            return 0
        size = len(datagram) + (48 if ":" in receiver.address[0] else 28)
        if numbered:
            receiver.congestion.sent(number, size, self._clock(), cluster)
        self._send(receiver, receiver.address, datagram)
        return size

    def _send(self, receiver: Transport, address: Address, datagram: bytes) -> None:
        receiver.packets_out += 1
        receiver.bytes_out += len(datagram)
        self._counters["packets_out"] += 1
        self._counters["bytes_out"] += len(datagram)
        self._send_datagram(datagram, address)
