"""Cursors: where a subscriber stands in the stream of events, as text that tells him nothing.

A position counts all events of the account, so that differences between positions would show how much happens
elsewhere. A cursor is the position sealed with AES-SIV (RFC 5297), bound to the subscriber: the same position
always gives him the same cursor, another's cursor or a forged one opens nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from signalling.edge.server_secret import ServerSecret

_POSITION_BYTES = 8


class CursorCodec:
    """Seals and opens positions with the server's key."""

    def __init__(self, secret: ServerSecret) -> None:
        self._cipher = AESSIV(secret.key("chat cursors", 32))

    def seal(self, subscriber: str, position: int) -> str:
        """The cursor of a subscriber at a position (0 or more)."""
        sealed = self._cipher.encrypt(position.to_bytes(_POSITION_BYTES, "big"), [subscriber.encode()])
        return urlsafe_b64encode(sealed).decode()

    def open(self, subscriber: str, cursor: str) -> int | None:
        """The position, or None when this server did not make the cursor for this subscriber."""
        try:
            sealed = urlsafe_b64decode(cursor.encode("ascii"))
            return int.from_bytes(self._cipher.decrypt(sealed, [subscriber.encode()]), "big")
        except (Base64Error, UnicodeEncodeError, ValueError, InvalidTag):
            return None
