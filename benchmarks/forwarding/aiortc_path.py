"""Forwarding with aiortc's packet objects and its SRTP library on asyncio: what one would write first."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import cast

from aiortc.rtp import RtpPacket
from pylibsrtp import Error, Policy, Session

from benchmarks.forwarding.layout import (
    ROOM_SIZE,
    VIDEO_TYPE,
    audio_slot_ssrc,
    client_key,
    place_of,
    video_slot_ssrc,
)


def _session(key: bytes, direction: int) -> Session:
    return Session(Policy(key=key, ssrc_type=direction, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM))


class AiortcForwarder(asyncio.DatagramProtocol):
    """Forwards between the clients at these ports, in rooms of four."""

    def __init__(self, ports: list[int]) -> None:
        self.packets_out = 0
        self._ports = ports
        self._clients = {port: number for number, port in enumerate(ports)}
        count = range(len(ports))
        self._opens = [_session(client_key(n, up=True), Policy.SSRC_ANY_INBOUND) for n in count]
        self._seals = [_session(client_key(n, up=False), Policy.SSRC_ANY_OUTBOUND) for n in count]
        self._numbers: Counter[int] = Counter()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """See asyncio."""
        sender = self._clients[addr[1]]
        try:
            packet = RtpPacket.parse(self._opens[sender].unprotect(data))
        except Error:
            return
        first = sender - sender % ROOM_SIZE
        for receiver in range(first, first + ROOM_SIZE):
            if receiver != sender:
                self._forward(packet, sender, receiver)

    def _forward(self, packet: RtpPacket, sender: int, receiver: int) -> None:
        place = place_of(sender, receiver)
        is_video = packet.payload_type == VIDEO_TYPE
        packet.ssrc = (video_slot_ssrc if is_video else audio_slot_ssrc)(receiver, place)
        packet.sequence_number = self._numbers[packet.ssrc] & 0xFFFF
        self._numbers[packet.ssrc] += 1
        assert self._transport is not None
        sealed = self._seals[receiver].protect(packet.serialize())
        self._transport.sendto(sealed, ("127.0.0.1", self._ports[receiver]))
        self.packets_out += 1
