"""Times the comparison of two JSON values beside deepdiff.

Run it as ``make benchmarks``; prints how many times as long deepdiff takes for orders of about 10,000 leaves
with a handful of changes, what a small value costs on the way of a request, and the time and the memory for
values of 10,000 to 1,000,000 leaves.
"""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

from deepdiff import DeepDiff

from kustomer_nb.difference import Diff, diff

REPEATS = 5
SIZES = (10_000, 100_000, 1_000_000)
LEAVES = 10
SMALL_ROUNDS = 2_000


def order(at: int) -> dict[str, Any]:
    """Return an order with ten leaves in objects and arrays."""
    lines = [{"sku": f"SKU-{at % 97}", "quantity": at % 3 + 1}, {"sku": f"SKU-{at % 89}", "quantity": 1}]
    customer = {"email": f"customer{at}@example.com", "tier": "gold" if at % 5 else "silver"}
    total = {"amount": at * 1.25, "currency": "USD"}
    return {"id": at, "isPaid": at % 2 == 0, "customer": customer, "total": total, "lines": lines}


def orders(leaves: int) -> Any:
    """Return orders of about so many leaves, sharing nothing with another call's."""
    return json.loads(json.dumps({"orders": [order(at) for at in range(leaves // LEAVES)]}))


def changed(leaves: int) -> Any:
    """Return the same orders with a handful of changes: values, a key, an order at the head, one gone."""
    value = orders(leaves)
    found = value["orders"]
    count = len(found)
    found[count // 5]["isPaid"] = None
    found[count // 3]["total"]["amount"] = -1
    found[count // 2]["lines"][1]["quantity"] = 7
    found[count // 2 + 1]["note"] = "call first"
    del found[count - count // 10]
    found.insert(0, order(-1))
    return value


def small(name: str = "item 10") -> Any:
    """Return twenty objects of four members."""
    items = [{"id": at, "name": f"item {at}", "price": at * 1.5, "isNew": at % 2 == 0} for at in range(20)]
    items[10]["name"] = name
    return json.loads(json.dumps(items))


def scalars(leaves: int) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return an array of many duplicates, and the same with one number at the head and one changed."""
    before = [at * at % 1_000 for at in range(leaves)]
    after = [-1, *before]
    after[leaves // 2] = -2
    return {"numbers": before}, {"numbers": after}


def timed(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median time of one call, in seconds."""
    found = []
    for _ in range(repeats):
        gc.collect()
        start = process_time()
        work()
        found.append(process_time() - start)
    return median(found)


def peak(work: Callable[[], object]) -> float:
    """Return the most memory that one call held, in megabytes."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def beside_deepdiff() -> None:
    """Print the time for orders of 10,000 leaves, and that of deepdiff in its two ways with arrays."""
    before, after, place = orders(10_000), changed(10_000), orders(10_000)
    place["orders"][500]["total"]["amount"] = -1
    for name, other in (("a handful of changes", after), ("one value", place), ("equal", orders(10_000))):
        ours = timed(lambda other=other: diff(before, other))
        theirs = timed(lambda other=other: DeepDiff(before, other), 1)
        print(f"{name:>24} {len(diff(before, other)):4} rows {ours * 1e3:8.2f} ms", end="")
        print(f" deepdiff {theirs * 1e3:9.1f} ms {theirs / ours:7.0f}x")


def small_values() -> None:
    """Print the time for twenty objects of four members."""
    before, same, other = small(), small(), small("x")
    for name, work in {
        "equal": lambda: diff(before, same),
        "one change": lambda: diff(before, other),
        "one change, ignored": lambda: diff(before, other, ignore=["/*/name"]),
    }.items():
        taken = timed(lambda work=work: [work() for _ in range(SMALL_ROUNDS)])
        print(f"{name:>24} {taken * 1e6 / SMALL_ROUNDS:8.1f} us")


def cases(leaves: int) -> dict[str, Callable[[], Diff]]:
    """Return what is timed for a number of leaves, by its name."""
    numbers, more = scalars(leaves)
    before, same, other = orders(leaves), orders(leaves), changed(leaves)
    return {
        "equal orders": lambda: diff(before, same),
        "changed orders": lambda: diff(before, other),
        "changed, ignoring": lambda: diff(before, other, ignore=["/**/quantity"]),
        "changed, by type": lambda: diff(before, other, mode="type"),
        "changed numbers": lambda: diff(numbers, more),
    }


def by_size() -> None:
    """Print time and memory by the number of leaves."""
    for leaves in SIZES:
        for name, work in cases(leaves).items():
            taken = timed(work, 3)
            print(f"{leaves:24} {name:>20} {len(work()):4} rows {taken * 1e3:9.1f} ms", end="")
            print(f" {taken * 1e9 / leaves:6.0f} ns a leaf {peak(work):8.1f} MB")


def main() -> None:
    """Print the ratios, and the times by size."""
    beside_deepdiff()
    small_values()
    by_size()


if __name__ == "__main__":
    main()
