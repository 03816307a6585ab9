"""The network of a page in a browser: the servers in the page itself, and nothing else."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import httpcore

from kustomer_nb.request.url import is_loopback

from .browser import server_at
from .destinations import is_numeric
from .resolver import ResolvingBackend

_HOST = "127.0.0.1"


async def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return the address of a host of this page, without asking a name server.

    Raises:
        OSError: it is the name of another host.
    """
    if is_numeric(host):
        return (host,)
    if host.lower() == "localhost":
        return (_HOST,)
    raise socket.gaierror(socket.EAI_NONAME, "a browser looks up no names")


class BrowserBackend(ResolvingBackend):
    """Connects to a server of `browser.serve`, in memory."""

    def __init__(self) -> None:
        super().__init__(look_up)

    async def connect_tcp(
        self, host: str, port: int, *args: Any, **kwargs: Any
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the server of the page at this port."""
        server = server_at(port)
        if server is None or not all(map(is_loopback, await self.resolve(host, port))):
            msg = "nothing in this page listens there"
            raise httpcore.ConnectError(msg)
        return _Stream(server())


class _Stream(httpcore.AsyncNetworkStream):
    """The client's end of a connection; the other one is a protocol, as of asyncio."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        self._protocol = protocol
        self._received = asyncio.StreamReader()
        protocol.connection_made(_Transport(self._received))

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            async with asyncio.timeout(timeout):
                return await self._received.read(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            self._protocol.data_received(buffer)

    async def aclose(self) -> None:
        if not self._received.at_eof():
            self._received.feed_eof()
        self._protocol.connection_lost(None)

    async def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        msg = "a server in the page has no TLS"
        raise httpcore.ConnectError(msg)

    def get_extra_info(self, info: str) -> Any:
        return None


class _Transport(asyncio.Transport):
    """The server's end: what it writes is received at once, so that nothing has to be paused."""

    def __init__(self, received: asyncio.StreamReader) -> None:
        super().__init__({"peername": (_HOST, 0), "sockname": (_HOST, 0)})
        self._received = received
        self._is_closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._is_closing:
            self._received.feed_data(bytes(data))

    def close(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._received.feed_eof()

    abort = close

    def is_closing(self) -> bool:
        return self._is_closing

    def pause_reading(self) -> None:
        return

    def resume_reading(self) -> None:
        return
