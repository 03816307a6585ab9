import datetime
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kustomer_nb.errors import InputError
from kustomer_nb.schema import coerce, compile_schema, project
from kustomer_nb.schema.nodes import DEPTH
from tests.schema.schemas import JSON, SCHEMAS

ODD = [
    pytest.param(None, id="no schema"),
    pytest.param(True, id="true"),
    pytest.param(False, id="false"),
    pytest.param({}, id="an empty object"),
    pytest.param([{"type": "number"}], id="an array"),
    pytest.param("number", id="a string"),
]
ODD_KEYWORDS = [
    pytest.param({"type": "date"}, id="an unknown type"),
    pytest.param({"type": ["number", "date"]}, id="an unknown type in a list"),
    pytest.param({"type": ["number", {"a": 1}]}, id="an object in a list of types"),
    pytest.param({"type": []}, id="an empty list of types"),
    pytest.param({"type": {"const": 1}}, id="a type that is an object"),
    pytest.param({"properties": ["a"]}, id="properties that are an array"),
    pytest.param({"properties": None}, id="properties that are null"),
    pytest.param({"required": "b"}, id="required that is a string"),
    pytest.param({"required": True}, id="required that is true"),
    pytest.param({"required": [None, {"a": 1}, 3]}, id="required that names no text"),
    pytest.param({"additionalProperties": "false"}, id="additionalProperties that is a string"),
    pytest.param({"additionalProperties": 0}, id="additionalProperties that is 0"),
    pytest.param({"items": [{"type": "number"}]}, id="items that are a list"),
    pytest.param({"minLength": 9, "enum": [], "pattern": "x", "$ref": "#/no"}, id="other keywords"),
]


def nested(levels, leaf, key="properties"):
    """Return a schema with ``leaf`` so many levels below its root."""
    for _ in range(levels):
        leaf = {key: {"a": leaf}} if key == "properties" else {key: leaf}
    return leaf


@pytest.mark.parametrize("schema", ODD)
def test_asks_nothing_where_there_is_no_schema_to_speak_of(schema):
    assert compile_schema(schema).root is None


@pytest.mark.parametrize("schema", ODD)
def test_returns_any_value_as_it_is_where_nothing_is_asked(schema):
    value = ["1", {"a": None}]

    results = coerce(value, schema).value, project(value, schema).value

    assert results == (value, value)


@pytest.mark.parametrize("keywords", ODD_KEYWORDS)
def test_passes_over_a_keyword_that_is_not_well_formed(keywords):
    value = {"a": {"a": "1", "l": ["1"]}, "other": ["1"]}
    schema = {"properties": {"a": keywords, "other": keywords}}

    results = coerce(value, schema), project(value, schema)

    assert [(result.value, result.converted) for result in results] == [(value, ())] * 2


def test_applies_the_other_keywords_next_to_a_malformed_one():
    schema = {"type": "thing", "properties": {"n": {"type": "number"}}, "required": [7, "n", "n"]}

    node = compile_schema(schema).root

    assert (node.types, node.members["n"].types, node.required) == ((), ("number",), ("n",))


def test_takes_a_root_without_type_for_an_object_and_a_nested_one_for_anything():
    node = compile_schema({"properties": {"a": {"properties": {}}}}).root

    assert (node.types, node.members["a"].types) == (("object",), ())


def test_returns_a_compiled_schema_as_it_is():
    compiled = compile_schema({"properties": {"qty": {"type": "number"}}})

    again = compile_schema(compiled)

    assert again is compiled


def test_gives_the_same_result_from_a_compiled_schema():
    schema = {"properties": {"qty": {"type": "number"}}, "additionalProperties": {"type": "string"}}
    value = {"qty": "2", "more": 3}

    results = coerce(value, compile_schema(schema)), project(value, compile_schema(schema))

    assert results == (coerce(value, schema), project(value, schema))


def test_does_not_change_the_schema():
    schema = {"properties": {"a": {}}}

    compile_schema(schema)

    assert schema == {"properties": {"a": {}}}


@pytest.mark.parametrize("key", ["properties", "items", "additionalProperties"])
def test_asks_nothing_below_a_hundred_levels(key):
    node = compile_schema(nested(5000, {"type": "number"}, key)).root

    levels = 0
    while node:
        node = node.members.get("a") or node.items or node.extras
        levels += 1

    assert levels == DEPTH + 1


def test_applies_a_schema_down_to_a_hundred_levels():
    schema = nested(DEPTH, {"type": "number"})
    value = "5"
    for _ in range(DEPTH):
        value = {"a": value}

    result = project(value, schema)

    assert [(change.pointer, change.after) for change in result.converted] == [("/a" * DEPTH, 5)]


class Another(dict):
    """An object that is no plain dict, so that it is read part by part first."""


# What Python has and JSON has not, and numbers beyond a double.
ODD_INPUTS = st.sampled_from(
    [math.nan, math.inf, 2**60, -(10**400), datetime.date(2034, 1, 2), {1: 2}, ("a", 1), b"x"]
)
OBJECTS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d/e", "other"]) | st.integers(0, 1), JSON | ODD_INPUTS, max_size=5
)


def outcome(value, schema):
    """Return what became of inputs with their types, or what was found wrong with them."""
    try:
        results = coerce(value, schema)
    except InputError as error:
        return [str(diagnostic) for diagnostic in error.diagnostics]
    return repr(results)


@settings(max_examples=500)
@given(value=OBJECTS, schema=SCHEMAS)
@example(value={"a": math.nan}, schema={"properties": {"a": {"type": "number"}}, "required": ["a"]})
@example(value={"a": [1, {"b": 2**60}]}, schema={"properties": {"a": {"type": "array"}}})
@example(value={"a": True}, schema={"properties": {"a": {"type": "number"}}, "type": "object"})
@example(value={"a": 1}, schema={"type": "array", "properties": {}})
def test_in_one_pass_or_in_two_the_inputs_become_the_same(value, schema):
    assert outcome(value, schema) == outcome(Another(value), schema)


def test_what_was_given_is_shared_with_nothing():
    inner = [1, {"a": 2}]

    coerced = coerce({"list": inner}, {"properties": {"list": {"type": "array"}}}).value
    coerced["list"][1]["a"] = 3

    assert inner == [1, {"a": 2}]


def test_own_conversions_take_precedence():
    schema = {"properties": {"flag": {"type": "boolean"}}}

    coerced = coerce({"flag": "yes"}, schema, conversions={"boolean": lambda value: value == "yes"})

    assert coerced.value == {"flag": True}
