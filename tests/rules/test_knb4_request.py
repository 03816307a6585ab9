import pytest

from kustomer_nb.linting.examples import file
from tests.rules.looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, places

SCHEMA = closed_schema(x="string", order="object", flag="boolean")


def posting(**template):
    return an_action(inputTemplate=a_request(**{"method": "post", **template}), inputSchema=SCHEMA)


@pytest.mark.parametrize("json", [LEFT_OUT, None, False, 0, ""], ids=repr)
@pytest.mark.parametrize("data", [{}, [1], 5, False, "/#order"], ids=repr)
def test_data_that_is_no_text_needs_json(data, json):
    assert look(posting(data=data, json=json)).codes == ["KNB405"]


@pytest.mark.parametrize(
    ("data", "json"),
    [
        pytest.param({"a": 1}, True, id="json is true"),
        pytest.param({"a": 1}, "/#flag", id="json is known only in a run"),
        pytest.param({"a": 1}, {"a": 1}, id="json is the body itself"),
        pytest.param("a=1", False, id="data is text"),
        pytest.param("/#x", False, id="data is a text input"),
        pytest.param("/#x.y", False, id="the type of data is not known"),
        pytest.param(None, False, id="data is null"),
    ],
)
def test_data_that_may_be_sent_is_right(data, json):
    assert look(posting(data=data, json=json)).codes == []


@pytest.mark.parametrize("template", [LEFT_OUT, None], ids=["left out", "null"])
def test_an_action_without_a_request_is_one_error(template):
    assert look(an_action(inputTemplate=template)).codes == ["KNB411"]


@pytest.mark.parametrize(
    ("method", "data", "expected"),
    [
        pytest.param("get", {}, ["warning /inputTemplate/data"], id="an empty object"),
        pytest.param("GET", {"a": 1}, ["warning /inputTemplate/data"], id="in upper case"),
        pytest.param("GET", None, [], id="null"),
        pytest.param("post", {"a": 1}, [], id="another method"),
        pytest.param(5, {"a": 1}, [], id="a method that is no text"),
    ],
)
def test_a_get_with_data_is_a_warning(method, data, expected):
    assert places(posting(method=method, data=data, json=True), "KNB412") == expected


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        pytest.param("body", "did you mean `data`?", id="what other tools say"),
        pytest.param("BODY", "did you mean `data`?", id="in another case"),
        pytest.param("header", "did you mean `headers`?", id="a near miss"),
        pytest.param("timeout", "remove it.", id="nothing like it"),
    ],
)
def test_an_unknown_key_of_a_request_is_pointed_at(key, fix):
    diagnostics = look(posting(**{key: 1}))

    assert [(diagnostic.code, diagnostic.fix) for diagnostic in diagnostics] == [("KNB414", fix)]
    assert diagnostics.text[diagnostics[0].span.start : diagnostics[0].span.end] == f'"{key}"'


@pytest.mark.parametrize(
    ("template", "pointer"),
    [
        pytest.param(
            {"headers": {"X-HTTP-Method-Override": "DELETE"}}, "headers/X-HTTP-Method-Override", id="a header"
        ),
        pytest.param({"headers": {"x_http_method": "{{x}}"}}, "headers/x_http_method", id="of an input"),
        pytest.param(
            {"headers": {"X-Method-Override": "/#x"}}, "headers/X-Method-Override", id="a reference"
        ),
        pytest.param({"qs": {"_method": "put"}}, "qs/_method", id="a parameter"),
        pytest.param({"uri": "https://api.shop.com/a?b=1&_method={{x}}"}, "uri", id="a parameter of the uri"),
        pytest.param({"data": {"_method": "/#x"}, "json": True}, "data/_method", id="a body"),
        pytest.param({"json": {"_method": "PATCH"}}, "json/_method", id="a body in json"),
        pytest.param({"data": "a=1&_method=delete"}, "data", id="a form"),
    ],
)
def test_a_method_that_is_overridden_is_reported(template, pointer):
    findings = look(posting(**{"method": "get", **template}))
    (finding,) = [finding for finding in findings if finding.code == "KNB419"]

    assert finding.pointer == f"/inputTemplate/{pointer}"
    assert pointer in ("uri", "data") or pointer.rpartition("/")[2] in finding.message


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"method": "get", "headers": {"X-HTTP-Method-Override": "GET"}}, id="the same method"),
        pytest.param({"method": "delete", "qs": {"_method": "DELETE"}}, id="the same method, unsafe"),
        pytest.param({"method": "get", "qs": {"_method": "HEAD"}}, id="one that changes nothing"),
        pytest.param({"method": "get", "headers": {"x-http-method-note": "DELETE"}}, id="another header"),
        pytest.param({"method": "get", "qs": {"method": "DELETE"}}, id="another parameter"),
        pytest.param({"json": {"method": "DELETE", "a": {"_method": "DELETE"}}}, id="within a body"),
        pytest.param({"method": "get", "uri": "https://api.shop.com/_method=DELETE"}, id="a path"),
    ],
)
def test_a_method_that_is_not_overridden_is_right(template):
    assert places(posting(**template), "KNB419") == []


SENT_SCHEMA = closed_schema(x="string", size="number", order="object")


def sending(**template):
    return an_action(
        inputTemplate=a_request(**{"method": "post", **template}),
        inputSchema=SENT_SCHEMA,
        appSettings={"note": {"key": "shop.default.note"}},
    )


@pytest.mark.parametrize(
    ("uri", "qs", "expected"),
    [
        pytest.param("https://a.b/c#d", {"a": 1}, 1, id="an object"),
        pytest.param("https://a.b/{{{x}}}#d", {"a": "/#x"}, 1, id="with variables"),
        pytest.param("https://a.b/c#d", {}, 0, id="an empty qs"),
        pytest.param("https://a.b/c#d", LEFT_OUT, 0, id="no qs"),
        pytest.param("https://a.b/c?e=1#d", {"a": 1}, 0, id="a query of its own before it"),
        pytest.param("https://a.b/c%23d", {"a": 1}, 0, id="an encoded one"),
        pytest.param("https://a.b/{{#if x}}c{{/if}}", {"a": 1}, 0, id="the # of a block"),
        pytest.param("/#x", {"a": 1}, 0, id="a reference"),
    ],
)
def test_qs_behind_a_fragment_is_a_warning(uri, qs, expected):
    assert places(sending(uri=uri, qs=qs), "KNB415") == ["warning /inputTemplate/uri"] * expected


@pytest.mark.parametrize(
    ("data", "json", "expected"),
    [
        pytest.param('{"a": 1}', True, 1, id="JSON as text"),
        pytest.param('{"a": "{{{x}}}"}', True, 1, id="JSON as a template"),
        pytest.param("", True, 1, id="an empty text"),
        pytest.param("/#x", True, 1, id="a text input"),
        pytest.param("/#x", 1, 1, id="json is a number"),
        pytest.param("/#x", "yes", 1, id="json is a text"),
        pytest.param("/#size", True, 0, id="a number input"),
        pytest.param("/#x.y", True, 0, id="what is not known"),
        pytest.param("/#fn:parseInt,x", True, 0, id="a function"),
        pytest.param({"a": "/#x"}, True, 0, id="an object"),
        pytest.param("a=1", False, 0, id="json is off"),
        pytest.param("a=1", LEFT_OUT, 0, id="json is left out"),
        pytest.param("a=1", "/#x", 0, id="json is known only in a run"),
        pytest.param("a=1", {"a": 1}, 0, id="json is the body itself"),
    ],
)
def test_a_text_that_is_encoded_twice_is_a_warning(data, json, expected):
    found = places(sending(data=data, json=json), "KNB417")

    assert found == ["warning /inputTemplate/data"] * expected


@pytest.mark.parametrize(("kind", "expected"), [("string", 1), ("secret", 1), ("number", 0)])
def test_a_setting_that_is_text_is_one_too(kind, expected):
    settings = {"default": {"note": {"type": kind, "defaultValue": None}}}
    action = sending(data="/#note", json=True)

    diagnostics = look(an_app(settings=settings, actions=[action]))

    assert diagnostics.codes.count("KNB417") == expected


def test_what_is_said_of_a_text_does_not_quote_it():
    value = sending(data='{"pin": "correct-horse"}', json=True)

    (diagnostic,) = look(value)

    assert "correct-horse" in file(value)
    assert "correct-horse" not in str(diagnostic)
