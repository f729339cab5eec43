"""A visitor and an operator write to each other, in real pages."""

import re

from playwright.async_api import expect

from benchmarks.people import Operator, Visitor
from tests.e2e.desk import Desk


async def _conversation(desk: Desk, first_message: str) -> tuple[Visitor, Operator]:
    operator = await desk.operator(None, "Giulia")
    visitor = await desk.visitor(None)
    await visitor.start_chat(first_message)
    await operator.take_chat(first_message)
    return visitor, operator


async def test_the_welcome_stands_above_a_conversation_and_both_sides_see_each_others_words(
    desk: Desk,
) -> None:
    visitor, operator = await _conversation(desk, "Do you have the Lido in black?")
    await operator.chat.say("We do, one is left.")
    await expect(visitor.chat.message("We do, one is left.")).to_be_visible()
    authors = [
        await message.get_attribute("data-author")
        for message in await visitor.widget.get_by_test_id("message").all()
    ]
    assert authors == ["system", "visitor", "operator"]


async def test_ticks_tell_that_a_message_was_read(desk: Desk) -> None:
    visitor, operator = await _conversation(desk, "Are you open on Saturday?")
    await expect(visitor.chat.message("on Saturday?")).to_have_attribute("data-status", "read")
    await operator.chat.say("Until one o'clock.")
    await expect(operator.chat.message("one o'clock")).to_have_attribute("data-status", "read")


async def test_a_visitor_is_remembered_after_a_reload(desk: Desk) -> None:
    visitor, operator = await _conversation(desk, "I lost my prescription.")
    await visitor.page.reload()
    returned = await Visitor.on(visitor.page)
    await expect(returned.chat.message("I lost my prescription.")).to_be_attached()
    await operator.chat.say("We keep a copy.")
    await expect(returned.chat.message("We keep a copy.")).to_be_attached()


async def test_two_tabs_of_one_operator_show_the_same(desk: Desk) -> None:
    visitor, operator = await _conversation(desk, "Two tabs, one conversation.")
    second = Operator(await operator.page.context.new_page())
    await second.page.goto(operator.page.url)
    await second.open_chat("Two tabs, one conversation.")
    await second.chat.say("Written in the second tab.")
    await expect(operator.chat.message("Written in the second tab.")).to_have_count(1)
    await expect(visitor.chat.message("Written in the second tab.")).to_have_count(1)


async def test_what_is_written_without_a_network_arrives_once_when_it_is_back(desk: Desk) -> None:
    visitor, operator = await _conversation(desk, "My train is entering a tunnel.")
    await visitor.page.context.set_offline(True)
    await visitor.chat.say("Written in the tunnel.")
    await expect(visitor.chat.message("in the tunnel.")).to_have_attribute("data-status", "sending")
    await visitor.page.context.set_offline(False)
    await expect(operator.chat.message("Written in the tunnel.")).to_have_count(1, timeout=20_000)
    await expect(visitor.chat.message("Written in the tunnel.")).to_have_count(1)
    await expect(visitor.chat.message("Written in the tunnel.")).to_have_attribute(
        "data-status", re.compile("sent|delivered|read")
    )


async def test_a_chat_that_another_operator_took_leaves_the_list(desk: Desk) -> None:
    giulia = await desk.operator(None, "Giulia")
    paolo = await desk.operator(None, "Paolo")
    visitor = await desk.visitor(None)
    await visitor.start_chat("Who is free?")
    row = paolo.page.get_by_test_id("chat-row").filter(has_text="Who is free?")
    await expect(row).to_be_visible()
    await giulia.take_chat("Who is free?")
    await expect(row).to_have_count(0)
