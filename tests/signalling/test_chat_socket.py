"""The chat sockets of the real server: what people write reaches those whom it concerns."""

import asyncio

import pytest

from chatcore.model import (
    ColleagueChanged,
    ConversationState,
    ConversationTaken,
    DeskChanged,
    MessageSent,
    MessagesSeen,
    PersonKind,
    Presence,
    PresenceChanged,
    TypingSeen,
)
from signalling.protocol import chat
from sportello.server import RunningServer
from tests.signalling.clients import Desk
from tests.signalling.conftest import OpenDesk


async def test_a_message_reaches_the_operator_and_the_answer_comes_back(desk: Desk) -> None:
    await desk.login()
    visitor = await desk.visitor()
    async with desk.operator_socket() as giulia, desk.visitor_socket(visitor.token) as anna:
        sent = await anna.done(chat.SendMessage, client_id="message-1", text="Buongiorno")
        shown = await giulia.until(chat.ConversationShown)
        assert shown.conversation.state is ConversationState.WAITING
        bodies = [event.body for event in shown.conversation.events]
        assert bodies[-1].text == "Buongiorno" if isinstance(bodies[-1], MessageSent) else False

        await giulia.done(chat.TakeConversation, conversation_id=sent.conversation_id)
        assert (await anna.event(ConversationTaken)).operator.name == "Giulia Ferri"
        await giulia.done(
            chat.SendMessage, conversation_id=sent.conversation_id, client_id="answer-1", text="Eccomi"
        )
        answer = await anna.event(MessageSent)
        assert (answer.text, answer.author.kind) == ("Eccomi", PersonKind.OPERATOR)


async def test_all_tabs_of_a_person_see_the_same(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as one, desk.visitor_socket(visitor.token) as other:
        sent = await one.done(chat.SendMessage, client_id="message-1", text="da qui")
        shown = await other.until(chat.ConversationShown)
        assert shown.conversation.conversation_id == sent.conversation_id
        await other.done(
            chat.SendMessage, conversation_id=sent.conversation_id, client_id="message-2", text="da lì"
        )
        assert (await one.event(MessageSent)).text == "da lì"


async def test_a_repeated_message_is_answered_alike_and_kept_once(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as anna:
        first = await anna.done(chat.SendMessage, client_id="message-1", text="una volta")
        again = await anna.done(chat.SendMessage, client_id="message-1", text="una volta")
        assert again.message_id == first.message_id
    async with desk.socket("/api/v1/visitor/socket") as anna:
        ready = await anna.hello(visitor.token)
        assert ready.snapshot is not None
        events = [event.body for view in ready.snapshot.conversations for event in view.events]
        assert [body.text for body in events if isinstance(body, MessageSent)].count("una volta") == 1


async def test_ticks_and_typing_reach_the_other_side(desk: Desk) -> None:
    await desk.login()
    visitor = await desk.visitor()
    async with desk.operator_socket() as giulia, desk.visitor_socket(visitor.token) as anna:
        sent = await anna.done(chat.SendMessage, client_id="message-1", text="Buongiorno")
        conversation_id = sent.conversation_id
        await giulia.done(chat.TakeConversation, conversation_id=conversation_id)
        await giulia.done(chat.MarkSeen, conversation_id=conversation_id, read_up_to=sent.message_id)
        seen = await anna.event(MessagesSeen)
        assert (seen.side, seen.read_up_to) == (PersonKind.OPERATOR, sent.message_id)
        assert conversation_id is not None
        await giulia.post(chat.Typing(conversation_id=conversation_id))
        assert (await anna.until(TypingSeen)).person.name == "Giulia Ferri"


async def test_visitors_learn_whether_the_desk_is_staffed(desk: Desk) -> None:
    await desk.login()
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as anna:
        assert not (await anna.until(DeskChanged)).online
        async with desk.operator_socket():
            assert (await anna.until(DeskChanged)).online


async def test_operators_see_where_the_visitor_is(desk: Desk) -> None:
    await desk.login()
    visitor = await desk.visitor()
    async with desk.operator_socket() as giulia:
        async with desk.visitor_socket(visitor.token) as anna:
            await anna.done(chat.SendMessage, client_id="message-1", text="Buongiorno")
            await giulia.until(chat.ConversationShown)
            title = "Occhiali " * 100
            await anna.post(chat.ReportPresence(presence=Presence.HERE, page_title=title, page_url="/lido"))
            here = await giulia.until(PresenceChanged, lambda frame: frame.page_url == "/lido")
            assert here.page_title == title[:300]
        gone = await giulia.until(PresenceChanged)
        assert gone.presence is Presence.LEAVING


async def test_operators_see_colleagues_come(server: RunningServer, desk: Desk, open_desk: OpenDesk) -> None:
    await desk.login("giulia@demo.example")
    colleague = await open_desk(server)
    paolo = await colleague.login("paolo@demo.example")
    async with desk.operator_socket() as giulia, colleague.operator_socket():
        came = await giulia.until(ColleagueChanged, lambda frame: frame.colleague.online)
        assert came.colleague.person == paolo.operator


async def test_exactly_one_operator_takes_a_conversation(
    server: RunningServer, desk: Desk, open_desk: OpenDesk
) -> None:
    other = await open_desk(server)
    await desk.login("giulia@demo.example")
    await other.login("paolo@demo.example")
    visitor = await desk.visitor()
    async with (
        desk.operator_socket() as giulia,
        other.operator_socket() as paolo,
        desk.visitor_socket(visitor.token) as anna,
    ):
        sent = await anna.done(chat.SendMessage, client_id="message-1", text="Buongiorno")
        answers = await asyncio.gather(
            giulia.ask(chat.TakeConversation, conversation_id=sent.conversation_id),
            paolo.ask(chat.TakeConversation, conversation_id=sent.conversation_id),
        )
        assert sorted(type(answer) is chat.Done for answer in answers) == [False, True]
        assert {answer.code for answer in answers if isinstance(answer, chat.Refused)} <= {
            "taken",
            "not_found",
        }


async def test_the_loser_forgets_the_conversation(
    server: RunningServer, desk: Desk, open_desk: OpenDesk
) -> None:
    other = await open_desk(server)
    await desk.login("giulia@demo.example")
    await other.login("paolo@demo.example")
    visitor = await desk.visitor()
    async with (
        desk.operator_socket() as giulia,
        other.operator_socket() as paolo,
        desk.visitor_socket(visitor.token) as anna,
    ):
        sent = await anna.done(chat.SendMessage, client_id="message-1", text="Buongiorno")
        await paolo.until(chat.ConversationShown)
        await giulia.done(chat.TakeConversation, conversation_id=sent.conversation_id)
        hidden = await paolo.until(chat.ConversationHidden)
        assert hidden.conversation_id == sent.conversation_id
        code = await paolo.refused(
            chat.SendMessage, conversation_id=sent.conversation_id, client_id="intruder-1", text="?"
        )
        assert code == "not_found"


async def test_history_comes_in_pages(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as anna:
        sent = await anna.done(chat.SendMessage, client_id="message-0", text="0")
        for number in range(1, 6):
            last = await anna.done(
                chat.SendMessage,
                conversation_id=sent.conversation_id,
                client_id=f"message-{number}",
                text=str(number),
            )
        page = await anna.ask(
            chat.FetchHistory,
            conversation_id=sent.conversation_id,
            before_event_id=last.event_id,
            limit=2,
        )
        assert [event.body.text for event in page.events] == ["3", "4"]
        assert page.earlier


async def test_ping_is_answered(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as anna:
        assert (await anna.done(chat.Ping)).rid == 1


@pytest.mark.parametrize(
    ("text", "code"), [("", "invalid_text"), ("x" * 4_001, "invalid_text"), ("\x00\x07", "invalid_text")]
)
async def test_text_that_is_no_message_is_refused(desk: Desk, text: str, code: str) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as anna:
        assert await anna.refused(chat.SendMessage, client_id="message-1", text=text) == code


async def test_a_second_tab_of_the_operator_starts_with_his_conversations(desk: Desk) -> None:
    await desk.login()
    visitor = await desk.visitor()
    async with desk.operator_socket() as giulia, desk.visitor_socket(visitor.token) as anna:
        sent = await anna.done(chat.SendMessage, client_id="message-1", text="Buongiorno")
        await giulia.done(chat.TakeConversation, conversation_id=sent.conversation_id)
        async with desk.socket("/api/v1/operator/socket") as second:
            ready = await second.hello()
            assert ready.snapshot is not None
            (view,) = ready.snapshot.conversations
            assert view.state is ConversationState.OPEN
            assert [event.event_id for event in view.events].count(sent.event_id or "") == 1
