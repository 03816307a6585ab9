"""A request sent and its answer read; the only module that knows httpx."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar

import httpx

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import AnswerTimeoutError, TransportError
from kustomer_nb.request import Wire, in_place_of
from kustomer_nb.request.url import Address, AddressError, parse_address, resolve
from kustomer_nb.template import Text

T = TypeVar("T")
LARGEST = 50 * 1024 * 1024
MOST_REDIRECTS = 10
_KEEPS_BODY = 307
_OF_BODY = frozenset({b"content-type", b"content-length"})
_NOT_FOR_OTHERS = {b"authorization", b"cookie", b"host"}
_UNKNOWN = "whether the request was carried out is unknown: look before sending it again."


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirect that was followed: its status, and where to; ``stays`` says on the same origin."""

    status_code: int
    to: Address
    stays: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers in order, the body, and the seconds it took.

    ``is_cut`` says that the body was longer than the 50 MB that are read of one.
    """

    status_code: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    elapsed: float = 0.0
    is_cut: bool = False
    redirects: tuple[Redirect, ...] = ()


async def send(
    wire: Wire,
    *,
    timeout: float,
    decompresses: bool = False,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Answer:
    """Return the answer to one request, sent once.

    ``timeout`` is in seconds and bounds the whole exchange. A compressed body stays as it came unless
    ``decompresses``; of a body over 50 MB the start is returned. Redirects are followed for GET alone, as npm
    request does, and never carry a token to another host. ``transport`` stands in for the network; proxies
    and ``.netrc`` of this machine are not used, for what is sent is what was previewed.

    Raises:
        AnswerTimeoutError: no whole answer in time; whether the request was carried out is unknown.
        TransportError: no connection, a broken one, or more than 10 redirects.
    """
    started = time.perf_counter()
    try:
        async with asyncio.timeout(timeout):
            # Without an httpx client, which has cookies, auth and redirects of its own.
            async with transport or httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False) as line:
                answer = await _follow(line, wire, decompresses=decompresses)
    except TimeoutError:
        message = f"no answer to {wire.masked} within {timeout:g} seconds."
        raise AnswerTimeoutError([_fault("KNB804", message, _UNKNOWN)]) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TransportError([_broken(wire, error)]) from None
    return replace(answer, elapsed=time.perf_counter() - started)


def wait(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine, run on a loop of its own thread; a notebook's loop stays free."""
    if _runs_here():
        work.close()
        msg = "wait() was called on the transport's own thread, which would wait for itself"
        raise RuntimeError(msg)
    future = asyncio.run_coroutine_threadsafe(work, _loop())
    try:
        return future.result()
    except KeyboardInterrupt:
        future.cancel()
        raise


def _runs_here() -> bool:
    try:
        return asyncio.get_running_loop() is _loop()
    except RuntimeError:
        return False


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="kustomer_nb transport", daemon=True).start()
    return loop


@cache
def _tls() -> ssl.SSLContext:
    # Made once: reading the certificates takes longer than a request on loopback.
    return httpx.create_ssl_context()


async def _follow(line: httpx.AsyncBaseTransport, wire: Wire, *, decompresses: bool) -> Answer:
    followed: list[Redirect] = []
    while len(followed) <= MOST_REDIRECTS:
        answer, location = await _once(line, wire, decompresses=decompresses)
        # npm request follows every status of the three hundreds that says where to.
        if wire.method != "GET" or answer.status_code not in range(300, 400) or not location:
            return replace(answer, redirects=tuple(followed))
        redirect = _redirect(wire, answer.status_code, location)
        followed.append(redirect)
        wire = _redirected(wire, redirect)
    message = f"{wire.masked} was redirected more than {MOST_REDIRECTS} times."
    raise TransportError([_fault("KNB805", message, "the service seems to send it in a circle.")])


async def _once(
    line: httpx.AsyncBaseTransport, wire: Wire, *, decompresses: bool
) -> tuple[Answer, str | None]:
    port = "" if wire.port is None else f":{wire.port}"
    request = httpx.Request(
        wire.method,
        f"{wire.scheme}://{wire.host}{port}/",
        # White space at the ends is no part of a value; h11 refuses what Node sends and servers drop.
        headers=[(name, value.strip(b" \t")) for name, value in wire.headers],
        content=wire.body or None,
        # httpx would normalise the address; what was previewed is sent as it is.
        extensions={"target": wire.target},
    )
    response = await line.handle_async_request(request)
    try:
        content, is_cut = await _content(response, decompresses=decompresses)
    finally:
        await response.aclose()
    # Node reads headers as Latin-1, and of several locations the first.
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers.raw
    )
    location = next((value for name, value in headers if name == "location"), None)
    return Answer(response.status_code, headers, content, is_cut=is_cut), location


async def _content(response: httpx.Response, *, decompresses: bool) -> tuple[bytes, bool]:
    content = bytearray()
    # What stands in for the network may have its answer ready, and read by httpx.
    is_raw = not decompresses and not response.is_stream_consumed
    async for chunk in response.aiter_raw() if is_raw else response.aiter_bytes():
        content += chunk
        if len(content) > LARGEST:
            return bytes(content[:LARGEST]), True
    return bytes(content), False


def _redirect(wire: Wire, status_code: int, location: str) -> Redirect:
    port = "" if wire.port is None else f":{wire.port}"
    here = parse_address(Text.of(f"{wire.scheme}://{wire.host}{port}{wire.target.decode('latin-1')}"))
    try:
        to = resolve(here, location)
        # Node sends Latin-1 as it is, which h11 does not.
        to.target.real.encode("ascii")
    except (AddressError, UnicodeEncodeError):
        message = f"{wire.masked} was redirected to an address that cannot be called."
        raise TransportError(
            [_fault("KNB805", message, "mend the service, or call the other address.")]
        ) from None
    return Redirect(status_code, to, (to.scheme, to.host, to.port) == (wire.scheme, wire.host, wire.port))


def _redirected(wire: Wire, redirect: Redirect) -> Wire:
    to, stays = redirect.to, redirect.stays
    dropped = frozenset() if stays else _NOT_FOR_OTHERS | wire.private
    # npm request keeps a body for 307 alone; to another host it may hold a token.
    keeps_body = stays and redirect.status_code == _KEEPS_BODY
    dropped |= frozenset() if keeps_body else _OF_BODY
    headers = wire.headers if keeps_body or not wire.body else _in_latin_1(wire.headers)
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    if not stays:
        kept.append((b"host", to.host_header.real.encode()))
    if stays or not wire.is_private:
        kept = _with_referer(kept, wire.href)
    else:
        # An address that holds a setting is for its own host alone.
        kept = [(name, value) for name, value in kept if name.lower() != b"referer"]
    return replace(
        wire,
        scheme=to.scheme,
        host=to.host,
        port=to.port,
        target=to.target.real.encode(),
        href=(
            in_place_of(to, parse_address(Text.of(wire.href.decode()))) if stays else to
        ).href.real.encode(),
        is_private=wire.is_private and stays,
        headers=tuple(kept),
        body=wire.body if keeps_body else b"",
        origin=wire.origin if stays else to.origin,
    )


def _in_latin_1(headers: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Return headers as Node writes them without a text body, whose encoding they had before."""
    return tuple((name, value.decode().encode("latin-1")) for name, value in headers)


def _with_referer(headers: list[tuple[bytes, bytes]], href: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers that tell where they come from; one that does so already keeps its place."""
    places = [at for at, (name, _) in enumerate(headers) if name.lower() == b"referer"]
    if not places:
        return [*headers, (b"referer", href)]
    named = [(name, href if at == places[0] else value) for at, (name, value) in enumerate(headers)]
    return [one for at, one in enumerate(named) if at not in places[1:]]


def _broken(wire: Wire, error: httpx.HTTPError | httpx.InvalidURL) -> Diagnostic:
    where = wire.origin
    if isinstance(error, httpx.LocalProtocolError):
        return _unsendable(wire, where)
    if isinstance(error, httpx.InvalidURL):
        return _fault("KNB803", f"{where} is no host that can be called.", "check the host of the uri.")
    if not isinstance(error, httpx.ConnectError):
        message = f"the connection to {where} broke before a whole answer came ({type(error).__name__})."
        return _fault("KNB805", message, _UNKNOWN)
    match _cause(error):
        case ssl.SSLCertVerificationError():
            message, fix = (
                f"the certificate of {where} is not trusted.",
                "check the host and its certificate.",
            )
        case ssl.SSLError():
            message, fix = f"{where} does not speak TLS.", "write http:// if the service has no https://."
        case socket.gaierror():
            message, fix = f"the host of {where} is not known.", "check the spelling of the uri."
        case _:
            message = f"nothing answers at {where}: the connection was refused."
            fix = "start the service, check host and port, or redirect the origin with hosts=."
    return _fault("KNB803", message, fix)


def _unsendable(wire: Wire, where: str) -> Diagnostic:
    if wire.target.isascii():
        message = f"the request to {where} breaks the rules of HTTP, so it was not sent."
        return _fault("KNB805", message, "leave out headers such as transfer-encoding and content-length.")
    # Node sends it as one Latin-1 byte, which h11 does not.
    message = f"the address of {wire.masked} holds a character beyond ASCII, so it was not sent."
    return _fault("KNB805", message, "pass it in qs, which is encoded, or encode it.")


def _cause(error: BaseException) -> BaseException | None:
    """Return the error of the operating system that an error of httpx was made of."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__ or cause.__context__
    return cause


def _fault(code: str, message: str, fix: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, "", message, fix)
