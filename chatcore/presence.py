"""Who is here and who is typing. Nothing of it is stored; what a slow subscriber misses is dropped."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import msgspec

from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.model import Ephemeral, Presence


class VisitorPresence(msgspec.Struct, frozen=True):
    """Where a visitor is, as far as his own reports say."""

    presence: Presence
    page_title: str | None = None
    page_url: str | None = None
    user_agent: str | None = None


class Subscription:
    """The ephemeral items for one subscriber: `with board.subscribe(actor) as items: async for item in items`."""

    def __enter__(self) -> Self:
        raise NotImplementedError

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError

    def __aiter__(self) -> AsyncIterator[Ephemeral]:
        raise NotImplementedError


class PresenceBoard:
    """Counts the connections of each person, so that several tabs are one presence."""

    async def operator_came(self, actor: OperatorActor) -> None:
        """An operator's connection opened."""
        raise NotImplementedError

    async def operator_went(self, actor: OperatorActor) -> None:
        """An operator's connection closed."""
        raise NotImplementedError

    async def visitor_came(self, actor: VisitorActor, user_agent: str | None) -> None:
        """A visitor's connection opened."""
        raise NotImplementedError

    async def visitor_went(self, actor: VisitorActor) -> None:
        """A visitor's connection closed."""
        raise NotImplementedError

    async def visitor_reports(
        self, actor: VisitorActor, presence: Presence, page_title: str | None, page_url: str | None
    ) -> None:
        """A visitor says what he looks at."""
        raise NotImplementedError

    async def typing(self, actor: Actor, conversation_id: str) -> None:
        """Tell the others in the conversation. Raises `not_found`."""
        raise NotImplementedError

    def online(self, group_id: str) -> bool:
        """Say whether any operator of the group is connected."""
        raise NotImplementedError

    def operator_online(self, operator_id: str) -> bool:
        """Say whether the operator is connected."""
        raise NotImplementedError

    def visitor_presence(self, visitor_id: str) -> VisitorPresence:
        """Return where the visitor is."""
        raise NotImplementedError

    def subscribe(self, actor: Actor) -> Subscription:
        """Return the items for this subscriber from now on; at most 256 are kept, then the oldest go."""
        raise NotImplementedError
