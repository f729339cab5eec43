"""The bridge between the desk's calls and the rooms in which they are held.

The desk decides who may come in and when a call is over; the media side knows who is really inside. A call's
room has the call's id. What the rooms tell comes synchronously, while the desk writes to its database, so the
bridge keeps who *is* inside and who the desk *was told* is inside, and a worker levels the difference. That
needs no queue of events, survives a database that fails for a while, and makes a second join of the same
person one continuous stay.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import time, time_ns

import structlog

from chatcore.actors import Actor, OperatorActor
from chatcore.calls import Calls, CallTicket
from chatcore.errors import DeskError
from chatcore.model import CallEndReason, Person, PersonKind
from media.sfu.errors import RoomNotFound, SessionNotFound
from media.sfu.messages import CloseReason, Identity, Role
from media.sfu.room import Room
from media.sfu.sfu import Sfu
from signalling.protocol.chat import JoinGrant
from signalling.rooms.backgrounds import CallBackgrounds
from signalling.rooms.join_tokens import JoinClaims, JoinTokens
from signalling.rooms.sessions import RoomSessions
from signalling.rooms.turn import Turn

GRANT_LIFETIME_MS = 300_000

_RETRY_S = 1.0
_REMEMBERED_ENDS = 1_000

_log = structlog.get_logger(__name__)


def sessions_url(room_id: str) -> str:
    """Where offers to join a room are posted."""
    return f"/api/v1/rooms/{room_id}/sessions"


class CallBridge:
    """Grants leave to join calls, and tells the desk who is inside (a `RoomListener`)."""

    def __init__(
        self,
        calls: Calls,
        sfu: Sfu,
        sessions: RoomSessions,
        tokens: JoinTokens,
        turn: Turn,
        backgrounds: CallBackgrounds,
    ) -> None:
        self._calls = calls
        self._sfu = sfu
        self._sessions = sessions
        self._tokens = tokens
        self._turn = turn
        self._backgrounds = backgrounds
        self._running: dict[str, _Occupants] = {}
        self._prepared: dict[str, CallTicket] = {}  # By call, at most one for each person.
        self._given_up: deque[str] = deque()
        self._closing: deque[str] = deque()
        self._over: deque[str] = deque(maxlen=_REMEMBERED_ENDS)
        self._changed = asyncio.Event()
        calls.on_ended.append(self._ended)
        sessions.listeners.append(self)

    async def grant(self, actor: Actor, call_id: str) -> JoinGrant:
        """Leave for the actor to join the call's room. Raises DeskError as `Calls.admit` does."""
        ticket = await self._calls.admit(actor, call_id)
        set_up = await self._backgrounds.prepare_room(ticket)
        if call_id in self._over:  # It ended while the desk looked.
            raise DeskError("call_over", "The call is over.")
        self._start(ticket, set_up)
        return self._grant(ticket)

    async def prepare(self, actor: OperatorActor, conversation_id: str) -> JoinGrant:
        """Leave to wait in the lobby of a call that runs or is yet to start; an earlier one is given up.

        Raises DeskError as `Calls.prepare` does.
        """
        ticket = await self._calls.prepare(actor, conversation_id)
        set_up = await self._backgrounds.prepare_room(ticket)
        self._give_up_prepared(actor.person.id)
        if ticket.call_id not in self._running:
            self._open_room(ticket, set_up)
            self._prepared[ticket.call_id] = ticket
        return self._grant(ticket)

    def prepared(self, actor: OperatorActor, conversation_id: str) -> str | None:
        """The id of the call that the actor has prepared in this conversation."""
        place = (actor.person.id, conversation_id)
        tickets = self._prepared.values()
        return next((one.call_id for one in tickets if (one.person.id, one.conversation_id) == place), None)

    async def remove(self, call_id: str, person: Person) -> None:
        """Take a person out of the call's room, if he is inside."""
        session = self._sessions.of(call_id, person.id)
        if session is None:
            return
        try:
            await self._sfu.room(call_id).leave(session.session_id)
        except (RoomNotFound, SessionNotFound):
            return  # He was quicker.

    async def run(self) -> None:
        """Keep the desk informed until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._given_up:
                await self._close_unstarted(self._given_up.popleft())
            while self._closing:
                await self._close(self._closing.popleft())
            for call_id, occupants in list(self._running.items()):
                await self._tell(call_id, occupants)

    # From the media side -----------------------------------------------------------------------------

    def participant_connected(self, room_id: str, identity: Identity, session_id: str) -> None:  # noqa: ARG002
        """See `RoomListener`."""
        if room_id in self._running:
            self._running[room_id].inside[identity.id] = _person(identity)
            self._changed.set()

    def participant_left(
        self,
        room_id: str,
        identity: Identity,
        session_id: str,  # noqa: ARG002
        reason: CloseReason,
        *,
        entered: bool,
    ) -> None:
        """See `RoomListener`. Who is replaced by his own second join stays where he was."""
        if reason is CloseReason.REPLACED:
            return
        if entered and room_id in self._running:
            self._running[room_id].leave(_person(identity), reason)
            self._changed.set()
        if room_id in self._prepared:
            self._give_up_prepared(identity.id)

    # To the desk -------------------------------------------------------------------------------------

    def _start(self, ticket: CallTicket, set_up: Callable[[Room], None]) -> None:
        """Follow a call from its first grant on."""
        if ticket.call_id not in self._running:
            self._prepared.pop(ticket.call_id, None)
            self._open_room(ticket, set_up)
            self._running[ticket.call_id] = _Occupants()

    def _open_room(self, ticket: CallTicket, set_up: Callable[[Room], None]) -> None:
        """Open a call's room unless it is open, as it is when somebody has prepared the call."""
        try:
            self._sfu.room(ticket.call_id)
        except RoomNotFound:
            set_up(self._sfu.create_room(ticket.call_id, audio_only=ticket.audio_only))

    def _give_up_prepared(self, person_id: str) -> None:
        for call_id in [one.call_id for one in self._prepared.values() if one.person.id == person_id]:
            del self._prepared[call_id]
            self._given_up.append(call_id)
            self._changed.set()

    def _grant(self, ticket: CallTicket) -> JoinGrant:
        person = ticket.person
        expires_at_ms = time_ns() // 1_000_000 + GRANT_LIFETIME_MS
        identity = Identity(id=person.id, name=person.name, role=Role(person.kind.value))
        claims = JoinClaims(room_id=ticket.call_id, identity=identity, expires_at_ms=expires_at_ms)
        return JoinGrant(
            call_id=ticket.call_id,
            room_id=ticket.call_id,
            url=sessions_url(ticket.call_id),
            token=self._tokens.issue(claims),
            expires_at_ms=expires_at_ms,
            audio_only=ticket.audio_only,
            ice_servers=self._turn.servers_for(person.id, time()),
        )

    def _ended(self, call_id: str, reason: CallEndReason) -> None:
        _log.info("call_ended", call_id=call_id, reason=reason)
        self._over.append(call_id)
        self._closing.append(call_id)
        self._changed.set()

    async def _close(self, call_id: str) -> None:
        if self._running.pop(call_id, None) is not None:
            await self._sfu.close_room(call_id)

    async def _close_unstarted(self, call_id: str) -> None:
        """Close the room of a call that was prepared and given up, unless it has started in the meantime."""
        if call_id not in self._running:
            with suppress(RoomNotFound):
                await self._sfu.close_room(call_id)

    async def _tell(self, call_id: str, occupants: "_Occupants") -> None:
        try:
            for person in occupants.gone():
                await self._calls.left(call_id, person)
                del occupants.told[person.id]
            for person in occupants.come():
                await self._calls.joined(call_id, person)
                occupants.told[person.id] = person
            for person in list(occupants.unreached.values()):
                await self._calls.unreached(call_id, person)
                del occupants.unreached[person.id]
        except Exception:  # noqa: BLE001 - one call's trouble is not the others'; it is tried again
            _log.exception("call_not_told", call_id=call_id)
            asyncio.get_running_loop().call_later(_RETRY_S, self._changed.set)


def _person(identity: Identity) -> Person:
    return Person(PersonKind(identity.role.value), identity.id, identity.name)


@dataclass(slots=True)
class _Occupants:
    """By person id: who is inside a call's room, and who the desk was told is.

    `unreached` are those who found no way in, and of whom the desk does not know yet.
    """

    inside: dict[str, Person] = field(default_factory=dict)
    told: dict[str, Person] = field(default_factory=dict)
    unreached: dict[str, Person] = field(default_factory=dict)

    def leave(self, person: Person, reason: CloseReason) -> None:
        was_inside = self.inside.pop(person.id, None) is not None
        if reason is CloseReason.UNREACHABLE and not was_inside:
            self.unreached[person.id] = person

    def gone(self) -> list[Person]:
        return [person for person in self.told.values() if person.id not in self.inside]

    def come(self) -> list[Person]:
        return [person for person in self.inside.values() if person.id not in self.told]
