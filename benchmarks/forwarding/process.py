"""A forwarder in a process of its own, and the clients that load it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from benchmarks.forwarding._forwarding import Clients
from benchmarks.forwarding.layout import ROOM_SIZE
from benchmarks.process import Cores

BATCH_US = 200


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run of one forwarder: processor time for each outgoing packet (µs), and what the clients saw."""

    us_per_packet: float
    packets_out_per_s: float
    loss: float
    latency_us_p50: float
    latency_us_p99: float


class Forwarder:
    """The process of one forwarder, for clients in so many rooms; use it as a context manager.

    Raises RuntimeError when the process ends before its time; what it said is on standard error.
    """

    def __init__(self, kind: str, rooms: int, cores: Cores) -> None:
        command = [sys.executable, "-m", "benchmarks.forwarding.forwarder", kind, str(BATCH_US)]
        self._kind = kind
        self._cores = cores
        self._process = subprocess.Popen(
            [*cores.server_command(), *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            self._clients = Clients(ROOM_SIZE * rooms, int(self._line()))
            self._write(json.dumps(self._clients.ports))
            self._used()
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        """End the process, which ends when its input does."""
        with suppress(BrokenPipeError):
            self._process.communicate()

    def measure(self, seconds: float, profile: dict[str, int]) -> Measurement:
        """Put a load on it and return its cost."""
        with _on(self._cores.client):
            self._clients.run(min(0.5, seconds), **profile)
            before, sent_before = self._used()
            _, received, expected, took, p50_ns, p99_ns = self._clients.run(seconds, **profile)
            after, sent_after = self._used()
        packets = sent_after - sent_before
        if not packets or not expected:
            raise RuntimeError(f"the forwarder {self._kind} sent nothing")
        return Measurement(
            us_per_packet=(after - before) * 1e6 / packets,
            packets_out_per_s=packets / took,
            loss=1 - received / expected,
            latency_us_p50=p50_ns / 1000,
            latency_us_p99=p99_ns / 1000,
        )

    def _used(self) -> tuple[float, int]:
        """Return the processor time (s) used and the packets sent so far."""
        self._write("")
        seconds, packets = json.loads(self._line())
        return seconds, packets

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the forwarder {self._kind} ended: exit status {self._process.wait()}")
        return line

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


@contextmanager
def _on(core: int | None) -> Iterator[None]:
    """Keep this thread, and the threads that it starts, on a core for a while."""
    if core is None:
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
