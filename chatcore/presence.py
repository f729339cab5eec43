"""Who is here and who is typing. Nothing of it is stored; what a slow subscriber misses is dropped."""

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

import msgspec

from chatcore.access import Audience, audience_of, may_see
from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.attendance import Attendance
from chatcore.conversation_rules import may_type
from chatcore.decisions import Clock, load_seen
from chatcore.errors import DeskError
from chatcore.fold import replace
from chatcore.model import (
    ColleagueChanged,
    ColleagueView,
    DeskChanged,
    Ephemeral,
    PersonKind,
    Presence,
    PresenceChanged,
    TypingSeen,
)
from chatcore.storage import reader
from chatcore.storage.readers import Readers
from chatcore.views import VisitorPresence

ITEMS_KEPT = 256


class Notification(msgspec.Struct, frozen=True):
    """An item and who is to get it: data alone, so that it can travel between processes.

    It goes to the account's people of the kind `to`; with `audiences`, to those who see one of the
    conversations; with `group_id`, to the visitors of the group; never to the person `but_not`.
    """

    item: Ephemeral
    account_id: str
    to: frozenset[PersonKind]
    audiences: tuple[Audience, ...] | None = None
    group_id: str | None = None
    but_not: str | None = None

    def concerns(self, actor: Actor) -> bool:
        """Say whether this subscriber gets the item."""
        return (
            actor.account_id == self.account_id
            and actor.person.kind in self.to
            and actor.person.id != self.but_not
            and (self.audiences is None or any(may_see(actor, one) for one in self.audiences))
            and (
                self.group_id is None or (isinstance(actor, VisitorActor) and actor.group_id == self.group_id)
            )
        )


class Subscription:
    """The items for one subscriber: `with board.subscribe(actor) as items: async for item in items`."""

    def __init__(self, actor: Actor, subscriptions: "set[Subscription]") -> None:
        self.actor = actor
        self._subscriptions = subscriptions
        self._items: deque[Ephemeral] = deque(maxlen=ITEMS_KEPT)
        self._filled = asyncio.Event()

    def put(self, item: Ephemeral) -> None:
        """Add an item; when 256 wait, the oldest goes."""
        self._items.append(item)
        self._filled.set()

    def __enter__(self) -> Self:
        self._subscriptions.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._subscriptions.discard(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Ephemeral:
        while not self._items:
            self._filled.clear()
            await self._filled.wait()
        return self._items.popleft()


class PresenceBoard:
    """Who is here, as connections and visitors' reports tell."""

    def __init__(self, reading: Readers, clock: Clock) -> None:
        self._reading = reading
        self._clock = clock
        self._subscriptions: set[Subscription] = set()
        self._attendance = Attendance()
        self._operators: dict[str, OperatorActor] = {}
        self._visitors: dict[str, VisitorPresence] = {}

    async def operator_came(self, actor: OperatorActor) -> None:
        """An operator's connection opened."""
        self._attendance.came(actor)
        if self.operator_online(actor.person.id):
            return
        before = self._online_groups()
        self._operators[actor.person.id] = actor
        self._report_operator(actor, before)

    async def operator_went(self, actor: OperatorActor) -> None:
        """An operator's connection closed. Without another he is offline after 10 seconds."""
        self._attendance.went(actor, self._clock())

    async def visitor_came(self, actor: VisitorActor, user_agent: str | None) -> None:
        """A visitor's connection opened."""
        if self._attendance.came(actor):
            where = replace(self.visitor_presence(actor.person.id), presence=Presence.HERE)
            await self._set_visitor(actor, replace(where, user_agent=user_agent))

    async def visitor_went(self, actor: VisitorActor) -> None:
        """A visitor's connection closed. Without another he is leaving, and gone after 15 seconds."""
        if self._attendance.went(actor, self._clock()):
            where = self.visitor_presence(actor.person.id)
            await self._set_visitor(actor, replace(where, presence=Presence.LEAVING))

    async def expire(self, now_ms: int) -> None:
        """Let those go who did not come back in time. To be called about once a second."""
        while (actor := self._attendance.next_gone(now_ms)) is not None:
            if isinstance(actor, VisitorActor):
                await self._set_visitor(actor, VisitorPresence(Presence.GONE))
            else:
                before = self._online_groups()
                del self._operators[actor.person.id]
                self._report_operator(actor, before)

    async def visitor_reports(
        self, actor: VisitorActor, presence: Presence, page_title: str | None, page_url: str | None
    ) -> None:
        """A visitor says what he looks at."""
        user_agent = self.visitor_presence(actor.person.id).user_agent
        await self._set_visitor(actor, VisitorPresence(presence, page_title, page_url, user_agent))

    async def typing(self, actor: Actor, conversation_id: str) -> None:
        """Tell the others in the conversation. Raises `not_found`, `forbidden`."""
        conversation = await self._reading.run(
            lambda connection: load_seen(connection, actor, conversation_id)
        )
        if not may_type(conversation, actor):
            raise DeskError("forbidden", "only who is in the conversation can write in it")
        person = conversation.visitor if isinstance(actor, VisitorActor) else actor.person
        self._publish(
            Notification(
                TypingSeen(conversation_id, person),
                actor.account_id,
                frozenset(PersonKind),
                audiences=(audience_of(conversation),),
                but_not=actor.person.id,
            )
        )

    def online(self, group_id: str) -> bool:
        """Say whether any operator of the group is here."""
        return group_id in self._online_groups()

    def operator_online(self, operator_id: str) -> bool:
        """Say whether the operator is here."""
        return operator_id in self._operators

    def visitor_presence(self, visitor_id: str) -> VisitorPresence:
        """Return where the visitor is."""
        return self._visitors.get(visitor_id, VisitorPresence(Presence.GONE))

    def subscribe(self, actor: Actor) -> Subscription:
        """Return the items for this subscriber from now on; at most 256 are kept, then the oldest go."""
        return Subscription(actor, self._subscriptions)

    def _online_groups(self) -> set[str]:
        return {group_id for actor in self._operators.values() for group_id in actor.group_ids}

    def _report_operator(self, actor: OperatorActor, before: set[str]) -> None:
        """Tell colleagues of the operator, and visitors of the groups that went on or off with him."""
        online = self.operator_online(actor.person.id)
        view = ColleagueView(actor.person, list(actor.group_ids), online)
        to_operators = frozenset({PersonKind.OPERATOR})
        self._publish(
            Notification(ColleagueChanged(view), actor.account_id, to_operators, but_not=actor.person.id)
        )
        for group_id in before ^ self._online_groups():
            to_visitors = frozenset({PersonKind.VISITOR})
            changed = DeskChanged(online)
            self._publish(Notification(changed, actor.account_id, to_visitors, group_id=group_id))

    async def _set_visitor(self, actor: VisitorActor, where: VisitorPresence) -> None:
        if self.visitor_presence(actor.person.id) == where:
            return
        if where.presence is Presence.GONE:
            self._visitors.pop(actor.person.id, None)
        else:
            self._visitors[actor.person.id] = where
        conversations = await self._reading.run(
            lambda connection: reader.conversations_seen_by(connection, actor)
        )
        if self.visitor_presence(actor.person.id) != where:
            return  # It changed meanwhile, and who changed it tells.
        self._publish(
            Notification(
                PresenceChanged(actor.person.id, where.presence, where.page_title, where.page_url),
                actor.account_id,
                frozenset({PersonKind.OPERATOR}),
                audiences=tuple(audience_of(one) for one in conversations),
            )
        )

    def _publish(self, notification: Notification) -> None:
        for subscription in self._subscriptions:
            if notification.concerns(subscription.actor):
                subscription.put(notification.item)
