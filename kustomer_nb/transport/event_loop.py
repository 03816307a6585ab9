"""The event loop that sends requests while the caller waits; it runs on its own thread."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for_futures
from contextlib import suppress
from typing import Any, Generic, TypeAlias, TypeVar

from kustomer_nb.in_browser import IN_BROWSER
from kustomer_nb.on_windows import ON_WINDOWS

from .browser import wait_in_browser

T = TypeVar("T")
Work: TypeAlias = Coroutine[Any, Any, T] | Callable[[], Coroutine[Any, Any, T]]
# The seconds that a cancelled coroutine has to end: a cell must be free within half a second of Ctrl+C.
PATIENCE = 0.4
_INTERRUPT_PAUSE = 0.1


def wait(work: Work[T], *, begun: Callable[[Future[T]], object] = lambda future: None) -> T:
    """Return the result of a coroutine, run on the loop of the transport's thread.

    The loop of a notebook is not blocked. An interrupt ends the wait within half a second, closes the
    connection, and lets the coroutine record what happened. If ``work`` is a function that creates the
    coroutine, it is called on that thread, where no interrupt arrives: a coroutine created here could be
    lost before anything awaits it. ``begun`` receives the future, which another thread may cancel.

    Raises:
        CancelledError: the work was cancelled; that of asyncio.
        TransportError: this is a browser that cannot wait.
    """
    if IN_BROWSER:
        return wait_in_browser(work)
    call = _Call(work)
    if threading.current_thread() is _LoopThread.current:
        call.give_up()
        msg = "wait() was called on the transport's own thread, which would wait for itself"
        raise RuntimeError(msg)
    try:
        call.begin(_loop())
        begun(call.future)
        return _result(call.future)
    except CancelledError:
        raise asyncio.CancelledError from None
    finally:
        # After Ctrl+C, or whatever else a signal handler raises, nothing waits for the response any more.
        call.give_up()
        if call.future.cancel():
            call.ended.wait(PATIENCE)


def _result(future: Future[T]) -> T:
    """Return the result of a future as soon as it has one, unless an interrupt comes first."""
    if ON_WINDOWS:
        # There Ctrl+C is noticed only when a wait for a lock ends.
        while not wait_for_futures([future], _INTERRUPT_PAUSE).done:
            pass
    return future.result()


class _Call(Generic[T]):
    """Work that is either begun on the thread of the loop or given up, never both."""

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        # Acquired once, by whichever of begin and give_up comes first; never released.
        self._decided = threading.Lock()
        self.future: Future[T] = Future()
        self.ended = threading.Event()

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Schedule the work; the future receives its result, and cancels it."""
        loop.call_soon_threadsafe(self._run, loop)

    def give_up(self) -> None:
        """Ensure that work which has not begun never begins, and is not reported as never awaited."""
        if self._decided.acquire(blocking=False):
            if not callable(self._work):
                self._work.close()
            self.ended.set()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.future.cancelled():
            self.give_up()
        elif self._decided.acquire(blocking=False):
            task = loop.create_task(_call(self._work) if callable(self._work) else self._work)
            task.add_done_callback(self._settle)
            self.future.add_done_callback(
                lambda future: loop.call_soon_threadsafe(task.cancel) if future.cancelled() else None
            )

    def _settle(self, task: asyncio.Task[T]) -> None:
        error = None if task.cancelled() else task.exception()
        if task.cancelled():
            self.future.cancel()
        if self.future.set_running_or_notify_cancel():
            if error is None:
                self.future.set_result(task.result())
            else:
                self.future.set_exception(error)
        self.ended.set()


async def _call(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return await work()


class _LoopThread(threading.Thread):
    """The thread of the loop, which creates the loop; however often it is started, it runs once."""

    current: _LoopThread

    def __init__(self) -> None:
        super().__init__(name="kustomer_nb transport", daemon=True)
        self._has_run = threading.Lock()
        self.is_ready = threading.Event()

    def run(self) -> None:
        """Run the loop to the end of the process, whatever is raised on it."""
        if not self._has_run.acquire(blocking=False):
            return
        self.loop = asyncio.new_event_loop()
        self.is_ready.set()
        while True:
            # asyncio passes these on, to the task that raised them and to this call.
            with suppress(SystemExit, KeyboardInterrupt):
                self.loop.run_forever()

    @classmethod
    def renew(cls) -> None:
        """Let the next call start a new thread."""
        cls.current = cls()


def _loop() -> asyncio.AbstractEventLoop:
    """Return the loop, its thread started once.

    Without a lock, which an interrupt could leave held: if another thread, or a call that was interrupted,
    has started the thread already, this one waits until it is ready.
    """
    thread = _LoopThread.current
    try:
        if thread.ident is None:
            thread.start()
    except RuntimeError:
        # Another caller started it meanwhile; if not, the system has no thread left.
        if thread.ident is None:
            raise
    thread.is_ready.wait()
    return thread.loop


_LoopThread.renew()
if hasattr(os, "register_at_fork"):
    # The child of a fork inherits the loop, but not its thread.
    os.register_at_fork(after_in_child=_LoopThread.renew)
