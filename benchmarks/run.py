"""Times an action as a user runs it: ``python -m benchmarks.run [--against CHECKOUT]``.

Prints the processor time of `Action.run` in sample and replay mode, with the history off and on, and of
`Action.render` whose origins are asked for afterwards, best of five. With ``--against`` the same script runs
with that checkout on PYTHONPATH as well, in turns with this one, and the ratio is printed beside each time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from time import process_time
from typing import Any

REPEATS = 5
ROUNDS = 60
TURNS = 3
HISTORY = "KUSTOMER_NB_HISTORY"
SETTING = "shop.default.authToken"
TOKEN = "tok-4f9c2b7e1d"  # noqa: S105 - made up
ITEM = {"id": {"type": "string"}, "name": {"type": "string"}, "price": {"type": "number"}}
APP: dict[str, Any] = {
    "app": "shop",
    "version": "1.0.0",
    "title": "Shop",
    "settings": {
        "default": {
            "authToken": {"type": "secret", "defaultValue": "", "required": True, "description": "The token."}
        }
    },
    "actions": [
        {
            "name": "kustomer.app.shop.refund",
            "type": "rest_api",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "orderId": {"type": "number"},
                    "amount": {"type": "number"},
                    "reason": {"type": "string"},
                    "notify": {"type": "boolean"},
                },
                "required": ["orderId"],
                "additionalProperties": False,
            },
            "appSettings": {"authToken": {"key": SETTING}},
            "inputTemplate": {
                "uri": "https://api.shop.com/orders/{{{orderId}}}/refund",
                "method": "post",
                "headers": {"authorization": "Bearer {{{authToken}}}"},
                "data": {"amount": "/#amount", "reason": "{{{reason}}}", "notify": "/#notify"},
                "json": True,
            },
            "outputTemplate": {
                "status": "/#response.statusCode",
                "items": "/#body.items",
                "total": "/#body.total",
                "text": "{{body.items.length}} items",
            },
            "outputSchema": {
                "type": "object",
                "properties": {
                    "status": {"type": "number"},
                    "items": {
                        "type": "array",
                        "items": {"type": "object", "properties": ITEM, "additionalProperties": False},
                    },
                    "total": {"type": "number"},
                    "text": {"type": "string"},
                },
                "additionalProperties": False,
            },
        }
    ],
}
INPUTS = {"orderId": "42", "amount": 12.5, "reason": "late & broken", "notify": "true"}
BODY = {
    "total": 99.5,
    "items": [{"id": f"i{index}", "name": f"item {index}", "price": index * 1.5} for index in range(20)],
}
SAMPLE = {"status": 200, "items": BODY["items"], "total": 99.5, "text": "20 items"}


def best(work: Callable[[], object]) -> float:
    """Return the best processor time of one call, in microseconds."""
    work()
    times = []
    for _ in range(REPEATS):
        start = process_time()
        for _ in range(ROUNDS):
            work()
        times.append((process_time() - start) * 1e6 / ROUNDS)
    return min(times)


def measure() -> dict[str, float]:
    """Return the time of each path, in microseconds, in a project of its own."""
    import httpx

    from kustomer_nb import load

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=BODY)

    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("kustomer-nb.toml").write_text("history = true\n", encoding="utf-8")
        app = {**APP, "actions": [{**APP["actions"][0], "sampleOutputContext": SAMPLE}]}
        path = Path("shop.json").resolve()
        path.write_text(json.dumps(app, indent=2), encoding="utf-8")
        action = load(path).action()
        settings = {SETTING: TOKEN}
        transport = httpx.MockTransport(respond)
        action.run(INPUTS, settings=settings, mode="record", transport=transport, confirm="api.shop.com")
        paths: dict[str, Callable[[], Any]] = {
            "sample": lambda: action.run(INPUTS, mode="sample", settings=settings),
            "replay": lambda: action.run(INPUTS, mode="replay", settings=settings),
        }
        times = {}
        for switch in ("off", "on"):
            os.environ[HISTORY] = switch
            for name, work in paths.items():
                run = work()
                if run.output != SAMPLE or run.diff:
                    raise SystemExit(f"{name}: the output is not the sample: {run.output!r}")
                times[f"{name}, history {switch}"] = best(work)
        times["render and origins"] = best(lambda: action.render(INPUTS, settings=settings).origins("/body"))
    return times


def times_of(checkout: Path) -> dict[str, float]:
    """Return what `measure` gives in a process of its own, with a checkout on its path."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-P", str(Path(__file__).resolve()), "--json"]
    run = subprocess.run(
        command, cwd=checkout, env=environment, stdout=subprocess.PIPE, check=True, encoding="utf-8"
    )
    times: dict[str, float] = json.loads(run.stdout)
    return times


def fewest(times: dict[str, float], others: dict[str, float]) -> dict[str, float]:
    """Return the shorter time of each path."""
    return {name: min(time, times.get(name, time)) for name, time in others.items()}


def main() -> None:
    """Print the times, and the ratios to another checkout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="a checkout to compare with")
    parser.add_argument("--json", action="store_true", help="print the times alone")
    arguments = parser.parse_args()
    if arguments.json:
        print(json.dumps(measure()))
        return
    ours, baseline = {}, {}
    # In turns, so that what else the machine does meets both; the best of each counts.
    for _ in range(TURNS):
        ours = fewest(ours, times_of(Path(__file__).parents[1]))
        if arguments.against:
            baseline = fewest(baseline, times_of(arguments.against.resolve()))
    for name, time in ours.items():
        ratio = f"  {baseline[name]:9.0f} us there, {baseline[name] / time:5.2f}x" if baseline else ""
        print(f"{name:24} {time:9.0f} us{ratio}")


if __name__ == "__main__":
    main()
