"""Random ids, and secrets that are stored only as hashes."""

import hashlib
import secrets


def new_id() -> str:
    """Return a fresh opaque id of 22 URL-safe characters (128 random bits)."""
    return secrets.token_urlsafe(16)


def new_token() -> str:
    """Return a fresh secret of 43 URL-safe characters (256 random bits)."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is stored of a secret. Random secrets of this length need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def csrf_token(session_token: str) -> str:
    """Return a session's CSRF token: derived, so it needs no storage, and does not tell the session's."""
    return digest(f"csrf:{session_token}")
