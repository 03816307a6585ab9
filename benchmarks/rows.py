"""Times one action over many rows: ``python -m benchmarks.rows [--count N]``.

Printed are the rows in a second of the processor by a `LeanPlan`: the request alone, and with the output of a
response of one item, or of 20, and the difference from the sample. Each is timed beside the stages of a run,
and beside a plain loop that reads and writes the same JSON: on a busy machine, only the ratios say something.
A loop of 30 million additions says how busy it is: a quiet core takes about 1.5 seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

from benchmarks.run import APP, BODY, INPUTS, SAMPLE, SETTING, TOKEN

COUNT = 5_000
# Of the stages of a run fewer are timed, which takes long enough.
RUNS = 500
REPEATS = 3
ADDITIONS = 3_000_000
ONE = {**BODY, "items": BODY["items"][:1]}
HEADERS = (("content-type", "application/json"),)


def calibration() -> float:
    """Return the seconds of 30 million additions, estimated from a tenth of them."""
    start, total = process_time(), 0
    for number in range(ADDITIONS):
        total += number
    return (process_time() - start) * 10


def microseconds(work: Callable[[int], Any], count: int) -> float:
    """Return the best processor time of one row."""
    times = []
    for _ in range(REPEATS):
        start = process_time()
        for number in range(count):
            work(number)
        times.append((process_time() - start) * 1e6 / count)
    return min(times)


def inputs_of(number: int) -> dict[str, Any]:
    """Return the inputs of a row, as the command line and CSV have them: as text."""
    return {**INPUTS, "orderId": str(number)}


class Rows:
    """The ways of one action to its requests and outputs."""

    def __init__(self, body: dict[str, Any]) -> None:
        from kustomer_nb import load
        from kustomer_nb.config import Profile
        from kustomer_nb.run.lean import LeanPlan

        self.content = json.dumps(body).encode()
        sample = {**SAMPLE, "items": body["items"], "text": f"{len(body['items'])} items"}
        action = load({**APP, "actions": [{**APP["actions"][0], "sampleOutputContext": sample}]}).action()
        self.action, self.profile = action, Profile(history=False)
        self.context = action.context(mode="replay", settings={SETTING: TOKEN})
        self.plan = LeanPlan(action.definition, action.prepare(INPUTS, self.context, alone=self.profile))

    def request(self, number: int) -> Any:
        """Return the bytes of a row by the plan."""
        return self.plan.request(inputs_of(number)).wire

    def request_of_run(self, number: int) -> Any:
        """Return the bytes of a row by the stages of a run."""
        wire = self.action.prepare(inputs_of(number), self.context, alone=self.profile).request.wire()
        return wire.method, wire.target, wire.headers, wire.body

    def request_in_json(self, number: int) -> Any:
        """Read and write the inputs and the body, which any program has to."""
        inputs = json.loads(json.dumps(inputs_of(number)))
        return json.dumps({name: inputs[name] for name in ("amount", "reason", "notify")}).encode()

    def replay(self, number: int) -> Any:
        """Return the request and the output of a row by the plan, and its difference."""
        request = self.plan.request(inputs_of(number)).wire
        output = self.plan.output(200, HEADERS, self.content).value
        return request, output, self.plan.difference(output)

    def replay_of_run(self, number: int) -> Any:
        """Return the same by the stages of a run."""
        from kustomer_nb.run.assemble import run_from_response
        from kustomer_nb.transport.models import RawResponse

        prepared = self.action.prepare(inputs_of(number), self.context, alone=self.profile)
        wire, response = prepared.request.wire(), RawResponse(200, HEADERS, self.content)
        run = run_from_response(self.action.definition, self.action.app.model, prepared, response)
        return (wire.method, wire.target, wire.headers, wire.body), run.output, run.diff

    def replay_in_json(self, number: int) -> Any:
        """Read the response and write the output, too."""
        body = json.loads(self.content)
        return self.request_in_json(number), json.dumps(body)


def line(name: str, ways: tuple[Callable[[int], Any], ...], count: int) -> None:
    """Print a line of the table."""
    by_plan, by_run, in_json = ways
    if [repr(part) for part in by_plan(7)] != [repr(part) for part in by_run(7)]:
        raise SystemExit(f"{name}: a plan and a run differ: {by_plan(7)!r} {by_run(7)!r}")
    # Next to each other, so that what else the machine does meets all.
    plan, plain = microseconds(by_plan, count), microseconds(in_json, count)
    run = microseconds(by_run, RUNS)
    print(
        f"{name:32} {plan:7.1f} us {1e6 / plan:9,.0f} rows/s   run {run:7.0f} us, {run / plan:5.1f}x"
        f"   plain JSON {plain:6.1f} us, ratio {plan / plain:4.1f}"
    )


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    count = parser.parse_args().count
    one, twenty = Rows(ONE), Rows(BODY)
    before = calibration()
    line("request", (one.request, one.request_of_run, one.request_in_json), count)
    line("replay, 1 item, difference", (one.replay, one.replay_of_run, one.replay_in_json), count)
    line("replay, 20 items, difference", (twenty.replay, twenty.replay_of_run, twenty.replay_in_json), count)
    print(f"30 million additions take {before:.1f} s before and {calibration():.1f} s after")
    return 0


if __name__ == "__main__":
    sys.exit(main())
