"""Kills processes while they record; run by itself, so that what is forked is small and has one thread."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from random import Random

from kustomer_nb.secrets import Redactor
from kustomer_nb.storage.cassette import Cassette, Exchange, RecordedRequest
from kustomer_nb.transport import RawResponse

LONGEST = 0.04
BODY = b'{"id": 7, "lines": ["%s"]}' % (b"x" * 500)


def url_of(number: int) -> str:
    return f"https://api.shop.com/orders/{number}"


def record(path: Path, number: int) -> None:
    answer = RawResponse(200, (("content-type", "application/json"),), BODY)
    request = RecordedRequest("GET", url_of(number))
    Cassette(path).record(
        Exchange.from_response(action="find", request=request, response=answer, hide=Redactor({}))
    )


def record_on(path: Path, number: int, out: int) -> None:
    """Record until killed, saying each number when it is kept."""
    while True:
        record(path, number)
        os.write(out, b"%d\n" % number)
        number += 1


def killed_once(path: Path, number: int, seconds: float, *, waits: bool) -> list[int]:
    """Return the numbers that a process had recorded when it was killed, after some time.

    If it ``waits``, that time begins with the first number: on a busy machine none might be recorded.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        record_on(path, number, writing)
    os.close(writing)
    begin = os.read(reading, 65536) if waits else b""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as rest:
        return [int(line) for line in (begin + rest.read()).splitlines()]


def main(path: Path, kills: int, seed: int) -> None:
    random = Random(seed)
    recorded: set[int] = set()
    for at in range(kills):
        seconds = random.uniform(0, LONGEST)
        recorded |= set(killed_once(path, at * 1000, seconds, waits=at % 2 == 0))
        urls = {exchange.request.url for exchange in Cassette(path).exchanges}
        missing = sorted(number for number in recorded if url_of(number) not in urls)
        assert not missing, missing
    record(path, 10**9)
    names = sorted(file.name for file in path.parent.iterdir())
    sys.stdout.write(json.dumps({"kept": len(recorded), "names": names}))


if __name__ == "__main__":
    if sys.argv[2] == "record":
        for each in range(int(sys.argv[3]), int(sys.argv[4])):
            record(Path(sys.argv[1]), each)
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
