"""Configuration of the SFU."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from media.sfu.stun import Address


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """How long a connection may be without an answer from the server, and how many there may be.

    The server answers only to authentic checks, and only while the session lasts. `connections_per_client`
    counts by address (IPv4) or by /64 network (IPv6): an office behind one address needs many.
    """

    answer_timeout_s: float = 5.0
    idle_timeout_s: float = 30.0
    connections: int = 256
    connections_per_client: int = 64


@dataclass(frozen=True, slots=True)
class SfuConfig:
    """Where the SFU listens and how patient it is.

    Packets are forwarded by as many `threads`, each on a port of its own: `port` and those that follow it
    (port 0: any free ones). `cores` binds each thread to a CPU core; empty leaves that to the kernel. `host`
    is bound; `announced` are the addresses given to clients: IP, and the port of the first thread, which
    those of the others follow (port 0: the bound ones; empty: the bound address, or this machine's own if all
    are bound). A client that neither sent an authentic connectivity check nor authentic media for
    `consent_timeout_s` is gone. `uplink_bps` limits what one client may send in all. `batch_us` is how far
    apart the batches begin in which packets are forwarded, and six times as far when many come: more saves
    processor time and adds half of it to the delay.
    """

    host: str = "0.0.0.0"
    port: int = 0
    threads: int = 1
    cores: tuple[int, ...] = ()
    announced: tuple[Address, ...] = ()
    consent_timeout_s: float = 15.0
    uplink_bps: int = 4_000_000
    batch_us: int = 200
    tcp: TcpLimits = TcpLimits()

    def announced_addresses(self, thread: int, bound_port: int) -> tuple[Address, ...]:
        """Return the addresses to write into the answers of a thread (the first is 0), bound to that port."""
        if self.announced:
            return tuple((host, port + thread if port else bound_port) for host, port in self.announced)
        bound = ipaddress.ip_address(self.host)
        return ((primary_address(bound.version) if bound.is_unspecified else self.host, bound_port),)


def primary_address(version: int) -> str:
    """Return the address this machine would use towards the Internet, or loopback if it has no route.

    Connecting a datagram socket sends nothing; it only makes the kernel choose.
    """
    if version == 4:
        family, elsewhere, loopback = socket.AF_INET, "192.0.2.1", "127.0.0.1"
    else:
        family, elsewhere, loopback = socket.AF_INET6, "2001:db8::1", "::1"
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((elsewhere, 9))
        except OSError:
            return loopback
        return str(probe.getsockname()[0])
