"""Which sessions there are in the rooms, and whose they are."""

from dataclasses import dataclass

from media.sfu.messages import CloseReason, Identity
from media.sfu.room import RoomListener
from signalling.edge.errors import RefusedError
from signalling.rooms.join_tokens import JoinClaims


@dataclass(frozen=True, slots=True)
class RoomSession:
    """A session that somebody opened in a room."""

    session_id: str
    room_id: str
    identity: Identity


class RoomSessions:
    """Keeps the open sessions, and passes on what the rooms tell (a `RoomListener` in front of others)."""

    def __init__(self) -> None:
        self.listeners: list[RoomListener] = []
        self._sessions: dict[str, RoomSession] = {}

    def add(self, session: RoomSession) -> None:
        """A join was answered."""
        self._sessions[session.session_id] = session

    def require(self, session_id: str, claims: JoinClaims) -> RoomSession:
        """The open session that a token's bearer opened; refused with `not_found`, also when another did."""
        session = self._sessions.get(session_id)
        if session is None or (session.room_id, session.identity.id) != (claims.room_id, claims.identity.id):
            raise RefusedError("not_found", "There is no such session.")
        return session

    def of(self, room_id: str, identity_id: str) -> RoomSession | None:
        """The session of a person in a room."""
        return next(
            (s for s in self._sessions.values() if (s.room_id, s.identity.id) == (room_id, identity_id)), None
        )

    def any_in(self, room_id: str) -> bool:
        """Whether anybody has a session in the room."""
        return any(session.room_id == room_id for session in self._sessions.values())

    def participant_connected(self, room_id: str, identity: Identity, session_id: str) -> None:
        """See `RoomListener`."""
        for listener in self.listeners:
            listener.participant_connected(room_id, identity, session_id)

    def participant_left(
        self, room_id: str, identity: Identity, session_id: str, reason: CloseReason, *, entered: bool
    ) -> None:
        """See `RoomListener`."""
        self._sessions.pop(session_id, None)
        for listener in self.listeners:
            listener.participant_left(room_id, identity, session_id, reason, entered=entered)
