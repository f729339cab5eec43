import re

import pytest

from tools.contrast import TOKENS, contrast, failures, rgb, themes

BLACK = (0, 0, 0)
WHITE = (255, 255, 255)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [(BLACK, WHITE, 21), (WHITE, WHITE, 1), ((119, 119, 119), WHITE, 4.48), ((118, 118, 118), WHITE, 4.54)],
)
def test_the_contrast_is_that_of_the_standard(
    one: tuple[int, int, int], other: tuple[int, int, int], ratio: float
) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_a_reference_is_followed_within_the_theme() -> None:
    css = ':root { --a: var(--b); --b: #102030; } [data-theme="dark"] { --b: #ffffff; }'
    assert rgb(themes(css)["light"], "a") == (16, 32, 48)
    assert rgb(themes(css)["dark"], "a") == WHITE


def test_a_faint_text_is_found_in_the_theme_that_has_it() -> None:
    faint = re.sub(r'(\[data-theme="dark"\] \{)', r"\1 --text: #333333;", TOKENS.read_text(), count=1)
    faint = re.sub(r"--text: #f1ece4;", "", faint)
    assert [line for line in failures(faint) if line.startswith("dark: text on surface ")]
    assert not [line for line in failures(faint) if line.startswith("light")]


def test_a_colour_that_lets_the_ground_through_is_refused() -> None:
    with pytest.raises(ValueError, match="not a colour"):
        rgb({"scrim": "rgb(0 0 0 / .6)"}, "scrim")
