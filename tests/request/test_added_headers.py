import base64

import pytest

from kustomer_nb.platform import Platform
from kustomer_nb.request import AccountToken
from kustomer_nb.secrets import Secret
from tests.request.reports import reports

ACCOUNT = {"appAccountName": "default"}
ASSUMED = "it is assumed to be sent as `authorization: Bearer …`; how Kustomer sends it is unknown."


def sent(request):
    return [(name.decode(), value.decode("latin-1")) for name, value in request.wire().headers]


def test_the_headers_come_in_the_order_of_npm_request(build):
    request = build({"method": "post", "json": True, "data": "é", "headers": {"X": 1}})

    assert sent(request) == [
        ("X", "1"),
        ("host", "api.shop.com"),
        ("accept", "application/json"),
        ("content-type", "application/json"),
        ("content-length", "4"),
        ("Connection", "keep-alive"),
    ]


def test_a_header_of_the_author_replaces_the_added_one(build):
    headers = {"Host": "a", "ACCEPT": "b", "Content-Type": "c", "Content-Length": "2", "Connection": "d"}

    request = build({"method": "post", "json": True, "data": "", "headers": headers})

    assert sent(request) == list(headers.items())


@pytest.mark.parametrize(
    ("uri", "user"),
    [
        pytest.param("http://a:b@x", "a:b", id="user and password"),
        pytest.param("http://a@x", "a:", id="a user alone"),
        pytest.param("http://a:b:c@x", "a:b:c", id="a colon in the password"),
        pytest.param("http://%C3%A9%2540:b@x", "é@:b", id="encoded twice"),
    ],
)
def test_user_and_password_become_a_basic_authorization_that_is_hidden(build, uri, user):
    request = build({"uri": uri})

    _, value = next(header for header in sent(request) if header[0] == "authorization")
    assert base64.b64decode(value.removeprefix("Basic ")).decode() == user
    assert request.headers["authorization"] == "Basic $(user and password)"


def test_an_app_account_without_a_token_is_refused(build):
    request = build(action=ACCOUNT)

    assert reports(request) == [
        (
            "KNB811",
            "error",
            "/appAccountName",
            f'the app account "default" has no token; {ASSUMED}',
            'pass accounts={"default": token}, or name its environment variable under accounts in the '
            "profile.",
        )
    ]


def test_the_token_of_an_app_account_is_assumed_to_be_a_bearer(build):
    request = build(action=ACCOUNT, accounts={"default": AccountToken(Secret("0auth", source="test"))})

    assert reports(request) == [
        ("KNB812", "warning", "/appAccountName", f"the token of the app account: {ASSUMED}", "")
    ]
    assert request.headers["authorization"] == "Bearer $account.default"
    assert (b"authorization", b"Bearer 0auth") in request.wire().headers


def test_in_another_header_the_token_of_an_app_account_has_no_scheme(build):
    token = AccountToken(Secret("0auth", source="test"), "x-token")

    request = build(action=ACCOUNT, accounts={"default": token})

    assert request.headers["x-token"] == "$account.default"
    assert (b"x-token", b"0auth") in request.wire().headers


def test_a_token_that_no_header_can_hold_is_refused(build):
    request = build(action=ACCOUNT, accounts={"default": AccountToken(Secret("a\nb", source="test"))})

    assert [(diagnostic.code, diagnostic.pointer) for diagnostic in request.diagnostics.errors] == [
        ("KNB407", "/appAccountName")
    ]


def test_an_authored_authorization_replaces_that_of_the_app_account(build):
    request = build({"headers": {"Authorization": "mine"}}, action=ACCOUNT)

    assert reports(request) == []
    assert request.headers["Authorization"] == "mine"


def test_a_doubled_bearer_of_an_app_account_is_reported(build):
    request = build(action=ACCOUNT, accounts={"default": AccountToken(Secret("Bearer 0auth", source="test"))})

    assert [diagnostic.code for diagnostic in request.diagnostics] == ["KNB812", "KNB608"]


@pytest.mark.parametrize(
    ("method", "keeps_case", "has_length"),
    [
        pytest.param("GET", True, False, id="GET"),
        pytest.param("get", True, True, id="get, which is not GET to npm request"),
        pytest.param("get", False, False, id="get taken for GET"),
        pytest.param("Get", True, True, id="mixed case"),
        pytest.param("delete", False, True, id="another method"),
    ],
)
def test_a_method_is_compared_as_written(build, method, keeps_case, has_length):
    request = build({"method": method}, platform=Platform(keeps_method_case=keeps_case))

    assert (("content-length", "0") in sent(request)) is has_length
    assert (request.method, request.wire().method) == (method.upper(), method.upper())
    assert request.to_json()["method"] == (method if keeps_case else method.upper())


@pytest.mark.parametrize(("keeps_alive", "value"), [(True, "keep-alive"), (False, "close")])
def test_the_connection_comes_last(build, keeps_alive, value):
    request = build({"headers": {"X": 1}}, platform=Platform(keeps_alive=keeps_alive))

    assert sent(request)[-1] == ("Connection", value)
    assert "connection" not in map(str.lower, request.to_json()["headers"])
