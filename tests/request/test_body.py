import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.platform import Platform
from kustomer_nb.request.body import json_text
from kustomer_nb.template import Kind, Piece, Text, Traced
from tests.request.reports import reports

LABEL = "$shop.default.token"
TOKEN = Piece("", Kind.SETTING, "token", LABEL)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"b": [1.0, None, True, {}], "2": "é\u2028", "1": []}, id="values of every kind"),
        pytest.param({"a": UNDEFINED, "b": [UNDEFINED]}, id="what is undefined"),
        pytest.param('a"b\\c\n\ud83d', id="a string"),
        pytest.param([float("nan"), float("inf")], id="numbers JSON does not have"),
    ],
)
def test_a_body_is_what_json_stringify_writes(value):
    body = json_text(value)

    assert body.real == stringify(value)


@pytest.mark.parametrize(
    ("tree", "text", "masked"),
    [
        pytest.param(
            Text((Piece('a"b', Kind.SETTING, label=LABEL),)), '"a\\"b"', f'"{LABEL}"', id="a template"
        ),
        pytest.param(Traced('a"b', TOKEN), '"a\\"b"', f'"{LABEL}"', id="a reference to a string"),
        pytest.param(Traced(True, TOKEN), "true", LABEL, id="a reference to a boolean"),
        pytest.param(Traced(12.0, TOKEN), "12", LABEL, id="a reference to a number"),
        pytest.param(Traced(UNDEFINED, TOKEN), '"undefined"', f'"{LABEL}"', id="a setting without a value"),
        pytest.param(Traced({"a": 1}, Piece("", Kind.INPUT, "o")), '{"a":1}', '{"a":1}', id="an input"),
    ],
)
def test_a_setting_in_a_body_is_shown_by_its_label(tree, text, masked):
    body = json_text({"x": tree})

    assert (body.real, body.shown) == (f'{{"x":{text}}}', f'{{"x":{masked}}}')


def test_every_piece_of_a_body_has_its_origin():
    body = json_text({"x": Traced(7, Piece("", Kind.INPUT, "order.id"))})

    assert [(piece.text, piece.kind, piece.path) for piece in body.pieces] == [
        ("{", Kind.LITERAL, ""),
        ('"x":', Kind.LITERAL, ""),
        ("7", Kind.INPUT, "order.id"),
        ("}", Kind.LITERAL, ""),
    ]


def test_data_next_to_a_body_in_json_is_ignored(build):
    request = build({"json": {"a": 1}, "data": {"b": ["/#token", "{{x}}"]}}, token=None)

    assert request.body == '{"a":1}'
    assert request.diagnostics.codes == ["KNB424"]


def test_the_body_of_a_get_is_sent(build):
    request = build({"json": True, "data": {"a": 1}})

    assert request.wire().body == b'{"a":1}'
    assert reports(request) == []


@pytest.mark.parametrize(
    ("template", "inputs", "body", "parses_json"),
    [
        pytest.param({"json": "/#on", "data": [1]}, {"on": True}, "[1]", True, id="json by reference"),
        pytest.param({"json": "/#on", "data": "a"}, {"on": False}, "a", False, id="json that is false"),
        pytest.param({"json": "/#o"}, {"o": {"a": 1}}, '{"a":1}', True, id="json by reference to an object"),
        pytest.param({"json": True, "data": "/#no"}, {}, None, True, id="data that are missing"),
        pytest.param({"json": True, "data": "/#o"}, {"o": None}, None, True, id="data that are null"),
        pytest.param({"data": "a{{o}}"}, {"o": 1}, "a1", False, id="text"),
    ],
)
def test_json_and_data_make_the_body(build, template, inputs, body, parses_json):
    request = build(template, inputs, allow_missing=frozenset({"no"}))

    assert (request.body, request.parses_json, request.diagnostics.codes) == (body, parses_json, [])


def test_every_problem_of_a_body_is_reported(build):
    request = build({"json": True, "data": {"a": "{{a", "b": ["{{b", "/#"]}})

    assert [(diagnostic.code, diagnostic.pointer) for diagnostic in request.diagnostics.errors] == [
        ("KNB301", "/inputTemplate/data/a"),
        ("KNB301", "/inputTemplate/data/b/0"),
        ("KNB302", "/inputTemplate/data/b/1"),
    ]


SCALAR = "npm request sends it as the body"


@pytest.mark.parametrize(
    ("template", "inputs", "body", "reported"),
    [
        pytest.param({"json": "hello"}, {}, '"hello"', SCALAR, id="a string"),
        pytest.param({"json": "{{on}}"}, {"on": False}, '"false"', SCALAR, id="a template"),
        pytest.param({"json": "/#on"}, {"on": "yes"}, '"yes"', SCALAR, id="a reference to a string"),
        pytest.param({"json": 5}, {}, "5", SCALAR, id="a number"),
        pytest.param({"json": 1, "data": None}, {}, "1", SCALAR, id="a number and data that are null"),
        pytest.param({"json": "false", "data": [1]}, {}, "[1]", "data is sent as JSON", id="beside data"),
        pytest.param({"json": 1, "data": "a"}, {}, '"a"', "data is sent as JSON", id="a number beside data"),
    ],
)
def test_a_json_that_is_no_boolean_is_reported(build, template, inputs, body, reported):
    request = build({"method": "post", **template}, inputs)

    assert (request.body, request.parses_json, request.diagnostics.codes) == (body, True, ["KNB420"])
    assert reported in request.diagnostics[0].message


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"json": True}, id="true"),
        pytest.param({"json": False}, id="false"),
        pytest.param({"json": "/#on"}, id="a reference to a boolean"),
        pytest.param({"json": {"a": 1}}, id="an object, which is the body"),
        pytest.param({"json": []}, id="an array, which is the body"),
        pytest.param({"json": ""}, id="an empty string, which is false"),
        pytest.param({"json": 0}, id="zero, which is false"),
        pytest.param({"json": None}, id="null, which is false"),
        pytest.param({}, id="none"),
    ],
)
def test_no_other_json_is_reported(build, template):
    assert build({"method": "post", **template}, {"on": True}).diagnostics.codes == []


def test_a_json_that_is_no_boolean_may_be_taken_for_true(build):
    request = build({"json": "hello"}, platform=Platform(json_scalar_is_body=False))

    assert (request.body, request.parses_json, request.diagnostics.codes) == (None, True, ["KNB420"])
    assert "the response is read as JSON" in request.diagnostics[0].message


@pytest.mark.parametrize("data", [0, False, -0.0])
def test_data_that_are_nothing_to_npm_request_are_an_empty_body(build, data):
    request = build({"method": "post", "data": data})

    assert (request.body, request.diagnostics.errors.codes) == (None, [])
    assert request.diagnostics.codes == ["KNB405"]
    assert "npm request sends an empty body" in request.diagnostics[0].message


@pytest.mark.parametrize(
    ("content_type", "fix"),
    [
        pytest.param("application/x-www-form-urlencoded", "write data as form text", id="a form"),
        pytest.param("multipart/form-data", "no multipart and no upload", id="multipart"),
        pytest.param("text/xml; charset=utf-8", "write data as a string of XML", id="XML"),
        pytest.param("application/json", 'set "json": true', id="JSON"),
        pytest.param("{{type}}", 'set "json": true', id="a type that only a run knows"),
    ],
)
def test_the_fix_of_an_object_fits_its_content_type(build, content_type, fix):
    headers = {"content-type": content_type}

    request = build({"method": "post", "data": {"a": 1}, "headers": headers}, {"type": "a/b"})

    (error,) = request.diagnostics.errors
    assert (error.code, fix in error.fix) == ("KNB405", True)
