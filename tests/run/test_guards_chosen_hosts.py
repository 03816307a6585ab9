from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from kustomer_nb import App, load
from kustomer_nb.errors import GuardError
from kustomer_nb.run.guards import HIDDEN_HOST
from kustomer_nb.widgets import RunBar
from tests.run.services import AnyHostService, WriteConfig, resolving
from tests.samples import an_action, an_app, asking

SETTINGS = {"token": "s3cr3t-t0ken"}
EVIL = {"x": "https://evil.example/x"}
KEYS = {"token": {"key": "shop.default.token"}}


def calling(uri: str, *, kind: str | None = "secret", **template: Any) -> App:
    """Return an app whose one action sends the setting ``token`` in a header, and takes any inputs."""
    input_template = {
        "uri": uri,
        "method": "get",
        "headers": {"authorization": "Bearer {{{token}}}"},
        **template,
    }
    action = an_action(appSettings=KEYS, inputTemplate=input_template, sampleOutputContext={})
    declared = {} if kind is None else {"default": {"token": {"type": kind, "defaultValue": ""}}}
    return load(an_app(action, settings=declared))


@pytest.mark.parametrize(
    ("app", "inputs", "host"),
    [
        pytest.param(calling("{{{x}}}"), EVIL, "evil.example", id="the whole URL"),
        pytest.param(calling("/#x"), EVIL, "evil.example", id="as a reference"),
        pytest.param(
            calling("https://{{{x}}}.a.com/"), {"x": "evil.example/?"}, "evil.example", id="a delimiter"
        ),
        pytest.param(
            calling("https://{{{x}}}.a.com/"), {"x": "a@evil.example:8/"}, "evil.example:8", id="a port"
        ),
        pytest.param(calling("https://{{{x}}}.co.uk/"), {"x": "evil"}, "evil.co.uk", id="another domain"),
        pytest.param(
            calling("{{{x}}}", headers={"x-a": "{{toLower token}}"}), EVIL, "evil.example", id="by a helper"
        ),
        pytest.param(
            calling("{{{x}}}", headers={}, qs={"a": "/#token"}), EVIL, "evil.example", id="in the query"
        ),
        pytest.param(
            calling("{{{x}}}", headers={}, json={"a": ["/#token"]}), EVIL, "evil.example", id="in the body"
        ),
        pytest.param(
            calling("{{{x}}}?a={{{token}}}", headers={}), EVIL, "evil.example", id="in the uri itself"
        ),
        pytest.param(
            calling("{{{x}}}", kind=None, headers={"x-a": "/#token"}),
            EVIL,
            "evil.example",
            id="no type",
        ),
        pytest.param(calling("{{{x}}}", kind="string"), EVIL, "evil.example", id="string for authorization"),
        pytest.param(
            calling("{{{x}}}", kind="string", headers={}, qs={"api_key": "/#token"}),
            EVIL,
            "evil.example",
            id="string for a key",
        ),
        pytest.param(
            calling("{{{x}}}", kind="string", headers={}, json={"login": {"apiKey": "/#token"}}),
            EVIL,
            "evil.example",
            id="string for a key in the body",
        ),
    ],
)
def test_a_secret_goes_to_a_host_that_an_input_chose_once_that_is_confirmed(
    app: App, inputs: dict[str, Any], host: str, service: AnyHostService
) -> None:
    action = app.action()

    for confirm in (None, "a.com", "api.shop.com"):
        with pytest.raises(GuardError) as caught:
            action.run(inputs, settings=SETTINGS, confirm=confirm, transport=service.transport)
        error = caught.value.diagnostics[0]
        assert (error.code, error.pointer, caught.value.name) == ("KNB834", "/inputTemplate/uri", host)
        assert "`x`" in error.message
        assert host in error.message
    assert service.hosts == []
    action.run(inputs, settings=SETTINGS, confirm=host, transport=service.transport)
    assert service.hosts == [host.partition(":")[0]]


API = "https://api.shop.com"


@pytest.mark.parametrize(
    ("uri", "headers", "value", "name", "pointer"),
    [
        pytest.param("https://api.shop.com{{{x}}}/", {}, ":8443", "api.shop.com:8443", "uri", id="a port"),
        pytest.param("{{{x}}}://api.shop.com/", {}, "http", "http://api.shop.com", "uri", id="a scheme"),
        pytest.param(
            API, {"Host": "{{{x}}}"}, "evil.example", "evil.example", "headers/Host", id="a host header"
        ),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_chosen_port_scheme_or_header_is_confirmed_by_its_own_name(
    uri: str,
    headers: dict[str, str],
    value: str,
    name: str,
    pointer: str,
    method: str,
    service: AnyHostService,
) -> None:
    sent = {"authorization": "Bearer {{{token}}}", **headers}
    action = calling(uri, method=method, headers=sent).action()

    for confirm in (None, "api.shop.com", "shop.com"):
        with pytest.raises(GuardError) as caught:
            action.run({"x": value}, settings=SETTINGS, confirm=confirm, transport=service.transport)
        error = caught.value.diagnostics[0]
        assert (error.code, error.pointer) == ("KNB834", f"/inputTemplate/{pointer}")
        assert (caught.value.name, "`x`" in error.message, name in error.message) == (name, True, True)
    for confirm in (name, name.upper()):
        action.run({"x": value}, settings=SETTINGS, confirm=confirm, transport=service.transport)
    assert service.hosts == ["api.shop.com"] * 2


def test_a_confirmed_port_does_not_confirm_another_one(service: AnyHostService) -> None:
    action = calling("https://api.shop.com{{{x}}}/").action()
    arguments = {"settings": SETTINGS, "transport": service.transport}

    action.run({"x": ":8443"}, confirm="api.shop.com:8443", **arguments)
    action.run({"x": ":8443"}, **arguments)
    action.run({"x": ":443"}, **arguments)
    with pytest.raises(GuardError, match="KNB834"):
        action.run({"x": ":9999"}, **arguments)


def test_a_confirmed_host_needs_confirmation_again_without_tls(service: AnyHostService) -> None:
    action = calling("{{{x}}}").action()
    arguments = {"settings": SETTINGS, "transport": service.transport}

    action.run(EVIL, confirm="evil.example", **arguments)
    with pytest.raises(GuardError, match="KNB834"):
        action.run({"x": "http://evil.example/"}, **arguments)


@pytest.mark.parametrize(
    ("hosts", "needs_confirmation"),
    [
        pytest.param('["api.shop.com"]', True, id="another host is listed"),
        pytest.param('["*.example", "api.shop.com"]', False, id="the header's is too"),
    ],
)
def test_allowed_hosts_apply_to_a_host_header(
    hosts: str, needs_confirmation: bool, in_project: WriteConfig, service: AnyHostService
) -> None:
    in_project(f"[profiles.p]\nallowed_hosts = {hosts}\n")
    action = calling(API, headers={"host": "{{{x}}}", "x-api-key": "{{{token}}}"}).action()

    with pytest.raises(GuardError, match="KNB834") if needs_confirmation else nullcontext():
        action.run({"x": "evil.example"}, settings=SETTINGS, profile="p", transport=service.transport)


TOKEN = "sk_live_51H8xY2eZvKYlo2C"


@pytest.mark.parametrize(
    ("uri", "template", "pointer"),
    [
        pytest.param(
            "{{{x}}}",
            {"headers": {"authorization": f"Bearer {TOKEN}"}},
            "headers/authorization",
            id="a header",
        ),
        pytest.param("{{{x}}}", {"qs": {"api_key": TOKEN}}, "qs/api_key", id="a parameter"),
        pytest.param("https://me:{token}@{{{x}}}/", {}, "uri", id="a password"),
        pytest.param("{{{x}}}", {"data": {"client_secret": TOKEN}}, "data/client_secret", id="a body"),
    ],
)
def test_a_literal_token_is_a_secret(
    uri: str, template: dict[str, Any], pointer: str, service: AnyHostService
) -> None:
    value = "evil.example" if "@" in uri else EVIL["x"]
    action = asking(uri.replace("{token}", TOKEN), template=template)

    with pytest.raises(GuardError) as caught:
        action.run({"x": value}, transport=service.transport)

    assert (caught.value.diagnostics.codes, caught.value.name) == (["KNB834"], "evil.example")
    assert f"/inputTemplate/{pointer} " in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert service.hosts == []
    action.run({"x": value}, confirm="evil.example", transport=service.transport)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"headers": {"authorization": "Bearer {{{x}}}"}}, id="an input's"),
        pytest.param({"headers": {"accept": "application/json"}}, id="no token"),
        pytest.param({"headers": {"idempotency-key": TOKEN}}, id="no key of a service"),
    ],
)
def test_a_request_without_a_token_may_go_anywhere(template: dict[str, Any], service: AnyHostService) -> None:
    asking("{{{x}}}", template=template).run(EVIL, transport=service.transport)

    assert service.hosts == ["evil.example"]


def test_a_preview_warns_that_a_run_needs_confirmation() -> None:
    action = calling("{{{x}}}").action()

    diagnostics = action.render(EVIL, settings=SETTINGS).diagnostics
    ordinary = action.render({"x": "http://127.0.0.1/"}, settings=SETTINGS).diagnostics

    assert [(finding.code, finding.pointer) for finding in diagnostics] == [("KNB612", "/inputTemplate/uri")]
    assert all(part in diagnostics[0].message for part in ("`x`", "evil.example", "$shop.default.token"))
    assert ordinary.codes == []


def test_an_output_of_a_step_is_an_input(service: AnyHostService) -> None:
    arguments: dict[str, Any] = {"settings": SETTINGS, "steps": {"find": {"url": EVIL["x"]}}}

    with pytest.raises(GuardError) as caught:
        calling("{{{x}}}").action().run({"x": "/#steps.find.url"}, transport=service.transport, **arguments)

    assert caught.value.diagnostics.codes == ["KNB834"]
    assert "evil.example" in str(caught.value)


def test_a_host_is_confirmed_once_for_an_app(service: AnyHostService) -> None:
    app = calling("{{{x}}}")

    def run(uri: str, confirm: str | None = None) -> None:
        app.action().run({"x": uri}, settings=SETTINGS, confirm=confirm, transport=service.transport)

    run("https://evil.example:8443/a", confirm="evil.example")
    run("https://EVIL.example/b")
    with pytest.raises(GuardError, match=r"KNB834 the host other\.example comes from"):
        run("https://other.example/")

    assert service.hosts == ["evil.example", "evil.example"]


@pytest.mark.parametrize(
    ("app", "inputs"),
    [
        pytest.param(calling("https://{{{x}}}.shop.com/"), {"x": "eu"}, id="one label"),
        pytest.param(calling("https://api.shop.com/{{{x}}}"), {"x": "@evil.example"}, id="a path"),
        pytest.param(calling("https://api.shop.com{{{x}}}"), {"x": "/orders"}, id="a path with its slash"),
        pytest.param(calling("{{{x}}}", headers={"accept": "*/*"}), EVIL, id="no setting is sent"),
        pytest.param(
            calling("{{{x}}}", kind="string", headers={"x-shop": "{{{token}}}"}), EVIL, id="no secret is sent"
        ),
        pytest.param(calling("https://{{{token}}}/", headers={}), {}, id="the host of a setting"),
        pytest.param(calling("{{{x}}}"), {"x": "http://127.0.0.1:8000/"}, id="loopback"),
        pytest.param(calling("{{{x}}}"), {"x": "http://[::1]/"}, id="localhost by IPv6"),
        pytest.param(calling("{{{x}}}"), {"x": "http://localhost/"}, id="localhost by name"),
    ],
)
def test_an_ordinary_host_needs_no_confirmation(
    app: App, inputs: dict[str, Any], service: AnyHostService
) -> None:
    app.action().run(inputs, settings=SETTINGS, transport=service.transport)

    assert len(service.hosts) == 1


def test_the_token_of_an_app_account_is_a_secret(service: AnyHostService) -> None:
    action = asking("{{{x}}}", appAccountName="default")

    with pytest.raises(GuardError) as caught:
        action.run(EVIL, accounts={"default": "t0ken"}, transport=service.transport)

    assert caught.value.diagnostics.codes == ["KNB834"]
    assert service.hosts == []


@pytest.mark.parametrize(
    ("profile", "needs_confirmation"),
    [
        pytest.param('allowed_hosts = ["*.example"]', False, id="a list of hosts ends the question"),
        pytest.param('guard = "none"', True, id="that methods are free says nothing of hosts"),
        pytest.param('hosts = { "https://evil.example" = "https://a.shop.com" }', False, id="sent elsewhere"),
        pytest.param('hosts = { "https://a.example" = "https://a.shop.com" }', True, id="another origin"),
    ],
)
def test_the_hosts_of_a_profile_apply(
    profile: str, needs_confirmation: bool, in_project: WriteConfig, service: AnyHostService
) -> None:
    in_project(f"[profiles.p]\n{profile}\n")

    with pytest.raises(GuardError, match="KNB834") if needs_confirmation else nullcontext():
        calling("{{{x}}}").action().run(EVIL, settings=SETTINGS, profile="p", transport=service.transport)


def test_a_profile_with_a_guard_needs_confirmation_of_localhost_too(in_project: WriteConfig) -> None:
    in_project('[profiles.p]\nguard = "confirm"\n')

    with pytest.raises(GuardError, match="KNB834"):
        calling("{{{x}}}").action().run({"x": "http://127.0.0.1/"}, settings=SETTINGS, profile="p")


def test_the_name_of_the_host_confirms_the_method_too(
    in_project: WriteConfig, service: AnyHostService
) -> None:
    in_project("[profiles.p]\n")
    arguments = {"settings": SETTINGS, "profile": "p", "transport": service.transport}
    action = calling("{{{x}}}", method="post").action()

    with pytest.raises(GuardError) as caught:
        action.run(EVIL, **arguments)
    with pytest.raises(GuardError, match="KNB834"):
        action.run(EVIL, confirm="p", **arguments)
    action.run(EVIL, confirm="evil.example", **arguments)

    assert caught.value.diagnostics.codes == ["KNB834", "KNB809"]
    assert service.hosts == ["evil.example"]


@pytest.mark.parametrize("method", ["post", "delete", "put"])
def test_the_second_run_is_confirmed_like_the_first(
    method: str, in_project: WriteConfig, service: AnyHostService
) -> None:
    in_project('[profiles.p]\nguard = "confirm"\n')
    action = calling("https://{{{x}}}/", method=method).action()

    for confirm in ("eu.example", "EU.example", "eu.example"):
        action.run(
            {"x": "eu.example"}, settings=SETTINGS, profile="p", confirm=confirm, transport=service.transport
        )

    assert service.hosts == ["eu.example"] * 3


@pytest.mark.parametrize(
    ("app", "inputs"),
    [
        pytest.param(calling("{{{x}}}", method="post", headers={}), EVIL, id="no secret is sent"),
        pytest.param(calling("https://evil.example/", method="post"), {}, id="no input chose the host"),
        pytest.param(
            calling("https://{{{x}}}.example/", method="post", headers={}), {"x": "evil"}, id="neither"
        ),
    ],
)
def test_the_name_of_the_host_does_not_confirm_a_profile(
    app: App, inputs: dict[str, Any], in_project: WriteConfig, service: AnyHostService
) -> None:
    in_project('[profiles.p]\nguard = "confirm"\n')

    for _ in range(2):
        with pytest.raises(GuardError) as caught:
            app.action().run(
                inputs, settings=SETTINGS, profile="p", confirm="evil.example", transport=service.transport
            )
        assert caught.value.diagnostics.codes == ["KNB809"]


@pytest.mark.parametrize("confirm", ["api.shop.com", "API.shop.com", "Api.Shop.COM"])
@pytest.mark.parametrize("uri", ["https://api.shop.com/", "https://API.SHOP.com/"])
def test_the_name_of_a_host_is_compared_without_case(confirm: str, uri: str, service: AnyHostService) -> None:
    asking(uri, "post").run(confirm=confirm, transport=service.transport)

    assert len(service.hosts) == 1


@pytest.mark.parametrize("confirm", ["shop.com", "api.shop.com:443", "LIVE", ""])
def test_another_name_confirms_neither_host_nor_profile(
    confirm: str, in_project: WriteConfig, service: AnyHostService
) -> None:
    in_project("[profiles.live]\n")

    for profile in (None, "live"):
        with pytest.raises(GuardError, match="KNB809"):
            asking("https://api.shop.com/", "post").run(
                confirm=confirm, profile=profile, transport=service.transport
            )


def test_only_a_preview_warns_that_a_run_needs_confirmation(service: AnyHostService) -> None:
    action = calling("{{{x}}}").action()

    before = action.render(EVIL, settings=SETTINGS).diagnostics.codes
    run = action.run(EVIL, settings=SETTINGS, confirm="evil.example", transport=service.transport)

    assert before == ["KNB612"]
    assert (run.diagnostics.codes, run.request.diagnostics.codes) == ([], [])


@pytest.mark.parametrize(
    ("uri", "settings", "name"),
    [
        pytest.param("https://{{{site}}}/", {"site": "eu.shop.com"}, "", id="a setting"),
        pytest.param("https://{{{site}}}.shop.com/", {"site": "eu"}, "", id="a setting in part"),
        pytest.param("https://eu.shop.com/", {}, "eu.shop.com", id="the author's"),
    ],
)
def test_a_refusal_has_the_name_that_confirms_unless_it_is_hidden(
    uri: str, settings: dict[str, str], name: str
) -> None:
    keys = {"site": {"key": "shop.default.site"}}
    bar = RunBar(asking(uri, "delete", appSettings=keys), settings=settings)

    with pytest.raises(GuardError) as caught:
        asking(uri, "delete", appSettings=keys).run(settings=settings)
    bar.run()

    assert caught.value.name == name
    assert bar.question["name"] == (name or HIDDEN_HOST)
    assert bar.head["words"].endswith(f"Type {f'`{name}`' if name else HIDDEN_HOST} to confirm.")


@pytest.mark.parametrize("mode", ["sample", "fault:429"])
def test_a_mode_that_sends_nothing_needs_no_confirmation(mode: str) -> None:
    assert calling("{{{x}}}").action().run(EVIL, settings=SETTINGS, mode=mode).mode == mode


@pytest.mark.parametrize("addresses", [("203.0.113.5",), ("127.0.0.1", "203.0.113.5")])
def test_a_chosen_localhost_that_is_remote_needs_confirmation(addresses: tuple[str, ...]) -> None:
    transport = resolving(localhost=addresses)

    with pytest.raises(GuardError) as caught:
        calling("{{{x}}}").action().run({"x": "http://localhost/"}, settings=SETTINGS, transport=transport)

    assert (caught.value.diagnostics.codes, caught.value.name) == (["KNB834"], "localhost")
