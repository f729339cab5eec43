"""ICE restart fragments (`application/trickle-ice-sdpfrag`, RFC 8840 section 9)."""

from __future__ import annotations

from collections import defaultdict

from media.sfu.ice import IceCredentials
from media.sfu.sdp.offer import SdpError, parse_credentials

MAX_SIZE = 16 * 1024


def parse_fragment(text: str) -> IceCredentials:
    """Return the credentials in a fragment; candidates and m-lines are of no use to a lite agent.

    Raises:
        SdpError: the fragment is too large or has no valid credentials.
    """
    if len(text) > MAX_SIZE:
        raise SdpError(f"the fragment is larger than {MAX_SIZE} characters")
    attributes: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        if line.startswith("a="):
            name, _, value = line[2:].partition(":")
            attributes[name].append(value.strip())
    ufrag, password = parse_credentials(attributes, {})
    return IceCredentials(ufrag, password)


def build_fragment(credentials: IceCredentials) -> str:
    """Return the server's new credentials; its candidates stay as the answer gave them."""
    lines = ["a=ice-lite", f"a=ice-ufrag:{credentials.ufrag}", f"a=ice-pwd:{credentials.password}"]
    return "\r\n".join(lines) + "\r\n"
