"""A project on disk with a run bar, and the requests that arrived."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

import kustomer_nb as knb
from kustomer_nb.config import FILE
from kustomer_nb.widgets.session import Session

SANDBOX = "https://sandbox.shop.com/refund"
TOML = '[profiles.work]\nhosts = { "https://api.shop.com" = "https://sandbox.shop.com" }\n'


class Desk:
    """A project on disk, a run bar for its action ``refund``, and the requests that arrived."""

    def __init__(
        self, folder: Path, *, uri: str = SANDBOX, method: str = "post", toml: str = "", **options: Any
    ):
        self.folder, self.path, self.sent = folder, folder / "shop.json", []
        self.options = {"transport": httpx.MockTransport(self._answer), **options}
        self.save(uri, method)
        (folder / FILE).write_text(toml, encoding="utf-8")
        self.app = knb.load(self.path)
        self.session = Session(self.app.action("refund"), self.options)
        self.bar = knb.RunBar(self.session)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        target = request.extensions["target"].decode()
        self.sent.append(f"{request.method} {origin}{target} {request.content.decode()}")
        return httpx.Response(200, json={"status": "done"})

    def save(self, uri: str, method: str = "post", name: str = "shop.refund") -> None:
        template = {"uri": uri, "method": method, "json": True}
        actions = [
            {
                "name": action,
                "type": "rest_api",
                "appSettings": {"region": {"key": "shop.default.region"}},
                "inputSchema": {"properties": {"id": {"type": "string"}}},
                "inputTemplate": {**template, "data": {"id": "/#id"}},
                "sampleOutputContext": {"body": {"status": "old"}},
            }
            for action in (name, "shop.other")
        ]
        settings = {"default": {"region": {"type": "string"}}}
        app = {"app": "shop", "version": "1.0.0", "title": "Shop", "settings": settings, "actions": actions}
        self.path.write_text(json.dumps(app, indent=2), encoding="utf-8")
