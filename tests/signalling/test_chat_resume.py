"""Resuming a chat socket from a cursor."""

import asyncio
from contextlib import AsyncExitStack

from chatcore.model import ColleagueChanged, MessageSent
from signalling.protocol import chat
from tests.signalling.clients import ChatClient, Desk


async def test_a_client_that_resumes_gets_what_it_missed_and_no_snapshot(desk: Desk) -> None:
    visitor = await desk.visitor()
    async with desk.visitor_socket(visitor.token) as away:
        sent = await away.done(chat.SendMessage, client_id="message-1", text="uno")
        await away.until(chat.ConversationShown)
        await away.done(chat.Ping)
        cursor = away.cursor
    async with desk.visitor_socket(visitor.token) as here:
        for text in ("due", "tre"):
            await here.done(
                chat.SendMessage, conversation_id=sent.conversation_id, client_id=f"message-{text}", text=text
            )
    async with desk.socket("/api/v1/visitor/socket") as back:
        ready = await back.hello(visitor.token, cursor)
        assert ready.snapshot is None
        await back.until(chat.EventHappened, lambda frame: text_of(frame) == "tre")
        texts = [text_of(frame) for frame in back.seen if isinstance(frame, chat.EventHappened)]
        assert texts[-2:] == ["due", "tre"]


def text_of(frame: chat.EventHappened) -> str | None:
    return frame.event.body.text if isinstance(frame.event.body, MessageSent) else None


async def test_cursors_of_what_one_may_not_see_do_not_move(desk: Desk) -> None:
    """The cursor after silence is the one before, however much happens in between to others."""
    quiet, busy = await desk.visitor(), await desk.visitor()
    async with desk.visitor_socket(quiet.token) as anna:
        before = anna.cursor
        async with desk.visitor_socket(busy.token) as other:
            await other.done(chat.SendMessage, client_id="message-1", text="altrove")
        await anna.done(chat.Ping)
        assert anna.cursor == before


async def test_anothers_cursor_and_a_forged_one_lead_to_a_snapshot(desk: Desk) -> None:
    owner, thief = await desk.visitor(), await desk.visitor()
    async with desk.visitor_socket(owner.token) as anna:
        stolen = anna.cursor
    for cursor in (stolen, "AAAA", "", "ö" * 30, "x" * 5_000):
        async with desk.socket("/api/v1/visitor/socket") as client:
            assert (await client.hello(thief.token, cursor)).snapshot is not None


async def test_a_client_too_far_behind_gets_a_snapshot(desk: Desk) -> None:
    away, busy = await desk.visitor(), await desk.visitor()
    async with desk.visitor_socket(away.token) as anna:
        cursor = anna.cursor
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(desk.visitor_socket(busy.token)) for _ in range(8)]
        await asyncio.gather(*(write(tab, f"message-{number}", 130) for number, tab in enumerate(tabs)))
    async with desk.socket("/api/v1/visitor/socket") as back:
        assert (await back.hello(away.token, cursor)).snapshot is not None


async def write(tab: ChatClient, name: str, times: int) -> None:
    """Open a conversation and write into it, without waiting for each answer."""
    opened = await tab.done(chat.OpenConversation, client_id=f"open-{name}")
    for number in range(times):
        await tab.post(
            chat.SendMessage(
                rid=1_000 + number,
                client_id=f"{name}-{number}",
                text=str(number),
                conversation_id=opened.conversation_id,
            )
        )
    await tab.until(chat.Done, lambda frame: frame.rid == 1_000 + times - 1)


async def test_an_operator_who_resumes_learns_who_is_online(desk: Desk) -> None:
    await desk.login()
    async with desk.operator_socket() as giulia:
        cursor = giulia.cursor
    async with desk.socket("/api/v1/operator/socket") as giulia:
        ready = await giulia.hello(cursor=cursor)
        assert ready.snapshot is None
        told = {(await giulia.until(ColleagueChanged)).colleague.person.name for _ in range(3)}
        assert told == {"Paolo Neri", "Sara Conti", "Anna Marini"}
