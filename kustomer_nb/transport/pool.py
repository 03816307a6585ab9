"""A transport for httpx over httpcore's connection pool, on the network or on what simulates it."""

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
    """Sends over connections that are opened as a `Connection` says; by default on the real network.

    ``is_sent`` says whether any part of a request may have been sent.

    httpx's own transport cannot be used: it looks a name up while connecting, after any check, and it writes
    only the target of a request to a proxy.
    """

    def __init__(self, connection: Connection, network: ResolvingBackend | None = None) -> None:
        self._network = network or ResolvingBackend()
        self._proxy = proxy_of(connection)
        # A client certificate is for the origin of the request alone: not for the proxy, nor for redirects.
        anonymous_tls = tls_of(anonymous(connection))
        self._pool = _pool(self._proxy, tls_of(connection), anonymous_tls, self._network)
        self._redirect_pool = _pool(self._proxy, anonymous_tls, anonymous_tls, self._network)
        self.is_sent = False

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses, one of which will be connected to; none if a proxy looks the name up."""
        if self._proxy:
            return ()
        with _errors():
            return await self._network.resolve(host, port)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response to a request, with its body unread.

        A request with the extension ``is_redirected_away`` follows a redirect to another origin, where no
        client certificate is presented.
        """
        url = request.url
        host = url.raw_host
        if self._proxy and b":" in host and url.scheme == "http":
            # httpcore writes the whole URL for a proxy, and an IPv6 host without its brackets.
            host = b"[" + host + b"]"
        pool_request = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=host, port=url.port, target=request.extensions["target"]
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"trace": self._trace},
        )
        pool = self._redirect_pool if request.extensions.get("is_redirected_away") else self._pool
        with _errors():
            response = await pool.handle_async_request(pool_request)
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response.stream))

    async def _trace(self, event: str, info: dict[str, Any]) -> None:
        # A CONNECT opens a tunnel through a proxy; the request itself comes after it.
        if event == "http11.send_request_headers.started" and info["request"].method != b"CONNECT":
            self.is_sent = True

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
        await self._redirect_pool.aclose()


def _pool(
    proxy: httpx.Proxy | None, tls: ssl.SSLContext, proxy_tls: ssl.SSLContext, network: ResolvingBackend
) -> httpcore.AsyncConnectionPool:
    if proxy is None:
        return httpcore.AsyncConnectionPool(ssl_context=tls, network_backend=network)
    url = proxy.url
    return httpcore.AsyncHTTPProxy(
        proxy_url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
        proxy_auth=proxy.raw_auth,
        ssl_context=tls,
        proxy_ssl_context=proxy_tls if url.scheme == "https" else None,
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
    """Raise the errors of httpcore as those of httpx, which have the same names."""
    try:
        yield
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
        httpcore.ProxyError,
    ) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error
