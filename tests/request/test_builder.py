import pytest

from kustomer_nb.platform import SAMPLE_ENV, Platform
from kustomer_nb.request import AccountToken
from kustomer_nb.secrets import Secret
from kustomer_nb.template import Kind, Rendering

NOT_SPREAD = (
    "make qs an object: npm request, which the platform seems to use, splits a string into characters."
)
ASSUMED = "it is assumed to be sent as `authorization: Bearer …`; how Kustomer sends it is unknown."
NOT_IN_HEADERS = "headers cannot contain line breaks or characters beyond Latin-1."


def told(request):
    return [(one.code, one.severity.value, one.pointer, one.message, one.fix) for one in request.diagnostics]


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
            {"method": "fetch"}, "KNB401", "method", "'fetch' is not a method that Kustomer knows.",
            "use get, post, put, patch or delete.", id="an unknown method",
        ),
        pytest.param(
            {"uri": "a.b/c"}, "KNB402", "uri", "the uri 'a.b/c' has no http:// or https:// before the host.",
            "write the full URL, as in https://api.example.com/orders.", id="a uri without a scheme",
        ),
        pytest.param(
            {"uri": "ftp://a.b"}, "KNB402", "uri",
            "the uri 'ftp://a.b' has another scheme than http:// and https://.",
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
            "the uri 'http://$shop.default.token x' has the invalid host '$shop.default.token x'.",
            "write the full URL, as in https://api.example.com/orders.", id="a setting in a bad host",
        ),
        pytest.param(
            {"uri": "http://a.b/日"}, "KNB403", "uri",
            "the URL contains '日', which Node refuses to send unencoded.",
            "pass it in qs, which is encoded, or encode it.", id="a character beyond Latin-1",
        ),
        pytest.param(
            {"data": {"a": 1}, "method": "post"}, "KNB405", "data",
            "data is not a string, and json is not true: npm request refuses such a body.",
            'set "json": true.', id="data without json",
        ),
        pytest.param(
            {"headers": {"a/b": "x"}}, "KNB406", "headers/a~1b", "'a/b' is not a valid header name.",
            "use letters, digits and dashes.", id="a bad header name",
        ),
        pytest.param(
            {"headers": {"X~": "日"}}, "KNB407", "headers/X~0",
            f"the header 'X~' contains '日': {NOT_IN_HEADERS}", "remove it, or encode it.",
            id="a bad header value",
        ),
        pytest.param(
            {"headers": {"Content-Length": "{{token}}"}}, "KNB408", "headers/Content-Length",
            "the header Content-Length ('$shop.default.token') is not 0, the length of the body in bytes.",
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
            "declare `x` in inputSchema or appSettings, or pass allow_missing={'x'}.",
            id="an undeclared variable",
        ),
        pytest.param(
            {"qs": {"a": "/#[x y].z"}}, "KNB705", "qs/a",
            "`[x y].z` has no value: it is neither an input nor an app setting.",
            "declare `[x y]` in inputSchema or appSettings, or pass allow_missing={'[x y]'}.",
            id="an undeclared reference",
        ),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_sent_is_refused(build, template, code, name, message, fix):
    request = build(template, {"none": None})

    assert told(request) == [(code, "error", f"/inputTemplate/{name}", message, fix)]


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
def test_a_request_that_is_sent_but_hardly_meant_is_warned_of(
    build, template, inputs, code, name, message, fix
):
    schema = {"properties": {"id": {"type": "string"}}}

    request = build(template, inputs, action={"inputSchema": schema})

    assert told(request) == [(code, "warning", f"/inputTemplate/{name}", message, fix)]
    request.check()


@pytest.mark.parametrize(
    ("qs", "target"),
    [
        pytest.param("?a=b c&d", b"/x?a=b%20c&d", id="with a question mark"),
        pytest.param("a={{token}}", b"/x?a=s3cr3t", id="with a setting"),
        pytest.param("/#query", b"/x?q=1", id="a reference"),
    ],
)
def test_a_string_for_qs_is_sent_as_it_is(build, qs, target):
    request = build({"qs": qs}, {"query": "q=1"})

    assert request.wire().target == target


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        pytest.param("http://a.b/x?", b"/x?a=1", id="to a question mark"),
        pytest.param("http://a.b/x?b", b"/x?b&a=1", id="to a query"),
    ],
)
def test_a_string_for_qs_is_added(build, uri, target):
    request = build({"uri": uri, "qs": "a=1"})

    assert request.wire().target == target


def test_a_string_for_qs_may_be_spread_and_still_hides_a_setting(build):
    request = build({"qs": "a{{token}}"}, token="x&", platform=Platform(string_qs_is_query=False))

    assert request.wire().target == b"/x?0=a&1=x&2=%26&3=a&4=m&5=p&6=%3B"
    assert request.url == "http://api.shop.com/x?0=a&1=$shop.default.token&2=&3=&4=&5=&6="
    assert request.diagnostics[0].message == "qs is a string; it is split into characters."


def test_a_setting_without_a_value_is_refused_once(build):
    template = {
        "uri": "{{{token}}}/x",
        "headers": {"A": "Bearer {{token}}"},
        "json": True,
        "data": {"t": "/#token"},
    }

    request = build(template, token=None)

    assert told(request) == [
        (
            "KNB801",
            "error",
            "/inputTemplate/uri",
            "the setting shop.default.token has no value.",
            "set the environment variable SHOP_DEFAULT_TOKEN, or add a line SHOP_DEFAULT_TOKEN=… to .env.",
        )
    ]
    assert request.url == "$shop.default.token/x"


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"qs": {"a": ["/#token"]}}, id="in qs"),
        pytest.param({"method": "post", "data": "/#token"}, id="as the whole body"),
        pytest.param({"headers": {"A": "/#token"}}, id="in a header"),
        pytest.param({"method": "post", "json": True, "data": "{{[token]}}"}, id="with its name in brackets"),
    ],
)
def test_a_setting_without_a_value_is_refused_wherever_it_stands(build, template):
    request = build(template, token=None)

    assert request.diagnostics.codes == ["KNB801"]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"uri": "{{{token}}}/x"}, id="as the origin"),
        pytest.param({"uri": " {{{[token]}}}/x#y"}, id="cut into pieces"),
        pytest.param({"json": True, "data": {"t": "/#token", "u": ["{{{token}}}"]}}, id="in a body"),
        pytest.param({"headers": {"A": "/#token"}, "qs": {"b": "/#token"}}, id="in a header and qs"),
    ],
)
def test_a_setting_with_a_value_is_not_refused(build, template):
    request = build(template, token="http://a.b/c?d=1")

    assert told(request) == []


def test_every_setting_without_a_value_is_refused_at_once(build):
    settings = {"base": {"key": "shop.default.base"}, "token": {"key": "shop.default.token"}}
    template = {"uri": "{{{base}}}/x", "qs": {"a": "/#token"}, "method": "fetch"}

    request = build(template, token=None, action={"appSettings": settings})

    assert request.diagnostics.codes == ["KNB401", "KNB801", "KNB801"]


def test_data_beside_a_body_in_json_are_not_read(build):
    request = build({"json": {"a": 1}, "data": {"b": ["/#token", "{{x}}"]}}, token=None)

    assert (request.body, told(request)) == ('{"a":1}', [])


def test_a_setting_that_is_not_used_needs_no_value(build):
    request = build(token=None)

    assert told(request) == []


def test_an_undeclared_variable_may_be_allowed(build):
    template = {"uri": "http://a.b/{{x.y}}", "qs": {"z": "/#[x y]", "e": "/#_env.nope"}}

    request = build(template, allow_missing=frozenset({"x", "[x y]"}))

    assert request.diagnostics.codes == ["KNB706"]
    assert [(one.path, one.pointer) for one in request.missing] == [
        ("x.y", "/inputTemplate/uri"),
        ("[x y]", "/inputTemplate/qs/z"),
        ("_env.nope", "/inputTemplate/qs/e"),
    ]


@pytest.mark.parametrize(
    "path",
    [pytest.param("[order id].x", id="in brackets"), pytest.param("order/x", id="with a slash")],
)
def test_a_declared_variable_is_known_however_its_path_is_written(build, path):
    schema = {"properties": {"order id": {"type": "object"}, "order": {"type": "object"}}}

    request = build({"qs": {"a": f"{{{{{path}}}}}"}}, action={"inputSchema": schema})

    assert told(request) == []


def test_an_input_schema_without_properties_declares_nothing(build):
    request = build({"qs": {"a": "/#x"}}, action={"inputSchema": {"properties": ["x"]}})

    assert request.diagnostics.codes == ["KNB705"]


@pytest.mark.parametrize(
    ("setting_beats_input", "token", "sent", "shown"),
    [
        pytest.param(True, "s3cr3t", b"/s3cr3t", "$shop.default.token", id="the setting"),
        pytest.param(False, "s3cr3t", b"/mine", "mine", id="the input"),
        pytest.param(False, None, b"/mine", "mine", id="the input, for there is no setting"),
    ],
)
def test_of_an_input_and_a_setting_of_one_name_one_is_taken(build, setting_beats_input, token, sent, shown):
    platform = Platform(setting_beats_input=setting_beats_input)

    request = build({"uri": "http://a.b/{{token}}"}, {"token": "mine"}, token=token, platform=platform)

    assert request.wire().target == sent
    assert request.url == f"http://a.b/{shown}"


def test_an_input_does_not_stand_in_for_a_setting_without_a_value(build):
    request = build({"uri": "http://a.b/{{token}}"}, {"token": "mine"}, token=None)

    assert request.diagnostics.codes == ["KNB801"]


def test_the_environment_of_the_workflow_is_seen_and_no_input_hides_it(build):
    platform = Platform(env={"orgId": "org-1"})

    request = build({"uri": "http://a.b/{{_env.orgId}}"}, {"_env": {"orgId": "mine"}}, platform=platform)

    assert request.url == "http://a.b/org-1"
    assert request.origins("/uri")[-1].kind is Kind.ENV


@pytest.mark.parametrize(
    ("platform", "target"),
    [
        pytest.param(Platform(), b"/3&amp;", id="as measured"),
        pytest.param(Platform(escape_html=False), b"/3&", id="without escaping"),
        pytest.param(Platform(adjacent_raw_numbers_add=False), b"/12&amp;", id="without sums"),
    ],
)
def test_the_platform_decides_how_templates_render(build, platform, target):
    template = {"uri": "/#uri", "qs": None, "headers": {"n": "{{{a}}}{{{b}}}", "e": "{{c}}"}}

    request = build(template, {"uri": "http://x", "a": 1, "b": 2, "c": "&"}, platform=platform)

    assert b"/" + request.headers["n"].encode() + request.headers["e"].encode() == target


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        pytest.param(
            {"type": "event"},
            (
                "KNB410", "error", "/type",
                "an action of type 'event' runs inside Kustomer and cannot be run from here.",
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

    assert told(request) == [expected]


def test_an_action_without_a_type_is_a_rest_api(build):
    request = build(action={"type": None})

    assert told(request) == []


def test_every_fault_is_told_at_once(build):
    template = {"uri": "", "method": "", "headers": {"a b": "x"}, "data": 1, "qs": {"a": "/#b"}}

    request = build(template, action={"type": "event"})

    assert request.diagnostics.codes == ["KNB410", "KNB401", "KNB405", "KNB402", "KNB406", "KNB705"]


def test_the_body_of_a_get_is_sent(build):
    request = build({"json": True, "data": {"a": 1}})

    assert request.wire().body == b'{"a":1}'
    assert told(request) == []


@pytest.mark.parametrize(
    ("template", "inputs", "body", "parses_json"),
    [
        pytest.param({"json": "/#on", "data": [1]}, {"on": True}, "[1]", True, id="json by reference"),
        pytest.param(
            {"json": "{{on}}", "data": [1]}, {"on": False}, "[1]", True, id="json as text, which is true"
        ),
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


@pytest.mark.parametrize(
    ("hosts", "sent_to"),
    [
        pytest.param(
            {"http://api.shop.com": "http://127.0.0.1:8000"}, "http://127.0.0.1:8000", id="the origin"
        ),
        pytest.param(
            {"HTTP://API.shop.com:80/": "http://localhost"}, "http://localhost", id="written otherwise"
        ),
        pytest.param({"https://api.shop.com": "http://localhost"}, None, id="another scheme"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_an_authored_origin_is_redirected(build, hosts, sent_to):
    request = build(hosts=hosts)

    assert (request.sent_to.origin if request.sent_to else None) == sent_to
    assert request.url == "http://api.shop.com/x"


def test_a_redirection_with_a_bad_address_is_refused(build):
    request = build(hosts={"http://api.shop.com": "127.0.0.1:8000"})

    assert told(request) == [
        (
            "KNB409",
            "error",
            "",
            "hosts maps 'http://api.shop.com' to '127.0.0.1:8000'; "
            "one of them has no http:// or https:// before the host.",
            'write both as origins, as in "http://127.0.0.1:8000".',
        )
    ]


def test_a_request_without_an_address_is_not_redirected(build):
    request = build({"uri": ""}, hosts={"a": "b"})

    assert request.diagnostics.codes == ["KNB402"]
    assert request.sent_to is None


ACCOUNT = {"appAccountName": "default"}


def test_an_app_account_without_a_token_is_refused(build):
    request = build(action=ACCOUNT)

    assert told(request) == [
        (
            "KNB811",
            "error",
            "/appAccountName",
            f"the app account 'default' has no token; {ASSUMED}",
            "pass accounts={'default': token}, or name its variable under accounts in the profile.",
        )
    ]


def test_the_token_of_an_app_account_is_assumed_to_be_a_bearer(build):
    request = build(action=ACCOUNT, accounts={"default": AccountToken(Secret("0auth", source="test"))})

    assert told(request) == [
        ("KNB812", "warning", "/appAccountName", f"the token of the app account: {ASSUMED}", "")
    ]
    assert request.headers["authorization"] == "Bearer $account.default"
    assert (b"authorization", b"Bearer 0auth") in request.wire().headers


def test_in_a_header_of_its_own_the_token_of_an_app_account_stands_alone(build):
    token = AccountToken(Secret("0auth", source="test"), "x-token")

    request = build(action=ACCOUNT, accounts={"default": token})

    assert request.headers["x-token"] == "$account.default"
    assert (b"x-token", b"0auth") in request.wire().headers


def test_a_token_that_no_header_can_hold_is_refused(build):
    request = build(action=ACCOUNT, accounts={"default": AccountToken(Secret("a\nb", source="test"))})

    assert [(one.code, one.pointer) for one in request.diagnostics.errors] == [("KNB407", "/appAccountName")]


def test_an_authorization_of_the_author_stands_in_for_the_app_account(build):
    request = build({"headers": {"Authorization": "mine"}}, action=ACCOUNT)

    assert told(request) == []
    assert request.headers["Authorization"] == "mine"


@pytest.mark.parametrize(
    ("env", "codes"),
    [
        pytest.param(None, ["KNB707"], id="a sample value is never sent"),
        pytest.param({"orgId": "61f0"}, [], id="a real one is"),
    ],
)
def test_the_environment_of_the_workflow_is_sent_when_it_is_real(build, env, codes):
    platform = Platform(env=env) if env else Platform()

    request = build({"uri": "http://a.b/{{{_env.orgId}}}", "method": "get"}, platform=platform)

    assert request.diagnostics.codes == codes


@pytest.mark.parametrize(
    ("read", "env", "codes"),
    [
        pytest.param("{{{_env.workflowId}}}", {"orgId": "61f0"}, ["KNB707"], id="another one is given"),
        pytest.param("/#_env", {"orgId": "61f0"}, ["KNB707"], id="all of them, one given"),
        pytest.param("/#_env", {"orgId": "1", "workflowId": "2", "appVersion": "3"}, [], id="all given"),
        pytest.param("{{{_env.orgId}}}", {"orgId": "61f0"}, [], id="the one that is read"),
    ],
)
def test_each_value_of_the_environment_is_real_by_itself(build, read, env, codes):
    platform = Platform(env={**SAMPLE_ENV, **env})

    request = build({"method": "post", "json": True, "data": {"x": read}}, platform=platform)

    assert request.diagnostics.errors.codes == codes


def test_a_value_that_escaping_changed_is_said_without_the_value(build):
    template = {"uri": "http://a.b/{{x}}/{{{x}}}/{{y}}", "method": "get"}

    request = build(template, {"x": "a=b", "y": "plain"})

    (found,) = request.diagnostics.warnings
    assert (found.code, found.pointer) == ("KNB708", "/inputTemplate/uri")
    assert found.message == "`x` is changed by HTML escaping: {{ }} escapes & < > \" ' ` and =."
    assert found.fix == "write {{{x}}}."


def test_of_a_setting_it_is_said_how_many_characters_escaping_changed(build):
    request = build({"headers": {"x-key": "{{token}}", "x-raw": "{{{token}}}"}}, token="s3cr=t&=")

    (found,) = request.diagnostics.warnings
    assert (found.code, found.pointer) == ("KNB708", "/inputTemplate/headers/x-key")
    assert found.message.endswith(" Escaping changed 3 characters of $shop.default.token.")


@pytest.mark.parametrize(
    ("header", "token", "is_doubled"),
    [
        pytest.param("Bearer {{{token}}}", "Bearer s3cr3t", True, id="Bearer twice"),
        pytest.param("bearer  {{{token}}}", " BEARER s3cr3t", True, id="in other letters"),
        pytest.param("Basic {{{token}}}", "Basic czNjcjN0", True, id="Basic twice"),
        pytest.param("Bearer {{{token}}}", "s3cr3t", False, id="once"),
        pytest.param("{{{token}}}", "Bearer s3cr3t", False, id="in the value alone"),
        pytest.param("Bearer {{{token}}}", "Bearers3cr3t", False, id="a token that begins so"),
        pytest.param("Basic {{{token}}}", "Bearer s3cr3t", False, id="two words"),
    ],
)
def test_a_word_that_template_and_value_both_write_is_said(build, header, token, is_doubled):
    request = build({"headers": {"authorization": header}}, token=token)

    found = [one for one in request.diagnostics if one.code == "KNB608"]
    assert [one.pointer for one in found] == ["/inputTemplate/headers/authorization"] * is_doubled
    assert "s3cr3t" not in "".join(map(str, found))


def test_a_doubled_bearer_of_an_app_account_is_said(build):
    request = build(action=ACCOUNT, accounts={"default": AccountToken(Secret("Bearer 0auth", source="test"))})

    assert [one.code for one in request.diagnostics] == ["KNB812", "KNB608"]


def test_a_setting_without_a_value_names_the_variable_that_a_profile_reads(build):
    template = {"headers": {"x-key": "{{{token}}}"}}

    request = build(template, token=None, variables={"shop.default.token": "LIVE_TOKEN"})

    (found,) = request.diagnostics.errors
    assert found.fix == "set the environment variable LIVE_TOKEN, or add a line LIVE_TOKEN=… to .env."


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("{{#if token}}Bearer {{{token}}}{{/if}}", id="a condition"),
        pytest.param("{{#unless token}}none{{/unless}}", id="an inverted condition"),
        pytest.param("{{#each token}}a{{/each}}", id="a loop"),
        pytest.param("{{#with token}}a{{/with}}", id="with"),
        pytest.param("{{toLower token}}", id="a helper"),
        pytest.param("/#fn:ifExists,token,yes", id="a function"),
    ],
)
def test_a_setting_that_is_only_asked_for_must_have_a_value_too(build, value):
    request = build({"headers": {"x-key": value}}, token=None)

    (found,) = request.diagnostics.errors
    assert (found.code, found.pointer) == ("KNB801", "/inputTemplate/headers/x-key")
    assert not build({"headers": {"x-key": value}}).diagnostics.errors


def test_a_sample_value_of_the_environment_that_is_only_asked_for_is_not_sent_either(build):
    request = build({"headers": {"x-org": "{{#if _env.orgId}}a{{/if}}"}})

    assert request.diagnostics.errors.codes == ["KNB707"]


def test_every_fault_of_a_body_is_told(build):
    request = build({"json": True, "data": {"a": "{{a", "b": ["{{b", "/#"]}})

    assert [(one.code, one.pointer) for one in request.diagnostics.errors] == [
        ("KNB301", "/inputTemplate/data/a"),
        ("KNB301", "/inputTemplate/data/b/0"),
        ("KNB302", "/inputTemplate/data/b/1"),
    ]


def test_one_place_in_a_loop_is_told_once(build):
    request = build(
        {"json": True, "data": "{{#each l}}{{@root.gone}}{{../l.gone}}{{/each}}"}, {"l": list(range(99))}
    )

    assert [(one.code, one.span.column) for one in request.diagnostics.errors] == [
        ("KNB705", 14),
        ("KNB705", 28),
    ]


@pytest.mark.parametrize("template", ["{{../x}}", "{{@index}}"])
def test_what_can_name_no_variable_is_told_so(build, template):
    request = build({"headers": {"x-a": f"a{template}"}})

    (found,) = request.diagnostics
    assert (found.code, found.severity.value) == ("KNB706", "warning")
    assert found.message == f"`{template.strip('{}')}` has no value here."


def test_an_output_that_can_only_fail_is_refused_before_anything_is_sent(build):
    action = {"outputTemplate": {"a": ["{{shout body.x}}"]}}

    refused = build(action=action)
    taken = build(action=action, rendering=Rendering(helpers={"shout": lambda options, value: value}))

    assert [(one.code, one.pointer) for one in refused.diagnostics] == [("KNB310", "/outputTemplate/a/0")]
    assert not taken.diagnostics


def test_no_message_quotes_user_and_password_of_an_address(build):
    request = build({"uri": "http://ann:s3cret@a b/x"})

    (found,) = request.diagnostics.errors
    assert found.code == "KNB402"
    assert "s3cret" not in found.message
    assert "http://a b/x" in found.message


def nested(depth, kind):
    value = "x"
    for at in range(depth):
        value = [value] if kind == "array" or (kind == "both" and at % 2) else {"a": value}
    return value


@pytest.mark.parametrize("kind", ["object", "array", "both"])
@pytest.mark.parametrize("part", ["headers", "qs", "data", "json"])
@pytest.mark.parametrize("depth", [3, 200, 440])
def test_what_is_nested_deep_is_built_in_every_part(build, part, kind, depth):
    value = nested(depth, kind)

    request = build({"method": "post", "json": True, part: {"a": value}})

    assert request.diagnostics.errors.codes == []
    assert isinstance(request.to_json(), dict)
    if part in ("data", "json"):
        assert request.body.count("[") + request.body.count("{") == depth + 1
    if part == "headers":
        # As JavaScript makes a string of it.
        assert request.headers["a"] == ("x" if kind == "array" else "[object Object]")


@pytest.mark.parametrize("part", ["headers", "qs", "data", "json"])
def test_what_is_nested_too_deep_to_be_rendered_is_refused(build, part):
    request = build({"method": "post", "json": True, part: {"a": nested(3000, "array")}})

    assert [(fault.code, fault.pointer) for fault in request.diagnostics.errors] == [
        ("KNB307", f"/inputTemplate/{part}")
    ]
