"""KNB420 to KNB422, and what other rules advise for a body of text."""

import pytest

from kustomer_nb import load
from kustomer_nb.definition import InputTemplate
from kustomer_nb.request.checks import REQUEST_KEYS

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
XML = {"content-type": "text/xml; charset=utf-8"}


def look(template, **action):
    properties = {
        name: {"type": kind} for name, kind in {"n": "number", "s": "string", "b": "boolean"}.items()
    }
    whole = {
        "name": "kustomer.app.shop.find",
        "description": "Find.",
        "type": "rest_api",
        "appSettings": {name: {"key": f"shop.default.{name}"} for name in ("user", "token")},
        "inputSchema": {"type": "object", "properties": properties, "additionalProperties": False},
        "inputTemplate": {"uri": "https://api.shop.com/o", "method": "post", **template},
        **action,
    }
    # Not every test reads every input that is declared here.
    return load(whole).lint(ignore=["KNB513"])


def finding_of(diagnostics, code):
    (finding,) = [diagnostic for diagnostic in diagnostics if diagnostic.code == code]
    return finding


def fix_of(diagnostics, code):
    return finding_of(diagnostics, code).fix


@pytest.mark.parametrize(
    "option",
    [
        pytest.param("false", id="false as a string"),
        pytest.param("true", id="true as a string"),
        pytest.param("no", id="another string"),
        pytest.param(1, id="a number"),
        pytest.param("{{b}}", id="a template, which makes a string"),
        pytest.param("/#s", id="a reference to a string"),
    ],
)
def test_a_json_that_is_no_boolean_is_reported(option):
    assert "KNB420" in look({"json": option, "data": {"a": 1}}).codes
    assert "KNB420" in look({"json": option}).codes


@pytest.mark.parametrize(
    "option",
    [
        pytest.param(True, id="true"),
        pytest.param(False, id="false"),
        pytest.param(None, id="null"),
        pytest.param({"a": 1}, id="an object, which is the body"),
        pytest.param(["a"], id="an array, which is the body"),
        pytest.param("/#b", id="a reference to a boolean"),
        pytest.param("/#gone", id="a reference of which nothing is known"),
    ],
)
def test_no_other_json_is_reported(option):
    assert "KNB420" not in look({"json": option}).codes


def test_only_a_json_that_means_true_is_fixed():
    edits = {
        option: finding_of(look({"json": option, "data": [1]}), "KNB420").edits
        for option in ("true", "false", "yes")
    }

    assert [bool(edits[option]) for option in ("true", "false", "yes")] == [True, False, False]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"authorization": "Basic {{{user}}}:{{{token}}}"}, id="two settings"),
        pytest.param(
            {"Authorization": "basic {{{user}}}/token:{{{token}}}"}, id="in lower case, with a word"
        ),
        pytest.param({"Authorization": "Basic api:{{{token}}}"}, id="a user as text"),
        pytest.param({"Proxy-Authorization": "Basic {{user}}:"}, id="for a proxy, without a password"),
    ],
)
def test_basic_without_base64_is_reported(headers):
    assert "KNB421" in look({"headers": headers}).codes


def test_the_braces_of_basic_without_base64_are_not_reported_too():
    codes = look({"headers": {"authorization": "Basic {{user}}:{{token}}"}}).codes

    assert [code for code in codes if code in ("KNB304", "KNB421")] == ["KNB421"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"authorization": "Basic {{{token}}}"}, id="one setting"),
        pytest.param({"authorization": "Basic YW5uOnB3"}, id="base64"),
        pytest.param({"authorization": "Bearer {{{user}}}:{{{token}}}"}, id="another scheme"),
        pytest.param({"authorization": "Basic {{{base64 'a:b'}}}"}, id="a colon within a tag"),
        pytest.param({"x-credentials": "Basic {{{user}}}:{{{token}}}"}, id="another header"),
        pytest.param({"authorization": "{{{user}}}:{{{token}}}"}, id="no scheme"),
    ],
)
def test_no_other_authorization_is_reported(headers):
    assert "KNB421" not in look({"headers": headers}).codes


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"json": True, "data": {"a": "/#n"}, "headers": FORM}, id="a form"),
        pytest.param({"json": True, "data": "/#n", "headers": FORM}, id="a reference to a number"),
        pytest.param({"json": {"a": 1}, "headers": XML}, id="the body in json, and XML"),
        pytest.param(
            {"json": True, "data": [1], "headers": {"content-type": "multipart/form-data"}}, id="multipart"
        ),
        pytest.param({"json": True, "data": [], "headers": {"content-type": "image/svg+xml"}}, id="+xml"),
    ],
)
def test_json_under_another_content_type_is_reported(template):
    assert look(template).codes.count("KNB422") == 1


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"json": True, "data": {"a": 1}}, id="no header"),
        pytest.param(
            {"json": True, "data": {}, "headers": {"content-type": "application/vnd.api+json"}}, id="JSON"
        ),
        pytest.param({"json": True, "data": {}, "headers": {"content-type": "text/plain"}}, id="plain text"),
        pytest.param({"json": True, "headers": FORM}, id="no body"),
        pytest.param({"data": "a={{{n}}}", "headers": FORM}, id="form text"),
        pytest.param({"json": True, "data": {}, "headers": {"content-type": "{{{s}}}"}}, id="a template"),
        pytest.param({"json": True, "data": "a={{{n}}}", "headers": FORM}, id="text, which KNB417 reports"),
    ],
)
def test_no_other_content_type_is_reported(template):
    assert "KNB422" not in look(template).codes


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        pytest.param("form", "write data as form text", id="form"),
        pytest.param("formData", "no multipart and no upload", id="formData"),
        pytest.param("multipart", "no multipart and no upload", id="multipart"),
        pytest.param("auth", "base64 of user:password", id="auth"),
        pytest.param("oauth", "a service of your own", id="oauth"),
    ],
)
def test_an_option_of_npm_request_is_said_to_be_ignored_and_how_it_is_written(key, fix):
    finding = finding_of(look({key: {"a": "b"}, "data": "x"}), "KNB414")

    assert "it is ignored here" in finding.message
    assert fix in finding.fix
    assert not finding.edits


@pytest.mark.parametrize(("key", "near"), [("body", "data"), ("url", "uri"), ("header", "headers")])
def test_the_name_of_another_tool_is_still_suggested(key, near):
    finding = finding_of(look({key: "x"}), "KNB414")

    assert finding.fix == f"did you mean `{near}`?"


OUTPUT = {"outputTemplate": {"id": "/#body.id"}}


@pytest.mark.parametrize(
    ("template", "fix"),
    [
        pytest.param({"data": "a={{{n}}}", "headers": FORM}, "emit the whole text", id="a form"),
        pytest.param({"data": "<a>{{n}}</a>", "headers": XML}, "emit the whole text", id="XML"),
        pytest.param({"data": "/#s"}, "emit the whole text", id="a reference to a string"),
        pytest.param({"data": '{"a": {{n}}}'}, "make data an object", id="JSON as text"),
        pytest.param({}, 'set "json": true', id="no body"),
        pytest.param({"data": {"a": 1}}, 'set "json": true', id="an object"),
        pytest.param({"data": "/#n"}, 'set "json": true', id="a reference to a number"),
    ],
)
def test_the_way_to_a_property_of_the_body_does_not_change_the_request(template, fix):
    assert fix in fix_of(look(template, **OUTPUT), "KNB509")


def test_following_the_advice_for_a_form_ends():
    as_object = {"json": True, "data": {"a": "/#n"}, "headers": FORM}
    as_text = {"data": "a={{{n}}}", "headers": FORM}
    whole = {"outputTemplate": {"text": "/#body"}}

    assert "write data as form text" in fix_of(look(as_object, **OUTPUT), "KNB422")
    assert "emit the whole text as /#body" in fix_of(look(as_text, **OUTPUT), "KNB509")
    assert look(as_text, **whole).codes == []


def test_text_that_json_would_encode_is_to_be_sent_without_it():
    fix = fix_of(look({"json": True, "data": "a={{{n}}}", "headers": FORM}), "KNB417")

    assert fix == "remove json to send the string unchanged; the response is then a string as well."


@pytest.mark.parametrize(
    "helper", ["base64", "base64Encode", "btoa", "encodeURIComponent", "hmac", "stringify", "jsonParse"]
)
def test_a_helper_whose_name_is_not_public_is_not_said_to_be_missing(helper):
    codes = look({"data": f"{{{{{{{helper} s}}}}}}"}).codes

    assert "KNB308" in codes
    assert "KNB310" not in codes


@pytest.mark.parametrize("helper", ["shout", "base", "encodes", "toUpper"])
def test_any_other_helper_is_said_to_be_unknown(helper):
    assert "KNB310" in look({"data": f"{{{{{{{helper} s}}}}}}"}).codes


def test_the_keys_of_a_request_are_those_of_the_model():
    assert frozenset(InputTemplate.keys()) == REQUEST_KEYS


def test_a_function_whose_name_is_not_public_is_not_said_to_be_missing():
    codes = look({"data": "/#fn:base64,s"}).codes

    assert "KNB308" in codes
    assert "KNB309" not in codes


def test_the_value_of_json_is_shown_as_json():
    message = finding_of(look({"json": "false", "data": [1]}), "KNB420").message

    assert message == 'json is "false", a string, which counts as true: data is sent as JSON.'
