"""Time-limited credentials for TURN servers that share a secret with us (coturn's `use-auth-secret`).

The user name is the Unix time (s) until which it is good, a colon, and a name for the person; the password is
the Base64 of its HMAC-SHA1 under the secret (draft-uberti-behave-turn-rest-00 section 2.2).
"""

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from signalling.protocol.ice import IceServer


@dataclass(frozen=True, slots=True)
class Turn:
    """The TURN servers of this desk, by URL (RFC 7065); without any, clients get none."""

    urls: tuple[str, ...] = ()
    secret: str = field(default="", repr=False)
    ttl_s: int = 43_200

    def servers_for(self, person_id: str, now_s: float) -> list[IceServer]:
        """What to tell one person. The TURN server can tell persons apart, but not who they are."""
        if not self.urls:
            return []
        key = self.secret.encode()
        pseudonym = hmac.digest(key, person_id.encode(), sha256).hex()[:16]
        username = f"{int(now_s) + self.ttl_s}:{pseudonym}"
        credential = b64encode(hmac.digest(key, username.encode(), "sha1")).decode()
        return [IceServer(urls=list(self.urls), username=username, credential=credential)]
