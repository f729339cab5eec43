"""What LiveKit's signalling asks of a client: the same messages, and the same refusals."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field

from aiohttp import web

from benchmarks.load.sdp import Line, Local, Remote, read_description, write_description
from benchmarks.peers.protobuf import Message, encode
from tests.benchmarks.peer_servers.media import HOST, MediaPort, Transport

KEY, SECRET = "key", "a secret of some length, for HS256"
OPUS, VP8, RTX = 109, 120, 121
_PUBLISHER, _SUBSCRIBER = 0, 1
_SENT = {"audio": ("audio", OPUS, None), "video": ("video", VP8, RTX)}


@dataclass
class Participant:
    """One WebSocket, and the transports of its two connections."""

    socket: web.WebSocketResponse
    publisher: Transport
    subscriber: Transport
    announced: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    offered: int = 0

    async def send(self, response: int, fields: list[tuple[int, int | str | bytes]]) -> None:
        await self.socket.send_bytes(encode([(response, encode(fields))]))


class LiveKitServer:
    """Rooms in which everybody receives everybody else; the subscriber's side is a full agent of ICE."""

    def __init__(self, media: MediaPort) -> None:
        self._media = media
        self._rooms: dict[str, dict[str, Participant]] = {}
        self.left = 0

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/rtc", self._enter)
        return application

    async def _enter(self, request: web.Request) -> web.WebSocketResponse:
        room, name = _verified(request.query["access_token"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        numbers = {111: OPUS, 96: VP8}
        publisher = Transport(room, name, receives=False, controlling=False)
        subscriber = Transport(room, name, receives=True, controlling=True, payload_types=numbers)
        self._media.transports += [publisher, subscriber]
        participant = Participant(socket, publisher, subscriber)
        self._rooms.setdefault(room, {})[name] = participant
        await participant.send(1, [(4, "1.0"), (6, 0)])
        await self._offer(participant)
        async for frame in socket:
            await self._take(participant, Message(frame.data))
        del self._rooms[room][name]
        return socket

    async def _take(self, participant: Participant, request: Message) -> None:
        if 4 in request:
            track = request.message(4)
            participant.announced.append(track.text(1))
            await participant.send(6, [(1, track.text(1))])
        elif 1 in request:
            await self._publish(participant, request.message(1).text(2))
        elif 2 in request:
            answer = request.message(2)
            assert answer.number(3) == participant.offered
            if participant.subscriber.dtls is None:
                remote = _read(answer.text(2))
                self._media.start(participant.subscriber, remote.fingerprint, remote.ufrag, remote.password)
        elif 8 in request:
            self.left += 1
            await participant.socket.close()

    async def _publish(self, participant: Participant, offer: str) -> None:
        """Take an offer, whose tracks must all have been announced, and tell the others."""
        remote = _read(offer)
        tracks = [line.removeprefix("a=msid:load ") for line in offer.splitlines() if "a=msid:" in line]
        assert tracks == participant.announced
        local = self._local(participant.publisher)
        lines = [Line.offered(line.kind, line.mid) for line in remote.lines]
        answer = write_description(lines, local, setup="passive")
        await participant.send(2, [(1, "answer"), (2, answer)])
        await self._trickle(participant, _PUBLISHER)
        self._media.start(participant.publisher, remote.fingerprint)
        participant.published = [line.kind for line in remote.lines]
        for other in self._rooms[participant.publisher.room].values():
            if other is not participant:
                await self._offer(other)

    async def _offer(self, participant: Participant) -> None:
        """Offer whatever the others publish; nothing, if there is nothing."""
        others = self._rooms[participant.publisher.room].values()
        kinds = [kind for other in others if other is not participant for kind in other.published]
        if not kinds:
            return
        participant.offered += 1
        lines = []
        for mid, kind in enumerate(kinds):
            name, number, rtx = _SENT[kind]
            extensions = Line.offered(kind, "").extensions
            lines.append(Line(name, str(mid), (1000 + mid,), number, rtx, extensions))
        text = write_description(lines, self._local(participant.subscriber), setup="actpass")
        await participant.send(3, [(1, "offer"), (2, text), (3, participant.offered)])
        if participant.offered == 1:
            await self._trickle(participant, _SUBSCRIBER)

    async def _trickle(self, participant: Participant, target: int) -> None:
        """An address over TCP, which the load has no use for, and the one over UDP."""
        for candidate in (
            f"candidate:1 1 tcp 2130706431 {HOST} 9 typ host tcptype passive",
            f"candidate:2 1 udp 2130706431 {HOST} {self._media.port} typ host",
        ):
            init = json.dumps({"candidate": candidate, "sdpMid": "", "sdpMLineIndex": 0})
            await participant.send(4, [(1, init), (2, target)])

    def _local(self, transport: Transport) -> Local:
        return Local(transport.ufrag, transport.password, self._media.certificate.fingerprint.value)


def _read(description: str) -> Remote:
    return read_description(f"{description}a=candidate:1 1 udp 1 {HOST} 9 typ host\r\n")


def _verified(token: str) -> tuple[str, str]:
    """The room and the name in a token (RFC 7515 section 5.2)."""
    signed, _, signature = token.rpartition(".")
    expected = hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256)
    if base64.urlsafe_b64decode(signature + "==") != expected:
        raise web.HTTPUnauthorized
    claims = json.loads(base64.urlsafe_b64decode(signed.partition(".")[2] + "=="))
    if claims["iss"] != KEY or not claims["video"]["roomJoin"]:
        raise web.HTTPUnauthorized
    return claims["video"]["room"], claims["sub"]
