"""The names that stand for settings in a copy."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb import Platform, load
from kustomer_nb.errors import InputError, RequestError, SettingError
from kustomer_nb.printable import visible
from kustomer_nb.request import Request
from tests.canary import token as canary

from .replays import an_action
from .test_replayed import generated

KEY = "shop.default.token"
COPIES: tuple[Callable[[Request], str], ...] = (Request.to_curl, Request.to_httpx, Request.to_http)
IN_HEADER = {"uri": "http://a.b/x", "method": "GET", "headers": {"x-key": "{{{t}}}"}}


@pytest.fixture(params=COPIES, ids=["curl", "httpx", "http"])
def copy(request: pytest.FixtureRequest) -> Callable[[Request], str]:
    copied: Callable[[Request], str] = request.param
    return copied


@pytest.mark.parametrize(
    ("template", "name"),
    [
        pytest.param("{{{t}}}", "$SHOP_DEFAULT_TOKEN", id="as it is"),
        pytest.param("{{{t}}}_x", "${SHOP_DEFAULT_TOKEN}_x", id="before what could be part of the name"),
        pytest.param("{{t}}", "$SHOP_DEFAULT_TOKEN_HTML_ESCAPED", id="escaped for HTML"),
        pytest.param("{{{upper t}}}", "$SHOP_DEFAULT_TOKEN_DERIVED", id="changed by a helper"),
        pytest.param("{{{base64 t}}}", "$SHOP_DEFAULT_TOKEN_BASE64", id="in base64"),
    ],
)
def test_a_name_says_what_is_made_of_the_setting(template: str, name: str) -> None:
    import base64

    helpers: dict[str, Callable[..., str]] = {
        "upper": lambda call, value: value.upper(),
        "base64": lambda call, value: base64.b64encode(value.encode()).decode(),
    }
    action = an_action({**IN_HEADER, "headers": {"x-key": template}}, {"t": KEY})

    message = action.render(settings={KEY: "it's"}, helpers=helpers).to_http()

    assert message.split("\r\n")[1] == f"x-key: {name}"


def test_what_cannot_be_computed_must_be_entered() -> None:
    action = an_action({**IN_HEADER, "headers": {"x-key": "{{{upper t}}}"}}, {"t": KEY})
    request = action.render(settings={KEY: "it's"}, helpers={"upper": lambda call, value: value.upper()})

    command = request.to_curl()
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "SHOP_DEFAULT_TOKEN_DERIVED: enter what is sent for the setting shop.default.token" in done.stderr
    assert "# SHOP_DEFAULT_TOKEN_DERIVED in the environment: enter what is sent" in request.to_httpx()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        pytest.param("shop.api-key", "SHOP_API_KEY", id="other characters"),
        pytest.param("1shop.token", "SETTING_1SHOP_TOKEN", id="a digit first"),
        pytest.param("café.token", "SETTING_CAF__TOKEN", id="beyond ASCII"),
        pytest.param("-", "SETTING__", id="the shell's own _"),
    ],
)
def test_a_name_is_one_for_every_shell(key: str, name: str) -> None:
    request = an_action(IN_HEADER, {"t": key}).render(settings={key: "s3cret"})

    command = request.to_curl()

    assert f'-H "x-key: ${name}"' in command
    assert command.startswith("curl" if name == "SHOP_API_KEY" else f': "${{{name}:?enter the setting ')


def test_a_derived_name_is_never_that_of_another_setting() -> None:
    template = {**IN_HEADER, "headers": {"a": "{{t}}", "b": "{{{u}}}"}}
    action = an_action(template, {"t": "shop.token", "u": "shop.token.html_escaped"})
    request = action.render(settings={"shop.token": "<", "shop.token.html_escaped": "2"})

    lines = request.to_http().split("\r\n")

    assert lines[1:3] == ["a: $SHOP_TOKEN_HTML_ESCAPED_2", "b: $SHOP_TOKEN_HTML_ESCAPED"]


def test_the_variables_that_a_profile_names_are_those_of_the_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVE_TOKEN", "s3cret-1")
    monkeypatch.setenv("LIVE_ACCOUNT", "s3cret-2")
    profile = (
        f'[profiles.live.settings]\n"{KEY}" = {{ env = "LIVE_TOKEN" }}\n'
        '[profiles.live.accounts]\ndefault = { env = "LIVE_ACCOUNT" }\n'
    )
    (tmp_path / "kustomer-nb.toml").write_text(profile, encoding="utf-8")
    path = tmp_path / "shop.json"
    action = {"appSettings": {"t": {"key": KEY}}, "appAccountName": "default", "inputTemplate": IN_HEADER}
    path.write_text(json.dumps(action), encoding="utf-8")

    command = load(path).action().render(profile="live").to_curl()

    assert '-H "x-key: $LIVE_TOKEN"' in command
    assert '-H "authorization: Bearer $LIVE_ACCOUNT"' in command
    assert command.startswith("curl ")


def test_a_token_of_an_account_without_a_variable_must_be_entered() -> None:
    action = an_action({"uri": "http://a.b", "method": "GET"}, {}, appAccountName="default")

    command = action.render(accounts={"default": "s3cret"}).to_curl()

    assert command.startswith(': "${ACCOUNT_DEFAULT:?enter the token of the app account default}" &&\ncurl ')


@pytest.mark.parametrize(
    ("user", "is_computed"),
    [
        pytest.param("{{{t}}}:", True, id="a user"),
        pytest.param("{{{t}}}:{{{t}}}", True, id="user and password"),
        pytest.param(":{{{t}}}", True, id="a password"),
        pytest.param("ann:{{{t}}}", False, id="a user that is written"),
        pytest.param("{{{t}}}:pw", False, id="a password that is written"),
        pytest.param("{{t}}:", False, id="escaped"),
        pytest.param("{{{id}}}:{{{t}}}", False, id="a user of an input"),
    ],
)
def test_user_and_password_are_computed_if_nothing_of_them_is_written(user: str, is_computed: bool) -> None:
    action = an_action({"uri": f"http://{user}@a.b", "method": "GET"}, {"t": KEY})

    command = action.render({"id": "ann"}, settings={KEY: "s3cret&x"}).to_curl()

    assert command.startswith("BASIC_CREDENTIALS=$(" if is_computed else ': "${BASIC_CREDENTIALS:?')
    assert '-H "authorization: Basic $BASIC_CREDENTIALS"' in command
    assert not [word for word in ("ann", "pw'", "s3cret") if word in command.partition("curl ")[2]]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        pytest.param("{{{t}}}.shop.com", "$SHOP_DEFAULT_TOKEN_LOWER_CASE.shop.com", id="in lower case"),
        pytest.param("é{{{t}}}.com", "$SHOP_DEFAULT_TOKEN_DERIVED", id="within Punycode"),
    ],
)
def test_a_host_with_a_setting_has_its_name(host: str, name: str, copy: Callable[[Request], str]) -> None:
    action = an_action({"uri": f"https://{host}/x", "method": "GET"}, {"t": KEY})
    request = action.render(settings={KEY: "Acme"})

    assert f"\r\nhost: {name}\r\n" in request.to_http()
    assert "acme" not in copy(request).lower()


def test_an_incomplete_request_is_not_copied(copy: Callable[[Request], str]) -> None:
    action = an_action(IN_HEADER, {"t": KEY})

    with pytest.raises(SettingError, match=f"the setting {KEY} has no value"):
        copy(action.render())


def test_a_placeholder_is_not_copied(copy: Callable[[Request], str]) -> None:
    run = an_action(IN_HEADER, {"t": KEY}, sampleOutputContext={}).run(mode="sample")

    with pytest.raises(SettingError, match=f"the setting {KEY} has no value"):
        copy(run.request)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        pytest.param({"uri": "a.b/x", "method": "get"}, "has no http", id="an invalid uri"),
        pytest.param({"uri": "http://a.b/x", "method": "fetch"}, "is not a method", id="a method"),
        pytest.param({"uri": "http://a.b/{{gone}}", "method": "get"}, "`gone` has no value", id="a variable"),
        pytest.param({"uri": "http://a.b/{{#x", "method": "get"}, "KNB301", id="a template"),
    ],
)
def test_a_request_that_must_not_be_sent_is_not_copied(
    template: dict[str, Any], message: str, copy: Callable[[Request], str]
) -> None:
    with pytest.raises(RequestError, match=message):
        copy(an_action(template, {}).render())


def test_a_missing_input_is_named() -> None:
    schema = {"type": "object", "properties": {"id": {"type": "number"}}, "required": ["id"]}

    with pytest.raises(InputError, match="the required input `id` is missing"):
        load({"inputSchema": schema, "inputTemplate": IN_HEADER}).action().render()


@pytest.mark.parametrize("path", ["/é", "/x?q=ü", "/\x7f"])
def test_httpx_source_that_httpx_would_refuse_is_not_written(path: str) -> None:
    request = an_action({"uri": f"http://a.b{path}", "method": "get"}, {}).render()

    with pytest.raises(RequestError, match="KNB733 the request cannot be copied as httpx") as caught:
        request.to_httpx()

    with pytest.raises((httpx.HTTPError, UnicodeError)):
        httpx.Client().send(
            httpx.Request("GET", "http://127.0.0.1:1/", extensions={"target": path.encode("latin-1")})
        )
    assert caught.value.diagnostics[0].fix == "copy it as curl or http instead."


@pytest.mark.parametrize("seeds", [range(200)], ids=str)
def test_a_terminal_takes_every_character_of_a_copy(seeds: range) -> None:
    for seed in seeds:
        template, inputs, secret = generated(seed)
        template["uri"] = "http://a.b" + template.pop("path")
        inputs["c"] += "\x1b[2J\r\x07\u202e\u200b\ufeff\x9b"
        request = an_action(template, {"t": KEY}).render(inputs, settings={KEY: secret})

        for text in (request.to_curl(), request.to_httpx()):
            assert visible(text) == text
            assert secret not in text


@pytest.mark.parametrize(
    "uri", ["http://a.b/{{{t}}}/{{t}}", "http://{{{t}}}:{{{u}}}@a.b", "http://ann:{{t}}@a.b"]
)
def test_no_copy_holds_a_trace_of_a_setting(uri: str, copy: Callable[[Request], str], tmp_path: Path) -> None:
    token = canary.TOKEN
    template = {
        "uri": uri,
        "method": "post",
        "json": True,
        "qs": {"t": "/#t", "u": "a{{t}}b", "l": ["/#t"]},
        "headers": {"authorization": "Bearer {{{t}}}", "x": ["{{t}}", "it's {{{t}}}"], "y": "{{{derive t}}}"},
        "data": {"t": "{{{t}}}", "u": "/#t", "v": "{\"in\": \"{{t}}\"}", "w": "{{{derive t}}}"},
    }  # fmt: skip
    if "@" in uri:
        from urllib.parse import quote

        token = quote(token, safe="")
    action = an_action(template, {"t": KEY, "u": "shop.default.u"})
    request = action.render(
        settings={KEY: token, "shop.default.u": token}, helpers={"derive": lambda call, value: value[::-1]}
    )

    (tmp_path / "copy").write_text(copy(request), encoding="utf-8")

    assert canary.traces(tmp_path) == []
    assert canary.CORE[::-1] not in copy(request)


def test_a_string_qs_shows_no_character_of_a_setting() -> None:
    action = an_action({"uri": "http://a.b/", "method": "get", "qs": "{{{t}}}"}, {"t": KEY})

    platform = Platform(string_qs_is_query=False)
    line = action.render(settings={KEY: "abba"}, platform=platform).to_http().partition("\r\n")[0]

    parts = [f"{at}=$SHOP_DEFAULT_TOKEN_PART_{at}_{at + 1}" for at in range(4)]
    assert line == f"GET /?{'&'.join(parts)} HTTP/1.1"


def test_a_run_loads_nothing_that_copies() -> None:
    code = (
        "import sys, kustomer_nb as knb\n"
        "action = knb.load({'inputTemplate': {'uri': 'http://a.b', 'method': 'GET'}}).action()\n"
        "request = action.render()\n"
        "loaded = 'kustomer_nb.request.copies' in sys.modules\n"
        "request.to_curl()\n"
        "print(loaded, 'kustomer_nb.request.copies' in sys.modules, 'httpx' in sys.modules)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False True False\n"
