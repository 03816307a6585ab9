import pytest

from kustomer_nb.platform import SAMPLE_ENV, Platform
from tests.request.reports import reports


def test_a_setting_without_a_value_is_refused_once(build):
    template = {
        "uri": "{{{token}}}/x",
        "headers": {"A": "Bearer {{token}}"},
        "json": True,
        "data": {"t": "/#token"},
    }

    request = build(template, token=None)

    assert reports(request) == [
        (
            "KNB801",
            "error",
            "/inputTemplate/uri",
            "the setting shop.default.token has no value.",
            "set the environment variable SHOP_DEFAULT_TOKEN, add a line SHOP_DEFAULT_TOKEN=… to .env, "
            'pass settings={"shop.default.token": …}, name another variable under settings in '
            "kustomer-nb.toml, or run `keyring set kustomer-nb shop.default.token` (package keyring).",
        )
    ]
    assert request.url == "$shop.default.token/x"


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"qs": {"a": ["/#token"]}}, id="in qs"),
        pytest.param({"method": "post", "data": "/#token"}, id="as the whole body"),
        pytest.param({"headers": {"A": "/#token"}}, id="in a header"),
        pytest.param(
            {"method": "post", "json": True, "data": {"a": "{{[token]}}"}}, id="with its name in brackets"
        ),
    ],
)
def test_a_setting_without_a_value_is_refused_everywhere(build, template):
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
    request = build(template, token="http://a.b/c")

    assert reports(request) == []


def test_every_setting_without_a_value_is_refused_at_once(build):
    settings = {"base": {"key": "shop.default.base"}, "token": {"key": "shop.default.token"}}
    template = {"uri": "{{{base}}}/x", "qs": {"a": "/#token"}, "method": "fetch"}

    request = build(template, token=None, action={"appSettings": settings})

    assert request.diagnostics.codes == ["KNB401", "KNB801", "KNB801"]


def test_a_setting_that_is_not_used_needs_no_value(build):
    request = build(token=None)

    assert reports(request) == []


def test_a_setting_without_a_value_names_the_variable_that_a_profile_reads(build):
    template = {"headers": {"x-key": "{{{token}}}"}}

    request = build(template, token=None, variables={"shop.default.token": "LIVE_TOKEN"})

    (diagnostic,) = request.diagnostics.errors
    assert diagnostic.fix == (
        "set the environment variable LIVE_TOKEN, add a line LIVE_TOKEN=… to .env, or pass "
        'settings={"shop.default.token": …}.'
    )


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
def test_a_setting_that_is_only_tested_needs_a_value_too(build, value):
    request = build({"headers": {"x-key": value}}, token=None)

    (diagnostic,) = request.diagnostics.errors
    assert (diagnostic.code, diagnostic.pointer) == ("KNB801", "/inputTemplate/headers/x-key")
    assert not build({"headers": {"x-key": value}}).diagnostics.errors


def test_an_undeclared_variable_may_be_allowed(build):
    template = {"uri": "http://a.b/{{x.y}}", "qs": {"z": "/#[x y]", "e": "/#_env.nope"}}

    request = build(template, allow_missing=frozenset({"x", "[x y]"}))

    assert request.diagnostics.codes == ["KNB706"]
    assert [(reference.path, reference.pointer) for reference in request.missing] == [
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

    assert reports(request) == []


def test_an_input_schema_without_properties_declares_nothing(build):
    request = build({"qs": {"a": "/#x"}}, action={"inputSchema": {"properties": ["x"]}})

    assert request.diagnostics.codes == ["KNB705"]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("/#steps.1.id", "let the workflow fill it with `/#steps.1.id`"),
        ("{{conversation.id}}", "let the workflow fill it with a reference to it"),
        ("{{body.total}}", "such as `/#steps.<id>.body.total`"),
        ("/#order.id", "declare `order` in inputSchema or appSettings"),
        ("/#steps", "declare `steps` in inputSchema or appSettings"),
    ],
)
def test_a_value_of_the_workflow_is_passed_as_an_input(build, text, fix):
    (diagnostic,) = build({"json": True, "data": {"a": text}}).diagnostics

    assert diagnostic.code == "KNB705"
    assert fix in diagnostic.fix


@pytest.mark.parametrize("template", ["{{../x}}", "{{@index}}"])
def test_a_path_that_cannot_name_a_variable_has_a_warning(build, template):
    request = build({"headers": {"x-a": f"a{template}"}})

    (diagnostic,) = request.diagnostics
    assert (diagnostic.code, diagnostic.severity.value) == ("KNB706", "warning")
    assert diagnostic.message == f"`{template.strip('{}')}` has no value here."


def test_one_location_in_a_loop_is_reported_once(build):
    request = build(
        {"json": True, "data": "{{#each l}}{{@root.gone}}{{../l.gone}}{{/each}}"}, {"l": list(range(99))}
    )

    assert [(diagnostic.code, diagnostic.span.column) for diagnostic in request.diagnostics.errors] == [
        ("KNB705", 14),
        ("KNB705", 28),
    ]


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


def test_a_sample_value_that_is_only_tested_is_refused_too(build):
    request = build({"headers": {"x-org": "{{#if _env.orgId}}a{{/if}}"}})

    assert request.diagnostics.errors.codes == ["KNB707"]


def test_a_change_by_escaping_is_reported_without_the_value(build):
    template = {"uri": "http://a.b/{{x}}/{{{x}}}/{{y}}", "method": "get"}

    request = build(template, {"x": "a=b", "y": "plain"})

    (diagnostic,) = request.diagnostics.warnings
    assert (diagnostic.code, diagnostic.pointer) == ("KNB708", "/inputTemplate/uri")
    assert diagnostic.message == "`x` is changed by HTML escaping: {{ }} escapes & < > \" ' ` and =."
    assert diagnostic.fix == "write {{{x}}}."


def test_the_number_of_characters_that_escaping_changed_in_a_setting_is_reported(build):
    request = build({"headers": {"x-key": "{{token}}", "x-raw": "{{{token}}}"}}, token="s3cr=t&=")

    (diagnostic,) = request.diagnostics.warnings
    assert (diagnostic.code, diagnostic.pointer) == ("KNB708", "/inputTemplate/headers/x-key")
    assert diagnostic.message.endswith(" Escaping changed 3 characters of $shop.default.token.")
