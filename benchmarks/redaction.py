"""Times taking secrets out of texts.

Run it as ``make benchmarks``; prints, for answers of several sizes and kinds, the milliseconds that three
secrets of 40 characters cost. It runs on every response and record, so it must be quick where there is
nothing to find.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from random import Random
from time import perf_counter
from typing import Any

from kustomer_nb.secrets import Redactor, Secret

REPEATS = 3
SIZES = (1, 8)
MEGABYTE = 2**20
CHANCE = Random(1)  # noqa: S311 - the same texts in each run
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def token(length: int = 40) -> str:
    """Return a token of the characters that tokens are made of."""
    return "".join(CHANCE.choices(CHARACTERS, k=length))


def rows(size: int) -> list[dict[str, Any]]:
    """Return an answer of about ``size`` bytes, with quotes, addresses and HTML in it as real ones have."""
    one = {
        "id": 1042,
        "customerId": token(24),
        "email": "ann@example.com",
        "note": 'She said "late"\nand left \u2014 caf\u00e9 & more',
        "url": "https://api.shop.com/orders/%20x?y=1&z=2",
        "createdAt": "2034-01-02T03:04:05.000Z",
        "tags": ["alpha", "beta"],
        "html": "<p>one &amp; two</p>",
    }
    return [one | {"customerId": token(24)} for _ in range(size // len(json.dumps(one)))]


def milliseconds(work: Callable[[], object]) -> float:
    """Return the best time of one call."""
    found = []
    for _ in range(REPEATS):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return min(found) * 1000


def main() -> None:
    """Print the table."""
    hide = Redactor({f"$shop.default.t{at}": Secret(token(), source="benchmark") for at in range(3)})
    for megabytes in SIZES:
        size = megabytes * MEGABYTE
        answer = rows(size)
        text = json.dumps(answer)
        texts = {
            "JSON as text": text,
            "prose": "lorem ipsum dolor sit amet, " * (size // 28),
            "base64": base64.b64encode(CHANCE.randbytes(size * 3 // 4)).decode(),
            "nothing but escapes": "%41a&amp;" * (size // 9),
        }
        for name, one in texts.items():
            print(f"{megabytes} MB, {name}: {milliseconds(partial(hide.text, one)):.0f} ms")
        print(f"{megabytes} MB, JSON as a value: {milliseconds(partial(hide.value, answer)):.0f} ms")


if __name__ == "__main__":
    main()
