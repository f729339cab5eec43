"""What joining another server waits for."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from benchmarks.load.connection import Connection
from benchmarks.load.service import ServiceError

_FIRST_PACKET_TIMEOUT_S = 10.0

T = TypeVar("T")


async def first_packet_ms(receiving: Connection, started_ns: int, following: asyncio.Task[None]) -> float:
    """Wait for the first media packet of another; return the time since `started_ns`, of the wall clock.

    Raises what ended `following`, the task that subscribes, or TimeoutError.
    """
    arrived = await wait_beside(receiving.first_packet, following, _FIRST_PACKET_TIMEOUT_S)
    return (arrived - started_ns) / 1e6


async def wait_beside(wanted: asyncio.Future[T], work: asyncio.Task[None], timeout_s: float | None) -> T:
    """Wait for a result that `work` must bring about; without end if `timeout_s` is None.

    Raises TimeoutError, what ended the work, or ServiceError if it ended without an error.
    """
    both: set[asyncio.Future[Any]] = {wanted, work}
    await asyncio.wait(both, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    if wanted.done():
        return wanted.result()
    if not work.done():
        raise TimeoutError("the server does not answer")
    work.result()
    raise ServiceError("the server has ended the session")
