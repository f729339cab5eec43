"""The port between the rooms and the packets.

Above it are STUN, DTLS, negotiation and rooms; below it is all that happens per packet: SRTP, header
rewriting, retransmission, reports and feedback. Rooms give short commands and read aggregates, so that
the path runs on a thread of its own; a command is done when it returns.

Words: a *transport* is one client's bundled connection. A *source* is one stream that a client sends; a
camera with simulcast sends several at once, its *layers*. A *slot* is one stream that a client receives; its
SSRC and its sequence stay unbroken for the whole call, whichever source is routed to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, Protocol

from media.sfu.sdp.offer import MediaKind
from media.sfu.stun import Address

TransportId = NewType("TransportId", int)
SourceId = NewType("SourceId", int)
SlotId = NewType("SlotId", int)


class SrtpProfile(StrEnum):
    """SRTP protection profiles by their DTLS names (RFC 5764 section 4.1.2, RFC 7714 section 14.2)."""

    AEAD_AES_128_GCM = "SRTP_AEAD_AES_128_GCM"
    AES128_CM_SHA1_80 = "SRTP_AES128_CM_SHA1_80"


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """Master key and master salt, joined, of either direction."""

    profile: SrtpProfile
    receive: bytes
    send: bytes

    def __repr__(self) -> str:
        return f"SrtpKeys({self.profile})"


@dataclass(frozen=True, slots=True)
class TransportSpec:
    """What negotiation settled for a client.

    `ssrc` names the server in its feedback, `extensions` gives the header-extension identifiers by URI.
    """

    ssrc: int
    extensions: Mapping[str, int]
    reduced_size_rtcp: bool


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A stream to expect. SSRCs that are None are learned from the first packet with this mid and rid.

    `rid` is None for the only stream of an m-line. Sources with one mid are the layers of one camera.
    `red_payload_type` is that of redundant audio (RFC 2198), whose blocks have `payload_type`.
    """

    kind: MediaKind
    mid: str
    rid: str | None
    payload_type: int
    rtx_payload_type: int | None
    ssrc: int | None
    rtx_ssrc: int | None
    feedback: frozenset[str]
    red_payload_type: int | None = None


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """A stream to send.

    `transport_cc_id` identifies the header extension with the transport-wide number, where the receiver
    negotiated it for this stream: its feedback tells then which packets came, and when. Without
    `red_payload_type` the receiver gets the primary blocks of redundant audio alone.
    """

    kind: MediaKind
    payload_type: int
    rtx_payload_type: int | None
    ssrc: int
    rtx_ssrc: int | None
    transport_cc_id: int | None = None
    red_payload_type: int | None = None


@dataclass(frozen=True, slots=True)
class TransportStatistics:
    """Totals of a transport, and its condition as last reported; None is 'not known yet'.

    Losses are shares from 0 to 1 in the last interval: `uplink_loss` of what the client sent,
    `downlink_loss` of what it should have received. `last_received` is on the path's clock (s), and None
    before the first authentic packet.
    """

    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int
    uplink_loss: float | None
    downlink_loss: float | None
    round_trip_s: float | None
    last_received: float | None


class DelayState(StrEnum):
    """What arrival times say of the queue towards a receiver (draft-ietf-rmcat-gcc-02 section 5.4)."""

    NORMAL = "normal"
    OVERUSING = "overusing"
    UNDERUSING = "underusing"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a cluster of probing packets measured: the lower of the rates at which it left and arrived.

    All that left between its packets is counted with them.
    """

    cluster: int
    bps: int


@dataclass(frozen=True, slots=True)
class CongestionReport:
    """What a receiver's transport-wide feedback says of the way to it; reading it changes nothing.

    `feedback_at` is when the newest feedback came (s, the path's clock), None before the first. `acked_bps`
    and `sent_bps` are rates over the same short window by the receiver's clock and by ours, in datagrams
    with their IP and UDP headers. `packets_acked` and `packets_lost` are totals, each packet in one of them
    once. `overuses` counts the feedbacks that said overuse; `trend` is the newest slope, for people (ms).
    `queue_s` is the lowest one-way delay in the newest feedback above the lowest of the last minute or half:
    the standing queue towards the receiver, without jitter and without what delays the feedback.
    """

    feedback_at: float | None
    acked_bps: int | None
    sent_bps: int
    packets_acked: int
    packets_lost: int
    delay_state: DelayState
    overuses: int
    trend: float
    queue_s: float | None
    round_trip_s: float | None
    in_flight_bytes: int
    probe: ProbeResult | None


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What came of a video source in all.

    `width` and `height` (pixels) are those of its latest key frame, 0 while unknown. `bytes` counts what came
    by temporal layer, 12 bytes of RTP header each, no copies; a stream without temporal layers has all in the
    first. `last_received` is on the path's clock (s).
    """

    width: int
    height: int
    bytes: tuple[int, int, int, int]
    last_received: float


ALL_TEMPORAL_LAYERS = 3
"""The highest identifier of a temporal layer (RFC 7741 section 4.2)."""


class PacketPath(Protocol):
    """The commands of the data plane. Unknown identifiers are a programming error (KeyError)."""

    def add_transport(self, spec: TransportSpec) -> TransportId:
        """Create a transport that has no address and no keys yet: it drops all packets."""

    def set_address(self, transport: TransportId, address: Address) -> None:
        """Send to this address from now on, and accept packets from it."""

    def set_keys(self, transport: TransportId, keys: SrtpKeys) -> None:
        """Start to receive and to send; slots that have a route begin with a key frame."""

    def remove_transport(self, transport: TransportId) -> None:
        """Forget a transport with its sources and slots; routes from its sources become empty."""

    def add_source(self, transport: TransportId, spec: SourceSpec) -> SourceId:
        """Expect a stream of this client."""

    def add_slot(self, transport: TransportId, spec: SlotSpec) -> SlotId:
        """Create an empty slot of this client."""

    def route(self, slot: SlotId, source: SourceId | None) -> None:
        """Forward a source into a slot, or nothing (None): how a track is muted.

        Another source is cut at once; video then begins with a key frame, which is requested here. What is
        forwarded already goes on.
        """

    def select(self, slot: SlotId, source: SourceId, max_temporal: int) -> None:
        """Forward another layer into a slot, without frames above the temporal layer `max_temporal` (0 to 3).

        The present layer goes on until the other's key frame comes, which is requested if packets of that
        layer come at all; one that is paused takes over when it is resumed. An empty slot takes the layer at
        once, as does audio, whose redundancy is left out with a `max_temporal` of 0.
        """

    def request_key_frame(self, source: SourceId) -> None:
        """Ask a source for a key frame; requests that come together are merged."""

    def statistics(self, transport: TransportId) -> TransportStatistics:
        """Return a transport's totals and condition."""

    def set_pacing(self, transport: TransportId, pacing_bps: int) -> None:
        """Spread what goes to a client over time, at a rate that should be above its target; 0: not at all.

        Audio and feedback never wait, retransmissions go before other video. Nothing is dropped: what has
        waited for half a second, or is more than 256 packets, leaves all the same.
        """

    def probe(self, transport: TransportId, bps: int, duration_ms: int) -> int:
        """Send a cluster of at least 5 packets at this rate, up to 50 Mbit/s, for up to 100 ms.

        Returns its number, under which `congestion` will tell the result; 0 if the client receives no video
        that could be sent again. A cluster that is still under way is given up. ValueError: beyond limits.
        """

    def congestion(self, transport: TransportId) -> CongestionReport:
        """Return what feedback says of the way to a client; all unknown or 0 where it sends none."""

    def take_audio_levels(self) -> dict[SourceId, int]:
        """Return the loudest level of each audio source since the last call, 0 to 127 -dBov (RFC 6464)."""

    def layers(self) -> dict[SourceId, LayerReport]:
        """Return what came of each video source that has begun."""

    def counters(self) -> dict[str, int]:
        """Return what was counted since the start, by name."""
