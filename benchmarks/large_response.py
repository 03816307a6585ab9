"""Times and memory of a run with a large response: ``python -m benchmarks.large_response``.

For each size a process of its own prints the processor time of `Action.run` with the history on, its ratio to
``json.loads`` of the same body, the peak of its memory, and the ratio of that to the size of the body. Once
the body has nothing to hide, and once it echoes a setting.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from contextlib import chdir
from pathlib import Path
from time import process_time
from typing import Any

import httpx

import kustomer_nb

MEGABYTE = 2**20
SIZES = (1, 10, 31)
SETTING, TOKEN = "shop.default.token", "tok-4f9c2b7e1d"
APP: dict[str, Any] = {
    "app": "shop",
    "version": "1.0.0",
    "title": "Shop",
    "settings": {"default": {"token": {"type": "secret", "defaultValue": "", "required": True}}},
    "actions": [
        {
            "name": "kustomer.app.shop.list",
            "type": "rest_api",
            "appSettings": {"token": {"key": SETTING}},
            "inputTemplate": {
                "uri": "https://api.shop.com/orders",
                "method": "get",
                "headers": {"authorization": "Bearer {{{token}}}"},
                "json": True,
            },
            "outputTemplate": {"body": "/#body", "status": "/#response.statusCode"},
            "sampleOutputContext": {"body": {"orders": []}, "status": 200},
        }
    ],
}


def body_of(size: int, note: str) -> bytes:
    """Return a body of about ``size`` bytes, as services write them."""
    orders: list[Any] = []
    length = 0
    while length < size:
        order = {
            "id": len(orders),
            "name": f"Customer {len(orders)}",
            "tags": ["new", "paid"],
            "address": {"city": "Köln", "zip": "50667"},
            "total": len(orders) * 1.25,
            "note": 'two "quoted"\nlines',
        }
        orders.append(order)
        length += len(json.dumps(order)) + 2
    orders[len(orders) // 2]["note"] = note
    return json.dumps({"orders": orders}).encode()


def measure(megabytes: int, note: str) -> None:
    """Print the times and the memory of one size."""
    body = body_of(megabytes * MEGABYTE, note)
    headers = {"content-type": "application/json"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=body))
    action = kustomer_nb.load(APP).action()
    start = process_time()
    json.loads(body)
    loading = process_time() - start
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        start = process_time()
        run = action.run(
            {}, settings={SETTING: TOKEN}, mode="live", confirm="api.shop.com", transport=transport
        )
        running = process_time() - start
    assert isinstance(run.output["body"], dict) and TOKEN not in json.dumps(run.output)  # noqa: S101, PT018
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    size = len(body)
    print(
        f"{size / MEGABYTE:5.1f} MB  {running:6.2f} s  {running / loading:5.1f} x json.loads  "
        f"{peak / MEGABYTE:6.0f} MB peak (+{(peak - before * 1024) / size:.1f} x the body)  {note[:20]}"
    )


def main() -> None:
    """Measure each size in a process of its own, whose memory is not that of another."""
    if sys.argv[1:]:
        measure(int(sys.argv[1]), sys.argv[2])
        return
    for note in ("nothing to hide", f"Bearer {TOKEN}"):
        for megabytes in SIZES:
            command = [sys.executable, "-m", "benchmarks.large_response", str(megabytes), note]
            subprocess.run(command, check=True, cwd=Path(__file__).parent.parent)


if __name__ == "__main__":
    main()
