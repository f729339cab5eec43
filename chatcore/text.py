"""What people write, made safe to keep: one normal form, no invisible controls, a bearable length."""

import re
import unicodedata
from collections.abc import Mapping

from chatcore.errors import DeskError

MESSAGE_LENGTH = 4_000
NAME_LENGTH = 80
EMAIL_LENGTH = 254  # RFC 5321, section 4.5.3.1, less the angle brackets

_CLIENT_ID_LENGTHS = range(8, 65)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def clean_message(text: str) -> str:
    """Return a message's text in NFC without control characters other than newline and tab.

    Nothing else is changed or trimmed. Raises `invalid_text` when it is blank or longer than 4,000
    characters.
    """
    return _bounded(_normal(text, keep="\n\t"), MESSAGE_LENGTH, "a message")


def clean_name(text: str) -> str:
    """Return a person's name: one line of at most 80 characters. Raises `invalid_text`."""
    return _bounded(_normal(text, keep="").strip(), NAME_LENGTH, "a name")


def clean_email(text: str) -> str:
    """Return a mail address as written. Raises `invalid_text` for what cannot be one."""
    address = _bounded(_normal(text, keep="").strip(), EMAIL_LENGTH, "a mail address")
    if not _EMAIL.fullmatch(address):
        raise DeskError("invalid_text", "a mail address has the form name@domain")
    return address


def check_client_id(client_id: str) -> None:
    """Raise `bad_request` unless the id has 8 to 64 printable ASCII characters."""
    if len(client_id) not in _CLIENT_ID_LENGTHS or not (client_id.isascii() and client_id.isprintable()):
        raise DeskError("bad_request", "a client id has 8 to 64 printable ASCII characters")


def in_language(texts: Mapping[str, str], language: str | None) -> str:
    """Return the text in a language such as `it` or `it-CH`; else in English; else any; else nothing."""
    wanted = (language or "").lower()
    for one in (wanted, wanted.partition("-")[0], "en"):
        if one in texts:
            return texts[one]
    return next(iter(texts.values()), "")


def _normal(text: str, keep: str) -> str:
    # Cs: a lone surrogate has no UTF-8 form, so it could not be stored.
    kept = (one for one in text if one in keep or unicodedata.category(one) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", "".join(kept))


def _bounded(text: str, limit: int, what: str) -> str:
    if not text.strip() or len(text) > limit:
        raise DeskError("invalid_text", f"{what} has 1 to {limit:,} characters and is not blank")
    return text
