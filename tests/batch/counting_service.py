"""A service on this machine that counts what it carries out, limits the rate exactly, and can fail."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# What a request is answered with: a status, or what a connection does in place of an answer.
Answer = int | str


@dataclass
class CountingService:
    """What arrived: how often each path was carried out, and when.

    ``limit`` is a number of requests in any window of ``seconds``; more get a 429, and are not carried out.
    ``decide`` returns the answer to the request of a number (from 1) and a path: a status, ``reset`` or
    ``silence`` (both carried out), or ``drop`` (closed before anything is carried out).
    """

    port: int = 0
    limit: int | None = None
    seconds: float = 1.0
    retry_after: float = 1.0
    decide: Callable[[int, str], Answer] = lambda number, path: 200
    carried_out: Counter[str] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    refused: int = 0
    connections: int = 0
    keeps_messages: bool = True
    answer_headers: Callable[[], dict[str, str]] = dict
    _window: deque[float] = field(default_factory=deque)
    _number: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def doubles(self) -> int:
        """How many were carried out again."""
        return sum(count - 1 for count in self.carried_out.values())

    def is_over_limit(self) -> bool:
        """Count a request; return whether the window that ends now is full."""
        now = time.monotonic()
        while self._window and now - self._window[0] >= self.seconds:
            self._window.popleft()
        if self.limit is not None and len(self._window) >= self.limit:
            return True
        self._window.append(now)
        return False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of a connection."""
        self.connections += 1
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lowered = head.lower()
        length = int(lowered.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        body = await reader.readexactly(length)
        path = head.split(b" ")[1].decode()
        self._number += 1
        self.arrivals.append(time.monotonic())
        if self.keeps_messages:
            self.heads.append(head)
            self.bodies.append(body)
        closes = b"connection: close" in lowered
        if self.is_over_limit():
            self.refused += 1
            writer.write(_response(429, {"retry-after": f"{self.retry_after:g}"}, closes=closes))
            await writer.drain()
            return not closes
        answer = self.decide(self._number, path)
        if answer == "drop":
            writer.transport.abort()
            return False
        self.carried_out[path] += 1
        if answer == "reset":
            writer.transport.abort()
            return False
        if answer == "silence":
            await asyncio.sleep(60)
            return False
        writer.write(_response(int(answer), self.answer_headers(), closes=closes))
        await writer.drain()
        return not closes


def _response(status: int, headers: dict[str, str], *, closes: bool) -> bytes:
    content = json.dumps({"status": status, "ok": status < 400}).encode()
    lines = [
        f"HTTP/1.1 {status} Whatever",
        "content-type: application/json",
        f"content-length: {len(content)}",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["connection: close"] if closes else []
    return "\r\n".join([*lines, "", ""]).encode() + content


@contextmanager
def counting_service(**options: Any) -> Iterator[CountingService]:
    """Yield a service that listens until the block ends."""
    service = CountingService(**options)
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stopped = asyncio.Event()

    async def listen() -> None:
        server = await asyncio.start_server(service.serve, "127.0.0.1", service.port, backlog=1024)
        service.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stopped.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield service
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
        loop.close()


def definition(url: str, *, method: str = "POST") -> dict[str, Any]:
    """Return an action that changes something at a service, with a secret header."""
    return {
        "app": "shop",
        "version": "1.0.0",
        "settings": {"default": {"token": {"type": "secret", "defaultValue": ""}}},
        "actions": [
            {
                "name": "kustomer.app.shop.refund",
                "type": "rest_api",
                "appSettings": {"token": {"key": "shop.default.token"}},
                "inputSchema": {
                    "properties": {
                        "orderId": {"type": "number"},
                        "email": {"type": "string"},
                        "note": {"type": "string"},
                    },
                    "required": ["orderId"],
                },
                "inputTemplate": {
                    "uri": f"{url}/orders/{{{{{{orderId}}}}}}/refund",
                    "method": method,
                    "json": True,
                    "headers": {"authorization": "Bearer {{{token}}}"},
                    "data": {"email": "/#email", "note": "/#note"},
                },
                "outputTemplate": {"ok": "/#body.ok", "status": "/#response.statusCode"},
                "sampleOutputContext": {"ok": True, "status": 200},
            }
        ],
    }


SETTINGS = {"token": "not-a-real-token-42"}
