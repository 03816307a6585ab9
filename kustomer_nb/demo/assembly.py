"""Assembles the app from gate, shop and trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import trouble
from .gate import Gate
from .journal import Journal
from .refusal import Refusal
from .shop import Shop, respond

if TYPE_CHECKING:
    from .catalogue import Catalogue


def assemble(catalogue: Catalogue, *, token: str) -> Starlette:
    """Return the app for a catalogue; ``app.state`` holds the catalogue and the journal."""
    journal = Journal()
    app = Starlette(
        routes=[*Shop(catalogue, journal).routes, *trouble.ROUTES],
        middleware=[Middleware(Gate, token=token, journal=journal)],
        exception_handlers={404: unknown, 405: not_allowed, Exception: failed},
    )
    # By default Starlette redirects /orders/ to /orders; a service without that answers 404.
    app.router.redirect_slashes = False
    app.state.catalogue = catalogue
    app.state.journal = journal
    return app


async def unknown(request: Request, error: Exception) -> Response:
    """Respond to an unknown path."""
    return respond(Refusal.from_error(404, "not_found", f"There is nothing at {request.url.path}."))


async def not_allowed(request: Request, error: Exception) -> Response:
    """Respond to a method that the path does not support, and list those it does."""
    # Starlette lists only the methods of the first matching route, in the order of a set.
    methods = {
        method
        for route in request.app.routes
        if route.path_regex.match(request.url.path)
        for method in route.methods
    }
    allowed = ", ".join(sorted(methods))
    message = f"{request.url.path} supports {allowed}, not {request.method}."
    refusal = Refusal.from_error(405, "method_not_allowed", message)
    return JSONResponse(refusal.body, refusal.status, {"allow": allowed})


async def failed(request: Request, error: Exception) -> Response:
    """Respond to an error in the store itself; the server logs the traceback."""
    return respond(Refusal.from_error(500, "internal_error", "The store failed. See its log for the error."))
