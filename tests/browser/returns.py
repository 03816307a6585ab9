"""An app of returns and the loopback service that answers it: what the pictures of the workbench show."""

from __future__ import annotations

import json
from typing import Any

from tests.browser.bench_page import a_notebook
from tests.browser.lab import Lab

API = "https://api.ecommstore.com"
PREFIX = "kustomer.app.ecommstore."
PROFILES = """\
profile = "sandbox"

[profiles.sandbox]
label = "test data"
colour = "yellow"
guard = "confirm"

[profiles.prod]
label = "real customers"
colour = "red"
guard = "type"
"""

# Runs in the kernel of the notebook: a service, as the author's own would be one.
SERVICE = '''\
import json, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Service(BaseHTTPRequestHandler):
    """A store that takes returns, on loopback."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        sent = json.loads(self.rfile.read(int(self.headers["content-length"] or 0)) or "{}")
        if "carrier" in self.path:
            time.sleep(60)
        order = int(self.path.split("/")[2].split("?")[0])
        refund = {"amount": sent.get("amount", 0), "currency": "EUR", "method": "card"}
        taken = {"id": 8031, "status": "APPROVED", "refund": refund, "eta": "2026-12-03"}
        lines = [{"sku": "MUG-01", "quantity": 2, "price": 8.5}, {"sku": "TEE-L", "quantity": 1, "price": 19}]
        read = {"id": order, "status": "SHIPPED", "lines": lines, "customer": {"id": 77, "name": "Mia Ito"}}
        body = json.dumps(taken if self.command == "POST" else read).encode()
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *words):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
hosts = {"https://api.ecommstore.com": f"http://127.0.0.1:{server.server_port}"}
'''


def _action(name: str, method: str, path: str, properties: dict[str, Any], **parts: Any) -> dict[str, Any]:
    template = {"uri": f"{API}{path}", "method": method, "json": True}
    template["headers"] = {"authorization": "Bearer {{{authToken}}}"}
    template |= parts.pop("template", {})
    return {
        "name": f"{PREFIX}{name}",
        "description": parts.pop("description"),
        "type": "rest_api",
        "appSettings": {"authToken": {"key": "ecommstore.default.authToken"}},
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
    "properties": {
        "sku": {"type": "string"},
        "quantity": {"type": "number"},
        "condition": {"type": "string", "enum": ["new", "used", "broken"]},
        "restock": {"type": "boolean"},
    },
    "required": ["sku", "quantity"],
}
INPUTS = {
    "orderId": {"type": "number", "description": "The number of the order."},
    "reason": {"type": "string", "enum": ["damaged", "late", "wrong item"], "description": "Why it is sent."},
    "amount": {"type": "number", "minimum": 0},
    "currency": {"type": "string", "default": "EUR", "description": "ISO 4217"},
    "refundShipping": {"type": "boolean"},
    "notify": {"type": "string", "description": "Gets an email."},
    "comment": {"type": "string"},
    "bookingReference": {"type": "string"},
    "pickup": {
        "type": "object",
        "properties": {"street": {"type": "string"}, "zip": {"type": "string"}, "city": {"type": "string"}},
    },
    "lines": {"type": "array", "items": LINE},
}
OUTPUTS = {
    "statusCode": "/#response.statusCode",
    "returnId": "/#body.id",
    "status": "/#body.status",
    "refund": "/#body.refund",
    "eta": "/#body.eta",
    "carrier": "/#body.carrier",
}
BODY = ("reason", "amount", "currency", "refundShipping", "bookingReference", "pickup", "lines")
ACTIONS = [
    _action(
        "createReturn",
        "POST",
        "/orders/{{{orderId}}}/returns",
        INPUTS,
        description="Open a return of an order",
        required=["orderId", "reason"],
        template={
            "qs": {"notify": "{{{notify}}}"},
            "data": {name: f"/#{name}" for name in BODY} | {"comment": "{{comment}}"},
        },
        outputTemplate=OUTPUTS,
        outputSchema={
            "type": "object",
            "properties": {
                "statusCode": {"type": "number"},
                "returnId": {"type": "string"},
                "status": {"type": "string"},
                "refund": {"type": "object"},
                "carrier": {"type": "string"},
            },
            "additionalProperties": False,
        },
        sampleOutputContext={
            "statusCode": 201,
            "returnId": "7001",
            "status": "REQUESTED",
            "refund": {"amount": 12.5, "currency": "USD"},
            "carrier": "UPS",
        },
    ),
    _action(
        "getOrder",
        "GET",
        "/orders/{{{orderId}}}",
        ORDER,
        description="Read one order",
        required=["orderId"],
        outputTemplate={"statusCode": "/#response.statusCode", "id": "/#body.id", "status": "/#body.status"},
        sampleOutputContext={"statusCode": 200, "id": 1042, "status": "SHIPPED"},
    ),
    _action(
        "trackCarrier",
        "GET",
        "/orders/{{{orderId}}}/carrier",
        ORDER,
        description="Ask where the parcel is",
        required=["orderId"],
        outputTemplate={"body": "/#body"},
    ),
    _action(
        "cancelReturn",
        "DELETE",
        "/orders/{{{orderId}}}/returns",
        ORDER,
        description="Cancel the return of an order",
        required=["orderId"],
        outputTemplate={"statusCode": "/#response.statusCode"},
        sampleOutputContext={"statusCode": 200},
    ),
]
APP = {
    "app": "ecommstore",
    "version": "1.4.0",
    "title": "E-comm Store",
    "settings": {"default": {"authToken": {"type": "secret", "defaultValue": ""}}},
    "actions": ACTIONS,
}
FILLED = {
    "orderId": "/#steps.getOrder.body.id",
    "reason": "damaged",
    "amount": 12.5,
    "bookingReference": "/#steps.getOrder.body.booking",
    "notify": "mia@example.com",
    "comment": 'Box & contents "wet"',
    "lines": [
        {"sku": "MUG-01", "quantity": 2, "condition": "broken"},
        {"sku": "TEE-L", "quantity": 1},
    ],
}
STEPS = {"getOrder": {"body": {"id": 1042, "booking": "BK-2207"}}}
BENCH = "import kustomer_nb as knb\nbench = knb.workbench('ecommstore.json', hosts=hosts{more})\nbench"


def write_returns(lab: Lab, folder: str, more: str = "", *, token: bool = True) -> str:
    """Write the project and a notebook that opens its workbench; return the path of the notebook."""
    project = lab.folder / folder
    project.mkdir(parents=True, exist_ok=True)
    (project / "kustomer-nb.toml").write_text(PROFILES, encoding="utf-8")
    (project / "ecommstore.json").write_text(json.dumps(APP, indent=2), encoding="utf-8")
    options = f"{more}, settings={{'authToken': 'demo-only-0123456789'}}" if token else more
    return a_notebook(lab, f"{folder}/returns.ipynb", SERVICE, BENCH.format(more=options))
