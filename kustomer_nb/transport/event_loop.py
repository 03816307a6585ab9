"""The loop on which requests are sent while the caller waits, on a thread of its own."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")
Work: TypeAlias = Coroutine[Any, Any, T] | Callable[[], Coroutine[Any, Any, T]]
# Seconds that a cancelled coroutine has to end: the cell is to be free within half of one.
PATIENCE = 0.4


def wait(work: Work[T], *, begun: Callable[[Future[T]], object] = lambda future: None) -> T:
    """Return the result of a coroutine, run on a loop of its own thread; a notebook's loop stays free.

    An interrupt ends the waiting within half a second, closes the connection, and lets the coroutine tell
    what it leaves behind. Where ``work`` makes the coroutine, it is made on that thread, where no interrupt
    comes: one made here could be left behind before anybody awaits it. ``begun`` is given the future, which
    another thread may cancel.

    Raises:
        CancelledError: it was cancelled; the one of asyncio.
    """
    call = _Call(work)
    if threading.current_thread() is _Own.current:
        call.give_up()
        msg = "wait() was called on the transport's own thread, which would wait for itself"
        raise RuntimeError(msg)
    try:
        call.begin(_loop())
        begun(call.future)
        return call.future.result()
    except CancelledError:
        raise asyncio.CancelledError from None
    finally:
        # After Ctrl+C, and whatever else a signal raises here, nobody waits for the response any more.
        call.give_up()
        if call.future.cancel():
            call.ended.wait(PATIENCE)


class _Call(Generic[T]):
    """Work that is begun on the loop's own thread, or given up before."""

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        self._decided = threading.Lock()
        self.future: Future[T] = Future()
        self.ended = threading.Event()

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have the work begun; the future holds what comes of it, and cancels it."""
        loop.call_soon_threadsafe(self._run, loop)

    def give_up(self) -> None:
        """Make sure that work which has not begun never will, and that nobody misses it."""
        if self._decided.acquire(blocking=False):
            if not callable(self._work):
                self._work.close()
            self.ended.set()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.future.cancelled():
            self.give_up()
        elif self._decided.acquire(blocking=False):
            task = loop.create_task(_made(self._work) if callable(self._work) else self._work)
            task.add_done_callback(self._tell)
            self.future.add_done_callback(
                lambda future: loop.call_soon_threadsafe(task.cancel) if future.cancelled() else None
            )

    def _tell(self, task: asyncio.Task[T]) -> None:
        error = None if task.cancelled() else task.exception()
        if task.cancelled():
            self.future.cancel()
        if self.future.set_running_or_notify_cancel():
            if error is None:
                self.future.set_result(task.result())
            else:
                self.future.set_exception(error)
        self.ended.set()


async def _made(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return await work()


class _Own(threading.Thread):
    """The thread of the loop, which makes the loop itself; however often it is started, it runs once."""

    current: _Own

    def __init__(self) -> None:
        super().__init__(name="kustomer_nb transport", daemon=True)
        self._taken = threading.Lock()
        self.is_ready = threading.Event()

    def run(self) -> None:
        """Run the loop to the end of the process, whatever is raised on it."""
        if not self._taken.acquire(blocking=False):
            return
        self.loop = asyncio.new_event_loop()
        self.is_ready.set()
        while True:
            # asyncio lets these through, to the task that raised them and to here.
            with suppress(SystemExit, KeyboardInterrupt):
                self.loop.run_forever()

    @classmethod
    def renew(cls) -> None:
        """Have a new one started by the next call."""
        cls.current = cls()


def _loop() -> asyncio.AbstractEventLoop:
    """Return the loop, its thread started once.

    Neither another thread nor an interrupt on the way does harm, and there is no lock that one could leave
    behind: what was started is waited for.
    """
    own = _Own.current
    try:
        if own.ident is None:
            own.start()
    except RuntimeError:
        # Started meanwhile; else the system has no thread left.
        if own.ident is None:
            raise
    own.is_ready.wait()
    return own.loop


_Own.renew()
if hasattr(os, "register_at_fork"):
    # The child of a fork has the loop and not its thread.
    os.register_at_fork(after_in_child=_Own.renew)
