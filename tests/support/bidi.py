"""A small client for WebDriver BiDi (W3C), by which Firefox is driven."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

import aiohttp

_LARGEST = 64 << 20

# Arguments and results travel as JSON text: BiDi's own form of values is of no use here.
_CALL = "async text => JSON.stringify(await ({function})(...JSON.parse(text)) ?? null)"


class BidiError(Exception):
    """The browser refused a command, or a function in a page threw."""


class BidiConnection:
    """Sends commands and waits for their results."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, address: str) -> BidiConnection:
        """Connect to a browser at `ws://…` and begin a session."""
        connection = cls(await http.ws_connect(f"{address}/session", max_msg_size=_LARGEST))
        await connection.command("session.new", capabilities={})
        return connection

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Run a command and return its result. Raises BidiError if it is refused."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(json.dumps({"id": number, "method": method, "params": parameters}))
        return await self._waiting[number]

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()
        await self._reader

    async def _read(self) -> None:
        async for message in self._socket:
            answer = json.loads(message.data)
            waiting = self._waiting.pop(answer.get("id"), None)
            if waiting is None or waiting.done():
                continue  # An event, or the answer to somebody who has left.
            if answer["type"] == "success":
                waiting.set_result(answer["result"])
            else:
                waiting.set_exception(BidiError(answer["message"]))
        for waiting in self._waiting.values():
            waiting.cancel()


class BidiFrame:
    """A page, or a frame in one."""

    def __init__(self, connection: BidiConnection, context: str) -> None:
        self._connection = connection
        self._context = context

    async def goto(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        await self._connection.command(
            "browsingContext.navigate", context=self._context, url=url, wait="complete"
        )

    async def call(self, function: str, *arguments: Any) -> Any:
        """Call a function in the page; a promise is waited for.

        Arguments and the result are what JSON can carry. Raises BidiError if the function throws.
        """
        result = await self._connection.command(
            "script.callFunction",
            functionDeclaration=_CALL.replace("{function}", function),
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self._context},
            awaitPromise=True,
        )
        if result["type"] == "exception":
            raise BidiError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    async def click(self, x: float, y: float) -> None:
        """Click at a point of the viewport, in CSS pixels."""
        await self._act(
            {
                "type": "pointer",
                "id": "mouse",
                "actions": [
                    {"type": "pointerMove", "x": round(x), "y": round(y)},
                    {"type": "pointerDown", "button": 0},
                    {"type": "pointerUp", "button": 0},
                ],
            }
        )

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        await self._act({"type": "key", "id": "keyboard", "actions": keys})

    async def _act(self, source: dict[str, Any]) -> None:
        await self._connection.command("input.performActions", context=self._context, actions=[source])

    async def only_child(self) -> BidiFrame | None:
        """The frame in this page, if there is one."""
        tree = await self._connection.command("browsingContext.getTree", root=self._context)
        children = tree["contexts"][0]["children"]
        return BidiFrame(self._connection, children[0]["context"]) if children else None
