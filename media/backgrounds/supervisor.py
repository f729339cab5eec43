"""Keeps worker processes at work, and streams with workers.

To who forwards packets a worker is one more client: it is sent the camera's SRTP at the address of the
stream's socket, and sends the processed one from there. The socket stays the same for the stream's whole
life; it goes to a worker, and to another one, with new keys, should that die. No packet comes to anything but
a worker: while none is there, nothing comes back.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
import structlog

from media.backgrounds.effects import Effect
from media.backgrounds.messages import AddStream, RemoveStream, SetEffect, SetRates, StreamReport
from media.backgrounds.process import WorkerProcess
from media.backgrounds.quality import Quality
from media.backgrounds.secure_line import KEY_BYTES, LineKeys
from media.backgrounds.streams import Counts, OutgoingStream, StreamSettings

_BUFFER_BYTES = 1 << 20  # Of each stream's socket: some seconds of video, while it changes workers.

_LOOK_INTERVAL_S = 1.0

_PAUSE_S = 0.05  # Before a dead worker is replaced; doubled each time one dies young.
_LONGEST_PAUSE_S = 5.0
_YOUNG_S = 10.0

_log = structlog.get_logger()


Address = tuple[str, int]
"""IP and port."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """What connects a stream with who forwards it.

    `media_address` is the forwarder's, on this machine. `on_keys` gives it its keys, at the beginning and for
    each new worker; numbering and SRTP begin anew with them.
    """

    media_address: Address
    on_keys: Callable[[LineKeys], None]


class Stream:
    """One camera's stream, to be closed at its end.

    The camera's RTP and RTCP are to be sent to its address, and the receivers' requests for key frames; from
    there come processed RTP with sender reports, and requests to the camera. What comes has new SSRCs after
    each change of workers.
    """

    def __init__(
        self, number: int, settings: StreamSettings, line: LineSettings, supervisor: Supervisor
    ) -> None:
        self._number = number
        self._settings = settings
        self._line = line
        self._supervisor = supervisor
        self._worker: WorkerProcess | None = None
        self._socket = _connected_socket(line.media_address)

    @property
    def address(self) -> Address:
        """Where it takes packets, from the forwarder's address alone."""
        host, port = self._socket.getsockname()[:2]
        return host, port

    @property
    def worker(self) -> WorkerProcess | None:
        """Who processes it; None while nobody does."""
        return self._worker

    @property
    def report(self) -> StreamReport | None:
        """How it fares; None until the first report."""
        whole = self._worker.report if self._worker else None
        return whole.streams.get(self._number) if whole else None

    @property
    def quality(self) -> Quality | None:
        """At which step of quality its worker works; None until the first report."""
        whole = self._worker.report if self._worker else None
        return whole.quality if whole else None

    def set_effect(self, effect: Effect) -> None:
        """Apply another effect from the next picture on."""
        self._settings = msgspec.structs.replace(self._settings, effect=effect)
        if self._worker is not None:
            self._worker.send(SetEffect(self._number, effect))

    def set_rates(self, rates_bps: tuple[int, int]) -> None:
        """Send at most so much of the full and the small layer from the next picture on; 0 pauses one."""
        self._settings = msgspec.structs.replace(self._settings, rates_bps=rates_bps)
        if self._worker is not None:
            self._worker.send(SetRates(self._number, rates_bps))

    def move_to(self, worker: WorkerProcess | None) -> None:
        """Have another worker process it, or none; where the former one was in its numbers is not known."""
        if self._worker is not None:
            self._worker.send(RemoveStream(self._number))
        self._worker = worker
        if worker is None:
            return
        settings = self._settings
        full, small = settings.mids
        outgoing = (_begin(settings, full), _begin(settings, small))
        keys = LineKeys(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))
        self._line.on_keys(keys.turned())
        worker.send(AddStream(self._number, settings, outgoing, keys), [self._socket.fileno()])

    def close(self) -> None:
        """End it."""
        self._supervisor.forget(self)
        self.move_to(None)
        self._socket.close()


@dataclass(frozen=True, slots=True)
class Statistics:
    """How all streams and workers fare; `totals` and `workers_replaced` are since the start."""

    workers: int
    workers_replaced: int
    streams: Mapping[Quality | None, int]
    """How many are worked on at which step; None: those that wait for a worker."""
    totals: Counts


class Supervisor:
    """Runs `count` workers; one for each core is a good number. Streams may be opened before they run."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._opened = 0
        self._streams: set[Stream] = set()
        self._workers: list[WorkerProcess] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._replaced = 0
        self._totals_of_gone = Counts()

    @property
    def workers(self) -> tuple[WorkerProcess, ...]:
        """Those that run."""
        return tuple(self._workers)

    def start(self) -> None:
        """Start the workers, once. They take on streams at once, and work when their model is loaded."""
        if self._tasks:
            return
        self._tasks = [asyncio.create_task(self._keep_one_running()) for _ in range(self._count)]

    async def stop(self) -> None:
        """End the workers, and wait until they are gone. Streams stay open, and silent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def open(self, settings: StreamSettings, line: LineSettings) -> Stream:
        """Have a camera's stream processed. Raises OSError without a socket."""
        self._opened += 1
        stream = Stream(self._opened, settings, line, self)
        self._streams.add(stream)
        self._place(stream)
        return stream

    def forget(self, stream: Stream) -> None:
        """It ends."""
        self._streams.discard(stream)

    def load(self, worker: WorkerProcess) -> int:
        """How many streams a worker has."""
        return sum(stream.worker is worker for stream in self._streams)

    def statistics(self) -> Statistics:
        """Tell how all fares, as of the workers' last reports."""
        reports = [worker.report for worker in self._workers if worker.report is not None]
        return Statistics(
            workers=len(self._workers),
            workers_replaced=self._replaced,
            streams=Counter(stream.quality for stream in self._streams),
            totals=sum((report.totals for report in reports), self._totals_of_gone),
        )

    def _place(self, stream: Stream) -> None:
        """Give it to the worker with the fewest, rather to one whose model is loaded."""
        candidates = sorted(self._workers, key=lambda one: (one.report is None, self.load(one)))
        stream.move_to(candidates[0] if candidates else None)

    def _balance(self) -> None:
        """Move a stream to a worker that has at least two fewer; it goes on there with a key frame."""
        ready = sorted((worker for worker in self._workers if worker.report is not None), key=self.load)
        if ready and self.load(ready[-1]) - self.load(ready[0]) > 1:
            next(stream for stream in self._streams if stream.worker is ready[-1]).move_to(ready[0])

    async def _keep_one_running(self) -> None:
        """Run a worker, and another one when it dies."""
        clock = asyncio.get_running_loop().time
        pause_s = _PAUSE_S
        while True:
            started = clock()
            try:
                _log.warning("a background worker died", status=await self._run_worker())
                self._replaced += 1
            except OSError:
                _log.exception("a background worker cannot be started")
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S) if clock() - started < _YOUNG_S else _PAUSE_S
            await asyncio.sleep(pause_s)

    async def _run_worker(self) -> int:
        """Run one worker until it is gone, or until this task is cancelled."""
        worker = await WorkerProcess.start()
        self._workers.append(worker)
        for stream in self._streams:
            if stream.worker is None:
                self._place(stream)
        try:
            while (status := await worker.wait(_LOOK_INTERVAL_S)) is None:
                if worker.is_stuck():
                    worker.kill()
                self._balance()
        finally:
            self._workers.remove(worker)
            if worker.report is not None:
                self._totals_of_gone += worker.report.totals
            for stream in self._streams:
                if stream.worker is worker:
                    self._place(stream)
            await worker.end()
        return status


def _begin(settings: StreamSettings, mid: str) -> OutgoingStream:
    """Number a layer at random."""
    return OutgoingStream(
        payload_type=settings.payload_type,
        ssrc=secrets.randbits(32),
        sequence=secrets.randbits(16),
        picture_id=secrets.randbits(15),
        extensions=((settings.mid_extension, mid.encode()),),
    )


def _connected_socket(address: Address) -> socket.socket:
    """Open a UDP socket that talks with one address only, from the same host."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            opened.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
        opened.bind((address[0], 0))
        opened.connect(address)
    except OSError:
        opened.close()
        raise
    return opened
