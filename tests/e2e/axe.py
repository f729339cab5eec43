"""The rules of WCAG 2, levels A and AA, that a program can check, by axe-core."""

from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Frame, Page

_SOURCE = (Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js").read_text()

_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

_RUN = """axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa'], resultTypes: ['violations'], iframes: false,
}).then(({violations}) => violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => ({
    rule: id, element: html, summary: failureSummary,
}))))"""


async def violations(page: Page, frame: Frame | None = None) -> list[dict[str, Any]]:
    """Return what breaks a rule in the page, or in one frame of it, in light and in dark colours."""
    document = frame or page.main_frame
    await document.evaluate(_SOURCE)
    found: list[dict[str, Any]] = []
    for scheme in _SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [{"scheme": scheme, **violation} for violation in await document.evaluate(_RUN)]
    return found
