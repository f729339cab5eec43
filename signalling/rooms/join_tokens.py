"""Join tokens: leave for one person to join one room, signed by the server, until a moment.

Compact form: base64url(JSON claims) `.` base64url(HMAC-SHA256 of the first part). An expired token opens
nothing new, but its bearer may still manage the session that he opened with it.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256

import msgspec

from media.sfu.messages import Identity
from signalling.edge.server_secret import ServerSecret

MAX_TOKEN_LENGTH = 2_048


class JoinClaims(msgspec.Struct, frozen=True):
    """What a token says. `expires_at_ms` is in Unix milliseconds."""

    room_id: str
    identity: Identity
    expires_at_ms: int


class JoinTokens:
    """Signs and verifies with the server's key."""

    def __init__(self, secret: ServerSecret) -> None:
        self._key = secret.key("join tokens", 32)

    def issue(self, claims: JoinClaims) -> str:
        """The token for these claims."""
        body = urlsafe_b64encode(msgspec.json.encode(claims))
        return f"{body.decode()}.{urlsafe_b64encode(self._mac(body)).decode()}"

    def verify(self, token: str) -> JoinClaims | None:
        """The claims, expired or not, or None when this server did not sign them."""
        if len(token) > MAX_TOKEN_LENGTH:
            return None
        try:
            body, _, mac = token.encode("ascii").partition(b".")
            if not hmac.compare_digest(urlsafe_b64decode(mac), self._mac(body)):
                return None
            return msgspec.json.decode(urlsafe_b64decode(body), type=JoinClaims)
        except (UnicodeEncodeError, Base64Error, msgspec.DecodeError):
            return None

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, sha256)
