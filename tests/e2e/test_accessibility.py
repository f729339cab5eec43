"""Every screen keeps the rules of WCAG 2, levels A and AA, in light and in dark colours."""

from typing import Any

from playwright.async_api import expect

from benchmarks.people import Operator, Visitor
from benchmarks.server import Server
from tests.e2e.axe import violations
from tests.e2e.desk import Desk, OpenPage
from tests.support.media import GREEN, RED

# A machine without a GPU paints few pixels in time.
SMALL: dict[str, Any] = {"viewport": {"width": 1000, "height": 700}, "reduced_motion": "reduce"}


async def _assert_clean_on_both_sides(visitor: Visitor, operator: Operator) -> None:
    assert await violations(visitor.page, visitor.widget) == []
    assert await violations(operator.page) == []


async def test_the_shop_and_the_open_widget(desk: Desk) -> None:
    visitor = await desk.visitor(None, **SMALL)
    await visitor.widget.get_by_test_id("start-chat").wait_for()
    assert await violations(visitor.page) == []
    assert await violations(visitor.page, visitor.widget) == []


async def test_a_conversation_from_the_first_message_to_the_call(desk: Desk) -> None:
    operator = await desk.operator(RED, "Giulia", **SMALL)
    visitor = await desk.visitor(GREEN, **SMALL)
    await visitor.start_chat("Which frames are light?")
    await operator.take_chat("Which frames are light?")
    await operator.chat.say("The ones of titanium.")
    await visitor.chat.message("The ones of titanium.").wait_for()
    await _assert_clean_on_both_sides(visitor, operator)

    await operator.page.get_by_test_id("start-call").click()
    await operator.page.get_by_test_id("enter-call").wait_for()
    assert await violations(operator.page) == []

    await operator.enter_call()
    await visitor.widget.get_by_test_id("invitation").wait_for()
    await _assert_clean_on_both_sides(visitor, operator)

    await visitor.accept()
    await expect(visitor.call.video("Giulia")).to_be_visible()
    await expect(operator.call.video("Anonimo")).to_be_visible()
    await _assert_clean_on_both_sides(visitor, operator)


async def test_the_operators_login(open_page: OpenPage, server: Server) -> None:
    page = await open_page(None, server.addresses.operator, **SMALL)
    await page.get_by_test_id("login-email").wait_for()
    assert await violations(page) == []


async def test_the_administrators_groups_form_and_keys(
    open_page: OpenPage, server: Server, desk: Desk
) -> None:
    page = await open_page(None, server.addresses.admin, **SMALL)
    login = desk.login_of("Anna")
    await Operator.log_in(page, login.email, login.password)
    await page.get_by_test_id("group-row").first.wait_for()
    assert await violations(page) == []

    await page.get_by_test_id("group-row").first.click()
    await page.get_by_test_id("save-group").wait_for()
    assert await violations(page) == []

    await page.get_by_role("navigation").get_by_role("button").nth(1).click()
    await page.get_by_test_id("create-key").wait_for()
    assert await violations(page) == []
