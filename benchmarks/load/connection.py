"""One connection of a participant: a socket, ICE, DTLS; then its media are the native thread's business."""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from benchmarks.load.dtls import Certificate, Handshake, Keys
from benchmarks.load.ice import Checks
from benchmarks.load.sdp import (
    AUDIO_LEVEL_ID,
    MID_ID,
    OPUS_TYPE,
    RID_ID,
    RTX_TYPE,
    VP8_TYPE,
    Line,
    Local,
    Remote,
)
from benchmarks.load.streams import Stream, tracks_of
from benchmarks.native._load import LoadThread

_CHECK_INTERVAL_S = 0.05
_CONSENT_INTERVAL_S = 2.5
_DTLS_REPEAT_S = 0.05
_SETUP_TIMEOUT_S = 10.0
_EVENT_HEAD = struct.Struct("=II")
_EVENT_SIZE = 4096
_QUEUE_LIMIT = 32
_FIRST_PACKET = 1
_SPEECH_LEVEL = 0x9E
"""Voice activity, -30 dBov (RFC 6464 section 3)."""
_MOMENT = struct.Struct("=q")


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a participant sits: the number of the room, and his own in it (0 to 31)."""

    room: int
    member: int


@dataclass(frozen=True, slots=True)
class Sending:
    """A stream that a connection sends, its SSRC, and the mid of its m-line."""

    stream: Stream
    ssrc: int
    mid: str


def sendings(streams: Sequence[Stream]) -> list[Sending]:
    """Give each stream an SSRC and its m-line; the sizes of a camera share one, the last."""
    return [
        Sending(stream, secrets.randbits(32), str(mid))
        for mid, track in enumerate(tracks_of(streams))
        for stream in track
    ]


def sent_lines(sending: Sequence[Sending]) -> list[Line]:
    """The m-lines of what is sent."""
    lines = {item.mid: _line(item) for item in sending if not item.stream.rid}
    rids = tuple(item.stream.rid for item in sending if item.stream.rid)
    if rids:
        mid = sending[-1].mid
        lines[mid] = Line.offered("video", mid, rids=rids)
    return list(lines.values())


def _line(sending: Sending) -> Line:
    if sending.stream.is_video:
        return Line.offered("video", sending.mid, (sending.ssrc, secrets.randbits(32)))
    return Line.offered("audio", sending.mid, (sending.ssrc,))


class Crowd:
    """All connections, and the native thread that moves their media. Use as a context manager."""

    def __init__(self) -> None:
        self.thread = LoadThread()
        self.certificate = Certificate()
        self._connections: dict[int, Connection] = {}

    def __enter__(self) -> Self:
        self._events = socket.socket(fileno=self.thread.events)
        asyncio.get_running_loop().add_reader(self._events, self._read_events)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in list(self._connections.values()):
            connection.close()
        asyncio.get_running_loop().remove_reader(self._events)
        self._events.detach()
        self.thread.close()

    def add(self, connection: Connection, fd: int, seat: Seat) -> int:
        """Let the thread read a connection's socket; returns the transport's number."""
        transport = self.thread.add(fd, seat.room, seat.member)
        self._connections[transport] = connection
        return transport

    def remove(self, transport: int) -> None:
        """Forget a connection."""
        self.thread.remove(transport)
        del self._connections[transport]

    def _read_events(self) -> None:
        while True:
            try:
                record = self._events.recv(_EVENT_SIZE)
            except BlockingIOError:
                return
            transport, kind = _EVENT_HEAD.unpack_from(record)
            connection = self._connections.get(transport)
            if connection is None:
                continue  # It was closed meanwhile.
            if kind == _FIRST_PACKET:
                connection.first_packet_came(_MOMENT.unpack_from(record, _EVENT_HEAD.size)[0])
            else:
                connection.datagram_came(record[_EVENT_HEAD.size :])


class Connection:
    """One connection, from its credentials to its end."""

    def __init__(self, crowd: Crowd, seat: Seat) -> None:
        self.local = Local(secrets.token_hex(4), secrets.token_hex(16), crowd.certificate.fingerprint)
        self.first_packet: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """When the first media packet of another participant arrived, in ns of the wall clock."""
        self._crowd = crowd
        self._seat = seat
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._transport: int | None = None
        self._checks: Checks | None = None
        self._answered = asyncio.Event()
        self._dtls: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE_LIMIT)
        self._consent: asyncio.TimerHandle | None = None

    def aim(self, remote: Remote) -> tuple[str, int]:
        """Direct the socket at the server; return its own address, for a server that wants to know it."""
        self._socket.setblocking(False)
        self._socket.connect((remote.host, remote.port))
        host, port = self._socket.getsockname()
        return host, port

    async def establish(
        self, remote: Remote, sending: Sequence[Sending], *, controlling: bool = True
    ) -> None:
        """Connect to the server and begin to send.

        `controlling` is the role in ICE: false where a full agent made the offer (RFC 8445 section 6.1.1).
        Raises TimeoutError if the server does not answer, DtlsError if it cannot be agreed with.
        """
        local = self.local
        self._checks = Checks(
            local.ufrag, local.password, remote.ufrag, remote.password, controlling=controlling
        )
        self.aim(remote)
        self._transport = self._crowd.add(self, self._socket.fileno(), self._seat)
        async with asyncio.timeout(_SETUP_TIMEOUT_S):
            await self._check(self._checks)
            keys = await self._shake_hands(remote.fingerprint)
        self._connect(remote, keys, sending)
        self._keep_consent(self._checks)

    def close(self) -> None:
        """End it without a word."""
        if self._consent is not None:
            self._consent.cancel()
        if self._transport is not None:
            self._crowd.remove(self._transport)
            self._transport = None
        self._socket.close()

    def first_packet_came(self, moment_ns: int) -> None:
        """Note when others were first heard."""
        if not self.first_packet.done():
            self.first_packet.set_result(moment_ns)

    def datagram_came(self, datagram: bytes) -> None:
        """Take STUN or DTLS to its place (RFC 7983)."""
        if datagram[0] >= 20:
            if not self._dtls.full():
                self._dtls.put_nowait(datagram)
        elif self._checks is not None and self._checks.is_answer(datagram):
            self._answered.set()
        elif self._checks is not None:
            response = self._checks.response(datagram, self._socket.getpeername())
            if response is not None:
                self._send(response)

    async def _check(self, checks: Checks) -> None:
        while not self._answered.is_set():
            self._send(checks.request())
            try:
                async with asyncio.timeout(_CHECK_INTERVAL_S):
                    await self._answered.wait()
            except TimeoutError:
                continue

    async def _shake_hands(self, fingerprint: str) -> Keys:
        handshake = self._crowd.certificate.handshake()
        flight: list[bytes] = []
        while True:
            outgoing = handshake.step()
            self._send_all(outgoing)
            flight = outgoing or flight
            keys = handshake.keys(fingerprint)
            if keys is not None:
                return keys
            await self._next_datagram(handshake, flight)

    async def _next_datagram(self, handshake: Handshake, flight: list[bytes]) -> None:
        """Feed the handshake; until something comes, repeat the last flight as often as browsers do.

        OpenSSL's own timer begins at a second, which a server that was not ready yet would cost each time.
        """
        pause_s = _DTLS_REPEAT_S
        while True:
            try:
                async with asyncio.timeout(pause_s):
                    handshake.feed(await self._dtls.get())
            except TimeoutError:
                self._send_all(handshake.repeat() or flight)
                pause_s *= 2
            else:
                return

    def _connect(self, remote: Remote, keys: Keys, sending: Sequence[Sending]) -> None:
        assert self._transport is not None
        self._crowd.thread.connect(
            self._transport,
            gcm=keys.gcm,
            send_key=keys.send,
            receive_key=keys.receive,
            ssrc=sending[0].ssrc if sending else secrets.randbits(32),
            audio_payload_type=remote.payload_type("opus") or OPUS_TYPE,
            rtx_payload_type=remote.payload_type("rtx") or RTX_TYPE,
            transport_cc_id=remote.transport_cc_id or 0,
            media=[_media(item) for item in sending],
        )

    def _keep_consent(self, checks: Checks) -> None:
        self._send(checks.request())
        loop = asyncio.get_running_loop()
        self._consent = loop.call_later(_CONSENT_INTERVAL_S, self._keep_consent, checks)

    def _send_all(self, datagrams: Sequence[bytes]) -> None:
        for datagram in datagrams:
            self._send(datagram)

    def _send(self, datagram: bytes) -> None:
        try:
            self._socket.send(datagram)
        except OSError:
            return  # What the network does not take is lost; the next check or the DTLS timer repeats it.


def _media(sending: Sending) -> tuple[bool, int, bytes, int, int, int, int, int, int]:
    stream = sending.stream
    return (
        stream.is_video,
        VP8_TYPE if stream.is_video else OPUS_TYPE,
        _extensions(sending),
        sending.ssrc,
        stream.packets_per_s,
        stream.packets_per_frame,
        stream.payload_size,
        1 if stream.rid else 0,
        stream.height,
    )


def _extensions(sending: Sending) -> bytes:
    """What each packet carries: how loud it is, or of which layer."""
    if not sending.stream.is_video:
        return bytes((AUDIO_LEVEL_ID << 4, _SPEECH_LEVEL))
    if not sending.stream.rid:
        return b""
    names = ((MID_ID, sending.mid.encode()), (RID_ID, sending.stream.rid.encode()))
    return b"".join(bytes((number << 4 | len(name) - 1,)) + name for number, name in names)
