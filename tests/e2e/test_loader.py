"""The script on a company's page: its launcher, what it offers to the page, and whom it believes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.async_api import Page, expect

from benchmarks.people import Visitor
from benchmarks.server import Server
from tests.e2e.desk import Desk, OpenPage

_PHONE = {"width": 390, "height": 844}

_FOCUS = "document.activeElement?.dataset.testid ?? null"

_OPTIONS = """window.told = {tracked: [], heard: []};
window.Sportello = {onTracker: event => told.tracked.push(event)};"""

_LISTEN = """() => {
    for (const event of ['chatOpen', 'chatStart', 'videoStart', 'chatClose']) {
        Sportello.on(event, () => told.heard.push(event));
    }
    Sportello.on('unread', count => told.unread = count);
}"""

_FORGE = """messages => new Promise(resolve => {
    addEventListener('message', ({data}) => data === 'last' && resolve());
    for (const message of [...messages, 'last']) postMessage(message, '*');
})"""


async def _launcher(page: Page) -> tuple[str, bool]:
    """What a screen reader says of the launcher: its name, and whether it is expanded."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    button = next(
        node
        for node in tree["nodes"]
        if node.get("role", {}).get("value") == "button" and node["name"]["value"].startswith("Chat")
    )
    states = {state["name"]: state["value"].get("value") for state in button["properties"]}
    return button["name"]["value"], states["expanded"]


async def _tab_to_launcher(page: Page) -> None:
    links = await page.locator("a, button, input").count()
    for _ in range(links + 1):
        await page.keyboard.press("Tab")
        if await page.evaluate(_FOCUS) == "launcher":
            return
    raise AssertionError("the keyboard does not reach the launcher")


async def _watched_shop(open_page: OpenPage, server: Server) -> Page:
    """Open the shop with a page script that notes down in `told` what the loader tells it."""
    # The shop's own policy would refuse the conditions that this test waits for.
    page = await open_page(None, "about:blank", bypass_csp=True)
    await page.add_init_script(_OPTIONS)
    await page.goto(server.addresses.shop)
    await page.wait_for_function("Sportello.open !== undefined")
    await page.evaluate(_LISTEN)
    return page


async def _forge(page: Page, messages: Sequence[dict[str, object]]) -> None:
    """Let the page's own window say what only the widget may say; returns once all was delivered."""
    await page.evaluate(_FORGE, messages)


async def test_the_keyboard_opens_the_widget_and_comes_back_to_the_launcher(
    open_page: OpenPage, server: Server
) -> None:
    page = await open_page(None, server.addresses.shop)
    await expect(page.get_by_test_id("launcher")).to_be_visible()
    await _tab_to_launcher(page)
    assert await _launcher(page) == ("Chat", False)
    await page.keyboard.press("Enter")
    visitor = await Visitor.on(page)
    await visitor.widget.get_by_test_id("start-chat").wait_for()
    assert await _launcher(page) == ("Chat", True)
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("launcher")).not_to_have_class(re.compile(r"\bopen\b"))
    assert await _launcher(page) == ("Chat", False)
    assert await page.evaluate(_FOCUS) == "launcher"


async def test_the_page_opens_closes_and_begins_a_chat_and_is_told_of_it(
    open_page: OpenPage, server: Server
) -> None:
    page = await _watched_shop(open_page, server)
    await page.evaluate("Sportello.open()")
    visitor = await Visitor.on(page)
    await visitor.widget.get_by_test_id("start-chat").wait_for()
    await page.evaluate("Sportello.close()")
    await page.evaluate("Sportello.startChat()")
    await visitor.chat.say("Good morning")
    await visitor.chat.message("Good morning").wait_for()
    await page.wait_for_function("told.tracked.includes('chatStart')")
    assert await page.evaluate("told.heard") == ["chatOpen", "chatClose", "chatOpen", "chatStart"]
    assert await page.evaluate("told.tracked") == ["chatOpen", "chatOpen", "chatStart"]


async def test_messages_that_the_page_forges_are_ignored(open_page: OpenPage, server: Server) -> None:
    page = await _watched_shop(open_page, server)
    await page.evaluate("Sportello.open()")
    visitor = await Visitor.on(page)
    await visitor.widget.get_by_test_id("start-chat").wait_for()
    await page.evaluate("Sportello.close()")
    await _forge(page, [{"type": "show", "shown": True}, {"type": "track", "event": "videoStart"}])
    await _forge(page, [{"type": "unread", "count": 9}])
    assert await _launcher(page) == ("Chat", False)
    assert await page.evaluate("told.heard") == ["chatOpen", "chatClose"]


async def test_answers_to_a_closed_widget_are_counted_at_the_launcher(
    open_page: OpenPage, server: Server, desk: Desk
) -> None:
    operator = await desk.operator(None, "Giulia")
    visitor = await Visitor.arrive(await _watched_shop(open_page, server))
    await visitor.start_chat("Is the Faro in stock?")
    await operator.take_chat("Is the Faro in stock?")
    await visitor.page.evaluate("Sportello.close()")
    for text in ("It is.", "In two colours."):
        await operator.chat.say(text)
    await visitor.page.wait_for_function("told.unread === 2")
    assert await _launcher(visitor.page) == ("Chat, 2", False)
    await visitor.page.evaluate("Sportello.open()")
    await visitor.page.wait_for_function("told.unread === 0")
    assert await _launcher(visitor.page) == ("Chat", True)


async def test_the_widget_fills_a_phones_screen(desk: Desk) -> None:
    visitor = await desk.visitor(None, viewport=_PHONE)
    frame = await visitor.widget.frame_element()
    assert await frame.bounding_box() == {"x": 0, "y": 0, **_PHONE}
