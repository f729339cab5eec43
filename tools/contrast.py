"""Check that the colours of the design system that meet on screen differ enough to be read.

The contrast ratio is that of WCAG 2.2, in the light and in the dark theme: 4.5 for words (success criterion
1.4.3), 3 for shapes that carry meaning (1.4.11).
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

TOKENS = Path(__file__).parents[1] / "web" / "ui" / "tokens.css"

WORDS = 4.5
SHAPES = 3.0
NEIGHBOURS = 1.5  # Two areas of a chart that touch and also differ in hue.

# Foreground: the backgrounds on which words in it appear.
WORDS_ON = {
    "text": ["surface", "surface-active", "surface-sunken", "bg", "field"],
    "text-muted": ["surface", "surface-sunken", "surface-hover", "surface-active", "bg", "accent-soft"],
    "link": ["surface", "surface-sunken"],
    "accent-contrast": ["accent", "accent-hover", "accent-active"],
    "accent-text": ["surface", "accent-soft", "accent-soft-2"],
    "success-text": ["surface", "success-soft"],
    "warning-text": ["surface", "warning-soft"],
    "danger-text": ["surface", "danger-soft"],
    "danger-contrast": ["danger", "danger-hover"],
    "whisper": ["surface"],
    "whisper-text": ["surface", "whisper-soft"],
    "bubble-in-text": ["bubble-in"],
    "bubble-out-text": ["bubble-out"],
    "bubble-out-meta": ["bubble-out"],
    "brand-contrast": ["brand"],
    "brand-button-contrast": ["brand-button"],
    "stage-text": ["stage", "stage-tile", "stage-raised", "stage-hover"],
    "stage-muted": ["stage", "stage-tile"],
    "stage-danger-contrast": ["stage-danger", "stage-danger-hover"],
    "stage-off-text": ["stage-off", "stage-off-hover"],
    "stage-on-text": ["stage-on", "stage-on-hover"],
}

SHAPES_ON = {
    "text-faint": ["surface"],
    "border-field": ["surface", "surface-sunken"],
    "focus": ["surface", "surface-active", "bg"],
    "accent": ["surface"],
    "warning": ["surface"],
    "whisper": ["whisper-soft"],
    "presence-here": ["surface", "surface-sunken"],
    "presence-leaving": ["surface", "surface-sunken", "accent-soft"],
    "presence-gone": ["surface", "surface-sunken"],
    "stage-speaking": ["stage"],
    "stage-focus": ["stage", "stage-tile"],
    "stage-warning": ["stage-tile"],
    "chart-1": ["surface"],
    "chart-2": ["surface"],
}

NEIGHBOURS_OF = {"chart-1": ["chart-2"]}

Theme = dict[str, str]


def themes(css: str) -> dict[str, Theme]:
    """The values of the custom properties in each theme, by name without dashes."""
    light: Theme = {}
    dark: Theme = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        values = dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))
        if selector.strip().startswith(":root"):
            light |= values
        elif '[data-theme="dark"]' in selector:
            dark |= values
    return {"light": light, "dark": light | dark}


def rgb(theme: Theme, name: str) -> tuple[int, int, int]:
    """The colour of a name, through references; raises ValueError for what is no opaque hex colour."""
    value = theme[name].strip()
    if reference := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return rgb(theme, reference[1])
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError(f"--{name}: {value} is not a colour of six hex digits")
    red, green, blue = bytes.fromhex(value[1:])
    return red, green, blue


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2, definitions)."""
    shares = [value / 255 for value in colour]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Contrast ratio (WCAG 2.2, definitions), from 1 to 21."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def pairs() -> Iterator[tuple[str, str, float]]:
    """Foreground, background and the least contrast of each pair in use."""
    for table, least in ((WORDS_ON, WORDS), (SHAPES_ON, SHAPES), (NEIGHBOURS_OF, NEIGHBOURS)):
        for foreground, backgrounds in table.items():
            for background in backgrounds:
                yield foreground, background, least


def failures(css: str) -> Iterator[str]:
    """A line for each pair that is too faint."""
    for theme_name, theme in themes(css).items():
        for foreground, background, least in pairs():
            ratio = contrast(rgb(theme, foreground), rgb(theme, background))
            if ratio < least:
                yield f"{theme_name}: {foreground} on {background} has {ratio:.2f}, needs {least}"


def main() -> int:
    """Print what fails; the exit status tells."""
    found = list(failures(TOKENS.read_text()))
    for line in found:
        print(line)
    if not found:
        print(f"contrast: {sum(1 for _ in pairs())} pairs in two themes are clear enough")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
