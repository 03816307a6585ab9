"""What every request passes first: it is written down, numbered, and asked for its token."""

from __future__ import annotations

import hmac
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .journal import Journal
from .refusal import Refusal

OPEN = ("/", "/health")
# Reading the journal leaves no trace in it.
UNWRITTEN = "/requests"


def target(scope: Scope) -> str:
    """Return path and query as they stood in the request line, nothing decoded."""
    query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
    return f"{scope['raw_path'].decode('latin-1')}{query}"


def headers(scope: Scope) -> list[list[str]]:
    """Return the headers in the order received; names in small letters, as ASGI gives them."""
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]


class Gate:
    """The outermost layer of the service."""

    def __init__(self, app: ASGIApp, *, token: str, journal: Journal) -> None:
        self._app = app
        self._token = token.encode()
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 401."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _whole_body(receive)
        if body is None:
            return
        app = self._app if self._may_pass(scope) else _unauthorized
        if scope["path"] != UNWRITTEN:
            send = _numbered(send, self._journal.add(_entry(scope, body)))
        await app(scope, _again(body, receive), send)

    def _may_pass(self, scope: Scope) -> bool:
        given = dict(scope["headers"]).get(b"authorization", b"")
        scheme, _, token = given.partition(b" ")
        known = hmac.compare_digest(token.strip(), self._token)
        return scope["path"] in OPEN or (known and scheme.lower() == b"bearer")


def _entry(scope: Scope, body: bytes) -> dict[str, Any]:
    return {
        "method": scope["method"],
        "target": target(scope),
        "raw_path": scope["raw_path"],
        "headers": headers(scope),
        "body": body,
    }


async def _whole_body(receive: Receive) -> bytes | None:
    """Return the body, or None when the client left before its end."""
    body = bytearray()
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)
    return None


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a receive that gives the body already read, then what comes after it."""
    left: list[Message] = [{"type": "http.request", "body": body}]

    async def receive_again() -> Message:
        return left.pop() if left else await receive()

    return receive_again


def _numbered(send: Send, number: int) -> Send:
    async def send_numbered(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"x-request-id", b"req_%06d" % number)]
        await send(message)

    return send_numbered


async def _unauthorized(scope: Scope, receive: Receive, send: Send) -> None:
    message = "Send the store's token as: authorization: Bearer <token>."
    refusal = Refusal.of(401, "unauthorized", message)
    challenge = {"www-authenticate": "Bearer"}
    await JSONResponse(refusal.body, refusal.status, challenge)(scope, receive, send)
