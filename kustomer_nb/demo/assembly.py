"""Gate, shop and trouble put together."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import trouble
from .catalogue import Catalogue
from .gate import Gate
from .journal import Journal
from .refusal import Refusal
from .shop import Shop, answer


def assemble(catalogue: Catalogue, *, token: str) -> Starlette:
    """Return the app over a catalogue; ``app.state`` holds it and the journal."""
    journal = Journal()
    app = Starlette(
        routes=[*Shop(catalogue, journal).routes, *trouble.ROUTES],
        middleware=[Middleware(Gate, token=token, journal=journal)],
        exception_handlers={404: unknown, 405: not_allowed, Exception: failed},
    )
    # An address that is almost right is a 404, as the platform would report it, not a redirect.
    app.router.redirect_slashes = False
    app.state.catalogue = catalogue
    app.state.journal = journal
    return app


async def unknown(request: Request, error: Exception) -> Response:
    """Answer an address that leads nowhere."""
    return answer(Refusal.of(404, "not_found", f"There is nothing at {request.url.path}."))


async def not_allowed(request: Request, error: Exception) -> Response:
    """Answer a method that the address does not take, with those it does."""
    # Starlette names the methods of the first route alone, in an order that changes from run to run.
    methods = {
        method
        for route in request.app.routes
        if route.path_regex.match(request.url.path)
        for method in route.methods
    }
    allowed = ", ".join(sorted(methods))
    message = f"{request.url.path} takes {allowed}, not {request.method}."
    refusal = Refusal.of(405, "method_not_allowed", message)
    return JSONResponse(refusal.body, refusal.status, {"allow": allowed})


async def failed(request: Request, error: Exception) -> Response:
    """Answer a mistake of the store's own; the server logs what it was."""
    return answer(Refusal.of(500, "internal_error", "The store made a mistake. Its log says which."))
