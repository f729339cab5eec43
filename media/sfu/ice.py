"""The ICE-lite agent: answers connectivity checks and says whose they are (RFC 8445 sections 2.5 and 7.3).

A lite agent never sends checks. All it must know is which user name belongs to which session, and with
which password. During a restart a session has two sets of credentials until the newer one is used.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum

from media.sfu import stun
from media.sfu.stun import Address, StunError, StunMessage

_MAX_CREDENTIALS = 4


class Verdict(StrEnum):
    """What became of a STUN datagram; the name is the one under which it is counted."""

    AUTHENTICATED = "stun_checks"
    MALFORMED = "malformed_stun"
    UNAUTHENTICATED = "dropped_stun_unauthenticated"
    ROLE_CONFLICT = "stun_role_conflicts"
    UNKNOWN_ATTRIBUTE = "stun_unknown_attributes"
    IGNORED = "dropped_stun_ignored"


@dataclass(frozen=True, slots=True)
class IceCredentials:
    """A user name fragment and a password (RFC 8445 section 5.3)."""

    ufrag: str
    password: str


@dataclass(frozen=True, slots=True)
class IceResult:
    """The outcome of one datagram: what to send back, and the session if the check was authentic."""

    verdict: Verdict
    response: bytes | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Registration:
    session_id: str
    local: IceCredentials
    remote_ufrag: str


class IceAgent:
    """Holds the credentials of all sessions and answers their checks."""

    def __init__(self) -> None:
        self._registrations: dict[str, _Registration] = {}
        self._ufrags: dict[str, list[str]] = {}

    def register(self, session_id: str, local: IceCredentials, remote_ufrag: str) -> None:
        """Accept checks with these credentials from now on, besides those given before.

        Of restarts that were begun and never used, only the latest are kept.
        """
        self._registrations[local.ufrag] = _Registration(session_id, local, remote_ufrag)
        ufrags = self._ufrags.setdefault(session_id, [])
        ufrags.append(local.ufrag)
        if len(ufrags) > _MAX_CREDENTIALS:
            del self._registrations[ufrags.pop(1)]

    def unregister(self, session_id: str) -> None:
        """Refuse a session's credentials from now on."""
        for ufrag in self._ufrags.pop(session_id, ()):
            del self._registrations[ufrag]

    def handle(self, datagram: bytes, address: Address) -> IceResult:
        """Judge a STUN datagram that came from `address`."""
        try:
            message = stun.parse_stun(datagram)
        except StunError:
            return IceResult(Verdict.MALFORMED)
        if message.message_type != stun.BINDING_REQUEST:
            return IceResult(Verdict.IGNORED)
        registration = self._authenticate(message)
        if registration is None:
            return IceResult(Verdict.UNAUTHENTICATED)
        return self._answer(message, registration, address)

    def _authenticate(self, message: StunMessage) -> _Registration | None:
        username = message.attributes.get(stun.USERNAME, b"").decode(errors="replace")
        local_ufrag, _, remote_ufrag = username.partition(":")
        registration = self._registrations.get(local_ufrag)
        if registration is None or registration.remote_ufrag != remote_ufrag:
            return None
        return registration if message.has_integrity(registration.local.password) else None

    def _answer(self, message: StunMessage, registration: _Registration, address: Address) -> IceResult:
        unknown = message.unknown_required()
        if unknown:
            attributes = {
                stun.ERROR_CODE: stun.encode_error(420, "Unknown Attribute"),
                stun.UNKNOWN_ATTRIBUTES: struct.pack(f"!{len(unknown)}H", *unknown),
            }
            return IceResult(Verdict.UNKNOWN_ATTRIBUTE, _error(message, attributes, registration))
        if stun.ICE_CONTROLLED in message.attributes:
            # A lite agent is always controlled, so the peer has to change its role (section 7.3.1.1).
            attributes = {stun.ERROR_CODE: stun.encode_error(487, "Role Conflict")}
            return IceResult(Verdict.ROLE_CONFLICT, _error(message, attributes, registration))
        mapped = {stun.XOR_MAPPED_ADDRESS: stun.encode_xor_address(address, message.transaction_id)}
        response = stun.build_stun(
            stun.BINDING_SUCCESS, message.transaction_id, mapped, registration.local.password
        )
        self._retire_older(registration)
        return IceResult(Verdict.AUTHENTICATED, response, registration.session_id)

    def _retire_older(self, used: _Registration) -> None:
        """Once the newest credentials of a session are used, those before them are void."""
        ufrags = self._ufrags[used.session_id]
        if ufrags[-1] == used.local.ufrag:
            for ufrag in ufrags[:-1]:
                del self._registrations[ufrag]
            del ufrags[:-1]


def _error(message: StunMessage, attributes: dict[int, bytes], registration: _Registration) -> bytes:
    return stun.build_stun(
        stun.BINDING_ERROR, message.transaction_id, attributes, registration.local.password
    )
