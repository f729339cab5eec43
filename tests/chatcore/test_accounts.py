"""Two accounts on one desk never see, touch or find each other."""

from collections.abc import Awaitable, Callable

import pytest

from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.fold import replace
from tests.chatcore.world import Client, World, refused

Attempt = Callable[[World, OperatorActor, VisitorActor, "Ids"], Awaitable[object]]


class Ids:
    """The ids of a conversation with a call that an outsider got hold of."""

    def __init__(self, conversation_id: str, event_id: str, call_id: str, invitation_id: str) -> None:
        self.conversation_id = conversation_id
        self.event_id = event_id
        self.call_id = call_id
        self.invitation_id = invitation_id


ATTEMPTS: dict[str, Attempt] = {
    "visitor writes": lambda w, _, v, i: w.say(v, i.conversation_id),
    "operator writes": lambda w, o, _, i: w.say(o, i.conversation_id),
    "visitor reads back": lambda w, _, v, i: w.desk.conversations.history(
        v, i.conversation_id, i.event_id, 10
    ),
    "operator reads back": lambda w, o, _, i: w.desk.conversations.history(
        o, i.conversation_id, i.event_id, 10
    ),
    "operator marks": lambda w, o, _, i: w.desk.conversations.mark_seen(o, i.conversation_id, None, None),
    "operator takes": lambda w, o, _, i: w.desk.conversations.take(o, i.conversation_id),
    "visitor closes": lambda w, _, v, i: w.desk.conversations.close(v, i.conversation_id),
    "operator closes": lambda w, o, _, i: w.desk.conversations.close(o, i.conversation_id),
    "operator leaves": lambda w, o, _, i: w.desk.conversations.leave(o, i.conversation_id),
    "operator invites": lambda w, o, _, i: w.desk.conversations.invite_colleague(
        o, i.conversation_id, o.person.id
    ),
    "visitor asks for a call": lambda w, _, v, i: w.desk.conversations.request_call(v, i.conversation_id),
    "operator starts": lambda w, o, _, i: w.desk.calls.start(o, i.conversation_id),
    "operator invites again": lambda w, o, _, i: w.desk.calls.invite_visitor(o, i.call_id),
    "operator ends": lambda w, o, _, i: w.desk.calls.end(o, i.call_id),
    "operator joins": lambda w, o, _, i: w.desk.calls.admit(o, i.call_id),
    "visitor joins": lambda w, _, v, i: w.desk.calls.admit(v, i.call_id),
    "visitor accepts": lambda w, _, v, i: w.desk.calls.accept(v, i.invitation_id),
    "operator accepts": lambda w, o, _, i: w.desk.calls.accept(o, i.invitation_id),
    "visitor declines": lambda w, _, v, i: w.desk.calls.decline(v, i.invitation_id),
    "operator withdraws": lambda w, o, _, i: w.desk.calls.withdraw(o, i.invitation_id),
    "visitor types": lambda w, _, v, i: w.desk.presence.typing(v, i.conversation_id),
    "operator types": lambda w, o, _, i: w.desk.presence.typing(o, i.conversation_id),
}


async def busy_conversation(world: World) -> tuple[VisitorActor, Ids]:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    started = await world.desk.calls.start(world.cast.giulia, conversation_id)
    return visitor, Ids(
        conversation_id, str(started.event_id), str(started.call_id), str(started.invitation_id)
    )


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
async def test_what_belongs_to_another_account_does_not_exist(world: World, attempt: Attempt) -> None:
    visitor, ids = await busy_conversation(world)
    before = await world.seen(visitor, ids.conversation_id)
    outsider = await world.visitor(account="altra")
    await refused("not_found", attempt(world, world.cast.stranger, outsider, ids))
    # Not even with the ids of the very people, under the other account.
    in_other_account = world.cast.stranger.account_id
    giulia = replace(world.cast.giulia, account_id=in_other_account)
    await refused("not_found", attempt(world, giulia, replace(visitor, account_id=in_other_account), ids))
    assert await world.seen(visitor, ids.conversation_id) == before


async def test_streams_of_another_account_stay_silent(world: World) -> None:
    stranger = Client(world.desk, world.cast.stranger)
    await stranger.start()
    await busy_conversation(world)
    theirs = await world.conversation(await world.visitor(account="altra"))
    await stranger.next()
    assert set(stranger.views) == {theirs}


async def test_a_visitors_token_is_worth_nothing_elsewhere(world: World) -> None:
    welcome = world.desk.directory.welcome_visitor
    token, here = await welcome("ottica", "sales", None, "it")
    other_token, there = await welcome("altra", "sales", token, "it")
    assert other_token != token
    assert here.visitor_id != there.visitor_id


async def test_an_actor_with_another_accounts_group_opens_nothing(world: World) -> None:
    visitor: Actor = replace(await world.visitor(), group_id=world.cast.stranger.group_ids[0])
    await refused("not_found", world.desk.conversations.send_message(visitor, None, "a-client-id", "Ciao"))
