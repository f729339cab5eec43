import asyncio
from pathlib import Path

import pytest

from chatcore.conversations import Receipt
from chatcore.model import (
    ConversationClosed,
    ConversationReopened,
    ConversationState,
    ConversationTaken,
    Event,
    MessageSent,
    Person,
    PersonKind,
)
from tests.chatcore.world import Template, World, open_desk, refused


def messages(events: list[Event]) -> list[MessageSent]:
    return [event.body for event in events if isinstance(event.body, MessageSent)]


async def test_a_first_message_opens_a_conversation_below_the_welcome(world: World) -> None:
    visitor = await world.visitor(language="it-CH")
    conversation_id = await world.conversation(visitor, "Vorrei un paio di occhiali")

    view = await world.seen(world.cast.giulia, conversation_id)
    welcome, question = messages(view.events)
    assert (welcome.author.kind, welcome.text) == (PersonKind.SYSTEM, "Benvenuto")
    assert (question.author, question.text) == (visitor.person, "Vorrei un paio di occhiali")
    assert (view.state, view.unread) == (ConversationState.WAITING, 1)
    assert (await world.seen(visitor, conversation_id)).unread == 1


@pytest.mark.parametrize(("language", "text"), [("fr", "Welcome"), ("it", "Benvenuto"), ("EN-gb", "Welcome")])
async def test_the_welcome_speaks_the_visitors_language(world: World, language: str, text: str) -> None:
    visitor = await world.visitor(language=language)
    receipt = await world.desk.conversations.open(visitor, world.client_id())
    view = await world.seen(visitor, str(receipt.conversation_id))
    assert [message.text for message in messages(view.events)] == [text]


async def test_a_group_without_welcome_stays_silent(world: World) -> None:
    visitor = await world.visitor(group="phone")
    receipt = await world.desk.conversations.open(visitor, world.client_id())
    view = await world.seen(visitor, str(receipt.conversation_id))
    assert messages(view.events) == []


async def test_a_repeated_message_is_one_message(world: World) -> None:
    visitor = await world.visitor()
    first = await world.desk.conversations.send_message(visitor, None, "the-same-id", "Eccomi")
    again = await world.desk.conversations.send_message(visitor, None, "the-same-id", "Eccomi")
    there = await world.desk.conversations.send_message(
        visitor, first.conversation_id, "the-same-id", "Eccomi"
    )
    assert first == again == there
    view = await world.seen(visitor, str(first.conversation_id))
    assert [message.text for message in messages(view.events)] == ["Benvenuto", "Eccomi"]


async def test_copies_that_arrive_at_once_are_one_message(world: World) -> None:
    visitor = await world.visitor()
    copies = [
        world.desk.conversations.send_message(visitor, None, "the-same-id", "Eccomi") for _ in range(20)
    ]
    receipts = await asyncio.gather(*copies)
    assert len({receipt.event_id for receipt in receipts}) == 1
    assert len((await world.desk.streams.snapshot(visitor)).conversations) == 1


async def test_a_repeat_is_recognised_after_a_restart(template: Template, tmp_path: Path) -> None:
    async with template.open_copy(tmp_path / "desk.db") as world:
        visitor = await world.visitor()
        first = await world.desk.conversations.send_message(visitor, None, "the-same-id", "Eccomi")
    async with open_desk(tmp_path / "desk.db", world.clock) as desk:
        assert await desk.conversations.send_message(visitor, None, "the-same-id", "Eccomi") == first


async def test_two_people_may_use_the_same_client_id(world: World) -> None:
    first, second = await world.visitor(), await world.visitor()
    receipts = [
        await world.desk.conversations.send_message(one, None, "the-same-id", "Ciao")
        for one in (first, second)
    ]
    assert receipts[0].message_id != receipts[1].message_id


async def test_a_client_id_of_another_conversation_is_refused(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    await world.desk.conversations.send_message(visitor, None, "the-same-id", "Ciao")
    await refused(
        "bad_request",
        world.desk.conversations.send_message(visitor, conversation_id, "the-same-id", "Ciao"),
    )


async def test_exactly_one_of_many_takers_wins(world: World) -> None:
    conversation_id = await world.conversation(await world.visitor())
    takers = [world.cast.giulia, world.cast.paolo, world.cast.sara, world.cast.luca]
    outcomes = await asyncio.gather(
        *(world.desk.conversations.take(taker, conversation_id) for taker in takers), return_exceptions=True
    )
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1
    assert sum(getattr(outcome, "code", None) == "taken" for outcome in outcomes) == 3


async def test_what_the_visitor_has_not_begun_cannot_be_taken(world: World) -> None:
    visitor = await world.visitor()
    opened = await world.desk.conversations.open(visitor, world.client_id())
    conversation_id = str(opened.conversation_id)
    await refused("not_found", world.desk.conversations.take(world.cast.giulia, conversation_id))
    await world.desk.conversations.request_call(visitor, conversation_id)
    await world.desk.conversations.take(world.cast.giulia, conversation_id)


async def test_taking_twice_changes_nothing(world: World) -> None:
    conversation_id = await world.taken(await world.visitor(), world.cast.giulia)
    assert await world.desk.conversations.take(world.cast.giulia, conversation_id) == Receipt(conversation_id)


async def test_an_operator_writes_only_in_conversations_he_took(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    await refused("forbidden", world.say(world.cast.giulia, conversation_id))
    await world.desk.conversations.take(world.cast.giulia, conversation_id)
    await world.say(world.cast.giulia, conversation_id, "Buongiorno")
    await refused("not_found", world.say(world.cast.paolo, conversation_id))
    await refused(
        "bad_request", world.desk.conversations.send_message(world.cast.giulia, None, "a-client-id", "Ciao")
    )


async def test_a_closed_conversation_opens_again_when_the_visitor_writes(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    await world.desk.conversations.close(world.cast.giulia, conversation_id)
    await refused("closed", world.say(world.cast.giulia, conversation_id))

    await world.say(visitor, conversation_id, "Ancora una cosa")
    view = await world.seen(world.cast.paolo, conversation_id)
    assert (view.state, view.operator) == (ConversationState.WAITING, None)
    kinds = [type(event.body) for event in view.events[-4:]]
    assert kinds == [ConversationTaken, ConversationClosed, ConversationReopened, MessageSent]


async def test_only_the_visitor_and_the_operator_in_charge_close(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    await refused("forbidden", world.desk.conversations.close(world.cast.giulia, conversation_id))
    await world.desk.conversations.take(world.cast.giulia, conversation_id)
    await refused("not_found", world.desk.conversations.close(world.cast.paolo, conversation_id))
    await world.desk.conversations.close(visitor, conversation_id)
    assert await world.desk.conversations.close(world.cast.giulia, conversation_id) == Receipt(
        conversation_id
    )


async def test_marks_move_forward_only(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    first, second = await world.say(visitor, conversation_id), await world.say(visitor, conversation_id)

    seen = world.desk.conversations.mark_seen
    await seen(world.cast.giulia, conversation_id, None, second)
    repeated = await seen(world.cast.giulia, conversation_id, first, first)
    assert repeated.event_id is None
    view = await world.seen(visitor, conversation_id)
    assert (view.seen.operator_delivered, view.seen.operator_read) == (second, second)
    assert (view.seen.visitor_delivered, view.seen.visitor_read) == (None, None)
    assert (await world.seen(world.cast.giulia, conversation_id)).unread == 0


async def test_a_mark_at_another_conversations_message_is_refused(world: World) -> None:
    visitor = await world.visitor()
    here, there = await world.conversation(visitor), await world.conversation(visitor)
    elsewhere = await world.say(visitor, there)
    await refused("bad_request", world.desk.conversations.mark_seen(visitor, here, elsewhere, None))


async def test_history_pages_back_to_the_beginning(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    for number in range(60):
        message_id = await world.say(visitor, conversation_id, f"riga {number}")
        await world.desk.conversations.mark_seen(world.cast.giulia, conversation_id, message_id, None)

    view = await world.seen(visitor, conversation_id)
    events, earlier = view.events, view.earlier
    while earlier:
        page, earlier = await world.desk.conversations.history(
            visitor, conversation_id, events[0].event_id, 20
        )
        events = [*page, *events]
    texts = [message.text for message in messages(events)]
    assert texts == ["Benvenuto", "Buongiorno", *(f"riga {number}" for number in range(60))]
    assert len({event.event_id for event in events}) == len(events) == 64


@pytest.mark.parametrize("limit", [0, 101, -1])
async def test_history_limits_are_checked(world: World, limit: int) -> None:
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    await refused("bad_request", world.desk.conversations.history(visitor, conversation_id, "any", limit))


async def test_a_visitor_becomes_known_by_name_everywhere(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    await world.desk.conversations.identify(visitor, "Ada Neri", "ada@example.test")

    view = await world.seen(world.cast.giulia, conversation_id)
    assert view.visitor is not None
    assert (view.visitor.person.name, view.visitor.email) == ("Ada Neri", "ada@example.test")
    # The connection was opened before the name was known.
    await world.say(visitor, conversation_id)
    last = (await world.seen(world.cast.giulia, conversation_id)).events[-1].body
    assert isinstance(last, MessageSent)
    assert last.author == Person(PersonKind.VISITOR, visitor.person.id, "Ada Neri")
    later = await world.seen(world.cast.giulia, await world.conversation(visitor))
    assert later.visitor is not None
    assert (later.visitor.person.name, later.visitor.email) == ("Ada Neri", "ada@example.test")


@pytest.mark.parametrize(("name", "email"), [("", None), ("x" * 81, None), (None, "no mail"), (None, "")])
async def test_identities_that_cannot_be_are_refused(
    world: World, name: str | None, email: str | None
) -> None:
    await refused("invalid_text", world.desk.conversations.identify(await world.visitor(), name, email))


async def test_a_call_is_requested_once(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    first = await world.desk.conversations.request_call(visitor, conversation_id)
    again = await world.desk.conversations.request_call(visitor, conversation_id)
    assert first.event_id is not None
    assert again.event_id is None
    await world.desk.calls.start(world.cast.giulia, conversation_id)
    await refused("call_running", world.desk.conversations.request_call(visitor, conversation_id))
    await world.desk.conversations.close(visitor, conversation_id)
    await refused("closed", world.desk.conversations.request_call(visitor, conversation_id))
