import pytest

from .looking import a_request, an_action, an_app, closed_schema, look, places

TOKEN = "".join(chr(97 + at % 26) for at in range(20)) + "0123"


def sending(headers):
    return an_action(inputTemplate=a_request(headers=headers), inputSchema=closed_schema(x="string"))


@pytest.mark.parametrize(
    ("name", "value", "severity"),
    [
        pytest.param("Authorization", f"Bearer {TOKEN}", "error", id="with a scheme"),
        pytest.param("authorization", TOKEN, "error", id="without one"),
        pytest.param("X-Api-Key", TOKEN, "error", id="a key"),
        pytest.param("x-shop-token", "correct-horse", "warning", id="what only may be a token"),
    ],
)
def test_a_token_in_a_header_is_reported_and_never_quoted(name, value, severity):
    found = look(sending({name: value}))

    assert [(one.code, one.severity.value) for one in found] == [("KNB601", severity)]
    assert value.split()[-1] not in str(found[0])
    assert str(len(value.split()[-1])) in found[0].message


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"authorization": "Bearer {{{x}}}"}, id="a template"),
        pytest.param({"authorization": "/#x"}, id="a reference"),
        pytest.param({"authorization": "Bearer none"}, id="a word too short"),
        pytest.param({"authorization": "Bearer your token here"}, id="words"),
        pytest.param({"authorization": 5}, id="a number"),
        pytest.param({"x-request-id": TOKEN}, id="another header"),
    ],
)
def test_a_header_without_a_token_is_right(headers):
    assert look(sending(headers)).codes == []


def using(kind, **template):
    action = an_action(
        appSettings={"token": {"key": "shop.default.token"}}, inputTemplate=a_request(**template)
    )
    return an_app(settings={"default": {"token": {"type": kind, "defaultValue": None}}}, actions=[action])


@pytest.mark.parametrize(
    ("kind", "template", "expected"),
    [
        pytest.param("secret", {"uri": "https://a.b/{{{token}}}"}, ["uri"], id="in the uri"),
        pytest.param("secret", {"qs": {"a": ["/#token"]}}, ["qs/a/0"], id="in qs"),
        pytest.param("secret", {"headers": {"a": "{{{token}}}"}}, [], id="in a header"),
        pytest.param("string", {"qs": {"a": "/#token"}}, [], id="no secret"),
        pytest.param("secret", {"qs": {"a": "/#other"}}, [], id="another variable"),
    ],
)
def test_a_secret_in_the_address_is_a_warning(kind, template, expected):
    found = places(using(kind, **template), "KNB602")

    assert found == [f"warning /actions/0/inputTemplate/{path}" for path in expected]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("shop.default.api-key", "shop.default.api_key", id="a dash and a line"),
        pytest.param("shop.default.apiKey", "shop.default.APIKEY", id="capitals"),
        pytest.param("shop.eu.west.key", "shop.eu_west.key", id="a dot"),
    ],
)
def test_two_keys_of_one_variable_are_reported_where_the_second_one_is(first, second):
    used = {"a": {"key": first}, "b": {"key": second}, "c": {"key": first}}
    headers = {f"x-{name}": f"{{{{{{{name}}}}}}}" for name in used}

    found = places(an_action(appSettings=used, inputTemplate=a_request(headers=headers)), "KNB607")

    assert found == ["error /appSettings/b/key"]


def test_two_declared_settings_of_one_variable_are_reported_where_they_are_declared():
    setting = {"type": "string", "defaultValue": ""}
    used = {"a": {"key": "shop.default.apiKey"}, "b": {"key": "shop.default.APIKEY"}}
    action = an_action(
        appSettings=used, inputTemplate=a_request(headers={"x-a": "{{{a}}}", "x-b": "{{{b}}}"})
    )
    app = an_app(settings={"default": {"apiKey": setting, "APIKEY": setting}}, actions=[action])

    assert places(app, "KNB607") == ["error /settings/default/APIKEY"]
