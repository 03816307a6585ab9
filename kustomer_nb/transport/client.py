"""Sends a request once, or as often as the caller allows, follows redirects, and returns the response."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

import httpx

from kustomer_nb.codes import Code
from kustomer_nb.errors import ResponseTimeoutError, TransportError
from kustomer_nb.printable import quoted
from kustomer_nb.request.redirects import is_followed
from kustomer_nb.request.url import DEFAULT_PORTS
from kustomer_nb.secrets.decompression import DecompressionError, Decompressor, encoding_of

from .connection import Connection, masked_proxy
from .destinations import Destination
from .errors import error_diagnostic, failure_diagnostic, is_transient, timeout_diagnostic
from .fault_injection import FaultTransport
from .log_filter import unlogged
from .models import LARGEST, RawResponse, Redirect
from .pool import PoolTransport
from .rate_limit import wait_for_turn
from .redirects import MAX_REDIRECTS, redirect_of, redirected
from .retry import pause, pause_after

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic
    from kustomer_nb.request import Wire


def httpx_request(wire: Wire, *, is_redirected_away: bool = False) -> httpx.Request:
    """Return a request for httpx; its extensions hold every byte of the head as it was previewed."""
    port = "" if wire.port is None else f":{wire.port}"
    return httpx.Request(
        wire.method,
        f"{wire.scheme}://{wire.host}{port}/",
        # For a transport= of httpx. RFC 9110 section 5.5: outer white space is not part of a value.
        headers=[(name, value.strip(b" \t")) for name, value in wire.headers],
        content=wire.body or None,
        # httpx would normalise the URL and the headers; what was previewed is sent.
        extensions={
            "target": wire.target,
            "headers": wire.headers,
            "is_redirected_away": is_redirected_away,
        },
    )


async def resolve_destination(
    transport: httpx.AsyncBaseTransport,
    request: httpx.Request,
    masked_origin: str,
    first: Destination | None = None,
) -> Destination:
    """Return where a request is about to go; it will connect to the addresses that are found now."""
    addresses: tuple[str, ...] = ()
    if isinstance(transport, PoolTransport):
        addresses = await transport.resolve(request.url.raw_host.decode(), _port(request))
    return destination_of(request, masked_origin, addresses, first)


def destination_of(
    request: httpx.Request,
    masked_origin: str,
    addresses: tuple[str, ...] = (),
    first: Destination | None = None,
) -> Destination:
    """Return where a request goes, with the addresses that its host was found to have."""
    target: bytes = request.extensions.get("target", request.url.raw_path)
    host = request.url.raw_host.decode()
    return Destination(request.url.scheme, host, _port(request), addresses, masked_origin, first, target)


def _port(request: httpx.Request) -> int:
    return request.url.port or DEFAULT_PORTS[request.url.scheme]


async def exchange(
    transport: httpx.AsyncBaseTransport, request: httpx.Request, *, decompresses: bool
) -> tuple[RawResponse, str | None]:
    """Return the response to a request, and its ``location`` header."""
    response = await transport.handle_async_request(request)
    # Node reads headers as Latin-1, and the first of several locations.
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers.raw
    )
    try:
        content, is_truncated = await _content(response, encoding_of(headers) if decompresses else "")
    finally:
        await response.aclose()
    location = next((value for name, value in headers if name == "location"), None)
    return RawResponse(response.status_code, headers, content, is_truncated=is_truncated), location


async def _content(response: httpx.Response, encoding: str) -> tuple[bytes, bool]:
    content = bytearray()
    # A mock transport may return a response that httpx has read and decompressed already. In all other cases
    # httpx must not decompress: it expands a chunk completely, encoding within encoding.
    is_consumed = response.is_stream_consumed
    decompressor = Decompressor(encoding) if encoding and not is_consumed else None
    async for chunk in response.aiter_bytes() if is_consumed else response.aiter_raw():
        room = LARGEST + 1 - len(content)
        try:
            content += chunk[:room] if decompressor is None else decompressor.take(chunk, room)
        except DecompressionError as error:
            raise httpx.DecodingError(str(error)) from error
        if len(content) > LARGEST:
            del content[LARGEST:]
            return bytes(content), True
    return bytes(content), False


_Url = tuple[str, str, int | None, bytes]
Admits = Callable[[Destination], None]
DIRECT = Connection()


async def send(
    wire: Wire,
    *,
    timeout: float,
    decompresses: bool = False,
    transport: httpx.AsyncBaseTransport | None = None,
    connection: Connection = DIRECT,
    admits: Admits | None = None,
    admits_name: Admits | None = None,
    retry: int = 0,
) -> RawResponse:
    """Return the response to one request, sent once unless ``retry`` allows more.

    ``timeout`` is in seconds and includes every attempt and every pause between them, but not the wait for
    the rate limit of ``connection``. A compressed body is returned compressed unless ``decompresses``; of a
    body over 50 MB the start is returned. Redirects are followed for GET only, as npm request does, and never
    take a token to another origin. ``transport`` replaces the network. The proxies and the ``.netrc`` of this
    computer are not used, because what was previewed is sent.

    ``admits`` is called with each destination before anything is sent there, and raises to refuse it, and
    ``admits_name`` before that, when the name of the host has not been looked up. ``retry`` is the number of
    further attempts: if no connection was made, and after a 429, 502, 503 or 504. A pause that would end
    after the timeout is skipped: the last response is returned, or the last error raised.

    Raises:
        ResponseTimeoutError: no complete response in time; the request may have been processed.
        TransportError: no connection, a broken one, or more than 10 redirects.
    """
    transport_in_use = transport or PoolTransport(connection)
    connection_in_use = connection if transport is None else DIRECT
    sending = _Sending(transport_in_use, wire, decompresses, admits, admits_name, connection_in_use)
    with unlogged():
        async with transport_in_use:
            return await sending.response(timeout, retry)


async def send_over(
    transport: httpx.AsyncBaseTransport,
    wire: Wire,
    *,
    timeout: float,
    decompresses: bool = False,
    connection: Connection = DIRECT,
    admits: Admits | None = None,
    admits_name: Admits | None = None,
) -> RawResponse:
    """Return what `send` returns, over a transport that stays open; it is sent once.

    Raises:
        ResponseTimeoutError, TransportError: as `send`.
    """
    with unlogged():
        return await _Sending(transport, wire, decompresses, admits, admits_name, connection).response(
            timeout, 0
        )


def _may_repeat(attempt: int, retry: int, seconds: float, deadline: float) -> bool:
    """Return whether a further attempt is allowed after a pause, by number and by time."""
    return attempt <= retry and time.perf_counter() + seconds <= deadline


@dataclass(slots=True)
class _Sending:
    """One request on its way; ``wire`` is what is being sent now, after a redirect another request.

    ``first_destination`` is where the request went before redirects.
    """

    transport: httpx.AsyncBaseTransport
    first: Wire
    decompresses: bool
    admits: Admits | None
    admits_name: Admits | None
    connection: Connection
    wire: Wire = field(init=False)
    is_same_origin: bool = field(init=False, default=True)
    first_destination: Destination | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.wire = self.first

    @property
    def is_unsent(self) -> bool:
        """Whether it is certain that no part of the request was sent."""
        return isinstance(self.transport, PoolTransport) and not self.transport.is_sent

    async def response(self, timeout: float, retry: int) -> RawResponse:
        """Return the response, or raise why there is none; ``timeout`` and ``retry`` are those of `send`."""
        failure: TransportError | None = None
        await self.wait_for_turn()
        started = time.perf_counter()
        try:
            async with asyncio.timeout(timeout):
                response = await self.send_with_retries(retry, started + timeout)
        except (TimeoutError, httpx.TimeoutException):
            diagnostic = timeout_diagnostic(self.wire, timeout, is_sent=not self.is_unsent)
            failure = ResponseTimeoutError([self.explain(diagnostic)], is_unsent=self.is_unsent)
        # A TLS error in the middle of a response is still an OSError: httpcore does not translate it.
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            diagnostic = failure_diagnostic(self.wire, error, masked_proxy(self.connection))
            failure = TransportError([self.explain(diagnostic)], is_unsent=self.is_unsent)
        if failure is not None:
            # Raised outside the except block: its context would hold the other error, and that the request.
            raise failure
        return replace(response, elapsed=time.perf_counter() - started)

    async def wait_for_turn(self) -> None:
        """Return as soon as the rate limit of the connection allows the next request."""
        if self.connection.requests_per_minute is not None:
            await wait_for_turn(self.connection)

    async def send_with_retries(self, retry: int, deadline: float) -> RawResponse:
        """Send the request until the response is final, or no further attempt is allowed."""
        for attempt in count(1):
            try:
                response = await self._follow_redirects()
            except httpx.ConnectError as error:
                seconds = pause(attempt)
                if not is_transient(error) or not _may_repeat(attempt, retry, seconds, deadline):
                    raise
            else:
                after = pause_after(response, attempt) if attempt <= retry else None
                if after is None or not _may_repeat(attempt, retry, after, deadline):
                    return replace(response, attempts=attempt)
                seconds = after
            await asyncio.sleep(seconds)
            await self.wait_for_turn()
        raise AssertionError  # pragma: no cover - counting has no end

    async def _follow_redirects(self) -> RawResponse:
        redirects: list[Redirect] = []
        urls: list[_Url] = []
        self.wire, self.is_same_origin, self.first_destination = self.first, True, None
        while len(redirects) <= MAX_REDIRECTS:
            response, location = await self._send_once()
            urls.append((self.wire.scheme, self.wire.host, self.wire.port, self.wire.target))
            redirect = self._redirect(response.status_code, location, urls)
            if redirect is None:
                return replace(response, redirects=tuple(redirects))
            redirects.append(redirect)
            self.wire = redirected(self.wire, redirect)
            # A redirect back to the first origin does not make it the same again: no token returns either.
            self.is_same_origin = self.is_same_origin and redirect.is_same_origin
        message = f"{self.wire.masked} was redirected more than {MAX_REDIRECTS} times."
        fix = "check the service: it seems to redirect in a circle."
        raise TransportError([self.explain(error_diagnostic(Code.CONNECTION_BROKEN, message, fix))])

    def _redirect(self, status_code: int, location: str | None, urls: list[_Url]) -> Redirect | None:
        """Return the redirect to follow, None if the response is final; ``urls`` were called already."""
        if not location or not is_followed(self.wire.written_method, status_code, location):
            return None
        redirect = redirect_of(self.wire, status_code, location)
        to = redirect.to
        # Confirmed was one request that may change something, and for this origin alone.
        is_repeated = (to.scheme, to.host, to.port, to.target.real.encode("latin-1")) in urls
        is_followed_once = redirect.is_same_origin and not is_repeated
        return redirect if self.wire.method == "GET" or is_followed_once else None

    async def _send_once(self) -> tuple[RawResponse, str | None]:
        request = httpx_request(self.wire, is_redirected_away=not self.is_same_origin)
        if self.admits_name is not None:
            self.admits_name(destination_of(request, self.wire.origin, (), self.first_destination))
        if self.admits is not None or isinstance(self.transport, PoolTransport):
            destination = await resolve_destination(
                self.transport, request, self.wire.origin, self.first_destination
            )
            self.first_destination = self.first_destination or destination
            if self.admits is not None:
                self.admits(destination)
        return await exchange(self.transport, request, decompresses=self.decompresses)

    def explain(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return a diagnostic that says so if the failure is a simulated one."""
        if not isinstance(self.transport, FaultTransport):
            return diagnostic
        name = self.transport.fault.name
        return replace(
            diagnostic, message=f"{diagnostic.message} This is the simulated fault {quoted(name)}."
        )
