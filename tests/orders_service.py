"""A service on this machine whose answer a test changes, and a project with an action and a case for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "https://api.orders.example"


class OrdersService:
    """Answers every GET with the same document, and keeps the paths that were asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.status = 200
        self.document: Any = {"id": 7, "status": "paid", "at": "2034-01-02T09:00:00Z"}
        self.paths: list[str] = []

    def project(self, folder: Path) -> Path:
        """Write a definition, a configuration that leads to this service, and a case, and return its path."""
        (folder / ".git").mkdir()
        action = {
            "name": "kustomer.app.orders.find",
            "description": "Find an order.",
            "type": "rest_api",
            "inputSchema": {"type": "object", "properties": {"id": {"type": "number"}}, "required": ["id"]},
            "inputTemplate": {"uri": f"{HOST}/orders/{{{{{{id}}}}}}", "method": "GET", "json": True},
            "sampleOutputContext": {"state": "paid", "at": "2034-01-02T09:00:00Z"},
            "outputTemplate": {"state": "/#response.body.status", "at": "/#response.body.at"},
        }
        app = {"app": "orders", "version": "1.0.0", "title": "Orders", "actions": [action]}
        (folder / "orders.json").write_text(json.dumps(app, indent=2), encoding="utf-8")
        (folder / "kustomer-nb.toml").write_text(f'[hosts]\n"{HOST}" = "{self.url}"\n', encoding="utf-8")
        case = {
            "name": "a paid order",
            "action": "kustomer.app.orders.find",
            "inputs": {"id": 7},
            "exchange": {
                "request": {"method": "GET", "url": f"{HOST}/orders/7"},
                "response": {"headers": {"content-type": "application/json"}, "body": self.document},
            },
            "expected": {"state": "paid", "at": "#datetime"},
        }
        path = folder / "cases/find/a-paid-order.case.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(case, indent=2), encoding="utf-8")
        return path


@contextmanager
def orders_service() -> Iterator[OrdersService]:
    """Yield a service that listens until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.paths.append(self.path)
            content = json.dumps(service.document).encode()
            self.send_response(service.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = OrdersService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
