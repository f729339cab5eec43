"""Decodes uploads and makes stills, in a process that runs only while there is something to do."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TypeVar

import structlog

from media.backgrounds.channel import Channel
from media.backgrounds.effects import Effect
from media.backgrounds.image_problems import ImageRefused
from media.backgrounds.process import PictureProcess
from media.backgrounds.studio_messages import Answer, ImageFacts, Inspect, MakeStill, Refused, Request, Still

MAX_WAITING = 8
"""Requests at a time, of all together."""

_START_S = 30.0  # To load the model, on a busy machine.
_ANSWER_S = 10.0
_IDLE_S = 120.0

_log = structlog.get_logger(__name__)

T = TypeVar("T")


class StudioUnavailable(Exception):
    """There is too much to do, or the process died."""


class Studio:
    """Start it by using it; end it with `close`."""

    def __init__(self, idle_s: float = _IDLE_S) -> None:
        self._idle_s = idle_s
        self._process: _StudioProcess | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._rest: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def process_id(self) -> int | None:
        """The number of the process, if there is one."""
        return None if self._process is None else self._process.pid

    async def inspect(self, data: bytes) -> ImageFacts:
        """Tell what a file holds. Raises ImageRefused, StudioUnavailable."""
        return await self._ask(Inspect(data), ImageFacts)

    async def still(self, effect: Effect, camera: bytes | None) -> bytes:
        """Return a JPEG of a camera's picture (JPEG or PNG), or of a sample, with the effect.

        Raises ImageRefused, StudioUnavailable.
        """
        return (await self._ask(MakeStill(effect, camera), Still)).jpeg

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            self._end()
        await asyncio.gather(*self._ending)

    async def _ask(self, request: Request, kind: type[T]) -> T:
        if self._waiting >= MAX_WAITING:
            raise StudioUnavailable
        self._waiting += 1
        try:
            async with self._turn:
                answer = await self._answer(request)
        finally:
            self._waiting -= 1
        if isinstance(answer, Refused):
            raise ImageRefused(answer.problem)
        if not isinstance(answer, kind):
            raise TypeError(f"{type(answer)} is no answer to {type(request)}")
        return answer

    async def _answer(self, request: Request) -> Answer:
        """Ask the process; one that does not answer, or whose answer nobody waits for, is ended."""
        if self._rest is not None:
            self._rest.cancel()
        try:
            limit_s = _ANSWER_S
            if self._process is None:
                self._process, limit_s = await _StudioProcess.start(), _START_S
            async with asyncio.timeout(limit_s):
                answer = await self._process.ask(request)
        except (OSError, EOFError) as error:  # Of which TimeoutError is one.
            _log.warning("studio_failed", error=type(error).__name__)
            self._end()
            raise StudioUnavailable from error
        except asyncio.CancelledError:
            self._end()
            raise
        self._rest = asyncio.get_running_loop().call_later(self._idle_s, self._end)
        return answer

    def _end(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        if self._process is None:
            return
        task = asyncio.create_task(self._process.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        self._process = None


class _StudioProcess(PictureProcess):
    """The process, as the studio sees it."""

    module = "media.backgrounds.studio_process"
    received = Answer

    def __init__(self, process: subprocess.Popen[bytes], channel: Channel) -> None:
        super().__init__(process, channel)
        self._answer: asyncio.Future[Answer] = self._loop.create_future()

    def hear(self, message: Answer) -> None:
        """See `PictureProcess`."""
        if not self._answer.done():
            self._answer.set_result(message)

    async def ask(self, request: Request) -> Answer:
        """Wait for the answer; one request at a time. Raises EOFError if the process is gone."""
        self._answer = self._loop.create_future()
        self.send(request)
        await asyncio.wait([self._answer, self._gone], return_when=asyncio.FIRST_COMPLETED)
        if not self._answer.done():
            raise EOFError
        return self._answer.result()
