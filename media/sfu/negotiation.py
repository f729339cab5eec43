"""From an offer to an answer and to the streams that the packet path has to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from media.sfu.ice import IceCredentials
from media.sfu.packet_path import SlotSpec, SourceSpec, TransportSpec
from media.sfu.sdp.answer import AnswerParameters, SlotStreams, accepted_extensions, build_answer
from media.sfu.sdp.offer import Fingerprint, Offer, parse_offer
from media.sfu.sdp.plan import PlannedSection, TrackKind, plan_sections
from media.sfu.stun import Address


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """What the server says of itself in an answer."""

    credentials: IceCredentials
    fingerprint: Fingerprint
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class NegotiatedSlot:
    """One of a client's slots; `place` is None for the screen and for the self slot."""

    mid: str
    track: TrackKind
    place: int | None
    spec: SlotSpec

    @property
    def is_self(self) -> bool:
        """Whether it shows the client its own camera."""
        return self.place is None and self.track is TrackKind.CAMERA


@dataclass(frozen=True, slots=True)
class Negotiated:
    """The outcome of one offer. A track's sources are its layers, or the only one."""

    answer: str
    remote_ufrag: str
    fingerprints: tuple[Fingerprint, ...]
    transport: TransportSpec
    sources: dict[TrackKind, tuple[SourceSpec, ...]]
    slots: tuple[NegotiatedSlot, ...]


def negotiate(
    text: str, server: ServerIdentity, *, audio_only: bool, new_ssrc: Callable[[], int]
) -> Negotiated:
    """Answer an offer.

    Raises:
        SdpError: the offer cannot be answered.
    """
    offer = parse_offer(text)
    planned = plan_sections(offer, audio_only=audio_only)
    slots = tuple(_slot(item, new_ssrc) for item in planned if item.receives)
    parameters = AnswerParameters(
        session_number=new_ssrc(),
        credentials=server.credentials,
        fingerprint=server.fingerprint,
        addresses=server.addresses,
        streams={slot.mid: SlotStreams(slot.spec.ssrc, slot.spec.rtx_ssrc) for slot in slots},
    )
    return Negotiated(
        answer=build_answer(planned, parameters),
        remote_ufrag=offer.ufrag,
        fingerprints=offer.fingerprints,
        transport=TransportSpec(
            ssrc=new_ssrc(),
            extensions=_extensions(offer),
            reduced_size_rtcp=all(section.reduced_size_rtcp for section in offer.sections),
        ),
        sources={item.track: _sources(item) for item in planned if item.sends and item.track is not None},
        slots=slots,
    )


def _extensions(offer: Offer) -> dict[str, int]:
    """Return the accepted extensions; within a bundle one URI has one identifier (RFC 8843 section 9.1)."""
    return {
        uri: identifier
        for section in offer.sections
        for uri, identifier in accepted_extensions(section).items()
    }


def _sources(item: PlannedSection) -> tuple[SourceSpec, ...]:
    rids: tuple[str | None, ...] = item.rids or (None,)
    return tuple(_source(item, rid) for rid in rids)


def _source(item: PlannedSection, rid: str | None) -> SourceSpec:
    section = item.section
    return SourceSpec(
        kind=section.kind,
        mid=section.mid,
        rid=rid,
        payload_type=section.codec.payload_type,
        rtx_payload_type=section.codec.rtx_payload_type,
        ssrc=section.ssrc,
        rtx_ssrc=section.rtx_ssrc,
        feedback=section.codec.feedback,
        red_payload_type=section.codec.red_payload_type,
    )


def _slot(item: PlannedSection, new_ssrc: Callable[[], int]) -> NegotiatedSlot:
    section = item.section
    assert item.track is not None
    retransmits = section.codec.rtx_payload_type is not None and "nack" in section.codec.feedback
    spec = SlotSpec(
        kind=section.kind,
        payload_type=section.codec.payload_type,
        rtx_payload_type=section.codec.rtx_payload_type if retransmits else None,
        ssrc=new_ssrc(),
        rtx_ssrc=new_ssrc() if retransmits else None,
        transport_cc_id=section.transport_cc_id,
        red_payload_type=section.codec.red_payload_type,
    )
    return NegotiatedSlot(section.mid, item.track, item.place, spec)
