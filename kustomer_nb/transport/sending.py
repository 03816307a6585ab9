"""A request sent once, or as often as was allowed, its redirects followed, and its answer given."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

import httpx

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.errors import AnswerTimeoutError, TransportError
from kustomer_nb.request import Wire

from .answer import Answer, Redirect
from .connection import Connection, shown_proxy
from .exchange import asked, exchange, hop_of
from .faults import FaultTransport
from .line import Line
from .pace import turn
from .quiet import unlogged
from .reach import Hop
from .redirects import MOST_REDIRECTS, redirect_of, redirected
from .retrying import pause, pause_after
from .trouble import broken, late, may_go_away, trouble

Admits = Callable[[Hop], None]
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
) -> Answer:
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
    line = transport or Line(connection)
    journey = _Journey(line, wire, decompresses, admits, connection if transport is None else DIRECT)
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
class _Journey:
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
    hop: Hop | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.wire = self.first

    @property
    def is_unsent(self) -> bool:
        """Whether it is known that no part of the request has left."""
        return isinstance(self.line, Line) and not self.line.is_sent

    async def attempts(self, retry: int, end: float) -> Answer:
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

    async def _follow(self) -> Answer:
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
        found = trouble("KNB805", message, "the service seems to send it in a circle.")
        raise TransportError([self.said(found)])

    async def _once(self) -> tuple[Answer, str | None]:
        request = asked(self.wire, is_away=not self.stays)
        if self.admits is not None or isinstance(self.line, Line):
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
