from __future__ import annotations

import json
import random
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import EditError, KustomerNbError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.widgets import DefinitionCode, DefinitionForm
from kustomer_nb.widgets.definition_rows import MOST_ROWS, sections_of
from kustomer_nb.widgets.line_ends import with_line_ends
from kustomer_nb.widgets.session import Session
from tests.samples import ECOMMSTORE, an_action

# With comments, trailing commas, both quotes, nesting and keys that need escaping.
TEXT = """{
  // The shop's own app.
  "app": "shop", "version": "1.0.0",
  "actions": [
    {
      "name": "kustomer.app.shop.find", /* found by name */
      "description": "Finds",
      "type": "rest_api",
      "appSettings": {"token": {"key": "shop.default.token"}},
      "inputTemplate": {
        "method": "POST", "uri": "http://a.b/{{{id}}}",
        'headers': {'x-a/b': "{{{token}}}", "x~c": "1"},
        "qs": {"open": true, "q": "/#q",},
        "data": {"a": "{{{id}}}", "list": ["{{{q}}}", {"deep": "x"}], "n": 7, "o": {"k": "/#q"}},
        "json": true,
        "timeout": 5
      },
      "inputSchema": {
        "type": "object",
        "properties": {
          "id": {"type": "number", "description": "Of the order"},   // must be there
          "q": {"type": "string", "enum": ["a", "b"], "default": "a"}
        },
        "required": ["id"], "additionalProperties": false
      },
      "outputTemplate": {"status": "/#body.status", "code": "/#response.statusCode"},
      "outputSchema": {"properties": {"status": {"type": "string"}}, "required": ["status"]},
      "sampleOutputContext": {"status": "open"}
    }
  ]
}
"""


def a_form(text: str = TEXT) -> tuple[knb.App, DefinitionForm]:
    app = knb.loads(text)
    return app, DefinitionForm(app.action())


def rows_of(form: DefinitionForm) -> list[dict[str, Any]]:
    pending = [row for section in form.sections for row in section["rows"]]
    found = []
    while pending:
        row = pending.pop(0)
        found.append(row)
        pending = [*row.get("rows", []), *pending]
    return found


def shown(form: DefinitionForm) -> dict[str, Any]:
    """Return by pointer what the form shows."""
    return {row["pointer"]: row for row in rows_of(form)}


def test_everything_of_an_action_is_shown_once() -> None:
    _, form = a_form()
    value = form.action.value
    leaves = set()

    def walk(node: Any, pointer: str) -> None:
        if isinstance(node, dict) and node:
            for key, inner in node.items():
                walk(inner, pointers.join(pointer, key))
        else:
            leaves.add(pointer)

    walk(value, "")
    places = shown(form)
    # The kind of action, and the form of an inputSchema, are the same for all.
    leaves -= {"/type", "/inputSchema/type"}
    for leaf in leaves:
        around = {leaf[:at] for at in range(len(leaf) + 1)}
        assert around & set(places) or leaf.startswith("/inputSchema/required"), leaf
    assert len(rows_of(form)) == len(places)


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"inputTemplate": "/#x"},
        {
            "inputTemplate": {
                "headers": "/#h",
                "qs": None,
                "data": "{{x}}",
                "json": "yes",
                "method": 7,
                "uri": ["a"],
            }
        },
        {"inputSchema": True, "outputTemplate": "/#body", "outputSchema": []},
        {"inputSchema": {"properties": []}, "appSettings": [], "outputTemplate": []},
        {
            "inputSchema": {
                "properties": {"a": True, "b": {"type": ["string", "null"]}, "": {}},
                "required": "a",
            }
        },
        {"appSettings": {"a": 1, "b": {"key": 2}, "c": {"key": "x", "more": 1}}},
        {"name": 7, "description": None, "type": "other", "appAccountName": {"x": 1}},
        {"inputTemplate": {"data": {str(number): number for number in range(MOST_ROWS + 5)}}},
        {"inputTemplate": {"data": [[[["a"]]]]}},
        {"outputTemplate": {"a": {"b": "/#body"}, "c": None}, "outputSchema": {"properties": {"a": True}}},
    ],
)
def test_what_has_another_form_is_json_and_can_be_edited(action: dict[str, Any]) -> None:
    app = knb.load({"actions": [action | {"x": 1}]})
    form = DefinitionForm(app.action())

    for row in [row for row in rows_of(form) if row["kind"] == "json" and row["text"]]:
        form.parts.put(row["pointer"], row["text"], "json")

    assert app.action().value == action | {"x": 1}


def test_each_edit_changes_its_part_alone_and_is_undone() -> None:
    app, form = a_form()

    form.parts.put("/inputTemplate/uri", "http://a.b/orders")
    assert app.text == TEXT.replace("http://a.b/{{{id}}}", "http://a.b/orders")
    form.parts.put("/inputTemplate/timeout", "10", "json")
    form._editing.undo()
    form._editing.undo()

    assert app.text == TEXT


def test_a_rename_of_an_input_changes_the_templates_too() -> None:
    app, form = a_form()

    places = form.parts.plan("/inputSchema/properties/id", "orderId")
    form.parts.rename("/inputSchema/properties/id", "orderId")

    assert len(places) == 4
    assert "{{{id}}}" not in app.text
    assert app.text.count("{{{orderId}}}") == 2
    assert '"required": ["orderId"]' in app.text


@pytest.mark.parametrize("pointer", ["/inputSchema/properties/id", "/inputTemplate/headers/x~0c"])
def test_no_key_is_named_as_the_prototype(pointer: str) -> None:
    app, form = a_form()

    with pytest.raises(EditError, match="KNB158"):
        form.parts.rename(pointer, "__proto__")

    assert app.text == TEXT


@pytest.mark.parametrize(
    ("name", "suggested"), [("this", "thisValue"), ("true", "trueValue"), ("order id", "orderId")]
)
def test_a_name_that_is_refused_is_not_suggested(name: str, suggested: str) -> None:
    _, form = a_form()

    with pytest.raises(EditError) as caught:
        form.parts.rename("/inputSchema/properties/id", name)

    assert f"such as {suggested}" in str(caught.value)
    form.parts.rename("/inputSchema/properties/id", suggested)


@pytest.mark.parametrize("name", ["q", "", "a b}}"])
def test_a_rename_that_would_change_what_is_meant_is_refused(name: str) -> None:
    app, form = a_form()

    with pytest.raises(KustomerNbError):
        form.parts.rename("/inputSchema/properties/id", name)

    assert app.text == TEXT


def test_an_output_is_renamed_and_removed_with_its_declaration() -> None:
    app, form = a_form()

    form.parts.rename("/outputTemplate/status", "state")
    action = app.action().value
    assert list(action["outputTemplate"]) == ["state", "code"]
    assert (list(action["outputSchema"]["properties"]), action["outputSchema"]["required"]) == (
        ["state"],
        ["state"],
    )
    form.parts.remove("/outputTemplate/state")
    action = app.action().value
    assert list(action["outputTemplate"]) == ["code"]
    assert (action["outputSchema"]["properties"], action["outputSchema"]["required"]) == ({}, [])


def test_what_is_added_is_valid_and_has_a_name_of_its_own() -> None:
    app, form = a_form()

    added = [
        form.parts.add(pointer, kind)
        for pointer in (
            "/inputTemplate/qs",
            "/inputTemplate/headers",
            "/inputSchema",
            "/outputTemplate",
            "/appSettings",
        )
        for kind in ("text", "text")
    ]

    assert len(set(added)) == 10
    assert all(pointer in shown(form) for pointer in added)
    # The same as before: only what was there is wrong.
    before = {problem.code for problem in knb.loads(TEXT).lint().errors}
    assert {problem.code for problem in app.lint().errors} <= before


def test_a_part_that_is_missing_is_made_with_its_first_member() -> None:
    app, form = a_form('{"actions": [{"name": "a", "inputTemplate": {"uri": "http://a.b"}}]}')

    form.parts.add("/inputTemplate/headers")
    form.parts.add("/inputTemplate/data", "object")
    form.parts.add("/inputTemplate/data", "array")
    form.parts.add("/outputTemplate")
    form.parts.add("/inputSchema")

    action = app.action().value
    assert action["inputTemplate"]["headers"] == {"x-header": ""}
    assert action["inputTemplate"]["data"] == {"key": [""]}
    assert list(action["outputTemplate"]) == ["key"]
    assert list(action["inputSchema"]["properties"]) == ["input"]


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("12", "json", 12),
        ("twelve", "json", None),
        (12, "text", "12"),
        ({"a": 1}, "text", '{"a": 1}'),
        ("a", "object", {"key": "a"}),
        ("", "object", {}),
        ("a", "array", ["a"]),
        ([1], "object", {"key": [1]}),
    ],
)
def test_a_value_is_turned_into_another_form_with_what_fits(value: Any, form: Any, expected: Any) -> None:
    app = knb.load(an_action(inputTemplate={"uri": "http://a.b", "data": {"x": value}}))

    DefinitionForm(app.action()).parts.convert("/inputTemplate/data/x", form)

    assert app.action().value["inputTemplate"]["data"]["x"] == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("number", "7", 7),
        ("number", "7x", "7x"),
        ("boolean", "true", True),
        ("string", "7", "7"),
        ("object", '{"a": 1}', {"a": 1}),
        (None, "7", "7"),
    ],
)
def test_a_default_is_written_as_its_type_says(kind: str | None, text: str, expected: Any) -> None:
    node = {} if kind is None else {"type": kind}
    app = knb.load(an_action(inputSchema={"properties": {"a": node}}))
    form = DefinitionForm(app.action())

    form.parts.put_input("/inputSchema/properties/a", "default", text)
    assert app.action().value["inputSchema"]["properties"]["a"]["default"] == expected
    form.parts.put_input("/inputSchema/properties/a", "default", "")
    assert app.action().value["inputSchema"]["properties"]["a"] == node


def test_an_input_becomes_required_and_optional_again() -> None:
    app, form = a_form()

    form.parts.put_input("/inputSchema/properties/q", "required", "true")
    assert app.action().value["inputSchema"]["required"] == ["id", "q"]
    form.parts.put_input("/inputSchema/properties/id", "required", "false")
    assert app.action().value["inputSchema"]["required"] == ["q"]
    form.parts.put_input("/inputSchema/properties/q", "required", "false")
    assert "required" not in app.action().value["inputSchema"]


@pytest.mark.parametrize("text", ['{"a": 1, "b": 0, "a": 2}', '[{"b": {"a": 1, "a": 1}}]'])
def test_a_key_that_is_typed_twice_is_refused(text: str) -> None:
    form = DefinitionForm(knb.loads('{"inputTemplate": {"uri": "/", "data": {"n": 1}}}').action())

    with pytest.raises(EditError, match='the key "a" is there twice'):
        form.parts.put("/inputTemplate/data/n", text, "json")

    assert form.action.value["inputTemplate"]["data"] == {"n": 1}


def test_what_is_not_set_is_not_converted() -> None:
    form = DefinitionForm(knb.loads('{"inputTemplate": {"uri": "/"}}').action())

    with pytest.raises(EditError, match="there is no value to convert"):
        form.parts.convert("/sampleOutputContext", "text")


def test_json_text_that_cannot_be_read_is_refused_where_it_is() -> None:
    app, form = a_form()
    told = []
    form.send = lambda content, buffers=None: told.append(content)  # type: ignore[method-assign]

    form.intend(
        {
            "kind": "put_part",
            "seq": 3,
            "version": form.version,
            "pointer": "/inputTemplate/timeout",
            "text": "1,",
            "form": "json",
        }
    )

    assert app.text == TEXT
    assert (told[-1]["seq"], "not JSON" in told[-1]["problem"]) == (3, True)


def test_a_rename_is_shown_before_it_changes_other_places() -> None:
    app, form = a_form()
    told = []
    form.send = lambda content, buffers=None: told.append(content)  # type: ignore[method-assign]
    place = {"seq": 1, "version": form.version, "pointer": "/inputSchema/properties/id"}
    rename = {"kind": "rename_part", "name": "no", **place}

    form.intend({**rename, "confirmed": False})
    assert (len(told[-1]["places"]), app.text) == (4, TEXT)
    form.intend({**rename, "confirmed": True})

    assert (told[-1]["pointer"], told[-1]["problem"]) == ("/inputSchema/properties/no", "")
    assert "{{{no}}}" in app.text


def tell(leaf: DefinitionForm, kind: str, pointer: str, **fields: Any) -> dict[str, Any]:
    """Return how a form answers a message of its page, which is of its present version if it says none."""
    told: list[dict[str, Any]] = []
    leaf.send = lambda content, buffers=None: told.append(content)  # type: ignore[method-assign]
    message = {"kind": kind, "seq": 5, "version": leaf.version, "pointer": pointer, **fields}
    if kind == "undo_text":
        del message["pointer"]
    leaf._receive(None, message, [])
    answers = [content for content in told if content["kind"] == "part_done"]
    assert [answer["seq"] for answer in answers] == [5]
    return answers[0]


@pytest.mark.parametrize(
    ("kind", "pointer", "fields"),
    [
        ("put_part", "/inputTemplate/timeout", {"text": "[" * 100_000, "form": "json"}),
        ("put_part", "/inputTemplate/data/list/99", {"text": "x", "form": "text"}),
        ("put_part", "nowhere", {"text": "x", "form": "text"}),
        ("put_part", "/inputTemplate/uri", {"text": 7, "form": "text"}),
        ("put_input", "/inputSchema/properties/id", {"key": "other", "text": ""}),
        ("rename_part", "/nothing/here", {"name": "x", "confirmed": True}),
        ("add_part", "/inputTemplate/uri", {"form": "text"}),
        ("remove_part", "/inputTemplate/nothing", {}),
        ("convert_part", "/inputTemplate/nothing", {"form": "object"}),
        ("declare", "", {}),
    ],
)
def test_each_edit_is_answered_whatever_becomes_of_it(
    kind: str, pointer: str, fields: dict[str, Any]
) -> None:
    app, form = a_form()

    answer = tell(form, kind, pointer, **fields)

    assert answer["problem"]
    assert app.text == TEXT
    assert tell(form, "put_part", "/description", text="Still alive", form="text")["problem"] == ""
    assert app.action().value["description"] == "Still alive"


def test_an_edit_that_fails_unexpectedly_is_answered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    _, form = a_form()

    def fail(*arguments: object) -> None:
        raise RecursionError

    monkeypatch.setattr(form.parts, "put", fail)

    assert "Internal error" in tell(form, "put_part", "/description", text="x", form="text")["problem"]


def test_an_edit_of_a_row_that_was_changed_elsewhere_is_refused() -> None:
    app, form = a_form()
    before = form.version
    form.parts.remove("/inputTemplate/qs/q")
    form.parts.put("/inputTemplate/data/list", '[{"deep": "y"}]', "json")
    now = app.text

    for pointer in ("/inputTemplate/qs/q", "/inputTemplate/data/list/1/deep", "/inputTemplate/data/list/0"):
        answer = tell(form, "put_part", pointer, text="X", form="text", version=before)
        assert "changed elsewhere" in answer["problem"]
        # The page still does not know what changed.
        assert answer["version"] == before
    assert app.text == now
    # What nothing changed is where it was.
    assert (
        tell(form, "put_part", "/inputTemplate/data/a", text="X", form="text", version=before)["problem"]
        == ""
    )
    assert app.action().value["inputTemplate"]["data"]["a"] == "X"


def test_a_page_follows_its_own_edits() -> None:
    _, form = a_form()
    before = form.version

    typed = tell(form, "put_part", "/inputTemplate/uri", text="/x", form="text")
    renamed = tell(form, "rename_part", "/inputTemplate/qs/q", name="query", confirmed=False)

    assert (typed["version"], renamed["pointer"]) == (before, "/inputTemplate/qs/query")
    assert renamed["version"] == form.version != before


def test_an_undo_of_the_page_is_answered() -> None:
    app, form = a_form()
    form.parts.remove("/inputTemplate/qs/q")

    answer = tell(form, "undo_text", "", redo=False)

    assert (answer["problem"], answer["version"], app.text) == ("", form.version, TEXT)


@pytest.mark.parametrize(
    ("before", "typed", "expected"),
    [
        ("a\r\nb\rc", "a\nb!\nc", "a\r\nb!\rc"),
        ("a\r\nb\rc", "a\nb\nc", "a\r\nb\rc"),
        ("a\r\nb", "a\nx\ny\nb", "a\r\nx\r\ny\r\nb"),
        ("a\r\nb\r\nc\nd", "a\nd", "a\r\nd"),
        ("a\r\nb", "c", "c"),
        ("a\nb", "a\nc", "a\nc"),
        ("a\r\n", "a\n\n", "a\r\n\r\n"),
    ],
)
def test_a_text_keeps_its_line_ends(before: str, typed: str, expected: str) -> None:
    schema = {"properties": {"a": {"default": before, "description": before}}}
    action = an_action(inputTemplate={"uri": "http://a.b", "data": before}, inputSchema=schema)
    app = knb.load(action)
    form = DefinitionForm(app.action())

    form.parts.put("/inputTemplate/data", typed)
    for key in ("default", "description"):
        form.parts.put_input("/inputSchema/properties/a", key, typed)

    value = app.action().value
    assert value["inputTemplate"]["data"] == expected
    assert value["inputSchema"]["properties"]["a"] == {"default": expected, "description": expected}


@pytest.mark.parametrize("seed", range(3))
def test_line_ends_change_no_text(seed: int) -> None:
    shuffled = random.Random(seed)
    for _ in range(300):
        before, after = (
            "".join(shuffled.choices(["a", "b", "\r\n", "\r", "\n"], k=shuffled.randrange(9))) for _ in "ab"
        )
        typed = after.replace("\r\n", "\n").replace("\r", "\n")
        written = with_line_ends(typed, before)
        assert written.replace("\r\n", "\n").replace("\r", "\n") == typed
        unchanged = before.replace("\r\n", "\n").replace("\r", "\n")
        assert with_line_ends(unchanged, before) == before


TOKEN = "sk_live_51H8xY2eZvKYlo2C"
MASKED = "sk_live_****************"
WITH_TOKENS = f"""{{"actions": [{{"name": "a", "inputTemplate": {{"uri": "http://a.b",
  "headers": {{"Authorization": "Bearer {TOKEN}", "x": "1"}}, "data": {{"password": "hunt\\u0065r2x"}},
  "form": {{"api_key": "{TOKEN}", "list": ["*** a ***", 1]}}}},
  "inputSchema": {{"properties": {{"apiKey": {{"default": "{TOKEN}"}}}}}}}}]}}"""


def test_no_token_is_in_a_row_or_in_an_answer() -> None:
    app, form = a_form(WITH_TOKENS)

    told = tell(form, "rename_part", "/inputSchema/properties/apiKey", name="a b", confirmed=False)
    places = form.parts.plan("/inputSchema/properties/apiKey", "other")

    state = json.dumps([form.get_state(), told, places], default=str)
    assert (TOKEN in state, "r2x" in state) == (False, False)
    rows = shown(form)
    assert rows["/inputTemplate/headers/Authorization"]["text"] == f"Bearer {MASKED}"
    assert rows["/inputTemplate/headers/Authorization"]["masked"] == ["text"]
    assert rows["/inputTemplate/headers/x"]["masked"] == []
    assert rows["/inputSchema/properties/apiKey"]["masked"] == ["default"]
    # No mask is written, whatever else is edited.
    assert app.text == WITH_TOKENS


def test_a_mask_that_is_sent_back_stands_for_its_token() -> None:
    app, form = a_form(WITH_TOKENS)

    form.parts.put("/inputTemplate/headers/Authorization", f"Bearer {MASKED}")
    form.parts.put("/inputTemplate/data/password", "********")
    form.parts.put_input("/inputSchema/properties/apiKey", "default", MASKED)
    assert app.text == WITH_TOKENS
    form.parts.put("/inputTemplate/form", f'{{"list": ["*** b ***", 2], "moved": ["{MASKED}"]}}', "json")
    assert app.action().value["inputTemplate"]["form"] == {"list": ["*** b ***", 2], "moved": [TOKEN]}


def test_a_part_of_a_mask_is_never_written() -> None:
    app, form = a_form(WITH_TOKENS)

    for text in (f"Bearer {MASKED}x", "Bearer ****", MASKED[:-1]):
        with pytest.raises(EditError, match="masked"):
            form.parts.put("/inputTemplate/headers/Authorization", text)
    with pytest.raises(EditError, match="masked"):
        form.parts.put("/inputTemplate/form", f'{{"api_key": "a {MASKED}"}}', "json")
    assert app.text == WITH_TOKENS
    form.parts.put("/inputTemplate/headers/Authorization", "Bearer {{{p*w}}}")
    form.parts.put("/inputTemplate/headers/x", "****** stars")
    assert app.action().value["inputTemplate"]["headers"] == {
        "Authorization": "Bearer {{{p*w}}}",
        "x": "****** stars",
    }


def test_form_and_code_are_one_document() -> None:
    session = Session(knb.loads(TEXT))
    form, code = DefinitionForm(session), DefinitionCode(session)

    form.parts.put("/description", "Other")
    assert '"Other"' in code.text
    session.editing.replace(code.text.replace('"Other"', '"Third"'))

    assert shown(form)["/description"]["text"] == "Third"
    session.editing.undo()
    session.editing.undo()
    assert session.app.text == TEXT


def test_while_the_text_is_no_definition_the_form_waits() -> None:
    session = Session(knb.loads(TEXT))
    form = DefinitionForm(session)

    session.editing.replace("oops")

    assert form.blocked
    with pytest.raises(EditError):
        form.parts.put("/description", "lost")
    session.editing.undo()
    assert (form.blocked, session.app.text) == ("", TEXT)


def test_completions_are_those_of_the_text() -> None:
    _, form = a_form()
    form.parts.put("/inputTemplate/uri", "http://a.b/{{{i")

    found = form.parts.complete("/inputTemplate/uri", 15)

    assert (found.start, found.end) == (14, 15)
    assert ("id", "input") in [(item.label, item.kind) for item in found.items]


def test_the_paths_of_a_response_are_offered() -> None:
    _app, form = a_form()

    assert {"path": "body.status", "detail": "string"} in form.parts.paths()


def edit_at_random(shuffled: random.Random, form: DefinitionForm) -> None:
    rows = [row for row in rows_of(form) if row["kind"] != "name"]
    row = shuffled.choice(rows)
    pointer = row["pointer"]
    word = shuffled.choice(["x", "{{{id}}}", "/#q", 'quo"te', "line\nbreak", "\u00e9\U0001f600", ""])
    choice = shuffled.randrange(6)
    if choice == 0 and row["kind"] in ("text", "plain", "output") and not row.get("isJson"):
        form.parts.put(pointer, word)
    elif choice == 1 and row["kind"] == "json" and row["text"]:
        form.parts.put(pointer, json.dumps(shuffled.choice([1, [2], {"a": None}, word])), "json")
    elif choice == 2 and row.get("isKey"):
        form.parts.rename(pointer, shuffled.choice(["renamed", "r2", "r3"]))
    elif choice == 3 and row.get("isKey"):
        form.parts.remove(pointer)
    elif choice == 4:
        section = shuffled.choice([section for section in form.sections if section["adds"]])
        form.parts.add(section["pointer"], "text")
    elif row["kind"] == "input":
        form.parts.put_input(pointer, shuffled.choice(["default", "description"]), word)


@pytest.mark.uncounted
@pytest.mark.parametrize("seed", range(12))
def test_random_edits_say_in_the_file_what_the_form_shows_and_are_undone_to_the_byte(seed: int) -> None:
    shuffled = random.Random(seed)
    app, form = a_form()
    for _ in range(25):
        before = app.text
        try:
            edit_at_random(shuffled, form)
        except KustomerNbError:
            assert app.text == before
        again = knb.loads(app.text)
        assert sections_of(again.action().read, form._sources()) == form.sections
    assert "// The shop's own app." in app.text
    assert "/* found by name */" in app.text

    while form._editing.undo():
        pass

    assert app.text == TEXT


def test_the_example_of_the_notebooks_is_shown_without_json_but_for_schema_and_sample() -> None:
    app = knb.load(ECOMMSTORE)
    for action in app.actions:
        form = DefinitionForm(action)
        long = {row["pointer"] for row in rows_of(form) if row["kind"] == "json" and not row.get("isKey")}
        assert long <= {
            "/outputSchema",
            "/sampleOutputContext",
            "/inputSchema/additionalProperties",
        } | {pointer for pointer in long if pointer.startswith("/inputSchema/properties/")}


def test_what_was_typed_for_an_input_follows_its_new_name() -> None:
    bench = knb.workbench(knb.loads(TEXT), "find", inputs={"id": 7, "q": "a"})

    bench.definition_form.parts.rename("/inputSchema/properties/id", "orderId")

    assert bench.form.value == {"orderId": 7, "q": "a"}
    assert bench.preview.request is not None
    assert bench.preview.request.url == "http://a.b/7?open=true&q=a"


def test_no_verb_of_the_form_replaces_a_text_that_cannot_be_read() -> None:
    session = Session(knb.loads(TEXT))
    form = DefinitionForm(session)
    session.editing.replace("oops")

    for verb in (
        lambda: form.parts.rename("/inputSchema/properties/id", "other"),
        lambda: form.parts.add("/inputSchema"),
        lambda: form.parts.remove("/inputSchema/properties/id"),
    ):
        with pytest.raises(EditError):
            verb()

    assert session.editing.text == "oops"


NUMBERS = ["1e400", "-1e400", "1e5", "1.0", "12345678901234567890", "-0", "0.10"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_shown_as_it_is_written_and_stays_so(number: str) -> None:
    text = (
        '{"inputTemplate": {"uri": "/", "data": {"n": NUMBER, "list": [NUMBER, 2], "x": "y"}},'
        ' "inputSchema": {"properties": {"n": {"type": "number", "default": NUMBER, "minimum": NUMBER}}},'
        ' "sampleOutputContext": {"n": NUMBER, "m": 1}}'
    ).replace("NUMBER", number)
    app, form = a_form(text)
    rows = shown(form)

    assert rows["/inputTemplate/data/n"]["text"] == number
    assert rows["/inputTemplate/data/list"]["text"] == f"[{number}, 2]"
    assert rows["/inputSchema/properties/n"]["default"] == number
    assert rows["/inputSchema/properties/n/minimum"]["text"] == number
    form.parts.put("/inputTemplate/data/x", "z")
    form.parts.put("/inputTemplate/data/list", f"[{number}, 3]", "json")
    sample = rows["/sampleOutputContext"]["text"]
    form.parts.put("/sampleOutputContext", sample.replace('"m": 1', '"m": 2'), "json")
    form.parts.convert("/inputTemplate/data/n", "text")
    form.parts.convert("/inputTemplate/data/n", "json")

    expected = text.replace('"x": "y"', '"x": "z"').replace(", 2]", ", 3]").replace('"m": 1', '"m": 2')
    assert app.text == expected


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_written_as_it_is_typed(number: str) -> None:
    app, form = a_form(
        '{"inputTemplate": {"data": {"n": 100000}}, "inputSchema": {"properties": {"n": {"type": "number"}}}}'
    )

    form.parts.put("/inputTemplate/data/n", number, "json")
    form.parts.put_input("/inputSchema/properties/n", "default", number)

    assert f'"n": {number}' in app.text
    assert f'"default": {number}' in app.text
    assert shown(form)["/inputTemplate/data/n"]["text"] == number


OTHER_TOKEN = TOKEN[:-1] + "9"
WITH_KEYS = f"""{{"actions": [{{"name": "a", "appSettings": {{"{TOKEN}": {{"key": "a.b.c"}}}},
  "inputTemplate": {{
  "uri": "http://a.b", "headers": {{"{TOKEN}": "1", "{OTHER_TOKEN}": "2", "x": "3"}},
  "data": {{"o": {{"{TOKEN}": {{"deep": "4"}}}}}}, "form": {{"{TOKEN}": [1.0, {{"{OTHER_TOKEN}": 5}}]}}}},
  "inputSchema": {{"properties": {{"{TOKEN}": {{"type": "string"}}}}}}}}]}}"""


def test_a_token_that_is_a_key_is_masked_wherever_the_page_has_it() -> None:
    app, form = a_form(WITH_KEYS)
    told: list[Any] = []
    form.tell = told.append  # type: ignore[method-assign]
    rows = shown(form)
    keys = [pointer for pointer in rows if pointer.startswith("/inputTemplate/headers/sk_live")]

    for pointer in list(rows):
        if pointer.startswith("/inputTemplate"):
            message = {"kind": "put_part", "seq": 1, "version": form.version, "pointer": pointer, "text": "{"}
            form.intend({**message, "form": "json"})

    state = json.dumps([form.get_state(), [vars(message) for message in told]], default=str)
    assert (TOKEN in state, OTHER_TOKEN in state) == (False, False)
    assert len(keys) == 2
    assert all(rows[key]["masked"] == ["name"] for key in keys)
    assert app.text == WITH_KEYS


def test_what_is_edited_under_a_masked_key_stays_there() -> None:
    app, form = a_form(WITH_KEYS)
    keys = [pointer for pointer in shown(form) if pointer.startswith("/inputTemplate/headers/sk_live")]
    nested = next(pointer for pointer in shown(form) if pointer.endswith("/deep"))

    for pointer, text in ((keys[0], "one"), (keys[1], "two"), (nested, "four")):
        answer = tell(form, "put_part", pointer, text=text, form="text")
        assert (answer["pointer"], answer["problem"]) == (pointer, "")
    of_json = shown(form)["/inputTemplate/form"]["text"]
    tell(form, "put_part", "/inputTemplate/form", text=of_json.replace("5", "6"), form="json")

    expected = WITH_KEYS.replace('"1", "', '"one", "').replace('"2"', '"two"').replace('"4"', '"four"')
    assert app.text == expected.replace(": 5", ": 6")


def test_a_masked_key_is_renamed_as_a_whole_and_no_mask_is_written() -> None:
    app, form = a_form(WITH_KEYS)
    key = next(pointer for pointer in shown(form) if pointer.startswith("/inputTemplate/headers/sk_live"))
    name = pointers.split(key)[-1]

    assert tell(form, "rename_part", key, name=name, confirmed=True)["problem"] == ""
    assert "masked token" in tell(form, "rename_part", key, name=f"{name}x", confirmed=True)["problem"]
    assert app.text == WITH_KEYS
    answer = tell(form, "rename_part", key, name="x-key", confirmed=True)

    assert answer["pointer"] == "/inputTemplate/headers/x-key"
    assert list(form.action.value["inputTemplate"]["headers"]) == ["x-key", OTHER_TOKEN, "x"]
    assert TOKEN not in form.undo_words


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param({"properties": {"id": {}}}, {"id": {"type": "number"}}, id="any type"),
        pytest.param({"properties": {}}, {"id": {"type": "number"}}, id="not declared"),
        pytest.param(
            {"properties": {"id": {"type": "object", "properties": {"x": {}}, "description": "The order"}}},
            {"id": {"type": "number", "description": "The order"}},
            id="another type",
        ),
        pytest.param({"properties": {"id": True}}, {"id": True}, id="no object"),
    ],
)
def test_a_picked_output_has_the_type_of_its_value_in_one_step(
    schema: dict[str, Any], expected: dict[str, Any]
) -> None:
    action = {"outputTemplate": {"id": "", "n": "/#body.id"}, "outputSchema": schema}
    text = json.dumps([{**action, "sampleOutputContext": {"n": 7}}])
    app, form = a_form(text)

    answer = tell(form, "pick_path", "/outputTemplate/id", path="body.id")

    assert answer["problem"] == ""
    assert form.action.value["outputTemplate"]["id"] == "/#body.id"
    assert form.action.value["outputSchema"]["properties"] == expected
    assert form.undo_words == "pick of output id"
    form._editing.undo()
    assert app.text == text


def test_a_picked_output_makes_no_schema_and_no_type_that_nobody_knows() -> None:
    _app, form = a_form('[{"outputTemplate": {"id": ""}}]')
    tell(form, "pick_path", "/outputTemplate/id", path="body.id")
    assert "outputSchema" not in form.action.value

    _app, form = a_form('[{"outputTemplate": {"id": ""}, "outputSchema": {"properties": {"id": {}}}}]')
    tell(form, "pick_path", "/outputTemplate/id", path="body.id")
    assert form.action.value["outputSchema"] == {"properties": {"id": {}}}
