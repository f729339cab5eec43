import asyncio

import pytest

from chatcore.actors import Actor
from chatcore.model import (
    ColleagueInvited,
    ColleagueJoined,
    ConversationTaken,
    InvitationClosed,
    MessageSent,
)
from chatcore.stream import Happened, Hidden, Shown, StreamItem, TooFarBehind
from tests.chatcore.world import Client, World


async def client(world: World, actor: Actor) -> Client:
    started = Client(world.desk, actor)
    await started.start()
    return started


def names(items: list[StreamItem]) -> list[str]:
    return [type(item.event.body if isinstance(item, Happened) else item).__name__ for item in items]


async def test_a_waiting_conversation_is_shown_to_its_group_alone(world: World) -> None:
    giulia, anna = await client(world, world.cast.giulia), await client(world, world.cast.anna)
    conversation_id = await world.conversation(await world.visitor(group="sales"))
    phone_id = await world.conversation(await world.visitor(group="phone"))

    shown = await giulia.next()
    assert isinstance(shown, Shown)
    assert shown.conversation == await world.seen(world.cast.giulia, conversation_id)
    # The stream is in order: had the first been visible, it would have come first.
    first = await anna.next()
    assert isinstance(first, Shown)
    assert first.conversation.conversation_id == phone_id


async def test_a_conversation_is_shown_to_the_group_once_the_visitor_begins_it(world: World) -> None:
    asking, writing = await world.visitor(), await world.visitor()
    giulia = await client(world, world.cast.giulia)
    for visitor in (asking, writing):
        opened = await world.desk.conversations.open(visitor, world.client_id())
        conversation_id = str(opened.conversation_id)
        await world.desk.conversations.identify(visitor, "Ada", None)
        assert await world.view(world.cast.giulia, conversation_id) is None
        if visitor is asking:
            await world.desk.conversations.request_call(visitor, conversation_id)
        else:
            await world.say(visitor, conversation_id)
        shown = await giulia.next()
        assert isinstance(shown, Shown)
        assert shown.conversation == await world.seen(world.cast.giulia, conversation_id)


async def test_who_comes_too_late_learns_who_took_the_conversation(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    paolo = await client(world, world.cast.paolo)
    await world.desk.conversations.take(world.cast.giulia, conversation_id)
    await world.say(world.cast.giulia, conversation_id, "per la sola cliente")
    other_id = await world.conversation(visitor)

    items = [await paolo.next() for _ in range(3)]
    assert names(items) == ["ConversationTaken", "Hidden", "Shown"]
    assert set(paolo.views) == {other_id}


async def test_cut_between_the_farewell_and_the_hiding_a_client_still_gets_hidden(world: World) -> None:
    conversation_id = await world.conversation(await world.visitor())
    paolo = await client(world, world.cast.paolo)
    await world.desk.conversations.take(world.cast.giulia, conversation_id)

    farewell = await paolo.next()
    assert isinstance(farewell, Happened)
    await paolo.cut()
    await paolo.resume()
    assert await paolo.next() == farewell
    assert isinstance(await paolo.next(), Hidden)
    assert paolo.views == {}


async def test_visitors_do_not_hear_of_colleagues_being_asked(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    widget, giulia = await client(world, visitor), await client(world, world.cast.giulia)

    invite = world.desk.conversations.invite_colleague
    first = await invite(world.cast.giulia, conversation_id, world.cast.anna.person.id)
    await world.desk.calls.decline(world.cast.anna, str(first.invitation_id))
    second = await invite(world.cast.giulia, conversation_id, world.cast.paolo.person.id)
    await world.desk.calls.accept(world.cast.paolo, str(second.invitation_id))
    await world.say(world.cast.paolo, conversation_id, "Eccomi")

    bodies = [
        ColleagueInvited,
        InvitationClosed,
        ColleagueInvited,
        ColleagueJoined,
        InvitationClosed,
        MessageSent,
    ]
    assert names([await giulia.next() for _ in bodies]) == [body.__name__ for body in bodies]
    assert names([await widget.next() for _ in range(2)]) == ["ColleagueJoined", "MessageSent"]
    assert list(widget.views.values()) == (await world.desk.streams.snapshot(visitor)).conversations


async def test_an_invited_colleague_sees_the_conversation_until_he_declines(world: World) -> None:
    conversation_id = await world.taken(await world.visitor(), world.cast.giulia)
    anna = await client(world, world.cast.anna)
    invited = await world.desk.conversations.invite_colleague(
        world.cast.giulia, conversation_id, world.cast.anna.person.id
    )
    shown = await anna.next()
    assert isinstance(shown, Shown)
    assert [one.invitee for one in shown.conversation.invitations] == [world.cast.anna.person]
    await world.desk.calls.decline(world.cast.anna, str(invited.invitation_id))
    assert names([await anna.next(), await anna.next()]) == ["InvitationClosed", "Hidden"]


async def test_joining_colleagues_never_lose_sight_of_the_conversation(world: World) -> None:
    conversation_id = await world.taken(await world.visitor(), world.cast.giulia)
    invited = await world.desk.conversations.invite_colleague(
        world.cast.giulia, conversation_id, world.cast.anna.person.id
    )
    anna = await client(world, world.cast.anna)
    await world.desk.calls.accept(world.cast.anna, str(invited.invitation_id))
    assert names([await anna.next(), await anna.next()]) == ["ColleagueJoined", "InvitationClosed"]


async def test_a_reopened_conversation_is_shown_afresh(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    await world.desk.conversations.close(visitor, conversation_id)
    giulia, paolo = await client(world, world.cast.giulia), await client(world, world.cast.paolo)
    await world.say(visitor, conversation_id)
    for operator in (giulia, paolo):
        assert isinstance(await operator.next(), Shown)
        assert operator.views[conversation_id].operator is None


async def test_who_is_late_for_a_reopened_conversation_is_told_to_forget_it(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    await world.desk.conversations.close(visitor, conversation_id)
    giulia = await client(world, world.cast.giulia)
    await giulia.cut()
    await world.say(visitor, conversation_id)
    await world.desk.conversations.take(world.cast.paolo, conversation_id)
    await giulia.resume()
    assert names([await giulia.next()]) == ["Hidden"]


async def test_a_view_that_contains_later_events_is_not_followed_by_them(world: World) -> None:
    giulia = await client(world, world.cast.giulia)
    await giulia.cut()
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    await world.say(visitor, conversation_id, "seconda")
    await giulia.resume()
    assert isinstance(await giulia.next(), Shown)
    await world.say(visitor, conversation_id, "terza")
    last = await giulia.next()
    assert isinstance(last, Happened)
    assert isinstance(last.event.body, MessageSent)
    assert last.event.body.text == "terza"


async def test_a_resumed_stream_goes_on_where_it_was_cut(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    giulia = await client(world, world.cast.giulia)
    for number in range(5):
        await world.say(visitor, conversation_id, f"riga {number}")
    await giulia.next()
    await giulia.cut()
    await giulia.resume()
    for _ in range(4):
        await giulia.next()
    assert giulia.views[conversation_id] == await world.seen(world.cast.giulia, conversation_id)


async def test_followers_wake_up_without_asking_again(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    giulia, widget = await client(world, world.cast.giulia), await client(world, visitor)
    waiting = [asyncio.ensure_future(one.next()) for one in (giulia, widget)]
    await world.say(visitor, conversation_id, "ci siete?")
    assert names(await asyncio.gather(*waiting)) == ["MessageSent", "MessageSent"]


async def test_positions_beyond_reach_ask_for_a_snapshot(world: World) -> None:
    visitor = await world.visitor()
    position = (await world.desk.streams.snapshot(visitor)).position
    for unknown in (position + 1, position - 1_001):
        with pytest.raises(TooFarBehind):
            await world.desk.streams.follow(visitor, unknown)


async def test_a_snapshot_lists_groups_and_colleagues_for_operators_alone(world: World) -> None:
    operators = await world.desk.streams.snapshot(world.cast.giulia)
    assert [group.name for group in operators.groups] == ["Vendite"]
    names_of_colleagues = [colleague.person.name for colleague in operators.colleagues]
    assert names_of_colleagues == ["Admin", "Anna", "Luca", "Paolo", "Sara"]
    visitors = await world.desk.streams.snapshot(await world.visitor())
    assert (visitors.groups, visitors.colleagues) == ([], [])


async def test_old_closed_conversations_leave_the_snapshot(world: World) -> None:
    visitor = await world.visitor()
    closed = []
    for _ in range(22):
        world.clock.pass_s(1)
        closed.append(await world.conversation(visitor))
        await world.desk.conversations.close(visitor, closed[-1])
    waiting = await world.conversation(visitor)
    snapshot = await world.desk.streams.snapshot(visitor)
    assert {one.conversation_id for one in snapshot.conversations} == {waiting, *closed[2:]}


async def test_takers_see_the_taking_as_an_event(world: World) -> None:
    conversation_id = await world.conversation(await world.visitor())
    giulia = await client(world, world.cast.giulia)
    await world.desk.conversations.take(world.cast.giulia, conversation_id)
    taken = await giulia.next()
    assert isinstance(taken, Happened)
    assert taken.event.body == ConversationTaken(world.cast.giulia.person)
