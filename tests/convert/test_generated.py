"""Generated commands, 2,000 of them in the long form: the action sends what curl sends, byte for byte."""

from __future__ import annotations

import pytest

from kustomer_nb import from_curl
from tests.request.copies.replays import Recorder
from tests.work import SLOW

from .generating import Generator
from .sending import difference, send_by_action, send_by_curl, send_by_shell

pytestmark = pytest.mark.uncounted
BATCHES = 40 if SLOW else 10
IN_BATCH = 50
FOR_WINDOWS = 100 if SLOW else 40


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_action_sends_what_curl_sends_when_bash_reads_the_command(batch: int, recorder: Recorder) -> None:
    generator = Generator(batch, recorder.url)
    commands, counts = [], []
    for _ in range(IN_BATCH):
        commands.append(generator.for_posix(generator.arguments()))
        counts.append(generator.count)

    # One curl sends them all: what bash and curl read is the same, and 50 processes take long to start.
    parts = [command.removeprefix("curl") for command in commands]
    send_by_shell(f"curl -sS {' --next'.join(parts)} -w ''")
    expected = list(recorder.received)
    recorder.received.clear()

    unlike = []
    for command, count in zip(commands, counts, strict=True):
        imported = from_curl(command)
        first, *_ = expected[:count]
        del expected[:count]
        send_by_action(imported)
        if reason := difference(recorder.take(), first, imported):
            unlike.append((command, reason))
    assert unlike == []
    assert expected == []


@pytest.mark.parametrize("shell", ["cmd", "powershell"])
def test_an_action_sends_what_curl_sends_for_the_shells_of_windows(shell: str, recorder: Recorder) -> None:
    generator = Generator(1000, recorder.url)
    quote = generator.for_cmd if shell == "cmd" else generator.for_powershell
    unlike = []

    for _ in range(FOR_WINDOWS):
        arguments = generator.arguments()
        send_by_curl(arguments)
        expected = recorder.received[0]
        recorder.received.clear()
        command = quote(arguments)
        imported = from_curl(command, shell=shell)
        send_by_action(imported)
        if reason := difference(recorder.take(), expected, imported):
            unlike.append((command, reason))

    assert unlike == []
