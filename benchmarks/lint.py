"""Times reading and linting a definition beside ``json.loads``.

Run it as ``make benchmarks``; prints, for definitions of several sizes, strict reading as a share of the
speed of ``json.loads``, and the speed at which places are found and a text written loosely is mended. Below
them stands what loading and linting costs for each action, with few and with many actions.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from kustomer_nb import loads
from kustomer_nb.jsontext.parser import read

REPEATS = 5
SIZES = (10_000, 100_000, 1_000_000, 20_000_000)
ACTIONS = (100, 1_000, 10_000)
STORE = Path(__file__).parents[1] / "notebooks" / "ecommstore.json"


def definition(actions: int) -> dict[str, Any]:
    """Return the E-comm Store with its action given many times, each time under another name."""
    store: dict[str, Any] = json.loads(STORE.read_text(encoding="utf-8"))
    (action, *_) = store["actions"]
    store["actions"] = [action | {"name": f"{action['name']}{at}"} for at in range(actions)]
    return store


def strict(size: int) -> str:
    """Return a definition of about ``size`` characters as strict JSON."""
    one = len(json.dumps(definition(2), indent=2)) - len(json.dumps(definition(1), indent=2))
    return json.dumps(definition(size // one + 1), indent=2)


def loose(text: str) -> str:
    """Return a strict definition as an author writes it: bare keys, trailing commas, a comment an action."""
    bare = re.sub(r'"(\w+)":', r"\1:", text)
    return re.sub(r"(\n    )\}", r"\1}, // one action", bare).replace("},,", "},")


def timed(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median time of one call, in seconds."""
    found = []
    for _ in range(repeats):
        gc.collect()
        start = process_time()
        work()
        found.append(process_time() - start)
    return median(found)


def places(text: str) -> None:
    """Ask a fresh reading of a strict text for a place, which makes all of them."""
    read(text).span("/actions/0")


def main() -> None:
    """Print the speeds in megabytes a second, and the times for each action."""
    print(f"{'size':>12} {'json.loads':>12} {'read':>12} {'':>6} {'places':>12} {'mending':>12}")
    for size in SIZES:
        text = strict(size)
        mended = loose(text)
        loading, reading = timed(lambda text=text: json.loads(text)), timed(lambda text=text: read(text))
        # What the place costs beyond the reading that comes before it.
        placing = timed(lambda text=text: places(text), 3) - reading
        mending = timed(lambda mended=mended: read(mended), 3)
        megabytes = [len(text) / 1e6 / taken for taken in (loading, reading, placing)]
        shown = "{:7.1f} MB/s {:7.1f} MB/s {:5.2f}x {:7.1f} MB/s".format(
            *megabytes[:2], loading / reading, megabytes[2]
        )
        print(f"{len(text):12} {shown} {len(mended) / 1e6 / mending:7.1f} MB/s")
    print(f"{'actions':>12} {'load, lint':>12} {'an action':>12}")
    for count in ACTIONS:
        text = json.dumps(definition(count), indent=2)
        taken = timed(lambda text=text: loads(text).lint(), 3)
        print(f"{count:12} {taken:10.2f} s {taken * 1e6 / count:9.0f} us")


if __name__ == "__main__":
    main()
