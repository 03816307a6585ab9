from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import EditError, NameNotFoundError, SaveError

BARE = '{\n    "name": "kustomer.app.shop.find", // the only one\n    "type": "rest_api"\n}\n'


def message(error: pytest.ExceptionInfo[EditError]) -> str:
    (diagnostic,) = error.value.diagnostics
    return f"{diagnostic.code} {diagnostic.message} {diagnostic.fix}"


def test_a_new_app_with_an_action_has_no_problems_and_makes_its_request() -> None:
    app = knb.new_app("my_shop")
    app.add_action("findOrders")

    assert list(app.lint()) == []
    assert [action.name for action in app.actions] == ["kustomer.app.my_shop.findOrders"]
    assert app.action().definition.description == "Find orders"
    request = app.action().render()
    assert (request.method, request.url) == ("GET", "https://api.example.com/")


def test_a_new_app_is_saved_to_its_path_and_over_no_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    app = knb.new_app("shop", path)
    assert not path.exists()

    app.save()

    assert path.read_text() == app.text
    with pytest.raises(SaveError) as error:
        knb.new_app("shop", path).save()
    assert error.value.diagnostics.codes == ["KNB144"]


@pytest.mark.parametrize("name", ["", "My Shop", "7shop", "shop/x", "shöp"])
def test_a_name_that_is_no_id_of_an_app_is_refused(name: str) -> None:
    with pytest.raises(EditError, match="KNB158"):
        knb.new_app(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"app": "shop"}', ["kustomer.app.shop.pay"], id="an app without actions"),
        pytest.param('{"app": "shop", "actions": null}', ["kustomer.app.shop.pay"], id="null"),
        pytest.param('{"app": "shop", "actions": []}', ["kustomer.app.shop.pay"], id="an empty array"),
        pytest.param(BARE, ["kustomer.app.shop.find", "kustomer.app.shop.pay"], id="one action"),
        pytest.param(f"[{BARE}]", ["kustomer.app.shop.find", "kustomer.app.shop.pay"], id="an array"),
        pytest.param(
            f"module.exports = {BARE};", ["kustomer.app.shop.find", "kustomer.app.shop.pay"], id="a module"
        ),
        pytest.param(
            f"const find = {BARE};\nexport default {{ app: 'shop', actions: [find] }}",
            ["kustomer.app.shop.find", "kustomer.app.shop.pay"],
            id="a constant",
        ),
        pytest.param(
            BARE.replace("shop.find", "shop_x.store.find"),
            ["kustomer.app.shop_x.store.find", "kustomer.app.shop_x.store.pay"],
            id="the prefix of the others",
        ),
    ],
)
def test_adds_an_action_to_whatever_holds_them_and_takes_it_back(text: str, expected: list[str]) -> None:
    app = knb.loads(text)

    app.add_action("pay")

    assert [action.name for action in app.actions] == expected
    assert [action.name for action in knb.loads(app.text).actions] == expected
    assert "// the only one" in app.text or "// the only one" not in text
    app.undo()
    assert app.text == text


def test_an_action_that_was_taken_before_is_the_same_one_in_the_array() -> None:
    app = knb.loads(BARE)
    action = app.action()

    app.add_action("pay")

    assert app.action("find") is action
    assert action.pointer == "/0"


def test_an_action_without_a_name_is_followed_into_the_array_and_back() -> None:
    app = knb.loads('{"type": "rest_api", "description": "x"}')
    action = app.action()

    app.add_action("kustomer.app.shop.pay")
    assert action.pointer == "/0"
    assert action.definition.description == "x"

    app.undo()
    assert action.pointer == ""
    assert app.action() is action


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ('{"app": "shop"}', "find order", 'KNB158 "find order" cannot be the name of an action.'),
        (BARE, "find", 'KNB158 there is an action "kustomer.app.shop.find" already.'),
        (BARE, "f" * 120, "KNB158"),
        ("[]", "find", 'KNB158 "find" is not a full name, and the file does not name its app.'),
        ('{"app": "shop", "actions": {}}', "find", "KNB145 `actions` is not an array"),
        (
            '{"url": "https://a.b", "httpMethod": "get", "permittedArgs": []}',
            "kustomer.app.a.b",
            "KNB145 this is",
        ),
        ("export default {app: 'shop', actions: load()}", "find", "KNB145"),
    ],
)
def test_says_why_an_action_cannot_be_added_and_changes_nothing(text: str, name: str, expected: str) -> None:
    app = knb.loads(text)

    with pytest.raises(EditError) as error:
        app.add_action(name)

    assert message(error).startswith(expected)
    assert app.text == text


def test_a_full_name_stays_as_it_is_and_a_definition_gets_the_name() -> None:
    app = knb.new_app("shop")
    definition: dict[str, Any] = {
        "name": "other",
        "type": "rest_api",
        "inputTemplate": {"uri": "https://a.b"},
    }

    app.add_action("kustomer.app.bank.find", definition)

    assert app.action().value == {**definition, "name": "kustomer.app.bank.find"}
    assert definition["name"] == "other"


def test_a_copy_keeps_layout_and_comments() -> None:
    app = knb.loads(f"[{BARE}]")

    app.duplicate_action("find", "search")

    assert app.text.count("// the only one") == 2
    assert app.text.count(BARE.strip()) == 1
    assert BARE.strip().replace("shop.find", "shop.search") in app.text
    app.duplicate_action("find", "third").undo()
    assert [action.name for action in app.actions] == ["kustomer.app.shop.find", "kustomer.app.shop.search"]


def test_a_rename_reaches_the_steps_that_run_the_action_and_no_other_text() -> None:
    steps = (
        '[{"id": "1", "action": "kustomer.app.shop.find"}, {"id": "kustomer.app.shop.find", "action": "x"}]'
    )
    app_keys = '"app": "shop", "title": "kustomer.app.shop.find"'
    text = f'{{{app_keys}, "actions": [{BARE}], "workflows": [{{"steps": {steps}}}]}}'
    app = knb.loads(text)
    action = app.action()

    app.rename_action("find", "search")

    assert app.text.count("kustomer.app.shop.search") == 2
    assert app.text.replace("search", "find") == text
    assert action.name == "kustomer.app.shop.search"
    app.rename_action("search", "find")
    assert app.text == text


def test_removing_an_action_lists_the_steps_that_still_run_it() -> None:
    steps = '[{"id": "1", "action": "kustomer.app.shop.find"}]'
    app = knb.loads(f'{{"app": "shop", "actions": [{BARE}], "workflows": [{{"steps": {steps}}}]}}')

    changes = app.remove_action("find")

    assert app.actions == ()
    assert [problem.pointer for problem in changes.diagnostics] == ["/workflows/0/steps/0/action"]
    assert "left to do: 1 warning" in repr(changes)
    changes.undo()
    assert [action.name for action in app.actions] == ["kustomer.app.shop.find"]


def test_a_file_that_is_one_action_cannot_lose_it() -> None:
    app = knb.loads(BARE)

    with pytest.raises(EditError, match="KNB145 the file consists of this action"):
        app.remove_action("find")


@pytest.mark.parametrize("verb", ["rename_action", "duplicate_action"])
def test_an_action_that_does_not_exist_is_named(verb: str) -> None:
    with pytest.raises(NameNotFoundError, match="did you mean"):
        getattr(knb.loads(BARE), verb)("fnd", "search")
