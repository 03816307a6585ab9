import copy
import pickle

import pytest

from kustomer_nb.errors import RequestError, SettingError
from kustomer_nb.request import AccountToken
from kustomer_nb.secrets import Secret

TOKEN = "s3cr3t&<token>=="
PLACES = [
    pytest.param({"uri": "http://{{{token}}}/x"}, "host.s3cr3t", id="the host"),
    pytest.param({"uri": "{{{token}}}/x"}, "http://s3cr3t:8443/a?b#s3cr3t", id="the whole address"),
    pytest.param({"uri": "{{{token}}}"}, "ftp-s3cr3t://a.b", id="an address that cannot be called"),
    pytest.param({"uri": "http://u:{{{token}}}@a.b"}, "s3cr3t", id="the password"),
    pytest.param({"uri": "http://a.b/{{token}}?c={{{token}}}", "qs": {"d": 1}}, TOKEN, id="path and query"),
    pytest.param({"uri": "http://a.b/{{{token}}}"}, "日s3cr3t", id="a path that cannot be sent"),
    pytest.param({"qs": {"a": ["/#token", "{{token}}"]}}, TOKEN, id="qs"),
    pytest.param({"qs": "a={{{token}}}"}, TOKEN, id="qs that is text"),
    pytest.param({"headers": {"A": "Bearer {{token}}", "B": ["/#token"]}}, TOKEN, id="headers"),
    pytest.param({"headers": {"A": "{{token}}"}}, "s3cr3t\n", id="a header that cannot be sent"),
    pytest.param({"headers": {"content-length": "{{token}}"}}, "s3cr3t", id="a wrong content-length"),
    pytest.param(
        {"method": "post", "json": True, "data": {"a": "/#token", "b": "{{token}}"}}, TOKEN, id="a body"
    ),
    pytest.param({"method": "post", "data": "a={{{token}}}"}, TOKEN, id="a body of text"),
    pytest.param({"method": "{{{token}}}"}, "s3cr3t", id="the method"),
]


@pytest.mark.parametrize(("template", "token"), PLACES)
def test_nothing_that_is_shown_contains_the_value_of_a_setting(build, template, token):
    request = build(template, token=token)

    texts = [
        repr(request), str(request), f"{request}", request._repr_html_(), request.url, request.headers,
        request.body, request.host, request.to_json(), request.diagnostics, request.header_texts, request.uri,
        request.address, request.secrets, request.missing, list(map(str, request.diagnostics)),
        request.diagnostics._repr_html_(),
        [request.origins(part) for part in ("/uri", "/body", "/headers/A")],
    ]  # fmt: skip
    assert "s3cr3t" not in repr(texts).lower()


@pytest.mark.parametrize(
    "copied", [pytest.param(pickle.dumps, id="pickle"), pytest.param(copy.deepcopy, id="copy")]
)
@pytest.mark.parametrize(
    "stage",
    [
        pytest.param(lambda request: request, id="request"),
        pytest.param(lambda request: request.wire(), id="wire"),
    ],
)
def test_a_request_with_a_setting_is_never_pickled(build, copied, stage):
    request = build({"headers": {"A": "{{token}}"}})

    with pytest.raises(TypeError, match="never pickled"):
        copied(stage(request))


def test_a_wire_contains_the_real_bytes_and_shows_none(build):
    wire = build(
        {"uri": "http://a.b/{{token}}", "method": "GET", "headers": {"A": "{{token}}", "B": "b"}}
    ).wire()

    assert (wire.method, wire.scheme, wire.host, wire.port, wire.target) == (
        "GET",
        "http",
        "a.b",
        None,
        b"/s3cr3t",
    )
    assert (b"A", b"s3cr3t") in wire.headers
    assert wire.private == {b"a"}
    assert repr(wire) == "<Wire: GET http://a.b/$shop.default.token, 4 headers, 0 bytes>"


def test_a_wire_goes_to_the_host_from_hosts(build):
    wire = build(hosts={"http://api.shop.com": "https://127.0.0.1:8000"}).wire()

    assert (wire.scheme, wire.host, wire.port, wire.target) == ("https", "127.0.0.1", 8000, b"/x")
    assert wire.masked == "GET http://api.shop.com/x"


def test_a_setting_without_a_value_is_a_setting_error(build):
    request = build({"method": "fetch", "headers": {"A": "{{token}}"}}, token=None)

    with pytest.raises(SettingError) as caught:
        request.wire()

    assert caught.value.diagnostics.codes == ["KNB801"]


def test_any_other_fault_is_a_request_error(build):
    request = build({"method": "fetch", "uri": "", "qs": "a"})

    with pytest.raises(RequestError) as caught:
        request.check()

    assert caught.value.diagnostics.codes == ["KNB401", "KNB402"]


def test_a_warning_stops_nothing(build):
    request = build({"qs": "a"})

    request.check()

    assert request.diagnostics.codes == ["KNB404"]


@pytest.mark.parametrize(
    ("pointer", "pieces"),
    [
        pytest.param("/uri", ["http://a.b/", "7"], id="the address"),
        pytest.param("/headers/x-token", ["$shop.default.token"], id="a header, by any letters"),
        pytest.param("/body", ["[", '"', "7", '"', "]"], id="the body"),
        pytest.param("/headers/no", [], id="no such header"),
    ],
)
def test_the_origins_are_the_pieces(build, pointer, pieces):
    template = {
        "uri": "http://a.b/{{id}}",
        "headers": {"X-Token": "{{token}}"},
        "json": True,
        "data": ["{{id}}"],
    }

    origins = build(template, {"id": 7}).origins(pointer)

    assert [origin.text for origin in origins] == pieces


def test_an_invalid_uri_is_shown_as_written(build):
    request = build({"uri": "{{x}}/y"}, {"x": "a.b"})

    assert (request.url, request.host) == ("a.b/y", "")
    assert [origin.text for origin in request.origins("/uri")] == ["a.b", "/y"]
    assert request.to_json()["uri"] == {"href": "a.b/y"}


def test_a_request_without_a_body_has_no_origins_for_it(build):
    request = build()

    assert (request.body, list(request.origins("/body"))) == (None, [])


@pytest.mark.parametrize(
    ("method", "is_safe"), [pytest.param("get", True, id="GET"), pytest.param("delete", False, id="DELETE")]
)
def test_only_get_is_safe(build, method, is_safe):
    request = build({"method": method})

    assert request.is_safe is is_safe


@pytest.mark.parametrize(
    ("uri", "hosts", "host", "is_loopback"),
    [
        pytest.param("http://127.0.0.1:8000", {}, "127.0.0.1:8000", True, id="this machine"),
        pytest.param("http://127.0.0.1.evil.com", {}, "127.0.0.1.evil.com", False, id="a look-alike"),
        pytest.param(
            "http://a.b", {"http://a.b": "http://localhost:1"}, "localhost:1", True, id="redirected here"
        ),
        pytest.param(
            "http://localhost", {"http://localhost": "http://a.b"}, "a.b", False, id="redirected away"
        ),
        pytest.param("", {}, "", False, id="no address"),
    ],
)
def test_where_a_request_goes_is_known(build, uri, hosts, host, is_loopback):
    request = build({"uri": uri}, hosts=hosts)

    assert (request.host, request.is_loopback) == (host, is_loopback)


def test_to_json_has_the_shape_of_the_step_context_of_2021(build):
    template = {
        "uri": "https://sobjects:8443/v1/notes",
        "method": "POST",
        "json": True,
        "data": {"body": "New Note"},
    }
    authored = {"Authorization": "Bearer {{token}}", "x-kustomer-client": "workflow"}

    request_json = build({**template, "headers": authored}).to_json()

    assert request_json == {
        "uri": {
            "protocol": "https:",
            "slashes": True,
            "auth": None,
            "host": "sobjects:8443",
            "port": "8443",
            "hostname": "sobjects",
            "hash": None,
            "search": None,
            "query": None,
            "pathname": "/v1/notes",
            "path": "/v1/notes",
            "href": "https://sobjects:8443/v1/notes",
        },
        "method": "POST",
        "headers": {
            "Authorization": "Bearer $shop.default.token",
            "x-kustomer-client": "workflow",
            "accept": "application/json",
            "content-type": "application/json",
            "content-length": 19,
        },
    }
    assert list(request_json["headers"]) == [*authored, "accept", "content-type", "content-length"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("Content-Length", "x", id="a content-length that is no number"),
        pytest.param("content-length", "0", id="a content-length as text"),
        pytest.param("host", "other.com", id="a host"),
        pytest.param("connection", "keep-alive", id="a connection"),
    ],
)
def test_to_json_keeps_a_header_of_the_author(build, name, value):
    request_json = build({"method": "GET", "headers": {name: value}}).to_json()

    assert request_json["headers"] == {name: value}


def test_secrets_show_only_their_source(build):
    request = build(
        action={"appAccountName": "default"},
        accounts={"default": AccountToken(Secret("0auth", source="test"))},
    )

    assert {label: repr(secret) for label, secret in request.secrets.items()} == {
        "$shop.default.token": "<Secret: test, 6 characters>",
        "$account.default": "<Secret: test, 5 characters>",
    }
