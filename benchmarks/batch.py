"""Time many rows: what a plan and a row cost, how memory grows, and whether a rate is kept.

    python -m benchmarks.batch                  # small: 20,000 rows planned, 5,000 sent, 10 s of each rate
    python -m benchmarks.batch plan 1000000
    python -m benchmarks.batch send 100000
    python -m benchmarks.batch pace 50/s 3000

Each part runs in a process of its own, and the service in another one: it counts what it carries out, and
limits the rate by an exact sliding window. CPU and ratios hold on a busy machine, wall times do not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kustomer_nb as knb
from kustomer_nb.transport.rates import parse_rate
from tests.batch.counting_service import SETTINGS, counting_service, definition

SMALL = (["plan", "20000"], ["send", "5000"], ["pace", "50/s", "480"], ["pace", "1000/min", "160"])


def resident() -> float:
    """Return the megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Peak:
    """The growth of the memory in a block, looked at twenty times a second."""

    def __enter__(self) -> Peak:
        self._before = self._most = resident()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self._most = max(self._most, resident())

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()
        self._most = max(self._most, resident())

    def __str__(self) -> str:
        return f"memory {self._before:.0f} -> {self._most:.0f} MB (+{self._most - self._before:.0f})"


def project(url: str) -> Path:
    """Return a folder with an action that calls a service."""
    folder = Path(tempfile.mkdtemp(prefix="batch-"))
    (folder / ".git").mkdir()
    (folder / "shop.json").write_text(json.dumps(definition(url)))
    return folder


def write_rows(path: Path, count: int) -> Path:
    """Write a CSV file of rows, and return its path."""
    with path.open("w") as file:
        file.write("orderId,email,note\n")
        for number in range(1, count + 1):
            file.write(f'{number},u{number}@shop.example,"a note, {number}"\n')
    return path


def loop_of_dicts(path: Path) -> float:
    """Return the CPU seconds that csv and json alone take for the same rows, to compare with."""
    import csv

    started = time.process_time()
    with path.open() as file:
        for cells in csv.DictReader(file):
            json.loads(json.dumps({"email": cells["email"], "note": cells["note"]}))
    return time.process_time() - started


def check(is_right: bool) -> None:
    """Refuse to print figures of something that did not work."""
    if not is_right:
        raise RuntimeError


def plan(count: int) -> None:
    """Print what a plan costs."""
    folder = project("http://127.0.0.1:9")
    path = write_rows(folder / "rows.csv", count)
    action = knb.load(folder / "shop.json").action()
    action.map([{"orderId": 1}], settings=SETTINGS)
    plain = loop_of_dicts(path)
    with Peak() as peak:
        wall, cpu = time.perf_counter(), time.process_time()
        result = action.map(path, settings=SETTINGS, rate="50/s")
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rate = f"{count / cpu:,.0f} rows a CPU second"
    ratio = f"{cpu / plain:.0f} times a loop of csv and json"
    print(f"plan {count:,} rows: {rate}, {cpu / count * 1e6:.0f} us each, {ratio}; {wall:.0f} s; {peak}")
    check(result.valid == count)


@contextmanager
def service(**options: Any) -> Iterator[dict[str, Any]]:
    """Yield the counts of a service in another process; ``read`` asks for them."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.batch", "serve", json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError
    counts: dict[str, Any] = {"url": process.stdout.readline().strip()}
    try:
        yield counts
        process.stdin.close()
        counts.update(json.loads(process.stdout.read()))
    finally:
        process.kill()
        process.wait()


def serve(options: str) -> None:
    """Run the service until stdin ends, and print its counts."""
    with counting_service(keeps_messages=False, **json.loads(options)) as counting:
        print(counting.url, flush=True)
        sys.stdin.read()
        span = counting.arrivals[-1] - counting.arrivals[0] if counting.arrivals else 0.0
        counts = {"doubles": counting.doubles, "carried_out": len(counting.carried_out), "span": span}
        print(json.dumps({**counts, "refused": counting.refused, "connections": counting.connections}))


def send(count: int) -> None:
    """Print what sending costs."""
    with service() as counts:
        folder = project(counts["url"])
        path = write_rows(folder / "rows.csv", count)
        result = knb.load(folder / "shop.json").action().map(path, settings=SETTINGS)
        with Peak() as peak:
            wall, cpu = time.perf_counter(), time.process_time()
            batch = result.run()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        summary = batch.summary
    rate = f"{count / wall:,.0f}/s, {cpu / count * 1e6:.0f} us CPU each"
    print(f"send {count:,} rows: {rate}; {peak}; {summary.words}; {counts['doubles']} doubles")
    print(f"  {counts['connections']} connections, ledger {journal_bytes(batch) / count:.0f} bytes a row")
    check(counts["carried_out"] == count)


def journal_bytes(batch: Any) -> int:
    """Return the size of a ledger."""
    size: int = (batch.folder / "journal.jsonl").stat().st_size
    return size


def pace(text: str, count: int) -> None:
    """Print how much of a rate is reached, and how often it is exceeded."""
    rate = parse_rate(text)
    with service(limit=rate.limit, seconds=rate.seconds) as counts:
        folder = project(counts["url"])
        rows = [{"orderId": number} for number in range(1, count + 1)]
        knb.load(folder / "shop.json").action().map(rows, settings=SETTINGS, rate=text).run()
    reached = (count - 1) / counts["span"] / (rate.limit / rate.seconds)
    refused, doubles = counts["refused"], counts["doubles"]
    print(f"pace {count:,} rows at {text}: {reached:.1%} of the rate, {refused} refused, {doubles} doubles")


def main(words: list[str]) -> None:
    """Run the part that is named, or all in a small form."""
    if not words:
        for part in SMALL:
            subprocess.run([sys.executable, "-m", "benchmarks.batch", *part], check=True)
        return
    os.environ["KUSTOMER_NB_HISTORY"] = "off"
    match words:
        case ["plan", count]:
            plan(int(count))
        case ["send", count]:
            send(int(count))
        case ["pace", rate, count]:
            pace(rate, int(count))
        case ["serve", options]:
            serve(options)


if __name__ == "__main__":
    main(sys.argv[1:])
