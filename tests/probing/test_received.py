"""A value is a hazard exactly where a server on this machine receives something else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

import kustomer_nb as knb
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.probing import HazardKind
from kustomer_nb.probing.values import fields

from .conftest import Received, Receiver

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
# What only a reader of that text, or a server with a limit, tells apart.
_NOT_RECEIVED = {HazardKind.TEXT_CHANGED, HazardKind.LONG, HazardKind.SENT_EMPTY}


def from_query(request: Received) -> Any:
    values = parse_qs(urlsplit(request.target).query, keep_blank_values=True)
    return values["value"][0] if {*values} == {"value", "page"} else values


def from_path(request: Received) -> Any:
    segments = urlsplit(request.target).path.split("/")
    is_item = segments[:2] == ["", "orders"] and len(segments) == 3 and segments[2] not in ("", ".", "..")
    return unquote(segments[2]) if is_item and not urlsplit(request.target).query else segments


def from_json(request: Received) -> Any:
    try:
        body = json.loads(request.body)
    except ValueError:
        return "not JSON"
    return body["value"] if {*body} == {"value"} else body


def from_form(request: Received) -> Any:
    values = parse_qs(request.body.decode(), keep_blank_values=True)
    return values["value"][0] if {*values} == {"value", "page"} else values


def from_header(request: Received) -> Any:
    return request.headers["x-value"]


FORM = {"content-type": "application/x-www-form-urlencoded"}
TEMPLATES = [
    pytest.param({"uri": "/orders?value={{{value}}}&page=2"}, TEXT, from_query, id="in a query, raw"),
    pytest.param({"uri": "/orders?value={{value}}&page=2"}, TEXT, from_query, id="in a query, escaped"),
    pytest.param({"uri": "/orders", "qs": {"value": "/#value", "page": "2"}}, TEXT, from_query, id="in qs"),
    pytest.param({"uri": "/orders/{{{value}}}"}, TEXT, from_path, id="in the path"),
    pytest.param({"json": True, "data": {"value": "/#value"}}, TEXT, from_json, id="a reference"),
    pytest.param({"json": True, "data": {"value": "/#value"}}, NUMBER, from_json, id="a number"),
    pytest.param({"json": True, "data": {"value": "{{value}}"}}, TEXT, from_json, id="escaped in JSON"),
    pytest.param(
        {"headers": {"content-type": "application/json"}, "data": '{"value":"{{{value}}}"}'},
        TEXT,
        from_json,
        id="in JSON as text",
    ),
    pytest.param({"headers": FORM, "data": "value={{{value}}}&page=2"}, TEXT, from_form, id="in a form"),
    pytest.param({"headers": {"x-value": "{{{value}}}"}}, TEXT, from_header, id="in a header"),
]


@pytest.mark.parametrize(("template", "schema", "read"), TEMPLATES)
def test_a_value_is_a_hazard_exactly_where_something_else_is_received(
    template: dict[str, Any], schema: dict[str, Any], read: Any, receiver: Receiver
) -> None:
    path = template.pop("uri", "/orders")
    definition = {"uri": f"{receiver.origin}{path}", "method": "post", **template}
    app = knb.load({"inputTemplate": definition, "inputSchema": {"properties": {"value": schema}}})
    hazards = knb.hazards(app.action())
    kinds = {value.name: hazard.kind for hazard in hazards for value in hazard.values}
    template["uri"] = path

    for name, value in fields(app.action().definition.input_schema)[0].values():
        kind = kinds.get(name)
        if value is UNDEFINED or value is None or kind in _NOT_RECEIVED or name == "leading zeros":
            continue
        try:
            app.action().run({"value": value})
        except knb.RequestError:
            assert kind is HazardKind.REFUSED, name
            continue
        received = read(receiver.requests[-1])
        is_same = received == value and type(received) is type(value)
        assert (kind is None) == is_same, (name, kind, received)


def test_null_and_leading_zeros_of_a_number_are_received_as_another_value(receiver: Receiver) -> None:
    template = {"uri": receiver.origin, "method": "post", "json": True, "data": {"value": "/#value"}}
    app = knb.load({"inputTemplate": template, "inputSchema": {"properties": {"value": NUMBER}}})

    (converted,) = [item for item in knb.hazards(app.action()) if item.kind is HazardKind.CONVERTED]

    for value in converted.values:
        app.action().run(value.inputs)
        assert from_json(receiver.requests[-1]) == {"null": 0, "leading zeros": 7}[value.name]
