from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb import EditError, SaveError, load, loads
from kustomer_nb.definition.undo import MOST_CHANGES

CONTENTS = [
    pytest.param(b'{"app": "shop",\n\t"version":"1.0.0" }\n', id="a layout of its own"),
    pytest.param(b'\xef\xbb\xbf{"app": "shop"}\r\n', id="a byte order mark and CRLF"),
    pytest.param(b"{app: 'shop', /* why */ actions: [],}", id="not strict JSON"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_bytes(b'{"app": "shop"}')
    return path


@pytest.mark.parametrize("content", CONTENTS)
def test_an_edit_is_taken_back_to_the_byte_after_a_save_too(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    app = load(path)
    changes = app.edit("/title", "Shop")
    app.save()
    assert path.read_bytes() != content

    reverse = changes.undo()

    assert path.read_bytes() == content
    assert (reverse.before, reverse.after) == (changes.after, changes.before)


def test_an_edit_that_was_not_saved_is_taken_back_in_memory_only(path: Path) -> None:
    app = load(path)
    app.edit("/app", "market")
    path.write_bytes(b"someone else's")

    app.undo()

    assert (app.text, path.read_bytes()) == ('{"app": "shop"}', b"someone else's")


def test_a_file_that_changed_since_the_save_is_left_alone(path: Path) -> None:
    app = load(path)
    changes = app.edit("/app", "market")
    app.save()
    path.write_bytes(b"someone else's")

    with pytest.raises(SaveError, match=r"KNB142 .*shop\.json' has changed since this change was saved"):
        changes.undo()

    assert (app.text, path.read_bytes()) == ('{"app": "market"}', b"someone else's")


def test_changes_are_taken_back_one_after_the_other_whenever_they_were_saved(path: Path) -> None:
    app = load(path)
    app.edit("/app", "a")
    app.edit("/app", "b")
    app.save()
    app.edit("/app", "c")

    texts = [(app.undo() and app.text, path.read_text(encoding="utf-8")) for _ in range(3)]

    assert texts == [
        ('{"app": "b"}', '{"app": "b"}'),
        ('{"app": "a"}', '{"app": "a"}'),
        ('{"app": "shop"}', '{"app": "shop"}'),
    ]


def test_a_change_back_and_forth_that_was_not_saved_leaves_the_file(path: Path) -> None:
    app = load(path)
    app.edit("/app", "market")
    app.edit("/app", "shop")

    app.undo()

    assert (app.text, path.read_text(encoding="utf-8")) == ('{"app": "market"}', '{"app": "shop"}')


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param(lambda app, changes: changes.undo(), "taken back already", id="twice"),
        pytest.param(lambda app, changes: app.edit("/b", 1), "changed again since", id="not the latest"),
        pytest.param(lambda app, changes: app.undo(), "taken back already", id="by the app"),
    ],
)
def test_only_the_latest_change_can_be_taken_back(changed, message) -> None:
    app = loads('{"app": "shop"}')
    changes = app.edit("/a", 1)
    changed(app, changes)
    text = app.text

    with pytest.raises(EditError, match=rf"KNB151 .*{message}"):
        changes.undo()

    assert app.text == text


def test_a_reload_is_not_undone_over_what_somebody_else_saved(path: Path) -> None:
    app = load(path)
    app.edit("/app", "market")
    app.save()
    path.write_bytes(b'{"app": "other"}')
    app.reload()

    with pytest.raises(EditError, match="KNB151 the definition has another text since"):
        app.undo()

    assert path.read_bytes() == b'{"app": "other"}'


def test_a_change_is_undone_after_its_own_save_was_read_again(path: Path) -> None:
    app = load(path)
    app.edit("/app", "market")
    app.save()
    app.reload()

    app.undo()

    assert path.read_bytes() == b'{"app": "shop"}'


def test_without_a_change_there_is_nothing_to_undo() -> None:
    app = loads('{"app": "shop"}')

    with pytest.raises(EditError, match="KNB151 there is no change to undo"):
        app.undo()
    with pytest.raises(EditError, match="KNB151 nothing was changed"):
        app.edit("/app", "shop").undo()


def test_fixes_and_renamed_and_removed_members_are_taken_back(path: Path) -> None:
    content = b"{app: 'shop', version: '1', }"
    path.write_bytes(content)
    app = load(path)
    app.fix()
    app.rename("/version", "title")
    app.remove("/app")
    app.save()

    for _ in range(3):
        app.undo()

    assert path.read_bytes() == content


def test_an_action_that_is_held_follows_an_undo() -> None:
    app = loads('{"app": "shop", "actions": [{"name": "a"}, {"name": "b"}]}')
    last = app.actions[1]
    app.remove("/actions/0")

    app.undo()

    assert (last.pointer, app.actions[1]) == ("/actions/1", last)


def test_the_oldest_changes_are_forgotten() -> None:
    app = loads('{"n": 0}')
    for number in range(MOST_CHANGES + 5):
        app.edit("/n", number + 1)

    for _ in range(MOST_CHANGES):
        app.undo()

    assert app.text == '{"n": 5}'
    with pytest.raises(EditError, match="no change to undo"):
        app.undo()


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["/a", "/b", "/c", "/c/-", "/c/0"]), st.integers(0, 3)), max_size=8)
)
def test_any_edits_are_taken_back(edits) -> None:
    text = '{\n  "a": 1, // one\n  "c": [1,\n 2]}'
    app = loads(text)
    texts = [text]
    for pointer, value in edits:
        try:
            changes = app.edit(pointer, value)
        except EditError:
            continue
        texts += [app.text] if changes else []

    while len(texts) > 1:
        assert app.text == texts.pop()
        app.undo()

    assert app.text == text
