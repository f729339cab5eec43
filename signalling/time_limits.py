"""The timer that lets the desk's time limits run out."""

import asyncio
from time import time_ns

import structlog

from chatcore.desk import Desk

_TICK_S = 1.0

_log = structlog.get_logger(__name__)


async def watch_time(desk: Desk) -> None:
    """Tell the desk the time, about once a second, until cancelled."""
    while True:
        await asyncio.sleep(_TICK_S)
        now_ms = time_ns() // 1_000_000
        for expire in (desk.calls.expire, desk.presence.expire):
            try:
                await expire(now_ms)
            except Exception:  # noqa: BLE001 - the next tick tries again
                _log.exception("expire_failed")
