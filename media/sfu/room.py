"""A room: up to three operators and one visitor who see and hear each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

import structlog

from media.sfu.connection import Connection
from media.sfu.errors import AudioOnly, RoomFull, RoomNotFound, ScreenTaken, SessionNotFound
from media.sfu.holds import Holds
from media.sfu.messages import (
    Closed,
    CloseReason,
    Identity,
    Joined,
    Levels,
    MediaState,
    Role,
    RoomState,
    RoomStatistics,
    SlotAssignment,
    SlotKind,
)
from media.sfu.negotiation import Negotiated, NegotiatedSlot, ServerIdentity, negotiate
from media.sfu.packet_path import SourceId
from media.sfu.participant import Participant
from media.sfu.plane import MediaPlane, new_credentials, new_session_id, new_ssrc
from media.sfu.sdp.fragment import build_fragment, parse_fragment
from media.sfu.sdp.plan import TrackKind
from media.sfu.speaker import SpeakerDetector, loudness
from media.sfu.watch import RoomWatch

LIMITS = {Role.OPERATOR: 3, Role.VISITOR: 1}
"""The most participants of each role."""

log = structlog.get_logger(__name__)


class RoomListener(Protocol):
    """Told of comings and goings, synchronously on the event loop; must be quick."""

    def participant_connected(self, room_id: str, identity: Identity, session_id: str) -> None:
        """Media can flow; called once for each session that gets so far."""

    def participant_left(
        self, room_id: str, identity: Identity, session_id: str, reason: CloseReason
    ) -> None:
        """A session is over; called once for each that joined, connected or not."""


class Room:
    """Rooms are made by `Sfu.create_room`."""

    def __init__(self, room_id: str, plane: MediaPlane, listener: RoomListener, *, audio_only: bool) -> None:
        self.room_id = room_id
        self.audio_only = audio_only
        self.plane = plane
        self._listener = listener
        self._participants: dict[str, Participant] = {}
        self._holds = Holds()
        self._speaker = SpeakerDetector()
        self._last_levels: Levels | None = None
        self._open = True
        self._log = log.bind(room_id=room_id)

    @property
    def load(self) -> int:
        """How many participants to plan for: in a new room the two without whom there is no call."""
        return max(2, len(self._participants))

    async def join(self, identity: Identity, offer: str, media: MediaState) -> Joined:
        """Answer an offer and take the person in, with `media` as the first states.

        What was off when he was last inside is held off. An earlier session of the same person is replaced,
        once nothing can go wrong any more.

        Raises:
            SdpError: the offer cannot be answered.
            RoomFull: no place is left for this role.
            ScreenTaken: `media` shows a screen while another does.
            AudioOnly: `media` shows a camera in a room without.
            RoomNotFound: the room is closed.
        """
        if not self._open:
            raise RoomNotFound(self.room_id)
        self._check_place(identity)
        self._check_media(identity, media)
        credentials = new_credentials()
        plane = self.plane
        server = ServerIdentity(credentials, plane.certificate.fingerprint, plane.addresses)
        negotiated = negotiate(offer, server, audio_only=self.audio_only, new_ssrc=new_ssrc)
        for earlier in self._of(identity):
            self._remove(earlier, CloseReason.REPLACED)
        participant = self._admit(identity, negotiated)
        participant.connection.accept(credentials, negotiated.remote_ufrag)
        participant.held = self._holds.of(identity.id)
        self._switch(participant, media)
        self._log.info("participant_joined", session_id=participant.session_id, role=identity.role)
        return Joined(participant.session_id, negotiated.answer)

    def restart_ice(self, session_id: str, fragment: str) -> str:
        """Take a client's new ICE credentials and return the server's, both as RFC 8840 fragments.

        The old ones stay valid until the new ones are used.

        Raises:
            SdpError: the fragment has no credentials.
            SessionNotFound: there is no such session.
        """
        participant = self._participant(session_id)
        remote = parse_fragment(fragment)
        local = new_credentials()
        participant.connection.accept(local, remote.ufrag)
        return build_fragment(local)

    async def leave(self, session_id: str) -> None:
        """End a session at its own wish.

        Raises:
            SessionNotFound: there is no such session.
        """
        self._remove(self._participant(session_id), CloseReason.LEFT)

    def set_media(self, session_id: str, media: MediaState, lifted: Collection[SlotKind] = ()) -> None:
        """Turn a participant's tracks on and off; what is off is no longer forwarded when this returns.

        What is held off stays so, unless `lifted` says that the person himself has turned it on now.

        Raises:
            ScreenTaken: another shares a screen.
            AudioOnly: the room has no cameras.
            SessionNotFound: there is no such session.
        """
        participant = self._participant(session_id)
        self._check_media(participant.identity, media)
        self._switch(participant, media, lifted)

    def watch(self, session_id: str) -> RoomWatch:
        """Follow the room as this participant sees it, from its present state on.

        Raises:
            SessionNotFound: there is no such session.
        """
        participant = self._participant(session_id)
        watch = RoomWatch()
        participant.watches.append(watch)
        watch.put(self._state_for(participant))
        return watch

    def unwatch(self, session_id: str, watch: RoomWatch) -> None:
        """Stop to follow; harmless after the session's end."""
        participant = self._participants.get(session_id)
        if participant is not None and watch in participant.watches:
            participant.watches.remove(watch)

    def statistics(self) -> RoomStatistics:
        """Return the traffic of all participants."""
        return RoomStatistics(self.room_id, [p.statistics() for p in self._participants.values()])

    def close(self, reason: CloseReason) -> None:
        """End all sessions; nobody can join any more."""
        self._open = False
        for participant in list(self._participants.values()):
            self._remove(participant, reason)

    def publish_levels(self, levels: Mapping[SourceId, int], now: float) -> None:
        """Tell everyone how loud the open microphones are, unless nothing changed; `levels` in -dBov."""
        loud: dict[str, float] = {}
        for participant in self._participants.values():
            source = participant.sources.get(TrackKind.MICROPHONE)
            if source is not None and participant.media.microphone:
                loud[participant.session_id] = round(loudness(levels.get(source, 127)), 2)
        message = Levels(loud, self._speaker.update(loud, now))
        if message != self._last_levels:
            self._last_levels = message
            for participant in self._participants.values():
                participant.notify(message)

    def check(self, now: float) -> None:
        """Part with those who fell silent and rate the connections; call about once a second."""
        changed = False
        for participant in list(self._participants.values()):
            if participant.connection.silent_for(now) > self.plane.consent_timeout_s:
                self._remove(participant, CloseReason.TIMEOUT)
            else:
                changed |= participant.update_quality()
        if changed:
            self._publish()

    def _participant(self, session_id: str) -> Participant:
        try:
            return self._participants[session_id]
        except KeyError:
            raise SessionNotFound(session_id) from None

    def _of(self, identity: Identity) -> list[Participant]:
        return [p for p in self._participants.values() if p.identity.id == identity.id]

    def _check_place(self, identity: Identity) -> None:
        others = [p for p in self._participants.values() if p.identity.id != identity.id]
        limit = LIMITS[identity.role]
        if sum(p.identity.role is identity.role for p in others) >= limit:
            raise RoomFull(identity.role, limit)

    def _check_media(self, identity: Identity, media: MediaState) -> None:
        if media.camera and self.audio_only:
            raise AudioOnly
        sharer = self._sharer()
        if media.screen and sharer is not None and sharer.identity.id != identity.id:
            raise ScreenTaken(sharer.identity)

    def _sharer(self) -> Participant | None:
        return next((p for p in self._participants.values() if p.media.screen), None)

    def _admit(self, identity: Identity, negotiated: Negotiated) -> Participant:
        session_id = new_session_id()
        connection = Connection(
            self.plane,
            session_id,
            negotiated,
            on_connected=lambda: self._connected(session_id),
            on_ended=lambda reason: self._ended(session_id, reason),
        )
        participant = Participant(session_id, identity, connection, negotiated, self.plane.path)
        for other in self._participants.values():
            other.give_place(session_id)
            participant.give_place(other.session_id)
        self._participants[session_id] = participant
        return participant

    def _connected(self, session_id: str) -> None:
        participant = self._participants[session_id]
        participant.connected = True
        self._log.info("participant_connected", session_id=session_id)
        self._publish()
        self._listener.participant_connected(self.room_id, participant.identity, session_id)

    def _ended(self, session_id: str, reason: CloseReason) -> None:
        participant = self._participants.get(session_id)
        if participant is not None:
            self._remove(participant, reason)

    def _remove(self, participant: Participant, reason: CloseReason) -> None:
        del self._participants[participant.session_id]
        self._holds.remember(participant.identity.id, participant.media)
        for other in self._participants.values():
            other.free_place(participant.session_id)
        self._route_all()
        participant.connection.close()
        participant.notify(Closed(reason))
        self._publish()
        self._log.info("participant_left", session_id=participant.session_id, reason=reason)
        self._listener.participant_left(self.room_id, participant.identity, participant.session_id, reason)

    def _switch(self, participant: Participant, media: MediaState, lifted: Collection[SlotKind] = ()) -> None:
        participant.switch(media, lifted)
        self._route_all()
        self._publish()

    def _route_all(self) -> None:
        for receiver in self._participants.values():
            for slot, slot_id in receiver.slots:
                sender = self._sender_in(receiver, slot)
                on = sender is not None and sender.shows(slot.track)
                receiver.route(slot_id, sender.sources[slot.track] if sender is not None and on else None)

    def _sender_in(self, receiver: Participant, slot: NegotiatedSlot) -> Participant | None:
        """Return whose track a slot carries, on or off."""
        if slot.place is None:
            sharer = self._sharer()
            return sharer if sharer is not receiver else None
        for session_id, place in receiver.places.items():
            sender = self._participants[session_id]
            if place == slot.place and slot.track in sender.sources:
                return sender
        return None

    def _state_for(self, receiver: Participant) -> RoomState:
        slots: dict[str, SlotAssignment] = {}
        for slot, _ in receiver.slots:
            sender = self._sender_in(receiver, slot)
            if sender is not None:
                slots[slot.mid] = sender.assignment(slot.track)
        states = [participant.state() for participant in self._participants.values()]
        return RoomState(receiver.session_id, states, slots, sorted(receiver.held))

    def _publish(self) -> None:
        for participant in self._participants.values():
            if participant.watches:
                participant.notify(self._state_for(participant))
