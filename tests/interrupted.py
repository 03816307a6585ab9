"""Runs an action again and again, with Ctrl+C before each of the lines that the caller's thread runs.

Started by test_interrupts.py as a process of its own; prints how often it was interrupted and what is left.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import httpx

import kustomer_nb as knb
from kustomer_nb import action
from kustomer_nb.secrets import tracebacks
from kustomer_nb.transport import event_loop
from kustomer_nb.widgets import running

FILES = {action.__file__, tracebacks.__file__, event_loop.__file__, running.__file__}


async def answered(request: httpx.Request) -> httpx.Response:
    await asyncio.sleep(0.005)
    return httpx.Response(200, json={"id": 7})


def interrupted(work: Callable[[], Any], line: int) -> bool:
    """Do some work, pressing Ctrl+C before that line of it; return whether there was one."""
    seen = -1

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal seen
        if frame.f_code.co_filename not in FILES:
            return None
        seen += event == "line"
        if event == "line" and seen == line:
            os.kill(os.getpid(), signal.SIGINT)
        return trace

    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(None)
    return seen >= line


def sweep(make: Callable[[], Callable[[], Any]]) -> int:
    """Interrupt a piece of work before each of its lines in turn; return how many there are."""
    line = 0
    while interrupted(make(), line):
        gc.collect()
        line += 1
    return line


def main() -> None:
    template = {"uri": "http://127.0.0.1:1/", "method": "post", "json": True}
    one = knb.load({"name": "kustomer.app.a.b", "inputTemplate": template}).action()
    transport = httpx.MockTransport(answered)
    lines = [
        sweep(lambda: lambda: one.run(transport=transport)),
        sweep(lambda: knb.RunBar(one, transport=transport).run),
    ]
    run = one.run(transport=transport)
    threads = [each.name for each in threading.enumerate() if each.name.startswith("kustomer_nb")]
    left = asyncio.run_coroutine_threadsafe(_tasks(), event_loop._loop()).result()
    print(min(lines) > 20, run.output["body"], threads, left)  # noqa: T201 - what the test reads


async def _tasks() -> int:
    return len(asyncio.all_tasks()) - 1


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
