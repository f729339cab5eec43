"""Whether a server under load stays as large as it is: the trend of its memory and of its open files.

A server grows while its caches and its heap fill, so the first half of a run says nothing. Over the second
half a straight line is laid through the samples; its rise is the drift.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from benchmarks.load.run import Sample

FLAT_SHARE = 0.02
FLAT_KB_PER_JOIN = 1.0
FLAT_HANDLES = 2.0
"""What a flat server may grow by in half a run: memory by this share of it, and for each join by so much;
open files by so many, as connections between requests come and go."""


class Drift(msgspec.Struct, frozen=True):
    """The rise in the second half of a run, which lasted `seconds` and had so many `joins`.

    `memory_share` is the rise as a share of the memory at the half's beginning. The server is `flat` if it
    keeps all limits.
    """

    seconds: float
    joins: int
    memory_kb: float
    memory_share: float
    memory_kb_per_join: float | None
    handles: float
    flat: bool


def drift_of(samples: Sequence[Sample]) -> Drift | None:
    """The trend over the second half; None where the server's process is not known, or of too few samples."""
    half = samples[len(samples) // 2 :]
    servers = [sample.server for sample in half if sample.server is not None]
    if len(servers) < 2 or len(servers) < len(half):
        return None
    times = [sample.at_s for sample in half]
    first, memory_kb = _line(times, [server.memory_kb for server in servers])
    _, handles = _line(times, [server.handles for server in servers])
    joins = half[-1].joins - half[0].joins
    per_join = memory_kb / joins if joins else None
    share = memory_kb / first
    return Drift(
        seconds=round(times[-1] - times[0], 1),
        joins=joins,
        memory_kb=round(memory_kb, 1),
        memory_share=round(share, 4),
        memory_kb_per_join=round(per_join, 3) if per_join is not None else None,
        handles=round(handles, 2),
        flat=share < FLAT_SHARE and (per_join or 0.0) < FLAT_KB_PER_JOIN and handles < FLAT_HANDLES,
    )


def _line(times: Sequence[float], values: Sequence[int]) -> tuple[float, float]:
    """The line of least squares: its value at the first time, and by how much it rises until the last."""
    slope, start = np.polyfit(np.array(times) - times[0], np.array(values), 1)
    return float(start), float(slope) * (times[-1] - times[0])
