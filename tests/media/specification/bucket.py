"""Token buckets, and what clients and strangers may send, in plain Python."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from media.sfu.stun import Address


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a bucket fills and how much it holds, in nanoseconds of filling."""

    cost_ns: int
    depth_ns: int


def _rate(per_second: int, at_once: int) -> Rate:
    cost_ns = 1_000_000_000 // per_second
    return Rate(cost_ns, at_once * cost_ns)


BY_ADDRESS = _rate(100, 200)
BY_CONNECTION = _rate(20, 40)
OF_ALL = _rate(2000, 2000)
PACKETS = _rate(4000, 4000)
ELSEWHERE = _rate(100, 100)
SESSION = _rate(100, 200)
_BYTES_DEPTH_NS = 1_000_000_000
_UPLINKS = 4


class Bucket:
    """Known by the time at which it will be full again."""

    def __init__(self) -> None:
        self._full_at_ns = 0

    def take(self, rate: Rate, now_us: int) -> bool:
        """Take one; False if the bucket is empty."""
        now_ns = now_us * 1000
        full_at_ns = max(self._full_at_ns, now_ns) + rate.cost_ns
        if full_at_ns - now_ns > rate.depth_ns:
            return False
        self._full_at_ns = full_at_ns
        return True


@dataclass
class FloodLimit:
    """What one client may send."""

    session: Bucket = field(default_factory=Bucket)
    _packets: Bucket = field(default_factory=Bucket)
    _bytes: Bucket = field(default_factory=Bucket)
    _elsewhere: Bucket = field(default_factory=Bucket)

    def admits(self, size: int, uplink_bps: int, now_us: int, *, is_bound: bool) -> bool:
        """Whether one more SRTP or SRTCP datagram may be decrypted."""
        if not is_bound:
            return self._elsewhere.take(ELSEWHERE, now_us)
        cost = Rate(size * (8_000_000_000 // _UPLINKS // uplink_bps), _BYTES_DEPTH_NS)
        return self._packets.take(PACKETS, now_us) and self._bytes.take(cost, now_us)


class Admission:
    """Which checks of strangers may pass. No two addresses share a bucket here."""

    def __init__(self) -> None:
        self._all = Bucket()
        self._buckets: dict[object, Bucket] = {}

    def admits(self, address: Address, now_us: int) -> bool:
        """Whether one more check from this address may pass."""
        ip = ipaddress.ip_address(address[0])
        key: object = ip if ip.version == 4 else ip.packed[:8]
        bucket = self._buckets.setdefault(address if ip.is_loopback else key, Bucket())
        rate = BY_CONNECTION if ip.is_loopback else BY_ADDRESS
        return bucket.take(rate, now_us) and self._all.take(OF_ALL, now_us)
