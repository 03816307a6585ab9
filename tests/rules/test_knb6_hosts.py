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
