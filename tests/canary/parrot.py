"""A service that gives back everything it receives, as it came and in every encoding."""

from __future__ import annotations

import base64
import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote

from tests.canary.token import TOKEN


class Parrot(BaseHTTPRequestHandler):
    """Answers every method with all it knows of the request."""

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length).decode()
        heard = {"path": self.path, "headers": dict(self.headers.items()), "body": body}
        told = json.dumps(heard)
        answer: dict[str, Any] = {
            "id": 7,
            "heard": heard,
            "again": told,
            "opened": unquote(self.path),
            "token": TOKEN,
            TOKEN: "as a key",
            "url": quote(TOKEN, safe=""),
            "url twice": quote(quote(TOKEN, safe=""), safe=""),
            "html": html.escape(TOKEN),
            "entities": "".join(f"&#x{ord(one):x};" for one in TOKEN),
            "base64": [base64.b64encode((" " * at + TOKEN + "!").encode()).decode() for at in range(3)],
            "base64 of base64": base64.b64encode(base64.b64encode(TOKEN.encode())).decode(),
            "base64 of html": base64.b64encode(html.escape(TOKEN).encode()).decode(),
        }
        content = json.dumps(answer).encode()
        self.send_response(401 if "refuse" in self.path else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.send_header("x-heard", self.headers.get("x-key", ""))
        self.send_header("x-base64", base64.b64encode(TOKEN.encode()).decode())
        self.send_header("set-cookie", f"session={quote(TOKEN)}")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815 - the name that http.server asks for

    def log_message(self, *given: Any) -> None:
        """Write nothing: what this service logs is not what the package logs."""


@contextmanager
def parrot() -> Iterator[str]:
    """Yield the address of a running service."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Parrot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
