"""Counts the calls and modules of ours that a warm GET enters: ``python -m benchmarks.warm_get [--names]``.

The second `Action.arun` in one process, against a server on loopback, with one token and the history off:
what is left is what each request costs, however fast the machine is. ``sys.setprofile`` counts every call of
a Python function in this package, generators and comprehensions too. From Python 3.12 on comprehensions are
inlined, so the figures to compare are those of 3.11.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any

MOST_CALLS = 900
MOST_MODULES = 50
SETTING = "shop.default.authToken"
TOKEN = "tok-4f9c2b7e1d"  # noqa: S105 - made up
BODY = json.dumps({"id": 42, "status": "open", "lines": [{"sku": "A1", "quantity": 2}]}).encode()


class _Orders(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


def definition(origin: str) -> dict[str, Any]:
    """Return an app with one action that gets an order with a bearer token."""
    token = {"type": "secret", "defaultValue": "", "required": True, "description": "The token."}
    action = {
        "name": "kustomer.app.shop.find",
        "type": "rest_api",
        "inputSchema": {"properties": {"orderId": {"type": "number"}}, "required": ["orderId"]},
        "appSettings": {"authToken": {"key": SETTING}},
        "inputTemplate": {
            "uri": f"{origin}/orders/{{{{{{orderId}}}}}}",
            "method": "get",
            "headers": {"authorization": "Bearer {{{authToken}}}"},
            "json": True,
        },
        "outputTemplate": {"id": "/#body.id", "status": "{{body.status}}"},
        "outputSchema": {"properties": {"id": {"type": "number"}, "status": {"type": "string"}}},
    }
    return {
        "app": "shop",
        "version": "1.0.0",
        "title": "Shop",
        "settings": {"default": {"authToken": token}},
        "actions": [action],
    }


async def count(origin: str) -> Counter[tuple[str, str]]:
    """Return how often the second run calls each function of ours, by module and name."""
    import kustomer_nb

    package = str(Path(kustomer_nb.__file__).parent) + os.sep
    action = kustomer_nb.loads(json.dumps(definition(origin))).action()
    settings = {SETTING: TOKEN}
    calls: Counter[tuple[str, str]] = Counter()

    def enter(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (name := frame.f_code.co_filename).startswith(package):
            calls[name.removeprefix(package), frame.f_code.co_qualname] += 1

    await action.arun({"orderId": 42}, settings=settings)
    sys.setprofile(enter)
    try:
        run = await action.arun({"orderId": 42}, settings=settings)
    finally:
        sys.setprofile(None)
    if run.output != {"id": 42, "status": "open"}:
        raise SystemExit(f"the output is {run.output!r}")
    return calls


def main() -> None:
    """Print both figures; with ``--names`` also the functions, most called first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", action="store_true", help="list the functions too")
    arguments = parser.parse_args()
    os.environ["KUSTOMER_NB_HISTORY"] = "off"
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Orders)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        calls = asyncio.run(count(f"http://127.0.0.1:{server.server_port}"))
    finally:
        server.shutdown()
    modules = {module for module, _ in calls}
    if arguments.names:
        for (module, name), times in calls.most_common():
            print(f"{times:5} {module} {name}")
    print(f"{calls.total()} calls (at most {MOST_CALLS}), {len(modules)} modules (at most {MOST_MODULES})")


if __name__ == "__main__":
    main()
