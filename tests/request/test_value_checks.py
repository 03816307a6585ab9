"""What values do to the text around them; each kind has inputs that are reported and harmless twins."""

from __future__ import annotations

import pytest

from kustomer_nb.platform import Platform

URL = "https://api.shop.com"
CODES = ("KNB706", "KNB730", "KNB731", "KNB732")


def found(request):
    return [f"{item.code} {item.message}" for item in request.diagnostics if item.code in CODES]


def case(uri, name, /, **inputs):
    return pytest.param(uri, inputs, id=name)


REPORTED_IN_URLS = [
    case("/a?name={{{n}}}&z=1", "& in a query", n="Strunk & White"),
    case("/a?name={{{n}}}", "+ of a phone number", n="+1 555"),
    case("/a?at={{{n}}}", "+ of the zone of a date", n="2024-01-01T00:00:00+02:00"),
    case("/a?q={{{n}}}", "# in a query", n="issue #5"),
    case("/a?q={{{n}}}", "% that begins no escape", n="100% cotton"),
    case("/a?q={{{n}}}", "% that is not UTF-8", n="50%ff"),
    case("/a?q={{{n}}}", "; in a query", n="a;b"),
    case("/a?next={{{n}}}", "a URL in a query", n="https://x.y/?a=1&b=2"),
    case("/a?q=name:{{{n}}}", "after other text of the parameter", n="R&D"),
    case("/a?{{{k}}}=1", "= in the name of a parameter", k="a=b"),
    case("/a?{{#each l}}id={{{this}}}&{{/each}}", "a value of a loop", l=["1", "2&3"]),
    case("/a?q={{{toLower n}}}", "what a helper returns that encodes nothing", n="A&B"),
    case("/a?q={{n}}", "what double braces leave", n="+1"),
    case("/a?{{{q}}}", "# in a whole query", q="a=1#b"),
    case("/orders/{{{id}}}", "/ in a segment", id="2024/17"),
    case("/orders/{{{id}}}/lines", "? in a path", id="7?x"),
    case("/orders/{{{id}}}", "# in a path", id="#1001"),
    case("/orders/{{{id}}}/lines", "..", id=".."),
    case("/orders/{{{id}}}", "../..", id="../.."),
    case("/orders/{{{id}}}/lines", ".", id="."),
    case("/orders/{{{id}}}/lines", "encoded dots", id="%2e%2E"),
    case("/orders/.{{{id}}}/lines", "a dot beside an authored one", id="."),
    case("/orders/{{{id}}}", "a backslash, which Node makes a slash", id="a\\b"),
    case("/orders/{{{id}}}", "% in a path", id="50%"),
    case("/orders/{{{id}}}", "; in a path", id="7;x=1"),
    case("/files/{{{path}}}", ".. in a path by name", path="../x"),
    case("/short/{{{url}}}", "a whole URL as a segment", url="https://x.y/z"),
    case("/{{{path}}}?x=1", "? of a whole path before a query", path="a?b=1"),
]
HARMLESS_IN_URLS = [
    case("/a?{{{query}}}", "a whole query", query="a=1&b=2"),
    case("/a?x=1&{{{query}}}", "the rest of a query", query="a=1&b=x+y"),
    case("/{{{path}}}", "a whole path", path="a/b/c"),
    case("/{{{path}}}", "a whole path with a query", path="a/b?c=d&e=f"),
    case("{{{path}}}", "a whole path with its slash", path="/a/b?c=d"),
    case("/v1{{{rest}}}", "the rest of a path, with its slash", rest="/a/b"),
    case("/files/{{{filePath}}}", "a path by its name", filePath="a/b.txt"),
    case("/a?q={{{n}}}", "/ and ? in a query", n="a/b?c"),
    case("/a?q={{{n}}}", "= in the value of a parameter", n="a=b=="),
    case("/a?at={{{n}}}", ": of a date", n="2024-01-01T00:00:00Z"),
    case("/a?q={{{n}}}", "a value that is encoded already", n="Strunk%20%26%20White"),
    case("/a?q={{{n}}}", "what Node encodes", n="<é \"x\" 'y' |"),
    case("/a/{{{n}}}", "+ in a path", n="a+b"),
    case("/a/{{{n}}}", ": and @ and , in a path", n="a:b@c,d=1"),
    case("/a/{{{n}}}", "& in a path", n="a&b"),
    case("/a/{{{n}}}.json", "dots that are part of a segment", n=".."),
    case("/a/{{{n}}}", "a number with a point", n=12.5),
    case("/a/{{{n}}}", "a file name", n="a..b.txt"),
    case("/a?q={{{n}}}", "dots in a query", n=".."),
    case("/a?x={{#if n}}1&y=2{{/if}}", "delimiters of the author", n=True),
    case("/a?q={{{n}}}", "a value that is encoded as a form already", n="Tom+%26+Jerry"),
    case("/a#{{{n}}}", "in a fragment, which is not sent", n="a&b"),
]


@pytest.mark.parametrize(("uri", "inputs"), REPORTED_IN_URLS)
def test_a_delimiter_that_a_value_contributes_to_a_url_is_reported(build, uri, inputs):
    request = build({"uri": URL + uri}, inputs)

    assert [item.code for item in request.diagnostics if item.code in CODES] == ["KNB730"], found(request)
    assert not request.diagnostics.errors


@pytest.mark.parametrize(("uri", "inputs"), HARMLESS_IN_URLS)
def test_a_value_that_delimits_nothing_in_a_url_is_not_reported(build, uri, inputs):
    request = build({"uri": URL + uri}, inputs)

    assert found(request) == []


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        case("{{{base}}}/orders", "a base URL", base="https://api.shop.com/v1"),
        case("{{{uri}}}", "a whole uri", uri="https://api.shop.com/a/../b?c=d&e=f+g#h"),
        case("/#uri", "a whole uri as a reference", uri="https://api.shop.com/a?c=d&e"),
        case("{{{uri}}}&page=2", "a whole uri that the author continues", uri="https://api.shop.com/?a=1"),
        case("https://{{{host}}}/orders", "a whole host", host="api.shop.com:8443"),
        case("https://{{{sub}}}.shop.com/orders", "a label of a host", sub="eu-1"),
        case("https://{{{user}}}:{{{word}}}@a.b/", "an @ in a password", user="me", word="p@ss"),
    ],
)
def test_a_component_that_is_one_input_by_design_is_not_reported(build, uri, inputs):
    request = build({"uri": uri}, inputs)

    assert found(request) == []


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        case("{{{base}}}/orders", "a base URL with a query", base="https://api.shop.com/?a=1"),
        case("{{{base}}}/orders", "a base URL with a fragment", base="https://api.shop.com/#top"),
        case("https://{{{sub}}}.shop.com/orders", "a label that ends the host", sub="x.y/?"),
        case("https://{{{host}}}/orders", "a host with a query", host="api.shop.com?x"),
    ],
)
def test_a_value_that_ends_a_component_early_is_reported(build, uri, inputs):
    request = build({"uri": uri}, inputs)

    assert request.diagnostics.codes == ["KNB730"]


def test_what_qs_makes_npm_encode_again_is_not_reported(build):
    request = build({"uri": f"{URL}/a?q={{{{{{n}}}}}}", "qs": {"z": 1}}, {"n": "100%;"})

    assert request.address.target.real == "/a?q=100%25%3B&z=1"
    assert found(request) == []


@pytest.mark.parametrize(
    "encoded",
    [pytest.param("Tom+%26+Jerry", id="as a form"), pytest.param("Tom%20%26%20Jerry", id="as a component")],
)
def test_a_value_from_an_encoding_helper_is_not_reported(build, encoded):
    from kustomer_nb.template import Rendering

    rendering = Rendering(helpers={"encode": lambda options, value: encoded})
    request = build({"uri": f"{URL}/a?q={{{{{{encode n}}}}}}"}, {"n": "Tom & Jerry"}, rendering=rendering)

    assert found(request) == []


@pytest.mark.parametrize(
    "value",
    [pytest.param("", id="empty"), pytest.param("  ", id="white space"), pytest.param(None, id="null")],
)
@pytest.mark.parametrize("method", ["delete", "put", "patch"])
def test_an_empty_segment_leads_the_warnings_of_a_method_that_changes_an_item(build, method, value):
    schema = {"properties": {"id": {}, "q": {}}, "required": ["id"]}
    template = {"uri": f"{URL}/orders/{{{{{{id}}}}}}?q={{{{{{q}}}}}}", "method": method}
    request = build(template, {"id": value, "q": "a&b"}, action={"inputSchema": schema})

    assert request.diagnostics.codes[:1] == ["KNB706"]
    assert request.diagnostics[0].message.startswith(f"`id` is empty: this is a {method.upper()} of /orders/")
    assert not request.diagnostics.errors


def test_what_changes_the_path_of_a_method_that_changes_an_item_leads_the_warnings(build):
    template = {
        "uri": f"{URL}/orders/{{{{{{id}}}}}}?q={{{{{{q}}}}}}",
        "method": "delete",
        "qs": {"a": "{{q}}"},
    }

    request = build(template, {"id": "../x", "q": "a&b"})

    assert "in the path" in request.diagnostics[0].message


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        case("/orders/{{{id}}}", "at the end", id=""),
        case("/orders/{{{id}}}/lines", "in the middle", id=" "),
        case("/orders/{{{id}}}{{{suffix}}}", "of two values", id="", suffix=""),
        case("/orders?id={{{id}}}", "a required parameter", id=""),
        case("/orders/{{{id}}}", "missing, reported once"),
    ],
)
def test_an_empty_value_is_reported_once(build, uri, inputs):
    schema = {"properties": {"id": {}, "suffix": {}}, "required": ["id"]}
    request = build({"uri": URL + uri}, inputs, action={"inputSchema": schema})

    assert request.diagnostics.codes == ["KNB706"]


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        case("/orders/{{{id}}}{{{suffix}}}", "beside another value", id="7", suffix=""),
        case("/orders{{#if id}}/{{{id}}}{{/if}}", "without its segment", id=""),
        case("/orders?q={{{q}}}", "an optional parameter", q=""),
        case("/{{{path}}}", "a whole path", path=""),
        case("/orders/{{{id}}}", "zero", id=0),
        case("/orders//x?y={{{id}}}", "an empty segment of the author", id=1),
    ],
)
def test_an_empty_value_that_leaves_no_gap_is_not_reported(build, uri, inputs):
    schema = {"properties": {"id": {}, "suffix": {}, "q": {}, "path": {}}, "required": ["id"]}
    request = build({"uri": URL + uri}, inputs, action={"inputSchema": schema})

    assert found(request) == []


def test_the_items_of_a_collection_are_deleted_only_with_a_warning_when_an_optional_id_is_missing(build):
    schema = {"properties": {"id": {"type": "string"}}}
    request = build(
        {"uri": f"{URL}/orders/{{{{{{id}}}}}}", "method": "delete"}, action={"inputSchema": schema}
    )

    (warning,) = request.diagnostics
    assert (warning.code, warning.message) == (
        "KNB706",
        "`id` is empty: this is a DELETE of /orders/, which may affect more than one item.",
    )


JSON_TEXT = '{"text": "{{{t}}}", "n": {{{n}}} }'
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}
PARTS = '--x\r\nContent-Disposition: form-data; name="f"; filename="{{{n}}}"\r\n\r\n{{{a}}}\r\n--x--'
XML = {"Content-Type": "text/xml; charset=utf-8"}


def body(data, name, /, *, headers=None, **inputs):
    return pytest.param(data, headers or {}, inputs, id=name)


@pytest.mark.parametrize(
    ("data", "headers", "inputs"),
    [
        body(JSON_TEXT, "a quote", t='say "hi"', n=1, headers=JSON),
        body(JSON_TEXT, "a line break", t="a\nb", n=1),
        body(JSON_TEXT, "a backslash", t="C:\\temp", n=1),
        body(JSON_TEXT, "a tab", t="a\tb", n=1, headers=JSON),
        body(JSON_TEXT, "a quote that keeps it valid", t='a","admin":"yes', n=1, headers=JSON),
        body(JSON_TEXT, "a number that is empty", t="a", headers=JSON),
        body(JSON_TEXT, "a number that is text", t="a", n="five"),
        body(JSON_TEXT, "a number that adds a member", t="a", n='1,"admin":true'),
        body('{"text": "{{t}}"}', "what double braces leave", t="a\nb"),
        body('[{{#each l}}{"id": "{{{this}}}"},{{/each}}{}]', "a value of a loop", l=["a", 'b"']),
        body("a={{{a}}}&b={{{b}}}", "& in a form", a="R&D", b=1, headers=FORM),
        body("a={{{a}}}&b={{{b}}}", "+ in a form", a="+1", b=1, headers=FORM),
        body("a={{{a}}}&b={{{b}}}", "% in a form", a="50%", b=1, headers=FORM),
        body("a={{{a}}}&b={{{b}}}", "& in a form without a type", a="R&D", b=1),
        body("{{{k}}}=1", "= in the name of a field", k="a=b", headers=FORM),
        body("<a>{{{a}}}</a>", "< in XML", a="1 < 2", headers=XML),
        body("<a>{{{a}}}</a>", "& in XML", a="AT&T", headers=XML),
        body('<a b="{{{a}}}"/>', "a quote in an attribute", a='5" tall', headers=XML),
        body("<a><![CDATA[{{{a}}}]]></a>", "the end of CDATA", a="x]]>y", headers=XML),
        body("<a>{{{a}}}</a>", "a tag in XML", a="<b>", headers=XML),
        body(PARTS, "a quote in the name of a file", n='a".txt', a="", headers=MULTIPART),
        body(PARTS, "a line break in the name of a file", n="a\r\nx-b: c", a="", headers=MULTIPART),
    ],
)
def test_a_delimiter_that_a_value_contributes_to_a_body_is_reported(build, data, headers, inputs):
    request = build({"method": "post", "data": data, "headers": headers}, inputs, action=_schema("t", "n"))

    assert request.diagnostics.codes == ["KNB730"], found(request)


@pytest.mark.parametrize(
    ("data", "headers", "inputs"),
    [
        body(JSON_TEXT, "plain values", t="O'Neil & Söhne <1>", n=12.5, headers=JSON),
        body(JSON_TEXT, "null, true and JSON", t="", n=[1], headers={}),
        body('{"ids": [{{{ids}}}], "a": "b"}', "the items of an array", ids=[1, 2], headers=JSON),
        body('{"ids": [{{{ids}}}], "a": "b"}', "no items", ids="", headers=JSON),
        body('{"price": {{{a}}}.{{{b}}}, "c": "EUR"}', "parts of a number", a=12, b=50, headers=JSON),
        body('{"a": {{{json}}}, "b": "c"}', "JSON as one value", json='{"x": "y"}', headers=JSON),
        body("{{{body}}}", "a whole body", body='{"x": "y\\n"}', headers=JSON),
        body("a={{{a}}}", "= and ; and # in a form", a="x==;#", headers=FORM),
        body("a={{{a}}}", "an encoded value in a form", a="R%26D%2B", headers=FORM),
        body("x=1&{{{rest}}}", "the rest of a form", rest="a=1&b=x+y", headers=FORM),
        body("{{{body}}}", "a whole form", body="a=1&b=2", headers=FORM),
        body("<a>{{a}}</a>", "double braces in XML", a="AT&T <x>", headers=XML),
        body("<a>{{{a}}}</a>", "references in XML", a="AT&amp;T &#233; 'x' \"y\"", headers=XML),
        body("<a><![CDATA[{{{a}}}]]></a>", "& and < in CDATA", a="AT&T <x>", headers=XML),
        body(PARTS, "quotes and line breaks in a part", n="a b.txt", a='"a"\r\nb', headers=MULTIPART),
        body("<a>{{{itemsXml}}}</a>", "markup by its name", itemsXml="<b>1</b><b>2</b>", headers=XML),
        body('Say "{{{t}}}" & more', "text that is no JSON", t='"a"\nb'),
        body("[{{{t}}}] {{{n}}}", "text in brackets", t='"a"', n="b"),
        body("{{{t}}} = {{{n}}}", "an equation", t="R&D", n="1+1"),
        body("total={{{t}}} and {{{n}}}", "a sentence", t="R&D", n="1+1"),
        body("t={{{t}}}\nn={{{n}}}", "lines", t="R&D", n="1+1"),
        body(
            "t={{{t}}}", "a form by its look, as plain text", t="R&D", headers={"content-type": "text/plain"}
        ),
    ],
)
def test_a_value_that_delimits_nothing_in_a_body_is_not_reported(build, data, headers, inputs):
    request = build({"method": "post", "data": data, "headers": headers}, inputs, action=_schema("t", "n"))

    assert request.diagnostics.codes == [], found(request)


def _schema(*names):
    return {"inputSchema": {"properties": {name: {} for name in names}}}


@pytest.mark.parametrize(
    ("template", "place"),
    [
        pytest.param(
            {"data": {"payload": '{"a": "{{{x}}}"}'}, "json": True}, "JSON text", id="JSON in a member"
        ),
        pytest.param(
            {"headers": {"Dropbox-API-Arg": '{"path": "{{{x}}}"}'}}, "JSON text", id="JSON in a header"
        ),
        pytest.param(
            {"data": {"query": 'mutation { f(a: "{{{x}}}") { id } }'}, "json": True},
            "GraphQL text",
            id="GraphQL",
        ),
        pytest.param({"json": {"query": '{ f(a: "{{{x}}}") }'}}, "GraphQL text", id="GraphQL in json"),
        pytest.param({"headers": {"Cookie": "s={{{x}}}"}}, "the cookie header", id="a cookie"),
    ],
)
def test_hand_written_text_is_found_wherever_it_is(build, template, place):
    request = build({"method": "post", **template}, {"x": 'a";b'})

    (warning,) = request.diagnostics
    assert warning.code == "KNB730"
    assert f" in {place}: " in warning.message


@pytest.mark.parametrize(
    ("template", "fix"),
    [
        pytest.param(
            {"uri": "http://a.b/c?name={{x}}"},
            'move it to qs, which is encoded: "qs": {"name": "/#x"}.',
            id="in a query",
        ),
        pytest.param(
            {"data": '{"a": "{{x}}"}'},
            'make data an object, with "/#x" for the value, and set "json": true: npm request escapes it.',
            id="in JSON text",
        ),
        pytest.param({"uri": "http://a.b/{{x}}"}, "write {{{x}}}.", id="in a path"),
        pytest.param({"headers": {"a": "{{x}}"}}, "write {{{x}}}.", id="in a header"),
        pytest.param({"qs": {"a": "{{x}}"}}, "write {{{x}}}.", id="in qs"),
    ],
)
def test_the_fix_of_an_escaped_value_leads_into_no_other_loss(build, template, fix):
    request = build({"method": "post", **template}, {"x": '"a" & b'})

    (warning,) = request.diagnostics
    assert (warning.code, warning.fix) == ("KNB708", fix)


@pytest.mark.parametrize(
    ("headers", "template", "what"),
    [
        pytest.param(JSON, {"data": "a=1&b=2"}, "form text", id="form text under JSON"),
        pytest.param(JSON, {"data": "hello"}, "not JSON", id="text under JSON"),
        pytest.param(JSON, {"data": "{{{body}}}"}, "form text", id="a whole body under JSON"),
        pytest.param(FORM, {"data": '{"a": 1}'}, "JSON", id="JSON under a form"),
    ],
)
def test_a_body_that_contradicts_its_type_is_reported(build, headers, template, what):
    request = build({"method": "post", "headers": headers, **template}, {"body": "a=1"})

    (warning,) = [item for item in request.diagnostics if item.code == "KNB731"]
    assert warning.message.endswith(f"but the body is {what}.")


@pytest.mark.parametrize(
    ("headers", "template"),
    [
        pytest.param(FORM, {"data": {"a": 1}, "json": True}, id="an object under a form"),
        pytest.param(FORM, {"json": {"a": 1}}, id="json as an object under a form"),
        pytest.param(XML, {"data": {"a": 1}, "json": True}, id="an object under XML"),
        pytest.param(
            {"content-type": "{{{type}}}"}, {"data": {}, "json": True}, id="a type that an input has"
        ),
    ],
)
def test_json_under_another_type_is_reported_as_by_lint(build, headers, template):
    request = build({"method": "post", "headers": headers, **template}, {"type": "multipart/form-data"})

    (warning,) = [item for item in request.diagnostics if item.code in ("KNB422", "KNB731")]
    assert warning.code == "KNB422"
    assert warning.message.endswith("but the body is sent as JSON.")
    assert warning.fix.startswith("remove the header to send JSON; otherwise ")


@pytest.mark.parametrize(
    ("headers", "template"),
    [
        pytest.param(JSON, {"data": '{"a": 1}'}, id="JSON as text"),
        pytest.param({"content-type": "application/vnd.api+json"}, {"json": {"a": 1}}, id="a JSON type"),
        pytest.param(JSON, {"data": '"text"'}, id="a JSON string"),
        pytest.param(JSON, {"data": '{"index": {}}\n{"a": 1}\n'}, id="a JSON document in each line"),
        pytest.param(JSON, {"data": ""}, id="no body"),
        pytest.param(JSON, {}, id="without data"),
        pytest.param(FORM, {"data": "a=1"}, id="a form"),
        pytest.param(FORM, {"data": "{a}=1"}, id="a form that begins with a brace"),
        pytest.param({"content-type": "text/plain"}, {"data": '{"a": 1}'}, id="JSON as plain text"),
        pytest.param({}, {"data": '{"a": 1}'}, id="without a type"),
    ],
)
def test_a_body_that_is_of_its_type_is_not_reported(build, headers, template):
    request = build({"method": "post", "headers": headers, **template})

    assert "KNB731" not in request.diagnostics.codes


@pytest.mark.parametrize(
    ("template", "inputs", "fix"),
    [
        pytest.param(
            {"data": {"all": "{{x}}"}},
            {"x": {"a": 1}},
            'write "/#x", which keeps the type.',
            id="a whole string",
        ),
        pytest.param(
            {"data": {"all": "is {{x}}"}},
            {"x": {"a": 1}},
            "print one of its members, as in {{{x.a}}}.",
            id="within a string",
        ),
        pytest.param(
            {"data": {"all": "are {{x}}"}},
            {"x": [1, {"a": 1}]},
            "print its items one by one, with {{#each x}}.",
            id="an array",
        ),
        pytest.param(
            {"uri": "http://a.b/{{{x}}}"},
            {"x": {"id": 1}},
            "print one of its members, as in {{{x.id}}}.",
            id="in a uri",
        ),
        pytest.param(
            {"headers": {"a": "/#x"}},
            {"x": {"id": 1}},
            "send a string, such as one of its members.",
            id="a reference in a header",
        ),
        pytest.param(
            {"headers": {"a": {"id": 1}}}, {}, "send a string, such as one of its members.", id="a header"
        ),
        pytest.param({"qs": {"a": "{{x}}"}}, {"x": {}}, 'write "/#x", which keeps the type.', id="in qs"),
        pytest.param(
            {"data": {"all": "{{#each x}}{{this}} {{/each}}"}},
            {"x": [{"a": 1}, 2]},
            "print one of its members, as in {{{x.0.a}}}.",
            id="in a loop",
        ),
    ],
)
def test_an_object_that_is_printed_is_reported(build, template, inputs, fix):
    request = build({"method": "post", "json": True, **template}, inputs)

    (warning,) = request.diagnostics
    assert (warning.code, warning.fix) == ("KNB732", fix)
    assert "[object Object]" in warning.message


@pytest.mark.parametrize(
    ("data", "inputs"),
    [
        pytest.param("/#x", {"x": {"a": 1}}, id="a reference"),
        pytest.param("{{x}}", {"x": [1, 2]}, id="an array of numbers"),
        pytest.param("{{x}}", {"x": "it shows [object Object]"}, id="a string that has it"),
        pytest.param("{{x}}", {"x": "[object Object]"}, id="a string that is it"),
        pytest.param("[object Object] {{x}}", {"x": 1}, id="text of the author"),
        pytest.param("{{#if x}}y{{/if}}", {"x": {"a": 1}}, id="an object that is only tested"),
    ],
)
def test_what_prints_no_object_is_not_reported(build, data, inputs):
    request = build({"method": "post", "json": True, "data": {"all": data}}, inputs)

    assert request.diagnostics.codes == []


@pytest.mark.parametrize(
    ("data", "fix"),
    [
        pytest.param("{{{x}}}", 'write "/#x", which keeps the type, and set "json": true.', id="as the body"),
        pytest.param(
            '{"x": {{{x}}}, "y": "z"}',
            'make data an object and set "json": true: a reference keeps the type.',
            id="in JSON text",
        ),
    ],
)
def test_an_object_in_a_body_is_the_only_finding_about_it(build, data, fix):
    request = build({"method": "post", "headers": JSON, "data": data}, {"x": {"a": 1}})

    assert [(item.code, item.fix) for item in request.diagnostics] == [("KNB732", fix)]


def test_an_empty_segment_of_a_post_leads_its_warnings(build):
    template = {"uri": f"{URL}/orders/{{{{{{id}}}}}}/refund?q={{{{{{q}}}}}}", "method": "post"}

    request = build(template, {"id": "", "q": "a&b"})

    assert request.diagnostics.codes == ["KNB706", "KNB730"]
    assert request.diagnostics[0].message == "`id` is empty, so a segment of the path is missing."


def test_an_object_that_a_helper_returns_is_reported(build):
    from kustomer_nb.template import Rendering

    rendering = Rendering(helpers={"customer": lambda options: {"id": 1}})
    request = build({"method": "post", "json": True, "data": {"a": "{{customer}}"}}, rendering=rendering)

    (warning,) = request.diagnostics
    assert warning.message == "`customer` returns an object, printed as [object Object]."


@pytest.mark.parametrize(
    ("data", "inputs", "example"),
    [
        pytest.param('{"a": "{{{o.x}}}"}', {"o": {"x": '"'}}, ', with "/#o.x" for the value,', id="a member"),
        pytest.param(
            '{"a": "{{#with o}}{{{x}}}{{/with}}"}',
            {"o": {"x": '"'}},
            ', with "/#o.x" for the value,',
            id="with",
        ),
        pytest.param(
            '{"a": "{{#each l}}{{{this}}}{{/each}}"}', {"l": ['"']}, " and set", id="an item of a loop"
        ),
        pytest.param('{"a": "{{{toLower x}}}"}', {"x": '"'}, " and set", id="of a helper"),
    ],
)
def test_the_fix_names_only_a_reference_that_reads_the_value(build, data, inputs, example):
    (warning,) = build({"method": "post", "data": data}, inputs).diagnostics

    assert warning.fix.startswith(f"make data an object{example}")


def test_no_character_of_a_setting_is_quoted(build):
    template = {"uri": "http://a.b/x?key={{{token}}}", "method": "post", "data": '{"a": "{{{token}}}"}'}
    request = build(template, token='q&w+"e')

    assert [item.message for item in request.diagnostics] == [
        "$shop.default.token is not encoded in the query of the URL: 2 kinds of its characters are read as "
        "delimiters.",
        "$shop.default.token is not encoded in JSON text: 1 kind of its characters is read as delimiters.",
    ]


def test_a_request_without_such_characters_is_not_looked_at(build, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "kustomer_nb.request.value_checks", None)
    template = {
        "uri": f"{URL}/orders/{{{{{{id}}}}}}?at={{{{{{at}}}}}}",
        "headers": {"authorization": "Bearer {{{token}}}"},
    }

    request = build(template, {"id": 12.5, "at": "2024-01-01T00:00:00Z"}, token="a+b/c==")

    assert request.diagnostics.codes == []


def test_a_string_qs_is_checked_where_the_platform_takes_it(build):
    request = build({"qs": "a={{{x}}}"}, {"x": "b&c"}, platform=Platform(string_qs_is_query=True))

    assert request.diagnostics.codes == ["KNB404", "KNB730"]
