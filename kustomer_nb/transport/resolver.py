"""The network: each host is looked up once, and the addresses found are those that are connected to."""

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
# RFC 8305 section 5, "Connection Attempt Delay": 250 ms before the next address is tried in parallel.
STAGGER = 0.25


async def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host, in the order of the operating system.

    It runs on a daemon thread, so that a name server that does not respond blocks neither the event loop nor
    the end of the process.

    Raises:
        OSError: the name is unknown, or no name server responds.
    """
    if is_numeric(host):
        return (host,)
    loop = asyncio.get_running_loop()
    result: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(addresses: tuple[str, ...], error: Exception | None) -> None:
        # The caller may have been cancelled meanwhile.
        if result.done():
            return
        if error:
            result.set_exception(error)
        else:
            result.set_result(addresses)

    def query() -> None:
        addresses: tuple[str, ...] = ()
        failure: Exception | None = None
        try:
            # As bytes: to a string Python would apply its idna codec, which raises errors of its own.
            entries = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
            addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except (OSError, UnicodeError) as error:
            failure = error if isinstance(error, OSError) else socket.gaierror(str(error))
        # The loop may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, addresses, failure)

    threading.Thread(target=query, name="kustomer_nb looks up a host", daemon=True).start()
    return await result


class ResolvingBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that `resolve` returned.

    A second look-up might return other ones, which no guard has checked (DNS rebinding).
    """

    def __init__(self, look_up: LookUp = look_up) -> None:
        self._look_up = look_up
        self._sockets = httpcore.AnyIOBackend()
        self._addresses: dict[tuple[str, int], tuple[str, ...]] = {}

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of a host, looked up at the first call."""
        if (host, port) not in self._addresses:
            try:
                addresses = await self._look_up(host, port)
                if not addresses:
                    raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
            except OSError as error:
                raise httpcore.ConnectError(str(error)) from error
            self._addresses[host, port] = addresses
        return self._addresses[host, port]

    def forget(self) -> None:
        """Look each host up again before the next connection to it."""
        self._addresses.clear()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that accepts a connection."""

        async def connect(address: str) -> httpcore.AsyncNetworkStream:
            return await self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)

        return await _connect_first(await self.resolve(host, port), connect)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def _connect_first(
    addresses: tuple[str, ...], connect: Callable[[str], Awaitable[httpcore.AsyncNetworkStream]]
) -> httpcore.AsyncNetworkStream:
    """Return the first connection of all addresses, tried one after the other as in RFC 8305."""
    if len(addresses) == 1:
        return await connect(addresses[0])
    untried = list(addresses)
    running: set[asyncio.Future[httpcore.AsyncNetworkStream]] = set()
    failures: list[BaseException] = []
    streams: list[httpcore.AsyncNetworkStream] = []
    try:
        while not streams and (untried or running):
            if untried:
                running.add(asyncio.ensure_future(connect(untried.pop(0))))
            done, running = await asyncio.wait(
                running, timeout=STAGGER if untried else None, return_when=asyncio.FIRST_COMPLETED
            )
            for attempt in done:
                error = attempt.exception()
                if error is None:
                    streams.append(attempt.result())
                else:
                    failures.append(error)
    finally:
        await _abandon(running, streams[1:])
    if streams:
        return streams[0]
    raise failures[0]


async def _abandon(
    running: Iterable[asyncio.Future[httpcore.AsyncNetworkStream]],
    streams: Iterable[httpcore.AsyncNetworkStream],
) -> None:
    for attempt in running:
        attempt.cancel()
    # An attempt that succeeded just before it was cancelled has a connection to close.
    results = await asyncio.gather(*running, return_exceptions=True)
    for stream in (*streams, *results):
        if not isinstance(stream, BaseException):
            await stream.aclose()
