import pytest

from tests.rules.looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, quoted

SETTING = {"token": {"key": "shop.default.token"}}
INPUTS = closed_schema(x="string", order="object")
SECRET = {"type": "secret", "defaultValue": ""}
WITH_HEADER = {"headers": {"x-shop": "{{{token}}}"}}


def using(kind, **template):
    action = an_action(
        appSettings={"token": {"key": "shop.default.token"}}, inputTemplate=a_request(**template)
    )
    return an_app(settings={"default": {"token": {"type": kind, "defaultValue": None}}}, actions=[action])


def sending_with(settings=LEFT_OUT, **template):
    return an_action(
        inputTemplate=a_request(method="post", **template), inputSchema=INPUTS, appSettings=settings
    )


def declaring(setting, uri="https://a.b", **template):
    using = sending_with(SETTING, uri=uri, **template)
    return an_app(settings={"default": {"token": setting}}, actions=[using], widgets=[{}])


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        pytest.param("http://a.b/c", ["http://"], id="plain"),
        pytest.param(" HTTP://a.b/{{{x}}}", ["HTTP://"], id="in upper case"),
        pytest.param("https://a.b/c", [], id="encrypted"),
        pytest.param("http://localhost:8000/c", [], id="this machine"),
        pytest.param("http://127.0.0.1/c", [], id="its address"),
        pytest.param("http://[::1]/c", [], id="its address of today"),
        pytest.param("http://{{{x}}}/c", [], id="a host that only a run tells"),
        pytest.param("{{{x}}}/c", [], id="an address that only a run tells"),
    ],
)
def test_a_secret_that_travels_by_plain_http_is_a_warning(uri, expected):
    assert quoted(declaring(SECRET, uri, **WITH_HEADER), "KNB606") == expected


@pytest.mark.parametrize(
    ("setting", "template", "message"),
    [
        pytest.param(SECRET, WITH_HEADER, ["the secret `token`"], id="a secret in any header"),
        pytest.param(SECRET, {"data": "pin={{{token}}}"}, ["the secret `token`"], id="a secret in the body"),
        pytest.param(
            {"type": "string", "defaultValue": ""},
            {"headers": {"Authorization": "/#x"}},
            ['the header "Authorization"'],
            id="a credential that is a variable",
        ),
        pytest.param({"type": "string", "defaultValue": ""}, WITH_HEADER, [], id="no secret"),
        pytest.param(SECRET, {}, [], id="a secret that is not sent"),
    ],
)
def test_what_travels_is_named_once(setting, template, message):
    diagnostics = look(declaring(setting, "http://a.b/c", **template))

    assert [
        diagnostic.message.partition(" is sent")[0]
        for diagnostic in diagnostics
        if diagnostic.code == "KNB606"
    ] == message


def test_a_user_in_a_uri_that_is_none_is_not_quoted():
    diagnostics = look(sending_with(uri="https://shop:hunter2@a b/c"))

    assert "KNB402" in diagnostics.codes
    assert "hunter2" not in str(diagnostics)
