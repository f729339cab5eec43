"""What each command of the chat socket does: two tables, one for visitors and one for operators.

A handler gets the caller and the command, and returns the answer, or None for commands that have none.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from chatcore.actors import OperatorActor, VisitorActor
from chatcore.conversations import Receipt
from chatcore.desk import Desk
from signalling.chat.limits import ChatLimits
from signalling.protocol import chat
from signalling.rooms.calls import CallBridge

Answer = chat.Done | chat.History

_MAX_PAGE_TITLE = 300
_MAX_PAGE_URL = 2_000


@dataclass(slots=True)
class Services:
    """What commands work on."""

    desk: Desk
    calls: CallBridge
    limits: ChatLimits


@dataclass(slots=True)
class Visitor:
    """A visitor at the other end of a socket. `address` is what limits count by."""

    actor: VisitorActor
    address: str
    services: Services


@dataclass(slots=True)
class Operator:
    """An operator at the other end of a socket. `address` is what limits count by."""

    actor: OperatorActor
    address: str
    services: Services


Caller = Visitor | Operator
Handler = Callable[[Any, Any], Awaitable[Answer | None]]


def _done(rid: int, receipt: Receipt) -> chat.Done:
    return chat.Done(
        rid=rid,
        conversation_id=receipt.conversation_id or None,
        event_id=receipt.event_id,
        message_id=receipt.message_id,
        invitation_id=receipt.invitation_id,
    )


async def _granted(caller: Caller, rid: int, receipt: Receipt) -> chat.Done:
    """The answer to who has just come in: with leave to join when there is a call."""
    if receipt.call_id is None:
        return _done(rid, receipt)
    grant = await caller.services.calls.grant(caller.actor, receipt.call_id)
    return chat.Done(
        rid=rid,
        conversation_id=receipt.conversation_id,
        event_id=receipt.event_id,
        invitation_id=receipt.invitation_id,
        grant=grant,
    )


# For both --------------------------------------------------------------------------------------------


async def _ping(_caller: Caller, command: chat.Ping) -> Answer:
    return chat.Done(rid=command.rid)


async def _send_message(caller: Caller, command: chat.SendMessage) -> Answer:
    services, actor = caller.services, caller.actor
    services.limits.message(actor.person.id, monotonic())
    if command.conversation_id is None:
        services.limits.conversation(actor.person.id, caller.address, monotonic())
    receipt = await services.desk.conversations.send_message(
        actor, command.conversation_id, command.client_id, command.text
    )
    return _done(command.rid, receipt)


async def _mark_seen(caller: Caller, command: chat.MarkSeen) -> Answer:
    receipt = await caller.services.desk.conversations.mark_seen(
        caller.actor, command.conversation_id, command.delivered_up_to, command.read_up_to
    )
    return _done(command.rid, receipt)


async def _fetch_history(caller: Caller, command: chat.FetchHistory) -> Answer:
    events, earlier = await caller.services.desk.conversations.history(
        caller.actor, command.conversation_id, command.before_event_id, command.limit
    )
    return chat.History(
        rid=command.rid, conversation_id=command.conversation_id, events=events, earlier=earlier
    )


async def _typing(caller: Caller, command: chat.Typing) -> None:
    await caller.services.desk.presence.typing(caller.actor, command.conversation_id)


async def _close_conversation(caller: Caller, command: chat.CloseConversation) -> Answer:
    receipt = await caller.services.desk.conversations.close(caller.actor, command.conversation_id)
    return _done(command.rid, receipt)


async def _accept(caller: Caller, command: chat.AcceptInvitation) -> Answer:
    receipt = await caller.services.desk.calls.accept(caller.actor, command.invitation_id)
    return await _granted(caller, command.rid, receipt)


async def _decline(caller: Caller, command: chat.DeclineInvitation) -> Answer:
    return _done(command.rid, await caller.services.desk.calls.decline(caller.actor, command.invitation_id))


async def _join_call(caller: Caller, command: chat.JoinCall) -> Answer:
    grant = await caller.services.calls.grant(caller.actor, command.call_id)
    return chat.Done(rid=command.rid, grant=grant)


# For visitors ----------------------------------------------------------------------------------------


async def _open(caller: Visitor, command: chat.OpenConversation) -> Answer:
    services = caller.services
    services.limits.conversation(caller.actor.person.id, caller.address, monotonic())
    receipt = await services.desk.conversations.open(caller.actor, command.client_id)
    return _done(command.rid, receipt)


async def _report_presence(caller: Visitor, command: chat.ReportPresence) -> None:
    await caller.services.desk.presence.visitor_reports(
        caller.actor,
        command.presence,
        command.page_title and command.page_title[:_MAX_PAGE_TITLE],
        command.page_url and command.page_url[:_MAX_PAGE_URL],
    )


async def _identify(caller: Visitor, command: chat.Identify) -> Answer:
    receipt = await caller.services.desk.conversations.identify(caller.actor, command.name, command.email)
    return _done(command.rid, receipt)


async def _request_call(caller: Visitor, command: chat.RequestCall) -> Answer:
    receipt = await caller.services.desk.conversations.request_call(caller.actor, command.conversation_id)
    return _done(command.rid, receipt)


# For operators ---------------------------------------------------------------------------------------


async def _take(caller: Operator, command: chat.TakeConversation) -> Answer:
    receipt = await caller.services.desk.conversations.take(caller.actor, command.conversation_id)
    return _done(command.rid, receipt)


async def _leave(caller: Operator, command: chat.LeaveConversation) -> Answer:
    receipt = await caller.services.desk.conversations.leave(caller.actor, command.conversation_id)
    if receipt.call_id is not None:
        await caller.services.calls.remove(receipt.call_id, caller.actor.person)
    return _done(command.rid, receipt)


async def _invite_colleague(caller: Operator, command: chat.InviteColleague) -> Answer:
    receipt = await caller.services.desk.conversations.invite_colleague(
        caller.actor, command.conversation_id, command.operator_id
    )
    return _done(command.rid, receipt)


async def _prepare_call(caller: Operator, command: chat.PrepareCall) -> Answer:
    grant = await caller.services.calls.prepare(caller.actor, command.conversation_id)
    return chat.Done(rid=command.rid, grant=grant)


async def _start_call(caller: Operator, command: chat.StartCall) -> Answer:
    calls = caller.services.calls
    prepared_id = calls.prepared(caller.actor, command.conversation_id)
    receipt = await caller.services.desk.calls.start(caller.actor, command.conversation_id, prepared_id)
    return await _granted(caller, command.rid, receipt)


async def _invite_visitor(caller: Operator, command: chat.InviteVisitor) -> Answer:
    return _done(command.rid, await caller.services.desk.calls.invite_visitor(caller.actor, command.call_id))


async def _withdraw(caller: Operator, command: chat.WithdrawInvitation) -> Answer:
    return _done(command.rid, await caller.services.desk.calls.withdraw(caller.actor, command.invitation_id))


async def _end_call(caller: Operator, command: chat.EndCall) -> Answer:
    return _done(command.rid, await caller.services.desk.calls.end(caller.actor, command.call_id))


_FOR_BOTH: dict[type, Handler] = {
    chat.Ping: _ping,
    chat.SendMessage: _send_message,
    chat.MarkSeen: _mark_seen,
    chat.FetchHistory: _fetch_history,
    chat.Typing: _typing,
    chat.CloseConversation: _close_conversation,
    chat.AcceptInvitation: _accept,
    chat.DeclineInvitation: _decline,
    chat.JoinCall: _join_call,
}
VISITOR_HANDLERS: dict[type, Handler] = {
    **_FOR_BOTH,
    chat.OpenConversation: _open,
    chat.ReportPresence: _report_presence,
    chat.Identify: _identify,
    chat.RequestCall: _request_call,
}
OPERATOR_HANDLERS: dict[type, Handler] = {
    **_FOR_BOTH,
    chat.TakeConversation: _take,
    chat.LeaveConversation: _leave,
    chat.InviteColleague: _invite_colleague,
    chat.PrepareCall: _prepare_call,
    chat.StartCall: _start_call,
    chat.InviteVisitor: _invite_visitor,
    chat.WithdrawInvitation: _withdraw,
    chat.EndCall: _end_call,
}
