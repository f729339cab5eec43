"""How long a picture takes through a worker process, in real time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

from benchmarks.backgrounds.film import PAYLOAD_TYPE, Film
from benchmarks.backgrounds.scene import FRAMES_PER_SECOND
from media.backgrounds.effects import Effect
from media.backgrounds.rtp import RtpPacket, is_rtcp
from media.backgrounds.secure_line import LineKeys, SecureLine
from media.backgrounds.streams import Person, StreamSettings
from media.backgrounds.supervisor import LineSettings, Supervisor

_WARM_UP_FRAMES = 15
_READY_S = 60.0


class _Forwarder:
    """Sends the film to a stream, and notes when which picture went out and came back."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.sent: dict[int, float] = {}
        self.delays_ms: list[float] = []
        self.placed = asyncio.Event()
        self.answered = asyncio.Event()
        self._line: SecureLine | None = None

    def begin(self, keys: LineKeys) -> None:
        self._line = SecureLine(keys)
        self.placed.set()

    def send(self, packets: Sequence[bytes], address: tuple[str, int]) -> None:
        assert self._line is not None
        for packet in packets:
            self.socket.sendto(self._line.seal(packet), address)
        self.sent[RtpPacket.parse(packets[0]).timestamp] = asyncio.get_running_loop().time()

    def take(self) -> None:
        now = asyncio.get_running_loop().time()
        packet = self._line.open(self.socket.recv(2048)) if self._line else None
        if packet is None or is_rtcp(packet):
            return
        opened = RtpPacket.parse(packet)
        if opened.marker and opened.timestamp in self.sent:
            self.answered.set()
            self.delays_ms.append((now - self.sent[opened.timestamp]) * 1000)


async def delays_ms(effect: Effect, film: Film, seconds: float) -> list[float]:
    """From a picture's last packet to the last of the processed one, for each. TimeoutError: no worker."""
    loop = asyncio.get_running_loop()
    supervisor, forwarder = Supervisor(1), _Forwarder()
    supervisor.start()
    settings = StreamSettings(PAYLOAD_TYPE, effect, Person("AB"))
    stream = supervisor.open(settings, LineSettings(forwarder.socket.getsockname(), forwarder.begin))
    loop.add_reader(forwarder.socket, forwarder.take)
    try:
        first, *others = film.packets(round(seconds * FRAMES_PER_SECOND))
        async with asyncio.timeout(_READY_S):
            await forwarder.placed.wait()
            forwarder.send(first, stream.address)
            await forwarder.answered.wait()
        begin = loop.time()
        for number, packets in enumerate(others):
            await asyncio.sleep(begin + number / FRAMES_PER_SECOND - loop.time())
            forwarder.send(packets, stream.address)
    finally:
        loop.remove_reader(forwarder.socket)
        stream.close()
        await supervisor.stop()
        forwarder.socket.close()
    return forwarder.delays_ms[_WARM_UP_FRAMES:]
