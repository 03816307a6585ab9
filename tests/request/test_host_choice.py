import pytest

from kustomer_nb.request.domains import is_registrable
from kustomer_nb.template import Rendering

INPUTS = {
    "whole": "https://evil.example/x",
    "host": "evil.example",
    "order": {"address": "https://evil.example", "hosts": ["evil.example"]},
}
OWN = Rendering(helpers={"mine": lambda call, value: value})


@pytest.mark.parametrize(
    ("uri", "inputs"),
    [
        pytest.param("{{{whole}}}", ("whole",), id="the whole uri"),
        pytest.param("/#whole", ("whole",), id="as a reference"),
        pytest.param("/#order.address", ("order.address",), id="a part of an input"),
        pytest.param("/#fn:mine,whole", ("whole",), id="through a function"),
        pytest.param("{{{toLower whole}}}", ("whole",), id="through a helper"),
        pytest.param("https://{{{host}}}/x?token={{{token}}}", ("host",), id="the whole host"),
        pytest.param("https://{{{host}}}:443/x", ("host",), id="before a port"),
        pytest.param("https://me@{{{host}}}/x", ("host",), id="after a user"),
        pytest.param("https://{{#each order.hosts}}{{this}}{{/each}}/", ("order.hosts.0",), id="in a loop"),
        pytest.param("https://{{#with order}}{{hosts.[0]}}{{/with}}/", ("order.hosts.0",), id="in a block"),
        pytest.param("https://{{lookup order.hosts 0}}/", ("order.hosts.0",), id="looked up"),
        pytest.param("https://{{{token}}}.{{{host}}}/", ("host",), id="after a setting"),
    ],
)
def test_an_input_that_is_the_host_chooses_it(build, uri, inputs):
    request = build({"uri": uri}, INPUTS, rendering=OWN)

    assert request.host_inputs == inputs


@pytest.mark.parametrize(
    ("uri", "value", "host"),
    [
        pytest.param("https://{{{x}}}.shop.com/", "evil.example/?", "evil.example", id="a slash"),
        pytest.param("https://{{{x}}}.shop.com/", "evil.example?", "evil.example", id="a question mark"),
        pytest.param("https://{{{x}}}.shop.com/", "evil.example#", "evil.example", id="a number sign"),
        pytest.param("https://{{{x}}}.shop.com/", "evil.example\\", "evil.example", id="a backslash"),
        pytest.param("https://{{{x}}}.shop.com/", "a@evil.example:443/", "evil.example:443", id="a user"),
        pytest.param("https://{{{x}}}.shop.com/", "a@b", "b.shop.com", id="a user before the domain"),
        pytest.param("https://{{{x}}}.shop.com/", "a.b", "a.b.shop.com", id="two labels"),
        pytest.param("https://{{{x}}}.shop.com/", "a\u3002b", "a.b.shop.com", id="two labels, another dot"),
        pytest.param("https://{{{x}}}shop.com/", "evil", "evilshop.com", id="another domain"),
        pytest.param("https://{{{x}}}-shop.com/", "evil", "evil-shop.com", id="a domain it is a part of"),
        pytest.param("https://{{{x}}}.co.uk/", "evil", "evil.co.uk", id="below a public suffix"),
        pytest.param("https://{{{x}}}.com/", "evil", "evil.com", id="below a top-level domain"),
        pytest.param("https://{{{x}}}.github.io/", "evil", "evil.github.io", id="below a shared domain"),
        pytest.param("https://{{{x}}}.0.0.1/", "10", "10.0.0.1", id="another address"),
        pytest.param("https://shop.{{{x}}}/", "evil", "shop.evil", id="the end of the host"),
        pytest.param(
            "https://api.shop.com{{{x}}}", ".evil.example/", "api.shop.com.evil.example", id="after it"
        ),
        pytest.param("https://api.shop.com{{{x}}}", "@evil.example", "evil.example", id="the host as a user"),
        pytest.param(
            "https://api.shop.com:{{{x}}}/", "1@evil.example", "evil.example", id="in place of a port"
        ),
        pytest.param(
            "https://api.shop.com{{{x}}}.shop.internal/", "/", "api.shop.com", id="less of the host"
        ),
        pytest.param(
            "https://{{{x}}}@api.shop.com/", "evil.example/", "evil.example", id="in place of a user"
        ),
        pytest.param(
            "{{{x}}}://api.shop.com/", "https://evil.example/?", "evil.example", id="in place of a scheme"
        ),
    ],
)
def test_an_input_that_changes_the_host_chooses_it(build, uri, value, host):
    request = build({"uri": uri}, {"x": value})

    assert (request.host, request.host_inputs) == (host, ("x",))


@pytest.mark.parametrize(
    ("uri", "value", "part"),
    [
        pytest.param("https://api.shop.com{{{x}}}/", ":8443", "port", id="a port with its colon"),
        pytest.param("https://api.shop.com:{{{x}}}/", "8443", "port", id="a port"),
        pytest.param("https://api.shop.com:84{{{x}}}/", "43", "port", id="a part of a port"),
        pytest.param("https://api.shop.com:84{{{x}}}43/", "/", "port", id="less of a port"),
        pytest.param("https://eu.shop.com:{{{x}}}/?{{{y}}}", "80", "port", id="the port of another scheme"),
        pytest.param("{{{x}}}://api.shop.com/", "http", "scheme", id="a scheme"),
        pytest.param("http{{{x}}}://api.shop.com/", "s", "scheme", id="a part of a scheme"),
        pytest.param("{{{x}}}api.shop.com/", "http://", "scheme", id="a scheme with its slashes"),
        pytest.param("{{{x}}}://{{{y}}}.shop.com/", "http", "scheme", id="before an ordinary label"),
        pytest.param(
            "https://{{{y}}}.shop.com:{{{x}}}/{{{y}}}", "8443", "port", id="after an ordinary label"
        ),
    ],
)
def test_an_input_may_choose_port_and_scheme_too(build, uri, value, part):
    request = build({"uri": uri}, {"x": value, "y": "eu"})

    assert (request.host_inputs, request.host_choice.part) == (("x",), part)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        pytest.param("{{{x}}}", "evil.example", id="all of it"),
        pytest.param("{{{x}}}.shop.com", "evil.example/?", id="a delimiter"),
        pytest.param("eu.shop.com{{{x}}}", ":8443", id="a port"),
        pytest.param("{{{x}}}.co.uk", "evil", id="below a public suffix"),
        pytest.param("{{{x}}}", "evil example", id="no host at all"),
        pytest.param("/#x", "evil.example", id="as a reference"),
    ],
)
@pytest.mark.parametrize("name", ["host", "Host", "HOST"])
def test_an_input_may_choose_the_host_header(build, name, header, value):
    request = build({"headers": {name: header}}, {"x": value})

    assert (request.host_inputs, request.host_choice.part) == (("x",), "host header")
    assert request.host_choice.pointer == f"/inputTemplate/headers/{name}"


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        pytest.param({"host": "{{{x}}}"}, "API.shop.com", id="that of the uri"),
        pytest.param({"host": "{{{x}}}.shop.com"}, "eu", id="one label"),
        pytest.param({"host": "tenant.shop.com"}, "evil.example", id="the author's"),
        pytest.param({"host": "{{{token}}}"}, "evil.example", id="a setting's"),
        pytest.param({"x-host": "{{{x}}}", "origin": "{{{x}}}"}, "evil.example", id="other headers"),
    ],
)
def test_an_ordinary_host_header_is_chosen_by_no_input(build, headers, value):
    assert build({"headers": headers}, {"x": value}).host_inputs == ()


@pytest.mark.parametrize(
    ("uri", "value"),
    [
        pytest.param("https://{{{x}}}.shop.com/", "eu", id="one label"),
        pytest.param("https://{{x}}.shop.co.uk/", "EU-1", id="one label below a country"),
        pytest.param("https://api-{{{x}}}.eu.shop.com/", "1", id="a part of a label"),
        pytest.param("https://{{{x}}}.shop.com:8443/", "m\u00fcnchen", id="one label beyond ASCII"),
        pytest.param("https://{{{x}}}.{{{token}}}/", "eu", id="one label before the domain of a setting"),
        pytest.param("https://{{{x}}}.mine.github.io/", "eu", id="below one's own name of a shared domain"),
        pytest.param("https://api.shop.com/{{{x}}}", "@evil.example/?#", id="a path"),
        pytest.param("https://api.shop.com{{{x}}}", "/orders", id="a path with its slash"),
        pytest.param("https://api.shop.com?q={{{x}}}", "@evil.example/", id="a query"),
        pytest.param("https://api.shop.com:{{{x}}}/", "443", id="the port it has anyway"),
        pytest.param("https://api.shop.com{{{x}}}/", ":443", id="that port with its colon"),
        pytest.param("https://api.shop.com:8443{{{x}}}", "/orders", id="a path after a port"),
        pytest.param("https://{{{x}}}@api.shop.com/", "ann", id="a user"),
        pytest.param("{{{x}}}://api.shop.com/", "HTTPS", id="the scheme that is safe"),
        pytest.param(
            "https://{{#if x}}eu{{else}}us{{/if}}.shop/", "evil.example/", id="a choice of the author's"
        ),
        pytest.param("https://{{{token}}}/{{{x}}}", "x", id="the host of a setting"),
        pytest.param("https://{{{toLower token}}}/{{{x}}}", "x", id="of a setting through a helper"),
        pytest.param("https://api.shop.com/", "evil.example", id="the author's own"),
    ],
)
def test_an_ordinary_host_is_chosen_by_no_input(build, uri, value):
    request = build({"uri": uri}, {"x": value}, token="Shop.com")

    assert request.diagnostics.errors.codes == []
    assert request.host_inputs == ()


@pytest.mark.parametrize(
    "domain",
    [
        "shop.com",
        "a.b.shop.com",
        "shop.co.uk",
        "mine.github.io",
        "shop.com.",
        "t.co",
        "shop.gouv.fr",
        "mine.supabase.co",
        "adv.de",
        "qc.com",
        "supabase.com",
        "mywebhook.site",
    ],
)
def test_a_domain_with_one_owner_is_registrable(domain):
    assert is_registrable(domain)


SHARED = """
com . co.uk com.au org.nz github.io HerokuApp.com myshopify.com execute-api.us-east-1.amazonaws.com
blob.core.windows.net 10.0.0.1.nip.io 0.0.1 localhost a..com supabase.co webhook.site pythonanywhere.com
beeceptor.com requestcatcher.com convex.site convex.cloud translate.goog gouv.fr adv.br QC.ca gob.mx gv.at
asso.fr msk.ru tokyo.jp nsw.au eu.oast.fun hf.space
"""


@pytest.mark.parametrize("domain", ["", *SHARED.split()])
def test_a_shared_domain_is_not(domain):
    assert not is_registrable(domain)
