"""The benchmark's C: synthetic clients, and a forwarder that does only the least."""

from typing import final

@final
class Clients:
    """Up to 256 clients in rooms of four that send to a port of 127.0.0.1, each from its own of `ports`."""

    ports: list[int]

    def __init__(self, count: int, server_port: int) -> None: ...
    def run(
        self,
        seconds: float,
        *,
        video_rate: int = 0,
        video_size: int = 0,
        audio_rate: int = 0,
        audio_size: int = 0,
        window: int = 0,
    ) -> tuple[int, int, int, float, int, int]:
        """Send so many packets a second and client; with a `window`, video as fast as it can.

        Returns packets sent, received and expected to be received, seconds, latency p50 and p99 (ns).
        """

@final
class Bare:
    """A thread that forwards between clients at these ports; it runs while the object lives."""

    def __init__(self, socket: int, ports: list[int], batch_us: int) -> None: ...
    def packets_out(self) -> int:
        """Return how many packets it has sent."""
