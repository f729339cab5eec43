"""The media of such a server: ICE, DTLS, SRTP, and from each publisher to all subscribers of the room."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, cast

from benchmarks.load.ice import Checks
from media.sfu import stun
from media.sfu.dtls import Certificate, DtlsSession
from media.sfu.sdp.offer import Fingerprint
from media.sfu.stun import Address
from tests.media.specification.rtcp import is_rtcp
from tests.media.specification.rtp import build_rtp_header, parse_rtp
from tests.media.specification.srtp import SrtpSession

HOST = "127.0.0.1"


@dataclass
class Transport:
    """One connection of a participant. `payload_types` maps what the publishers send to what it receives."""

    room: str
    member: str
    receives: bool
    controlling: bool
    payload_types: Mapping[int, int] = field(default_factory=dict)
    ufrag: str = field(default_factory=lambda: secrets.token_hex(4))
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    address: Address | None = None
    checks: Checks | None = None
    dtls: DtlsSession | None = None
    srtp: SrtpSession | None = None
    nominated: asyncio.Event = field(default_factory=asyncio.Event)


class MediaPort(asyncio.DatagramProtocol):
    """A UDP port that all transports share."""

    def __init__(self) -> None:
        self.certificate = Certificate()
        self.transports: list[Transport] = []
        self.port = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = asyncio.Event()

    @classmethod
    async def open(cls) -> Self:
        loop = asyncio.get_running_loop()
        _, port = await loop.create_datagram_endpoint(cls, local_addr=(HOST, 0))
        return port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own transport is none by its type, before Python 3.13.
        self._socket = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in self.transports:
            if transport.dtls is not None:
                await transport.dtls.close()
        self._socket.close()
        await self._closed.wait()

    def connection_lost(self, _: Exception | None) -> None:
        self._closed.set()

    def start(self, transport: Transport, fingerprint: str, ufrag: str = "", password: str = "") -> None:
        """Shake hands with somebody whose certificate and credentials are known now."""
        transport.dtls = DtlsSession(self.certificate, lambda data: self._send(transport, data))
        if transport.controlling:
            transport.checks = Checks(transport.ufrag, transport.password, ufrag, password)
        self._tasks.append(asyncio.create_task(self._connect(transport, fingerprint)))

    def datagram_received(self, data: bytes, address: Address) -> None:
        if data[0] < 20:
            self._take_check(data, address)
            return
        transport = next((one for one in self.transports if one.address == address), None)
        if transport is None:
            return
        if data[0] < 64:
            assert transport.dtls is not None
            transport.dtls.feed(data)
        elif transport.srtp is not None and not is_rtcp(data):
            self._forward(transport, transport.srtp.unprotect(data))

    def _take_check(self, data: bytes, address: Address) -> None:
        message = stun.parse_stun(data)
        if message.message_type == stun.BINDING_SUCCESS:
            for transport in self.transports:
                if transport.checks is not None and transport.checks.is_answer(data):
                    transport.nominated.set()
            return
        ufrag = message.attributes[stun.USERNAME].decode().partition(":")[0]
        transport = next(one for one in self.transports if one.ufrag == ufrag)
        assert message.has_integrity(transport.password)
        if transport.controlling and transport.checks is None:
            return  # A full agent answers nobody before it knows him.
        if (stun.ICE_CONTROLLED in message.attributes) is not transport.controlling:
            return  # A conflict of roles: somebody has the wrong one.
        transport.address = address
        mapped = {stun.XOR_MAPPED_ADDRESS: stun.encode_xor_address(address, message.transaction_id)}
        kind, number = stun.BINDING_SUCCESS, message.transaction_id
        self._send(transport, stun.build_stun(kind, number, mapped, transport.password))
        if transport.checks is not None and not transport.nominated.is_set():
            self._send(transport, transport.checks.request())

    async def _connect(self, transport: Transport, fingerprint: str) -> None:
        assert transport.dtls is not None
        if transport.controlling:
            await transport.nominated.wait()
        transport.srtp = SrtpSession(await transport.dtls.handshake([Fingerprint("sha-256", fingerprint)]))

    def _forward(self, sender: Transport, data: bytes) -> None:
        packet = parse_rtp(data)
        for transport in self.transports:
            here = transport.room == sender.room and transport.member != sender.member
            if not here or not transport.receives or transport.srtp is None:
                continue
            if packet.payload_type not in transport.payload_types:
                continue
            header = build_rtp_header(
                transport.payload_types[packet.payload_type],
                packet.sequence_number,
                packet.timestamp,
                packet.ssrc,
                marker=packet.marker,
            )
            self._send(transport, transport.srtp.protect(header + packet.payload))

    def _send(self, transport: Transport, data: bytes) -> None:
        self._socket.sendto(data, transport.address)
