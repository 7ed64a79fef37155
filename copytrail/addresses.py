"""Which addresses on the network messages may be sent to: public ones, and those the operator allows."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What is not public and may be reached all the same: hosts by name, and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, raw: str) -> Exceptions:
        """Read names, addresses and networks divided by commas. Raises ValueError with what is expected."""
        hosts: set[str] = set()
        networks = []
        for part in filter(None, (part.strip().lower() for part in raw.split(","))):
            try:
                networks.append(ip_network(part))
            except ValueError:
                if "/" in part or not _HOST.fullmatch(part) or literal(part):
                    raise ValueError(
                        "host names, addresses and networks such as 10.20.0.0/16, divided by commas"
                    ) from None
                hosts.add(part)
        return cls(frozenset(hosts), tuple(networks))

    def __str__(self) -> str:
        return ",".join([*sorted(self.hosts), *map(str, self.networks)])

    def permit(self, host: str, address: str) -> bool:
        """Whether messages for this host may go to this address, as the resolver gave it."""
        found = _inner(ip_address(address))
        if host.rstrip(".").lower() in self.hosts or any(found in network for network in self.networks):
            return True
        return found.is_global and not found.is_multicast and not found.is_reserved


def literal(host: str) -> str | None:
    """The address that a host spells out, also as one number or in octal as resolvers read it; None for a name."""
    bare = host.strip("[]")
    try:
        return str(ip_address(bare))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare)) if re.fullmatch(r"[0-9a-fx.]+", bare, re.I) else None
    except OSError:
        return None


def _inner(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only wraps it: mapped, 6to4, Teredo or NAT64."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
