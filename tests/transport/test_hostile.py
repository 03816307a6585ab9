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
def report() -> dict[str, Any]:
    command = [sys.executable, "-W", "error", "-m", "tests.transport.hostile", str(CASES), SEED]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False, timeout=TIMEOUT
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


@pytest.mark.uncounted
def test_every_hostile_response_is_a_response_or_an_error_of_the_package(
    report: dict[str, Any],
) -> None:
    assert report["faults"] == []
    assert report["count"] == CASES


def test_hostile_responses_fill_no_memory(report: dict[str, Any]) -> None:
    assert report["peak_mb"] < MOST_MB


def test_no_hostile_answer_takes_long(report: dict[str, Any]) -> None:
    assert {name: took for name, took in report["slowest"].items() if took > PATIENCE} == {}


def test_hostile_responses_have_their_expected_results(report: dict[str, Any]) -> None:
    ends = report["ends"]

    assert set(ends) == set(KINDS)
    assert list(ends["bomb"]) == list(ends["endless body"]) == list(ends["endless chunks"]) == ["200"]
    assert list(ends["flood of 1xx"]) == ["ResponseTimeoutError KNB804"]
    assert list(ends["endless head"]) == ["TransportError KNB805"]
    assert {"200", "TransportError KNB805"} <= set(ends["chunking"]) & set(ends["lengths"])
