from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb.widgets.form_fields import (
    OTHERS,
    FormEntry,
    InputField,
    fields_of,
    gather,
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
    assert [one.name for one in fields_of(schema)] == expected


@pytest.mark.parametrize(
    ("written", "expected"),
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
def test_the_type_of_a_field_is_one_of_the_platforms(written: object, expected: str) -> None:
    (found,) = fields_of({"properties": {"x": written}, "additionalProperties": False})

    assert found.type == expected


def test_a_field_says_that_it_is_required_and_what_it_is_for() -> None:
    schema = {
        "properties": {"id": {"type": "number", "description": "Of the order."}},
        "required": ["id"],
        "additionalProperties": False,
    }

    (found,) = fields_of(schema)

    assert found == InputField("id", "number", required=True, description="Of the order.")
    assert found.as_json()["label"] == "id"


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


def test_text_that_is_no_json_says_where() -> None:
    with pytest.raises(ValueError, match=r"not JSON: .*line 1 column 2"):
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
