"""Answers that go wrong on purpose, and the one that says what was received."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import gate
from .refusal import Refusal

LONGEST_WAIT = 120


def seconds_of(text: str) -> float | None:
    """Return how long to wait: at most 120 s, None for what is no time.

    Example:
        >>> seconds_of("0.5"), seconds_of("1e9"), seconds_of("-1"), seconds_of("soon")
        (0.5, 120, None, None)
    """
    try:
        wanted = float(text)
    except ValueError:
        return None
    return min(wanted, LONGEST_WAIT) if wanted >= 0 else None


async def slow(request: Request) -> Response:
    """Answer after ?seconds=, at most 120."""
    asked = request.query_params.get("seconds", "2")
    seconds = seconds_of(asked)
    if seconds is None:
        refusal = Refusal.of(422, "invalid_seconds", f'"seconds" must be 0 or more, not {asked!r}.')
        return JSONResponse(refusal.body, refusal.status)
    await request.body()
    with suppress(TimeoutError):
        # After the body only the client's leaving is received: then nobody waits, and closing is quick.
        await asyncio.wait_for(request.receive(), seconds)
    return JSONResponse({"status": "ok", "seconds": seconds})


async def fail(request: Request) -> Response:
    """Answer with ?status=, any from 400 to 599."""
    asked = request.query_params.get("status", "500")
    if asked not in {str(status) for status in range(400, 600)}:
        message = f'"status" must be a number from 400 to 599, not {asked!r}.'
        refusal = Refusal.of(422, "invalid_status", message)
    else:
        phrase = {int(one): one.phrase for one in HTTPStatus}.get(int(asked), "Unknown status")
        refusal = Refusal.of(int(asked), "failed_on_purpose", f"{phrase}, as asked.", status=int(asked))
    return JSONResponse(refusal.body, refusal.status)


async def html(request: Request) -> Response:
    """Answer 200 with HTML where JSON was promised."""
    return Response("<!doctype html><title>Login</title><p>Please log in.</p>", media_type="text/html")


async def broken_json(request: Request) -> Response:
    """Answer 200 with JSON that stops in the middle."""
    return Response('{"status": "ok", "orders": [{"id": 10', media_type="application/json")


async def empty(request: Request) -> Response:
    """Answer 200 with no body at all."""
    return Response(b"", media_type="application/json")


async def redirect(request: Request) -> Response:
    """Answer 302 to /health."""
    return RedirectResponse("/health", 302)


class Echo:
    """Answer with the request as received, whatever its method."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI app, not as a function: a Route limits a function to GET."""
        body = await Request(scope, receive).body()
        said = {
            "method": scope["method"],
            "target": gate.target(scope),
            "path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "headers": gate.headers(scope),
            "body": body.decode(errors="replace"),
            "bodyBase64": base64.b64encode(body).decode(),
        }
        await JSONResponse(said)(scope, receive, send)


ROUTES = (
    Route("/slow", slow, methods=["GET", "POST"]),
    Route("/fail", fail, methods=["GET", "POST"]),
    Route("/html", html, methods=["GET", "POST"]),
    Route("/broken-json", broken_json, methods=["GET", "POST"]),
    Route("/empty", empty, methods=["GET", "POST"]),
    Route("/redirect", redirect, methods=["GET", "POST"]),
    Route("/echo", Echo()),
)
