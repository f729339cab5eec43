"""The latest committed events of the accounts that somebody follows, kept in memory.

A tail exists while it has followers and holds at most 2,048 events. It is only a short cut: who needs what
it does not hold reads the database, and a wake-up says no more than 'look again'.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from chatcore.storage.writer import LogEntry

TAIL_LENGTH = 2_048


class Tail:
    """One account's latest events. `changed` is set once, by the next commit; take it before looking."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.followers = 0
        self._entries: deque[LogEntry] = deque(maxlen=TAIL_LENGTH)

    def extend(self, entries: Sequence[LogEntry]) -> None:
        """Add committed events and wake the followers."""
        if self._entries and self._entries[-1].position + 1 != entries[0].position:
            # A commit whose outcome the writer never learned left a hole; the database has it all.
            self._entries.clear()
        self._entries.extend(entries)
        self.changed.set()
        self.changed = asyncio.Event()

    def after(self, position: int, limit: int) -> list[LogEntry] | None:
        """Return the next events after a position; None when the tail does not reach back to it."""
        if not self._entries or self._entries[0].position > position + 1:
            return None
        # Positions have no holes, so the distance is the index.
        first = position + 1 - self._entries[0].position
        last = min(first + limit, len(self._entries))
        return [self._entries[index] for index in range(first, last)]


class Tails:
    """The tails by account."""

    def __init__(self) -> None:
        self._tails: dict[str, Tail] = {}

    @contextmanager
    def following(self, account_id: str) -> Iterator[Tail]:
        """Keep and give the account's tail."""
        tail = self._tails.setdefault(account_id, Tail())
        tail.followers += 1
        try:
            yield tail
        finally:
            tail.followers -= 1
            if tail.followers == 0:
                del self._tails[account_id]

    def publish(self, entries: Sequence[LogEntry]) -> None:
        """Take in a transaction's events, in order."""
        by_account = sorted(entries, key=lambda entry: entry.account_id)
        for account_id, group in groupby(by_account, key=lambda entry: entry.account_id):
            if (tail := self._tails.get(account_id)) is not None:
                tail.extend(list(group))
