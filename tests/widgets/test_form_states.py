"""What a form says of a field: why it is rejected, and what is sent in place of what was typed."""

from __future__ import annotations

from typing import Any, cast

import pytest

import kustomer_nb as knb
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.options import WorkbenchOptions
from kustomer_nb.widgets.form_edits import put
from kustomer_nb.widgets.form_entries import gather, spread
from kustomer_nb.widgets.form_states import fault_words, field_pointer, states_of
from kustomer_nb.widgets.form_tree import read_fields
from kustomer_nb.widgets.session import Session
from tests.samples import an_action

SCHEMA = {
    "properties": {
        "id": {"type": "number"},
        "note": {"type": "string"},
        "notify": {"type": "boolean"},
        "a.b": {"type": "number"},
        "tags": {"type": "array"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"qty": {"type": "number"}},
                "required": ["qty"],
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
TEMPLATE = {
    "uri": "http://a.b/{{id}}",
    "method": "post",
    "json": True,
    "data": {"text": "{{note}}", "raw": "{{{note}}}", "lines": "/#lines"},
}


def states(typed: dict[str, Any], inputs: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    action = knb.load(an_action(inputSchema=SCHEMA, inputTemplate=TEMPLATE)).action()
    session = Session(action, cast(WorkbenchOptions, options))
    root = read_fields(session.input_schema())
    entry = spread(root, inputs or {})
    for pointer, text in typed.items():
        entry = put(root, entry, pointer, {"state": "value", "text": text} if isinstance(text, str) else text)
    gathered = gather(root, entry)
    session.set_inputs(gathered.inputs)
    prepared = session.previewed
    assert prepared is not None
    session.set_inputs(gathered.inputs)
    raw = {(tag.pointer, tag.span): tag.raw for tag in session.template_fixes.escaped_tags}
    return states_of(root, entry, gathered.unread, session.coerce(gathered.inputs), prepared.request, raw)


SAID: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "leading zeros": ({"/id": "007"}, {"/id": {"sent": "7", "loss": "the leading zeros are lost"}}),
    "too many digits": (
        {"/id": "12345678901234567890"},
        {"/id": {"sent": "12345678901234567000", "loss": "the last digits are lost"}},
    ),
    "hexadecimal": ({"/id": "0x10"}, {"/id": {"sent": "16", "loss": "the form is lost"}}),
    "a zero at the end": ({"/id": "1.50"}, {"/id": {"sent": "1.5"}}),
    "a fraction that is whole": ({"/id": "1.0"}, {"/id": {"sent": "1"}}),
    "blanks around a number": ({"/id": " 7"}, {"/id": {"sent": "7"}}),
    "null in a number": ({"/id": {"state": "null"}}, {"/id": {"sent": "0"}}),
    "null in a string": ({"/note": {"state": "null"}}, {"/note": {"sent": '""'}}),
    "null in a boolean": ({"/notify": {"state": "null"}}, {"/notify": {"sent": "false"}}),
    "a string that is true": (
        {"/notify": {"state": "json", "text": '"true"'}},
        {"/notify": {"sent": "true"}},
    ),
    "a number in a string": ({"/note": {"state": "json", "text": "7"}}, {"/note": {"sent": '"7"'}}),
    "no number": ({"/id": "12x"}, {"/id": {"fault": '"12x" is not a number. Enter a number.'}}),
    "no boolean": (
        {"/notify": "yes"},
        {"/notify": {"fault": '"yes" is not a boolean. Choose true or false.'}},
    ),
    "no array": (
        {"/tags": "{}"},
        {"/tags": {"fault": "{} is not an array. Enter a JSON array: […]."}},
    ),
    "broken JSON": (
        {"/tags": "["},
        {"/tags": {"fault": "Invalid JSON: expected a value (line 1, column 2)."}},
    ),
    "an item of a card": (
        {"/lines/0/qty": "007"},
        {"/lines/0/qty": {"sent": "7", "loss": "the leading zeros are lost"}},
    ),
    "a required value of a card": (
        {"/lines/0": {"state": "value"}},
        {"/lines/0/qty": {"fault": "Required. Enter a number."}},
    ),
    "an item within JSON text": (
        {"/lines": {"state": "json", "text": '[{"qty": "two"}]'}},
        {"/lines": {"fault": '0.qty: "two" is not a number.'}},
    ),
    "a converted value within JSON text": (
        {"/lines": {"state": "json", "text": '[{"qty": "2"}]'}},
        {"/lines": {"sent": "0.qty: 2"}},
    ),
    "an input that is not declared": (
        {"/~": '{"notifi": 1}'},
        {"/~": {"fault": '"notifi" is not an input of this action. Did you mean `notify`?'}},
    ),
}


@pytest.mark.parametrize(("typed", "expected"), SAID.values(), ids=SAID)
def test_what_there_is_to_say_is_said_at_its_field(typed: dict[str, Any], expected: dict[str, Any]) -> None:
    assert states(typed) == expected


UNSAID: dict[str, dict[str, Any]] = {
    "a number as it is sent": {"/id": "7"},
    "zero": {"/id": "0"},
    "a negative fraction": {"/id": "-7.25"},
    "text without anything to escape": {"/note": "Box and contents"},
    "an empty string": {"/note": ""},
    "true": {"/notify": "true"},
    "JSON": {"/tags": "[1, 1.5]"},
    "an emptied number": {"/id": ""},
    "nothing": {},
    "a key with a dot": {"/a.b": "7"},
}


@pytest.mark.parametrize("typed", UNSAID.values(), ids=UNSAID)
def test_what_is_sent_as_it_is_typed_has_no_state(typed: dict[str, Any]) -> None:
    assert states(typed) == {}


@pytest.mark.parametrize(
    ("text", "after"),
    [("Box & contents", "Box &amp; contents"), ("a=b", "a&#x3D;b"), ("it's", "it&#x27;s")],
)
def test_what_double_braces_change_is_said_with_the_fix(text: str, after: str) -> None:
    said = states({"/note": text})["/note"]["escaped"]

    assert said == {
        "after": after,
        "pointer": "/inputTemplate/data/text",
        "code": "KNB708",
        "fix": "{{{note}}}",
    }


def test_a_reference_to_a_step_that_has_no_value_says_so() -> None:
    schema = {"properties": {"id": {"type": "number"}}, "required": ["id"]}
    session = Session(knb.load(an_action(inputSchema=schema)).action(), {"steps": {"find": {}}})
    root = read_fields(schema)
    inputs = {"id": "/#steps.find.body.id"}

    said = states_of(root, spread(root, inputs), {}, session.coerce(inputs), None)

    assert said == {
        "/id": {"fault": "the required input `id` is missing: `/#steps.find.body.id` has no value."}
    }


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/id", "/id"),
        ("/tags/3/x", "/tags"),
        ("/lines/0/qty", "/lines/0/qty"),
        ("/lines/7/qty", "/lines"),
        ("/lines/0/x", "/lines/0/~"),
        ("/x/y", "/~"),
        ("", ""),
    ],
)
def test_a_pointer_into_the_inputs_leads_to_the_field_that_shows_it(pointer: str, field: str) -> None:
    root = read_fields(SCHEMA)
    entry = spread(root, {"lines": [{}]})

    assert field_pointer(root, entry, pointer) == field


def test_a_decimal_comma_is_named() -> None:
    root = read_fields({"properties": {"qty": {"type": "number"}, "name": {"type": "string"}}})
    wrong = Diagnostic("KNB702", Severity.ERROR, "/qty", "'12,5' is not a number.", "pass a number.")

    assert fault_words(root, {"state": "value"}, "/qty", wrong) == (
        "'12,5' is not a number. Write 12.5, with a point."
    )
    thousands = Diagnostic("KNB702", Severity.ERROR, "/qty", "'1,000,5' is not a number.", "pass a number.")
    assert fault_words(root, {"state": "value"}, "/qty", thousands).endswith("Enter a number.")
