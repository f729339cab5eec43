"""The administrator's panel: a group's background, from the upload to the saved setting."""

from typing import Any

from playwright.async_api import FilePayload, Page, expect

from benchmarks.people import Operator
from benchmarks.server import Server
from tests.e2e.axe import violations
from tests.e2e.desk import Desk, OpenPage
from tests.media.backgrounds.files import jpeg, plain, square_logo

DESKTOP: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900},
    "reduced_motion": "reduce",
    "locale": "en",
}
GREEN, PINK = (20, 160, 60), (230, 0, 230)
IN_THE_ROOM, IN_THE_LOGO = (0.9, 0.5), (0.2, 0.35)  # Shares of the preview's width and height.

_HAS_COLOUR = """([colour, [x, y]]) => {
  const image = document.querySelector('[data-testid="effect-preview"]');
  if (!image.complete || !image.naturalWidth) return false;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const drawing = canvas.getContext("2d");
  drawing.drawImage(image, 0, 0);
  const { data } = drawing.getImageData(x * canvas.width, y * canvas.height, 1, 1);
  return colour.every((value, at) => Math.abs(value - data[at]) < 24);
}"""


class Office:
    """The form of a group, in the administrator's hands."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def choose(self, background: str) -> None:
        """Choose what is behind the operators; the radio button itself lies out of sight."""
        await self.page.get_by_test_id(f"background-{background}").check(force=True)

    async def upload(self, to: str, name: str, data: bytes) -> None:
        """Put a file where images are chosen."""
        file = FilePayload(name=name, mimeType="image/png", buffer=data)
        await self.page.get_by_test_id(to).locator("input[type=file]").set_input_files(file)

    async def shows(self, colour: tuple[int, int, int], place: tuple[float, float]) -> None:
        """Wait until the preview has this colour in a place."""
        await self.page.get_by_test_id("effect-preview").wait_for()
        wanted = [list(colour), list(place)]
        await self.page.wait_for_function(_HAS_COLOUR, arg=wanted, polling=100)


async def office(open_page: OpenPage, server: Server, desk: Desk) -> Office:
    page = await open_page(None, server.addresses.admin, **DESKTOP)
    login = desk.login_of("Anna")
    await Operator.log_in(page, login.email, login.password)
    await page.get_by_test_id("group-row").first.wait_for()
    return Office(page)


async def test_an_administrator_uploads_a_background_and_a_logo_sees_and_saves_them(
    open_page: OpenPage, server: Server, desk: Desk
) -> None:
    form = await office(open_page, server, desk)
    page = form.page
    await page.get_by_role("button", name="New group").click()
    await page.get_by_label("Name", exact=True).fill("Sfondi")
    await page.get_by_label("Code").fill("sfondi")
    await form.choose("virtual")
    await form.upload("background-images", "room.png", jpeg(plain(320, 240, GREEN)))
    await form.shows(GREEN, IN_THE_ROOM)
    await page.get_by_label("Logo over the video").check()
    await form.upload("logo-images", "logo.png", square_logo(PINK))
    await page.get_by_label("Corner").last.select_option("top-left")
    await page.get_by_label("Width").fill("40")
    await form.shows(PINK, IN_THE_LOGO)
    assert await violations(page) == []
    await page.get_by_test_id("save-group").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()

    await page.reload()
    await page.locator('[data-testid="group-row"][data-group="sfondi"]').click()
    await expect(page.get_by_test_id("background-virtual")).to_be_checked()
    await expect(page.get_by_label("Width")).to_have_value("40")
    await form.shows(PINK, IN_THE_LOGO)
    await page.get_by_role("button", name="Delete image 1").first.click()
    await expect(page.get_by_text("A group uses this image").first).to_be_visible()


async def test_what_is_no_image_is_refused_in_plain_words_and_an_image_must_be_chosen(
    open_page: OpenPage, server: Server, desk: Desk
) -> None:
    form = await office(open_page, server, desk)
    await form.page.locator('[data-group="consulenza"]').click()
    await form.choose("virtual")
    await form.upload("background-images", "picture.png", b"no picture")
    await expect(form.page.get_by_text("The file is no JPG or PNG image")).to_be_visible()
    await form.page.get_by_test_id("save-group").click()
    await expect(form.page.get_by_text("Choose or add an image")).to_be_visible()
