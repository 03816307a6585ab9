"""The Node processes that are asked, each one for all questions of a session."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


class Oracle:
    """What JavaScript answers; ``ask`` names one of the answers in oracle.cjs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, given: Any) -> Any:
        self._process.stdin.write(json.dumps(given) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def ask(self, ask: str, of: list[Any]) -> list[Any]:
        return self.tell({"ask": ask, "of": of})


@contextmanager
def started(node: str, script: str, *arguments: str) -> Iterator[Oracle]:
    # A proxy of the machine would change the request line of npm request.
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with subprocess.Popen(
        [node, "--no-deprecation", str(HERE / script), *arguments],
        env=environment,
        encoding="utf-8",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield Oracle(process)
        # It would wait for the timeouts of requests that are over.
        process.terminate()


@pytest.fixture(scope="session")
def oracle(node: str) -> Iterator[Oracle]:
    with started(node, "oracle.cjs") as asked:
        yield asked
