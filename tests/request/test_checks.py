import pytest

from kustomer_nb import load
from kustomer_nb.template import Rendering
from tests.request.reports import reports
from tests.samples import an_action

NOT_IN_HEADERS = "headers cannot contain line breaks or characters beyond Latin-1."
NOT_SPREAD = (
    "make qs an object: npm request, which the platform seems to use, splits a string into characters."
)


@pytest.mark.parametrize(
    ("template", "code", "name", "message", "fix"),
    [
        pytest.param(
            {"method": None}, "KNB401", "method", "the method is missing.",
            "use get, post, put, patch or delete.", id="no method",
        ),
        pytest.param(
            {"method": "/#none"}, "KNB401", "method", "the method is missing.",
            "use get, post, put, patch or delete.", id="a method that is null",
        ),
        pytest.param(
            {"method": "fetch"}, "KNB401", "method", '"fetch" is not a method that Kustomer knows.',
            "use get, post, put, patch or delete.", id="an unknown method",
        ),
        pytest.param(
            {"uri": "a.b/c"}, "KNB402", "uri", 'the uri "a.b/c" has no http:// or https:// before the host.',
            "write the full URL, as in https://api.example.com/orders.", id="a uri without a scheme",
        ),
        pytest.param(
            {"uri": "ftp://a.b"}, "KNB402", "uri",
            'the uri "ftp://a.b" has another scheme than http:// and https://.',
            "write the full URL, as in https://api.example.com/orders.", id="ftp",
        ),
        pytest.param(
            {"uri": None}, "KNB402", "uri", "the uri is missing.",
            "write the full URL, as in https://api.example.com/orders.", id="no uri",
        ),
        pytest.param(
            {"uri": "{{none}}"}, "KNB402", "uri", "the uri is missing.",
            "write the full URL, as in https://api.example.com/orders.", id="a uri that renders to nothing",
        ),
        pytest.param(
            {"uri": "http://{{{token}}} x"}, "KNB402", "uri",
            'the uri "http://$shop.default.token x" has the invalid host "$shop.default.token x".',
            "write the full URL, as in https://api.example.com/orders.", id="a setting in a bad host",
        ),
        pytest.param(
            {"uri": "http://a.b/日"}, "KNB403", "uri",
            'the URL contains "日", which Node refuses to send unencoded.',
            "pass it in qs, which is encoded, or encode it.", id="a character beyond Latin-1",
        ),
        pytest.param(
            {"data": {"a": 1}, "method": "post"}, "KNB405", "data",
            "data is not a string, and json is not true: npm request refuses such a body.",
            'set "json": true.', id="data without json",
        ),
        pytest.param(
            {"headers": {"a/b": "x"}}, "KNB406", "headers/a~1b", '"a/b" is not a valid header name.',
            "use letters, digits and dashes.", id="a bad header name",
        ),
        pytest.param(
            {"headers": {"X~": "日"}}, "KNB407", "headers/X~0",
            f'the header "X~" contains "日": {NOT_IN_HEADERS}', "remove it, or encode it.",
            id="a bad header value",
        ),
        pytest.param(
            {"headers": {"Content-Length": "{{token}}"}}, "KNB408", "headers/Content-Length",
            'the header Content-Length ("$shop.default.token") is not 0, the length of the body in bytes.',
            "remove that header: npm request writes it by itself.",
            id="a wrong content-length, which is a setting",
        ),
        pytest.param(
            {"uri": "http://a.b/{{#if a}}"}, "KNB301", "uri",
            "`{{#if a}}` opens a block that is never closed.", "end it with {{/if}}.",
            id="a template that cannot be parsed",
        ),
        pytest.param(
            {"method": "{{#if a}}"}, "KNB301", "method",
            "`{{#if a}}` opens a block that is never closed.", "end it with {{/if}}.",
            id="a template in the place of the method",
        ),
        pytest.param(
            {"qs": {"a": "/#fn:,x"}}, "KNB302", "qs/a", "`/#fn:,x` does not name a function.",
            "write the name of the function, the path and the arguments, as in /#fn:parseInt,body.count.",
            id="a function without a name",
        ),
        pytest.param(
            {"json": True, "data": {"a": "{{x}}"}}, "KNB705", "data/a",
            "`x` has no value: it is neither an input nor an app setting.",
            "declare `x` in inputSchema or appSettings, or pass allow_missing={\"x\"}.",
            id="an undeclared variable",
        ),
        pytest.param(
            {"qs": {"a": "/#[x y].z"}}, "KNB705", "qs/a",
            "`[x y].z` has no value: it is neither an input nor an app setting.",
            "declare `[x y]` in inputSchema or appSettings, or pass allow_missing={\"[x y]\"}.",
            id="an undeclared reference",
        ),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_sent_is_refused(build, template, code, name, message, fix):
    request = build(template, {"none": None})

    assert reports(request) == [(code, "error", f"/inputTemplate/{name}", message, fix)]


@pytest.mark.parametrize(
    ("template", "inputs", "code", "name", "message", "fix"),
    [
        pytest.param(
            {"qs": "a=1"}, {}, "KNB404", "qs",
            "qs is a string; it is sent as the query string, as Kustomer's page shows it.", NOT_SPREAD,
            id="a string for qs",
        ),
        pytest.param(
            {"uri": "http://a.b/{{id}}"}, {}, "KNB706", "uri",
            "`id` has no value, so that part of the URL is empty.",
            "pass a value for `id`, or make it required.", id="a declared input without a value in the uri",
        ),
        pytest.param(
            {"uri": "http://a.b/x#y", "qs": {"a": 1}}, {}, "KNB415", "uri",
            "the uri contains a #, and npm request appends qs after it, where it is not sent.",
            "remove the #, or write %23.", id="qs behind a fragment",
        ),
    ],
)  # fmt: skip
def test_a_request_that_is_probably_a_mistake_has_a_warning(
    build, template, inputs, code, name, message, fix
):
    schema = {"properties": {"id": {"type": "string"}}}

    request = build(template, inputs, action={"inputSchema": schema})

    assert reports(request) == [(code, "warning", f"/inputTemplate/{name}", message, fix)]
    request.check()


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        pytest.param(
            {"type": "event"},
            (
                "KNB410", "error", "/type",
                'an action of type "event" runs inside Kustomer and cannot be run from here.',
                "only rest_api actions make an HTTP request.",
            ),
            id="an action of another type",
        ),
        pytest.param(
            {"inputTemplate": None},
            (
                "KNB411", "error", "/inputTemplate",
                "the action has no inputTemplate, so there is no request to make.",
                'add "inputTemplate": {"uri": "…", "method": "…"}.',
            ),
            id="no inputTemplate",
        ),
    ],
)  # fmt: skip
def test_an_action_that_makes_no_request_is_refused_for_that_alone(build, action, expected):
    request = build(action=action)

    assert reports(request) == [expected]


def test_an_action_without_a_type_is_a_rest_api(build):
    request = build(action={"type": None})

    assert reports(request) == []


def test_an_output_that_can_only_fail_is_refused_beforehand(build):
    action = {"outputTemplate": {"a": ["{{shout body.x}}"]}}

    refused = build(action=action)
    accepted = build(action=action, rendering=Rendering(helpers={"shout": lambda options, value: value}))

    assert [(diagnostic.code, diagnostic.pointer) for diagnostic in refused.diagnostics] == [
        ("KNB310", "/outputTemplate/a/0")
    ]
    assert not accepted.diagnostics


def test_no_message_quotes_user_and_password_of_a_url(build):
    request = build({"uri": "http://ann:s3cret@a b/x"})

    (diagnostic,) = request.diagnostics.errors
    assert diagnostic.code == "KNB402"
    assert "s3cret" not in diagnostic.message
    assert "http://a b/x" in diagnostic.message


@pytest.mark.parametrize(
    ("template", "code"),
    [
        pytest.param({"method": "shout"}, "KNB401", id="an unknown method"),
        pytest.param({"method": ""}, "KNB401", id="no method"),
        pytest.param({"uri": "ftp://a.b/c?key=1"}, "KNB402", id="another scheme"),
        pytest.param({"uri": ""}, "KNB402", id="no uri"),
        pytest.param({"uri": "http://a.b/日"}, "KNB403", id="a character beyond Latin-1"),
        pytest.param({"headers": {"x order": "5"}}, "KNB406", id="a bad header name"),
        pytest.param({"headers": {"x-order": "5\n"}}, "KNB407", id="a bad header value"),
        pytest.param({"uri": "http://a.b/x#y", "qs": {"a": 1}}, "KNB415", id="qs after a fragment"),
        pytest.param(None, "KNB411", id="no inputTemplate"),
    ],
)
def test_lint_and_a_run_report_the_same(build, template, code):
    complete = None if template is None else {"uri": "http://a.b", "method": "get", **template}
    definition = an_action(inputTemplate=complete)

    (from_lint,) = [problem for problem in load(definition).lint() if problem.code == code]
    (from_run,) = [
        problem for problem in build(action={"inputTemplate": complete}).diagnostics if problem.code == code
    ]

    assert (from_lint.message, from_lint.fix) == (from_run.message, from_run.fix)
    assert (from_lint.pointer, from_lint.severity) == (from_run.pointer, from_run.severity)
