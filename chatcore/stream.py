"""The stream of what happens, as one subscriber may see it: a snapshot, and everything after it.

A position counts the account's events in the order of their commits. It would tell a subscriber how much
happens that he may not see, so the rim hands it out encrypted.
"""

from collections.abc import AsyncGenerator

import msgspec
import sqlalchemy as sa

from chatcore.access import Notice, audience_of, may_see, notice
from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.fold import Conversation
from chatcore.model import ColleagueView, ConversationView, Event, GroupView
from chatcore.people import Group, Operator
from chatcore.presence import PresenceBoard
from chatcore.storage import people, reader, store
from chatcore.storage.readers import Readers
from chatcore.storage.schema import operators
from chatcore.storage.writer import LogEntry
from chatcore.tails import Tail, Tails
from chatcore.views import Surroundings, project

RESUME_LIMIT = 1_000
ENTRIES_AT_ONCE = 200


class TooFarBehind(Exception):
    """The position is unknown, or more events lie behind it than a resume may replay: take a snapshot."""


class Snapshot(msgspec.Struct, frozen=True):
    """All that the subscriber sees at `position`. Visitors have no groups and colleagues."""

    position: int
    conversations: list[ConversationView]
    groups: list[GroupView]
    colleagues: list[ColleagueView]


class Shown(msgspec.Struct, frozen=True):
    """The subscriber may see the conversation from now on."""

    position: int
    conversation: ConversationView


class Happened(msgspec.Struct, frozen=True):
    """An event of a conversation that the subscriber sees. After a resume it may come once more."""

    position: int
    event: Event


class Hidden(msgspec.Struct, frozen=True):
    """The subscriber no longer sees the conversation."""

    position: int
    conversation_id: str


StreamItem = Shown | Happened | Hidden


class Streams:
    """Snapshots and followers."""

    def __init__(self, reading: Readers, tails: Tails, presence: PresenceBoard) -> None:
        self._reading = reading
        self._tails = tails
        self._presence = presence

    async def snapshot(self, actor: Actor) -> Snapshot:
        """Return all that the actor sees, and the position to follow from."""

        def read(connection: sa.Connection) -> tuple[_Material, list[Group], list[Operator]]:
            seen = reader.conversations_seen_by(connection, actor)
            material = _read_material(connection, actor, seen)
            if isinstance(actor, VisitorActor):
                return material, [], []
            others = operators.c.operator_id != actor.person.id
            mine = operators.c.account_id == actor.account_id
            groups = people.groups_of(connection, actor.account_id)
            return material, groups, people.find_operators(connection, mine, others)

        material, groups, colleagues = await self._reading.run(read)
        my_groups = actor.group_ids if isinstance(actor, OperatorActor) else ()
        return Snapshot(
            material.position,
            self._views(actor, material),
            [
                GroupView(one.group_id, one.name, one.audio_only)
                for one in groups
                if one.group_id in my_groups
            ],
            [self._colleague(one) for one in colleagues],
        )

    async def follow(self, actor: Actor, position: int) -> AsyncGenerator[StreamItem]:
        """Return an endless iterator of what happens after `position`. Raises `TooFarBehind` at once.

        Close the iterator (`aclose`) when done.
        """
        last = await self._reading.run(lambda connection: reader.last_position(connection, actor.account_id))
        if not last - RESUME_LIMIT <= position <= last:
            raise TooFarBehind
        return self._pump(actor, position)

    async def _pump(self, actor: Actor, position: int) -> AsyncGenerator[StreamItem]:
        # Until which position the views sent contain the events of their conversations.
        contained: dict[str, int] = {}
        with self._tails.following(actor.account_id) as tail:
            while True:
                changed = tail.changed
                entries = await self._read_after(tail, actor.account_id, position)
                for entry in entries:
                    position = entry.position
                    for item in await self._items(actor, entry, contained):
                        yield item
                if not entries:
                    contained = {one: upto for one, upto in contained.items() if upto > position}
                    await changed.wait()

    async def _read_after(self, tail: Tail, account_id: str, position: int) -> list[LogEntry]:
        entries = tail.after(position, ENTRIES_AT_ONCE)
        if entries is not None:
            return entries
        return await self._reading.run(
            lambda connection: reader.read_log(connection, account_id, position, ENTRIES_AT_ONCE)
        )

    async def _items(self, actor: Actor, entry: LogEntry, contained: dict[str, int]) -> list[StreamItem]:
        event, position = entry.event, entry.position
        conversation_id = event.conversation_id
        if position <= contained.get(conversation_id, 0):
            return []
        match notice(actor, event.body, entry.before, entry.after):
            case Notice.NOTHING:
                return []
            case Notice.EVENT:
                return [Happened(position, event)]
            case Notice.EVENT_THEN_HIDDEN:
                # Who is cut off between the two resumes before the first, else he would miss the second.
                return [Happened(position - 1, event), Hidden(position, conversation_id)]
            case Notice.SHOWN:
                view, contained[conversation_id] = await self._view_now(actor, conversation_id)
                if view is not None:
                    return [Shown(position, view)]
                saw = entry.before is not None and may_see(actor, entry.before)
                return [Hidden(position, conversation_id)] if saw else []

    async def _view_now(self, actor: Actor, conversation_id: str) -> tuple[ConversationView | None, int]:
        """Return the conversation as it is now, None when out of sight again, and the log's position."""

        def read(connection: sa.Connection) -> _Material:
            conversation = store.load(connection, actor.account_id, conversation_id)
            visible = conversation is not None and may_see(actor, audience_of(conversation))
            return _read_material(connection, actor, [conversation] if conversation and visible else [])

        material = await self._reading.run(read)
        return next(iter(self._views(actor, material)), None), material.position

    def _views(self, actor: Actor, material: "_Material") -> list[ConversationView]:
        return [
            project(
                actor,
                one,
                Surroundings(
                    material.group_names[one.group_id],
                    material.pages[one.conversation_id].events,
                    material.pages[one.conversation_id].earlier,
                    material.languages[one.visitor.id],
                    self._presence.visitor_presence(one.visitor.id),
                ),
            )
            for one in material.conversations
        ]

    def _colleague(self, operator: Operator) -> ColleagueView:
        online = self._presence.operator_online(operator.operator_id)
        return ColleagueView(operator.person, operator.group_ids, online)


class _Material(msgspec.Struct, frozen=True):
    """Conversations at a position of the log, and what views show beside them."""

    position: int
    conversations: list[Conversation]
    group_names: dict[str, str]
    pages: dict[str, reader.Page]
    languages: dict[str, str | None]


def _read_material(connection: sa.Connection, actor: Actor, conversations: list[Conversation]) -> _Material:
    ids = [one.conversation_id for one in conversations]
    return _Material(
        reader.last_position(connection, actor.account_id),
        conversations,
        {one.group_id: one.name for one in people.groups_of(connection, actor.account_id)},
        reader.latest_pages(connection, ids, internal=isinstance(actor, OperatorActor)),
        people.languages_of(connection, {one.visitor.id for one in conversations}),
    )
