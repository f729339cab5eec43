import asyncio

import pytest

from chatcore.conversations import Receipt
from chatcore.model import (
    CallEnded,
    CallEndReason,
    CallJoined,
    CallLeft,
    CallStarted,
    CallUnreached,
    ColleagueLeft,
    ConversationClosed,
    InvitationClosed,
    InvitationState,
)
from tests.chatcore.world import Cast, World, refused


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast


async def test_a_call_goes_from_invitation_to_end(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    ended: list[tuple[str, CallEndReason]] = []
    world.desk.calls.on_ended.append(lambda call_id, reason: ended.append((call_id, reason)))
    calls = world.desk.calls

    started = await calls.start(cast.giulia, conversation_id)
    call_id, invitation_id = str(started.call_id), str(started.invitation_id)
    await calls.joined(call_id, cast.giulia.person)
    await refused("not_admitted", calls.admit(visitor, call_id))
    accepted = await calls.accept(visitor, invitation_id)
    assert accepted.call_id == call_id
    ticket = await calls.admit(visitor, call_id)
    assert (ticket.conversation_id, ticket.audio_only) == (conversation_id, False)
    await calls.joined(call_id, visitor.person)
    view = await world.seen(visitor, conversation_id)
    assert view.call is not None
    assert [person.id for person in view.call.inside] == [cast.giulia.person.id, visitor.person.id]

    world.clock.pass_s(90)
    await calls.end(cast.giulia, call_id)
    view = await world.seen(visitor, conversation_id)
    assert view.call is None
    assert view.events[-1].body == CallEnded(call_id, CallEndReason.ENDED, cast.giulia.person, 90_000)
    assert ended == [(call_id, CallEndReason.ENDED)]
    await refused("call_over", calls.admit(visitor, call_id))


async def test_a_conversation_has_one_call_at_a_time(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(), cast.giulia)
    receipts = await asyncio.gather(*(world.desk.calls.start(cast.giulia, conversation_id) for _ in range(5)))
    assert len({receipt.call_id for receipt in receipts}) == 1
    events = (await world.seen(cast.giulia, conversation_id)).events
    assert sum(isinstance(event.body, CallStarted) for event in events) == 1


async def test_only_operators_of_an_open_conversation_start_calls(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    await refused("forbidden", world.desk.calls.start(cast.giulia, conversation_id))
    await world.desk.conversations.take(cast.giulia, conversation_id)
    await refused("not_found", world.desk.calls.start(cast.paolo, conversation_id))
    await world.desk.conversations.close(visitor, conversation_id)
    await refused("closed", world.desk.calls.start(cast.giulia, conversation_id))


async def test_a_group_without_video_has_calls_without_video(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(group="phone"), cast.anna)
    receipt = await world.desk.calls.start(cast.anna, conversation_id)
    assert (await world.desk.calls.admit(cast.anna, str(receipt.call_id))).audio_only


async def test_an_invitation_runs_out_after_two_minutes(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    started = await world.desk.calls.start(cast.giulia, conversation_id)
    await world.desk.calls.joined(str(started.call_id), cast.giulia.person)

    await world.desk.calls.expire(world.clock.pass_s(119.999))
    assert len((await world.seen(visitor, conversation_id)).invitations) == 1
    world.clock.pass_s(0.001)
    await refused("invitation_over", world.desk.calls.accept(visitor, str(started.invitation_id)))
    await world.desk.calls.expire(world.clock.now_ms)
    view = await world.seen(visitor, conversation_id)
    assert view.invitations == []
    assert view.call is not None
    last = view.events[-1].body
    assert isinstance(last, InvitationClosed)
    assert last.state is InvitationState.EXPIRED


async def test_no_does_not_end_the_call_and_the_visitor_may_be_asked_again(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    started = await world.desk.calls.start(cast.giulia, conversation_id)
    invitation_id, call_id = str(started.invitation_id), str(started.call_id)
    await world.desk.calls.decline(visitor, invitation_id)
    assert (await world.desk.calls.decline(visitor, invitation_id)).event_id is None
    await refused("invitation_over", world.desk.calls.accept(visitor, invitation_id))

    again = await world.desk.calls.invite_visitor(cast.giulia, call_id)
    assert again.invitation_id not in (None, invitation_id)
    assert (await world.desk.calls.invite_visitor(cast.giulia, call_id)).invitation_id == again.invitation_id
    await world.desk.calls.accept(visitor, str(again.invitation_id))
    await world.desk.calls.joined(call_id, visitor.person)
    await refused("visitor_present", world.desk.calls.invite_visitor(cast.giulia, call_id))


async def test_a_withdrawn_invitation_cannot_be_accepted(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    started = await world.desk.calls.start(cast.giulia, conversation_id)
    invitation_id = str(started.invitation_id)
    await refused("not_found", world.desk.calls.withdraw(cast.paolo, invitation_id))
    await world.desk.calls.withdraw(cast.giulia, invitation_id)
    await refused("invitation_over", world.desk.calls.accept(visitor, invitation_id))
    assert (await world.desk.calls.withdraw(cast.giulia, invitation_id)).event_id is None


async def test_accepting_and_withdrawing_at_once_have_one_winner(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    started = await world.desk.calls.start(cast.giulia, conversation_id)
    invitation_id = str(started.invitation_id)
    outcomes = await asyncio.gather(
        world.desk.calls.withdraw(cast.giulia, invitation_id),
        world.desk.calls.accept(visitor, invitation_id),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1


async def test_the_visitor_comes_back_without_a_new_invitation(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    started = await world.desk.calls.start(cast.giulia, conversation_id)
    call_id = str(started.call_id)
    await world.desk.calls.accept(visitor, str(started.invitation_id))
    await world.desk.calls.joined(call_id, visitor.person)
    await world.desk.calls.left(call_id, visitor.person)
    assert (await world.desk.calls.admit(visitor, call_id)).call_id == call_id


async def test_joins_and_leaves_are_recorded_once(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(), cast.giulia)
    call_id = str((await world.desk.calls.start(cast.giulia, conversation_id)).call_id)
    for _ in range(2):
        await world.desk.calls.joined(call_id, cast.giulia.person)
    for _ in range(2):
        await world.desk.calls.left(call_id, cast.giulia.person)
    await world.desk.calls.left("no such call", cast.giulia.person)
    bodies = [event.body for event in (await world.seen(cast.giulia, conversation_id)).events]
    assert bodies[-2:] == [CallJoined(call_id, cast.giulia.person), CallLeft(call_id, cast.giulia.person)]
    assert sum(isinstance(body, CallJoined | CallLeft) for body in bodies) == 2


async def test_who_found_no_way_in_is_recorded_unless_he_is_inside(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    call_id = str((await world.desk.calls.start(cast.giulia, conversation_id)).call_id)
    await world.desk.calls.unreached(call_id, visitor.person)
    await world.desk.calls.joined(call_id, visitor.person)
    await world.desk.calls.unreached(call_id, visitor.person)
    bodies = [event.body for event in (await world.seen(cast.giulia, conversation_id)).events]
    assert bodies[-2:] == [CallUnreached(call_id, visitor.person), CallJoined(call_id, visitor.person)]


async def test_a_visitor_joins_under_the_name_that_he_has_given_meanwhile(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    started = await world.desk.calls.start(cast.giulia, conversation_id)
    await world.desk.conversations.identify(visitor, "Ada Neri", None)
    await world.desk.calls.accept(visitor, str(started.invitation_id))
    ticket = await world.desk.calls.admit(visitor, str(started.call_id))
    assert (ticket.person.id, ticket.person.name) == (visitor.person.id, "Ada Neri")


async def test_only_the_one_in_charge_or_the_starter_end_for_all(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(), cast.giulia)
    for colleague in (cast.paolo, cast.sara):
        await join_as_colleague(world, conversation_id, cast, colleague.person.id)
    started = await world.desk.calls.start(cast.paolo, conversation_id)
    await refused("forbidden", world.desk.calls.end(cast.sara, str(started.call_id)))
    await world.desk.calls.end(cast.paolo, str(started.call_id))
    assert (await world.desk.calls.end(cast.giulia, str(started.call_id))).event_id is None

    started = await world.desk.calls.start(cast.paolo, conversation_id)
    await world.desk.calls.end(cast.giulia, str(started.call_id))
    assert (await world.seen(cast.giulia, conversation_id)).call is None


@pytest.mark.parametrize("visitor_is_inside", [True, False])
async def test_a_call_that_nobody_attends_is_abandoned(
    world: World, cast: Cast, visitor_is_inside: bool
) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    started = await world.desk.calls.start(cast.giulia, conversation_id)
    call_id = str(started.call_id)
    if visitor_is_inside:
        await world.desk.calls.accept(visitor, str(started.invitation_id))
        await world.desk.calls.joined(call_id, visitor.person)

    await world.desk.calls.expire(world.clock.pass_s(59.999))
    assert (await world.seen(visitor, conversation_id)).call is not None
    await world.desk.calls.expire(world.clock.pass_s(0.001))
    last = (await world.seen(visitor, conversation_id)).events[-1].body
    assert last == CallEnded(call_id, CallEndReason.ABANDONED, None, 60_000)


async def test_the_last_operator_has_half_a_minute_to_come_back(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(), cast.giulia)
    call_id = str((await world.desk.calls.start(cast.giulia, conversation_id)).call_id)
    calls = world.desk.calls
    await calls.joined(call_id, cast.giulia.person)
    await calls.expire(world.clock.pass_s(3_600))
    await calls.left(call_id, cast.giulia.person)
    await calls.expire(world.clock.pass_s(29.999))
    await calls.joined(call_id, cast.giulia.person)
    await calls.expire(world.clock.pass_s(60))
    await calls.left(call_id, cast.giulia.person)
    await calls.expire(world.clock.pass_s(29.999))
    assert (await world.seen(cast.giulia, conversation_id)).call is not None
    await calls.expire(world.clock.pass_s(0.001))
    assert (await world.seen(cast.giulia, conversation_id)).call is None


async def test_calls_of_a_stopped_server_are_interrupted(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    await world.desk.calls.start(cast.giulia, conversation_id)
    await world.desk.calls.interrupt_all()
    view = await world.seen(visitor, conversation_id)
    assert (view.call, view.invitations) == (None, [])
    last = view.events[-1].body
    assert isinstance(last, CallEnded)
    assert last.reason is CallEndReason.INTERRUPTED


async def test_closing_the_conversation_ends_its_call_and_invitations(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    await world.desk.calls.start(cast.giulia, conversation_id)
    await world.desk.conversations.invite_colleague(cast.giulia, conversation_id, cast.anna.person.id)
    await world.desk.conversations.close(visitor, conversation_id)
    view = await world.seen(cast.giulia, conversation_id)
    assert (view.call, view.invitations) == (None, [])
    kinds = [type(event.body) for event in view.events[-4:]]
    assert kinds == [InvitationClosed, InvitationClosed, CallEnded, ConversationClosed]
    assert await world.view(cast.anna, conversation_id) is None


async def test_a_conversation_has_three_operators_at_most(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(), cast.giulia)
    for colleague in (cast.paolo, cast.sara):
        await join_as_colleague(world, conversation_id, cast, colleague.person.id)
    invite = world.desk.conversations.invite_colleague
    await refused("conversation_full", invite(cast.giulia, conversation_id, cast.luca.person.id))
    await refused("bad_request", invite(cast.giulia, conversation_id, cast.sara.person.id))
    await world.desk.conversations.leave(cast.paolo, conversation_id)
    await invite(cast.sara, conversation_id, cast.luca.person.id)


async def test_one_colleague_is_asked_at_a_time(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(), cast.giulia)
    invite = world.desk.conversations.invite_colleague
    first = await invite(cast.giulia, conversation_id, cast.paolo.person.id)
    again = await invite(cast.giulia, conversation_id, cast.paolo.person.id)
    assert (again.invitation_id, again.event_id) == (first.invitation_id, None)
    await refused("invitation_pending", invite(cast.giulia, conversation_id, cast.sara.person.id))
    await refused("forbidden", world.say(cast.paolo, conversation_id))
    await refused("not_found", invite(cast.giulia, conversation_id, cast.stranger.person.id))


async def test_an_invitation_is_for_the_invited_alone(world: World, cast: Cast) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, cast.giulia)
    started = await world.desk.calls.start(cast.giulia, conversation_id)
    await refused("forbidden", world.desk.calls.accept(cast.giulia, str(started.invitation_id)))
    await refused("not_found", world.desk.calls.accept(cast.paolo, str(started.invitation_id)))
    await refused("not_found", world.desk.calls.accept(visitor, "no such invitation"))


async def test_a_leaving_colleague_leaves_the_call_too(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(), cast.giulia)
    await join_as_colleague(world, conversation_id, cast, cast.paolo.person.id)
    call_id = str((await world.desk.calls.start(cast.giulia, conversation_id)).call_id)
    await world.desk.calls.joined(call_id, cast.paolo.person)
    receipt = await world.desk.conversations.leave(cast.paolo, conversation_id)
    assert receipt.call_id == call_id
    bodies = [event.body for event in (await world.seen(cast.giulia, conversation_id)).events]
    assert bodies[-2:] == [CallLeft(call_id, cast.paolo.person), ColleagueLeft(cast.paolo.person)]
    await refused("not_found", world.desk.calls.admit(cast.paolo, call_id))
    await refused("forbidden", world.desk.conversations.leave(cast.giulia, conversation_id))


async def test_a_colleague_asked_into_a_call_may_join_it(world: World, cast: Cast) -> None:
    conversation_id = await world.taken(await world.visitor(), cast.giulia)
    call_id = str((await world.desk.calls.start(cast.giulia, conversation_id)).call_id)
    invited = await world.desk.conversations.invite_colleague(
        cast.giulia, conversation_id, cast.anna.person.id
    )
    await refused("not_admitted", world.desk.calls.admit(cast.anna, call_id))
    accepted = await world.desk.calls.accept(cast.anna, str(invited.invitation_id))
    assert accepted.call_id == call_id
    assert (await world.desk.calls.admit(cast.anna, call_id)).call_id == call_id


async def join_as_colleague(world: World, conversation_id: str, cast: Cast, operator_id: str) -> None:
    invited = await world.desk.conversations.invite_colleague(cast.giulia, conversation_id, operator_id)
    colleague = next(one for one in (cast.paolo, cast.sara) if one.person.id == operator_id)
    await world.desk.calls.accept(colleague, str(invited.invitation_id))
