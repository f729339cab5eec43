"""One forwarder in a process of its own: `python -m benchmarks.forwarding.forwarder KIND BATCH_US`.

It prints the port of its socket, reads the clients' ports as a JSON list, and then answers each line with the
processor time (s, user and system) that it used so far and the packets it sent. The end of input ends it.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sys
import time

from benchmarks.forwarding._forwarding import Bare
from benchmarks.forwarding.aiortc_path import AiortcForwarder
from benchmarks.forwarding.layout import (
    AUDIO_TYPE,
    ROOM_SIZE,
    VIDEO_TYPE,
    audio_slot_ssrc,
    audio_ssrc,
    client_key,
    place_of,
    video_slot_ssrc,
    video_ssrc,
)
from media.sfu.addresses import pack_ip
from media.sfu.endpoint import open_socket
from media.sfu.native import Loop, PathCore
from media.sfu.native_path import EXTENSIONS

_UPLINK_BPS = 1_000_000_000
"""More than a client sends at full load, so that none is taken for a flood."""


class Native:
    """The product's path, forwarding between the clients at these ports."""

    def __init__(self, udp: socket.socket, ports: list[int], batch_us: int) -> None:
        self._core = PathCore(_UPLINK_BPS)
        self._handover = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._loop = Loop(self._core, udp.fileno(), self._handover[1].fileno(), batch_us, -1)
        clients = [_add_client(self._core, number, port) for number, port in enumerate(ports)]
        for sender, of_sender in enumerate(clients):
            room = sender - sender % ROOM_SIZE
            for receiver in range(room, room + ROOM_SIZE):
                if receiver != sender:
                    _connect(self._core, of_sender, clients[receiver][0], sender, receiver)

    def packets_out(self) -> int:
        """Return how many packets it has sent."""
        return self._core.counters()["packets_out"]


def _add_client(core: PathCore, number: int, port: int) -> tuple[int, int, int]:
    """Return the identifiers of the transport, its video and its audio source."""
    transport = core.add_transport(number + 1, bytes(len(EXTENSIONS)), True)
    now_us = time.monotonic_ns() // 1000
    video = core.add_source(
        transport,
        is_video=True,
        mid=b"v",
        rid=b"",
        payload_type=VIDEO_TYPE,
        rtx_payload_type=None,
        red_payload_type=None,
        ssrc=video_ssrc(number),
        rtx_ssrc=None,
        nack=True,
        pli=True,
        fir=False,
        remb=True,
    )
    audio = core.add_source(
        transport,
        is_video=False,
        mid=b"a",
        rid=b"",
        payload_type=AUDIO_TYPE,
        rtx_payload_type=None,
        red_payload_type=None,
        ssrc=audio_ssrc(number),
        rtx_ssrc=None,
        nack=False,
        pli=False,
        fir=False,
        remb=False,
    )
    core.set_address(transport, pack_ip("127.0.0.1"), port, now_us)
    core.set_keys(transport, client_key(number, up=True), client_key(number, up=False), now_us, gcm=True)
    return transport, video, audio


def _connect(
    core: PathCore, sources: tuple[int, int, int], transport: int, sender: int, receiver: int
) -> None:
    place = place_of(sender, receiver)
    now_us = time.monotonic_ns() // 1000
    for is_video, source, payload_type, ssrc in (
        (True, sources[1], VIDEO_TYPE, video_slot_ssrc(receiver, place)),
        (False, sources[2], AUDIO_TYPE, audio_slot_ssrc(receiver, place)),
    ):
        slot = core.add_slot(
            transport,
            is_video=is_video,
            payload_type=payload_type,
            rtx_payload_type=None,
            red_payload_type=None,
            ssrc=ssrc,
            rtx_ssrc=None,
            transport_cc_id=0,
        )
        core.route(slot, source, now_us)


def processor_time() -> float:
    """Return the seconds this process has used, user and system, of all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _answer(packets_out: int) -> None:
    print(json.dumps([processor_time(), packets_out]), flush=True)


async def run_aiortc(udp: socket.socket, ports: list[int]) -> None:
    """Forward with aiortc's objects on the event loop."""
    loop = asyncio.get_running_loop()
    forwarder = AiortcForwarder(ports)
    await loop.create_datagram_endpoint(lambda: forwarder, sock=udp)
    while await loop.run_in_executor(None, sys.stdin.readline):
        _answer(forwarder.packets_out)


def main() -> None:
    """Run the forwarder that the command line names."""
    kind, batch_us = sys.argv[1], int(sys.argv[2])
    if kind not in {"native", "bare", "aiortc"}:
        sys.exit(f"there is no forwarder {kind}")
    udp = open_socket("127.0.0.1", 0)
    print(udp.getsockname()[1], flush=True)
    ports: list[int] = json.loads(sys.stdin.readline())
    if kind == "aiortc":
        asyncio.run(run_aiortc(udp, ports))
        return
    forwarder = Native(udp, ports, batch_us) if kind == "native" else Bare(udp.fileno(), ports, batch_us)
    while sys.stdin.readline():
        _answer(forwarder.packets_out())


if __name__ == "__main__":
    main()
