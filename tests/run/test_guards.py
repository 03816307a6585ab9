from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb.config import Profile, load_profile
from kustomer_nb.errors import GuardError
from kustomer_nb.reporting import guard_text
from kustomer_nb.run.guards import admit
from kustomer_nb.transport import Destination
from tests.samples import asking, raw_server


def destination_at(host: str, *addresses: str, port: int = 443) -> Destination:
    shown = f"https://{host}" if port == 443 else f"https://{host}:{port}"
    return Destination("https", host, port, addresses, shown)


@pytest.mark.parametrize(
    ("allowed", "destination"),
    [
        pytest.param(None, destination_at("api.shop.com", "203.0.113.7"), id="no list allows any host"),
        pytest.param(("api.shop.com",), destination_at("API.shop.com", "203.0.113.7"), id="in any case"),
        pytest.param(("*.shop.com",), destination_at("api.shop.com", "203.0.113.7"), id="by a wildcard"),
        pytest.param(
            ("api.shop.com:8443",), destination_at("api.shop.com", "203.0.113.7", port=8443), id="by port"
        ),
        pytest.param((), destination_at("localhost", "127.0.0.1", "::1"), id="localhost always"),
        pytest.param((), destination_at("[::1]"), id="loopback, not resolved"),
        pytest.param(
            ("[2001:db8::1]",), destination_at("[2001:db8::1]", "2001:db8::1"), id="IPv6 in brackets"
        ),
        pytest.param(
            ("[2001:db8::1]:443",), destination_at("2001:db8::1", "2001:db8::1"), id="IPv6 with its port"
        ),
        pytest.param(
            ("169.254.169.254",), destination_at("169.254.169.254", "169.254.169.254"), id="metadata by name"
        ),
    ],
)
def test_a_destination_is_allowed(allowed: tuple[str, ...] | None, destination: Destination) -> None:
    admit(destination, Profile(allowed_hosts=allowed))


@pytest.mark.parametrize(
    ("allowed", "destination", "code"),
    [
        pytest.param(("api.shop.com",), destination_at("shop.com", "203.0.113.7"), "KNB826", id="not listed"),
        pytest.param(
            ("api.shop.com:443",), destination_at("api.shop.com", port=8443), "KNB826", id="another port"
        ),
        pytest.param(
            (), destination_at("api.shop.com", "127.0.0.1", "203.0.113.7"), "KNB826", id="not only here"
        ),
        pytest.param(None, destination_at("169.254.169.254"), "KNB827", id="metadata, not looked up"),
        pytest.param(
            None,
            destination_at("innocent.shop.com", "169.254.169.254"),
            "KNB827",
            id="a name that resolves to it",
        ),
        pytest.param(
            None, destination_at("a.shop.com", "203.0.113.7", "fe80::1"), "KNB827", id="one of several"
        ),
        pytest.param(None, destination_at("metadata.google.internal"), "KNB827", id="by its known name"),
        pytest.param(None, destination_at("Metadata.Google.Internal."), "KNB827", id="with a dot at its end"),
        pytest.param(("*",), destination_at("169.254.169.254"), "KNB827", id="a wildcard does not name it"),
        pytest.param(
            ("api.shop.com",),
            destination_at("api.shop.com", "169.254.169.254"),
            "KNB827",
            id="listed, but resolves to it",
        ),
        pytest.param(
            ("169.254.169.25[4]",), destination_at("169.254.169.254"), "KNB826", id="brackets are no pattern"
        ),
        pytest.param(
            ("metadata.google.interna?",), destination_at("metadata.google.internal"), "KNB826", id="nor is ?"
        ),
    ],
)
def test_a_destination_is_refused(
    allowed: tuple[str, ...] | None, destination: Destination, code: str
) -> None:
    with pytest.raises(GuardError) as caught:
        admit(destination, Profile(name="p", allowed_hosts=allowed))

    assert caught.value.diagnostics.codes == [code]
    assert destination.masked_origin in str(caught.value)
    assert "allowed_hosts" in caught.value.diagnostics[0].fix


def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed(in_project: Any) -> None:
    in_project('allowed_hosts = ["api.shop.com"]')
    called_hosts: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        called_hosts.append(request.url.host)
        return httpx.Response(302, headers={"location": "https://evil.example/x"})

    with pytest.raises(GuardError, match=r"KNB826 https://evil\.example is not one of the allowed hosts"):
        asking("https://api.shop.com/").run(transport=httpx.MockTransport(respond))

    assert called_hosts == ["api.shop.com"]


def test_a_redirect_of_a_real_service_to_metadata_is_not_followed() -> None:
    redirect = [b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest\r\ncontent-length: 0\r\n\r\n"]

    with raw_server(redirect) as server, pytest.raises(GuardError, match="KNB827"):
        asking(server.url).run()

    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("guard", "method", "is_refused"),
    [
        pytest.param(None, "post", False, id="without a guard localhost needs none"),
        pytest.param("none", "post", False, id="no guard"),
        pytest.param("confirm", "post", True, id="a tunnel may end here"),
        pytest.param("confirm", "get", False, id="a safe method"),
        pytest.param("deny", "delete", True, id="denied"),
        pytest.param("deny", "get", False, id="a safe method on a profile that denies"),
    ],
)
def test_the_guard_of_a_profile_applies_to_localhost_too(
    guard: str | None, method: str, is_refused: bool, in_project: Any
) -> None:
    in_project("[profiles.p]\n" + ("" if guard is None else f'guard = "{guard}"\n'))
    transport = httpx.MockTransport(lambda request: httpx.Response(204))

    with pytest.raises(GuardError) if is_refused else nullcontext():
        asking("http://127.0.0.1/", method).run(profile="p", transport=transport)


@pytest.mark.parametrize(
    ("name", "guard", "is_refused"),
    [
        pytest.param("prod", None, True, id="real customers by name"),
        pytest.param("Live", None, True, id="in any case"),
        pytest.param("production", None, True, id="in full"),
        pytest.param("prod", "none", False, id="the guard that is set wins"),
        pytest.param("prod", "confirm", True, id="a guard that is set holds for loopback"),
        pytest.param("reproduction", None, False, id="a name that contains one"),
        pytest.param("sandbox", None, False, id="another name"),
    ],
)
def test_the_words_about_a_profile_are_true_of_loopback(
    name: str, guard: str | None, is_refused: bool, in_project: Any
) -> None:
    in_project(f"[profiles.{name}]\n" + ("" if guard is None else f'guard = "{guard}"\n'))
    transport = httpx.MockTransport(lambda request: httpx.Response(204))
    profile = load_profile(name, Path.cwd())
    action = asking("http://127.0.0.1/", "post")

    with pytest.raises(GuardError, match=f'pass confirm="{name}"') if is_refused else nullcontext():
        action.run(profile=name, transport=transport)

    assert action.run(profile=name, confirm=name, transport=transport).ok
    has_exception = "remote hosts" in repr(profile) and "remote hosts" in guard_text(profile)
    assert is_refused is not (has_exception or guard == "none")


def test_no_name_confirms_what_a_profile_denies(in_project: Any) -> None:
    in_project('[profiles.live]\nguard = "deny"\nlabel = "the real shop"\n')

    with pytest.raises(GuardError) as caught:
        asking("https://api.shop.com/", "post").run(profile="live", confirm="live")

    assert str(caught.value) == (
        "KNB825 the profile live (the real shop) denies POST; nothing was sent. "
        'Fix: use another profile, or a mode that sends nothing, such as mode="replay", mode="sample" or '
        'mode="fault:429".'
    )


def test_a_denied_request_is_refused_before_its_settings_are_asked_for(in_project: Any) -> None:
    in_project('guard = "deny"\n')
    keys = {"token": {"key": "shop.default.token"}}
    template = {"headers": {"authorization": "Bearer {{{token}}}"}}
    action = asking("https://api.shop.com/", "post", appSettings=keys, template=template)
    prompted_keys: list[str] = []

    prepared = action.prepare({}, action.context(prompt=lambda key: prompted_keys.append(key) or "t"))
    with pytest.raises(GuardError, match=r"KNB825 kustomer-nb\.toml denies POST"):
        action.run()

    assert prepared.request.unset == ("shop.default.token",)
    assert prompted_keys == []


@pytest.mark.parametrize(
    ("method", "uri", "value", "doubt"),
    [
        pytest.param(
            "delete",
            "http://a.b/orders/{{{id}}}",
            "",
            "`id` is empty: this is a DELETE of /orders/, which may affect more than one item.",
            id="an empty segment",
        ),
        pytest.param(
            "put", "http://a.b/orders/{{{id}}}", "../x", "`id` is not encoded in the path", id="dots"
        ),
        pytest.param("delete", "http://a.b/orders/{{{id}}}", "7", "", id="one order"),
        pytest.param("post", "http://a.b/orders", "", "", id="a collection of the author"),
    ],
)
def test_a_refusal_says_that_the_url_may_name_something_else(
    method: str, uri: str, value: str, doubt: str
) -> None:
    action = asking(uri, method, inputSchema={"properties": {"id": {"type": "string"}}})

    with pytest.raises(GuardError) as refusal:
        action.run({"id": value}, transport=httpx.MockTransport(lambda request: httpx.Response(500)))

    (diagnostic,) = refusal.value.diagnostics
    _, _, reason = diagnostic.message.partition("nothing was sent.")
    assert reason.strip().startswith(doubt) if doubt else not reason


def test_an_empty_segment_is_a_warning_that_a_confirmed_run_keeps() -> None:
    action = asking("http://a.b/orders/{{{id}}}", "delete", inputSchema={"properties": {"id": {}}})

    run = action.run({"id": ""}, confirm="a.b", transport=httpx.MockTransport(lambda _: httpx.Response(200)))

    assert run.diagnostics.codes[0] == "KNB706"


def test_what_a_person_confirmed_for_a_recording_counts_for_nothing_else(
    in_project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_project('[profiles.p]\nguard = "confirm"\n')
    monkeypatch.setenv("KUSTOMER_NB_CONFIRM", "p")
    transport = httpx.MockTransport(lambda request: httpx.Response(204))
    action = asking("http://127.0.0.1/", "post")

    with pytest.raises(GuardError):
        action.run(profile="p", transport=transport)
    assert action.run(profile="p", transport=transport, mode="record", cassette="a.cassette.json").ok
    monkeypatch.setenv("KUSTOMER_NB_CONFIRM", "other")
    with pytest.raises(GuardError):
        action.run(profile="p", transport=transport, mode="record", cassette="a.cassette.json")
