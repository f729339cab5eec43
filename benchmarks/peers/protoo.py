"""protoo over a WebSocket (protoo.versatica.com): requests of both sides, and notifications."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import aiohttp

from benchmarks.load.service import ServiceError
from benchmarks.peers.waiting import wait_beside

_ANSWER_TIMEOUT_S = 15.0

Message = dict[str, Any]


class Protoo:
    """One peer's connection. Whatever the server asks is granted; what it tells is passed over."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self.reading = asyncio.create_task(self._read())
        """Ends with the connection."""

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str, room: str, peer: str) -> Protoo:
        """Connect as a peer of a room. Raises aiohttp.ClientError if that is refused."""
        # Newer servers let in none but their own pages; the certificate is mostly one made for the purpose.
        socket = await http.ws_connect(
            url,
            params={"roomId": room, "peerId": peer},
            protocols=["protoo"],
            origin=url.replace("ws", "http", 1).rstrip("/"),
            ssl=False,
        )
        return cls(socket)

    async def request(self, method: str, data: Message) -> Message:
        """Ask the server, and return what it answers. Raises ServiceError, TimeoutError."""
        number = next(self._numbers)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            await self._socket.send_json({"request": True, "id": number, "method": method, "data": data})
            result = await wait_beside(answer, self.reading, _ANSWER_TIMEOUT_S)
        finally:
            del self._answers[number]
        if not result.get("ok"):
            raise ServiceError(f"{method} was refused: {result.get('errorReason')}")
        granted: Message = result.get("data") or {}
        return granted

    async def close(self) -> None:
        """Leave the room."""
        self.reading.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        async for frame in self._socket:
            message: Message = frame.json()
            answer = self._answers.get(message.get("id", 0))
            if message.get("request"):
                await self._socket.send_json({"response": True, "id": message["id"], "ok": True, "data": {}})
            elif message.get("response") and answer is not None and not answer.done():
                answer.set_result(message)
