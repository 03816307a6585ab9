"""One request written to a line and its answer read, byte for byte."""

from __future__ import annotations

import httpx

from kustomer_nb.request import Wire
from kustomer_nb.request.url import DEFAULT_PORTS

from .answer import LARGEST, Answer
from .line import Line
from .opening import Opening, encoding_of
from .reach import Hop


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
    line: httpx.AsyncBaseTransport, request: httpx.Request, shown: str, first: Hop | None = None
) -> Hop:
    """Return where a request is about to go; what the host resolves to now is what is connected to."""
    host = request.url.raw_host.decode()
    port = request.url.port or DEFAULT_PORTS[request.url.scheme]
    addresses = await line.resolve(host, port) if isinstance(line, Line) else ()
    return Hop(request.url.scheme, host, port, addresses, shown, first)


async def exchange(
    line: httpx.AsyncBaseTransport, request: httpx.Request, *, decompresses: bool
) -> tuple[Answer, str | None]:
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
    return Answer(response.status_code, headers, content, is_cut=is_cut), location


async def _content(response: httpx.Response, encoding: str) -> tuple[bytes, bool]:
    content = bytearray()
    # What stands in for the network may have its answer ready, and opened by httpx. Else not by httpx: it
    # opens a piece as far as it goes, encoding within encoding.
    is_ready = response.is_stream_consumed
    opening = Opening("" if is_ready else encoding)
    async for part in response.aiter_bytes() if is_ready else response.aiter_raw():
        content += opening.take(part, LARGEST + 1 - len(content))
        if len(content) > LARGEST:
            del content[LARGEST:]
            return bytes(content), True
    return bytes(content), False
