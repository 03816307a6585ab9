import pytest

from tests.rules.looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, places, quoted

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

    diagnostics = look(value)

    assert diagnostics.codes == ["KNB214"]
    assert diagnostics[0].pointer == "/appSettings/token/key"
    assert diagnostics[0].fix == 'write "key": "<app>.default.token".'


@pytest.mark.parametrize(
    ("key", "app", "settings"),
    [
        pytest.param("shop.default.token", "shop", DECLARED, id="declared"),
        pytest.param(f"shop_{ORGANISATION}.default.token", "shop", DECLARED, id="with the organisation"),
        pytest.param("market.default.token", LEFT_OUT, DECLARED, id="where the app is not told"),
    ],
)
def test_a_key_that_may_be_found_is_right(key, app, settings):
    assert places(using(key, settings, app), "KNB215") == []


@pytest.mark.parametrize(
    ("settings", "severities"),
    [
        pytest.param({}, ["error"], id="no category"),
        pytest.param({"default": {}}, ["error"], id="a category without settings"),
        pytest.param({"auth": {"token": {"type": "secret"}}}, ["error"], id="another category"),
        pytest.param(LEFT_OUT, ["hint"], id="a whole app without the key settings"),
        pytest.param(DECLARED, [], id="declared"),
        pytest.param({"default": 5}, [], id="a category of another type"),
        pytest.param([], [], id="settings of another type"),
    ],
)
@pytest.mark.parametrize("part", ["actions", "commands"])
def test_a_key_of_the_app_itself_is_looked_up_in_its_settings(settings, severities, part):
    value = {"actions": using, "commands": commanding}[part]("shop.default.token", settings)

    assert places(value, "KNB215") == [
        f"{severity} /{part}/0/appSettings/token/key" for severity in severities
    ]


@pytest.mark.parametrize("key", ["version", "title"])
def test_a_part_of_an_app_may_have_its_settings_elsewhere(key):
    value = {**using("shop.default.token", LEFT_OUT)}
    del value[key]

    assert places(value, "KNB215") == []


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        pytest.param("market.default.token", "did you mean `shop.default.token`?", id="another app"),
        pytest.param("shop.default.tokn", "did you mean `shop.default.token`?", id="a near miss"),
        pytest.param("shop.auth.user", "declare auth.user in settings.", id="nothing like it"),
    ],
)
def test_a_key_that_finds_nothing_is_an_error_with_the_right_one(key, fix):
    (diagnostic,) = [diagnostic for diagnostic in look(using(key)) if diagnostic.code == "KNB215"]

    assert diagnostic.fix == fix
    assert diagnostic.pointer == "/actions/0/appSettings/token/key"


def test_a_setting_that_is_no_object_is_left_to_the_rule_of_types():
    value = an_app(actions=[an_action(appSettings={"token": 5}, inputTemplate=USING)])

    assert look(value).codes == ["KNB202"]


def test_a_declared_setting_that_nothing_uses_is_a_hint_at_its_name():
    diagnostics = look(using("shop.default.token"))

    assert diagnostics.codes == ["KNB218"]
    assert diagnostics.text[diagnostics[0].span.start : diagnostics[0].span.end] == '"region"'


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


TOKEN = "".join(chr(97 + at % 26) for at in range(20)) + "0123"


def declaring(setting):
    using = an_action(
        appSettings={"one": {"key": "shop.default.one"}},
        inputTemplate=a_request(headers={"x-one": "{{{one}}}"}),
    )
    return an_app(settings={"default": {"one": setting}}, actions=[using])


@pytest.mark.parametrize(
    ("kind", "fix"),
    [
        pytest.param(LEFT_OUT, "use one of string, number, boolean, secret.", id="left out"),
        pytest.param(None, "use one of string, number, boolean, secret.", id="null"),
        pytest.param("object", "use one of string, number, boolean, secret.", id="another type"),
        pytest.param("Secret", "did you mean `secret`?", id="in upper case"),
        pytest.param("strng", "did you mean `string`?", id="a near miss"),
        pytest.param("password", "did you mean `secret`?", id="another tool's name"),
        pytest.param("int", "did you mean `number`?", id="another schema's name"),
    ],
)
def test_a_setting_is_of_one_of_four_types(kind, fix):
    setting = {"defaultValue": ""} if kind is LEFT_OUT else {"type": kind, "defaultValue": ""}

    diagnostics = look(declaring(setting))

    assert [(diagnostic.code, diagnostic.severity.value, diagnostic.fix) for diagnostic in diagnostics] == [
        ("KNB221", "error", fix)
    ]
    assert diagnostics[0].pointer == "/settings/default/one/type"


def test_a_type_that_is_missing_is_pointed_at_by_the_name_of_the_setting():
    assert quoted(declaring({"defaultValue": ""}), "KNB221") == ['"one"']


@pytest.mark.parametrize("kind", ["string", "number", "boolean", "secret"])
@pytest.mark.parametrize("default", [None, ""], ids=repr)
def test_a_default_of_nothing_suits_every_type(kind, default):
    assert look(declaring({"type": kind, "defaultValue": default})).codes == []


@pytest.mark.parametrize(
    ("kind", "fix"),
    [("secret", 'add "defaultValue": "".'), ("number", 'add "defaultValue": null.')],
)
def test_a_default_that_is_missing_is_a_warning_at_the_name_of_the_setting(kind, fix):
    value = declaring({"type": kind})

    assert quoted(value, "KNB222") == ['"one"']
    assert [(diagnostic.code, diagnostic.severity.value, diagnostic.fix) for diagnostic in look(value)] == [
        ("KNB222", "warning", fix)
    ]


@pytest.mark.parametrize(
    "settings", [5, {"default": 5}, {"default": {"one": 5}}, {"default": {"one": {"type": 5}}}], ids=repr
)
def test_what_is_no_setting_is_left_to_the_rule_of_types(settings):
    diagnostics = look(an_app(settings=settings, widgets=[{}], actions=[]))

    assert set(diagnostics.codes) <= {"KNB202", "KNB222"}


def test_a_category_with_a_dot_is_found():
    value = an_app(settings={"a.b": {"one": {"type": "text", "defaultValue": ""}}}, widgets=[{}])

    assert places(value, "KNB221") == ["error /settings/a.b/one/type"]


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        pytest.param("number", "5", id="a text for a number"),
        pytest.param("number", True, id="a boolean for a number"),
        pytest.param("string", 5, id="a number for a text"),
        pytest.param("boolean", 0, id="a number for a boolean"),
        pytest.param("boolean", "true", id="a text for a boolean"),
        pytest.param("string", [], id="an array"),
        pytest.param("secret", {"a": TOKEN}, id="an object for a secret"),
        pytest.param("secret", False, id="a boolean for a secret"),
    ],
)
def test_a_default_of_another_type_is_a_warning_that_does_not_quote_it(kind, default):
    diagnostics = look(declaring({"type": kind, "defaultValue": default}))

    assert [(diagnostic.code, diagnostic.pointer) for diagnostic in diagnostics] == [
        ("KNB225", "/settings/default/one/defaultValue")
    ]
    assert TOKEN not in str(diagnostics[0])


@pytest.mark.parametrize(
    ("kind", "default"),
    [("number", 5), ("number", 0), ("number", 1.5), ("boolean", False), ("string", "a"), ("text", 5)],
)
def test_a_default_of_its_type_is_right(kind, default):
    assert places(declaring({"type": kind, "defaultValue": default}), "KNB225") == []


def test_a_name_of_an_input_and_a_setting_is_pointed_at_in_the_settings():
    value = an_action(
        inputSchema=closed_schema(region="string", size="number"),
        appSettings={"region": {"key": "shop.default.region"}, "zone": {"key": "shop.default.zone"}},
    )

    assert look(value).codes == ["KNB223"]
    assert quoted(value, "KNB223") == ['"region"']


@pytest.mark.parametrize(("name", "expected"), [("shop", 1), ("Default", 1), ("default", 0), ("", 0)])
def test_an_app_account_is_the_default_one(name, expected):
    assert look(an_action(appAccountName=name)).codes == ["KNB224"] * expected


def test_an_app_account_that_is_no_text_is_left_to_the_rule_of_types():
    assert look(an_action(appAccountName=5)).codes == ["KNB202"]


def commanding(key, settings=DECLARED):
    command = {
        "name": "shop.app.find", "displayName": "Find", "url": "https://a.b", "httpMethod": "get",
        "appSettings": {"token": {"key": key}},
    }  # fmt: skip
    return an_app(settings=settings, actions=[an_action()], commands=[command])


@pytest.mark.parametrize(
    ("key", "code", "fix"),
    [
        pytest.param(
            "market.default.token", "KNB215", "did you mean `shop.default.token`?", id="another app"
        ),
        pytest.param(
            "shop.default.tokn", "KNB215", "did you mean `shop.default.token`?", id="a misspelt name"
        ),
        pytest.param("token", "KNB214", 'write "key": "shop.default.token".', id="a name alone"),
    ],
)
def test_the_key_of_a_command_is_checked_as_that_of_an_action(key, code, fix):
    (diagnostic,) = [finding for finding in look(commanding(key)) if finding.code != "KNB218"]

    assert (diagnostic.code, diagnostic.severity.value, diagnostic.fix) == (code, "error", fix)
    assert diagnostic.pointer == "/commands/0/appSettings/token/key"


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("shop.default.token", id="a declared setting"),
        pytest.param(f"shop_{ORGANISATION}.default.token", id="with the organization"),
    ],
)
def test_the_key_of_a_command_that_is_declared_is_right(key):
    assert {finding.code for finding in look(commanding(key))} <= {"KNB218"}


@pytest.mark.parametrize("commands", [None, {}, [None, "a", {}], [{"appSettings": []}]], ids=repr)
def test_commands_of_another_form_raise_nothing(commands):
    assert look(an_app(commands=commands)).codes is not None
