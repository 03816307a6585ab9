"""Values in a URL: empty segments, slashes that may be meant, and one finding for each tag."""

import pytest

URL = "https://api.shop.com"


def case(uri, name, /, **inputs):
    return pytest.param(uri, inputs, id=name)


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        case("{{{base}}}/v1", "a base that ends with /", base="https://a.b/"),
        case("{{{base}}}/v1", "a base with a path that ends with /", base="https://a.b/api/"),
        case("https://{{{host}}}/v1", "a host that ends with /", host="a.b/"),
        case("{{{base}}}{{{path}}}", "two values that meet", base="https://a.b/", path="/v1"),
        case("{{{base}}}{{{x}}}/v1", "an empty value between", base="https://a.b/", x=""),
        case(URL + "/{{{path}}}", "a whole path that begins with /", path="/v1/orders"),
        case(URL + "/v1/{{{id}}}/lines", "a segment that ends with /", id="7/"),
        case(URL + "/v1/{{{id}}}/lines", "a segment that begins with /", id="/7"),
        case(URL + "/files/{{{filePath}}}/meta", "a path by its name", filePath="a/b/"),
    ],
)
def test_an_empty_segment_that_a_value_makes_is_reported_once(build, uri, inputs):
    request = build({"uri": uri}, inputs)

    (warning,) = request.diagnostics
    assert (warning.code, warning.severity.value) == ("KNB730", "warning")
    assert "leaves an empty segment, //, in the path of the URL" in warning.message
    assert warning.fix in (
        "remove the / at the end of the value.",
        "remove the / at the start of the value.",
    )


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        case("{{{base}}}/v1", "a base without / at its end", base="https://a.b"),
        case("{{{base}}}v1", "a base that has the only /", base="https://a.b/"),
        case("{{{base}}}//v1", "a // of the author", base="https://a.b"),
        case(URL + "//v1/{{{id}}}", "a // of the author before a value", id=7),
        case(URL + "{{{path}}}", "a whole path with a // of its own", path="/v1//x/"),
        case("{{{uri}}}", "a whole URL", uri="https://a.b//v1/"),
        case("{{{scheme}}}://a.b/x", "the // of the scheme", scheme="https"),
        case(URL + "/x?next={{{n}}}/&m=1", "in a query", n="a/"),
        case("{{{url}}}{{{more}}}", "a URL and the rest of its query", url="https://a.b/?x=1", more="&y=2"),
        case("{{{url}}}{{{more}}}", "a URL and nothing", url="https://a.b/?x=1", more=""),
        case("{{{url}}}{{{more}}}", "a URL and its query", url="https://a.b/x", more="?x=1"),
        case("{{{base}}}?a=1", "a base before a query", base="https://a.b/"),
    ],
)
def test_a_slash_that_leaves_no_empty_segment_is_not_reported(build, uri, inputs):
    assert build({"uri": uri}, inputs).diagnostics.codes == []


def test_an_empty_segment_that_a_setting_makes_is_reported_without_its_value(build):
    request = build({"uri": "{{{token}}}/v1"}, token="https://secret.shop.com/")

    (warning,) = [item for item in request.diagnostics if item.code == "KNB730"]
    assert "secret" not in str(warning)
    assert "leaves an empty segment, //, in the path" in warning.message


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        case("/o/{{{a}}}-{{{b}}}", "two values and a dash", a="", b=""),
        case("/o/{{{a}}}_{{{b}}}/x", "two values and an underscore", a="", b=" "),
        case("/o/{{{a}}}.json", "the name of a file", a=""),
        case("/o/order-{{{a}}}", "behind a dash", a=""),
        case("/Orders({{{a}}})", "in brackets, as OData has them", a=""),
        case("/o/{{{a}}}:cancel", "before a colon", a=None),
    ],
)
def test_a_segment_without_any_of_its_values_is_reported_once(build, uri, inputs):
    request = build(
        {"uri": URL + uri}, inputs, action={"inputSchema": {"properties": {name: {} for name in inputs}}}
    )

    (warning,) = request.diagnostics
    assert warning.code == "KNB706"
    assert "a segment of the path has only the text around" in warning.message


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        case("/o/{{{a}}}-{{{b}}}", "one of the values", a="", b="x"),
        case("/o/{{{a}}}-{{{b}}}", "zero", a=0, b=""),
        case("/orders{{{suffix}}}", "a suffix", suffix=""),
        case("/v{{{version}}}/x", "letters around a value", version=""),
        case("/o/{{#if a}}{{{a}}}-{{/if}}x", "a block", a=""),
        case("/o/-/x?a={{{a}}}", "a dash of the author", a=""),
    ],
)
def test_a_segment_that_is_complete_without_a_value_is_not_reported(build, uri, inputs):
    assert build({"uri": URL + uri}, inputs).diagnostics.codes == []


@pytest.mark.parametrize(
    ("name", "value", "severity"),
    [
        pytest.param("repo", "octo/hello", "hint", id="owner and repository"),
        pytest.param("full_name", "octo/hello-world.js", "hint", id="a full name"),
        pytest.param("branch", "feature/login", "hint", id="a branch"),
        pytest.param("image", "library/ubuntu", "hint", id="an image"),
        pytest.param("repo", "octo/hello?x", "warning", id="another delimiter as well"),
        pytest.param("id", "gid://shopify/Product/1", "warning", id="an identifier that is a URI"),
        pytest.param("repo", "https://github.com/octo/hello", "warning", id="a URL"),
        pytest.param("orderId", "2024/17", "warning", id="a number with its year"),
        pytest.param("project", "group/tool", "warning", id="what GitLab wants encoded"),
        pytest.param("customer", "AC/DC", "warning", id="a name"),
    ],
)
def test_a_slash_in_a_segment_is_a_hint_where_it_may_be_meant(build, name, value, severity):
    request = build({"uri": f"{URL}/things/{{{{{{{name}}}}}}}"}, {name: value})

    (finding,) = request.diagnostics
    assert (finding.code, finding.severity.value) == ("KNB730", severity)
    assert "encode it in the step before" in finding.fix
    if "?" not in value:
        assert "an input for each" in finding.fix


def test_two_inputs_in_place_of_a_slash_are_not_reported(build):
    uri = f"{URL}/repos/{{{{{{owner}}}}}}/{{{{{{repo}}}}}}"

    assert build({"uri": uri}, {"owner": "octo", "repo": "hello"}).diagnostics.codes == []
    assert build({"uri": f"{URL}/repos/{{{{{{repo}}}}}}"}, {"repo": "octo%2Fhello"}).diagnostics.codes == []


def test_a_slash_that_may_be_meant_does_not_lead_the_warnings_of_a_delete(build):
    template = {"uri": f"{URL}/{{{{{{repo}}}}}}/x?q={{{{{{q}}}}}}", "method": "delete"}

    request = build(template, {"repo": "octo/hello", "q": "a&b"})

    assert [item.severity.value for item in request.diagnostics] == ["hint", "warning"]


@pytest.mark.parametrize(
    ("uri", "inputs", "fix"),
    [
        pytest.param("/a?{{{q}}}", {"q": "a=1#b"}, "write %23 for #", id="a whole query"),
        pytest.param("/a?x=1&{{{q}}}", {"q": "b=1#c"}, "write %23 for #", id="the rest of a query"),
        pytest.param("/a?{{{k}}}=1", {"k": "a&b"}, "encode it", id="a name, which no key of qs can be"),
        pytest.param(
            "/a?{{#each l}}id={{{this}}}&{{/each}}", {"l": ["a&b"]}, "encode it", id="a value of a loop"
        ),
        pytest.param("/a?q={{{q}}}", {"q": "a&b"}, "move it to qs", id="a value of a parameter"),
        pytest.param("/a?q=is {{{q}}}", {"q": "a&b"}, "move q to qs", id="part of a parameter"),
    ],
)
def test_the_fix_for_a_query_is_one_that_can_be_followed(build, uri, inputs, fix):
    (finding,) = build({"uri": URL + uri}, inputs).diagnostics

    assert (finding.code, finding.fix.startswith(fix)) == ("KNB730", True)


@pytest.mark.parametrize(
    ("template", "inputs", "code", "fix"),
    [
        pytest.param(
            {"uri": f"{URL}/a?n={{{{n}}}}"}, {"n": "a&b +1"}, "KNB708", "move it to qs", id="a query"
        ),
        pytest.param({"uri": f"{URL}/a/{{{{n}}}}"}, {"n": "a'/b"}, "KNB730", "write {{{n}}}; ", id="a path"),
        pytest.param(
            {"uri": f"{URL}/a/{{{{n}}}}", "method": "delete"},
            {"n": "../'"},
            "KNB730",
            "write {{{n}}}; stop before",
            id="dots in a path",
        ),
        pytest.param(
            {"data": '{"a": "{{n}}"}', "method": "post"}, {"n": '"\n'}, "KNB708", "make data", id="JSON text"
        ),
        pytest.param(
            {"data": "a={{n}}&b=1", "method": "post"},
            {"n": "+'"},
            "KNB708",
            "write {{{n}}}; encode it",
            id="form text",
        ),
    ],
)
def test_a_tag_that_braces_escape_and_that_is_not_encoded_is_one_finding(build, template, inputs, code, fix):
    (finding,) = build(template, inputs).diagnostics

    assert (finding.code, finding.fix[: len(fix)]) == (code, fix)


def test_two_tags_are_two_findings(build):
    request = build({"uri": f"{URL}/a?n={{{{n}}}}&m={{{{{{m}}}}}}"}, {"n": "R&D", "m": "+1"})

    assert request.diagnostics.codes == ["KNB708", "KNB730"]
