import base64

import pytest


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
        ("connection", "close"),
    ]


def test_a_header_of_the_author_stands_in_for_the_one_added(build):
    headers = {"Host": "a", "ACCEPT": "b", "Content-Type": "c", "Content-Length": "2", "Connection": "d"}

    request = build({"method": "post", "json": True, "data": "", "headers": headers})

    assert sent(request) == list(headers.items())


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"X": ["a", None, 1]}, [("X", "a"), ("X", "null"), ("X", "1")], id="an array"),
        pytest.param({"X": "/#list"}, [("X", "1"), ("X", "b")], id="a reference to an array"),
        pytest.param("/#headers", [("A", "true"), ("B", "1"), ("B", "2")], id="a reference to all headers"),
        pytest.param({"COOKIE": ["a=1", "b=2"]}, [("COOKIE", "a=1; b=2")], id="cookies"),
        pytest.param({"Cookie": ["a", None]}, [("Cookie", "a; ")], id="null among cookies"),
        pytest.param({"Cookie": [None]}, [("Cookie", "null")], id="null for the only cookie"),
        pytest.param({"Cookie": []}, [], id="no cookie"),
        pytest.param({"X": "a", "Y": "b", "x": "c"}, [("x", "c"), ("Y", "b")], id="a name given twice"),
        pytest.param({"X": "/#nope", "Y": "{{nope}}"}, [("Y", "")], id="what is missing"),
        pytest.param({"b": 1, "1": 2}, [("1", "2"), ("b", "1")], id="a name that is a number"),
        pytest.param("a template", [], id="text in the place of headers"),
        pytest.param(None, [], id="none"),
    ],
)
def test_header_values_are_written_as_node_writes_them(build, headers, expected):
    inputs = {"list": [1, "b"], "headers": {"A": True, "B": [1, 2]}}

    request = build({"headers": headers}, inputs, allow_missing=frozenset({"nope"}))

    assert sent(request)[:-2] == expected


def test_a_repeated_header_is_shown_joined(build):
    request = build({"headers": {"X": ["a", "{{token}}"]}})

    assert request.headers["X"] == "a, $shop.default.token"


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


def test_a_redirected_request_names_the_host_it_is_sent_to(build):
    request = build(hosts={"http://api.shop.com": "http://127.0.0.1:80"})

    assert ("host", "127.0.0.1") in sent(request)
    assert request.headers["host"] == "api.shop.com"


@pytest.mark.parametrize("name", [pytest.param("Host", id="capital"), pytest.param("host", id="small")])
def test_a_host_of_the_author_stays_when_the_request_is_redirected(build, name):
    request = build({"headers": {name: "other.com"}}, hosts={"http://api.shop.com": "http://127.0.0.1"})

    assert (name, "other.com") in sent(request)
