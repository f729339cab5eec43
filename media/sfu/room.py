"""A room: up to three operators and one visitor who see and hear each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

import structlog

from media.sfu.adaptation import adapt
from media.sfu.connection import Connection
from media.sfu.errors import AudioOnly, RoomFull, RoomNotFound, ScreenTaken, SessionNotFound
from media.sfu.holds import Holds
from media.sfu.messages import (
    Closed,
    CloseReason,
    Identity,
    Joined,
    Levels,
    Line,
    MediaState,
    Role,
    RoomStatistics,
    SlotKind,
)
from media.sfu.negotiation import Negotiated, ServerIdentity, negotiate
from media.sfu.packet_path import SourceId
from media.sfu.participant import Participant
from media.sfu.plane import MediaPlane, new_credentials, new_session_id, new_ssrc
from media.sfu.processing import CameraProcessors, ProcessedCamera
from media.sfu.routing import route, settle, sharer, state_for
from media.sfu.sdp.fragment import build_fragment, parse_fragment
from media.sfu.sdp.plan import TrackKind
from media.sfu.speaker import SpeakerDetector, loudness
from media.sfu.watch import RoomWatch

LIMITS = {Role.OPERATOR: 3, Role.VISITOR: 1}
"""The most participants of each role inside, and as many more in the lobby."""

LOBBY_LIMIT_S = 600.0
"""How long one may stay in the lobby."""

log = structlog.get_logger(__name__)


class RoomListener(Protocol):
    """Told of comings and goings, synchronously on the event loop; must be quick."""

    def participant_connected(self, room_id: str, identity: Identity, session_id: str) -> None:
        """Somebody is inside and media can flow; called once for each session that gets so far."""

    def participant_left(
        self, room_id: str, identity: Identity, session_id: str, reason: CloseReason, *, entered: bool
    ) -> None:
        """A session is over; called once for each, connected or not. `entered`: it was not in the lobby."""


class Room:
    """Rooms are made by `Sfu.create_room`."""

    def __init__(
        self,
        room_id: str,
        plane: MediaPlane,
        listener: RoomListener,
        processors: CameraProcessors,
        *,
        audio_only: bool,
    ) -> None:
        self.room_id = room_id
        self.audio_only = audio_only
        self.plane = plane
        self._listener = listener
        self._processors = processors
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

    async def join(self, identity: Identity, offer: str, media: MediaState, *, lobby: bool = False) -> Joined:
        """Answer an offer and take the person in, or into the lobby, with `media` as the first states.

        What was off when he was last inside is held off. An earlier session of the same person is replaced,
        once nothing can go wrong any more; by one in the lobby only another there.

        Raises:
            SdpError: the offer cannot be answered.
            RoomFull: no place is left for this role.
            ScreenTaken: `media` shows a screen while another does.
            AudioOnly: `media` shows a camera in a room without.
            RoomNotFound: the room is closed.
        """
        if not self._open:
            raise RoomNotFound(self.room_id)
        self._check_place(identity, lobby=lobby)
        self._check_media(identity, media)
        credentials = new_credentials()
        plane = self.plane
        server = ServerIdentity(credentials, plane.certificate.fingerprint, plane.addresses)
        negotiated = negotiate(offer, server, audio_only=self.audio_only, new_ssrc=new_ssrc)
        self._replace(identity, lobby_only=lobby)
        participant = self._admit(identity, negotiated, lobby=lobby)
        participant.connection.accept(credentials, negotiated.remote_ufrag)
        participant.held = self._holds.of(identity.id)
        self._switch(participant, media)
        self._log.info("participant_joined", session_id=participant.session_id, role=identity.role)
        return Joined(participant.session_id, negotiated.answer)

    def enter(self, session_id: str) -> None:
        """Let one who waits in the lobby take part; nothing happens when he is inside already.

        Raises:
            RoomFull: no place is left for this role.
            ScreenTaken: he shows a screen while another does.
            SessionNotFound: there is no such session.
        """
        participant = self._participant(session_id)
        if not participant.in_lobby:
            return
        self._check_place(participant.identity, lobby=False)
        self._check_media(participant.identity, participant.media)
        participant.lobby_since = None
        self._replace(participant.identity, except_for=participant)
        self._seat(participant)
        route(self._participants)
        self._publish()
        self._log.info("participant_entered", session_id=session_id)
        if participant.connected:
            self._listener.participant_connected(self.room_id, participant.identity, session_id)

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

    async def leave(self, session_id: str, reason: CloseReason = CloseReason.LEFT) -> None:
        """End a session at its own wish, or because its client finds no way for its media.

        Raises:
            SessionNotFound: there is no such session.
        """
        self._remove(self._participant(session_id), reason)

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

    def set_mirror(self, session_id: str, *, on: bool) -> None:
        """Show a participant his own camera in his self slot, as the others see it, or nothing.

        Raises:
            SessionNotFound: there is no such session.
        """
        self._participant(session_id).mirror = on
        route(self._participants)
        self._publish()

    def set_line(self, session_id: str, line: Line) -> None:
        """Take over what a participant's network allows; pictures stop at once where it carries none.

        Raises:
            SessionNotFound: there is no such session.
        """
        self._participant(session_id).line = line
        route(self._participants)
        self._publish()

    def set_heights(self, session_id: str, heights: Mapping[str, int]) -> None:
        """Take note of how high (pixels) a participant shows each slot, by mid; 0 is hidden.

        Raises:
            SessionNotFound: there is no such session.
        """
        self._participant(session_id).show(heights)
        self.adapt(self.plane.clock())

    def adapt(self, now: float) -> None:
        """Choose the layers that everybody receives, and end what is overdue; call a few times a second."""
        speaker = self._last_levels.speaker if self._last_levels is not None else None
        adapt(self._participants, speaker, now)
        for participant in self._participants.values():
            if participant.camera.is_overdue(now):
                settle(self._participants, participant)

    def process_cameras(self) -> None:
        """Ask anew whose cameras are processed; what was shown goes on until the first picture comes."""
        for participant in self._participants.values():
            self._process_camera(participant)
        route(self._participants)
        self.adapt(self.plane.clock())

    def watch(self, session_id: str) -> RoomWatch:
        """Follow the room as this participant sees it, from its present state on.

        Raises:
            SessionNotFound: there is no such session.
        """
        participant = self._participant(session_id)
        watch = RoomWatch()
        participant.watches.append(watch)
        watch.put(state_for(self._participants, participant))
        watch.put(participant.layers_wanted())
        watch.put(participant.pictures_paused())
        return watch

    def unwatch(self, session_id: str, watch: RoomWatch) -> None:
        """Stop to follow; harmless after the session's end."""
        participant = self._participants.get(session_id)
        if participant is not None and watch in participant.watches:
            participant.watches.remove(watch)

    def statistics(self) -> RoomStatistics:
        """Return the traffic of all participants, of those in the lobby too."""
        return RoomStatistics(self.room_id, [p.statistics() for p in self._participants.values()])

    def close(self, reason: CloseReason) -> None:
        """End all sessions; nobody can join any more."""
        self._open = False
        self._processors.room_closed(self.room_id)
        for participant in list(self._participants.values()):
            self._remove(participant, reason)

    def publish_levels(self, levels: Mapping[SourceId, int], now: float) -> None:
        """Tell everyone how loud the open microphones are, unless nothing changed; `levels` in -dBov."""
        loud: dict[str, float] = {}
        inside = [participant for participant in self._participants.values() if not participant.in_lobby]
        for participant in inside:
            for source in participant.sources.get(TrackKind.MICROPHONE, ()):
                if participant.media.microphone:
                    loud[participant.session_id] = round(loudness(levels.get(source, 127)), 2)
        message = Levels(loud, self._speaker.update(loud, now))
        if message != self._last_levels:
            self._last_levels = message
            for participant in inside:
                participant.notify(message)

    def check(self, now: float) -> None:
        """Part with those who fell silent and rate the connections; call about once a second."""
        changed = False
        for participant in list(self._participants.values()):
            if participant.connection.silent_for(now) > self.plane.consent_timeout_s:
                self._remove(participant, CloseReason.TIMEOUT)
            elif participant.lobby_since is not None and now - participant.lobby_since > LOBBY_LIMIT_S:
                self._remove(participant, CloseReason.LOBBY_OVER)
            else:
                changed |= participant.update_quality()
        if changed:
            self._publish()

    def _participant(self, session_id: str) -> Participant:
        try:
            return self._participants[session_id]
        except KeyError:
            raise SessionNotFound(session_id) from None

    def _replace(
        self, identity: Identity, *, lobby_only: bool = False, except_for: Participant | None = None
    ) -> None:
        for earlier in list(self._participants.values()):
            same = earlier.identity.id == identity.id and earlier is not except_for
            if same and (earlier.in_lobby or not lobby_only):
                self._remove(earlier, CloseReason.REPLACED)

    def _check_place(self, identity: Identity, *, lobby: bool) -> None:
        beside = [p for p in self._participants.values() if p.in_lobby == lobby]
        others = [p for p in beside if p.identity.id != identity.id]
        limit = LIMITS[identity.role]
        if sum(p.identity.role is identity.role for p in others) >= limit:
            raise RoomFull(identity.role, limit)

    def _check_media(self, identity: Identity, media: MediaState) -> None:
        if media.camera and self.audio_only:
            raise AudioOnly
        sharing = sharer(self._participants)
        if media.screen and sharing is not None and sharing.identity.id != identity.id:
            raise ScreenTaken(sharing.identity)

    def _admit(self, identity: Identity, negotiated: Negotiated, *, lobby: bool) -> Participant:
        session_id = new_session_id()
        connection = Connection(
            self.plane,
            session_id,
            negotiated,
            on_connected=lambda: self._connected(session_id),
            on_ended=lambda reason: self._ended(session_id, reason),
        )
        participant = Participant(
            session_id,
            identity,
            connection,
            negotiated,
            self.plane.path,
            self.plane.meter,
            self.plane.clock(),
            lobby=lobby,
        )
        self._process_camera(participant)
        participant.camera.settle()  # Nothing was shown before.
        self._participants[session_id] = participant
        if not lobby:
            self._seat(participant)
        return participant

    def _process_camera(self, participant: Participant) -> None:
        """Let the others see the camera through a processor, or as it is, whichever is to be."""
        if TrackKind.CAMERA not in participant.sources:
            return
        open_stream = self._processors.processor_of(self.room_id, participant.identity)
        camera = participant.camera
        if camera.is_processed == (open_stream is not None):
            return
        settle(self._participants, participant)
        plane = self.plane
        processed = None
        if open_stream is not None:
            ssrcs = (new_ssrc(), new_ssrc())
            processed = ProcessedCamera(plane.path, plane.meter, open_stream, plane.local_address, ssrcs)
        camera.show(processed, plane.clock())

    def _seat(self, participant: Participant) -> None:
        """Give a participant and all others inside a place with each other."""
        for other in self._participants.values():
            if other is not participant and not other.in_lobby:
                other.give_place(participant.session_id)
                participant.give_place(other.session_id)

    def _connected(self, session_id: str) -> None:
        participant = self._participants[session_id]
        participant.connected = True
        self._log.info("participant_connected", session_id=session_id)
        self._publish()
        if not participant.in_lobby:
            self._listener.participant_connected(self.room_id, participant.identity, session_id)

    def _ended(self, session_id: str, reason: CloseReason) -> None:
        participant = self._participants.get(session_id)
        if participant is not None:
            self._remove(participant, reason)

    def _remove(self, participant: Participant, reason: CloseReason) -> None:
        del self._participants[participant.session_id]
        if not participant.in_lobby:
            self._holds.remember(participant.identity.id, participant.media)
        for other in self._participants.values():
            other.free_place(participant.session_id)
        route(self._participants)
        participant.close()
        participant.notify(Closed(reason))
        self._publish()
        self._log.info("participant_left", session_id=participant.session_id, reason=reason)
        self._listener.participant_left(
            self.room_id,
            participant.identity,
            participant.session_id,
            reason,
            entered=not participant.in_lobby,
        )

    def _switch(self, participant: Participant, media: MediaState, lifted: Collection[SlotKind] = ()) -> None:
        participant.switch(media, lifted)
        route(self._participants)
        self._publish()

    def _publish(self) -> None:
        for participant in self._participants.values():
            if participant.watches:
                participant.notify(state_for(self._participants, participant))
