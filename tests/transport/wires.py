"""What the tests of transport send, and servers that do as a test says."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from kustomer_nb.request import Wire
from kustomer_nb.transport import RawResponse, send, wait

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def a_wire(
    url: str, *headers: tuple[bytes, bytes], method: str = "GET", body: bytes = b"", private: bytes = b""
) -> Wire:
    to = urlsplit(url)
    target = (to.path or "/") + (f"?{to.query}" if to.query else "")
    return Wire(
        method=method,
        written_method=method,
        scheme=to.scheme,
        host=to.hostname or "",
        port=to.port,
        target=target.encode(),
        headers=((b"host", to.netloc.encode()), *headers),
        body=body,
        masked=f"{method} {url}",
        origin=f"{to.scheme}://{to.netloc}",
        href=url.encode(),
        private=frozenset({private}),
    )


def sent(wire: Wire, *, timeout: float = 60, **how: Any) -> RawResponse:
    return wait(send(wire, timeout=timeout, **how))


@dataclass
class Serving:
    """A server on a loop of its own: its port, and how many connections came and are open."""

    port: int = 0
    opened: int = 0
    closed: threading.Event = field(default_factory=threading.Event)
    asked: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(handle: Handler, *, tls: ssl.SSLContext | None = None) -> Iterator[Serving]:
    """Serve each connection by ``handle``, which is given nothing but the two streams."""
    loop = asyncio.new_event_loop()
    served = Serving()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.opened += 1
        try:
            await handle(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The other side went away, or the test is over.
            pass
        finally:
            writer.close()
            served.closed.set()

    async def begin() -> asyncio.Server:
        return await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls, backlog=1000)

    async def end() -> None:
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = loop.run_until_complete(begin())
    served.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


async def request_of(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Return head and body of one request; asyncio.IncompleteReadError where it ends before."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    return head, await reader.readexactly(lengths[0] if lengths else 0)


def answering(*answers: bytes) -> Handler:
    """Return what reads a request and gives the next answer; the last one again and again."""
    left = list(answers)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()

    return handle


def an_answer(status: str = "200 OK", *headers: str, body: str = "{}") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"content-length: {len(body)}", "connection: close", "", body]
    return "\r\n".join(lines).encode()
