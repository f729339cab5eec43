import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chatcore.errors import DeskError
from chatcore.text import clean_email, clean_message, clean_name

anything = st.text(st.characters(codec=None, categories=None), max_size=200)


def check_refusal(error: DeskError) -> None:
    assert error.code == "invalid_text"


@given(anything)
def test_a_message_is_kept_in_one_form_or_refused(text: str) -> None:
    try:
        kept = clean_message(text)
    except DeskError as error:
        check_refusal(error)
        return
    assert kept.encode()
    assert unicodedata.is_normalized("NFC", kept)
    assert {one for one in kept if unicodedata.category(one) == "Cc"} <= {"\n", "\t"}
    assert clean_message(kept) == kept


@given(anything)
def test_nothing_visible_is_lost(text: str) -> None:
    normal = unicodedata.normalize("NFC", text)
    assume(normal.strip() and all(unicodedata.category(one) not in ("Cc", "Cs") for one in text))
    assert clean_message(text) == normal


@pytest.mark.parametrize(("text", "kept"), [(" a ", " a "), ("a\r\n\tb\0", "a\n\tb"), ("e\u0301", "é")])
def test_white_space_stays_and_controls_go(text: str, kept: str) -> None:
    assert clean_message(text) == kept


@pytest.mark.parametrize("text", ["", " \n", "\0", "x" * 4_001])
def test_blank_and_overlong_messages_are_refused(text: str) -> None:
    with pytest.raises(DeskError, match="invalid_text"):
        clean_message(text)


def test_a_message_of_the_full_length_is_kept() -> None:
    assert clean_message("x" * 4_000) == "x" * 4_000


@given(anything)
def test_names_and_addresses_are_one_line(text: str) -> None:
    for clean in (clean_name, clean_email):
        try:
            kept = clean(text)
        except DeskError as error:
            check_refusal(error)
        else:
            assert kept == kept.strip()
            assert "\n" not in kept
