"""Where a request is about to go: the host, its addresses, and the addresses no request should reach."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from kustomer_nb.request.url import is_loopback

# Metadata services of AWS, Google, Azure, Alibaba and Oracle: they return the credentials of the machine.
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
    ip_network(network)
    for network in (
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
# IPv6 networks with an IPv4 address in the last four bytes: mapped and compatible (RFC 4291 section 2.5.5),
# translated (RFC 7915), NAT64 with the well-known prefix (RFC 6052) and with a local one (RFC 8215).
_IPV4_IN_IPV6 = [
    ip_network(network)
    for network in ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where one step of a request goes: to ``host`` at ``port``, connected to one of ``addresses``.

    The addresses are numeric, and empty if a proxy or a ``transport=`` replaces the network.
    ``masked_origin`` is the origin without secrets. ``first`` is the destination of the request before
    redirects, None if this is the first. ``target`` is the path and query of the request.

    Example:
        >>> Destination("http", "files.shop.com", 80, ("93.184.216.34", "169.254.169.254"), "…").is_forbidden
        True
    """

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    masked_origin: str
    first: Destination | None = None
    # Not in repr: it may contain the value of a setting.
    target: bytes = field(default=b"", compare=False, repr=False)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host in lower case, and port: what RFC 6454 calls an origin."""
        return self.scheme, self.host.lower(), self.port

    @property
    def is_same_as_first(self) -> bool:
        """Whether it equals the destination before redirects: the same origin at the same addresses.

        A name that resolves to other addresses now is another destination.

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
    def is_local(self) -> bool:
        """Whether it is certainly this computer: every address that the name resolves to is loopback.

        Example:
            >>> Destination("http", "localhost", 80, ("127.0.0.1", "203.0.113.5"), "…").is_local
            False
        """
        if not self.addresses:
            return self.host.lower() == "localhost" or is_loopback(self.host)
        return all(map(is_loopback, self.addresses))

    @property
    def may_be_local(self) -> bool:
        """Whether the name, or any address it resolves to, may reach this computer, in any notation.

        Example:
            >>> addresses = ("93.184.216.34", "::ffff:127.0.0.1")
            >>> Destination("http", "files.shop.com", 80, addresses, "…").may_be_local
            True
        """
        name = self.host.lower().rstrip(".")
        # RFC 6761 section 6.3: every name under .localhost is loopback.
        is_named = name == "localhost" or name.endswith(".localhost")
        return is_named or any(_reaches_loopback(address) for address in (self.host, *self.addresses))

    @property
    def is_forbidden(self) -> bool:
        """Whether the name, or any address it resolves to, is link-local or a metadata service."""
        is_named = self.host.lower().rstrip(".") in FORBIDDEN_NAMES
        return is_named or any(is_forbidden(address) for address in (self.host, *self.addresses))


def is_forbidden(address: str) -> bool:
    """Return whether a numeric address is link-local or a metadata service, in any notation.

    False for a name; the addresses that it resolves to may be forbidden.

    Example:
        >>> [is_forbidden(text) for text in ("169.254.1.1", "::ffff:169.254.1.1", "0xa9fea9fe", "127.0.0.1")]
        [True, True, True, False]
    """
    parsed = _parse(address)
    if parsed is None:
        return False
    addresses = (parsed, *_embedded_ipv4(parsed))
    return any(candidate in network for candidate in addresses for network in _FORBIDDEN)


def _reaches_loopback(address: str) -> bool:
    """Return whether a numeric address, or an IPv4 address within it, reaches this computer."""
    # The part after % is the zone of a link-local address, as in fe80::1%eth0.
    parsed = _parse(address.partition("%")[0])
    if parsed is None:
        return False
    # Linux connects 0.0.0.0 and :: to itself.
    return any(
        candidate.is_loopback or candidate in _UNSPECIFIED or candidate.is_unspecified
        for candidate in (parsed, *_embedded_ipv4(parsed))
    )


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    text = address.strip("[]").rstrip(".")
    with suppress(ValueError):
        return ip_address(text)
    try:
        # The operating system also accepts 0xa9fea9fe, 2852039166 and 169.254.43518.
        return IPv4Address(socket.inet_aton(text))
    except (OSError, UnicodeError, ValueError):
        return None


def _embedded_ipv4(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address contains."""
    if isinstance(address, IPv4Address):
        return []
    embedded = [address.sixtofour] if address.sixtofour else []
    if any(address in network for network in _IPV4_IN_IPV6):
        embedded.append(IPv4Address(address.packed[-4:]))
    return [*embedded, *(address.teredo or ())]


def is_numeric(host: str) -> bool:
    """Return whether a host is a numeric address, which needs no look-up."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
