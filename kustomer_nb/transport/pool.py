"""A transport for httpx over httpcore's connection pool, on the network or on what simulates it."""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import httpcore
import httpx

from kustomer_nb.in_browser import IN_BROWSER

from .connection import Connection, anonymous, proxy_of, tls_of
from .resolver import ResolvingBackend

# What Node sends: a token as the method and as each name, and no control character. Nothing else is written,
# whatever the checks of a request let through: a line break would begin a header of its own.
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_LINE = re.compile(_TOKEN + rb" [\x21-\xff]+ HTTP/1\.1")
_HEADER = re.compile(_TOKEN + rb": [\t\x20-\x7e\x80-\xff]*")
# h11 would write the host first and no byte beyond ASCII. It is given this target and these headers, with
# which it frames the body and reads the response; what is written in place of them is the real head.
_TARGET = b"/"
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_HOST = (b"host", b"stand-in")
_CLOSES = (b"connection", b"close")


def head_of(method: bytes, target: bytes, headers: Sequence[tuple[bytes, bytes]], length: int) -> bytes:
    r"""Return the request line and the headers as Node writes them: in their order, with every byte.

    ``length`` is that of the body.

    Raises:
        httpcore.LocalProtocolError: they contain a byte that Node refuses to send, or another length.

    Example:
        >>> head_of(b"GET", b"/caf\xe9", [(b"accept", b"*/*"), (b"host", b"a.b")], 0)
        b'GET /caf\xe9 HTTP/1.1\r\naccept: */*\r\nhost: a.b\r\n\r\n'
    """
    framing = [(name.lower(), value.strip(b" \t")) for name, value in headers if name.lower() in _FRAMING]
    # A proxy and a service that disagree about the end of the body see two requests in one.
    if framing not in ([(b"content-length", b"%d" % length)], [] if length == 0 else None):
        msg = "the headers do not say where the body ends"
        raise httpcore.LocalProtocolError(msg)
    line = b"%b %b HTTP/1.1" % (method, target)
    lines = [b"%b: %b" % header for header in headers]
    if not (_LINE.fullmatch(line) and all(map(_HEADER.fullmatch, lines))):
        msg = "the head contains a byte that no request may contain"
        raise httpcore.LocalProtocolError(msg)
    return b"\r\n".join([line, *lines, b"", b""])


class Pool(Protocol):
    """What sends a request over a connection of its own choice, as pools of httpcore do."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Return the response to a request, with its body unread."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


class PoolTransport(httpx.AsyncBaseTransport):
    """Sends over connections that are opened as a `Connection` says; by default on the real network.

    ``is_sent`` says whether any part of a request may have been sent.

    httpx's own transport cannot be used: it looks a name up while connecting, after any check, and it writes
    only the target of a request to a proxy.
    """

    # What has h11 close the connection after the response, whatever the real head says.
    _closes: tuple[tuple[bytes, bytes], ...] = (_CLOSES,)

    def __init__(self, connection: Connection, network: ResolvingBackend | None = None) -> None:
        self._network = network or _network()
        self._proxy = proxy_of(connection)
        # A client certificate is for the origin of the request alone: not for the proxy, nor for redirects.
        anonymous_tls = tls_of(anonymous(connection))
        self._heads: list[bytes] = []
        self._sockets = _HeadBackend(self._network, self._heads)
        self._pool: Pool = _pool(self._proxy, tls_of(connection), anonymous_tls, self._sockets)
        self._redirect_pool = _pool(self._proxy, anonymous_tls, anonymous_tls, self._sockets)
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
        url, extensions = request.url, request.extensions
        host = url.raw_host
        if self._proxy and b":" in host and url.scheme == "http":
            # httpcore writes the whole URL for a proxy, and an IPv6 host without its brackets.
            host = b"[" + host + b"]"
        length = len(request.content)
        head = (extensions["target"], extensions["headers"], length)
        pool_request = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=host, port=url.port, target=_TARGET),
            headers=[_HOST, *self._closes, (b"content-length", b"%d" % length)],
            content=request.stream,
            extensions={"trace": self._trace, "head": head},
        )
        pool = self._redirect_pool if extensions.get("is_redirected_away") else self._pool
        with _errors():
            response = await pool.handle_async_request(pool_request)
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response.stream))

    async def _trace(self, event: str, info: dict[str, Any]) -> None:
        # A CONNECT opens a tunnel through a proxy; the request itself comes after it.
        if event == "http11.send_request_headers.started" and info["request"].method != b"CONNECT":
            self._heads[:] = [_real_head(info["request"])]
            self.is_sent = True

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
        await self._redirect_pool.aclose()


def _network() -> ResolvingBackend:
    """Return the real network, or in a browser what there is in the page."""
    if not IN_BROWSER:
        return ResolvingBackend()
    # Imported only in a browser.
    from .browser_network import BrowserBackend

    return BrowserBackend()


def _real_head(request: httpcore.Request) -> bytes:
    """Return the head to write in place of the stand-in, with what httpcore added for a proxy."""
    target, headers, length = request.extensions["head"]
    # A proxy is sent the whole URL, and its user and password in a header before those of the request.
    origin = request.url.target.removesuffix(_TARGET)
    added = request.headers[: request.headers.index(_HOST)]
    return head_of(request.method, origin + target, [*added, *headers], length)


class _HeadBackend(httpcore.AsyncNetworkBackend):
    """Opens connections on which the next write is replaced by the head in ``heads``, if there is one."""

    def __init__(self, network: httpcore.AsyncNetworkBackend, heads: list[bytes]) -> None:
        self._network = network
        self._heads = heads

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return _HeadStream(await self._network.connect_tcp(*args, **kwargs), self._heads)

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


class _HeadStream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream, heads: list[bytes]) -> None:
        self._stream = stream
        self._heads = heads

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(self._heads.pop() if self._heads else buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return _HeadStream(await self._stream.start_tls(*args, **kwargs), self._heads)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _pool(
    proxy: httpx.Proxy | None,
    tls: ssl.SSLContext,
    proxy_tls: ssl.SSLContext,
    network: httpcore.AsyncNetworkBackend,
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
