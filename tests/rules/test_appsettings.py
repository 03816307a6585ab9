import pytest

from .looking import LEFT_OUT, a_request, an_action, an_app, look, places

ORGANISATION = "61a7f0c2b4d5e6f708192a3b"
DECLARED = {
    "default": {
        "token": {"type": "secret", "defaultValue": ""},
        "region": {"type": "string", "defaultValue": ""},
    }
}
USING = a_request(headers={"x-api-key": "{{{token}}}"})


def using(key, settings=DECLARED, app="shop", **keys):
    action = an_action(appSettings={"token": {"key": key}}, inputTemplate=USING)
    return an_app(app=app, settings=settings, actions=[action], **keys)


@pytest.mark.parametrize(
    "key",
    [LEFT_OUT, None, "", "token", "shop.token", "shop..token", "shop.default.", "shop.default.my token"],
    ids=["left out", "null", "empty", "a name", "no category", "an empty one", "no name", "with a space"],
)
def test_a_key_that_is_no_lookup_string_is_an_error(key):
    setting = {} if key is LEFT_OUT else {"key": key}
    value = an_action(appSettings={"token": setting}, inputTemplate=USING)

    found = look(value)

    assert found.codes == ["KNB214"]
    assert found[0].pointer == "/appSettings/token/key"
    assert found[0].fix == 'write "key": "<app>.default.token".'


@pytest.mark.parametrize(
    ("key", "app", "settings"),
    [
        pytest.param("shop.default.token", "shop", DECLARED, id="declared"),
        pytest.param(f"shop_{ORGANISATION}.default.token", "shop", DECLARED, id="with the organisation"),
        pytest.param("shop.other.token", "shop", LEFT_OUT, id="where nothing is declared"),
        pytest.param("market.default.token", LEFT_OUT, DECLARED, id="where the app is not told"),
    ],
)
def test_a_key_that_may_be_found_is_right(key, app, settings):
    assert places(using(key, settings, app), "KNB215") == []


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        pytest.param("market.default.token", "did you mean `shop.default.token`?", id="another app"),
        pytest.param("shop.default.tokn", "did you mean `shop.default.token`?", id="a near miss"),
        pytest.param("shop.auth.user", "declare auth.user in settings.", id="nothing like it"),
    ],
)
def test_a_key_that_finds_nothing_is_an_error_with_the_right_one(key, fix):
    (found,) = [one for one in look(using(key)) if one.code == "KNB215"]

    assert found.fix == fix
    assert found.pointer == "/actions/0/appSettings/token/key"


def test_a_setting_that_is_no_object_is_left_to_the_rule_of_types():
    value = an_app(actions=[an_action(appSettings={"token": 5}, inputTemplate=USING)])

    assert look(value).codes == ["KNB202"]


def test_a_declared_setting_that_nothing_uses_is_a_hint_at_its_name():
    found = look(using("shop.default.token"))

    assert found.codes == ["KNB218"]
    assert found.text[found[0].span.start : found[0].span.end] == '"region"'


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({"widgets": [{"bundle": "x"}]}, id="a widget"),
        pytest.param({"commands": [{"a": [{"key": "shop.default.region"}]}]}, id="a command"),
        pytest.param({"actions": 5}, id="actions that cannot be read"),
    ],
)
def test_a_setting_that_something_else_may_use_is_not_reported(keys):
    value = {**using("shop.default.token"), **keys}

    assert places(value, "KNB218") == []


def test_a_setting_named_only_in_its_own_declaration_and_texts_is_not_used():
    value = using("shop.default.token", i18n={"en_us": {"shop.settings": "shop.default.region"}})

    assert places(value, "KNB218") == ["hint /settings/default/region"]


@pytest.mark.parametrize("settings", [5, {"default": 5}, {"default": {"token": 5}}, {}], ids=repr)
def test_settings_of_any_shape_are_looked_at(settings):
    assert places(using("shop.default.token", settings), "KNB218") == []
