"""The desk's pages, driven in a browser as a visitor and an operator use them.

Each method does one thing that a person does and returns when the page shows that it was done.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Frame, Locator, Page

BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
"""What Chromium is started with, so that it does nothing but what its pages ask for."""


class CallControls:
    """What both sides have in a call."""

    def __init__(self, root: Page | Frame) -> None:
        self._root = root

    def tiles(self, kind: str = "camera") -> Locator:
        """Return the tiles of a kind: `camera`, `screen` or `self`."""
        return self._root.locator(f'[data-testid="tile"][data-kind="{kind}"]')

    def tile(self, name: str, kind: str = "camera") -> Locator:
        """Return the tile that carries a participant's name."""
        return self.tiles(kind).filter(has_text=name)

    def video(self, name: str, kind: str = "camera") -> Locator:
        """Return the picture in a participant's tile."""
        return self.tile(name, kind).locator("video")

    def voice(self, identity: str) -> Locator:
        """Return what plays a participant's voice; `identity` is the person's id."""
        return self._root.locator(f'[data-testid="voice"][data-identity="{identity}"]')

    async def identity(self, name: str) -> str:
        """Return the id of the participant with that name."""
        identity = await self.tile(name).first.get_attribute("data-identity")
        assert identity is not None
        return identity

    async def toggle_microphone(self) -> None:
        """Mute or unmute."""
        await self._root.get_by_test_id("toggle-microphone").click()

    async def toggle_camera(self) -> None:
        """Turn the camera off or on."""
        await self._root.get_by_test_id("toggle-camera").click()

    async def toggle_screen(self) -> None:
        """Share the screen, or stop."""
        await self._root.get_by_test_id("toggle-screen").click()

    async def leave_call(self) -> None:
        """Leave; the call goes on for the others."""
        await self._root.get_by_test_id("leave-call").click()


class Chat:
    """What both sides have in a conversation."""

    def __init__(self, root: Page | Frame) -> None:
        self._root = root

    async def say(self, text: str) -> None:
        """Write a message and send it."""
        await self._root.get_by_test_id("composer").fill(text)
        await self._root.get_by_test_id("send").click()

    def message(self, text: str) -> Locator:
        """Return the messages with that text."""
        return self._root.get_by_test_id("message").filter(has_text=text)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor on a company's page, with the widget open."""

    page: Page
    widget: Frame

    @classmethod
    async def arrive(cls, page: Page) -> Visitor:
        """Click the launcher of the page and wait for the widget."""
        await page.get_by_test_id("launcher").click()
        return await cls.on(page)

    @classmethod
    async def on(cls, page: Page) -> Visitor:
        """Find the widget that is open on the page already, as after a reload."""
        while not page.main_frame.child_frames:
            await page.wait_for_event("framenavigated")
        return cls(page, page.main_frame.child_frames[0])

    @property
    def chat(self) -> Chat:
        """The conversation."""
        return Chat(self.widget)

    @property
    def call(self) -> CallControls:
        """The call."""
        return CallControls(self.widget)

    async def start_chat(self, text: str) -> None:
        """Open a new conversation with a first message."""
        await self.widget.get_by_test_id("start-chat").click()
        await self.chat.say(text)
        await self.chat.message(text).wait_for()

    async def accept(self) -> None:
        """Accept the invitation to a call."""
        await self.widget.get_by_test_id("accept").click()

    async def decline(self) -> None:
        """Decline the invitation."""
        await self.widget.get_by_test_id("decline").click()


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator at the panel."""

    page: Page

    @classmethod
    async def log_in(cls, page: Page, email: str, password: str) -> Operator:
        """Log in at the panel's page."""
        await page.get_by_test_id("login-email").fill(email)
        await page.get_by_test_id("login-password").fill(password)
        await page.get_by_test_id("login-submit").click()
        await page.get_by_test_id("login-submit").wait_for(state="detached")
        return cls(page)

    @property
    def chat(self) -> Chat:
        """The conversation that is open."""
        return Chat(self.page)

    @property
    def call(self) -> CallControls:
        """The call."""
        return CallControls(self.page)

    async def open_chat(self, last_line: str) -> None:
        """Open the conversation whose row shows that last line."""
        await self.page.get_by_test_id("chat-row").filter(has_text=last_line).click()

    async def take_chat(self, last_line: str) -> None:
        """Open a waiting conversation and take charge of it."""
        await self.open_chat(last_line)
        await self.page.get_by_test_id("take").click()
        await self.page.get_by_test_id("take").wait_for(state="detached")

    async def start_call(self) -> None:
        """Start a call in the open conversation and go in; the visitor is invited."""
        await self.page.get_by_test_id("start-call").click()
        await self.enter_call()

    async def enter_call(self) -> None:
        """Go in from the preview."""
        await self.page.get_by_test_id("enter-call").click()
        await self.page.get_by_test_id("enter-call").wait_for(state="detached")

    async def invite(self, colleague: str) -> None:
        """Ask a colleague, by name, into the conversation and into its call."""
        await self.page.get_by_test_id("invite-colleague").first.click()
        await self.page.get_by_test_id("colleague-option").filter(has_text=colleague).click()
        await self.page.get_by_test_id("send-invitation").click()

    async def accept(self) -> None:
        """Accept a colleague's invitation."""
        await self.page.get_by_test_id("invitation-card").get_by_test_id("accept").click()

    async def end_call(self) -> None:
        """End the call for all."""
        await self.page.get_by_test_id("end-call").click()
