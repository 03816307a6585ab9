"""Python in a browser (Pyodide): it has neither threads nor sockets, and what takes their place is here.

A server in the same page is reached in memory, by `browser_network`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kustomer_nb.codes import Code
from kustomer_nb.errors import TransportError

if TYPE_CHECKING:
    import asyncio

    from .event_loop import Work

T = TypeVar("T")
# Each server in this page, by its port on loopback: what makes the protocol of a new connection.
_servers: dict[int, Callable[[], asyncio.Protocol]] = {}


def serve(protocol: Callable[[], asyncio.Protocol]) -> int:
    """Serve the connections of this page by a protocol for each; return the port, which `stop` frees.

    Example:
        >>> port = serve(lambda: None)
        >>> server_at(port) is not None, stop(port), server_at(port)
        (True, None, None)
    """
    port = max(_servers, default=8000) + 1
    _servers[port] = protocol
    return port


def stop(port: int) -> None:
    """Stop serving a port; calling it again does nothing."""
    _servers.pop(port, None)


def server_at(port: int) -> Callable[[], asyncio.Protocol] | None:
    """Return what makes the protocol of a connection to a port of this page; None if nothing serves it."""
    return _servers.get(port)


def wait_in_browser(work: Work[T]) -> T:
    """Return the result of a coroutine while the event loop of the page goes on.

    Raises:
        TransportError: the browser cannot suspend Python (JavaScript Promise Integration).
    """
    import asyncio

    from pyodide.ffi import can_run_sync, run_sync

    if not can_run_sync():
        if not callable(work):
            work.close()
        raise _cannot_wait()
    result, error = run_sync(asyncio.ensure_future(_settled(work() if callable(work) else work)))
    if error is not None:
        raise error
    return cast("T", result)


async def _settled(work: Coroutine[Any, Any, T]) -> tuple[T | None, BaseException | None]:
    """Return the result, or the error: one that leaves run_sync fails the cell, even if it is caught."""
    try:
        return await work, None
    except BaseException as error:
        return None, error


def _cannot_wait() -> TransportError:
    message = "this browser cannot wait for a run, so nothing was run."
    return TransportError.from_code(Code.IN_BROWSER, message, "write `await action.arun(…)`.")
