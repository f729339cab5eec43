"""Rate limits: one token bucket per key, in a table of bounded size.

A bucket holds up to `burst` tokens and gains `per_second` of them; each permitted action takes one. When the
table is too large, the bucket unused for longest goes: it has had the most time to fill up again, and a full
bucket says nothing that a new one would not. Time is an argument: seconds on any clock that only goes
forward.
"""

from collections import OrderedDict
from dataclasses import dataclass

from signalling.edge.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something may happen: `burst` times at once, then `per_second`."""

    per_second: float
    burst: float


@dataclass(frozen=True, slots=True)
class Rates:
    """All the rates of the edge."""

    logins_per_address: Rate
    logins_per_email: Rate
    visitors_per_address: Rate
    commands_per_socket: Rate
    messages_per_person: Rate
    conversations_per_person: Rate
    conversations_per_address: Rate
    pictures_per_account: Rate

    @classmethod
    def standard(cls, factor: float = 1.0) -> "Rates":
        """What people need, with room to spare; `factor` allows more to many people behind one address."""

        def rate(per_second: float, burst: float) -> Rate:
            return Rate(per_second * factor, burst * factor)

        return cls(
            logins_per_address=rate(0.2, 20),
            logins_per_email=rate(0.2, 20),
            visitors_per_address=rate(0.5, 30),
            commands_per_socket=rate(20, 100),
            messages_per_person=rate(2, 40),
            conversations_per_person=rate(1 / 30, 5),
            conversations_per_address=rate(0.5, 30),
            pictures_per_account=rate(4, 40),
        )


class RateLimiter:
    """Token buckets of one rate, for at most `max_keys` keys at a time."""

    def __init__(self, rate: Rate, max_keys: int = 10_000) -> None:
        self._rate = rate
        self._max_keys = max_keys
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str, now_s: float) -> float:
        """Take a token for `key`: 0.0 when there was one, else the seconds until there will be.

        A bucket is stored as the time at which it will be full again: `burst` tokens less the wait for it.
        """
        full_at = max(self._full_at.get(key, now_s), now_s)
        after = full_at + 1 / self._rate.per_second
        excess_s = after - now_s - self._rate.burst / self._rate.per_second
        if excess_s > 1e-9:
            return excess_s
        self._full_at[key] = after
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._max_keys:
            self._full_at.popitem(last=False)
        return 0.0

    def require(self, key: str, now_s: float) -> None:
        """Take a token, or refuse with `rate_limited`, saying how long to wait."""
        wait_s = self.take(key, now_s)
        if wait_s > 0:
            raise RefusedError("rate_limited", "Too many requests; wait a little.", wait_s)
