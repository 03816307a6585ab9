import copy
from types import MappingProxyType

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.schema import Conversion, Drop, Projected, Unconverted, project
from tests.schema.schemas import JSON, OBJECTS, SCENARIOS, SCHEMAS

NUMBER = {"type": "number"}
CLOSED = {"type": "object", "properties": {"n": NUMBER}, "required": ["n"], "additionalProperties": False}
NESTED = {
    "properties": {"one": CLOSED, "many": {"type": "array", "items": CLOSED}, "bag": {"type": "object"}},
    "additionalProperties": False,
}


def without_required(schema):
    if isinstance(schema, list):
        return [without_required(subschema) for subschema in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: without_required(item) for key, item in schema.items() if key != "required"}


def end_of(result):
    return not result.unconverted and not result.absent, result.value


@pytest.mark.parametrize("case", SCENARIOS["ajv removing"])
def test_ends_as_ajv_does_with_additional_properties_removed(case):
    assert end_of(project(case["before"], case["schema"])) == (case["ok"], case["after"])


def test_returns_what_became_of_every_value():
    value = {"one": {"n": "1", "x": 1}, "many": [{"n": []}, {}], "bag": {"kept": 1}, "more": {"y": 2}}

    result = project(value, NESTED)

    assert result == Projected(
        {"one": {"n": 1}, "many": [{"n": []}, {}], "bag": {"kept": 1}},
        converted=(Conversion("/one/n", "1", 1),),
        dropped=(Drop("/one/x", 1), Drop("/more", {"y": 2})),
        unconverted=(Unconverted("/many/0/n", [], "number"),),
        absent=("/many/1/n",),
    )


def test_filters_only_the_top_level_without_every_depth():
    value = {"one": {"n": "1", "x": "1"}, "many": [{"n": 1, "x": 1}], "more": 1}

    result = project(value, NESTED, every_depth=False)

    assert result.value == {"one": {"n": 1, "x": "1"}, "many": [{"n": 1, "x": 1}]}
    assert result.dropped == (Drop("/more", 1),)


def test_names_every_type_that_was_wanted():
    result = project({"a": {}}, {"properties": {"a": {"type": ["string", "null"]}}})

    assert result.unconverted == (Unconverted("/a", {}, "string or null"),)


@pytest.mark.parametrize("value", ["text", None, ["a"], UNDEFINED], ids=repr)
def test_keeps_an_output_that_is_no_object(value):
    result = project(value, {"properties": {"a": NUMBER}, "required": ["a"]})

    assert result == Projected(value, unconverted=(Unconverted("", value, "object"),))


def test_takes_an_undefined_member_for_an_absent_one_and_an_undefined_element_for_null():
    schema = {
        "properties": {"n": NUMBER, "list": {"items": {"type": "string"}}},
        "required": ["n"],
        "additionalProperties": False,
    }

    result = project({"n": UNDEFINED, "extra": UNDEFINED, "list": [UNDEFINED, "x"]}, schema)

    assert result == Projected({"list": ["", "x"]}, (Conversion("/list/0", None, ""),), absent=("/n",))


def test_does_not_count_a_dropped_member_as_absent():
    result = project({"a": 1}, {"required": ["a"], "additionalProperties": False})

    assert (result.value, result.dropped, result.absent) == ({}, (Drop("/a", 1),), ())


def test_shares_what_the_schema_does_not_describe_however_deep():
    deep = []
    for _ in range(100_000):
        deep = [deep]

    result = project({"deep": deep, "n": "1"}, {"properties": {"deep": {"type": "array"}, "n": NUMBER}})

    assert result.value["deep"] is deep
    assert result.value["n"] == 1


def test_reads_a_mapping_and_a_tuple_as_object_and_array():
    schema = {"properties": {"list": {"type": "array", "items": NUMBER}}}

    result = project(MappingProxyType({"list": ("1",)}), schema)

    assert result.value == {"list": [1]}


def test_keeps_what_is_no_json_at_all():
    odd = object()

    result = project({"a": odd, "b": odd}, {"properties": {"a": NUMBER}})

    assert result == Projected({"a": odd, "b": odd}, unconverted=(Unconverted("/a", odd, "number"),))


@given(value=OBJECTS, schema=SCHEMAS)
@settings(max_examples=200, deadline=None)
def test_conforms_to_the_schema_but_for_what_is_listed(value, schema):
    result = project(value, schema)

    unconverted = {value.pointer for value in result.unconverted}
    validator = jsonschema.Draft7Validator(without_required({"type": "object", **schema}))
    invalid = {join("", *error.path) for error in validator.iter_errors(result.value)}
    beneath = {
        pointer for pointer in invalid if any(pointer.startswith(f"{outer}/") for outer in unconverted)
    }

    assert invalid - beneath == unconverted


@given(value=JSON, schema=SCHEMAS, every_depth=st.booleans())
@settings(max_examples=100, deadline=None)
def test_never_changes_the_value_given(value, schema, every_depth):
    before = copy.deepcopy(value)

    project(value, schema, every_depth=every_depth)

    assert repr(value) == repr(before)
