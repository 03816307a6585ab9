from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.schema import infer, project
from kustomer_nb.schema.declare import DeclarationError, declared

CLOSED = {"additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "value", "pointer", "expected"),
    [
        pytest.param(
            {**CLOSED, "properties": {"a": {}}},
            {"a": 1, "b": True},
            "/b",
            {**CLOSED, "properties": {"a": {}, "b": {"type": "boolean"}}},
            id="beside another",
        ),
        pytest.param(
            CLOSED, {"b": "x"}, "/b", {**CLOSED, "properties": {"b": {"type": "string"}}}, id="the first"
        ),
        pytest.param(
            None, {"b": 1}, "/b", {"type": "object", "properties": {"b": {"type": "number"}}}, id="no schema"
        ),
        pytest.param(
            {},
            [{"b": 1}],
            "/0/b",
            {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "number"}}}},
            id="an array",
        ),
        pytest.param(
            {"properties": {"a": {"type": "object", **CLOSED}}},
            {"a": {"b": None}},
            "/a/b",
            {"properties": {"a": {"type": "object", **CLOSED, "properties": {"b": {}}}}},
            id="null has no type",
        ),
        pytest.param(
            {"properties": {"l": {"type": "array"}}},
            {"l": [{"b": 1}, {"b": "1"}]},
            "/l/0/b",
            {"properties": {"l": {"type": "array", "items": {"type": "object", "properties": {"b": {}}}}}},
            id="items of two types",
        ),
        pytest.param(
            {"properties": {"l": {}}},
            {"l": [{"b": 1}, 5]},
            "/l/0/b",
            {"properties": {"l": {"items": {"properties": {"b": {"type": "number"}}}}}},
            id="not all are objects",
        ),
        pytest.param(
            {"properties": {"a": True}},
            {"a": {"b": []}},
            "/a/b",
            {"properties": {"a": {"properties": {"b": {"type": "array"}}}}},
            id="a schema of true",
        ),
        pytest.param(
            {"type": ["object", "null"]},
            {"b": {"c": 1}},
            "/b",
            {
                "type": ["object", "null"],
                "properties": {"b": {"type": "object", "properties": {"c": {"type": "number"}}}},
            },
            id="one of two types",
        ),
        pytest.param(
            {"type": "thing"},
            {"b": 1},
            "/b",
            {"type": "thing", "properties": {"b": {"type": "number"}}},
            id="an unknown type",
        ),
    ],
)
def test_a_member_is_declared_and_nothing_else(schema: Any, value: Any, pointer: str, expected: Any) -> None:
    before = copy.deepcopy(schema)

    assert declared(schema, value, pointer) == expected
    assert schema == before


@pytest.mark.parametrize(
    ("schema", "value", "pointer"),
    [
        pytest.param({"properties": {"a": {"type": "string"}}}, {"a": 1}, "/a", id="with another type"),
        pytest.param({"properties": {"a": True}}, {"a": 1}, "/a", id="by true"),
        pytest.param({"properties": {"a": {"items": {}}}}, {"a": [1]}, "/a/0", id="an item"),
    ],
)
def test_what_is_declared_stays(schema: Any, value: Any, pointer: str) -> None:
    assert declared(schema, value, pointer) == schema


@pytest.mark.parametrize(
    ("schema", "value", "pointer", "message"),
    [
        pytest.param(
            {"properties": {"a": {"type": "string"}}},
            {"a": {"b": 1}},
            "/a/b",
            "declares a string there",
            id="a string",
        ),
        pytest.param(
            {"properties": {}},
            [{"b": 1}],
            "/0/b",
            "declares an object there, but the value is an array",
            id="the root",
        ),
        pytest.param(
            {"properties": []}, {"b": 1}, "/b", "`properties` there that are not an object", id="properties"
        ),
        pytest.param(
            {"properties": {"a": {"items": [{}]}}},
            {"a": [{"b": 1}]},
            "/a/0/b",
            "a list as `items`",
            id="items",
        ),
        pytest.param({"properties": {"a": 5}}, {"a": {"b": 1}}, "/a/b", "no object there", id="a number"),
        pytest.param({}, {"__proto__": 1}, "/__proto__", "no schema can declare", id="a name of JavaScript"),
    ],
)
def test_a_schema_in_the_way_says_so(schema: Any, value: Any, pointer: str, message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        declared(schema, value, pointer)


@pytest.mark.parametrize("pointer", ["", "/x", "/a/b", "/l/7"])
def test_what_the_value_lacks_is_not_declared(pointer: str) -> None:
    with pytest.raises(LookupError):
        declared({}, {"a": 1, "l": []}, pointer)


LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2)
OBJECTS = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        LEAVES,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    min_size=1,
    max_size=3,
)


def closed(schema: Any) -> Any:
    if not isinstance(schema, dict) or "properties" not in schema:
        return schema
    properties = {key: closed(member) for key, member in schema["properties"].items() if key != "b"}
    return {**schema, "properties": properties, "additionalProperties": False}


@settings(deadline=None)
@given(value=OBJECTS, has_schema=st.booleans())
def test_every_dropped_member_can_be_declared_and_the_others_stay(value: Any, has_schema: bool) -> None:
    schema = closed(infer(value).schema) if has_schema else None
    before = project(value, schema)

    for drop in before.dropped:
        schema = declared(schema, value, drop.pointer)
    after = project(value, schema)

    assert not after.dropped
    assert after.value == value
    for drop in before.dropped:
        assert pointers.resolve(after.value, drop.pointer) == drop.value
