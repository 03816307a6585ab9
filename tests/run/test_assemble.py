"""What a run is made of is built without the __init__ of its dataclasses, so each field must be set."""

from dataclasses import fields

import httpx
import pytest

from kustomer_nb import load
from kustomer_nb.run.recordable import shown_request

ACTION = {
    "name": "kustomer.app.shop.find",
    "inputSchema": {"properties": {"id": {"type": "number"}}},
    "inputTemplate": {"uri": "https://api.shop.com/orders/{{{id}}}", "method": "get", "json": True},
}


@pytest.fixture
def values():
    """Return by name what a run is made of."""
    app = load(ACTION)
    action = app.action()
    context = action.context(mode="live", confirm="api.shop.com")
    prepared = action.prepare({"id": "7"}, context)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": 7}))
    run = action.run({"id": "7"}, transport=transport)
    return {
        "context": context,
        "resolved context": prepared.context,
        "prepared": prepared,
        "prepared again": prepared.with_request(prepared.request),
        "request": run.request,
        "recorded request": shown_request(app.model, run.request),
        "response": run.response,
        "run": run,
    }


@pytest.mark.parametrize(
    "name",
    [
        "context",
        "resolved context",
        "prepared",
        "prepared again",
        "request",
        "recorded request",
        "response",
        "run",
    ],
)
def test_every_field_is_set(values, name):
    value = values[name]

    missing = {field.name for field in fields(value)} - vars(value).keys()

    assert not missing
