"""Calls: invitations, who may join, who is inside, and when a call is over."""

from collections.abc import Callable

import msgspec

from chatcore.actors import Actor, OperatorActor
from chatcore.conversations import Receipt
from chatcore.model import CallEndReason, Person


class CallTicket(msgspec.Struct, frozen=True):
    """Leave to join a running call."""

    call_id: str
    account_id: str
    conversation_id: str
    audio_only: bool


class Calls:
    """The use cases of calls and invitations. All raise `not_found` for what the actor may not see."""

    on_ended: list[Callable[[str, CallEndReason], None]]
    """Called with the call's id and the reason after the end is committed; must not block."""

    async def start(self, actor: OperatorActor, conversation_id: str) -> Receipt:
        """Start a call and invite the visitor; or return the call that runs. Raises `forbidden`, `closed`."""
        raise NotImplementedError

    async def invite_visitor(self, actor: OperatorActor, call_id: str) -> Receipt:
        """Invite the visitor again. Raises `call_over`, `visitor_present`, `forbidden`."""
        raise NotImplementedError

    async def accept(self, actor: Actor, invitation_id: str) -> Receipt:
        """Come in. `call_id` is set when there is a call to join. Raises `invitation_over`, `conversation_full`."""
        raise NotImplementedError

    async def decline(self, actor: Actor, invitation_id: str) -> Receipt:
        """Say no. Raises `invitation_over`."""
        raise NotImplementedError

    async def withdraw(self, actor: OperatorActor, invitation_id: str) -> Receipt:
        """Take an invitation back. Raises `invitation_over`, `forbidden`."""
        raise NotImplementedError

    async def end(self, actor: OperatorActor, call_id: str) -> Receipt:
        """End the call for all: the operator in charge, or who started it. Raises `forbidden`."""
        raise NotImplementedError

    async def admit(self, actor: Actor, call_id: str) -> CallTicket:
        """Check that the actor may join now. Raises `call_over`, `not_admitted`."""
        raise NotImplementedError

    async def joined(self, call_id: str, person: Person) -> None:
        """Record that the person's media connection is up. A repeat, or a call that is over, changes nothing."""
        raise NotImplementedError

    async def left(self, call_id: str, person: Person) -> None:
        """Record that the person is no longer inside. A repeat changes nothing."""
        raise NotImplementedError

    async def expire(self, now_ms: int) -> None:
        """Close invitations and calls whose time ran out. To be called about once a second."""
        raise NotImplementedError

    async def interrupt_all(self) -> None:
        """End the calls that a stopped server left behind. To be called once at start."""
        raise NotImplementedError
