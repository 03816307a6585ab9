"""A process that is killed, or whose disk is full, sends no row twice: what was on its way is unknown."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import kustomer_nb as knb
from kustomer_nb.batch import Batch
from tests.batch.counting_service import CountingService, counting_service, definition
from tests.batch.sending_process import LANES
from tests.work import SLOW

ROOT = Path(__file__).parents[2]
COUNT = 2_000 if SLOW else 300
KILLS = 20 if SLOW else 3


def start(folder: Path, verb: str, *, before: str = "") -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "tests.batch.sending_process", str(folder), str(COUNT), verb]
    command = ["bash", "-c", f'{before}exec "$@"', "bash", *arguments] if before else arguments
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KUSTOMER_NB_LIVE": "0"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def project(folder: Path, service: CountingService) -> Path:
    (folder / ".git").mkdir()
    (folder / "shop.json").write_text(json.dumps(definition(service.url)), encoding="utf-8")
    return folder


def only_batch(folder: Path) -> Batch:
    (batch,) = knb.load(folder / "shop.json").batches()
    return batch


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not condition() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


def test_a_process_that_is_killed_again_and_again_sends_no_row_twice(tmp_path: Path) -> None:
    random = Random(20)
    with counting_service(keeps_messages=False) as service:
        folder, verb, kills = project(tmp_path, service), "run", 0
        while kills < KILLS:
            process = start(folder, verb)
            more = len(service.arrivals) + random.randrange(5, COUNT // (KILLS + 2))
            wait_until(lambda more=more: len(service.arrivals) >= more, process)
            is_running = process.poll() is None
            process.kill()
            _, errors = process.communicate()
            assert is_running, errors
            kills, verb = kills + 1, "resume"
            # No more than were on their way; those of earlier kills stay unknown.
            assert only_batch(folder).summary.unknown <= LANES * kills
        last = start(folder, "resume")
        _, errors = last.communicate(timeout=300)

        batch = only_batch(folder)
        summary = batch.summary
        assert last.returncode == 0, errors
        assert service.doubles == 0
        assert summary.answered + summary.unknown == COUNT
        assert summary.remaining == 0
        # Nothing is lost: what is not answered is unknown, and only that.
        carried_out = {int(path.split("/")[2]) for path in service.carried_out}
        assert set(range(1, COUNT + 1)) - carried_out <= set(batch.unknown)
        assert {line["i"] for line in batch.outputs()} >= carried_out - set(batch.unknown)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no ulimit")
def test_a_full_disk_stops_before_the_next_row_and_nothing_hangs(tmp_path: Path) -> None:
    with counting_service(keeps_messages=False) as service:
        folder = project(tmp_path, service)
        # Blocks of 1 kB: the journal of all rows would have some 30.
        process = start(folder, "run", before="ulimit -f 8; ")
        _, errors = process.communicate(timeout=120)
        sent = len(service.arrivals)
        resumed = start(folder, "resume")
        resumed.communicate(timeout=300)

        batch = only_batch(folder)
        assert process.returncode == 1
        assert "KNB846" in errors
        assert 0 < sent < COUNT
        assert (service.doubles, batch.summary.remaining) == (0, 0)
        assert batch.summary.unknown <= LANES * 2
        assert batch.summary.answered + batch.summary.unknown == COUNT


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_an_interrupt_lets_what_is_on_its_way_end(tmp_path: Path) -> None:
    with counting_service(keeps_messages=False) as service:
        folder = project(tmp_path, service)
        process = start(folder, "run")
        wait_until(lambda: len(service.arrivals) >= 30, process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)

        summary = only_batch(folder).summary
        assert "stopped: interrupted" in output, errors
        assert (summary.unknown, service.doubles) == (0, 0)
        assert 0 < summary.remaining < COUNT
        assert summary.answered == len(service.arrivals)
