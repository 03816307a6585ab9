"""A line to a service: httpx asks, httpcore writes and reads, over the network or what plays it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from .connection import Connection, anonymous, proxy_of, tls_of
from .resolver import ResolvingBackend


class PoolTransport(httpx.AsyncBaseTransport):
    """Sends over connections that are opened as a `Connection` says; ``network`` is the real one by default.

    Not httpx's own: that one leaves the look-up of a name to the moment of connecting, and asks a proxy for
    the target of a request alone. ``is_sent`` says whether any part of a request may have left.
    """

    def __init__(self, connection: Connection, network: ResolvingBackend | None = None) -> None:
        self._network = network or ResolvingBackend()
        self._proxy = proxy_of(connection)
        unnamed = tls_of(anonymous(connection))
        self._pool = _pool(self._proxy, tls_of(connection), unnamed, self._network)
        self._away = _pool(self._proxy, unnamed, unnamed, self._network)
        self.is_sent = False

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of which one will be connected to; none where a proxy looks the name up."""
        if self._proxy:
            return ()
        with _errors():
            return await self._network.resolve(host, port)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, its body still to be read.

        A request with the extension ``is_away`` is one of a redirect to another origin, which is not told
        who we are.
        """
        url = request.url
        host = url.raw_host
        if self._proxy and b":" in host and url.scheme == "http":
            # httpcore writes the whole address for a proxy, and no brackets.
            host = b"[" + host + b"]"
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=host, port=url.port, target=request.extensions["target"]
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"trace": self._trace},
        )
        pool = self._away if request.extensions.get("is_away") else self._pool
        with _errors():
            answered = await pool.handle_async_request(asked)
        return httpx.Response(answered.status, headers=answered.headers, stream=_Body(answered.stream))

    async def _trace(self, event: str, told: dict[str, Any]) -> None:
        # A proxy is asked for a tunnel first, and that is not the request.
        if event == "http11.send_request_headers.started" and told["request"].method != b"CONNECT":
            self.is_sent = True

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
        await self._away.aclose()


def _pool(
    proxy: httpx.Proxy | None, tls: ssl.SSLContext, proxy_tls: ssl.SSLContext, network: ResolvingBackend
) -> httpcore.AsyncConnectionPool:
    if proxy is None:
        return httpcore.AsyncConnectionPool(ssl_context=tls, network_backend=network)
    to = proxy.url
    return httpcore.AsyncHTTPProxy(
        proxy_url=httpcore.URL(scheme=to.raw_scheme, host=to.raw_host, port=to.port, target=b"/"),
        proxy_auth=proxy.raw_auth,
        ssl_context=tls,
        proxy_ssl_context=proxy_tls if to.scheme == "https" else None,
        network_backend=network,
    )


class _Body(httpx.AsyncByteStream):
    def __init__(self, parts: Any) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors():
            async for part in self._parts:
                yield part

    async def aclose(self) -> None:
        with _errors():
            await self._parts.aclose()


@contextmanager
def _errors() -> Iterator[None]:
    """Raise the errors of httpcore as those of httpx, which bear the same names."""
    try:
        yield
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
        httpcore.ProxyError,
    ) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error
