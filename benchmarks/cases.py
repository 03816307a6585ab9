"""Times 10,000 test cases: ``python -m benchmarks.cases [--count N]``.

The cases are files of three actions of one app, each with a response of its own. Printed are the processor
time of their collection and of their replay, that of reading the same files as plain JSON and of writing and
reading their responses once, and that of a loop that renders the request and takes the output of the sample;
then the time on the clock of a whole ``kustomer-nb test`` in one process and in two, and how much more memory
the last replay needs than the first. On a busy machine, only the ratios say something; a loop of 30 million
additions says how busy it is, which takes a quiet core about 1.5 seconds.

How many times as quick a single run is as before the redesign of the package, ``benchmarks.run`` prints, with
the last commit before it in a work tree beside this one::

    git worktree add ../before aff37f26
    python -m benchmarks.run --against ../before
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any

from benchmarks.rows import calibration
from benchmarks.run import APP, BODY, INPUTS, SAMPLE

COUNT = 10_000
ACTIONS = ("refund", "cancel", "find")
# A file that has just changed is not trusted to stay as it is.
SETTLED = 0.2


def app() -> dict[str, Any]:
    """Return an app of three actions with a sample."""
    action = APP["actions"][0]
    actions = [
        {**action, "name": f"kustomer.app.shop.{name}", "sampleOutputContext": SAMPLE} for name in ACTIONS
    ]
    return {**APP, "actions": actions}


def case(number: int) -> dict[str, Any]:
    """Return the case of a number; its request, response and output are its own."""
    body = {**BODY, "total": number}
    return {
        "name": f"order {number}",
        "action": f"kustomer.app.shop.{ACTIONS[number % len(ACTIONS)]}",
        "app": "../../shop.json",
        "inputs": {**INPUTS, "orderId": str(number)},
        "exchange": {
            "request": {
                "method": "POST",
                "url": f"https://api.shop.com/orders/{number}/refund",
                "headers": {
                    "accept": "application/json",
                    "authorization": "Bearer $shop.default.authToken",
                    "content-type": "application/json",
                },
                "body": {"amount": 12.5, "reason": "late & broken", "notify": True},
            },
            "response": {"status_code": 200, "headers": {"content-type": "application/json"}, "body": body},
        },
        "expected": {**SAMPLE, "total": number},
    }


def write(folder: Path, count: int) -> None:
    """Write an app and its cases."""
    (folder / ".git").mkdir()
    (folder / "shop.json").write_text(json.dumps(app(), indent=2), encoding="utf-8")
    for number in range(count):
        path = folder / f"cases/{ACTIONS[number % len(ACTIONS)]}/order-{number}.case.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(case(number), indent=2), encoding="utf-8")
    sleep(SETTLED)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor time of some work, in seconds, and what it returns."""
    start = process_time()
    result = work()
    return process_time() - start, result


def on_the_clock(jobs: int) -> float:
    """Return the seconds from the start to the end of a command that runs the cases in some processes."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    start = perf_counter()
    command = [sys.executable, "-P", "-m", "kustomer_nb", "test", "cases", "--jobs", str(jobs)]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def plain_loop(count: int) -> Iterator[Any]:
    """Yield the run of each case in sample mode: the least that any replay of it takes."""
    from kustomer_nb import load

    loaded = load("shop.json")
    actions = [loaded.action(f"kustomer.app.shop.{name}") for name in ACTIONS]
    for number in range(count):
        run = actions[number % len(ACTIONS)].run({**INPUTS, "orderId": str(number)}, mode="sample")
        yield run.request.url, run.output


def plain_json(paths: list[Path]) -> tuple[float, float]:
    """Return the processor time of reading files as JSON, and of writing and reading their responses."""
    texts = [path.read_bytes() for path in paths]
    reading, values = timed(lambda: [json.loads(text) for text in texts])
    bodies = [value["exchange"]["response"]["body"] for value in values]
    return reading, timed(lambda: [json.loads(json.dumps(body)) for body in bodies])[0]


def measure(count: int) -> int:
    """Print what collecting and replaying take, and return the exit code."""
    from kustomer_nb.testing.collect import collect
    from kustomer_nb.testing.replay import replay

    os.environ["KUSTOMER_NB_HISTORY"] = "off"
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        write(Path(folder).resolve(), count)
        # Everything is imported, and the definition is read, before the clock starts.
        first = collect(["cases/refund/order-0.case.json"]).cases
        assert not replay(first[0]).reason, replay(first[0]).reason  # noqa: S101 - a benchmark of what passes
        collecting, collected = timed(lambda: collect(["cases"]))
        assert len(collected.cases) == count, collected.problems  # noqa: S101
        replaying, failed = timed(lambda: sum(bool(replay(case).reason) for case in collected.cases))
        reading, in_json = plain_json([case.path for case in collected.cases])
        looping, _ = timed(lambda: sum(1 for _ in plain_loop(count)))
        busy = calibration()
        one, two = on_the_clock(1), on_the_clock(2)
        tracemalloc.start()
        for at, sample in enumerate(collected.cases):
            replay(sample)
            if at == count // 10:
                tracemalloc.reset_peak()
                early = tracemalloc.get_traced_memory()[0]
        late, peak = tracemalloc.get_traced_memory()
    print(f"{count:,} cases, {failed} failed")
    print(f"collect  {collecting:6.2f} s  {collecting * 1e6 / count:7.1f} us each")
    print(f"replay   {replaying:6.2f} s  {replaying * 1e6 / count:7.1f} us each")
    print(f"loop     {looping:6.2f} s  {looping * 1e6 / count:7.1f} us each: its request, and the sample")
    print(f"json     {reading:6.2f} s  {reading * 1e6 / count:7.1f} us each: the files, read alone")
    print(
        f"json     {in_json:6.2f} s  {in_json * 1e6 / count:7.1f} us each: their responses, written and read"
    )
    ratios = collecting / reading, replaying / in_json, replaying / looping
    print("ratio    {:6.2f} collect to JSON, {:.2f} replay to JSON, {:.2f} replay to loop".format(*ratios))
    print(f"busy     {busy:6.2f} s for 30 million additions")
    print(f"command  {one:6.2f} s on the clock in one process, {two:.2f} s in two, ratio {one / two:.2f}")
    print(
        f"memory   {(late - early) / count:6.0f} bytes more for each case, peak {(peak - early) / 1e6:.1f} MB"
    )
    return int(failed > 0)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    return measure(parser.parse_args().count)


if __name__ == "__main__":
    sys.exit(main())
