"""An app of several actions of the demo store, and a notebook that opens it in a workbench."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ORIGIN = "https://api.ecommstore.com"
PREFIX = "kustomer.app.shop.orders."
PROFILES = """\
profile = "sandbox"

[profiles.sandbox]
label = "the test shop"
colour = "green"
guard = "confirm"

[profiles.audit]
guard = "deny"

[profiles.prod]
colour = "red"
guard = "type"
"""


def _action(name: str, method: str, path: str, properties: dict[str, Any], **parts: Any) -> dict[str, Any]:
    template = {"uri": f"{ORIGIN}{path}", "method": method, "json": True}
    template["headers"] = {"authorization": "Bearer {{{authToken}}}"}
    template |= parts.pop("template", {})
    return {
        "name": f"{PREFIX}{name}",
        "description": parts.pop("description", name),
        "type": "rest_api",
        "appSettings": {"authToken": {"key": "shop.default.authToken"}},
        "inputTemplate": template,
        "inputSchema": {
            "type": "object",
            "properties": properties,
            "required": parts.pop("required", []),
            "additionalProperties": False,
        },
        **parts,
    }


ORDER = {"orderId": {"type": "number", "description": "The number of the order."}}
LINE = {
    "type": "object",
    "properties": {"sku": {"type": "string"}, "quantity": {"type": "number"}},
    "required": ["sku"],
}
RETURN = {
    "orderId": {"type": "number", "description": "The number of the order."},
    "reason": {"type": "string", "enum": ["damaged", "late", "wrong item"]},
    "amount": {"type": "number", "minimum": 0},
    "currency": {"type": "string", "default": "EUR"},
    "notify": {"type": "boolean"},
    "email": {"type": "string"},
    "comment": {"type": "string", "description": "Shown to the customer."},
    "reference": {"type": "string"},
    "warehouse": {"type": "string"},
    "address": {
        "type": "object",
        "properties": {"street": {"type": "string"}, "zip": {"type": "string"}, "city": {"type": "string"}},
    },
    "lines": {"type": "array", "items": LINE},
}
ACTIONS = [
    _action(
        "createReturn",
        "POST",
        "/echo",
        RETURN,
        description="Open a return of an order",
        required=["orderId"],
        template={"data": {name: f"/#{name}" for name in RETURN} | {"comment": "{{comment}}"}},
        outputTemplate={
            "statusCode": "/#response.statusCode",
            "method": "/#body.method",
            "path": "/#body.path",
            "sent": "/#body.body",
            "carrier": "/#body.carrier",
        },
        outputSchema={
            "type": "object",
            "properties": {
                "statusCode": {"type": "string"},
                "method": {"type": "string"},
                "path": {"type": "string"},
                "carrier": {"type": "string"},
            },
            "additionalProperties": False,
        },
        sampleOutputContext={"statusCode": "201", "method": "POST", "path": "/returns", "carrier": "DHL"},
    ),
    _action(
        "getOrder",
        "GET",
        "/orders/{{{orderId}}}",
        ORDER,
        description="Read one order",
        required=["orderId"],
        outputTemplate={"statusCode": "/#response.statusCode", "body": "/#body"},
        sampleOutputContext={"statusCode": 200, "body": {"id": 1042, "status": "SHIPPED"}},
    ),
    _action(
        "listOrders",
        "GET",
        "/orders",
        {},
        description="List the orders",
        outputTemplate={"body": "/#body"},
    ),
    _action(
        "deleteRefund",
        "DELETE",
        "/refunds/{{{refundId}}}",
        {"refundId": {"type": "string"}},
        description="Delete a refund",
        required=["refundId"],
        outputTemplate={"statusCode": "/#response.statusCode"},
        sampleOutputContext={"statusCode": 204},
    ),
    _action(
        "waitForStock",
        "GET",
        "/slow?seconds={{{seconds}}}",
        {"seconds": {"type": "number"}},
        description="Answers late",
        outputTemplate={"body": "/#body"},
    ),
]
APP = {
    "app": "shop",
    "version": "1.0.0",
    "title": "Shop",
    "settings": {"default": {"authToken": {"type": "secret", "defaultValue": ""}}},
    "actions": ACTIONS,
}
START = "import kustomer_nb as knb\nfrom kustomer_nb.demo import Store\nstore = Store()"
BENCH = "bench = knb.workbench('shop.json'{more}, hosts=store.hosts, settings=store.settings)\nbench"


def write_shop(folder: Path, app: dict[str, Any] = APP, profiles: str = PROFILES) -> Path:
    """Write the project of the shop, and return the path of its definition."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kustomer-nb.toml").write_text(profiles, encoding="utf-8")
    path = folder / "shop.json"
    path.write_text(json.dumps(app, indent=2), encoding="utf-8")
    return path


def cells_of_shop(more: str = "") -> list[str]:
    """Return the cells that start the store and show the workbench."""
    return [START, BENCH.format(more=f", {more}" if more else "")]
