import pytest

from tests.rules.looking import a_request, an_action, an_app, closed_schema, look, places, quoted

SETTINGS = {"token": {"key": "shop.default.token"}, "site": {"key": "shop.default.site"}}
URI = "/actions/0/inputTemplate/uri"


def calling(uri, *, kind="secret", headers=None, **keys):
    template = a_request(
        uri=uri, headers={"authorization": "Bearer {{{token}}}"} if headers is None else headers
    )
    declared = {
        "token": {"type": kind, "defaultValue": ""},
        "site": {"type": "string", "defaultValue": ""},
    }
    action = an_action(
        appSettings=SETTINGS,
        inputTemplate={**template, **keys.pop("template", {})},
        inputSchema=closed_schema(x="string", order="object", port="string"),
        **keys,
    )
    return an_app(settings={"default": declared}, actions=[action])


@pytest.mark.parametrize(
    ("uri", "severity", "reads"),
    [
        pytest.param("{{{x}}}", "warning", ["{{{x}}}"], id="the whole uri"),
        pytest.param("/#x", "warning", ["/#x"], id="as a reference"),
        pytest.param("/#order.address", "warning", ["/#order.address"], id="a part of an input"),
        pytest.param("https://{{{x}}}/orders", "warning", ["{{{x}}}"], id="the whole host"),
        pytest.param("https://{{toLower x}}/orders", "warning", ["x"], id="through a helper"),
        pytest.param("https://{{#with order}}{{host}}{{/with}}/", "warning", None, id="in a block"),
        pytest.param("https://{{{site}}}.{{{x}}}/", "warning", ["{{{x}}}"], id="the end of it"),
        pytest.param("https://{{{x}}}shop.com/", "warning", ["{{{x}}}"], id="a part of the domain"),
        pytest.param("https://{{{x}}}.co.uk/", "warning", ["{{{x}}}"], id="before a public suffix"),
        pytest.param("https://api.shop.com{{{x}}}", "warning", ["{{{x}}}"], id="directly after it"),
        pytest.param("https://api.shop.com:{{{port}}}/", "warning", ["{{{port}}}"], id="in place of a port"),
        pytest.param("{{{site}}}{{{x}}}/orders", "warning", ["{{{x}}}"], id="after a setting"),
        pytest.param("{{{x}}}://api.shop.com/", "warning", ["{{{x}}}"], id="in place of the scheme"),
        pytest.param("https:/{{{x}}}", "warning", ["{{{x}}}"], id="in place of a slash"),
        pytest.param("https:{{{x}}}/orders", "warning", ["{{{x}}}"], id="in place of both"),
        pytest.param("https{{{x}}}api.shop.com/", "warning", ["{{{x}}}"], id="in place of all three"),
        pytest.param(" HTTPS:/{{{x}}}/api.shop.com/", "warning", ["{{{x}}}"], id="before other slashes"),
        pytest.param("https://{{{x}}}.shop.com/", "hint", ["{{{x}}}"], id="a label before a domain"),
        pytest.param("https://api-{{{x}}}.shop.com:8443/", "hint", ["{{{x}}}"], id="a part of a label"),
    ],
)
def test_an_input_that_may_choose_the_host_is_reported(uri, severity, reads):
    app = calling(uri)

    findings = [finding for finding in look(app) if finding.code == "KNB611"]

    assert {(finding.severity.value, finding.pointer) for finding in findings} == {(severity, URI)}
    assert reads is None or quoted(app, "KNB611") == reads
    assert all(
        any(name in finding.message for name in ("`x`", "`port`", "order", "host")) for finding in findings
    )


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("https://{{{site}}}/{{{x}}}", id="the host of a setting"),
        pytest.param("{{{site}}}/orders/{{{x}}}", id="the address of a setting"),
        pytest.param("/#site", id="a setting as a reference"),
        pytest.param("https://api.shop.com/{{{x}}}", id="a path"),
        pytest.param("https://api.shop.com?q={{{x}}}", id="a query"),
        pytest.param("https://api.shop.com#{{{x}}}", id="a fragment"),
        pytest.param("https://{{#if x}}eu{{else if port}}us{{/if}}.shop.com/", id="a choice of the author's"),
        pytest.param("https://{{_env.orgId}}.shop.com/", id="the organisation"),
        pytest.param("https://api.shop.com/orders", id="the author's own"),
        pytest.param("https://api.shop.com/a:/{{{x}}}", id="a colon in a path"),
    ],
)
def test_a_host_that_no_input_chooses_is_right(uri):
    assert places(calling(uri), "KNB611") == []


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        pytest.param(calling("{{{x}}}", headers={"accept": "*/*"}), 0, id="no setting"),
        pytest.param(calling("{{{x}}}", kind="string", headers={"x-a": "{{{token}}}"}), 0, id="no secret"),
        pytest.param(calling("{{{x}}}", headers={"x-a": "{{{token}}}"}), 1, id="a secret"),
        pytest.param(calling("{{{x}}}", kind="string"), 1, id="text, as a credential"),
        pytest.param(
            calling("{{{x}}}", kind="string", headers={}, template={"qs": {"api_key": "/#token"}}),
            1,
            id="as a key",
        ),
        pytest.param(
            calling("{{{x}}}?key={{{token}}}", kind="string", headers={}), 1, id="as a key in the uri"
        ),
        pytest.param(
            calling("{{{x}}}", kind="string", headers={}, template={"data": {"password": ["/#token"]}}),
            1,
            id="as a password in the body",
        ),
        pytest.param(
            calling("{{{x}}}", kind="string", headers={}, template={"data": {"status": "/#token"}}),
            0,
            id="as a status in the body",
        ),
        pytest.param(calling("{{{x}}}", headers={}, appAccountName="default"), 1, id="an app account"),
    ],
)
def test_only_where_a_secret_goes_along(app, expected):
    assert len(places(app, "KNB611")) == expected


@pytest.mark.parametrize(
    ("host", "severity"),
    [
        pytest.param("{{{x}}}", "warning", id="all of it"),
        pytest.param("/#x", "warning", id="as a reference"),
        pytest.param("api.shop.com{{{x}}}", "warning", id="after it"),
        pytest.param("{{{x}}}.shop.com", "hint", id="a label before a domain"),
        pytest.param("{{{site}}}", None, id="a setting's"),
        pytest.param("tenant.shop.com", None, id="the author's own"),
    ],
)
@pytest.mark.parametrize("name", ["host", "Host"])
def test_a_host_header_is_looked_at_as_the_host_is(name, host, severity):
    headers = {"authorization": "Bearer {{{token}}}", name: host}
    expected = [] if severity is None else [f"{severity} /actions/0/inputTemplate/headers/{name}"]

    assert places(calling("https://api.shop.com/", headers=headers), "KNB611") == expected


TOKEN = "sk_live_51H8xY2eZvKYlo2C"
WRITTEN = [
    pytest.param("{{{x}}}", {"headers": {"authorization": f"Bearer {TOKEN}"}}, True, id="a header"),
    pytest.param("{{{x}}}", {"headers": {}, "qs": {"api_key": TOKEN}}, True, id="a parameter"),
    pytest.param("https://me:{token}@{{{x}}}/", {"headers": {}}, True, id="a password"),
    pytest.param("{{{x}}}?api_key={token}", {"headers": {}}, True, id="in the uri"),
    pytest.param("{{{x}}}", {"headers": {}, "json": {"client_secret": TOKEN}}, True, id="a body"),
    pytest.param("{{{x}}}", {"headers": {"authorization": "Bearer {{{x}}}"}}, False, id="an input's"),
    pytest.param("{{{x}}}", {"headers": {"accept": "application/json"}}, False, id="no token"),
    pytest.param("https://me@{{{x}}}/", {"headers": {}}, False, id="a user alone"),
    pytest.param("{{{x}}}", {"headers": {"idempotency-key": TOKEN}}, False, id="no key of a service"),
]


@pytest.mark.parametrize(("uri", "template", "is_token"), WRITTEN)
def test_a_token_that_is_written_out_is_a_secret(uri, template, is_token):
    app = calling(uri.replace("{token}", TOKEN), headers={}, template=template)

    found = [finding for finding in look(app) if finding.code == "KNB611"]

    assert [finding.pointer for finding in found] == [URI] * is_token
    assert all(TOKEN not in str(finding) for finding in found)
