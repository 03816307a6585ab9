"""The real network: each host is looked up once, and what was found then is what is connected to."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any

import httpcore

from .destinations import is_numeric

LookUp = Callable[[str, int], Awaitable[tuple[str, ...]]]
# RFC 8305: how long an address has before the next one is tried beside it.
STAGGER = 0.25


async def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return what a host resolves to, in the order of the operating system.

    On a thread that nobody waits for: a name server that is silent keeps neither a loop nor the end of the
    process waiting.

    Raises:
        OSError: the name is not known, or nobody says.
    """
    if is_numeric(host):
        return (host,)
    loop = asyncio.get_running_loop()
    found: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(addresses: tuple[str, ...], error: Exception | None) -> None:
        if found.done():
            return
        if error:
            found.set_exception(error)
        else:
            found.set_result(addresses)

    def ask() -> None:
        addresses: tuple[str, ...] = ()
        failure: Exception | None = None
        try:
            known = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
            addresses = tuple(dict.fromkeys(str(one[4][0]) for one in known))
        except (OSError, UnicodeError) as error:
            failure = error if isinstance(error, OSError) else socket.gaierror(str(error))
        # The loop may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, addresses, failure)

    threading.Thread(target=ask, name="kustomer_nb looks up a host", daemon=True).start()
    return await found


class ResolvingBackend(httpcore.AsyncNetworkBackend):
    """Connects to what `resolve` found; no second look-up could answer otherwise."""

    def __init__(self, look_up: LookUp = look_up) -> None:
        self._look_up = look_up
        self._sockets = httpcore.AnyIOBackend()
        self._found: dict[tuple[str, int], tuple[str, ...]] = {}

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of a host, looked up the first time that it is asked for."""
        if (host, port) not in self._found:
            try:
                found = await self._look_up(host, port)
                if not found:
                    raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
            except OSError as error:
                raise httpcore.ConnectError(str(error)) from error
            self._found[host, port] = found
        return self._found[host, port]

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers."""

        async def connect(address: str) -> httpcore.AsyncNetworkStream:
            return await self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)

        return await _first(await self.resolve(host, port), connect)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def _first(
    addresses: tuple[str, ...], connect: Callable[[str], Awaitable[httpcore.AsyncNetworkStream]]
) -> httpcore.AsyncNetworkStream:
    if len(addresses) == 1:
        return await connect(addresses[0])
    left = list(addresses)
    running: set[asyncio.Future[httpcore.AsyncNetworkStream]] = set()
    failures: list[BaseException] = []
    streams: list[httpcore.AsyncNetworkStream] = []
    try:
        while not streams and (left or running):
            if left:
                running.add(asyncio.ensure_future(connect(left.pop(0))))
            done, running = await asyncio.wait(
                running, timeout=STAGGER if left else None, return_when=asyncio.FIRST_COMPLETED
            )
            for one in done:
                error = one.exception()
                if error is None:
                    streams.append(one.result())
                else:
                    failures.append(error)
    finally:
        await _given_up(running, streams[1:])
    if streams:
        return streams[0]
    raise failures[0]


async def _given_up(
    running: Iterable[asyncio.Future[httpcore.AsyncNetworkStream]],
    streams: Iterable[httpcore.AsyncNetworkStream],
) -> None:
    for one in running:
        one.cancel()
    ended = await asyncio.gather(*running, return_exceptions=True)
    for stream in (*streams, *ended):
        if not isinstance(stream, BaseException):
            await stream.aclose()
