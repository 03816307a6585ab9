"""The service of the team's actions, on loopback; a real one has other headers at each response, too."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


def respond(method: str, target: str, body: Any) -> tuple[int, dict[str, str], Any]:
    """Return status, headers and body of the response to a request."""
    url = urlsplit(target)
    parts = url.path.strip("/").split("/")
    match method, parts:
        case "GET", ["orders"]:
            query = parse_qs(url.query)
            found = [{"id": 7, "status": "shipped"}, {"id": 8, "status": "open"}]
            return (
                200,
                {},
                {"data": found, "meta": {"total": 2, "more": False, "sort": query.get("sort", [""])[0]}},
            )
        case "GET", ["orders", order]:
            items = [{"sku": "A-1", "count": 2}, {"sku": "B-2", "count": 1}]
            order_id = int(order) if order.isdecimal() else 0
            order_of = {"id": order_id, "status": "shipped", "total": 42, "paid": True, "items": items}
            return 200, {}, order_of
        case "POST", ["orders", order, "notes"]:
            return 201, {}, {"note": {"id": f"n-{order}", "text": (body or {}).get("text", "")}, "count": 3}
        case "PUT", ["customers", customer]:
            changed = ",".join(sorted(body or {}))
            return (
                200,
                {"x-changed": changed},
                {"id": customer, "name": (body or {}).get("name"), "vip": False},
            )
        case "DELETE", ["customers", _, "tags", tag]:
            return 200, {}, {"removed": True, "left": ["new"], "tag": tag}
        case _:
            return 404, {}, {"error": "no such page"}


class _Handler(BaseHTTPRequestHandler):
    def _respond(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        content = self.rfile.read(length)
        body = json.loads(content) if content else None
        status, headers, answer = respond(self.command, self.path, body)
        sent = json.dumps(answer).encode()
        self.send_response_only(status)
        volatile = {"date": formatdate(usegmt=True), "x-request-id": uuid.uuid4().hex}
        fixed = {"content-type": "application/json", "content-length": str(len(sent))}
        for name, value in {**fixed, **volatile, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    do_GET = do_POST = do_PUT = do_DELETE = _respond  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is asked is seen in the responses."""


@contextmanager
def running_service() -> Iterator[str]:
    """Run the service on a free port, and return its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
