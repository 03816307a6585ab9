import pytest

from tests.rules.looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, places, quoted

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
    diagnostics = look(sending({name: value}))

    assert [(diagnostic.code, diagnostic.severity.value) for diagnostic in diagnostics] == [
        ("KNB601", severity)
    ]
    assert value.split()[-1] not in str(diagnostics[0])
    assert str(len(value.split()[-1])) in diagnostics[0].message


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


CREDENTIAL = "".join(chr(97 + at % 26) for at in range(20)) + "0123"
SETTING = {"token": {"key": "shop.default.token"}}
INPUTS = closed_schema(x="string", order="object")


def sending_with(settings=LEFT_OUT, **template):
    return an_action(
        inputTemplate=a_request(method="post", **template), inputSchema=INPUTS, appSettings=settings
    )


@pytest.mark.parametrize(
    ("uri", "severity", "expected"),
    [
        pytest.param(
            f"https://a.b/c?api_key={CREDENTIAL}&d=1", "error", f"api_key={CREDENTIAL}", id="the query"
        ),
        pytest.param(
            f"https://a.b/{{{{{{x}}}}}}?d=1&token={CREDENTIAL}#e",
            "error",
            f"token={CREDENTIAL}",
            id="a template",
        ),
        pytest.param(f"https://a.b/?key={CREDENTIAL}", "error", f"key={CREDENTIAL}", id="a bare key"),
        pytest.param("https://a.b/?secret=correct-horse", "warning", "secret=correct-horse", id="maybe one"),
        pytest.param("https://shop:hunter2@a.b/c", "error", "shop:hunter2", id="user and password"),
        pytest.param(f"https://{CREDENTIAL}@a.b/c", "error", CREDENTIAL, id="a token as the user"),
        pytest.param(f"https://{CREDENTIAL}:x@a.b/c", "error", f"{CREDENTIAL}:x", id="a token and a dummy"),
        pytest.param(
            f"https://{{{{{{x}}}}}}:{CREDENTIAL}@a.b",
            "error",
            f"{{{{{{x}}}}}}:{CREDENTIAL}",
            id="a variable as the user",
        ),
    ],
)
def test_a_token_in_the_uri_is_pointed_at_and_never_said(uri, severity, expected):
    value = sending_with(uri=uri)

    assert quoted(value, "KNB603") == [expected]
    # The input before the @ may be the host as well.
    (said,) = [finding for finding in look(value) if finding.code != "KNB611"]
    assert (said.code, said.severity.value) == ("KNB603", severity)
    assert all(secret not in f"{said.message} {said.fix}" for secret in (CREDENTIAL, "hunter2", "horse"))


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("https://a.b/c?token={{{x}}}", id="a variable"),
        pytest.param("https://a.b/c?sort=created_at&page=1", id="other names"),
        pytest.param("https://a.b/c?key=order_status_2024", id="the key of a map"),
        pytest.param("https://{{{x}}}:{{{x}}}@a.b", id="variables as user and password"),
        pytest.param("https://{{{x}}}:api_token@a.b", id="a dummy for a password"),
        pytest.param("https://shop@a.b/c", id="a user alone"),
        pytest.param(f"https://a.b/@{CREDENTIAL}", id="an @ in the path"),
        pytest.param("/#x", id="a reference"),
    ],
)
def test_a_uri_without_a_token_is_right(uri):
    assert places(sending_with(uri=uri), "KNB603") == []


@pytest.mark.parametrize(
    ("qs", "expected"),
    [
        pytest.param({"apiKey": CREDENTIAL}, ["qs/apiKey"], id="a value"),
        pytest.param({"auth": {"token": CREDENTIAL}}, ["qs/auth/token"], id="a value within"),
        pytest.param({"token": [CREDENTIAL]}, ["qs/token/0"], id="one of a list"),
        pytest.param(f"a=1&token={CREDENTIAL}", ["qs"], id="a text"),
        pytest.param(f"token={CREDENTIAL}", ["qs"], id="at the start of a text"),
        pytest.param({"token": "/#x", "page": CREDENTIAL}, [], id="other names, and a reference"),
    ],
)
def test_a_token_in_qs_is_an_error(qs, expected):
    assert places(sending_with(qs=qs), "KNB603") == [f"error /inputTemplate/{path}" for path in expected]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(
            {"data": {"client_secret": CREDENTIAL}, "json": True}, ["error data/client_secret"], id="a value"
        ),
        pytest.param(
            {"data": {"a": [{"password": "correct-horse"}]}, "json": True},
            ["warning data/a/0/password"],
            id="maybe one",
        ),
        pytest.param({"data": f"grant_type=x&client_secret={CREDENTIAL}"}, ["error data"], id="a form"),
        pytest.param({"json": {"token": CREDENTIAL}}, ["error json/token"], id="json as the body"),
        pytest.param({"data": {"token": "/#x", "id": CREDENTIAL}, "json": True}, [], id="other names"),
        pytest.param({"data": [CREDENTIAL], "json": True}, [], id="no name"),
        pytest.param({"data": "/#x"}, [], id="a reference"),
    ],
)
def test_a_token_in_the_body_is_reported_and_never_said(template, expected):
    diagnostics = look(sending_with(**template))

    reported = [diagnostic for diagnostic in diagnostics if diagnostic.code == "KNB605"]
    assert [
        f"{diagnostic.severity.value} {diagnostic.pointer.removeprefix('/inputTemplate/')}"
        for diagnostic in reported
    ] == expected
    assert all(
        CREDENTIAL not in str(diagnostic) and "horse" not in str(diagnostic) for diagnostic in diagnostics
    )


def declaring(setting, uri="https://a.b", **template):
    using = sending_with(SETTING, uri=uri, **template)
    return an_app(settings={"default": {"token": setting}}, actions=[using], widgets=[{}])


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        pytest.param({"type": "secret", "defaultValue": CREDENTIAL}, 1, id="a text"),
        pytest.param({"type": "secret", "defaultValue": 1234}, 1, id="a number"),
        pytest.param({"type": "secret", "defaultValue": ""}, 0, id="an empty text"),
        pytest.param({"type": "secret", "defaultValue": None}, 0, id="null"),
        pytest.param({"type": "string", "defaultValue": CREDENTIAL}, 0, id="no secret"),
    ],
)
def test_the_default_of_a_secret_is_an_error_that_does_not_quote_it(setting, expected):
    diagnostics = look(declaring(setting))

    assert diagnostics.codes == ["KNB604"] * expected
    assert all(str(setting["defaultValue"]) not in str(diagnostic) for diagnostic in diagnostics)
