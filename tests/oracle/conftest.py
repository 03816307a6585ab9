"""One Node process for all questions of a session."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent / "oracle.cjs"


class Oracle:
    """What JavaScript answers; ``ask`` names one of the answers in oracle.cjs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, ask: str, of: list[Any]) -> list[Any]:
        self._process.stdin.write(json.dumps({"ask": ask, "of": of}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="session")
def oracle(node: str) -> Iterator[Oracle]:
    # A proxy of the machine would change the request line of npm request.
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with subprocess.Popen(
        [node, "--no-deprecation", str(SCRIPT)],
        env=environment,
        encoding="utf-8",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield Oracle(process)
        process.stdin.close()
