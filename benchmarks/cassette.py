"""Times replays of a large cassette: ``python -m benchmarks.cassette [--exchanges 10000] [--processes 2]``.

Each figure is also given as a ratio to that of a cassette with ten exchanges, measured in the same run: what
does not depend on the number of exchanges has a ratio of about one. The replays are spread over processes, as
pytest-xdist does, and each reads and indexes the cassette once; that is in the time.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import kustomer_nb as knb
from benchmarks.warm_get import definition
from kustomer_nb.errors import ReplayError
from kustomer_nb.storage.cassette import Cassette, Exchange, RecordedRequest, RecordedResponse
from kustomer_nb.storage.cassette.serialization import format_exchanges

FEW = 10
MISSES = 200
RECORDINGS = 20
# After this time a file that was just written is read once and then no more.
SETTLED = 0.2


def write_project(folder: Path, count: int) -> Path:
    """Write a definition and its cassette with as many exchanges; return the path of the definition."""
    path = folder / f"shop{count}.json"
    path.write_text(json.dumps(definition("https://api.shop.com")), encoding="utf-8")
    exchanges = [_exchange(path, number) for number in (0,)]
    first = exchanges[0]
    exchanges += [_numbered(first, number) for number in range(1, count)]
    path.with_suffix(".cassette.json").write_text(format_exchanges(exchanges), encoding="utf-8")
    return path


def _exchange(path: Path, number: int) -> Exchange:
    action = knb.load(path).action()
    request = RecordedRequest.from_request(action.render({"orderId": number}), {})
    response = RecordedResponse(200, (("content-type", "application/json"),), _body(number))
    return Exchange(action.name or "", request, response)


def _body(number: int) -> bytes:
    return json.dumps({"id": number, "status": "open"}).encode()


def _numbered(exchange: Exchange, number: int) -> Exchange:
    request = replace(exchange.request, url=f"https://api.shop.com/orders/{number}")
    return replace(exchange, request=request, response=replace(exchange.response, content=_body(number)))


def replay(path: Path, count: int, times: int, start: int = 0) -> float:
    """Return the CPU seconds that a process takes for replays, reading the cassette included."""
    action = knb.load(path).action()
    started = time.process_time()
    for at in range(start, start + times):
        number = at % count
        if action.run({"orderId": number}, mode="replay").output != {"id": number, "status": "open"}:
            raise SystemExit(f"the replay of {number} is another one")
    return time.process_time() - started


def miss(path: Path, count: int) -> float:
    """Return the seconds of a replay of what is not recorded, after the cassette was read."""
    action = knb.load(path).action()
    action.run({"orderId": 0}, mode="replay")

    def one(number: int) -> None:
        try:
            action.run({"orderId": number}, mode="replay")
        except ReplayError:
            return
        raise SystemExit(f"{number} is recorded")

    return _seconds(one, range(count, count + MISSES))


def record(path: Path, count: int) -> float:
    """Return the seconds of a recording, after the cassette was read."""
    cassette = path.with_suffix(".cassette.json")
    first = Cassette(cassette).exchanges[0]
    return _seconds(
        lambda number: Cassette(cassette).record(_numbered(first, number)), range(count, count + RECORDINGS)
    )


def _seconds(work: Callable[[int], None], numbers: range) -> float:
    work(numbers[0])
    started = time.perf_counter()
    for number in numbers[1:]:
        work(number)
    return (time.perf_counter() - started) / (len(numbers) - 1)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    os.environ["KUSTOMER_NB_HISTORY"] = "off"
    count, processes = arguments.exchanges, arguments.processes
    with TemporaryDirectory() as folder:
        few, many = write_project(Path(folder), FEW), write_project(Path(folder), count)
        time.sleep(SETTLED)
        share = count // processes
        # Spawned: a forked process would have what this one has read.
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            # The first starts each process, and imports everything.
            replay_few = partial(pool.map, replay, [few] * processes, [FEW] * processes)
            list(replay_few([1] * processes))
            started = time.perf_counter()
            starts = [share * at for at in range(processes)]
            cpu = list(pool.map(replay, [many] * processes, [count] * processes, [share] * processes, starts))
            total = time.perf_counter() - started
            ratio = sum(cpu) / sum(replay_few([share] * processes))
        print(
            f"{share * processes} replays of {count} exchanges in {processes} processes: {total:.1f} s, of "
            f"which {max(cpu):.1f} s of CPU in the busiest; {ratio:.2f} times the CPU of {FEW} exchanges"
        )
        for name, measure in (("a miss", miss), ("a recording", record)):
            slow, quick = measure(many, count), measure(few, FEW)
            print(f"{name}: {slow * 1000:.1f} ms, {slow / quick:.1f} times that of {FEW} exchanges")


if __name__ == "__main__":
    main()
