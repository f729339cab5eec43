"""The thread of the packet path on real sockets."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest

from media.sfu.addresses import pack_ip, unpack_ip
from media.sfu.endpoint import open_socket
from media.sfu.media_thread import MediaThread
from media.sfu.native import PathCore, Srtp
from media.sfu.native_path import EXTENSIONS
from media.sfu.stun import Address
from tests.media.specification.rtp import RtpPacket, build_rtp_header, parse_rtp
from tests.media.wire import vp8_payload

CHECK = b"\x00\x01 a connectivity check"
KEYS = {"up": b"u" * 28, "down": b"d" * 28}


class Running:
    """A path on a socket, and what its thread handed over."""

    def __init__(self, host: str) -> None:
        self.socket = open_socket(host, 0)
        self.port: int = self.socket.getsockname()[1]
        self.core = PathCore(1_000_000)
        self.delivered: asyncio.Queue[tuple[bytes, Address]] = asyncio.Queue()
        self._thread = MediaThread(
            self.core, self.socket, lambda *item: self.delivered.put_nowait(item), batch_us=200
        )

    def close(self) -> None:
        self._thread.close()
        self.socket.close()


@pytest.fixture
async def dual_stack() -> AsyncIterator[Running]:
    running = Running("::")
    yield running
    running.close()


def client(family: socket.AddressFamily) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
    sock.setblocking(False)
    return sock


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
async def test_checks_reach_the_event_loop_with_their_senders_address(
    dual_stack: Running, family: socket.AddressFamily
) -> None:
    with client(family) as sock:
        host, port = sock.getsockname()[:2]
        sock.sendto(CHECK, (host, dual_stack.port))
        async with asyncio.timeout(10):
            assert await dual_stack.delivered.get() == (CHECK, (host, port))


def forward(running: Running, sender: socket.socket, receiver: socket.socket, *, is_video: bool) -> int:
    """Forward what one socket sends with SSRC 5 to the other; return the receiver's transport."""
    core, transports = running.core, []
    for sock in (sender, receiver):
        host, port = sock.getsockname()[:2]
        transport = core.add_transport(9, bytes(len(EXTENSIONS)), True)
        core.set_address(transport, pack_ip(host), port, 0)
        core.set_keys(transport, KEYS["up"], KEYS["down"], 0, gcm=True)
        transports.append(transport)
    source = core.add_source(
        transports[0],
        is_video=is_video,
        mid=b"a",
        rid=b"",
        payload_type=111,
        rtx_payload_type=None,
        red_payload_type=None,
        ssrc=5,
        rtx_ssrc=None,
        nack=False,
        pli=False,
        fir=False,
        remb=False,
    )
    slot = core.add_slot(
        transports[1],
        is_video=is_video,
        payload_type=96,
        rtx_payload_type=None,
        red_payload_type=None,
        ssrc=41,
        rtx_ssrc=None,
        transport_cc_id=0,
    )
    core.route(slot, source, 0)
    return transports[1]


async def received(sock: socket.socket, opens: Srtp) -> RtpPacket:
    """Wait for the next packet that is not RTCP."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(10):
        datagram = await loop.sock_recv(sock, 2000)
        while 192 <= datagram[1] <= 223:
            datagram = await loop.sock_recv(sock, 2000)
    return parse_rtp(opens.unprotect(datagram))


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
async def test_media_are_forwarded_between_sockets(dual_stack: Running, family: socket.AddressFamily) -> None:
    with client(family) as sender, client(family) as receiver:
        forward(dual_stack, sender, receiver, is_video=False)
        sender.sendto(
            Srtp(KEYS["up"], gcm=True).protect(build_rtp_header(111, 7, 0, 5) + b"voice"),
            (sender.getsockname()[0], dual_stack.port),
        )
        packet = await received(receiver, Srtp(KEYS["down"], gcm=True))
        assert (packet.ssrc, packet.payload_type, packet.payload) == (41, 96, b"voice")


async def test_a_paced_burst_leaves_by_and_by_without_any_other_traffic(dual_stack: Running) -> None:
    with client(socket.AF_INET) as sender, client(socket.AF_INET) as receiver:
        transport = forward(dual_stack, sender, receiver, is_video=True)
        dual_stack.core.set_pacing(transport, 1_000_000, 0)
        seals, opens = Srtp(KEYS["up"], gcm=True), Srtp(KEYS["down"], gcm=True)
        began = time.monotonic()
        for number in range(30):
            payload = vp8_payload(1, key_frame=True, start=number == 0, body=bytes(980))
            packet = build_rtp_header(111, number, 0, 5) + payload
            sender.sendto(seals.protect(packet), ("127.0.0.1", dual_stack.port))
        numbers = [(await received(receiver, opens)).sequence_number for _ in range(30)]
        assert numbers == list(range(30))
        assert time.monotonic() - began > 0.2


async def test_what_is_no_protocol_of_ours_is_counted_and_dropped(dual_stack: Running) -> None:
    with client(socket.AF_INET) as sock:
        for datagram in (b"\x50 TURN channel", b"", b"\xff", bytes((0x80, 96)) + bytes(1600)):
            sock.sendto(datagram, ("127.0.0.1", dual_stack.port))
        sock.sendto(CHECK, ("127.0.0.1", dual_stack.port))
        async with asyncio.timeout(10):
            assert (await dual_stack.delivered.get())[0] == CHECK
    counters = dual_stack.core.counters()
    assert counters["dropped_unknown_protocol"] == 3
    assert counters["dropped_too_long"] == 1


@pytest.mark.parametrize("text", ["192.0.2.1", "2001:db8::1", "::1"])
def test_addresses_keep_their_form(text: str) -> None:
    assert unpack_ip(pack_ip(text)) == text
