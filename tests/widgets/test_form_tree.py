from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kustomer_nb as knb
from kustomer_nb.errors import InputError
from kustomer_nb.run import CoercedInputs
from kustomer_nb.schema.from_python import plain
from kustomer_nb.widgets.form_edits import (
    add_item,
    as_fields,
    entry_at,
    move_item,
    put,
    remove_item,
)
from kustomer_nb.widgets.form_entries import (
    entry_of,
    field_json,
    gather,
    link_entry,
    linked,
    read_text,
    spread,
)
from kustomer_nb.widgets.form_json import json_text, parse_json
from kustomer_nb.widgets.form_states import states_of
from kustomer_nb.widgets.form_tree import InputField, field_at, path_of, read_fields
from kustomer_nb.widgets.session import Session
from tests.samples import an_action
from tests.work import count_calls

KEYS = st.sampled_from(
    ["a", "b", "@a", "", "a/b", "~", "~0", "a~1b", "0", "toString", "__proto__"]
) | st.text(max_size=3)
NUMBERS = (
    st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0, -0.0, 1, 1.0, 1e22, 5e-324, 12345678901234567890, 9007199254740993])
)
TEXTS = st.text() | st.sampled_from(
    [
        "",
        " ",
        "7",
        "007",
        "0x10",
        "12x",
        "true",
        "null",
        "{",
        "[1]",
        "1.0",
        "12345678901234567890",
        "1e5",
        "/#a",
    ]
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
TYPES = st.sampled_from(
    [
        "string",
        "number",
        "integer",
        "boolean",
        "object",
        "array",
        "null",
        "date",
        ["string", "null"],
        [],
        None,
        7,
    ]
)
SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES,
            "enum": st.lists(SCALARS, max_size=3) | st.just("a"),
            "default": JSON,
            "minimum": SCALARS,
            "description": SCALARS,
        },
    )
    | SCALARS,
    lambda inner: st.fixed_dictionaries(
        {
            "properties": st.dictionaries(KEYS, inner, max_size=4),
            "items": inner,
            "required": st.lists(KEYS, max_size=2) | st.just("a"),
        },
        optional={"type": TYPES, "additionalProperties": st.booleans() | inner},
    ),
    max_leaves=8,
)


def exact(value: Any) -> str:
    """Return a text that tells 1, 1.0 and True apart, and one order of keys from another."""
    return json.dumps(value)


def value(text: str) -> dict[str, Any]:
    return {"state": "value", "text": text}


@settings(max_examples=400)
@given(SCHEMAS, st.dictionaries(KEYS, JSON, max_size=5))
def test_inputs_come_back_as_they_were(schema: Any, inputs: dict[str, Any]) -> None:
    root = read_fields(schema)
    inputs = plain(inputs).value

    gathered = gather(root, spread(root, inputs))

    assert exact(gathered.inputs) == exact(inputs)
    assert not gathered.unread


@settings(max_examples=200)
@given(SCHEMAS, JSON)
def test_a_value_comes_back_whatever_its_field_is(schema: Any, json_value: Any) -> None:
    root = read_fields({"properties": {"x": schema}})
    json_value = plain(json_value).value

    entry = spread(root, {"x": json_value})

    assert exact(gather(root, entry).inputs) == exact({"x": json_value})


@settings(max_examples=200)
@given(SCHEMAS, st.dictionaries(KEYS, JSON, max_size=3))
def test_each_entry_is_what_a_page_can_take(schema: Any, inputs: dict[str, Any]) -> None:
    root = read_fields(schema)

    entry = spread(root, plain(inputs).value)

    assert json.loads(json.dumps(entry)) == entry
    assert json.dumps(field_json(root))


@given(JSON)
def test_json_text_loses_nothing(json_value: Any) -> None:
    json_value = plain(json_value).value

    assert exact(parse_json(json_text(json_value))) == exact(json_value)


@settings(max_examples=200)
@given(SCHEMAS, st.dictionaries(KEYS, JSON, max_size=3), st.data())
def test_a_value_put_at_a_pointer_is_sent_there(schema: Any, inputs: dict[str, Any], data: Any) -> None:
    root = read_fields(schema)
    entry = spread(root, plain(inputs).value)
    pointers = [pointer for pointer in _pointers(root) if pointer]
    if not pointers:
        return
    pointer = data.draw(st.sampled_from(pointers))
    json_value = plain(data.draw(JSON)).value
    field = field_at(root, pointer)
    assert field is not None

    try:
        changed = put(root, entry, pointer, entry_of(field, json_value))
    except InputError:
        # What encloses it is text that is not an object, or no object at all.
        return

    assert exact(_at(gather(root, changed).inputs, pointer)) == exact(json_value)


def _pointers(field: InputField, pointer: str = "") -> list[str]:
    inner = [
        found
        for name, member in field.members.items()
        for found in _pointers(member, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    ]
    return [pointer, *inner]


def _at(inputs: Any, pointer: str) -> Any:
    for key in pointer.split("/")[1:]:
        inputs = inputs[key.replace("~1", "/").replace("~0", "~")]
    return inputs


KINDS = {
    "one of the five": ({"type": "string"}, "string"),
    "integer is a number": ({"type": "integer"}, "number"),
    "a type and null": ({"type": ["string", "null"]}, "string"),
    "an integer or a number": ({"type": ["integer", "number"]}, "number"),
    "two types": ({"type": ["string", "number"]}, "any"),
    "only null": ({"type": "null"}, "any"),
    "unknown": ({"type": "date"}, "any"),
    "a type that is a number": ({"type": 7}, "any"),
    "no types": ({"type": []}, "any"),
    "no type": ({}, "any"),
    "no schema": ("string", "any"),
    "true": (True, "any"),
    "a choice of strings": ({"enum": ["a", "b", None]}, "string"),
    "a choice of anything": ({"enum": ["a", 1]}, "any"),
}


@pytest.mark.parametrize(("schema", "kind"), KINDS.values(), ids=KINDS)
def test_the_type_of_a_field_is_one_of_the_platforms(schema: Any, kind: str) -> None:
    root = read_fields({"properties": {"x": schema}})

    assert root.members["x"].type == kind


@pytest.mark.parametrize("schema", [None, True, 7, [], "x", {"properties": ["a"], "required": 3}], ids=repr)
def test_a_schema_that_is_none_has_only_other_inputs(schema: Any) -> None:
    root = read_fields(schema)

    assert (dict(root.members), root.is_open) == ({}, True)


def test_a_field_says_what_its_schema_says() -> None:
    schema = {
        "properties": {
            "size": {
                "type": "integer",
                "description": "In boxes.",
                "enum": [1, 2],
                "default": 1,
                "minimum": 1,
                "maximum": 2,
            }
        },
        "required": ["size"],
    }

    described = field_json(read_fields(schema, unused={"size"}).members["size"])

    assert described == {
        "name": "size",
        "type": "number",
        "required": True,
        "description": "In boxes.",
        "minimum": 1,
        "maximum": 2,
        "is_unused": True,
        "choices": [{"label": "1", "entry": value("1")}, {"label": "2", "entry": value("2")}],
        "default": {"label": "1", "entry": value("1")},
    }


def test_a_schema_that_contains_itself_ends() -> None:
    schema: dict[str, Any] = {"type": "object"}
    schema["properties"] = {"left": schema, "right": schema}

    root = read_fields(schema)

    assert len(_pointers(root)) < 12_000


def test_thirty_levels_are_thirty_groups() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(30):
        schema = {"type": "object", "properties": {"in": schema}}
    root = read_fields(schema)
    pointer = "/in" * 30

    entry = put(root, {"state": "value"}, pointer, value("deep"))

    assert _at(gather(root, entry).inputs, pointer) == "deep"


def test_a_schema_deeper_than_a_form_is_json_at_its_end() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(200):
        schema = {"type": "object", "properties": {"in": schema}}

    assert max(pointer.count("/") for pointer in _pointers(read_fields(schema))) == 40


READ = {
    "a string is itself": ("string", "007", "007"),
    "an empty string is a value": ("string", "", ""),
    "blanks in a string": ("string", " ", " "),
    "a number": ("number", " 12 ", 12),
    "a fraction": ("number", "1.50", 1.5),
    "a number written as a fraction": ("number", "1.0", 1.0),
    "no number": ("number", "12x", "12x"),
    "more digits than a number has": ("number", "12345678901234567890", "12345678901234567890"),
    "hexadecimal": ("number", "0x10", "0x10"),
    "leading zeros": ("number", "007", "007"),
    "true": ("boolean", "true", True),
    "no boolean": ("boolean", "yes", "yes"),
    "an object": ("object", '{"a": 1}', {"a": 1}),
    "an array": ("array", "[1]", [1]),
    "null": ("any", "null", None),
}


@pytest.mark.parametrize(("kind", "text", "result"), READ.values(), ids=READ)
def test_typed_text_becomes_the_input_it_stands_for(kind: str, text: str, result: object) -> None:
    read = read_text(InputField("x", kind), text)

    assert exact(read) == exact(result)


@pytest.mark.parametrize("kind", ["number", "boolean", "object", "array", "any"])
@pytest.mark.parametrize("text", ["", " \n"], ids=["emptied", "blanks"])
def test_an_emptied_field_is_not_set_unless_it_takes_text(kind: str, text: str) -> None:
    root = read_fields({"properties": {"x": {"type": kind}}})

    assert gather(root, {"state": "value", "fields": {"x": value(text)}}) == ({}, {})


def test_an_emptied_choice_is_not_set_and_an_emptied_string_is() -> None:
    root = read_fields(
        {"properties": {"size": {"type": "string", "enum": ["S"]}, "note": {"type": "string"}}}
    )

    gathered = gather(root, {"state": "value", "fields": {"size": value(""), "note": value("")}})

    assert gathered.inputs == {"note": ""}


UNREAD = {
    "a broken array": ("array", "[1, 2", "Invalid JSON: expected a comma (line 1, column 6)."),
    "a fault on the second line": (
        "object",
        '{"a":\n x}',
        "Invalid JSON: expected a value (line 2, column 2).",
    ),
    "NaN": ("array", "[NaN]", "Invalid JSON: NaN is not a JSON value."),
    "a number too large": ("array", "[1e999]", "Invalid JSON: 1e999 is not a JSON value."),
    "more digits than Python converts": ("array", f"[{'1' * 5000}]", "Invalid JSON: the number is too long."),
    "a key twice": (
        "object",
        '{"a": 1,\n"a": 2}',
        'Invalid JSON: the key "a" occurs twice (line 2, column 1).',
    ),
    "a key twice inside": (
        "any",
        '[{"b": {"é": 1, "é": 2}}]',
        'Invalid JSON: the key "é" occurs twice (line 1, column 17).',
    ),
    "words where JSON is wanted": (
        "any",
        "hello",
        "Invalid JSON: expected a value (line 1, column 1). Put text in quotes.",
    ),
    "an infinite number": ("number", "Infinity", "Infinity is not a number that JSON can represent."),
    "half a character": ("string", "a\ud800", "Character 2 is half a character: U+D800."),
}


@pytest.mark.parametrize(("kind", "text", "words"), UNREAD.values(), ids=UNREAD)
def test_text_that_cannot_be_read_says_where(kind: str, text: str, words: str) -> None:
    root = read_fields({"properties": {"a/b": {"type": kind}, "c": {"type": "number"}}})

    gathered = gather(root, {"state": "value", "fields": {"a/b": value(text), "c": value("1")}})

    assert gathered == ({"c": 1}, {"/a~1b": words})


@pytest.mark.parametrize("text", ["[" * 10_000 + "]" * 10_000, "[" * 200 + "]" * 200], ids=["read", "sent"])
def test_text_nested_too_deeply_is_reported(text: str) -> None:
    root = read_fields({"properties": {"x": {"type": "array"}}})

    gathered = gather(root, {"state": "value", "fields": {"x": value(text)}})

    assert "nested" in gathered.unread["/x"]


NOT_TWICE = {
    "keys of two objects": '[{"a": 1}, {"a": 1}]',
    "keys of one in another": '{"a": {"a": 1}}',
    "keys that differ by case": '{"a": 1, "A": 2}',
}


@pytest.mark.parametrize("text", NOT_TWICE.values(), ids=NOT_TWICE)
def test_a_key_that_occurs_once_in_each_object_is_read(text: str) -> None:
    assert parse_json(text) == json.loads(text)


def test_other_inputs_are_an_object_at_each_level() -> None:
    inner = {"type": "object", "properties": {"city": {"type": "string"}}}
    root = read_fields({"properties": {"to": inner}})

    entry = spread(root, {"z": 1, "to": {"zip": "1", "city": "Bonn"}})

    assert entry["others"] == value('{"z": 1}')
    assert entry["fields"]["to"]["others"] == value('{"zip": "1"}')
    assert [path_of(root, "/~"), path_of(root, "/to/~")] == [
        "Other inputs",
        "to: other inputs",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]", "Enter a JSON object: {…}."),
        ("7", "Enter a JSON object: {…}."),
        ("{", "Invalid JSON: expected a property name in double quotes (line 1, column 2)."),
        ('{"id": 1}', '"id" has a field of its own.'),
    ],
    ids=["an array", "a number", "broken", "a declared input"],
)
def test_other_inputs_must_be_other_inputs(text: str, words: str) -> None:
    root = read_fields({"properties": {"id": {}}})

    gathered = gather(root, {"state": "value", "others": value(text)})

    assert gathered == ({}, {"/~": words})


LINES = {
    "properties": {
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"sku": {"type": "string"}}},
        },
        "tags": {"type": "array", "items": {"type": "string"}},
        "sizes": {"type": "array", "items": {"type": "number"}},
    }
}


def test_items_are_added_moved_and_removed() -> None:
    root = read_fields(LINES)
    entry = spread(root, {"lines": [{"sku": "a"}, {"sku": "b"}, {"sku": "c"}]})

    moved = move_item(root, entry, "/lines/2", 0)
    removed = remove_item(root, moved, "/lines/1")
    added = put(root, add_item(root, removed, "/lines"), "/lines/2/sku", value("d"))

    assert [line["sku"] for line in gather(root, moved).inputs["lines"]] == ["c", "a", "b"]
    assert [line["sku"] for line in gather(root, added).inputs["lines"]] == ["c", "b", "d"]
    # The others are unchanged: each is a tree of its own.
    assert [line["sku"] for line in gather(root, entry).inputs["lines"]] == ["a", "b", "c"]


def test_an_added_item_is_what_its_type_begins_with() -> None:
    root = read_fields(LINES)
    entry: dict[str, Any] = {"state": "value"}
    for pointer in ("/lines", "/tags", "/sizes"):
        entry = add_item(root, entry, pointer)

    gathered = gather(root, entry)

    assert gathered.inputs == {"lines": [{}], "tags": [""], "sizes": [None]}
    # No value at all: left out, it would move the items behind it.
    assert gathered.unread == {"/sizes/0": "Enter a number, or remove the item."}


@pytest.mark.parametrize("pointer", ["/lines/1", "/lines/x", "/lines/-1", "/lines/00000000000", "/tags/0"])
def test_an_item_that_is_not_there_cannot_be_removed(pointer: str) -> None:
    root = read_fields(LINES)
    entry = spread(root, {"lines": [{}]})

    with pytest.raises(InputError, match="KNB703"):
        remove_item(root, entry, pointer)


@pytest.mark.parametrize("pointer", ["/nope", "/lines/0/nope", "/tags/5", "/lines/0/sku/x", "/"])
def test_a_pointer_to_no_field_is_refused(pointer: str) -> None:
    root = read_fields(LINES)
    entry = spread(root, {"lines": [{}]})

    with pytest.raises(InputError, match="KNB703"):
        put(root, entry, pointer, value("x"))


@pytest.mark.parametrize(
    "before", [{"state": "unset"}, {"state": "null"}, {"state": "json", "text": '[{"sku": "b"}]'}]
)
def test_what_encloses_a_typed_value_becomes_a_value(before: dict[str, Any]) -> None:
    root = read_fields(LINES)
    entry = put(root, {"state": "value"}, "/lines", before)

    typed = put(root, entry, "/lines/0/sku", value("a"))

    assert gather(root, typed).inputs == {"lines": [{"sku": "a"}]}


def test_a_value_inside_broken_json_waits_for_the_text() -> None:
    root = read_fields(LINES)
    entry = put(root, {"state": "value"}, "/lines", {"state": "json", "text": "["})

    with pytest.raises(InputError, match="KNB716"):
        put(root, entry, "/lines/0/sku", value("a"))

    assert entry_at(root, entry, "/lines") == {"state": "json", "text": "["}


@pytest.mark.parametrize(
    ("text", "state"),
    [('[{"sku": "a"}]', "value"), ("null", "null"), ("", "unset"), ("{}", None), ("[", None)],
    ids=["an array", "null", "nothing", "an object", "broken"],
)
def test_json_text_becomes_fields_where_it_can(text: str, state: str | None) -> None:
    entry = as_fields(read_fields(LINES).members["lines"], {"state": "json", "text": text})

    assert (entry and entry["state"]) == state


def test_a_link_is_the_reference_to_a_step_and_comes_back_as_one() -> None:
    root = read_fields({"properties": {"id": {"type": "number"}, "a": {}}})
    steps = {"find": {"body": {"id": 8031}}}
    entry = put(root, {"state": "value"}, "/id", link_entry("find", "/body/id", 8031))

    inputs = gather(root, entry).inputs

    assert inputs == {"id": "/#steps.find.body.id"}
    assert spread(root, inputs, steps) == entry
    # Without that step it is text like any other.
    assert spread(root, inputs)["fields"]["id"]["state"] == "value"


@pytest.mark.parametrize("pointer", ["/body/a.b", "/body/", "/body/a b", "/body/a~1b"])
def test_a_path_that_a_reference_cannot_name_gives_its_value(pointer: str) -> None:
    root = read_fields({"properties": {"id": {}}})
    entry = put(root, {"state": "value"}, "/id", link_entry("find", pointer, {"x": 1.0}))

    assert exact(gather(root, entry).inputs) == '{"id": {"x": 1.0}}'


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("/lines/1/sku", "lines[1].sku"),
        ("/a~1b", '["a/b"]'),
        ("/", '[""]'),
        ("/@a", "@a"),
        ("", "Inputs"),
        ("/~0", "~"),
    ],
)
def test_a_pointer_is_read_as_a_path(pointer: str, path: str) -> None:
    assert path_of(read_fields(LINES), pointer) == path


@pytest.mark.parametrize("work", ["gather", "spread", "states"])
def test_the_work_grows_with_the_fields_and_not_faster(work: str) -> None:
    counts = []
    for count in (50, 500):
        root = read_fields({"properties": {f"f{at}": {"type": "number"} for at in range(count)}})
        inputs = dict.fromkeys(root.members, 7.5)
        entry = spread(root, inputs)
        coerced = CoercedInputs(inputs)
        steps: dict[str, Callable[[], object]] = {
            "gather": partial(gather, root, entry),
            "spread": partial(spread, root, inputs),
            "states": partial(states_of, root, entry, {}, coerced, None),
        }
        counts.append(count_calls(steps[work]))

    assert counts[1] < counts[0] * 11


NAMES = [
    "id",
    "a-b",
    "@a",
    "$x",
    "0",
    "12",
    "a_b",
    "été",
    "A",
    "toString",
    "constructor",
    "length",
    "this",
    "a:b",
    "a b",
]


@pytest.mark.parametrize("outer", ["body", "a-b", "a:b"])
@pytest.mark.parametrize("key", NAMES)
def test_a_link_gives_the_value_that_it_names(outer: str, key: str) -> None:
    output = {outer: {key: 8031}}
    action = knb.load(an_action(inputSchema={"properties": {"id": {"type": "number"}}})).action()
    session = Session(action, {"steps": {"find": output}})
    root = read_fields(session.input_schema())

    pointer = f"/{outer}/{key}"
    entry = put(root, {"state": "value"}, "/id", link_entry("find", pointer, 8031))

    coerced = session.coerce(gather(root, entry).inputs)
    assert (coerced.value, list(coerced.errors)) == ({"id": 8031}, [])


@pytest.mark.parametrize("name", [*NAMES, "get-order", "x.y"])
def test_a_link_to_an_action_of_any_name_gives_its_value(name: str) -> None:
    session = Session(knb.load(an_action()).action(), {"steps": {name: {"id": "a"}}})
    root = read_fields({})

    entry = put(root, {"state": "value"}, "/~", {"state": "value", "text": '{"x": 1}'})
    linked_entry = link_entry(name, "/id", "a")
    inputs = {**gather(root, entry).inputs, "y": linked(linked_entry)}

    assert session.coerce(inputs).value == {"x": 1, "y": "a"}
