"""Who is at the other end when proxies stand between: their headers count only if we trust the proxy."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Peer:
    """The client's address, and whether the connection that he made is encrypted."""

    address: str
    secure: bool

    @property
    def limit_key(self) -> str:
        """What rate limits count by: the address, or for IPv6 its /64, all of which one client owns."""
        if not _is_address(self.address):
            return self.address
        address = ip_address(self.address)
        if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
            return str(IPv6Network((address, 64), strict=False))
        return self.address

    def within(self, networks: tuple[Network, ...]) -> bool:
        """Whether the client is in one of the networks."""
        return _is_within(self.address, networks)

    @property
    def loopback(self) -> bool:
        """Whether the client is on this machine."""
        return _is_loopback(self.address)


def find_peer(
    direct: Peer, forwarded_for: str | None, forwarded_proto: str | None, trusted: tuple[Network, ...]
) -> Peer:
    """The client behind `direct`, from `X-Forwarded-For` and `X-Forwarded-Proto`.

    Each trusted proxy appends the address that it saw, so the list is read from its end: the first address
    that is not a trusted proxy is the client. All before it could be his invention.
    """
    if not _is_within(direct.address, trusted):
        return direct
    address = direct.address
    for hop in reversed([part.strip() for part in (forwarded_for or "").split(",") if part.strip()]):
        if not _is_address(hop):
            break
        address = hop
        if not _is_within(hop, trusted):
            break
    secure = direct.secure if forwarded_proto is None else forwarded_proto.split(",")[-1].strip() == "https"
    return Peer(address, secure)


def _is_within(address: str, networks: tuple[Network, ...]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(text: str) -> bool:
    return _is_address(text) and ip_address(text).is_loopback
