"""Verbs that run until they are told to end, as real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 100.0


@contextmanager
def running(
    *arguments: str, folder: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Yield a verb in a process group of its own, which is killed if it is still there at the end."""
    with (folder / "stderr").open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "kustomer_nb", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=folder,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if is_there(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def is_there(group: int) -> bool:
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=60) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition, return whether it was met."""
    deadline = time.monotonic() + PATIENCE
    while not (is_met := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_met
