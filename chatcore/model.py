"""The words of the desk: who takes part, what happens in a conversation, and what of it one may see.

Everything durable that happens in a conversation is an `Event`. A conversation's state is what its events
make of it: `ConversationView` is that state as one subscriber may see it, and applying further events to an
older view gives the newer one (`chatcore.fold` says how). Clients rely on that to resume after a lost
connection.

Some events change a conversation without being part of its history: `MessagesSeen` and `VisitorIdentified`
are never listed in `ConversationView.events`. Others are for operators alone: visitors get neither
`ColleagueInvited` nor the `InvitationClosed` of a colleague.

Times are milliseconds since the Unix epoch. Ids are opaque strings.
"""

from enum import StrEnum

import msgspec


class PersonKind(StrEnum):
    """What somebody is in a conversation; `SYSTEM` is the desk itself (the automatic welcome)."""

    VISITOR = "visitor"
    OPERATOR = "operator"
    SYSTEM = "system"


class OperatorRole(StrEnum):
    """What an operator may do beyond answering: administrators also set up groups and keys."""

    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class ConversationState(StrEnum):
    """`WAITING` has no operator yet, `OPEN` has one, `CLOSED` is over (a new message opens it again)."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"


class InvitationState(StrEnum):
    """An invitation is pending until exactly one of the other states ends it."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class CallEndReason(StrEnum):
    """Why a call is over."""

    ENDED = "ended"  # an operator ended it for all
    ABANDONED = "abandoned"  # no operator was inside for the grace period
    INTERRUPTED = "interrupted"  # the server stopped


class Presence(StrEnum):
    """Whether a visitor is on the site: here, leaving (hidden, idle or just disconnected), or gone."""

    HERE = "here"
    LEAVING = "leaving"
    GONE = "gone"


class Person(msgspec.Struct, frozen=True):
    """Somebody who takes part. `id` is unique within the account; the name may be `Anonimo-NNNNNN`."""

    kind: PersonKind
    id: str
    name: str


# What happened: the bodies of events -----------------------------------------------------------------


class ConversationCreated(msgspec.Struct, frozen=True, tag="conversation_created"):
    """A visitor opened a conversation with a group."""

    visitor: Person
    group_id: str


class MessageSent(msgspec.Struct, frozen=True, tag="message_sent"):
    """A message. `client_id` is the author's own id for it; it stands for one message however often sent."""

    message_id: str
    client_id: str
    author: Person
    text: str


class MessagesSeen(msgspec.Struct, frozen=True, tag="messages_seen"):
    """All messages up to and including the two named reached, or were read by, one side.

    `side` is whose devices report: a tick at the visitor means that any operator's device reported.
    """

    side: PersonKind
    delivered_up_to: str | None
    read_up_to: str | None


class VisitorIdentified(msgspec.Struct, frozen=True, tag="visitor_identified"):
    """The visitor's name or mail became known or changed."""

    visitor: Person
    email: str | None


class ConversationTaken(msgspec.Struct, frozen=True, tag="conversation_taken"):
    """An operator took charge; exactly one does."""

    operator: Person


class ConversationClosed(msgspec.Struct, frozen=True, tag="conversation_closed"):
    """The conversation is over."""

    by: Person


class ConversationReopened(msgspec.Struct, frozen=True, tag="conversation_reopened"):
    """The visitor wrote again after the end; the conversation waits for an operator."""

    by: Person


class ColleagueInvited(msgspec.Struct, frozen=True, tag="colleague_invited"):
    """An operator asked another into the conversation, and into its call when `call_id` is set."""

    invitation_id: str
    by: Person
    colleague: Person
    call_id: str | None
    expires_at_ms: int


class ColleagueJoined(msgspec.Struct, frozen=True, tag="colleague_joined"):
    """A colleague accepted and is in the conversation now."""

    operator: Person
    invitation_id: str


class ColleagueLeft(msgspec.Struct, frozen=True, tag="colleague_left"):
    """A colleague left the conversation."""

    operator: Person


class CallRequested(msgspec.Struct, frozen=True, tag="call_requested"):
    """The visitor asks for a call; an operator may start one."""

    by: Person


class CallStarted(msgspec.Struct, frozen=True, tag="call_started"):
    """An operator opened a call and waits inside; the visitor is invited."""

    call_id: str
    by: Person
    audio_only: bool


class CallInvited(msgspec.Struct, frozen=True, tag="call_invited"):
    """The visitor was invited into the call, until `expires_at_ms`."""

    call_id: str
    invitation_id: str
    by: Person
    expires_at_ms: int


class InvitationClosed(msgspec.Struct, frozen=True, tag="invitation_closed"):
    """An invitation to a call or conversation was accepted, declined, withdrawn, or ran out."""

    invitation_id: str
    invitee: Person
    state: InvitationState


class CallJoined(msgspec.Struct, frozen=True, tag="call_joined"):
    """Somebody's media connection to the call is up. A second join of the same person is not repeated."""

    call_id: str
    person: Person


class CallLeft(msgspec.Struct, frozen=True, tag="call_left"):
    """Somebody left the call or lost the connection for good."""

    call_id: str
    person: Person


class CallUnreached(msgspec.Struct, frozen=True, tag="call_unreached"):
    """Somebody came, but no network path to the call was found: he goes on in the chat alone."""

    call_id: str
    person: Person


class CallEnded(msgspec.Struct, frozen=True, tag="call_ended"):
    """The call is over for all. `by` is set when a person ended it; `duration_ms` counts from its start."""

    call_id: str
    reason: CallEndReason
    by: Person | None
    duration_ms: int


EventBody = (
    ConversationCreated
    | MessageSent
    | MessagesSeen
    | VisitorIdentified
    | ConversationTaken
    | ConversationClosed
    | ConversationReopened
    | ColleagueInvited
    | ColleagueJoined
    | ColleagueLeft
    | CallRequested
    | CallStarted
    | CallInvited
    | InvitationClosed
    | CallJoined
    | CallLeft
    | CallUnreached
    | CallEnded
)


class Event(msgspec.Struct, frozen=True):
    """One durable thing that happened. `event_id` is opaque; order is the order in which events arrive."""

    event_id: str
    conversation_id: str
    at_ms: int
    body: EventBody


# What one may see: views -----------------------------------------------------------------------------


class InvitationView(msgspec.Struct, frozen=True):
    """A pending invitation. `call_id` is None when a colleague is asked into the chat alone."""

    invitation_id: str
    by: Person
    invitee: Person
    call_id: str | None
    expires_at_ms: int


class CallView(msgspec.Struct, frozen=True):
    """The running call of a conversation and who is inside."""

    call_id: str
    by: Person
    started_at_ms: int
    audio_only: bool
    inside: list[Person]


class SeenView(msgspec.Struct, frozen=True):
    """How far each side got the messages (see `MessagesSeen`)."""

    visitor_delivered: str | None = None
    visitor_read: str | None = None
    operator_delivered: str | None = None
    operator_read: str | None = None


class VisitorView(msgspec.Struct, frozen=True):
    """The visitor as operators see him. `page_*` are what he looks at now, None when unknown."""

    person: Person
    email: str | None
    presence: Presence
    page_title: str | None
    page_url: str | None
    language: str | None
    user_agent: str | None


class ConversationView(msgspec.Struct, frozen=True):
    """A conversation as one subscriber may see it: its state and its latest listed events, oldest first.

    `earlier` says whether there are listed events before the first one. `visitor` is None for visitors.
    `unread` counts, among `events`, the messages of the other side after the last one that this subscriber's
    side has read; for visitors the other side is everybody else. `updated_at_ms` is the time of the last of
    `events`.
    """

    conversation_id: str
    group_id: str
    group_name: str
    state: ConversationState
    created_at_ms: int
    updated_at_ms: int
    operator: Person | None
    colleagues: list[Person]
    visitor: VisitorView | None
    seen: SeenView
    unread: int
    call: CallView | None
    invitations: list[InvitationView]
    events: list[Event]
    earlier: bool


class GroupView(msgspec.Struct, frozen=True):
    """A group as its operators see it."""

    group_id: str
    name: str
    audio_only: bool


class ColleagueView(msgspec.Struct, frozen=True):
    """Another operator of the account."""

    person: Person
    group_ids: list[str]
    online: bool


# What is not kept: presence and typing -----------------------------------------------------------------


class TypingSeen(msgspec.Struct, frozen=True, tag="typing_seen"):
    """Somebody else in the conversation is writing."""

    conversation_id: str
    person: Person


class PresenceChanged(msgspec.Struct, frozen=True, tag="presence_changed"):
    """To operators: where a visitor of one of their conversations is."""

    visitor_id: str
    presence: Presence
    page_title: str | None
    page_url: str | None


class ColleagueChanged(msgspec.Struct, frozen=True, tag="colleague_changed"):
    """To operators: a colleague came online or went offline."""

    colleague: ColleagueView


class DeskChanged(msgspec.Struct, frozen=True, tag="desk_changed"):
    """To visitors: whether any operator of the group is online."""

    online: bool


Ephemeral = TypingSeen | PresenceChanged | ColleagueChanged | DeskChanged
