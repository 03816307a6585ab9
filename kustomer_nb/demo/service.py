"""The E-comm Store as an ASGI app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import TransportError

from .catalogue import Catalogue, fixed_now

if TYPE_CHECKING:
    from starlette.applications import Starlette

# Ends in "==" because double braces corrupt such tokens: Handlebars prints {{authToken}} as
# "...ZGVtbw&#x3D;&#x3D;"; only {{{authToken}}} leaves it unchanged.
TOKEN = "demo-token-not-a-secret-ZGVtbw=="  # noqa: S105 - not a secret


def not_installed(missing: ModuleNotFoundError) -> TransportError:
    """Return the error that says how to install the store's dependencies."""
    message = f"The E-comm Store needs {missing.name}, which is not installed."
    fix = 'pip install "kustomer-nb[demo]"'
    return TransportError.from_code(Code.DEMO_NOT_STARTED, message, fix)


def service(
    *,
    token: str = TOKEN,
    database: str | Path | None = None,
    now: Callable[[], datetime] = fixed_now,
) -> Starlette:
    """Return the store as an ASGI app with its own catalogue, for a server or for in-process tests.

    ``database`` is a file for the rows; by default they are in memory. ``now`` is the clock that dates new
    refunds; by default it always returns the same time.

    Raises:
        TransportError: starlette is not installed, or the database cannot be used.

    Example:
        >>> service(token="my-own-demo-token").routes[1].path
        '/health'
    """
    try:
        # Late: the package can be imported without the extra "demo"; a call then says what is missing.
        from .assembly import assemble
    except ModuleNotFoundError as error:
        raise not_installed(error) from error
    return assemble(Catalogue(database, now=now), token=token)
