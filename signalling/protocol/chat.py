"""Frames of the chat socket (`/api/v1/visitor/socket` and `/api/v1/operator/socket`).

JSON text frames, tagged by `type`. The first frame is `Hello`; the server answers `Ready`, then sends
events as they are committed. Each command carries the client's request id `rid`; the server answers it with
exactly one `Done` or `Refused` of the same `rid`, after the commit. Repeating a command after a lost answer
is safe: `SendMessage` is recognised by its `client_id`, the others are idempotent by their meaning.
"""

import msgspec

from chatcore.model import (
    ColleagueChanged,
    ColleagueView,
    ConversationView,
    DeskChanged,
    Event,
    GroupView,
    OperatorRole,
    Person,
    Presence,
    PresenceChanged,
    TypingSeen,
)
from signalling.protocol.ice import IceServer

PROTOCOL_VERSION = 1

# From the client -------------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """First frame. Visitors send their `token`; operators are known by their session cookie.

    `cursor` is the last one received, None at the first start: the answer is then a whole snapshot.
    """

    version: int
    token: str | None = None
    cursor: str | None = None


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Is the connection alive? Answered by `Done`; a browser sees nothing of WebSocket's own pings."""

    rid: int


class SendMessage(msgspec.Struct, frozen=True, tag="send_message"):
    """Write a message (1 to 4,000 characters). `client_id` (8 to 64 characters) makes a repeat harmless.

    Visitors may leave `conversation_id` out: the message then opens a new conversation.
    """

    rid: int
    client_id: str
    text: str
    conversation_id: str | None = None


class OpenConversation(msgspec.Struct, frozen=True, tag="open_conversation"):
    """Visitor: open a conversation without a message yet. `client_id` makes a repeat harmless."""

    rid: int
    client_id: str


class MarkSeen(msgspec.Struct, frozen=True, tag="mark_seen"):
    """All messages up to the named ones arrived here, or were read here."""

    rid: int
    conversation_id: str
    delivered_up_to: str | None = None
    read_up_to: str | None = None


class FetchHistory(msgspec.Struct, frozen=True, tag="fetch_history"):
    """Events before `before_event_id`, at most `limit` (1 to 100) of them: answered by `History`."""

    rid: int
    conversation_id: str
    before_event_id: str
    limit: int = 50


class Typing(msgspec.Struct, frozen=True, tag="typing"):
    """The sender is writing. Ephemeral and unanswered; repeat every 3 s, receivers drop it after 5 s."""

    conversation_id: str


class ReportPresence(msgspec.Struct, frozen=True, tag="report_presence"):
    """Visitor: what he looks at. Ephemeral and unanswered."""

    presence: Presence
    page_title: str | None = None
    page_url: str | None = None


class Identify(msgspec.Struct, frozen=True, tag="identify"):
    """Visitor: his name and mail, as the form or the host page gave them."""

    rid: int
    name: str | None = None
    email: str | None = None


class RequestCall(msgspec.Struct, frozen=True, tag="request_call"):
    """Visitor: ask for a call in this conversation."""

    rid: int
    conversation_id: str


class TakeConversation(msgspec.Struct, frozen=True, tag="take_conversation"):
    """Operator: take charge of a waiting conversation; refused with `taken` when another was first."""

    rid: int
    conversation_id: str


class CloseConversation(msgspec.Struct, frozen=True, tag="close_conversation"):
    """Operator in charge, or the visitor: the conversation is over."""

    rid: int
    conversation_id: str


class LeaveConversation(msgspec.Struct, frozen=True, tag="leave_conversation"):
    """Colleague: leave the conversation (and its call)."""

    rid: int
    conversation_id: str


class InviteColleague(msgspec.Struct, frozen=True, tag="invite_colleague"):
    """Operator: ask a colleague into the conversation, and into its call when one is running."""

    rid: int
    conversation_id: str
    operator_id: str


class PrepareCall(msgspec.Struct, frozen=True, tag="prepare_call"):
    """Operator: get ready for a call, the one that runs or a new one, before anybody knows of it.

    Answered by `Done` with a `grant` to wait in the lobby of its room.
    """

    rid: int
    conversation_id: str


class StartCall(msgspec.Struct, frozen=True, tag="start_call"):
    """Operator: open a call and invite the visitor. Answered by `Done` with a `grant` to join.

    With a call running already, joins that one; else the call is the one that he prepared last here.
    """

    rid: int
    conversation_id: str


class InviteVisitor(msgspec.Struct, frozen=True, tag="invite_visitor"):
    """Operator inside the call: invite the visitor again after he declined or left."""

    rid: int
    call_id: str


class AcceptInvitation(msgspec.Struct, frozen=True, tag="accept_invitation"):
    """Visitor or colleague: come in. Answered by `Done`, with a `grant` when the invitation is to a call."""

    rid: int
    invitation_id: str


class DeclineInvitation(msgspec.Struct, frozen=True, tag="decline_invitation"):
    """Visitor or colleague: no."""

    rid: int
    invitation_id: str


class WithdrawInvitation(msgspec.Struct, frozen=True, tag="withdraw_invitation"):
    """Operator of the conversation: take an invitation back."""

    rid: int
    invitation_id: str


class JoinCall(msgspec.Struct, frozen=True, tag="join_call"):
    """Join again (after a reload, or having left): who was admitted before may, while the call runs."""

    rid: int
    call_id: str


class EndCall(msgspec.Struct, frozen=True, tag="end_call"):
    """The operator in charge, or who started it: end the call for all. Others leave its room instead."""

    rid: int
    call_id: str


VisitorCommand = (
    Ping
    | SendMessage
    | OpenConversation
    | MarkSeen
    | FetchHistory
    | Typing
    | ReportPresence
    | Identify
    | RequestCall
    | CloseConversation
    | AcceptInvitation
    | DeclineInvitation
    | JoinCall
)
OperatorCommand = (
    Ping
    | SendMessage
    | MarkSeen
    | FetchHistory
    | Typing
    | TakeConversation
    | CloseConversation
    | LeaveConversation
    | InviteColleague
    | PrepareCall
    | StartCall
    | InviteVisitor
    | AcceptInvitation
    | DeclineInvitation
    | WithdrawInvitation
    | JoinCall
    | EndCall
)

# From the server -------------------------------------------------------------------------------------


class VisitorSnapshot(msgspec.Struct, frozen=True, tag="visitor"):
    """All that a visitor sees."""

    me: Person
    conversations: list[ConversationView]


class OperatorSnapshot(msgspec.Struct, frozen=True, tag="operator"):
    """All that an operator sees."""

    me: Person
    role: OperatorRole
    groups: list[GroupView]
    colleagues: list[ColleagueView]
    conversations: list[ConversationView]


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Answer to `Hello`. `snapshot` replaces all that the client knows; it is None when the client's cursor
    was good, and the events since then follow."""

    cursor: str
    snapshot: VisitorSnapshot | OperatorSnapshot | None
    server_time_ms: int


class EventHappened(msgspec.Struct, frozen=True, tag="event"):
    """A durable event, in order. Keep `cursor`; apply an `event_id` seen before only once."""

    cursor: str
    event: Event


class ConversationShown(msgspec.Struct, frozen=True, tag="conversation_shown"):
    """A conversation that this subscriber may see from now on; replaces what the client knew of it.

    Later events of it, some perhaps contained already, follow as `event`.
    """

    cursor: str
    conversation: ConversationView


class ConversationHidden(msgspec.Struct, frozen=True, tag="conversation_hidden"):
    """A conversation that this subscriber no longer sees (another operator took it). Forget it."""

    cursor: str
    conversation_id: str


class JoinGrant(msgspec.Struct, frozen=True):
    """Leave to join a call's room: POST an SDP offer to `url` with `token` as bearer."""

    call_id: str
    room_id: str
    url: str
    token: str
    expires_at_ms: int
    audio_only: bool
    ice_servers: list[IceServer]


class Done(msgspec.Struct, frozen=True, tag="done"):
    """A command was carried out and is durable. What is set depends on the command."""

    rid: int
    conversation_id: str | None = None
    event_id: str | None = None
    message_id: str | None = None
    invitation_id: str | None = None
    grant: JoinGrant | None = None


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A command was not carried out. `code` is for programs, `message` for people; see docs/protocol.md.

    `rid` is None when the frame could not be read as a command; the socket is then closed.
    """

    rid: int | None
    code: str
    message: str


class History(msgspec.Struct, frozen=True, tag="history"):
    """Answer to `FetchHistory`, oldest first."""

    rid: int
    conversation_id: str
    events: list[Event]
    earlier: bool


ServerFrame = (
    Ready
    | EventHappened
    | ConversationShown
    | ConversationHidden
    | TypingSeen
    | PresenceChanged
    | ColleagueChanged
    | DeskChanged
    | Done
    | Refused
    | History
)
