from __future__ import annotations

import asyncio
import os
import threading

import pytest

from kustomer_nb.transport import send, wait
from tests.samples import interrupted_when
from tests.transport.wires import Handler, a_wire, request_of, serving

# Longer than a busy machine needs, and shorter than the timeout of the requests.
PATIENCE = 60
TIMEOUT = 600


async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read a request and answer nothing until the other side is gone."""
    await request_of(reader)
    await reader.read()


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    while not reader.at_eof():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


def test_waiting_inside_a_running_loop_gives_the_result() -> None:
    async def cell() -> int:
        return wait(asyncio.sleep(0.01, result=7))

    result = asyncio.run(cell())

    assert result == 7


def test_waiting_on_the_transports_own_thread_is_refused() -> None:
    async def inside() -> None:
        wait(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="wait for itself"):
        wait(inside())


@pytest.mark.parametrize("handle", [never, drips])
def test_an_interrupt_frees_the_caller_and_closes_the_connection(handle: Handler) -> None:
    with serving(handle) as served:
        with pytest.raises(KeyboardInterrupt), interrupted_when(lambda: served.opened):
            wait(send(a_wire(served.url, method="POST"), timeout=TIMEOUT))

        assert served.opened == 1
        assert served.closed.wait(PATIENCE)


@pytest.mark.parametrize("handle", [never, drips])
def test_a_task_that_is_cancelled_frees_the_caller_and_closes_the_connection(handle: Handler) -> None:
    async def cancelled(url: str) -> None:
        task = asyncio.ensure_future(send(a_wire(url, method="POST"), timeout=TIMEOUT))
        while not served.opened:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with serving(handle) as served:
        asyncio.run(cancelled(served.url))

        assert served.opened == 1
        assert served.closed.wait(PATIENCE)


def test_an_interrupt_inside_a_cell_that_runs_on_a_loop_frees_it() -> None:
    async def cell(url: str) -> None:
        wait(send(a_wire(url), timeout=TIMEOUT))

    with serving(never) as served:
        loop = asyncio.new_event_loop()
        with pytest.raises(KeyboardInterrupt), interrupted_when(lambda: served.opened):
            loop.run_until_complete(cell(served.url))
        loop.close()

        assert served.closed.wait(PATIENCE)


def test_an_interrupt_ends_the_work_itself() -> None:
    begun, ended = threading.Event(), threading.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.sleep(TIMEOUT)
        finally:
            ended.set()

    with pytest.raises(KeyboardInterrupt), interrupted_when(begun.is_set):
        wait(endless())

    assert ended.wait(PATIENCE)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_has_its_own_loop() -> None:
    assert wait(asyncio.sleep(0, "parent")) == "parent"

    child = os.fork()
    if child == 0:
        os._exit(0 if wait(asyncio.sleep(0, "child")) == "child" else 1)

    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("raised", [SystemExit, KeyboardInterrupt, ValueError])
def test_an_exception_on_the_transports_thread_ends_only_its_own_work(raised: type[BaseException]) -> None:
    async def raising() -> None:
        raise raised

    with pytest.raises(raised):
        wait(raising)

    assert wait(asyncio.sleep(0, 7)) == 7


def test_no_wait_of_windows_is_longer_than_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    # There an interrupt does not end the wait for a lock.
    patience: list[float | None] = []
    waiting = threading.Condition.wait

    def noted(self: threading.Condition, timeout: float | None = None) -> bool:
        if threading.current_thread() is threading.main_thread():
            patience.append(timeout)
        return waiting(self, timeout)

    wait(asyncio.sleep(0))
    monkeypatch.setattr("kustomer_nb.transport.event_loop.ON_WINDOWS", True)
    monkeypatch.setattr(threading.Condition, "wait", noted)

    assert wait(asyncio.sleep(0.3, result=7)) == 7
    assert len(patience) > 1
    assert all(timeout is not None and timeout <= 0.1 for timeout in patience)
