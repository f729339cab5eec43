"""The Janus API over one WebSocket: a session, and handles of the VideoRoom in it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from benchmarks.load.service import ServiceError

_ANSWER_TIMEOUT_S = 15.0
_KEEP_ALIVE_S = 20.0
_PLUGIN = "janus.plugin.videoroom"

Message = dict[str, Any]


class JanusSession:
    """One session. Requests are answered by transaction, events go to their handle."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Message]] = {}
        self._handles: dict[int, JanusHandle] = {}
        self._session: dict[str, int] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, http: aiohttp.ClientSession, url: str) -> AsyncIterator[JanusSession]:
        """Connect, and keep the session alive until the block ends."""
        async with http.ws_connect(url, protocols=["janus-protocol"]) as socket:
            session = cls(socket)
            tasks = [asyncio.create_task(session._read()), asyncio.create_task(session._keep_alive())]
            try:
                created = await session.request({"janus": "create"})
                session._session = {"session_id": created["data"]["id"]}
                yield session
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    async def attach(self, on_event: Callable[[Message], None]) -> JanusHandle:
        """Open a handle; what the room tells it unasked goes to `on_event`."""
        answer = await self.request({"janus": "attach", "plugin": _PLUGIN})
        handle = JanusHandle(self, answer["data"]["id"], on_event)
        self._handles[handle.handle_id] = handle
        return handle

    async def request(self, message: Message) -> Message:
        """Send a message and return its final answer. Raises ServiceError, TimeoutError."""
        transaction = str(next(self._numbers))
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._answers[transaction] = answer
        try:
            await self._socket.send_json({**message, **self._session, "transaction": transaction})
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                result = await answer
        finally:
            del self._answers[transaction]
        if result["janus"] == "error":
            raise ServiceError(f"Janus: {result['error']['reason']}")
        return result

    def forget(self, handle_id: int) -> None:
        """Drop the events of a handle that was detached."""
        self._handles.pop(handle_id, None)

    async def _read(self) -> None:
        async for frame in self._socket:
            message: Message = frame.json()
            if message["janus"] == "ack":
                continue  # The answer proper comes as an event.
            answer = self._answers.get(message.get("transaction", ""))
            handle = self._handles.get(message.get("sender", 0))
            if answer is not None and not answer.done():
                answer.set_result(message)
            elif message["janus"] == "event" and handle is not None:
                handle.on_event(message["plugindata"]["data"])

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_ALIVE_S)
            await self.request({"janus": "keepalive"})


class JanusHandle:
    """One handle: a peer connection, or none yet."""

    def __init__(self, session: JanusSession, handle_id: int, on_event: Callable[[Message], None]) -> None:
        self.handle_id = handle_id
        self.on_event = on_event
        self._session = session

    async def ask(self, body: Message, jsep: Message | None = None) -> tuple[Message, str]:
        """Send a request to the room; return its answer, and the SDP with it. Raises ServiceError."""
        message: Message = {"janus": "message", "handle_id": self.handle_id, "body": body}
        answer = await self._session.request(message if jsep is None else {**message, "jsep": jsep})
        data: Message = answer["plugindata"]["data"]
        if "error" in data:
            raise ServiceError(f"Janus: {data['error']}")
        return data, answer.get("jsep", {}).get("sdp", "")

    async def detach(self) -> None:
        """Close the handle and its peer connection."""
        self._session.forget(self.handle_id)
        await self._session.request({"janus": "detach", "handle_id": self.handle_id})
