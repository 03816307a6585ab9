"""A project with a definition and case files, for the tests of what runs cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ECOMMSTORE = Path(__file__).parent / "fixtures/ecommstore.json"
ACTION = "kustomer.app.ecommstore.store.refundOrder"
CASE: dict[str, Any] = {
    "name": "refund of a paid order",
    "action": ACTION,
    "inputs": {"orderId": "7", "amount": 3, "reason": "broken", "notify": "yes"},
    "exchange": {
        "request": {
            "method": "POST",
            "url": "https://api.ecommstore.com/orders/7?notify=yes",
            "headers": {
                "accept": "application/json",
                "authorization": "Bearer $ecommstore.default.authToken",
                "content-type": "application/json",
            },
            "body": {"refund": True, "amount": 3, "reason": "broken"},
        },
        "response": {"headers": {"content-type": "application/json"}, "body": {"status": "REFUNDED"}},
    },
    "expected": {"statusCode": 200, "body": {"status": "REFUNDED"}},
}


def a_project(folder: Path) -> Path:
    """Write a definition with one action into a folder, which is a project's root, and return the folder."""
    (folder / ".git").mkdir()
    (folder / "ecommstore.json").write_bytes(ECOMMSTORE.read_bytes())
    return folder


def write_case(folder: Path, slug: str = "paid", **changes: Any) -> Path:
    """Write the case of a refund that passes, with changes, and return its path."""
    path = folder / "cases/refundOrder" / f"{slug}.case.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**CASE, **changes}, indent=2), encoding="utf-8")
    return path


def edit_definition(folder: Path, old: str, new: str) -> None:
    """Change a part of the definition's text."""
    path = folder / "ecommstore.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
