"""Processes that work on pictures, as the server sees them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from media.backgrounds.channel import Channel, ChannelClosed
from media.backgrounds.messages import Report

_ROOT = Path(__file__).parents[2]

# Some libraries start threads of their own accord, or talk about nothing on stderr.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "GLOG_minloglevel": "2"}

# A worker that says nothing for so long after its start, or later for so long, is stuck.
_FIRST_REPORT_S = 60.0
_NEXT_REPORT_S = 10.0


class PictureProcess(ABC):
    """A running process, to be ended. `module` is what it runs, and `received` the type of what it tells.

    The kernel's own handle of the process tells of its end and takes signals, so that neither can meet
    another process that has got its number meanwhile.
    """

    module: ClassVar[str]
    received: ClassVar[Any]

    def __init__(self, process: subprocess.Popen[bytes], channel: Channel) -> None:
        self._process = process
        self._channel = channel
        self._handle = os.pidfd_open(process.pid)
        self._loop = asyncio.get_running_loop()
        self._gone = self._loop.create_future()
        self._loop.add_reader(self._handle, self._end)
        self._loop.add_reader(self._channel.fileno(), self._receive)

    @abstractmethod
    def hear(self, message: Any) -> None:
        """Take what it tells, which is of the type `received`."""

    @classmethod
    async def start(cls) -> Self:
        """Start one. Raises OSError."""
        ours, theirs = Channel.pair()
        with theirs:
            launch = asyncio.ensure_future(asyncio.to_thread(_launch, cls.module, theirs.fileno()))
            try:
                process = await asyncio.shield(launch)
            except OSError:
                ours.close()
                raise
            except asyncio.CancelledError:  # The thread cannot be stopped: what it starts has to be ended.
                await cls(await launch, Channel(ours, cls.received)).end()
                raise
        return cls(process, Channel(ours, cls.received))

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, command: object, descriptors: Sequence[int] = ()) -> None:
        """Tell it something; one that cannot be told anything is killed."""
        try:
            self._channel.send(command, descriptors)
        except ChannelClosed:
            self.kill()

    def kill(self) -> None:
        """End it at once, if it has not ended."""
        if not self._gone.done():
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    async def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait until it is gone, but not longer; gives its exit status, None while it runs."""
        await asyncio.wait([self._gone], timeout=timeout_s)
        return self._process.returncode

    async def end(self) -> None:
        """Kill it if it runs, wait until it is gone, and free what it held here."""
        self.kill()
        await self.wait()
        self._loop.remove_reader(self._channel.fileno())
        self._channel.close()
        os.close(self._handle)

    def _end(self) -> None:
        self._loop.remove_reader(self._handle)
        self._process.poll()  # It is gone: this takes its status, and waits for nothing.
        self._gone.set_result(None)

    def _receive(self) -> None:
        try:
            while (received := self._channel.receive()) is not None:
                self.hear(received[0])
        except ChannelClosed:
            self._loop.remove_reader(self._channel.fileno())
            self.kill()


class WorkerProcess(PictureProcess):
    """A worker for cameras, as the supervisor sees it."""

    module = "media.backgrounds.worker"
    received = Report

    def __init__(self, process: subprocess.Popen[bytes], channel: Channel) -> None:
        super().__init__(process, channel)
        self._heard = self._loop.time()
        self.report: Report | None = None
        """The newest; None until its model is loaded."""

    def hear(self, message: Report) -> None:
        """See `PictureProcess`."""
        self.report = message
        self._heard = self._loop.time()

    def is_stuck(self) -> bool:
        """Whether it has said nothing for too long."""
        silence_s = self._loop.time() - self._heard
        return silence_s > (_FIRST_REPORT_S if self.report is None else _NEXT_REPORT_S)


def _launch(module: str, descriptor: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        (sys.executable, "-m", module, str(descriptor)),
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        cwd=_ROOT,
        env=os.environ | _ENVIRONMENT,
    )
