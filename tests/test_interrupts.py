"""Ctrl+C at any moment: nothing is left behind, and nothing but what we say is on stderr."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.samples import an_action

PROCESS = [sys.executable, "-W", "default"]
STOPPED = "Stopped. A request in progress may still have been processed; check before retrying.\n"


def test_an_interrupt_before_any_line_of_a_run_leaves_nothing_behind() -> None:
    command = [*PROCESS, str(Path(__file__).with_name("interrupted.py"))]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)

    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout == "True {'id': 7} ['kustomer_nb transport'] 0\n"


@pytest.mark.parametrize(
    ("inputs", "seconds"),
    [
        pytest.param(None, 0.0, id="while it opens the inputs"),
        pytest.param(None, 0.5, id="while it reads the inputs"),
        pytest.param("{}", 0.0, id="as soon as it connects"),
        pytest.param("{}", 0.5, id="while it waits for the response"),
    ],
)
def test_an_interrupted_command_says_so_and_nothing_else(
    inputs: str | None, seconds: float, tmp_path: Path
) -> None:
    with ExitStack() as opened:
        silent = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        silent.settimeout(100)
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        path = tmp_path / "shop.json"
        path.write_text(json.dumps(an_action(inputTemplate={"uri": uri, "method": "post"})), encoding="utf-8")
        fifo = tmp_path / "inputs.json"
        os.mkfifo(fifo)
        process = subprocess.Popen(
            # A file that was being opened is closed by the end of the process.
            [
                *PROCESS,
                "-W",
                "ignore::ResourceWarning",
                "-m",
                "kustomer_nb",
                "run",
                str(path),
                "--inputs",
                str(fifo),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # Opening it waits until the command opens the other end.
        written = opened.enter_context(fifo.open("w", encoding="utf-8"))
        if inputs is not None:
            written.write(inputs)
            written.close()
            opened.enter_context(silent.accept()[0])
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        said, trouble = process.communicate(timeout=100)

    assert (said, trouble, process.returncode) == ("", STOPPED, 130)
