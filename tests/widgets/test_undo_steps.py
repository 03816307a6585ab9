"""Undo and Redo of a workbench: one history, whoever made the change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import SaveError
from kustomer_nb.storage.examples import examples_path
from kustomer_nb.widgets import ActionForm, DefinitionCode, DefinitionForm
from kustomer_nb.widgets.action_edits import add_action, duplicate_action, remove_action, rename_action
from kustomer_nb.widgets.edited_text import PAUSE, Edit, EditedText
from kustomer_nb.widgets.session import Session

TEXT = """{
  // The shop.
  "name": "kustomer.app.shop.find", "type": "rest_api",
  "appSettings": {"token": {"key": "shop.default.token"}},
  "inputTemplate": {"uri": "http://a.b/{{{orderId}}}", "method": "get", "headers": {"x-a": "1"}},
  "inputSchema": {"properties": {"orderId": {"type": "string"}}},
  "outputTemplate": {"id": "/#body.id"}
}
"""


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(path: Path | None = None) -> tuple[Session, DefinitionForm, Clock]:
    if path is not None:
        path.write_text(TEXT)
    session = Session(knb.loads(TEXT) if path is None else knb.load(path))
    form = DefinitionForm(session)
    clock = Clock()
    session.editing.edited.history.clock = clock
    return session, form, clock


def type_in(form: DefinitionForm, pointer: str, text: str, before: str = "") -> None:
    """Put a text key by key."""
    for end in range(1, len(text) + 1):
        form.parts.put(pointer, before + text[:end])


def test_typing_in_a_field_is_a_step_for_each_word() -> None:
    session, form, _clock = opened()

    type_in(form, "/description", "Finds an order")

    texts = []
    while form.undo_words:
        session.editing.undo()
        texts.append(session.action.value.get("description"))
    assert texts == ["Finds an ", "Finds ", None]
    assert session.app.text == TEXT


def test_typing_after_a_pause_is_another_step() -> None:
    session, form, clock = opened()
    type_in(form, "/inputTemplate/uri", "http://a.b/c")
    clock.now += PAUSE + 0.1
    type_in(form, "/inputTemplate/uri", "/d", "http://a.b/c")

    session.editing.undo()

    assert session.action.value["inputTemplate"]["uri"] == "http://a.b/c"


def test_typing_in_the_text_after_a_pause_is_another_step() -> None:
    text, clock = EditedText("", lambda text: text), Clock()
    text.history.clock = clock
    for at, character in enumerate("abcd"):
        clock.now += PAUSE * 2 if at == 2 else 0.1
        text.change(Edit(at, "", character))

    text.undo()

    assert text.text == "ab"


def test_another_field_is_another_step() -> None:
    session, form, _clock = opened()
    form.parts.put("/inputTemplate/uri", "http://c")
    form.parts.put("/inputTemplate/headers/x-a", "2")
    form.parts.put("/inputTemplate/uri", "http://cd")

    session.editing.undo()
    session.editing.undo()

    template = session.action.value["inputTemplate"]
    assert (template["uri"], template["headers"]) == ("http://c", {"x-a": "1"})


def test_what_is_typed_and_deleted_again_leaves_no_step() -> None:
    session, form, _clock = opened()
    type_in(form, "/inputTemplate/headers/x-a", "23", "1")
    form.parts.put("/inputTemplate/headers/x-a", "12")
    form.parts.put("/inputTemplate/headers/x-a", "1")

    assert session.app.text == TEXT
    assert (form.undo_words, form.is_saved) == ("", False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda form: form.parts.put("/inputTemplate/uri", "/x"), "edit of URL", id="a text"),
        pytest.param(
            lambda form: form.parts.put_input("/inputSchema/properties/orderId", "type", "number"),
            "type of input orderId",
            id="a type",
        ),
        pytest.param(
            lambda form: form.parts.rename("/inputSchema/properties/orderId", "id"),
            "rename of input orderId",
            id="a rename",
        ),
        pytest.param(lambda form: form.parts.rename("/name", "get"), "rename of action", id="the action"),
        pytest.param(lambda form: form.parts.add("/inputSchema"), "addition to inputs", id="an input"),
        pytest.param(
            lambda form: form.parts.remove("/inputTemplate/headers/x-a"),
            "removal of header x-a",
            id="removed",
        ),
        pytest.param(
            lambda form: form.parts.convert("/outputTemplate/id", "json"), "kind of output id", id="kind"
        ),
    ],
)
def test_undo_and_redo_say_what_they_are_of(change: Any, words: str) -> None:
    session, form, _clock = opened()
    change(form)
    after = session.app.text

    assert (form.undo_words, form.redo_words) == ("", "") if after == TEXT else (words, "")
    if after == TEXT:
        return
    assert session.editing.undo() == f"Undone: {words}."
    assert (form.undo_words, form.redo_words) == ("", words)
    assert session.editing.redo() == f"Redone: {words}."
    assert session.app.text == after


def test_the_page_is_told_what_was_undone() -> None:
    _session, form, _clock = opened()
    told: list[Any] = []
    form.tell = told.append  # type: ignore[method-assign]
    form.parts.rename("/inputSchema/properties/orderId", "id")

    form.intend({"kind": "undo_text", "redo": False, "seq": 1, "version": form.version})
    form.intend({"kind": "undo_text", "redo": False, "seq": 2, "version": form.version})

    words = [message.words for message in told if message.kind == "undone"]
    assert words == ["Undone: rename of input orderId.", "Nothing to undo."]


def test_undo_past_the_save_is_told_and_back_to_it_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    session, form, clock = opened(path)
    form.parts.put("/inputTemplate/uri", "http://c")
    session.editing.save()
    clock.now += 0.1
    form.parts.put("/inputTemplate/uri", "http://cd")
    assert not form.is_saved

    words = session.editing.undo()
    assert (words, form.is_saved) == ("Undone: edit of URL. Saved.", True)
    words = session.editing.undo()
    assert words == "Undone: edit of URL. Before the last save. Not saved."
    assert (form.is_saved, session.app.text) == (False, TEXT)
    words = session.editing.redo()
    assert (words, form.is_saved) == ("Redone: edit of URL. Saved.", True)
    assert session.app.text == path.read_text()


def test_undo_of_what_was_never_saved_says_nothing_of_a_save(tmp_path: Path) -> None:
    session, form, _clock = opened(tmp_path / "shop.json")
    form.parts.put("/inputTemplate/uri", "http://c")
    form.parts.put("/description", "x")

    assert session.editing.undo() == "Undone: edit of description."
    assert session.editing.undo() == "Undone: edit of URL. Saved."
    assert form.is_saved


def test_a_save_in_a_cell_counts_too(tmp_path: Path) -> None:
    session, form, _clock = opened(tmp_path / "shop.json")
    form.parts.put("/inputTemplate/uri", "http://c")
    session.app.save()
    form.parts.put("/inputTemplate/uri", "http://cd")

    session.editing.undo()

    assert session.action.value["inputTemplate"]["uri"] == "http://c"
    assert "Before the last save" in session.editing.undo()


def test_a_change_that_is_written_and_its_undo_are_steps_of_the_same_history(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    session, form, _clock = opened(path)
    session.edit(lambda: session.app.edit("/description", "new"), "Description written", place="form")
    assert '"new"' in path.read_text()

    session.undo()
    assert (path.read_text(), form.undo_words, form.redo_words) == (TEXT, "", "Description written")
    session.editing.redo()
    assert '"new"' in session.app.text


def test_a_written_change_is_undone_in_the_file_after_undo_and_redo_in_the_form(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    session, form, _clock = opened(path)
    session.edit(lambda: session.app.edit("/description", "new"), "Description written", place="form")
    session.editing.undo()
    session.editing.redo()

    session.undo()

    assert (session.app.text, path.read_text(), form.is_saved) == (TEXT, TEXT, True)


def test_undo_in_a_cell_is_no_step_of_its_own() -> None:
    session, form, _clock = opened()
    form.parts.rename("/inputSchema/properties/orderId", "id")

    session.app.undo()
    session.follow()

    assert (session.app.text, form.undo_words) == (TEXT, "")
    assert form.redo_words == "rename of input orderId"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(add_action, "New action newAction", id="new"),
        pytest.param(lambda session: duplicate_action(session, "copy"), "Copied find to copy", id="a copy"),
        pytest.param(lambda session: rename_action(session, "get"), "Renamed find to get", id="a name"),
        pytest.param(remove_action, "Deleted find", id="deleted"),
    ],
)
def test_a_change_of_the_actions_is_a_step_of_the_same_history(
    change: Any, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "shop.json"
    text = f"[{TEXT}, {TEXT.replace('shop.find', 'shop.add')}]"
    path.write_text(text)
    session = Session(knb.load(path))
    session.set_inputs({"orderId": 7})
    form = DefinitionForm(session)

    change(session)
    assert (path.read_text(), form.undo_words) == (text, words)
    assert session.toast is not None
    assert session.toast.words == f"{words}, not saved yet."
    session.undo()
    assert (session.app.text, session.action.name) == (text, "kustomer.app.shop.find")
    assert session.inputs == {"orderId": 7}

    assert session.editing.redo() == f"Redone: {words}."
    assert session.editing.undo() == f"Undone: {words}. Saved."
    assert session.app.text == text


def test_what_was_typed_stays_with_an_action_whose_rename_is_undone() -> None:
    session, form, _clock = opened()
    session.set_inputs({"orderId": 7})
    form.parts.rename("/name", "get")
    assert session.inputs == {"orderId": 7}

    session.editing.undo()

    assert (session.action.name, session.inputs) == ("kustomer.app.shop.find", {"orderId": 7})


def test_a_saved_example_is_taken_back_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(TEXT)
    (tmp_path / "kustomer-nb.toml").write_text("")
    session = Session(knb.load(path))
    form = knb.ActionForm(session)
    examples = examples_path(tmp_path)

    form.save_example("first")
    first = session.toast
    kept = examples.read_bytes()
    form.save_example("second")
    assert session.toast is not None
    assert session.toast.words == 'Saved example "second" in kustomer-nb.examples.json.'
    assert session.toast.undo is not None
    session.toast.undo()
    assert examples.read_bytes() == kept
    assert first is not None
    assert first.undo is not None
    first.undo()

    assert not examples.exists()
    assert session.toast.words == 'Undone: example "first" saved.'


def test_an_example_is_not_taken_back_after_its_file_changed(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(TEXT)
    (tmp_path / "kustomer-nb.toml").write_text("")
    session = Session(knb.load(path))
    knb.ActionForm(session).save_example("first")
    examples_path(tmp_path).write_text("{}")

    assert session.toast is not None
    assert session.toast.undo is not None
    with pytest.raises(SaveError, match="was changed since; nothing was taken back"):
        session.toast.undo()
    assert examples_path(tmp_path).read_text() == "{}"


def test_both_forms_show_the_same_step() -> None:
    session, form, _clock = opened()
    code = DefinitionCode(session)

    form.parts.put("/inputTemplate/uri", "http://c")

    assert (code.undo_words, code.redo_words) == (form.undo_words, form.redo_words) == ("edit of URL", "")


def test_no_token_is_in_the_words_of_a_step() -> None:
    token = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
    text = TEXT.replace('"x-a": "1"', f'"Authorization": "Bearer {token}", "{token}": "1"')
    form = DefinitionForm(knb.loads(text).action())

    form.parts.remove(f"/inputTemplate/headers/{token}")

    assert token not in form.undo_words


def test_the_workbench_says_what_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(TEXT)
    bench = knb.workbench(path)
    assert (bench.unsaved, bench.has_file) == ("", True)

    bench.definition_form.parts.put("/description", "x")
    assert bench.unsaved == "shop.json has changes that are not saved."
    bench._session.editing.undo()
    assert bench.unsaved == ""
    bench.definition_form.parts.put("/description", "x")
    bench.definition.intend({"kind": "save"})
    assert (bench.unsaved, '"x"' in path.read_text()) == ("", True)
    # A text that is no definition is not saved either.
    bench._session.editing.replace("{")
    assert bench.unsaved == "shop.json has changes that are not saved."
    bench._session.editing.undo()
    assert bench.unsaved == ""


def test_a_definition_of_a_cell_is_not_saved_when_it_was_changed() -> None:
    bench = knb.workbench({"inputTemplate": {"uri": "http://a.b", "method": "get"}})
    assert bench.unsaved == ""

    bench.definition_form.parts.put("/description", "x")

    assert (bench.unsaved, bench.has_file) == ("The definition is not saved in a file.", False)


def test_a_new_action_of_the_start_page_is_not_saved() -> None:
    bench = knb.workbench()

    bench.start.intend({"kind": "new_action"})

    assert bench.unsaved == "The definition is not saved in a file."


LINES = """[
  {
    "name": "find",
    "inputTemplate": {"uri": "http://a.b/{{{id}}}", "data": "{{#each lines}}{{{sku}}}{{/each}}"},
    "inputSchema": {"properties": {
      "id": {"type": "number"},
      "filter": {"type": "object"},
      "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}}
    }}
  },
  {"name": "other", "inputTemplate": {"uri": "http://a.b"}}
]
"""


def filled() -> tuple[Session, DefinitionForm, ActionForm]:
    session = Session(knb.loads(LINES))
    typed = ActionForm(session)
    typed.enter("id", "seven")
    typed.enter("filter", "{")
    typed.add_item("/lines")
    typed.enter("/lines/0/sku", "A-1")
    return session, DefinitionForm(session), typed


def test_what_was_typed_follows_the_undo_of_a_rename_and_its_redo() -> None:
    session, form, typed = filled()

    form.parts.rename("/inputSchema/properties/id", "orderId")
    form.parts.rename("/inputSchema/properties/filter", "query")

    names = []
    for move in (session.editing.undo, session.editing.undo, session.editing.redo, session.editing.redo):
        move()
        names.append((list(typed.value), list(typed.unread)))
    assert names == [
        (["orderId", "lines"], ["/filter"]),
        (["id", "lines"], ["/filter"]),
        (["orderId", "lines"], ["/filter"]),
        (["orderId", "lines"], ["/query"]),
    ]
    # The texts are as they were typed, also the one that nothing can read.
    fields = typed.entries["fields"]
    assert (fields["orderId"]["text"], fields["query"]["text"]) == ("seven", "{")


def test_what_was_typed_within_an_input_follows_its_name_too() -> None:
    session, form, typed = filled()

    form.parts.rename("/inputSchema/properties/lines/items/properties/sku", "code")
    renamed = typed.value["lines"]
    session.editing.undo()

    assert (renamed, typed.value["lines"]) == ([{"code": "A-1"}], [{"sku": "A-1"}])


def test_what_is_typed_after_a_rename_follows_its_undo_while_another_action_is_selected() -> None:
    session, form, typed = filled()
    form.parts.rename("/inputSchema/properties/id", "orderId")
    typed.enter("orderId", "8")

    session.pick("other")
    DefinitionCode(session).intend({"kind": "undo_text", "redo": False})
    session.pick("find")

    assert typed.value["id"] == 8
    assert typed.entries["fields"]["filter"]["text"] == "{"


def test_what_was_typed_as_json_follows_the_undo_of_a_rename() -> None:
    session, form, typed = filled()
    typed.set_field("filter", "unset")
    typed.as_json()

    form.parts.rename("/inputSchema/properties/id", "orderId")
    session.editing.undo()

    assert typed.entries == {"state": "json", "text": '{"id": "seven", "lines": [{"sku": "A-1"}]}'}


def test_an_undo_in_a_cell_takes_what_was_typed_along() -> None:
    session, form, typed = filled()
    form.parts.rename("/inputSchema/properties/id", "orderId")

    session.app.undo()
    session.follow()

    assert list(typed.value) == ["id", "lines"]
