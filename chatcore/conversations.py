"""What people do in conversations. Every method returns after the commit, or raises `DeskError`."""

import msgspec

from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.model import Event


class Receipt(msgspec.Struct, frozen=True):
    """A command was carried out. What is set depends on the command; `event_id` is None when a repeat changed
    nothing."""

    conversation_id: str
    event_id: str | None = None
    message_id: str | None = None
    invitation_id: str | None = None
    call_id: str | None = None


class Conversations:
    """The use cases of the chat.

    All raise `not_found` for conversations that the actor may not see, `forbidden` for what is not his to do.
    """

    async def send_message(
        self, actor: Actor, conversation_id: str | None, client_id: str, text: str
    ) -> Receipt:
        """Write a message; with no `conversation_id`, a visitor opens a new conversation with it.

        A repeat (same person, same `client_id`) returns the first one's receipt. A visitor's message to a closed
        conversation opens it again. Raises `invalid_text`, `closed` (operators), `bad_request` (client id).
        """
        raise NotImplementedError

    async def open(self, actor: VisitorActor, client_id: str) -> Receipt:
        """Open a conversation, with the group's welcome message in the visitor's language. A repeat is harmless."""
        raise NotImplementedError

    async def mark_seen(
        self, actor: Actor, conversation_id: str, delivered_up_to: str | None, read_up_to: str | None
    ) -> Receipt:
        """Report how far messages arrived and were read. Marks only move forward. Raises `bad_request`."""
        raise NotImplementedError

    async def history(
        self, actor: Actor, conversation_id: str, before_event_id: str, limit: int
    ) -> tuple[list[Event], bool]:
        """Return at most `limit` (1 to 100) listed events before the named one, oldest first, and whether there
        are earlier ones. Raises `bad_request`."""
        raise NotImplementedError

    async def identify(self, actor: VisitorActor, name: str | None, email: str | None) -> Receipt:
        """Learn the visitor's name or mail; None leaves what is known. Raises `invalid_text`.

        The receipt's `conversation_id` is empty: it concerns all of the visitor's conversations.
        """
        raise NotImplementedError

    async def take(self, actor: OperatorActor, conversation_id: str) -> Receipt:
        """Take charge of a waiting conversation of one's group. Raises `taken`, `closed`."""
        raise NotImplementedError

    async def close(self, actor: Actor, conversation_id: str) -> Receipt:
        """End the conversation, and its call: the visitor, or the operator in charge."""
        raise NotImplementedError

    async def leave(self, actor: OperatorActor, conversation_id: str) -> Receipt:
        """Leave as a colleague. `call_id` is set when a call runs: the media side must take the person out of it."""
        raise NotImplementedError

    async def invite_colleague(self, actor: OperatorActor, conversation_id: str, operator_id: str) -> Receipt:
        """Ask a colleague in. Raises `conversation_full`, `invitation_pending`, `closed`, `bad_request`."""
        raise NotImplementedError

    async def request_call(self, actor: VisitorActor, conversation_id: str) -> Receipt:
        """Ask for a call. Raises `call_running`, `closed`."""
        raise NotImplementedError
