"""What the kernel says of a running process, and on which cores processes run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ProcessSample:
    """CPU time of all threads since the start, user and system; resident memory; open file descriptors."""

    cpu_s: float
    memory_kb: int
    handles: int


def sample_process(pid: int) -> ProcessSample:
    """Look at a process. Raises OSError if it is gone."""
    folder = Path("/proc") / str(pid)
    # The name, in parentheses, may hold spaces; user and system time are fields 14 and 15 (proc(5)).
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    return ProcessSample(
        cpu_s=(int(fields[11]) + int(fields[12])) / _TICKS_PER_S,
        memory_kb=int(status["VmRSS"].split()[0]),
        handles=sum(1 for _ in (folder / "fd").iterdir()),
    )


def sample_processes(pids: Sequence[int]) -> ProcessSample:
    """Look at several processes, and add them up. Raises OSError if one is gone."""
    samples = [sample_process(pid) for pid in pids]
    return ProcessSample(
        cpu_s=sum(sample.cpu_s for sample in samples),
        memory_kb=sum(sample.memory_kb for sample in samples),
        handles=sum(sample.handles for sample in samples),
    )


@dataclass(frozen=True, slots=True)
class Cores:
    """Cores for the server and one for the client; none where there are not enough."""

    server: tuple[int, ...]
    client: int | None

    @classmethod
    def choose(cls, for_server: int = 1) -> Cores:
        """Take the last of those that may be used for the server, and the first for the client."""
        usable = sorted(os.sched_getaffinity(0))
        return cls(tuple(usable[-for_server:]), usable[0]) if len(usable) > for_server else cls((), None)

    def pin_client(self) -> None:
        """Keep this process, and the threads that it starts from now on, on the client's core."""
        if self.client is not None:
            os.sched_setaffinity(0, {self.client})

    def server_command(self) -> tuple[str, ...]:
        """What to put before the server's command, to keep it on its cores."""
        return ("taskset", "--cpu-list", ",".join(map(str, self.server))) if self.server else ()
