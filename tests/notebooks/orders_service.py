"""A real service on loopback that answers for orders, and remembers what it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class OrderService:
    """What the service has, and the requests that it got."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.status = "PAID"
        self.requests: list[str] = []


class _Orders(BaseHTTPRequestHandler):
    service: OrderService

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length).decode()
        self.service.requests.append(f"{self.command} {self.path}")
        order: dict[str, Any] = {
            "path": self.path,
            "status": self.service.status,
            "body": body,
            "total": 27.5,
        }
        order["items"] = [{"sku": "A1", "qty": 2}, {"sku": "B2", "qty": 1}]
        content = json.dumps(order).encode()
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - the names that http.server asks for

    def log_message(self, *given: Any) -> None:
        """Write nothing."""


@contextmanager
def order_service() -> Iterator[OrderService]:
    """Yield a running service."""
    handler = type("Orders", (_Orders,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    service = OrderService(f"http://127.0.0.1:{server.server_port}")
    handler.service = service
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
