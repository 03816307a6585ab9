"""The loop on which requests are sent while the caller waits, on a thread of its own."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
# Seconds that a cancelled coroutine has to end: the cell is to be free within half of one.
PATIENCE = 0.4


def wait(work: Coroutine[Any, Any, T], *, begun: Callable[[Future[T]], object] = lambda future: None) -> T:
    """Return the result of a coroutine, run on a loop of its own thread; a notebook's loop stays free.

    An interrupt ends the waiting within half a second, closes the connection, and lets the coroutine tell
    what it leaves behind. ``begun`` is given the future, which another thread may cancel.

    Raises:
        CancelledError: it was cancelled; the one of asyncio.
    """
    if _runs_here():
        work.close()
        msg = "wait() was called on the transport's own thread, which would wait for itself"
        raise RuntimeError(msg)
    ended = threading.Event()
    future = asyncio.run_coroutine_threadsafe(_ending(work, ended), _loop())
    begun(future)
    try:
        return future.result()
    except CancelledError:
        ended.wait(PATIENCE)
        raise asyncio.CancelledError from None
    except BaseException:
        # Ctrl+C, and whatever else a signal raises here: nobody waits for the answer any more.
        future.cancel()
        ended.wait(PATIENCE)
        raise


async def _ending(work: Coroutine[Any, Any, T], ended: threading.Event) -> T:
    try:
        return await work
    finally:
        ended.set()


def _runs_here() -> bool:
    try:
        return asyncio.get_running_loop() is _loop()
    except RuntimeError:
        return False


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="kustomer_nb transport", daemon=True).start()
    return loop


if hasattr(os, "register_at_fork"):
    # The child has the loop and not its thread.
    os.register_at_fork(after_in_child=_loop.cache_clear)
