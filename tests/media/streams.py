"""The video streams with which the native path is compared with its specification."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from media.sfu.stun import Address
from tests.media.specification.red import RedundantBlock, build_red
from tests.media.specification.rtp import Extension
from tests.media.specification.srtp import SrtpSession

CLIENTS = 3
RID_ID, REPAIRED_RID_ID = 11, 12
TRANSPORT_CC_IDS = {0: 14, 2: 40}
"""Of the clients that negotiated transport-wide feedback."""
RED_TYPES = {0: 63, 2: 112}
"""Of the clients that negotiated redundant audio."""


@dataclass
class Sender:
    """One video stream of a client; numbers beyond 16 bits wrap."""

    client: int
    session: SrtpSession
    address: Address
    ssrc: int
    mid: bytes
    rid: bytes
    number: int
    picture_id: int = 0
    timestamp: int = 0
    rtx_number: int = 0
    transport_number: int = 65_400
    sent: list[bytes] = field(default_factory=list)

    def extensions(self, dice: random.Random, mid: bytes) -> list[Extension]:
        """Return some of the header extensions that a packet of this m-line may have."""
        shift = 3 * self.client if self.client < CLIENTS - 1 else 20
        self.transport_number += dice.choice((1, 1, 1, 1, 1, 1, 2, 5, -3, -30))
        if dice.random() < 0.01:
            self.transport_number += dice.choice((-1024, 700, 1023, 1024, 30_000))
        candidates = [
            (TRANSPORT_CC_IDS.get(self.client, 10), (self.transport_number & 0xFFFF).to_bytes(2, "big")),
            (1, mid),
            (RID_ID, self.rid),
            (2 + shift, bytes((dice.randrange(256),))),
            (3 + shift, b"\x01"),
            (13, b"xyz"),
        ]
        return [element for element in candidates if element[1] and dice.random() < 0.6]

    def payload(self, dice: random.Random) -> bytes:
        """Return a payload, of the same frame or of the next, with any fields in its descriptor."""
        start = dice.random() < 0.5
        key_frame = dice.random() < 0.1
        if start:
            self.picture_id += 1
            self.timestamp += 3000
        flags = dice.choice((0xF0, 0xF0, 0xF0, 0x80, 0xB0, 0x40, 0x00))
        fields = bytearray((0x80 | (0x10 if start else 0), flags))
        if flags & 0x80:
            fields += (0x8000 | self.picture_id & 0x7FFF).to_bytes(2, "big")
        if flags & 0x40:
            fields.append(self.picture_id & 0xFF)
        if flags & 0x30:
            temporal_id, sync = (0, 2, 1, 2)[self.picture_id % 4], self.picture_id % 8 in (1, 2)
            fields.append(temporal_id << 6 | sync << 5 | self.picture_id & 31)
        size = b"\0\0\x9d\x01\x2a\x40\x41\xb4\0" if dice.random() < 0.5 else b""
        return bytes(fields) + bytes((not key_frame,)) + size + dice.randbytes(dice.randrange(40))


def redundant_audio(dice: random.Random, payload_type: int) -> bytes:
    """Return a payload of redundant audio, now and then a malformed one."""
    blocks = [
        RedundantBlock(dice.choice((0, 5, 300, 0x3FFF)), dice.randbytes(dice.randrange(9)))
        for _ in range(dice.choice((0, 1, 1, 1, 2, 32, 33)))
    ]
    payload = build_red(payload_type, dice.randbytes(dice.choice((0, 1, 20, 20))), blocks)
    return payload[: dice.randrange(len(payload))] if dice.random() < 0.1 else payload
