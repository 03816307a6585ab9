from __future__ import annotations

import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from kustomer_nb.cli.demo import _wait_for
from tests.cli.conftest import Call
from tests.cli.processes import answers, is_there, running
from tests.samples import ECOMMSTORE


def url_of(process: subprocess.Popen[str]) -> str:
    """Return where the store says it answers, from the first line it prints."""
    assert process.stdout is not None
    match = re.fullmatch(
        r"The E-comm Store is running at (http://127\.0\.0\.1:\d+)\n", process.stdout.readline()
    )
    assert match is not None
    return match[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl+C"])
def test_the_store_answers_until_it_is_stopped(number: signal.Signals, tmp_path: Path) -> None:
    with running("demo", folder=tmp_path) as process:
        url = url_of(process)
        answered = answers(f"{url}/health")
        process.send_signal(number)
        output, _ = process.communicate(timeout=100)

    assert answered
    assert (process.returncode, output.splitlines()[-1]) == (0, "Stopped.")
    assert not answers(f"{url}/health")
    assert not is_there(process.pid)
    assert (tmp_path / "stderr").read_text() == ""


def test_what_it_tells_to_try_can_be_tried(tmp_path: Path, call: Call) -> None:
    with running("demo", folder=tmp_path) as process:
        url = url_of(process)
        assert process.stdout is not None
        token = process.stdout.readline().rpartition(" ")[2].strip()

        done = call(
            *("run", ECOMMSTORE, "-i", "orderId=1001", "--fail"),
            *("--host", f"https://api.ecommstore.com={url}", "--set", f"authToken={token}"),
        )

    assert "200 OK" in done.stdout


def test_a_port_that_is_taken_exits_with_4(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        wanted = occupied.getsockname()[1]

        done = call("demo", "--port", wanted)

    assert done.exit_code == 4
    assert f"KNB806 The E-comm Store cannot listen on port {wanted}" in done.stderr


def test_a_signal_that_ends_no_wait_still_stops_the_store() -> None:
    # As Ctrl+C on Windows, which ends no wait for a lock.
    stopped = threading.Event()
    patience: list[float | None] = []

    class Stopped:
        def wait(self, timeout: float | None = None) -> bool:
            patience.append(timeout)
            if len(patience) == 3:
                stopped.set()
            return stopped.is_set()

    _wait_for(Stopped())  # type: ignore[arg-type]

    assert all(timeout is not None and timeout < 1 for timeout in patience)
    assert len(patience) == 3
