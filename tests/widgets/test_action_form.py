"""The form as a leaf: what is typed, set and clicked, its inputs, and what it says of them."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import NameNotFoundError
from kustomer_nb.storage.examples import examples_path, read_examples
from kustomer_nb.widgets.session import Session
from tests.samples import an_action, an_app
from tests.work import count_calls

SCHEMA = {
    "properties": {
        "orderId": {"type": "string", "description": "Of the shop."},
        "amount": {"type": "number", "default": 7},
        "notify": {"type": "boolean"},
        "reason": {"type": "string", "enum": ["damaged", "late"]},
        "to": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"sku": {"type": "string"}, "qty": {"type": "number"}}},
        },
        "extra": {},
    },
    "required": ["orderId"],
}
TEMPLATE = {
    "uri": "http://127.0.0.1:1/{{orderId}}",
    "method": "post",
    "json": True,
    "data": {
        "amount": "/#amount",
        "notify": "/#notify",
        "reason": "/#reason",
        "to": "/#to",
        "lines": "/#lines",
        "text": "for {{orderId}}",
    },
}
ACTION = an_action(inputSchema=SCHEMA, inputTemplate=TEMPLATE)


def a_form(value: dict[str, Any] | None = None, **options: Any) -> knb.ActionForm:
    return knb.ActionForm(knb.load(ACTION).action(), value, **options)


def exact(value: Any) -> str:
    return json.dumps(value)


def press(form: knb.ActionForm, **content: Any) -> None:
    """Do what the page does when a person did something."""
    form._handle_custom_msg(content, [])


def test_typing_and_the_menu_of_a_field_make_inputs() -> None:
    form = a_form()

    form.enter("orderId", "A1")
    form.enter("/to/city", "Bonn")
    form.enter("/lines/0/sku", "x")
    form.set_field("/amount", "default")
    form.set_field("notify", "null")
    form.set_field("extra", "null")

    assert form.value == {
        "orderId": "A1",
        "amount": 7,
        "notify": None,
        "to": {"city": "Bonn"},
        "lines": [{"sku": "x"}],
        "extra": None,
    }
    assert form.states["/notify"] == {"sent": "false"}


@pytest.mark.parametrize(
    ("state", "value"), [("unset", {}), ("null", {"orderId": None}), ("empty", {"orderId": ""})]
)
def test_absent_null_and_empty_differ(state: Any, value: dict[str, Any]) -> None:
    form = a_form({"orderId": "A1"})

    form.set_field("orderId", state)

    assert form.value == value


@pytest.mark.parametrize("name", ["amount", "notify", "reason", "extra"])
def test_an_emptied_field_is_not_set(name: str) -> None:
    form = a_form({"amount": 1, "notify": True, "reason": "late", "extra": [1]})

    form.enter(name, "")

    assert name not in form.value


VALUES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "an integer": {"amount": 1},
    "a double": {"amount": 1.0},
    "true": {"amount": True},
    "digits that no number keeps": {"amount": "12345678901234567890"},
    "a large integer": {"amount": 12345678901234567890},
    "another order": {"lines": [{"qty": 1, "sku": "a"}], "orderId": "1"},
    "undeclared inputs": {"more": {"a": 1.0}, "orderId": "1", "": None},
    "a value of another type": {"lines": {"a": 1}, "orderId": ["x"], "notify": "true", "to": 7},
    "a choice that is not listed": {"reason": "lost"},
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_the_value_of_a_form_is_the_one_it_was_given(value: dict[str, Any]) -> None:
    form = a_form()

    form.value = value

    assert exact(form.value) == exact(value)
    assert exact(a_form(value).value) == exact(value)
    assert exact(form._session.inputs) == exact(value)


def test_a_change_that_python_calls_equal_is_heard_of() -> None:
    heard: list[str] = []
    form = a_form({"amount": 1})
    form.observe(lambda change: heard.append(exact(change["new"])), "value")

    form.value = {"amount": 1.0}
    form.value = {"amount": True}
    form.value = {"amount": True}

    assert heard == ['{"amount": 1.0}', '{"amount": true}']


@pytest.mark.parametrize(
    "value",
    [{"lines": {1, 2}}, {"extra": {"a": b"x"}}, {"amount": float("inf")}, {"extra": [10**400]}, [("a", 1)]],
    ids=["a set", "bytes", "infinity", "beyond any double", "a list"],
)
def test_a_value_that_is_not_json_is_refused_and_changes_nothing(value: Any) -> None:
    form = a_form({"orderId": "A1"})

    with pytest.raises(knb.InputError, match="KNB704"):
        form._check_value({"value": value})

    assert form.value == {"orderId": "A1"}


def test_faults_are_named_by_pointer_and_path_and_the_first_one_is_focused() -> None:
    told: list[Any] = []
    form = a_form({"lines": [{"qty": 1}, {"qty": "two"}]})
    form.enter("extra", "{")
    form.send = lambda content, buffers=None: told.append(content)

    with pytest.raises(knb.InputError) as caught:
        form.require()

    assert list(form.faults) == ["/orderId", "/lines/1/qty", "/extra"]
    assert form.paths["/lines/1/qty"] == "lines[1].qty"
    assert (form.summary, form.show_all) == ("3 fields need attention.", True)
    assert told[-1] == {"kind": "focus", "pointer": "/orderId"}
    assert {item.code for item in caught.value.diagnostics} == {"KNB701", "KNB702", "KNB716"}


def test_a_field_that_is_converted_says_so_beside_one_that_is_rejected() -> None:
    form = a_form({"orderId": "A", "amount": "two", "lines": [{"qty": "02"}]})

    assert form.states["/lines/0/qty"] == {"sent": "2", "loss": "the leading zeros are lost"}
    assert list(form.faults) == ["/amount"]


def test_a_form_without_faults_lets_a_run_go_on() -> None:
    form = a_form({"orderId": "A1"})

    form.require()

    assert (form.summary, form.faults) == ("", {})


def test_items_of_an_array_are_added_moved_and_removed() -> None:
    form = a_form({"lines": [{"sku": "a"}, {"sku": "b"}]})

    assert form.add_item("lines") == "/lines/2"
    form.move_item("/lines/1", 0)
    form.remove_item("/lines/1")

    assert form.value["lines"] == [{"sku": "b"}, {}]


def test_a_group_is_json_text_and_fields_again() -> None:
    form = a_form({"lines": [{"sku": "a", "more": 1.0}]})

    form.as_json("lines")
    text = form.entries["fields"]["lines"]
    press(form, kind="entry", pointer="/lines", state="json", text='[{"sku": "b"}, {"x": 1}]')
    form.as_form("lines")

    assert text == {"state": "json", "text": '[{"sku": "a", "more": 1.0}]'}
    assert form.value == {"lines": [{"sku": "b"}, {"x": 1}]}


def test_broken_json_text_stays_until_it_is_corrected() -> None:
    form = a_form({"lines": [{"sku": "a"}]})
    form.as_json()

    press(form, kind="entry", pointer="", state="json", text='{"lines": [}')
    press(form, kind="convert", pointer="", to="form")

    assert form.unread == {"": "Invalid JSON: expected a value (line 1, column 12)."}
    assert form.entries == {"state": "json", "text": '{"lines": [}'}
    assert "cannot be shown as fields" in form.notice
    with pytest.raises(knb.InputError, match="KNB716"):
        form.check()


def test_a_group_with_a_field_that_cannot_be_read_does_not_become_json() -> None:
    form = a_form()
    form.enter("extra", "[")

    with pytest.raises(knb.InputError, match="KNB716"):
        form.as_json()

    assert form.entries["fields"]["extra"] == {"state": "value", "text": "["}


def test_the_page_is_not_sent_what_it_typed_but_what_python_changed() -> None:
    sent: list[Any] = []
    form = a_form()
    form.send_state = lambda key=None: sent.append(key)

    press(form, kind="entry", pointer="/orderId", state="value", text="A1")
    typed = list(sent)
    form.enter("orderId", "A2")

    assert "entries" not in typed
    assert "entries" in sent
    # Also a page that is opened later has it.
    assert form.entries["fields"]["orderId"]["text"] == "A2"


BAD_MESSAGES: dict[str, dict[str, Any]] = {
    "no such field": {"kind": "entry", "pointer": "/nope", "state": "value", "text": "1"},
    "no pointer": {"kind": "entry", "state": "value", "text": "1"},
    "no such state": {"kind": "entry", "pointer": "/amount", "state": "x", "text": "1"},
    "no such item": {"kind": "item", "pointer": "/lines", "op": "remove", "index": 3},
    "no array": {"kind": "item", "pointer": "/amount", "op": "add", "index": 0},
    "no such preset": {"kind": "preset", "name": "example:none"},
    "pasted text that is not JSON": {"kind": "inputs", "text": "{"},
    "pasted text that is no object": {"kind": "inputs", "text": "[1]"},
    "nothing to fix": {"kind": "fix", "id": "/amount"},
    "a message of another leaf": {"kind": "run"},
}


@pytest.mark.parametrize("content", BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_a_message_that_cannot_be_followed_is_a_notice_and_changes_nothing(content: dict[str, Any]) -> None:
    form = a_form({"orderId": "A1"})

    press(form, **content)

    assert form.notice
    assert "Internal error" not in form.notice
    assert form.value == {"orderId": "A1"}


def test_pasted_json_replaces_the_inputs() -> None:
    form = a_form({"orderId": "A1"})

    press(form, kind="inputs", text='{"amount": 1.0, "other": [1]}')

    assert exact(form.value) == '{"amount": 1.0, "other": [1]}'


def test_a_form_without_inputs_asks_for_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    previews: list[Any] = []
    preview = Session.preview
    monkeypatch.setattr(
        Session,
        "preview",
        lambda *given: previews.append(given) or preview(*given),  # type: ignore[func-returns-value]
    )

    form = a_form()
    before = len(previews)
    form.enter("orderId", "Box & contents")

    assert (before, len(previews)) == (0, 1)
    assert "escaped" in form.states["/orderId"]


def test_a_form_that_cannot_be_made_leaves_no_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[knb.ActionForm] = []
    close = knb.ActionForm.close
    monkeypatch.setattr(knb.ActionForm, "close", lambda form: (made.append(form), close(form)))
    monkeypatch.setattr("kustomer_nb.widgets.action_form.fields_of", lambda session: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        a_form()

    assert [form.comm for form in made] == [None]


def test_three_braces_send_the_text_as_it_is() -> None:
    form = a_form({"orderId": "Box & contents"})
    escaped = form.states["/orderId"]["escaped"]

    press(form, kind="fix", id="/orderId")

    assert escaped["fix"] == "{{{orderId}}}"
    assert form.notice == ""
    template = form._session.action.value["inputTemplate"]
    assert "{{{orderId}}}" in (template["uri"], template["data"]["text"])[escaped["pointer"].endswith("text")]


def test_a_value_of_the_last_output_is_a_reference_to_that_step() -> None:
    session = Session(knb.load(ACTION).action(), {"steps": {"find": {"body": {"id": 8031, "tags": ["a"]}}}})
    form = knb.ActionForm(session)
    press(form, kind="choices")

    form.link("amount", "find", "/body/id")

    assert form.choices["outputs"][0] == {
        "action": "find",
        "pointer": "/body/id",
        "path": "body.id",
        "text": "8031",
        "type": "number",
    }
    assert form.value == {"amount": "/#steps.find.body.id"}
    assert form.entries["fields"]["amount"]["from"]["text"] == "find > body.id = 8031"
    assert session.coerce(form.value).value == {"amount": 8031} or "/amount" not in form.faults
    with pytest.raises(NameNotFoundError):
        form.link("amount", "find", "/body/nope")


def test_the_output_of_the_last_run_can_be_linked_without_steps() -> None:
    find = an_action(name="shop.find", sampleOutputContext={"id": 7})
    session = Session(knb.load(an_app(find, {**ACTION, "name": "shop.make"})).action("find"))
    session.show(session.action.run(mode="sample"))
    form = knb.ActionForm(session)
    press(form, kind="choices")

    press(
        form,
        kind="entry",
        pointer="/~",
        state="from",
        text="7",
        **{"from": {"action": "find", "pointer": "/id", "text": ""}},
    )

    assert [value["path"] for value in form.choices["outputs"]] == ["id"]
    assert session.steps == {"find": {"id": 7}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "kustomer-nb.toml").write_text("")
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(ACTION))
    return path


def test_examples_are_kept_with_the_project_and_used_again(project: Path) -> None:
    form = knb.ActionForm(knb.load(project).action(), {"orderId": "A1", "amount": 1.0})
    name = form.save_example("damaged item")
    form.enter("orderId", "A2")
    form.save_example("other")
    form.reset()

    listed = form.presets()
    form.use_preset("example:damaged item")

    assert name == "kustomer-nb.examples.json"
    assert [item["label"] for item in listed] == ["damaged item", "other"]
    assert exact(form.value) == '{"orderId": "A1", "amount": 1.0}'
    text = examples_path(project.parent).read_text(encoding="utf-8")
    assert next(iter(json.loads(text).values()))["other"] == {"orderId": "A2", "amount": 1.0}


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}', '{"a": {"b": []}}'])
def test_a_file_that_holds_no_examples_is_reported_and_not_overwritten(project: Path, text: str) -> None:
    path = examples_path(project.parent)
    path.write_text(text)
    form = knb.ActionForm(knb.load(project).action())

    press(form, kind="save_example", name="a")

    assert "kustomer-nb.examples.json" in form.notice
    assert path.read_text() == text
    with pytest.raises(knb.LoadError):
        read_examples(project.parent, "x")


def test_the_value_of_a_setting_is_not_written_to_the_examples(project: Path) -> None:
    source = json.loads(project.read_text())
    source["appSettings"] = {"token": {"key": "shop.token"}}
    source["inputTemplate"]["headers"] = {"x-token": "{{{token}}}"}
    project.write_text(json.dumps(source))
    loaded = knb.load(project).action()
    form = knb.ActionForm(loaded, {"orderId": "sesame-open-1234"}, settings={"token": "sesame-open-1234"})

    press(form, kind="save_example", name="leak")

    assert "app setting" in form.notice
    assert not examples_path(project.parent).exists()


def test_inputs_are_copied_as_the_argument_of_a_call() -> None:
    form = a_form({"orderId": "it's", "amount": 1.0, "notify": None})

    inputs: Any = {}
    exec(form.as_python(), None, inputs)

    assert exact(inputs["inputs"]) == exact(form.value)


def test_inputs_that_no_template_reads_are_marked() -> None:
    form = a_form()

    marked = [field["name"] for field in form.fields["fields"] if field.get("is_unused")]

    assert marked == ["extra"]


def test_two_forms_of_a_session_show_the_same() -> None:
    session = Session(knb.load(ACTION).action())
    first, second = knb.ActionForm(session), knb.ActionForm(session)

    first.enter("amount", "007x")

    assert second.value == first.value == {"amount": "007x"}
    assert second.entries == first.entries
    assert second.states == first.states


def test_inputs_that_the_session_is_given_are_shown() -> None:
    session = Session(knb.load(ACTION).action())
    form = knb.ActionForm(session, {"orderId": "A1"})

    session.set_inputs({"amount": 2})

    assert form.value == {"amount": 2}
    assert form.entries["fields"] == {"amount": {"state": "value", "text": "2"}}


def test_each_action_keeps_what_was_typed() -> None:
    other = {"name": "shop.two", "inputSchema": {"properties": {"id": {"type": "number"}}}}
    app = knb.load(an_app({**ACTION, "name": "shop.one"}, {**ACTION, **other}))
    session = Session(app.action("one"))
    form = knb.ActionForm(session)
    form.enter("extra", "[1,")

    session.pick("two")
    names = [field["name"] for field in form.fields["fields"]]
    form.enter("id", "2")
    session.pick("one")

    assert names == ["id"]
    assert (form.value, list(form.unread)) == ({}, ["/extra"])
    session.pick("two")
    assert form.value == {"id": 2}


def test_a_closed_form_hears_nothing_more() -> None:
    session = Session(knb.load(ACTION).action())
    form = knb.ActionForm(session)

    form.close()
    session.set_inputs({"amount": 2})

    assert form.value == {}


def test_a_form_shows_itself_as_text() -> None:
    assert repr(a_form({"amount": "two"})) == '<ActionForm: {"amount":"two"}, 2 invalid>'


def a_reloaded(project: Path, schema: dict[str, Any], form: knb.ActionForm) -> None:
    """Save another inputSchema to the file, and let the session of a form follow it."""
    project.write_text(json.dumps({**ACTION, "inputSchema": schema}))
    form._session.app.reload()
    form._session.take_definition()


def test_what_was_typed_is_kept_when_the_schema_changes(project: Path) -> None:
    form = knb.ActionForm(knb.load(project).action(), {"orderId": "7", "amount": 1.0, "to": {"city": "Bonn"}})
    form.enter("extra", "[1,")
    schema = {"properties": {"orderId": {"type": "number"}, "extra": {"type": "array"}}}

    a_reloaded(project, schema, form)

    assert exact(form.value) == '{"orderId": "7", "amount": 1.0, "to": {"city": "Bonn"}}'
    assert form.states["/orderId"] == {"sent": "7"}
    assert list(form.unread) == ["/extra"]
    assert form.entries["fields"]["extra"] == {"state": "value", "text": "[1,"}
    assert form._session.state.unread == form.unread


def test_a_text_that_the_new_schema_can_read_is_read(project: Path) -> None:
    form = knb.ActionForm(knb.load(project).action())
    form.enter("extra", "[1,")

    a_reloaded(project, {"properties": {"extra": {"type": "string"}}}, form)

    assert (form.value, form.unread) == ({"extra": "[1,"}, {})
    assert form._session.inputs == {"extra": "[1,"}


def test_a_text_whose_field_is_gone_is_gone_too(project: Path) -> None:
    form = knb.ActionForm(knb.load(project).action(), {"orderId": "7"})
    form.enter("extra", "[1,")

    a_reloaded(project, {"properties": {"orderId": {"type": "string"}}}, form)

    assert (form.value, form.unread) == ({"orderId": "7"}, {})


def test_the_fix_of_a_template_is_saved_and_can_be_undone(project: Path) -> None:
    text = project.read_text()
    form = knb.ActionForm(knb.load(project).action(), {"orderId": "a & b"})

    form.use_raw("/orderId")
    fixed = project.read_text()
    toast = form._session.toast
    assert toast is not None
    assert toast.undo is not None
    toast.undo()

    assert "{{{orderId}}}" in fixed
    assert toast.words == "{{{orderId}}} written to inputTemplate."
    assert project.read_text() == text
    assert form.states["/orderId"]["escaped"]["fix"] == "{{{orderId}}}"


def test_the_default_of_a_group_is_its_value() -> None:
    to = {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "default": {"city": "Bonn", "zip": 1.0},
    }
    form = knb.ActionForm(knb.load(an_action(inputSchema={"properties": {"to": to}})).action())
    entry = form.fields["fields"][0]["default"]["entry"]

    press(form, kind="entry", pointer="/to", state="value", text=entry["text"])
    typed = form.value
    form.set_field("to", "unset")
    form.set_field("to", "default")

    assert exact(typed) == exact(form.value) == '{"to": {"city": "Bonn", "zip": 1.0}}'


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "\r", "\n", " a "])
def test_line_ends_of_a_text_are_kept(text: str) -> None:
    form = a_form({"orderId": text})

    state = form.entries["fields"]["orderId"]["state"]

    assert form.value == {"orderId": text}
    assert state == ("json" if "\r" in text else "value")


def test_python_values_become_json() -> None:
    form = a_form()

    form.value = {"orderId": date(2026, 5, 1), "extra": ({"a": (1, 2)},), "amount": float("nan")}

    assert form.value == {"orderId": "2026-05-01", "extra": [{"a": [1, 2]}]}


def test_half_a_character_that_was_typed_can_be_sent_to_a_page() -> None:
    form = a_form()

    press(form, kind="entry", pointer="/orderId", state="value", text="a\ud800")

    assert list(form.unread) == ["/orderId"]
    assert json.dumps(form.get_state(), ensure_ascii=False, default=str).encode()


def test_a_message_that_breaks_says_so_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    form = a_form({"orderId": "A1"})
    monkeypatch.setattr(form, "_apply", lambda content: 1 / 0)

    press(form, kind="entry", pointer="/orderId", state="value", text="A2")

    assert "Internal error in the widget (ZeroDivisionError)" in form.notice
    assert form.value == {"orderId": "A1"}


def test_a_form_may_be_closed_twice() -> None:
    form = a_form()

    form.close()
    form.close()


def test_the_work_of_a_key_grows_with_the_fields_and_not_faster() -> None:
    counts = []
    for count in (50, 500):
        schema = {"properties": {f"field{at}": {"type": "number"} for at in range(count)}}
        form = knb.ActionForm(
            knb.load(an_action(inputSchema=schema)).action(), dict.fromkeys(schema["properties"], 7)
        )
        form.enter("field0", "1")
        counts.append(count_calls(partial(form.enter, "field0", "2")))

    assert counts[1] < counts[0] * 11


def test_a_form_that_could_not_be_made_is_closed_in_silence() -> None:
    # As Python does when the form goes.
    knb.ActionForm.__new__(knb.ActionForm).close()
