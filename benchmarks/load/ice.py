"""Connectivity checks towards a server with one address (RFC 8445 section 7.2), and consent (RFC 7675)."""

from __future__ import annotations

import secrets
import struct

from media.sfu import stun
from media.sfu.stun import Address, StunError

_PRIORITY = 1845501695  # Peer-reflexive, as a check has it (RFC 8445 section 7.1.1).


class Checks:
    """The client's side of ICE: in control it nominates with every check, else it leaves that to others."""

    def __init__(
        self,
        local_ufrag: str,
        local_password: str,
        remote_ufrag: str,
        remote_password: str,
        *,
        controlling: bool = True,
    ) -> None:
        self._username = f"{remote_ufrag}:{local_ufrag}".encode()
        self._local_password = local_password
        self._remote_password = remote_password
        tie_breaker = secrets.token_bytes(8)
        self._role = (
            {stun.ICE_CONTROLLING: tie_breaker, stun.USE_CANDIDATE: b""}
            if controlling
            else {stun.ICE_CONTROLLED: tie_breaker}
        )
        self._transactions: set[bytes] = set()

    def request(self) -> bytes:
        """The next check to send."""
        transaction_id = secrets.token_bytes(12)
        self._transactions.add(transaction_id)
        attributes = {
            stun.USERNAME: self._username,
            stun.PRIORITY: struct.pack("!I", _PRIORITY),
            **self._role,
        }
        return stun.build_stun(stun.BINDING_REQUEST, transaction_id, attributes, self._remote_password)

    def is_answer(self, datagram: bytes) -> bool:
        """Whether a datagram is an authentic success for one of the checks sent."""
        try:
            message = stun.parse_stun(datagram)
        except StunError:
            return False
        if message.message_type != stun.BINDING_SUCCESS or message.transaction_id not in self._transactions:
            return False
        self._transactions.clear()
        return message.has_integrity(self._remote_password)

    def response(self, datagram: bytes, address: Address) -> bytes | None:
        """What to send back if the datagram is an authentic check of the server, which has this address."""
        try:
            message = stun.parse_stun(datagram)
        except StunError:
            return None
        if message.message_type != stun.BINDING_REQUEST or not message.has_integrity(self._local_password):
            return None
        mapped = {stun.XOR_MAPPED_ADDRESS: stun.encode_xor_address(address, message.transaction_id)}
        return stun.build_stun(stun.BINDING_SUCCESS, message.transaction_id, mapped, self._local_password)
