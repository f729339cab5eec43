"""What the server of mediasoup's demo asks of a client: the same requests, in either of its two dialects."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.benchmarks.peer_servers.media import HOST, MediaPort, Transport

Message = dict[str, Any]

OPUS, VP8, RTX, H264 = 100, 101, 102, 103
_TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
CAPABILITIES: Message = {
    "codecs": [
        {"kind": "audio", "mimeType": "audio/opus", "preferredPayloadType": OPUS, "parameters": {}},
        {"kind": "video", "mimeType": "video/VP8", "preferredPayloadType": VP8, "parameters": {}},
        {
            "kind": "video",
            "mimeType": "video/rtx",
            "preferredPayloadType": RTX,
            "parameters": {"apt": VP8},
        },
        {"kind": "video", "mimeType": "video/H264", "preferredPayloadType": H264, "parameters": {}},
    ],
    "headerExtensions": [
        {"kind": "audio", "uri": _TRANSPORT_CC, "preferredId": 5},
        {"kind": "video", "uri": _TRANSPORT_CC, "preferredId": 5},
        {"kind": "video", "uri": "urn:ietf:params:rtp-hdrext:toffset", "preferredId": 12},
    ],
}
_PREFERRED = {"audio/opus": OPUS, "video/vp8": VP8}


@dataclass
class Peer:
    """One WebSocket; `consumers` are those that it has yet to agree to, by the number of the request."""

    socket: web.WebSocketResponse
    room: str
    name: str
    joined: bool = False
    transports: dict[str, Transport] = field(default_factory=dict)
    producers: list[Message] = field(default_factory=list)
    consumers: dict[int, dict[int, int]] = field(default_factory=dict)

    async def answer(self, request: Message, data: Message) -> None:
        await self.socket.send_json({"response": True, "id": request["id"], "ok": True, "data": data})


class MediasoupServer:
    """Rooms in which everybody consumes what everybody else produces, once he has agreed to it."""

    def __init__(self, media: MediaPort, *, typescript: bool) -> None:
        self._media = media
        self._typescript = typescript
        self._rooms: dict[str, list[Peer]] = {}
        self._numbers = itertools.count(1)

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/", self._enter)
        return application

    async def _enter(self, request: web.Request) -> web.WebSocketResponse:
        if request.headers["Origin"] != str(request.url.origin()):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(protocols=["protoo"])
        await socket.prepare(request)
        peer = Peer(socket, request.query["roomId"], request.query["peerId"])
        self._rooms.setdefault(peer.room, []).append(peer)
        await socket.send_json({"notification": True, "method": "mediasoupVersion", "data": {}})
        async for frame in socket:
            assert frame.type is WSMsgType.TEXT
            await self._take(peer, frame.json())
        self._rooms[peer.room].remove(peer)
        return socket

    async def _take(self, peer: Peer, message: Message) -> None:
        if message.get("response"):
            assert message["ok"]
            consumed = peer.consumers.pop(message["id"])
            receiving = next(one for one in peer.transports.values() if one.receives)
            receiving.payload_types = {**receiving.payload_types, **consumed}
            return
        handlers = {
            "getRouterRtpCapabilities": self._tell_capabilities,
            "createWebRtcTransport": self._create_transport,
            "connectWebRtcTransport": self._connect_transport,
            "join": self._join,
            "produce": self._produce,
        }
        await handlers[message["method"]](peer, message)

    async def _tell_capabilities(self, peer: Peer, request: Message) -> None:
        wrapped = {"routerRtpCapabilities": CAPABILITIES}
        await peer.answer(request, wrapped if self._typescript else CAPABILITIES)

    async def _create_transport(self, peer: Peer, request: Message) -> None:
        wanted = request["data"]
        receives = wanted["appData"]["direction"] == "consumer" if self._typescript else wanted["consuming"]
        transport = Transport(peer.room, peer.name, receives=receives, controlling=False)
        self._media.transports.append(transport)
        peer.transports[transport.ufrag] = transport
        address = {"address" if self._typescript else "ip": HOST, "port": self._media.port}
        digest = {"algorithm": "sha-256", "value": self._media.certificate.fingerprint.value}
        data = {
            "transportId" if self._typescript else "id": transport.ufrag,
            "iceParameters": {"usernameFragment": transport.ufrag, "password": transport.password},
            "iceCandidates": [{**address, "protocol": "tcp", "port": 9}, {**address, "protocol": "udp"}],
            "dtlsParameters": {"role": "auto", "fingerprints": [{"algorithm": "sha-1", "value": ""}, digest]},
        }
        await peer.answer(request, data)

    async def _connect_transport(self, peer: Peer, request: Message) -> None:
        dtls = request["data"]["dtlsParameters"]
        assert dtls["role"] == "client"
        transport = peer.transports[request["data"]["transportId"]]
        self._media.start(transport, dtls["fingerprints"][0]["value"])
        await peer.answer(request, {})

    async def _join(self, peer: Peer, request: Message) -> None:
        names = [codec["mimeType"] for codec in request["data"]["rtpCapabilities"]["codecs"]]
        assert names == ["audio/opus", "video/VP8", "video/rtx"]
        peer.joined = True
        await peer.answer(request, {"peers": []})
        for other in self._rooms[peer.room]:
            for producer in other.producers:
                await self._consume(peer, producer)

    async def _produce(self, peer: Peer, request: Message) -> None:
        if not peer.joined:
            refusal = {"response": True, "id": request["id"], "ok": False, "errorReason": "not yet joined"}
            await peer.socket.send_json(refusal)
            return
        parameters = request["data"]["rtpParameters"]
        assert parameters["encodings"][0]["ssrc"] > 0
        peer.producers.append(parameters)
        name = "producerId" if self._typescript else "id"
        await peer.answer(request, {name: f"{peer.name}-{parameters['mid']}"})
        for other in self._rooms[peer.room]:
            if other is not peer and other.joined:
                await self._consume(other, parameters)

    async def _consume(self, peer: Peer, producer: Message) -> None:
        """Propose a consumer; it is paused until the peer has agreed."""
        number = next(self._numbers)
        codec = producer["codecs"][0]
        peer.consumers[number] = {codec["payloadType"]: _PREFERRED[codec["mimeType"].lower()]}
        request = {
            "request": True,
            "id": number,
            "method": "newConsumer",
            "data": {"kind": codec["mimeType"]},
        }
        await peer.socket.send_json(request)
