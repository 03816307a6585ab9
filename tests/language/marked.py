"""Definitions with a mark at the caret."""

from __future__ import annotations

CARET = "¦"
SHOP = """{
  "app": "shop",
  "version": "1.0.0",
  "settings": {"default": {"token": {"type": "secret"}, "host": {"type": "string"}}},
  "actions": [{
    "name": "kustomer.app.shop.find",
    "type": "rest_api",
    "appSettings": {"token": {"key": "shop.default.token"}},
    "inputSchema": {
      "properties": {
        "orderId": {"type": "number", "description": "on the receipt"},
        "order": {"type": "object", "properties": {"id": {"type": "string"}, "line items": {}}},
        "lines": {"type": "array", "items": {"properties": {"sku": {"type": "string"}, "qty": {}}}}
      },
      "required": ["orderId"]
    },
    "inputTemplate": {
      "uri": "https://a.b/{{{orderId}}}/{{toLower order.id}}",
      "method": "post",
      "headers": {"authorization": "Bearer {{{token}}}", "x-org": "{{_env.orgId}}"},
      "data": {"lines": "{{#each lines}}{{sku}}{{/each}}", "id": "/#orderId", "at": "/#fn:parseInt,orderId"}
    },
    "outputTemplate": {"name": "/#body.customer.name", "note": "{{body.note}}"},
    "sampleOutputContext": {"name": "Ann", "note": "x"}
  }, {
    "name": "kustomer.app.shop.pay",
    "type": "rest_api",
    "inputSchema": {"properties": {"orderId": {"type": "string"}}},
    "inputTemplate": {"uri": "https://a.b/{{{orderId}}}", "method": "get"}
  }],
  "workflows": [{"steps": [{"action": "kustomer.app.shop.pay", "params": {"orderId": "7"}}]}]
}"""


def at(text: str, marked: str) -> int:
    """Return the offset of the caret in a part of a text, which occurs once."""
    part = marked.replace(CARET, "")
    assert text.count(part) == 1, (text.count(part), part)
    return text.index(part) + marked.index(CARET)
