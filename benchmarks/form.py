"""Times the Python of a form for one key that is typed: ``python -m benchmarks.form [FIELDS]``.

Prints the milliseconds of each step, best of five: gathering the inputs, coercing them, what there is to say
of each field, and the whole key with the preview.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import kustomer_nb as knb
from kustomer_nb.widgets.form_entries import gather, spread
from kustomer_nb.widgets.form_states import states_of
from kustomer_nb.widgets.form_tree import read_fields
from kustomer_nb.widgets.session import Session

REPEATS = 5
ROUNDS = 10
VALUES: dict[str, Any] = {"string": "text", "number": 7.5, "boolean": True, "array": [1]}


def schema_of(count: int) -> dict[str, Any]:
    """Return an inputSchema of that many inputs, of four types in turns."""
    kinds = list(VALUES)
    return {"properties": {f"input{at}": {"type": kinds[at % 4]} for at in range(count)}}


def milliseconds(work: Callable[[], object]) -> float:
    """Return the best time of several rounds."""
    times = []
    for _ in range(REPEATS):
        begun = perf_counter()
        for _ in range(ROUNDS):
            work()
        times.append((perf_counter() - begun) / ROUNDS * 1000)
    return min(times)


def main(count: int) -> None:
    """Print a line for each step."""
    schema = schema_of(count)
    inputs = {name: VALUES[member["type"]] for name, member in schema["properties"].items()}
    template = {
        "uri": "http://a.b/",
        "method": "post",
        "json": True,
        "data": {name: f"/#{name}" for name in inputs},
    }
    session = Session(
        knb.load({"type": "rest_api", "inputSchema": schema, "inputTemplate": template}).action()
    )
    root = read_fields(schema)
    entry = spread(root, inputs)
    coerced = session.coerce(inputs)
    form = knb.ActionForm(session, inputs)
    texts = iter(range(10**9))
    steps: dict[str, Callable[[], object]] = {
        "read the schema": lambda: read_fields(schema),
        "spread": lambda: spread(root, inputs),
        "gather": lambda: gather(root, entry),
        "coerce": lambda: session.coerce(inputs),
        "states": lambda: states_of(root, entry, {}, coerced, None),
        "a key, with the preview": lambda: form.enter("input0", str(next(texts))),
    }
    for name, work in steps.items():
        print(f"{name:24} {milliseconds(work):8.2f} ms  {count} fields")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
