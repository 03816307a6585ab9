import sys

import pytest

FORM = {"content-type": "application/x-www-form-urlencoded"}
PART = '--x\r\nContent-Disposition: form-data; name="_method"\r\nX: y\r\n\r\n{{how}}\r\n--x--'
HEADERS, QS, DATA = "/inputTemplate/headers", "/inputTemplate/qs", "/inputTemplate/data"

OVERRIDING = """
X-HTTP-Verb X-Method X-REST-Method X-Original-Method X-HTTP-MethodOverride X-HTTPMethodOverride
HTTP-Method-Override Method-Override _method HTTP-Method x_http_verb X-Forwarded-Method
X-Override-Method X.Method
"""
ORDINARY = """
method payment_method shipping-method x-payment-method x-http-method-note methods x-methods
access-control-request-method x-verb-note
"""


def warned(request):
    return [(finding.code, finding.pointer) for finding in request.diagnostics if finding.code == "KNB419"]


@pytest.mark.parametrize(
    ("template", "pointer"),
    [
        pytest.param(
            {"headers": {"X-HTTP-Method-Override": "{{how}}"}},
            f"{HEADERS}/X-HTTP-Method-Override",
            id="a header",
        ),
        pytest.param({"headers": {"x-http-METHOD": "/#how"}}, f"{HEADERS}/x-http-METHOD", id="that of OData"),
        pytest.param(
            {"headers": {"X_Method_Override": "{{how}}"}}, f"{HEADERS}/X_Method_Override", id="with _ for -"
        ),
        pytest.param(
            {"headers": {"x-http-method": ["GET", "{{how}}"]}},
            f"{HEADERS}/x-http-method/1",
            id="the second of two",
        ),
        pytest.param({"qs": {"_method": "/#how"}}, f"{QS}/_method", id="qs"),
        pytest.param({"qs": {"_method": ["/#how"]}}, f"{QS}/_method/0", id="an array in qs"),
        pytest.param(
            {"uri": "http://a.b/x?_method={{how}}"}, "/inputTemplate/uri", id="the query of the uri"
        ),
        pytest.param(
            {"uri": "http://a.b/x?y;%5FMethod={{how}}"}, "/inputTemplate/uri", id="encoded, after a ;"
        ),
        pytest.param(
            {"uri": "http://a.b/x?_method=GET&_method={{how}}"}, "/inputTemplate/uri", id="given twice"
        ),
        pytest.param(
            {"uri": "http://a.b/x?X-HTTP-Method-Override={{how}}"}, "/inputTemplate/uri", id="a header's name"
        ),
        pytest.param({"json": True, "data": {"_method": "/#how"}}, f"{DATA}/_method", id="a JSON body"),
        pytest.param({"json": {"_method": "{{how}}"}}, "/inputTemplate/json/_method", id="a body in json"),
        pytest.param({"data": '{"a": [{}], "\\u005fmethod": "{{how}}"}'}, DATA, id="JSON as text, escaped"),
        pytest.param({"data": "a=1&_method={{how}}"}, DATA, id="a form without a content type"),
        pytest.param({"data": "_method={{how}}", "headers": FORM}, DATA, id="a form with one"),
        pytest.param(
            {"data": PART, "headers": {"content-type": "multipart/form-data; boundary=x"}},
            DATA,
            id="a form in parts",
        ),
        pytest.param(
            {"data": "_method={{how}}", "headers": {"content-type": "text/plain"}}, DATA, id="plain text"
        ),
        pytest.param(
            {"data": "a=1&_method={{how}}", "headers": {"content-type": "application/json"}},
            DATA,
            id="a form that is called JSON",
        ),
        pytest.param({"data": '\ufeff{"_method": "{{how}}"}'}, DATA, id="JSON behind a byte order mark"),
        pytest.param(
            {"data": '{"_method": "{{how}}"}', "headers": {"content-type": "text/plain"}},
            DATA,
            id="JSON that is called text",
        ),
        pytest.param({"data": "\ufeff_method={{how}}"}, DATA, id="a form behind a byte order mark"),
        pytest.param({"qs": {"_HttpMethod": "/#how"}}, f"{QS}/_HttpMethod", id="that of Salesforce"),
        pytest.param({"uri": "http://a.b/x?.method={{how}}"}, "/inputTemplate/uri", id="PHP's dot"),
        pytest.param({"uri": "http://a.b/x?[method={{how}}"}, "/inputTemplate/uri", id="PHP's bracket"),
        *(
            pytest.param({"headers": {name: "{{how}}"}}, f"{HEADERS}/{name}", id=name)
            for name in OVERRIDING.split()
        ),
    ],
)
def test_a_get_that_asks_for_another_method_is_not_safe(build, template, pointer):
    request = build(template, {"how": " delete"})

    assert (request.is_safe, request.effective_method) == (False, "DELETE")
    assert request.overridden.pointer == pointer
    assert request.overridden.inputs == ("how",)
    assert warned(request) == [("KNB419", pointer)]


@pytest.mark.parametrize("method", ["PURGE", "MERGE", "GET, DELETE", "G E T", "get\u200b"])
def test_a_method_that_is_not_known_counts_as_one_that_changes_something(build, method):
    assert not build({"qs": {"_method": method}}).is_safe


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"headers": {"X-HTTP-Method-Override": "get"}}, id="the same method"),
        pytest.param({"qs": {"_method": "HEAD"}}, id="another one that changes nothing"),
        pytest.param({"qs": {"_method": "/#none"}}, id="null"),
        pytest.param({"qs": {"_method": ""}}, id="nothing"),
        pytest.param({"headers": {"x-http-method-note": "DELETE", "method": "DELETE"}}, id="other headers"),
        pytest.param({"qs": {"method": "DELETE", "q": "_method=DELETE"}}, id="other parameters"),
        pytest.param({"uri": "http://a.b/_method=DELETE#?_method=DELETE"}, id="a path, and what is not sent"),
        pytest.param(
            {"json": True, "data": {"method": "DELETE", "a": {"_method": "DELETE"}}}, id="within a body"
        ),
        pytest.param({"json": True, "data": [{"_method": "DELETE"}]}, id="an array"),
        pytest.param(
            {"data": "see _method=DELETE", "headers": {"content-type": "text/plain"}}, id="in plain text"
        ),
        pytest.param({"json": True, "data": {"q": "a&_method=DELETE&b"}}, id="within a text of JSON"),
        pytest.param({"json": True, "data": "_method=DELETE"}, id="text as JSON"),
        pytest.param({"data": "payment_method=DELETE&shipping-method=PUT"}, id="other words before it"),
        pytest.param({"json": {"paymentMethod": "POST", "http_method": "POST"}}, id="a word of everybody's"),
        *(pytest.param({"headers": {name: "DELETE"}}, id=name) for name in ORDINARY.split()),
        pytest.param({"uri": "http://a.b/x?method=delete"}, id="a parameter of many services"),
    ],
)
def test_a_get_without_an_override_is_safe(build, template):
    request = build(template, {"none": None})

    assert (request.is_safe, request.effective_method) == (True, "GET")
    assert warned(request) == []


def test_an_override_makes_no_post_safe(build):
    request = build({"method": "post", "headers": {"X-HTTP-Method-Override": "GET"}})

    assert (request.is_safe, request.effective_method) == (False, "POST")


def test_the_value_of_a_setting_is_not_shown_as_the_method(build):
    request = build({"headers": {"X-HTTP-Method": "{{token}}"}}, token="delete")

    assert (request.is_safe, request.effective_method) == (False, "$shop.default.token")


def test_a_body_that_is_nested_deep_hides_no_override(build):
    body = '{"a": ' + "[" * 100_000 + "]" * 100_000 + ', "_method": "DELETE"}'

    request = build({"data": "{{{body}}}", "headers": {"content-type": "application/json"}}, {"body": body})

    assert request.overridden.method == "DELETE"


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize("text", ["name=", "a", '"', "=_method", '{"', "&", "\r\n\r\n"], ids=repr)
def test_a_large_body_is_looked_through_once(build, kind, text):
    body = text * 300_000 + "_method"

    request = build({"data": "{{{body}}}", "headers": {"content-type": kind}}, {"body": body})

    assert request.body == body


def slices(build, body, kind="application/json"):
    """Return how often a text was cut for the overrides of a body."""
    count = 0

    def counted(frame, event, argument):
        nonlocal count
        count += event == "call" and frame.f_code.co_name == "split_at"

    sys.setprofile(counted)
    try:
        request = build({"data": "{{{body}}}", "headers": {"content-type": kind}}, {"body": body})
    finally:
        sys.setprofile(None)
    assert request.overridden is None or request.overridden.method == "1"
    return count


@pytest.mark.parametrize("method", ["1", "GET", ""])
@pytest.mark.parametrize(
    ("kind", "written"),
    [
        pytest.param("application/json", "{{{}}}", id="JSON"),
        pytest.param("application/x-www-form-urlencoded", "{}", id="a form"),
        pytest.param("multipart/form-data; boundary=x", "{}\r\n\r\nGET", id="a form in parts"),
    ],
)
def test_many_overrides_cost_no_more_than_one(build, kind, written, method):
    pairs = {
        "application/json": f'"_method":"{method}",',
        "application/x-www-form-urlencoded": f"_method={method}&",
    }
    part = pairs.get(kind, "name=_method ")

    few, thousands = (slices(build, written.format(part * count), kind) for count in (2, 2000))

    assert thousands == few


def test_an_override_is_found_behind_many_that_ask_for_nothing(build):
    body = "{" + '"_method":"GET",' * 2000 + '"_method":"DELETE"}'

    request = build({"data": "{{{body}}}"}, {"body": body})

    assert request.effective_method == "DELETE"
