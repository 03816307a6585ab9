"""One connection that many requests are sent over, one after the other."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpcore
import httpx

from .client import Admits, send_over
from .connection import Connection, tls_of
from .pool import PoolTransport

if TYPE_CHECKING:
    from kustomer_nb.request import Wire

    from .models import RawResponse

# A server closes a connection that nobody uses, many after two or five seconds. A request that is sent at
# that moment gets no response, and nobody knows whether it was carried out.
MOST_IDLE = 1.5


class Lane:
    """Sends requests over a connection that stays open; ``closes`` opens another one for each.

    A pool of httpcore, which has to look for a connection, takes twice as long for each request.
    ``transport`` replaces the network.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        closes: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._connection = connection if transport is None else Connection()
        self._closes = closes
        self._own = transport
        self._transport: httpx.AsyncBaseTransport = transport or _LaneTransport(connection)

    @property
    def is_unsent(self) -> bool:
        """Whether it is certain that no part of the latest request was sent."""
        return isinstance(self._transport, PoolTransport) and not self._transport.is_sent

    async def send(
        self,
        wire: Wire,
        *,
        timeout: float,
        decompresses: bool,
        admits: Admits | None = None,
        admits_name: Admits | None = None,
    ) -> RawResponse:
        """Return the response to a request, which is sent once.

        Raises:
            ResponseTimeoutError, TransportError: as `kustomer_nb.transport.send`.
        """
        if isinstance(self._transport, _LaneTransport):
            await self._transport.begin(closes=self._closes)
        return await send_over(
            self._transport,
            wire,
            timeout=timeout,
            decompresses=decompresses,
            connection=self._connection,
            admits=admits,
            admits_name=admits_name,
        )

    async def aclose(self) -> None:
        """Close the connection; a transport of the caller stays open."""
        if self._own is None:
            await self._transport.aclose()


class _LaneTransport(PoolTransport):
    _closes = ()

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._lane: _Line | None = None
        if self._proxy is None:
            self._lane = self._pool = _Line(tls_of(connection), self._sockets)

    async def begin(self, *, closes: bool) -> None:
        """Prepare for the next request: nothing of it was sent."""
        self.is_sent = False
        self._heads.clear()
        if self._lane is None:
            return
        if closes or not self._lane.is_usable:
            await self._lane.aclose()
            # A batch may take days: the name may lead elsewhere by now.
            self._network.forget()


class _Line:
    """A connection of httpcore without a pool; a new one if the origin is another, or it was closed."""

    def __init__(self, tls: ssl.SSLContext, network: httpcore.AsyncNetworkBackend) -> None:
        self._tls, self._network = tls, network
        self._origin: httpcore.Origin | None = None
        self._connection: httpcore.AsyncHTTPConnection | None = None

    @property
    def is_usable(self) -> bool:
        """Whether there is a connection on which a request can be sent."""
        connection = self._connection
        return connection is not None and connection.is_available() and not connection.has_expired()

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        if not self.is_usable or self._origin != request.url.origin:
            await self.aclose()
            self._origin = request.url.origin
            self._connection = httpcore.AsyncHTTPConnection(
                origin=self._origin,
                ssl_context=self._tls,
                keepalive_expiry=MOST_IDLE,
                network_backend=self._network,
            )
        assert self._connection is not None  # noqa: S101 - made above
        return await self._connection.handle_async_request(request)

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()
