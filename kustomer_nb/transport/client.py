"""A request sent once, or as often as was allowed, its redirects followed, and its answer given."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

import httpx

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.errors import AnswerTimeoutError, TransportError
from kustomer_nb.request import Wire
from kustomer_nb.request.url import DEFAULT_PORTS
from kustomer_nb.secrets.decompression import DecompressionError, Decompressor, encoding_of

from .connection import Connection, shown_proxy
from .destinations import Destination
from .errors import broken, late, may_go_away, trouble
from .fault_injection import FaultTransport
from .log_filter import unlogged
from .models import LARGEST, RawResponse, Redirect
from .pool import PoolTransport
from .rate_limit import turn
from .redirects import MOST_REDIRECTS, redirect_of, redirected
from .retry import pause, pause_after


def asked(wire: Wire, *, is_away: bool = False) -> httpx.Request:
    """Return a request as httpx takes it, every byte as it was previewed; ``is_away`` to another origin."""
    port = "" if wire.port is None else f":{wire.port}"
    return httpx.Request(
        wire.method,
        f"{wire.scheme}://{wire.host}{port}/",
        # White space at the ends is no part of a value; h11 refuses what Node sends and servers drop.
        headers=[(name, value.strip(b" \t")) for name, value in wire.headers],
        content=wire.body or None,
        # httpx would normalise the address; what was previewed is sent as it is.
        extensions={"target": wire.target, "is_away": is_away},
    )


async def hop_of(
    line: httpx.AsyncBaseTransport, request: httpx.Request, shown: str, first: Destination | None = None
) -> Destination:
    """Return where a request is about to go; what the host resolves to now is what is connected to."""
    host = request.url.raw_host.decode()
    port = request.url.port or DEFAULT_PORTS[request.url.scheme]
    addresses = await line.resolve(host, port) if isinstance(line, PoolTransport) else ()
    target: bytes = request.extensions.get("target", request.url.raw_path)
    return Destination(request.url.scheme, host, port, addresses, shown, first, target)


async def exchange(
    line: httpx.AsyncBaseTransport, request: httpx.Request, *, decompresses: bool
) -> tuple[RawResponse, str | None]:
    """Return the answer to a request sent over ``line``, and where it says to go on."""
    response = await line.handle_async_request(request)
    # Node reads headers as Latin-1, and of several locations the first.
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers.raw
    )
    try:
        content, is_cut = await _content(response, encoding_of(headers) if decompresses else "")
    finally:
        await response.aclose()
    location = next((value for name, value in headers if name == "location"), None)
    return RawResponse(response.status_code, headers, content, is_cut=is_cut), location


async def _content(response: httpx.Response, encoding: str) -> tuple[bytes, bool]:
    content = bytearray()
    # What stands in for the network may have its answer ready, and opened by httpx. Else not by httpx: it
    # opens a piece as far as it goes, encoding within encoding.
    is_ready = response.is_stream_consumed
    decompressor = Decompressor("" if is_ready else encoding)
    async for part in response.aiter_bytes() if is_ready else response.aiter_raw():
        try:
            content += decompressor.take(part, LARGEST + 1 - len(content))
        except DecompressionError as error:
            raise httpx.DecodingError(str(error)) from error
        if len(content) > LARGEST:
            del content[LARGEST:]
            return bytes(content), True
    return bytes(content), False


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
    retry: int = 0,
) -> RawResponse:
    """Return the answer to one request, sent once unless ``retry`` allows more.

    ``timeout`` is in seconds and bounds everything but the wait for a turn where ``connection`` has a pace:
    every attempt, every pause between them. A compressed body stays as it came unless ``decompresses``; of a
    body over 50 MB the start is returned. Redirects are followed for GET alone, as npm request does, and
    never carry a token to another host. ``transport`` stands in for the network; proxies and ``.netrc`` of
    this machine are not used, for what is sent is what was previewed.

    ``admits`` is told of each hop before anything goes there, and raises to refuse it. ``retry`` is how many
    more times the request may be sent: where no connection came about, and after a 429, 502, 503 or 504. A
    pause that would not end in time is not begun: what came last is returned, or raised.

    Raises:
        AnswerTimeoutError: no whole answer in time; whether the request was carried out is unknown.
        TransportError: no connection, a broken one, or more than 10 redirects.
    """
    line = transport or PoolTransport(connection)
    journey = _Attempt(line, wire, decompresses, admits, connection if transport is None else DIRECT)
    failure: TransportError | None = None
    with unlogged():
        async with line:
            await turn(journey.connection)
            started = time.perf_counter()
            try:
                async with asyncio.timeout(timeout):
                    answer = await journey.attempts(retry, started + timeout)
            except (TimeoutError, httpx.TimeoutException):
                found = late(journey.wire, timeout, is_sent=not journey.is_unsent)
                failure = AnswerTimeoutError([journey.said(found)], is_unsent=journey.is_unsent)
            # TLS that goes wrong in the middle of an answer is an OSError still.
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                found = broken(journey.wire, error, shown_proxy(journey.connection))
                failure = TransportError([journey.said(found)], is_unsent=journey.is_unsent)
    if failure is not None:
        # Not within the except: as its context it would hold the other error, and that the request.
        raise failure
    return replace(answer, elapsed=time.perf_counter() - started)


@dataclass(slots=True)
class _Attempt:
    """One request under way; ``wire`` is what of it is being sent now, after redirects another one.

    ``hop`` is where the first of them went.
    """

    line: httpx.AsyncBaseTransport
    first: Wire
    decompresses: bool
    admits: Admits | None
    connection: Connection
    wire: Wire = field(init=False)
    stays: bool = field(init=False, default=True)
    hop: Destination | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.wire = self.first

    @property
    def is_unsent(self) -> bool:
        """Whether it is known that no part of the request has left."""
        return isinstance(self.line, PoolTransport) and not self.line.is_sent

    async def attempts(self, retry: int, end: float) -> RawResponse:
        """Send it until it is answered for good, or may not be sent again."""
        for attempt in count(1):
            try:
                answer = await self._follow()
            except httpx.ConnectError as error:
                seconds = pause(attempt)
                if attempt > retry or not may_go_away(error) or time.perf_counter() + seconds > end:
                    raise
            else:
                after = pause_after(answer, attempt)
                if attempt > retry or after is None or time.perf_counter() + after > end:
                    return replace(answer, attempts=attempt)
                seconds = after
            await asyncio.sleep(seconds)
            await turn(self.connection)
        raise AssertionError  # pragma: no cover - counting has no end

    async def _follow(self) -> RawResponse:
        followed: list[Redirect] = []
        self.wire, self.stays, self.hop = self.first, True, None
        while len(followed) <= MOST_REDIRECTS:
            answer, location = await self._once()
            # npm request follows every status of the three hundreds that says where to.
            if self.wire.method != "GET" or answer.status_code not in range(300, 400) or not location:
                return replace(answer, redirects=tuple(followed))
            redirect = redirect_of(self.wire, answer.status_code, location)
            followed.append(redirect)
            self.wire = redirected(self.wire, redirect)
            # Once away it stays so, even where it leads back: no token comes back either.
            self.stays = self.stays and redirect.stays
        message = f"{self.wire.masked} was redirected more than {MOST_REDIRECTS} times."
        found = trouble(Code.CONNECTION_BROKEN, message, "the service seems to send it in a circle.")
        raise TransportError([self.said(found)])

    async def _once(self) -> tuple[RawResponse, str | None]:
        request = asked(self.wire, is_away=not self.stays)
        if self.admits is not None or isinstance(self.line, PoolTransport):
            hop = await hop_of(self.line, request, self.wire.origin, self.hop)
            self.hop = self.hop or hop
            if self.admits is not None:
                self.admits(hop)
        return await exchange(self.line, request, decompresses=self.decompresses)

    def said(self, found: Diagnostic) -> Diagnostic:
        """Return what is wrong, told apart from a real fault where this one was asked for."""
        if not isinstance(self.line, FaultTransport):
            return found
        name = self.line.fault.name
        return replace(found, message=f"{found.message} It is the fault {name!r}, which was asked for.")
