"""Responses that fail on purpose, and an echo of the request."""

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

# Longer than any time-out of a client; the platform waits 60 s (`Platform.timeout`).
LONGEST_WAIT = 120


def seconds_of(text: str) -> float | None:
    """Return how long to wait, at most 120 s; None if the string is not a duration.

    Example:
        >>> seconds_of("0.5"), seconds_of("1e9"), seconds_of("-1"), seconds_of("soon")
        (0.5, 120, None, None)
    """
    try:
        seconds = float(text)
    except ValueError:
        return None
    # Also refuses NaN, which no comparison holds for.
    return min(seconds, LONGEST_WAIT) if seconds >= 0 else None


async def slow(request: Request) -> Response:
    """Respond after ?seconds=, at most 120."""
    parameter = request.query_params.get("seconds", "2")
    seconds = seconds_of(parameter)
    if seconds is None:
        refusal = Refusal.from_error(
            422, "invalid_seconds", f'"seconds" must be 0 or more, not {parameter!r}.'
        )
        return JSONResponse(refusal.body, refusal.status)
    await request.body()
    with suppress(TimeoutError):
        # After the body, receive() returns only when the client disconnects; then there is no need to wait.
        await asyncio.wait_for(request.receive(), seconds)
    return JSONResponse({"status": "ok", "seconds": seconds})


async def fail(request: Request) -> Response:
    """Respond with ?status=, any from 400 to 599."""
    parameter = request.query_params.get("status", "500")
    if parameter not in {str(status) for status in range(400, 600)}:
        message = f'"status" must be a number from 400 to 599, not {parameter!r}.'
        refusal = Refusal.from_error(422, "invalid_status", message)
    else:
        code = int(parameter)
        phrase = {int(status): status.phrase for status in HTTPStatus}.get(code, "Unknown status")
        refusal = Refusal.from_error(code, "failed_on_purpose", f"{phrase}, as requested.", status=code)
    return JSONResponse(refusal.body, refusal.status)


async def html(request: Request) -> Response:
    """Respond with 200 and HTML instead of JSON."""
    return Response("<!doctype html><title>Login</title><p>Please log in.</p>", media_type="text/html")


async def broken_json(request: Request) -> Response:
    """Respond with 200 and truncated JSON."""
    return Response('{"status": "ok", "orders": [{"id": 10', media_type="application/json")


async def empty(request: Request) -> Response:
    """Respond with 200 and an empty body."""
    return Response(b"", media_type="application/json")


async def redirect(request: Request) -> Response:
    """Redirect to /health with 302."""
    return RedirectResponse("/health", 302)


class Echo:
    """Respond with the request as received; takes any method."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond as an ASGI app."""
        # Not a function: Starlette limits the Route of a function to GET.
        body = await Request(scope, receive).body()
        content = {
            "method": scope["method"],
            "target": gate.target(scope),
            "path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "headers": gate.headers(scope),
            "body": body.decode(errors="replace"),
            "bodyBase64": base64.b64encode(body).decode(),
        }
        await JSONResponse(content)(scope, receive, send)


ROUTES = (
    Route("/slow", slow, methods=["GET", "POST"]),
    Route("/fail", fail, methods=["GET", "POST"]),
    Route("/html", html, methods=["GET", "POST"]),
    Route("/broken-json", broken_json, methods=["GET", "POST"]),
    Route("/empty", empty, methods=["GET", "POST"]),
    Route("/redirect", redirect, methods=["GET", "POST"]),
    Route("/echo", Echo()),
)
