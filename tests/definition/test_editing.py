import os
import stat
from typing import Any

import pytest

from kustomer_nb import EditError, SaveError, load, loads
from kustomer_nb.definition import edited, read_document, removed
from tests.samples import ECOMMSTORE

TEXT = """{
  "app": "shop", "version": "1.0.0", "title": "Shop",
  "actions": [
    {"name": "kustomer.app.shop.find", "type": "rest_api"},
    {"name": "kustomer.app.shop.list", "type": "rest_api"}
  ]
}
"""


def test_an_edit_changes_only_its_value():
    app = loads(TEXT)

    changes = app.edit("/actions/0/description", "Find")

    assert app.text == TEXT.replace(
        'find", "type": "rest_api"', 'find", "type": "rest_api", "description": "Find"'
    )
    assert changes.diff.count("\n+") == 2


def test_an_action_that_is_held_follows_every_change():
    app = loads(TEXT)
    find, last = app.actions

    app.edit("/actions/0/description", "Find")
    app.edit("/actions/0/name", "kustomer.app.shop.get")
    app.remove("/actions/0")

    assert (last.pointer, last.name) == ("/actions/0", "kustomer.app.shop.list")
    assert find.definition.description == "Find"
    assert app.actions == (last,)


def test_a_member_is_renamed_and_removed():
    app = loads(TEXT)

    app.rename("/title", "name")
    app.remove("/version")

    assert app.text == TEXT.replace('"title"', '"name"').replace(' "version": "1.0.0",', "")


@pytest.mark.parametrize(
    ("pointer", "value", "message"),
    [
        pytest.param("/actions/7/name", 1, 'KNB140 there is no "7" in /actions.', id="no such item"),
        pytest.param("version", 1, 'KNB140 "version" is not a JSON pointer.', id="no pointer"),
        pytest.param(
            "/settings/default/x", 1, "use one of its keys: app, version, title, actions.", id="no such key"
        ),
        pytest.param("/version", {1, 2}, "KNB135 the new value is not JSON", id="a set"),
        pytest.param("/version", float("nan"), "KNB135", id="not a number"),
    ],
)
def test_what_cannot_be_edited_says_why_and_changes_nothing(pointer, value, message):
    app = loads(TEXT)

    with pytest.raises(EditError) as caught:
        app.edit(pointer, value)

    assert message in str(caught.value)
    assert app.text == TEXT


def test_an_item_that_would_go_into_another_object_is_refused():
    text = (
        '{"app": "s", "version": "1", "actions": [{"name": "kustomer.app.s.a", '
        '"inputTemplate": {"uri": "http://a.b", "qs": {"a": }]}'
    )
    app = loads(text)

    with pytest.raises(EditError, match="KNB145"):
        app.add_action("newAction")

    assert app.text == text
    assert not app.document.reading.node("/actions/1")


def test_a_key_given_twice_is_not_removed_by_halves():
    app = loads('{"app": "shop", "app": "market"}')

    app.remove("/app")

    assert app.text == "{}"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shop.json"
    path.write_bytes(TEXT.encode())
    return path


def test_loading_and_saving_without_a_change_is_the_same_bytes(tmp_path):
    for content in (TEXT.encode(), b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(), b"{a: 1,} // x"):
        path = tmp_path / "file.json"
        path.write_bytes(content)
        copy = tmp_path / "copy.json"

        app = load(path)
        app.save()
        app.save(copy)

        assert (path.read_bytes(), copy.read_bytes()) == (content, content)
        copy.unlink()


def test_a_saved_file_keeps_its_permissions(path, tmp_path):
    path.chmod(0o640)
    app = load(path)

    app.edit("/version", "1.0.1")
    app.save()

    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert '"1.0.1"' in path.read_text(encoding="utf-8")
    assert sorted(file.name for file in tmp_path.iterdir()) == [".kustomer-nb", "shop.json"]


def test_a_file_that_changed_meanwhile_is_left_alone(path):
    app = load(path)
    app.edit("/version", "1.0.1")
    path.write_text("someone else's", encoding="utf-8")

    with pytest.raises(SaveError, match="KNB142"):
        app.save()

    assert path.read_text(encoding="utf-8") == "someone else's"


def test_one_app_saves_again_and_again(path):
    app = load(path)

    for version in ("1.0.1", "1.0.2"):
        app.edit("/version", version)
        app.save()

    assert load(path).model.version == "1.0.2"


def test_a_text_needs_a_path_that_is_free(path, tmp_path):
    app = loads(TEXT)

    with pytest.raises(SaveError, match="KNB141"):
        app.save()
    with pytest.raises(SaveError, match="KNB144"):
        app.save(path)
    assert app.save(tmp_path / "new.json") == app.path


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_reported(path):
    app = load(path)
    app.edit("/version", "1.0.1")
    path.parent.chmod(0o500)

    try:
        with pytest.raises(SaveError, match="KNB143"):
            app.save()
    finally:
        path.parent.chmod(0o700)


def test_a_missing_folder_is_reported_and_nothing_is_left(tmp_path):
    with pytest.raises(SaveError, match="KNB143"):
        loads(TEXT).save(tmp_path / "none" / "shop.json")

    assert list(tmp_path.iterdir()) == []


def test_an_action_can_be_set_and_only_what_differs_changes():
    text = ECOMMSTORE.read_text(encoding="utf-8")
    app = load(ECOMMSTORE)
    action = app.action()
    value = {**action.value, "description": "Refund an order"}

    app.edit(action.pointer, value)

    differing = [new for old, new in zip(text.split("\n"), app.text.split("\n"), strict=True) if old != new]
    assert len(differing) == 1
    assert "Refund an order" in differing[0]


@pytest.mark.parametrize("half", ["\ud800", chr(0xDFFF), "😀\ud83d"])
def test_half_of_a_surrogate_pair_cannot_be_saved_and_is_named(half, tmp_path):
    app = loads(f'{{"app": "{half}"}}')

    with pytest.raises(SaveError, match="surrogate") as caught:
        app.save(tmp_path / "shop.json")

    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.span.column) == ("KNB143", 9 + len(half))
    assert not (tmp_path / "shop.json").exists()


@pytest.mark.parametrize("character", ["😀", "\\ud800", "é\u2028"])
def test_any_other_character_is_saved(character, tmp_path):
    text = f'{{"app": "{character}"}}'

    loads(text).save(tmp_path / "shop.json")

    assert load(tmp_path / "shop.json").text == text


# ruff: noqa: E501 - as an author writes it
MODULE = """const app = 'shop', once = ['a'], twice = {b: 1};
export default {app: app, name: `${app}.x`, tags: once, one: twice, two: twice, more: ['c'] as const, [app]: 'd',
  version: '1'};
"""


@pytest.mark.parametrize(
    ("pointer", "value", "text"),
    [
        ("/version", "2", MODULE.replace("'1'", '"2"')),
        ("/tags/0", "e", MODULE.replace("'a'", '"e"')),
        ("/tags/-", "e", MODULE.replace("['a']", "['a', \"e\"]")),
        ("/more/-", "e", MODULE.replace("['c']", "['c', \"e\"]")),
        ("/shop", "e", MODULE.replace("'d'", '"e"')),
        ("/after", 1, MODULE.replace("'1'}", "'1',\n  \"after\": 1}")),
    ],
)
def test_an_edit_of_a_module_changes_the_literal(pointer, value, text):
    assert edited(read_document(MODULE), pointer, value).text == text


@pytest.mark.parametrize(
    ("pointer", "reason"),
    [
        ("/name", "put together by code"),
        ("/name/x", "put together by code"),
        ("/one/b", "/two/b uses too"),
        ("/app", "uses too"),
    ],
)
def test_an_edit_of_what_is_no_literal_of_its_own_says_why_not(pointer, reason):
    with pytest.raises(EditError, match=reason):
        edited(read_document(MODULE), pointer, "x")


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ('{"a": [1.0, 2.50, 1E2]}', [1, 2.5, 100, 7], '{"a": [1.0, 2.50, 1E2, 7]}'),
        ('{"a": {"b": 1.0}}', {"b": 1, "c": 2}, '{"a": {"b": 1.0, "c": 2}}'),
        ('{"a": [1.0, 2.0]}', [2], '{"a": [2.0]}'),
        ('{"a": 1}', True, '{"a": true}'),
        ('{"a": [1, 0]}', [True, False], '{"a": [true, false]}'),
    ],
)
def test_a_number_stays_as_it_is_written(text: str, value: Any, expected: str) -> None:
    assert edited(read_document(text), "/a", value).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "b": 2, "a": 3}', '{"b": 2}'),
        ('{"a": 1, "a": {"c": 1}, "a": 3}', "{}"),
        ('{"b": 2, "a": 1, // one\n "a": 3}', '{"b": 2 // one\n}'),
    ],
)
def test_a_key_that_is_given_twice_is_removed_altogether(text: str, expected: str) -> None:
    changed = removed(read_document(text), "/a")

    assert changed.value == read_document(expected).value
