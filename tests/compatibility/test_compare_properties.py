"""Properties of every comparison, whatever the definitions are."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonpatch
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonpointer import JsonPointerException

import kustomer_nb as knb
from kustomer_nb.compatibility import Bump, ChangeKind
from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext import pointer as pointers
from tests.compatibility.test_pairs import DATA, PAIRS, sides

BASE = DATA["base"]
KEYS = st.sampled_from(
    [
        *(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "$ref",
            "enum",
            "anyOf",
            "allOf",
        ),
        *("minimum", "exclusiveMinimum", "multipleOf", "pattern", "name", "id", "steps", "action", "params"),
        *("inputSchema", "outputSchema", "outputTemplate", "inputTemplate", "sampleOutputContext", "uri"),
        *(
            "appSettings",
            "key",
            "settings",
            "actions",
            "workflows",
            "triggers",
            "commands",
            "default",
            "roles",
        ),
        *("__proto__", "toString", "", "a/b~c", "version", "app", "json", "method", "[]", "0", "eventName"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [
            *(
                "string",
                "number",
                "object",
                "array",
                "integer",
                "null",
                "/#body",
                "/#body.id",
                "/#",
                "/#fn:x",
            ),
            *("{{", "{{x}}", "{{{steps.find.id}}}", "/#steps.1.orderId", "#/definitions/a", "#", "1.4.2"),
            *("https://a.b/{{x}}", "", "\ud800", "kustomer.app.shop.findOrder", "shop.default.region"),
        ]
    ),
    st.text(max_size=8),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


def places(value: Any, pointer: str = "") -> list[str]:
    """Return the pointers of all parts of a value."""
    found = [pointer] if pointer else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found += places(item, pointers.join(pointer, key))
    return found


PLACES = places(BASE)
UNLIMITED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def edited(draw: st.DrawFn) -> Any:
    """Return the base with some of its parts replaced or removed."""
    value = copy.deepcopy(BASE)
    for _ in range(draw(st.integers(1, 3))):
        pointer = draw(st.sampled_from(PLACES))
        operation = draw(st.sampled_from(["replace", "remove"]))
        change = {
            "op": operation,
            "path": pointer,
            **({"value": draw(JSON)} if operation == "replace" else {}),
        }
        try:
            value = jsonpatch.apply_patch(value, [change])
        except (jsonpatch.JsonPatchException, JsonPointerException):
            # An earlier edit removed the place.
            continue
    return value


@UNLIMITED
@given(edited())
def test_a_definition_has_no_changes_from_itself(definition: Any) -> None:
    assert not knb.compare(definition, copy.deepcopy(definition)).changes


@UNLIMITED
@given(st.dictionaries(KEYS, JSON, max_size=6), st.dictionaries(KEYS, JSON, max_size=6))
def test_hostile_json_is_compared_without_an_exception(old: Any, new: Any) -> None:
    comparison = knb.compare(old, new)

    json.dumps(comparison.to_json())
    assert comparison._repr_html_()


@UNLIMITED
@given(edited(), edited())
def test_what_differs_has_a_change(old: Any, new: Any) -> None:
    comparison = knb.compare(old, new)

    is_same = equal({**old, "version": ""}, {**new, "version": ""})
    # Names identify actions and parts, not their order.
    assert comparison.changes or is_same or sorted_lists(old) == sorted_lists(new)


def sorted_lists(value: Any) -> str:
    actions = value.get("actions")
    ordered = sorted(map(json.dumps, actions)) if isinstance(actions, list) else actions
    return json.dumps({**value, "version": "", "actions": ordered}, sort_keys=True)


@UNLIMITED
@given(edited(), edited())
def test_the_version_to_write_follows_from_the_worst_change(old: Any, new: Any) -> None:
    comparison = knb.compare(old, new)

    assert comparison.bump is Bump.largest([change.bump for change in comparison])
    assert comparison.is_breaking <= (comparison.bump is Bump.MAJOR)
    severities = [change.severity.value for change in comparison]
    assert severities == sorted(severities, key=["error", "warning", "hint"].index)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["id"] for pair in PAIRS])
def test_a_breaking_change_and_its_reverse_are_not_both_a_patch(pair: dict[str, Any]) -> None:
    old, new = sides(pair)

    there, back = knb.compare(old, new), knb.compare(new, old)

    assert not (there.is_breaking or back.is_breaking) or Bump.MAJOR in (there.bump, back.bump)
    # What one direction adds, the other one removes.
    if there.bump is Bump.MINOR:
        assert back.bump is Bump.MAJOR


@pytest.mark.parametrize("kind", ChangeKind)
def test_an_error_always_needs_a_major_version(kind: ChangeKind) -> None:
    assert (kind.severity.value != "error") or kind.bump is Bump.MAJOR
    assert kind.meaning.endswith(".")


def a_schema(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}, "items": schema}
    return schema


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            {
                "definitions": {"a": {"properties": {"a": {"$ref": "#/definitions/a"}}}},
                "$ref": "#/definitions/a",
            },
            {
                "definitions": {"a": {"properties": {"a": {"$ref": "#/definitions/a"}, "b": {}}}},
                "$ref": "#/definitions/a",
            },
            id="a schema that contains itself",
        ),
        pytest.param(
            {
                "definitions": {f"{x}": {"$ref": f"#/definitions/{1 - x}"} for x in (0, 1)},
                "$ref": "#/definitions/0",
            },
            {"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}},
            id="references in a circle",
        ),
        pytest.param({"properties": {"a": {"type": 7}}}, {"properties": [1], "required": 5}, id="no schema"),
        pytest.param(a_schema(3), a_schema(9), id="deep"),
        pytest.param({"properties": {"a": False}}, {"properties": {"a": True}}, id="boolean schemas"),
    ],
)
def test_odd_schemas_are_compared_in_both_directions(old: Any, new: Any) -> None:
    def app(schema: Any) -> dict[str, Any]:
        action = {"name": "kustomer.app.shop.a", "inputSchema": schema, "outputSchema": schema}
        return {"app": "shop", "version": "1.0.0", "actions": [action]}

    assert knb.compare(app(old), app(new)).changes
    assert knb.compare(app(new), app(old)).changes
