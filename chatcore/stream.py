"""The stream of what happens, as one subscriber may see it: a snapshot, and everything after it.

A position counts the account's events in the order of their commits. It would tell a subscriber how much happens
that he may not see, so the rim hands it out encrypted.
"""

from collections.abc import AsyncIterator

import msgspec

from chatcore.actors import Actor
from chatcore.model import ColleagueView, ConversationView, Event, GroupView


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
    """An event of a conversation that the subscriber sees."""

    position: int
    event: Event


class Hidden(msgspec.Struct, frozen=True):
    """The subscriber no longer sees the conversation."""

    position: int
    conversation_id: str


StreamItem = Shown | Happened | Hidden


class Streams:
    """Snapshots and followers."""

    async def snapshot(self, actor: Actor) -> Snapshot:
        """Return all that the actor sees, and the position to follow from."""
        raise NotImplementedError

    async def follow(self, actor: Actor, position: int) -> AsyncIterator[StreamItem]:
        """Return an endless iterator of what happens after `position`. Raises `TooFarBehind` at once.

        Close the iterator (`aclose`) when done.
        """
        raise NotImplementedError
