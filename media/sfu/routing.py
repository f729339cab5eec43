"""Who is shown to whom: whose track each slot of a participant carries.

Whoever waits in the lobby is shown to nobody and sees nobody. The only picture that reaches him is his own,
in his self slot, which shows him as the others would see him; there, and only while he looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping

from media.sfu.messages import RoomState, SlotAssignment
from media.sfu.negotiation import NegotiatedSlot
from media.sfu.participant import Participant
from media.sfu.sdp.plan import TrackKind

People = Mapping[str, Participant]
"""A room's participants by session, those in the lobby too."""


def sharer(people: People) -> Participant | None:
    """Return who shares a screen."""
    return next((one for one in people.values() if one.media.screen and not one.in_lobby), None)


def route(people: People) -> None:
    """Route everybody's tracks to all who are to see and hear them, cameras by way of their processors."""
    looked_at: set[str] = set()
    for receiver in people.values():
        for slot, slot_id in receiver.slots:
            sender = _sender_in(people, receiver, slot)
            if sender is None or not sender.shows(slot.track) or not receiver.carries(slot.track):
                receiver.downlink.carry(slot_id, slot.track, ())
            elif slot.track is TrackKind.CAMERA:
                looked_at.add(sender.session_id)
                camera = sender.camera
                receiver.downlink.carry(
                    *(slot_id, slot.track, camera.sources),
                    encoded_here=camera.is_processed,
                    former=camera.former,
                )
            else:
                redundant = sender.speaks_twice and slot.spec.red_payload_type is not None
                receiver.downlink.carry(slot_id, slot.track, sender.sources[slot.track], redundant=redundant)
    for sender in people.values():
        sender.camera.feed(on=sender.session_id in looked_at)


def settle(people: People, sender: Participant) -> None:
    """Let nobody be shown any more what a camera was shown as before."""
    if sender.camera.former is None:
        return
    sender.camera.settle()
    for receiver in people.values():
        for slot, slot_id in receiver.slots:
            if slot.track is TrackKind.CAMERA and _sender_in(people, receiver, slot) is sender:
                receiver.downlink.take_over(slot_id)


def state_for(people: People, receiver: Participant) -> RoomState:
    """Return the room as a participant sees it; from the lobby he sees himself alone."""
    slots: dict[str, SlotAssignment] = {}
    for slot, _ in receiver.slots:
        sender = _sender_in(people, receiver, slot)
        if sender is not None:
            slots[slot.mid] = sender.assignment(slot.track)
    seen = [receiver] if receiver.in_lobby else [one for one in people.values() if not one.in_lobby]
    return RoomState(
        session_id=receiver.session_id,
        lobby=receiver.in_lobby,
        participants=[one.state() for one in seen],
        slots=slots,
        held=sorted(receiver.held),
    )


def _sender_in(people: People, receiver: Participant, slot: NegotiatedSlot) -> Participant | None:
    """Return whose track a slot carries, on or off."""
    if slot.is_self:
        return receiver if receiver.mirror and slot.track in receiver.sources else None
    if receiver.in_lobby:
        return None
    if slot.track is TrackKind.SCREEN:
        sharing = sharer(people)
        return sharing if sharing is not receiver else None
    for session_id, place in receiver.places.items():
        sender = people[session_id]
        if place == slot.place and slot.track in sender.sources:
            return sender
    return None
