import copy
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.schema import Coerced, Conversion, coerce, compile_schema, find_conversions
from tests.schema.schemas import JSON, OBJECTS, SCENARIOS, SCHEMAS

NUMBER = {"type": "number"}
ORDER = {
    "type": "object",
    "properties": {
        "orderId": NUMBER,
        "note": {"type": ["string", "null"]},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"qty": NUMBER},
                "required": ["qty"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["orderId"],
    "additionalProperties": False,
}


def faults(value, schema):
    with pytest.raises(InputError) as caught:
        coerce(value, schema)
    return [str(diagnostic) for diagnostic in caught.value.diagnostics]


@pytest.mark.parametrize("case", SCENARIOS["ajv"])
def test_ends_as_ajv_does(case):
    try:
        result = coerce(case["before"], case["schema"]).value
    except InputError as error:
        result = [diagnostic.pointer for diagnostic in error.diagnostics]

    assert result == (case["after"] if case["ok"] else case["pointers"])


def test_returns_the_value_with_each_conversion():
    value = {"orderId": "17", "lines": [{"qty": 1}, {"qty": True}]}

    result = coerce(value, ORDER)

    assert result == Coerced(
        {"orderId": 17, "lines": [{"qty": 1}, {"qty": 1}]},
        (Conversion("/orderId", "17", 17), Conversion("/lines/1/qty", True, 1)),
    )


def test_reads_whole_text_as_an_int_and_a_fraction_as_a_float():
    result = coerce({"a": "5", "b": "1.5"}, {"properties": {"a": NUMBER, "b": NUMBER}})

    assert repr(result.value) == "{'a': 5, 'b': 1.5}"


def test_reports_the_digits_a_double_loses():
    big = 9007199254740993
    schema = {"properties": {"n": NUMBER, "less": NUMBER, "s": {"type": "string"}, "same": NUMBER}}

    result = coerce({"n": big, "less": -big, "s": big, "same": 2**60}, schema)

    assert result.converted == (
        Conversion("/n", big, 9007199254740992),
        Conversion("/less", -big, -9007199254740992),
        Conversion("/s", big, 9007199254740992),
        # A double has it exactly, but JavaScript prints other digits.
        Conversion("/same", 2**60, 1152921504606847000),
        Conversion("/s", 9007199254740992, "9007199254740992"),
    )


def test_reports_the_digits_that_a_value_without_a_type_loses():
    schema = {"properties": {"id": {"title": "Id"}}}

    result = coerce({"id": 9007199254740993, "other": [{"id": 2**60}]}, schema)

    assert result == Coerced(
        {"id": 9007199254740992, "other": [{"id": 1152921504606847000}]},
        (
            Conversion("/id", 9007199254740993, 9007199254740992),
            Conversion("/other/0/id", 2**60, 1152921504606847000),
        ),
    )


def test_takes_pythons_own_values_as_json():
    schema = {
        "properties": {"at": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}
    }

    result = coerce({"at": datetime(2024, 5, 1, 12, tzinfo=UTC), "tags": (1, "b")}, schema)

    assert result.value == {"at": "2024-05-01T12:00:00.000Z", "tags": ["1", "b"]}


@pytest.mark.parametrize("absent", [UNDEFINED, float("nan")], ids=["undefined", "NaN"])
def test_takes_an_absent_value_for_a_missing_input(absent):
    assert faults({"orderId": absent}, ORDER) == [
        "/orderId: KNB701 the required input `orderId` is missing. Fix: pass a number."
    ]


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        pytest.param(
            {"qty": "two"},
            {"properties": {"qty": NUMBER}},
            '/qty: KNB702 "two" is not a number. Fix: pass a number, or change its type.',
            id="a wrong type",
        ),
        pytest.param(
            {"qty": [1]},
            {"properties": {"qty": {"type": ["integer", "null"]}}},
            "/qty: KNB702 [1] is not an integer or null. Fix: pass an integer or null, or change its type.",
            id="none of several types",
        ),
        pytest.param(
            {"a/b": {"c": ["", "no"]}},
            {"properties": {"a/b": {"properties": {"c": {"items": {"type": "null"}}}}}},
            '/a~1b/c/1: KNB702 "no" is not null. Fix: pass null, or change its type.',
            id="a wrong type further down",
        ),
        pytest.param(
            {"text": ["y" * 200]},
            {"properties": {"text": {"type": "string"}}},
            '/text: KNB702 ["' + "y" * 57 + "… is not a string. Fix: pass a string, or change its type.",
            id="a long value, cut to sixty characters",
        ),
        pytest.param(
            {},
            {"required": ["any"]},
            "/any: KNB701 the required input `any` is missing. Fix: pass a value.",
            id="a missing input that is not declared",
        ),
        pytest.param(
            {},
            {"properties": {"any": {"title": "Any"}}, "required": ["any"]},
            "/any: KNB701 the required input `any` is missing. Fix: pass a value.",
            id="a missing input without a type",
        ),
        pytest.param(
            {"orderId": 1, "lines": [{}]},
            ORDER,
            "/lines/0/qty: KNB701 the required property `qty` is missing. Fix: pass a number.",
            id="a missing property of an element",
        ),
        pytest.param(
            {"orderID": 1},
            {"properties": {"orderId": NUMBER}, "additionalProperties": False},
            '/orderID: KNB703 "orderID" is not an input of this action. Fix: did you mean `orderId`?',
            id="a near miss",
        ),
        pytest.param(
            {"ORDERID": 1},
            {"properties": {"orderid": NUMBER}, "additionalProperties": False},
            '/ORDERID: KNB703 "ORDERID" is not an input of this action. Fix: did you mean `orderid`?',
            id="a near miss written in capitals",
        ),
        pytest.param(
            {"orderid": 1},
            {"properties": {"ORDERID": NUMBER}, "additionalProperties": False},
            '/orderid: KNB703 "orderid" is not an input of this action. Fix: did you mean `ORDERID`?',
            id="a near miss declared in capitals",
        ),
        pytest.param(
            {"orderID": 1, "orderId": 1},
            {"properties": {"orderId": NUMBER, "note": {}}, "additionalProperties": False},
            '/orderID: KNB703 "orderID" is not an input of this action. '
            "Fix: remove it, or declare it next to `orderId`, `note`.",
            id="a near miss of an input that is there",
        ),
        pytest.param(
            {"zzz": 1},
            {"properties": {f"input{n}": {} for n in range(9)}, "additionalProperties": False},
            '/zzz: KNB703 "zzz" is not an input of this action. Fix: remove it, or declare it next to '
            "`input0`, `input1`, `input2`, `input3`, `input4`, `input5` and 3 more.",
            id="nothing near among many",
        ),
        pytest.param(
            {"zzz": 1},
            {"additionalProperties": False},
            '/zzz: KNB703 "zzz" is not an input of this action. '
            "Fix: remove it: additionalProperties is false, and no property is declared.",
            id="nothing declared",
        ),
        pytest.param(
            {"lines": [{"qty": 1, "qtty": 1}]},
            {"properties": {"lines": {"items": {"properties": {"qty": {}, "sku": {}, "quantity": {}},
                                                "additionalProperties": False}}}},
            '/lines/0/qtty: KNB703 "qtty" is not a property of /lines/0. Fix: did you mean `quantity`?',
            id="an unknown property further down",
        ),
        pytest.param(
            {"tags": {"a"}},
            {"properties": {"tags": {"type": "array"}}},
            "/tags: KNB704 a value of type set is not a JSON value. Fix: pass a list.",
            id="what is no JSON is not of a wrong type too",
        ),
    ],
)  # fmt: skip
def test_says_where_and_what_and_the_way_out(value, schema, expected):
    assert faults(value, schema) == [expected]


def test_reports_every_fault_at_once():
    value = {"orderID": 1, "note": {}, "lines": [{"qty": ""}, {"Qty": 1}, {"qty": {1}}]}

    with pytest.raises(InputError) as caught:
        coerce(value, ORDER)

    assert [(diagnostic.code, diagnostic.pointer) for diagnostic in caught.value.diagnostics] == [
        ("KNB704", "/lines/2/qty"),
        ("KNB703", "/orderID"),
        ("KNB702", "/note"),
        ("KNB702", "/lines/0/qty"),
        ("KNB703", "/lines/1/Qty"),
        ("KNB701", "/lines/1/qty"),
        ("KNB701", "/orderId"),
    ]
    assert len(caught.value.diagnostics.with_severity(Severity.ERROR)) == 7


@pytest.mark.parametrize(
    ("value", "text"),
    [("hello", '"hello"'), (None, "null"), (["a"], '["a"]'), (5, "5"), (UNDEFINED, "no value")],
    ids=["text", "null", "array", "number", "nothing"],
)
@pytest.mark.parametrize("schema", [{"properties": {}}, {"type": "array"}, {"type": "date"}], ids=str)
def test_refuses_inputs_that_are_no_object(value, text, schema):
    assert faults(value, schema) == [f"KNB702 {text} is not an object. Fix: pass an object."]


def test_reports_inputs_that_are_no_json_once():
    assert faults({"a"}, ORDER) == ["KNB704 a value of type set is not a JSON value. Fix: pass a list."]


@pytest.mark.parametrize("value", [None, ""], ids=["null", "an empty string"])
def test_takes_null_and_the_empty_string_for_a_required_input(value):
    schema = {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["a", "b"]}

    result = coerce({"a": value, "b": value}, schema)

    assert result.value == {"a": "", "b": value}


def test_applies_a_schema_for_additional_properties_to_the_extras_alone():
    schema = {"properties": {"a": {"type": "string"}}, "additionalProperties": NUMBER}

    result = coerce({"a": "1", "b": "1"}, schema)

    assert result.value == {"a": "1", "b": 1}


def test_passes_on_what_is_not_declared_where_nothing_forbids_it():
    result = coerce({"b": "1"}, {"properties": {"a": NUMBER}})

    assert result == Coerced({"b": "1"}, ())


def test_keeps_the_order_of_the_inputs():
    result = coerce({"b": "1", "x": 0, "a": "2"}, {"properties": {"a": NUMBER, "b": NUMBER}})

    assert list(result.value) == ["b", "x", "a"]


def test_lets_a_value_as_deep_as_python_can_hold_end_in_a_fault():
    deep = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(InputError) as caught:
        coerce({"deep": deep}, {"properties": {"deep": {}}})

    assert caught.value.diagnostics.codes == ["KNB704"]


@given(value=OBJECTS, schema=SCHEMAS)
@settings(max_examples=150, deadline=None)
def test_changes_nothing_the_second_time(value, schema):
    compiled = compile_schema(schema)
    try:
        once = coerce(value, compiled).value
    except InputError:
        return

    again = coerce(once, compiled)

    assert again == Coerced(once, ())


@given(value=JSON, schema=SCHEMAS)
@settings(max_examples=100, deadline=None)
def test_never_changes_the_value_given_and_raises_nothing_else(value, schema):
    before = copy.deepcopy(value)

    with suppress(InputError):
        coerce(value, schema)

    assert repr(value) == repr(before)


FOUND = {
    "beside a value that is rejected": ({"a": "7", "b": "x"}, [("/a", "7", 7)]),
    "beside an input that is missing": ({"a": None}, [("/a", None, 0)]),
    "beside an undeclared input": ({"b": "2", "c": 1}, [("/b", "2", 2)]),
    "a number that no double is": ({"a": 2**53 + 1, "b": "x"}, [("/a", 2**53 + 1, 2**53)]),
    "nothing to convert": ({"a": 7, "b": "x"}, []),
    "no object": ([1], []),
    "a value that is not JSON": ({"a": {1}, "b": "2"}, [("/a", None, 0), ("/b", "2", 2)]),
}


@pytest.mark.parametrize(("inputs", "expected"), FOUND.values(), ids=FOUND)
def test_conversions_are_found_in_inputs_that_are_rejected(inputs: Any, expected: list[Any]) -> None:
    number = {"type": "number"}
    schema = {"properties": {"a": number, "b": number}, "required": ["b"], "additionalProperties": False}

    assert [tuple(conversion) for conversion in find_conversions(inputs, schema)] == expected
