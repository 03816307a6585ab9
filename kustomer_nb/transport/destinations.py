"""Where a request is about to go: the host, what it resolves to, and what no request should reach."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from kustomer_nb.request.url import is_loopback

# What answers at these gives out the credentials of the machine: AWS, Google, Azure, Alibaba, Oracle.
FORBIDDEN_NAMES = frozenset(
    {
        "instance-data",
        "instance-data.ec2.internal",
        "metadata",
        "metadata.azure.com",
        "metadata.azure.internal",
        "metadata.goog",
        "metadata.google.internal",
    }
)
_FORBIDDEN = [
    ip_network(one)
    for one in (
        "169.254.0.0/16",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
        "fe80::/10",
        "fd00:ec2::/32",
        "fd20:ce::254/128",
    )
]
_UNSPECIFIED = ip_network("0.0.0.0/8")
# IPv4 within IPv6, in the last four bytes: mapped, compatible, NAT64 as everybody and as a network has it.
_HOLDING = [
    ip_network(one) for one in ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
]


@dataclass(frozen=True, slots=True)
class Destination:
    """One step of a request: to ``host`` at ``port``, which is one of ``addresses``.

    They are numeric, and empty where a proxy or a ``transport=`` stands in for the network. ``shown`` is the
    origin as it may be shown. ``first`` is where the request went before a redirect led here, None for that
    first step itself. ``target`` is the path and the query that are asked for there.

    Example:
        >>> Destination("http", "files.shop.com", 80, ("93.184.216.34", "169.254.169.254"), "…").is_forbidden
        True
    """

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    shown: str
    first: Destination | None = None
    # It may hold the value of a setting.
    target: bytes = field(default=b"", compare=False, repr=False)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host in lower case, and port."""
        return self.scheme, self.host.lower(), self.port

    @property
    def is_same_as_first(self) -> bool:
        """Whether it is where the request went before its redirects: the same origin at the same addresses.

        A name that resolves to another address by now is another destination.

        Example:
            >>> first = Destination("http", "0.0.0.0", 80, ("0.0.0.0",), "…")
            >>> Destination("http", "0.0.0.0", 80, ("0.0.0.0",), "…", first).is_same_as_first
            True
        """
        first = self.first
        if first is None:
            return False
        return self.origin == first.origin and set(self.addresses) == set(first.addresses)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine and no other, as far as is known: all that the name resolves to.

        Example:
            >>> Destination("http", "localhost", 80, ("127.0.0.1", "203.0.113.5"), "…").is_here
            False
        """
        if not self.addresses:
            return self.host.lower() == "localhost" or is_loopback(self.host)
        return all(map(is_loopback, self.addresses))

    @property
    def may_be_here(self) -> bool:
        """Whether anything that the name stands for or resolves to ends in this machine, however written.

        Example:
            >>> addresses = ("93.184.216.34", "::ffff:127.0.0.1")
            >>> Destination("http", "files.shop.com", 80, addresses, "…").may_be_here
            True
        """
        name = self.host.lower().rstrip(".")
        is_named = name == "localhost" or name.endswith(".localhost")
        return is_named or any(_ends_here(one) for one in (self.host, *self.addresses))

    @property
    def is_forbidden(self) -> bool:
        """Whether the name, or anything it resolves to, is link-local or gives out credentials."""
        is_named = self.host.lower().rstrip(".") in FORBIDDEN_NAMES
        return is_named or any(is_forbidden(one) for one in (self.host, *self.addresses))


def is_forbidden(address: str) -> bool:
    """Return whether a numeric address is link-local or a metadata service, however it is written.

    A name is none; what it resolves to may be.

    Example:
        >>> [is_forbidden(one) for one in ("169.254.1.1", "::ffff:169.254.1.1", "0xa9fea9fe", "127.0.0.1")]
        [True, True, True, False]
    """
    read = _read(address)
    if read is None:
        return False
    return any(one in network for one in (read, *_within(read)) for network in _FORBIDDEN)


def _ends_here(address: str) -> bool:
    """Return whether a numeric address is one of this machine, or stands for one, however it is written."""
    read = _read(address.partition("%")[0])
    if read is None:
        return False
    # Linux connects 0.0.0.0 and :: to itself.
    return any(one.is_loopback or one in _UNSPECIFIED or one.is_unspecified for one in (read, *_within(read)))


def _read(address: str) -> IPv4Address | IPv6Address | None:
    text = address.strip("[]").rstrip(".")
    with suppress(ValueError):
        return ip_address(text)
    try:
        # As the operating system reads 0xa9fea9fe, 2852039166 and 169.254.43518.
        return IPv4Address(socket.inet_aton(text))
    except (OSError, UnicodeError, ValueError):
        return None


def _within(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that one of IPv6 stands for."""
    if isinstance(address, IPv4Address):
        return []
    held = [IPv4Address(address.packed[-4:])] if any(address in one for one in _HOLDING) else []
    return [*held, *([address.sixtofour] if address.sixtofour else []), *(address.teredo or ())]


def is_numeric(host: str) -> bool:
    """Return whether a host is an address already."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
