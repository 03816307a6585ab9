"""Hostile answers in a process of their own, whose memory the operating system measures as a whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.transport.hostile import KINDS

SEED = os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420")
CASES = int(os.environ.get("KUSTOMER_NB_FUZZ", "1500"))
MOST_MB = 400
# Only what hangs takes as long, also on a busy machine.
PATIENCE = 100
TIMEOUT = 600 + CASES / 5
pytestmark = pytest.mark.timeout(TIMEOUT)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    command = [sys.executable, "-W", "error", "-m", "tests.transport.hostile", str(CASES), SEED]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False, timeout=TIMEOUT
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_every_hostile_answer_is_an_answer_or_an_error_of_ours_and_runs_nothing(
    found: dict[str, Any],
) -> None:
    assert found["faults"] == []
    assert found["count"] == CASES


def test_hostile_answers_fill_no_memory(found: dict[str, Any]) -> None:
    assert found["peak_mb"] < MOST_MB


def test_no_hostile_answer_takes_long(found: dict[str, Any]) -> None:
    assert {name: took for name, took in found["slowest"].items() if took > PATIENCE} == {}


def test_hostile_answers_come_to_what_they_must(found: dict[str, Any]) -> None:
    ends = found["ends"]

    assert set(ends) == set(KINDS)
    assert list(ends["bomb"]) == list(ends["endless body"]) == list(ends["endless chunks"]) == ["200"]
    assert list(ends["flood of 1xx"]) == ["AnswerTimeoutError KNB804"]
    assert list(ends["endless head"]) == ["TransportError KNB805"]
    assert {"200", "TransportError KNB805"} <= set(ends["chunking"]) & set(ends["lengths"])
