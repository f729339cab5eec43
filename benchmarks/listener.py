"""Which processes of this machine serve an address, by what the kernel says in /proc."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

_PROC = Path("/proc")
_LISTENING = "0A"  # TCP_LISTEN, as /proc/net/tcp has it.
_PORTS = {"ws": 80, "wss": 443}

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def processes_behind(url: str) -> tuple[int, ...]:
    """Return the processes that listen at a WebSocket's address, with all that they have started.

    Raises RuntimeError if the address is not one of this machine, nobody listens there, or those who do
    belong to somebody else.
    """
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    if parts.hostname is None or not port:
        raise RuntimeError(f"{url} is no address of a WebSocket: ws://HOST:PORT")
    inodes = _listening_inodes(_own_addresses(parts.hostname), port)
    if not inodes:
        raise RuntimeError(f"nobody on this machine listens at {parts.hostname}, port {port}")
    holders = {pid for pid in _pids() if inodes & _socket_inodes(pid)}
    if not holders:
        raise RuntimeError(f"the process that listens at port {port} cannot be read: run as its user")
    return tuple(sorted(_with_descendants(holders)))


def _own_addresses(host: str) -> set[IpAddress]:
    """The host's addresses on this machine. Only they can be bound."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except OSError as error:
        raise RuntimeError(f"{host} has no address: {error}") from None
    own = set()
    for family, kind, _, _, address in found:
        with socket.socket(family, kind) as probe:
            try:
                probe.bind(address)
            except OSError:
                continue
            own.add(ipaddress.ip_address(address[0]))
    if not own:
        raise RuntimeError(f"{host} is not this machine: the server's CPU time can only be read here")
    return own


def _listening_inodes(addresses: set[IpAddress], port: int) -> set[str]:
    """The sockets that take connections to one of the addresses (proc_net(5))."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        for row in (_PROC / "net" / table).read_text().splitlines()[1:]:
            fields = row.split()
            host, _, port_hex = fields[1].partition(":")
            address = _address(host)
            listens = fields[3] == _LISTENING and int(port_hex, 16) == port
            if listens and (address.is_unspecified or address in addresses):
                inodes.add(fields[9])
    return inodes


def _address(text: str) -> IpAddress:
    """Read an address: words of 32 bits in this machine's order, which is x86's and ARM's."""
    words = bytes.fromhex(text)
    packed = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
    if len(packed) == 4:
        return ipaddress.IPv4Address(packed)
    address = ipaddress.IPv6Address(packed)
    return address.ipv4_mapped or address


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _socket_inodes(pid: int) -> set[str]:
    """The sockets of a process; none if it is gone or another user's."""
    inodes = set()
    try:
        for link in (_PROC / str(pid) / "fd").iterdir():
            # A descriptor may be closed while the folder is read.
            with suppress(FileNotFoundError):
                if found := re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink())):
                    inodes.add(found[1])
    except OSError:
        return set()
    return inodes


def _with_descendants(pids: set[int]) -> set[int]:
    children = defaultdict(set)
    for pid in _pids():
        try:
            status = (_PROC / str(pid) / "stat").read_text()
        except OSError:
            continue  # It has ended meanwhile.
        # The name, in parentheses, may hold spaces; after it the state and the parent (proc_pid_stat(5)).
        children[int(status.rpartition(")")[2].split()[1])].add(pid)
    family: set[int] = set()
    grown = pids
    while grown:
        family |= grown
        grown = {child for pid in grown for child in children[pid]} - family
    return family
