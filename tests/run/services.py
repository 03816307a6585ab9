"""Services that respond at any host, and host names that a test resolves; only loopback is connected to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from kustomer_nb.transport import Connection
from kustomer_nb.transport.pool import PoolTransport
from kustomer_nb.transport.resolver import LookUp, ResolvingBackend


class Loopback(ResolvingBackend):
    """A network that connects to loopback only."""

    async def connect_tcp(self, host: str, port: int, *arguments: Any, **options: Any) -> Any:
        addresses = await self.resolve(host, port)
        assert all(address.startswith("127.") or address == "::1" for address in addresses), addresses
        return await super().connect_tcp(host, port, *arguments, **options)


def resolving(**names: tuple[str, ...]) -> PoolTransport:
    """Return a transport that resolves names, with ``_`` for ``.``, to addresses; others to themselves."""

    async def look_up(host: str, port: int) -> tuple[str, ...]:
        return names.get(host.replace(".", "_"), (host,))

    return looking_up(look_up)


def looking_up(look_up: LookUp) -> PoolTransport:
    return PoolTransport(Connection(), Loopback(look_up))


def redirecting(to: str) -> httpx.MockTransport:
    """Return a service that redirects /from, and responds to every other path."""

    def respond(request: httpx.Request) -> httpx.Response:
        is_first = request.extensions["target"] == b"/from"
        return httpx.Response(302, headers={"location": to}) if is_first else httpx.Response(200, json={})

    return httpx.MockTransport(respond)


class RedirectingService:
    """A service that redirects its first request, responds to all others, and stores their targets."""

    def __init__(self, to: str, status: int = 302) -> None:
        self.targets: list[bytes] = []
        self._redirect = httpx.Response(status, headers={"location": to})
        self.transport = httpx.MockTransport(self._respond)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.targets.append(request.extensions["target"])
        return self._redirect if len(self.targets) == 1 else httpx.Response(200, json={})


class AnyHostService:
    """A service that responds at every host, and stores the hosts it was called at."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.transport = httpx.MockTransport(self._respond)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.hosts.append(request.url.host)
        return httpx.Response(200, json={})


WriteConfig = Callable[[str], None]
