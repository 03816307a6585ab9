"""The outermost layer: records and numbers every request, and checks its token."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .refusal import Refusal

if TYPE_CHECKING:
    from .journal import Journal

OPEN = ("/", "/health")
# Reading the journal is not recorded in it.
UNRECORDED = "/requests"


def target(scope: Scope) -> str:
    """Return path and query as in the request line, without decoding."""
    query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
    return f"{scope['raw_path'].decode('latin-1')}{query}"


def headers(scope: Scope) -> list[list[str]]:
    """Return the headers in the order received; ASGI has the names in lower case."""
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]


class Gate:
    """The outermost layer of the service."""

    def __init__(self, app: ASGIApp, *, token: str, journal: Journal) -> None:
        self._app = app
        self._token = token.encode()
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or respond with 401."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Read before the token is checked, so that the journal is complete.
        body = await _whole_body(receive)
        if body is None:
            return
        app = self._app if self._may_pass(scope) else _unauthorized
        if scope["path"] != UNRECORDED:
            send = _numbered(send, self._journal.add(_entry(scope, body)))
        await app(scope, _replay(body, receive), send)

    def _may_pass(self, scope: Scope) -> bool:
        authorization = dict(scope["headers"]).get(b"authorization", b"")
        scheme, _, token = authorization.partition(b" ")
        # As every service should: in time that does not depend on the token.
        is_valid = hmac.compare_digest(token.strip(), self._token)
        return scope["path"] in OPEN or (is_valid and scheme.lower() == b"bearer")


def _entry(scope: Scope, body: bytes) -> dict[str, Any]:
    return {
        "method": scope["method"],
        "target": target(scope),
        "raw_path": scope["raw_path"],
        "headers": headers(scope),
        "body": body,
    }


async def _whole_body(receive: Receive) -> bytes | None:
    """Return the body, or None when the client disconnected before its end."""
    body = bytearray()
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)
    return None


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receive that first repeats the body that was already read."""
    remaining: list[Message] = [{"type": "http.request", "body": body}]

    async def receive_replayed() -> Message:
        return remaining.pop() if remaining else await receive()

    return receive_replayed


def _numbered(send: Send, number: int) -> Send:
    async def send_numbered(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"x-request-id", b"req_%06d" % number)]
        await send(message)

    return send_numbered


async def _unauthorized(scope: Scope, receive: Receive, send: Send) -> None:
    message = "Send the token of the store in the header authorization: Bearer <token>."
    refusal = Refusal.from_error(401, "unauthorized", message)
    # RFC 9110 section 15.5.2 requires a challenge with 401.
    challenge = {"www-authenticate": "Bearer"}
    await JSONResponse(refusal.body, refusal.status, challenge)(scope, receive, send)
