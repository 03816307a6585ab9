from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb.errors import InputError
from kustomer_nb.schema import coerce
from kustomer_nb.widgets.form_fields import (
    OTHERS,
    FormEntry,
    InputField,
    fields_of,
    gather,
    problem,
    spread,
    text_of,
    value_of,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def field(kind: str, name: str = "x") -> InputField:
    return InputField(name, kind, required=False)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param(None, [OTHERS], id="no schema takes other inputs"),
        pytest.param({"additionalProperties": False}, [], id="a closed schema without properties"),
        pytest.param({"properties": {"a": {}}, "additionalProperties": False}, ["a"], id="a closed schema"),
        pytest.param({"properties": {"a": {}}}, ["a", OTHERS], id="an open schema"),
        pytest.param({"properties": ["a"], "required": 3}, [OTHERS], id="keywords of the wrong type"),
    ],
)
def test_a_schema_gives_its_fields(schema: object, expected: list[str]) -> None:
    assert [item.name for item in fields_of(schema)] == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "string"),
        ({"type": "integer"}, "number"),
        ({"type": "date"}, "any"),
        ({"type": ["string", "null"]}, "any"),
        ({}, "any"),
        ("string", "any"),
    ],
    ids=["one of the five", "integer is a number", "unknown", "a list of types", "no type", "no schema"],
)
def test_the_type_of_a_field_is_one_of_the_platforms(schema: object, expected: str) -> None:
    (only,) = fields_of({"properties": {"x": schema}, "additionalProperties": False})

    assert only.type == expected


def test_a_field_says_that_it_is_required_and_what_it_is_for() -> None:
    schema = {
        "properties": {"id": {"type": "number", "description": "Of the order."}},
        "required": ["id"],
        "additionalProperties": False,
    }

    (only,) = fields_of(schema)

    assert only == InputField("id", "number", required=True, description="Of the order.")
    assert only.as_json()["label"] == "id"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("string", "007", "007"),
        ("string", "", ""),
        ("number", " 12 ", 12),
        ("number", "1.50", 1.5),
        ("number", "12x", "12x"),
        ("number", "", ""),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("boolean", "", ""),
        ("object", '{"a": 1}', {"a": 1}),
        ("array", "[1]", [1]),
        ("any", "null", None),
    ],
)
def test_typed_text_becomes_the_input_it_stands_for(kind: str, text: str, expected: object) -> None:
    assert value_of(field(kind), text) == expected


def test_invalid_json_says_where() -> None:
    message = "Invalid JSON: expected a property name in double quotes (line 1, column 2)."
    with pytest.raises(ValueError, match=re.escape(message)):
        value_of(field("object"), "{a: 1}")


def test_absent_and_empty_differ() -> None:
    fields = (field("string", "sent"), field("string", "kept"))

    inputs, _ = gather(fields, {"sent": FormEntry("", send=True), "kept": FormEntry("typed", send=False)})

    assert inputs == {"sent": ""}


@pytest.mark.parametrize("text", ["[1]", "{", "7"], ids=["an array", "broken", "a number"])
def test_other_inputs_must_be_one_object(text: str) -> None:
    inputs, faults = gather(fields_of(None), {OTHERS: FormEntry(text, send=True)})

    assert not inputs
    assert list(faults) == [OTHERS]


def test_an_input_of_no_field_goes_nowhere_unsaid() -> None:
    with pytest.raises(KeyError, match="gone"):
        spread((field("string"),), {"gone": 1})


@given(st.dictionaries(st.text(min_size=1).filter(lambda name: name != OTHERS), JSON, max_size=4))
def test_inputs_survive_the_form(inputs: dict[str, object]) -> None:
    fields = fields_of({"properties": {name: {} for name in list(inputs)[:2]}})
    back, faults = gather(fields, spread(fields, inputs))

    assert back == inputs
    assert not faults


def test_a_number_is_written_as_javascript_writes_it() -> None:
    assert [text_of(field("any"), value) for value in (1.0, 1e21, True, "a")] == ["1", "1e+21", "true", '"a"']


NESTED = {"type": "object", "properties": {"id": {"type": "number"}}}
SCHEMA = {
    "properties": {"qty": {"type": "number"}, "gift": {"type": "boolean"}, "order": NESTED},
    "required": ["qty"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("inputs", "name", "message"),
    [
        pytest.param({"qty": "two"}, "qty", '"two" is not a number. Enter a number.', id="a wrong type"),
        pytest.param({"qty": ""}, "qty", "Empty: enter a number.", id="a required input that is empty"),
        pytest.param({}, "qty", "Required: enter a number.", id="a required input that is not sent"),
        pytest.param(
            {"qty": 1, "gift": ""},
            "gift",
            "Empty: choose true or false or turn off Send.",
            id="an optional input that is empty",
        ),
        pytest.param(
            {"qty": 1, "order": {"id": "x"}}, "order", 'order.id: "x" is not a number.', id="within an object"
        ),
        pytest.param(
            {"qty": 1, "qtty": 2},
            OTHERS,
            '"qtty" is not an input of this action. Remove it',
            id="an undeclared input",
        ),
    ],
)
def test_a_problem_says_what_to_enter(inputs: dict[str, object], name: str, message: str) -> None:
    fields = {item.name: item for item in (*fields_of(SCHEMA), InputField(OTHERS, "object", False))}
    value = inputs.get(name)
    entry = FormEntry(value if isinstance(value, str) else "", send=name in inputs)

    with pytest.raises(InputError) as caught:
        coerce(inputs, SCHEMA)

    (diagnostic,) = caught.value.diagnostics
    assert problem(fields[name], entry, diagnostic).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Empty: enter a JSON object or turn off Send."),
        ("{", "Invalid JSON: expected a property name in double quotes (line 1, column 2)."),
        ('{"a" 1}', "Invalid JSON: expected a colon (line 1, column 6)."),
        ('{"a": 1} x', "Invalid JSON: more text after the value (line 1, column 10)."),
        ("1" * 5000, "Invalid JSON: the number is too long."),
    ],
    ids=["empty", "cut", "no colon", "more", "a long number"],
)
def test_json_that_cannot_be_parsed_says_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        value_of(field("object"), text)
