"""mediasoup under load, through the protocol of its demo: a library, it has none of its own.

The demo is github.com/versatica/mediasoup-demo for mediasoup v3. Its server has changed from JavaScript to
TypeScript, and some names with it; both sets are sent, and either is understood.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aiohttp

from benchmarks.load.connection import Connection, Crowd, Seat, sendings, sent_lines
from benchmarks.load.sdp import Remote, RemoteLine
from benchmarks.load.service import ServiceError
from benchmarks.load.streams import Stream
from benchmarks.peers.mediasoup_rtp import common_capabilities, received_lines, sent_parameters, taken_line
from benchmarks.peers.on_demand import Member, OnDemand
from benchmarks.peers.protoo import Protoo
from benchmarks.peers.waiting import first_packet_ms

_DIRECTIONS: dict[str, dict[str, Any]] = {
    "producer": {"producing": True, "consuming": False},
    "consumer": {"producing": False, "consuming": True},
}


class Mediasoup(OnDemand):
    """A server of mediasoup's demo."""

    def __init__(self, http: aiohttp.ClientSession, url: str, crowd: Crowd) -> None:
        self._http = http
        self._url = url
        self._crowd = crowd

    async def meet(self, room: str, seat: Seat, started_ns: int) -> Member:
        """See `OnDemand`."""
        protoo = await Protoo.open(self._http, self._url, room, f"load-{seat.member}")
        return _Member(protoo, self._crowd, seat, started_ns)


class _Member:
    """A participant: one transport for what it produces, one for what it consumes, which is all there is."""

    def __init__(self, protoo: Protoo, crowd: Crowd, seat: Seat, started_ns: int) -> None:
        self._protoo = protoo
        self._name = f"load-{seat.member}"
        self._started_ns = started_ns
        self._sending = Connection(crowd, seat)
        self._receiving = Connection(crowd, seat)

    async def enter(self, streams: Sequence[Stream]) -> None:
        answer = await self._protoo.request("getRouterRtpCapabilities", {})
        capabilities = common_capabilities(answer.get("routerRtpCapabilities", answer))
        sending = sendings(streams)
        lines = sent_lines(sending)
        taken = tuple(taken_line(line) for line in lines)
        transport, producing = await self._open(self._sending, "producer", taken)
        _, consuming = await self._open(self._receiving, "consumer", received_lines(capabilities))
        await self._receiving.establish(consuming, [])
        await self._join(capabilities)
        for line in lines:
            wanted = {"kind": line.kind, "rtpParameters": sent_parameters(line)}
            source = {"source": "video" if line.kind == "video" else "audio"}
            await self._protoo.request("produce", {"transportId": transport, **wanted, "appData": source})
        await self._sending.establish(producing, sending)

    async def first_packet_ms(self) -> float:
        return await first_packet_ms(self._receiving, self._started_ns, self._protoo.reading)

    async def leave(self) -> None:
        self._receiving.close()
        self._sending.close()
        await self._protoo.close()

    async def _join(self, capabilities: dict[str, Any]) -> None:
        device = {"flag": "load", "name": "load", "version": "1"}
        about = {"displayName": self._name, "device": device, "rtpCapabilities": capabilities}
        await self._protoo.request("join", about)

    async def _open(
        self, connection: Connection, direction: str, lines: tuple[RemoteLine, ...]
    ) -> tuple[str, Remote]:
        """Have a transport made, and tell it our certificate; return its identifier and its address."""
        wanted = {"forceTcp": False, **_DIRECTIONS[direction], "appData": {"direction": direction}}
        made = await self._protoo.request("createWebRtcTransport", wanted)
        transport = str(made.get("transportId") or made["id"])
        fingerprint = {"algorithm": "sha-256", "value": connection.local.fingerprint}
        dtls = {"role": "client", "fingerprints": [fingerprint]}
        await self._protoo.request(
            "connectWebRtcTransport", {"transportId": transport, "dtlsParameters": dtls}
        )
        return transport, _read_transport(made, lines)


def _read_transport(made: dict[str, Any], lines: tuple[RemoteLine, ...]) -> Remote:
    digests = {item["algorithm"]: item["value"] for item in made["dtlsParameters"]["fingerprints"]}
    for candidate in made["iceCandidates"]:
        if candidate["protocol"] == "udp":
            return Remote(
                host=candidate.get("address") or candidate["ip"],
                port=candidate["port"],
                ufrag=made["iceParameters"]["usernameFragment"],
                password=made["iceParameters"]["password"],
                fingerprint=digests["sha-256"].upper(),
                ice_lite=True,
                lines=lines,
            )
    raise ServiceError("the transport has no address over UDP")
