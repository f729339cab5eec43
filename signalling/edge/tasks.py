"""Tasks that live and end together."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def first_ends_all(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run all at once until the first of them ends, then cancel the others and wait for them.

    Raises what the first raised.
    """
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
