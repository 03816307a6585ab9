"""Copies of requests, run by curl, Python and a socket: a server receives what a run sends."""

from __future__ import annotations

import random
import shlex
from typing import Any

import pytest

from tests.work import SLOW

from .replays import FORMS, SHELLS, Recorder, an_action, assert_replayed

KEY = "shop.default.token"
NAME = "SHOP_DEFAULT_TOKEN"
POST = {"method": "post", "json": True}
TEXT = {"method": "post", "headers": {"content-type": "text/plain; charset=utf-8"}}


@pytest.fixture(autouse=True)
def live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "off")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="no path"),
        pytest.param("/", id="root"),
        pytest.param("/a/../b/./c/..", id="dots"),
        pytest.param("/a/%2e%2E/b/.%2e", id="encoded dots"),
        pytest.param("//a///b/", id="empty segments"),
        pytest.param("/a%2Fb%5c%zz", id="escapes"),
        pytest.param("/[a]/{b,c}/[1-3]", id="globs"),
        pytest.param("/x?", id="an empty query"),
        pytest.param("?a=1", id="a query without a path"),
        pytest.param("/x?a=1&a=&=2&&b?c=d+e%20f;g", id="a query"),
        pytest.param("/x?a={1}&b=[2]&c='q'&d=\"r\"", id="quotes in a query"),
        pytest.param("/$HOME/`id`/!x/~/*/(y)", id="what a shell expands"),
        pytest.param("/x#fragment", id="a fragment"),
        pytest.param("/a b|c^d<e>", id="what Node escapes"),
    ],
)
@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_url_is_sent_as_it_is(path: str, method: str, recorder: Recorder) -> None:
    action = an_action({"uri": recorder.url + path, "method": method}, {})

    assert_replayed(recorder, action, {}, {})


@pytest.mark.parametrize("path", ["/café/ÿ?q=ü", "/x?é", "/\x7f"])
@pytest.mark.parametrize("body", [None, "ö"])
def test_curl_and_http_send_a_url_beyond_ascii_in_the_charset_of_node(
    path: str, body: str | None, recorder: Recorder
) -> None:
    template = {"uri": recorder.url + path, "method": "put", **({} if body is None else {"data": body})}

    assert_replayed(recorder, an_action(template, {}), {}, {}, forms=(*SHELLS, "http"))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("", id="empty"),
        pytest.param("@/etc/passwd", id="a leading @"),
        pytest.param("a\r\nb\nc\rd\n\n", id="line ends"),
        pytest.param("a\0b\0\0", id="NUL"),
        pytest.param("\0", id="only NUL"),
        pytest.param("%s %d \\0 \\n \\c", id="what printf expands"),
        pytest.param("\t \x1b[2J\x07\x7f\x9b", id="control characters"),
        pytest.param("é日😀\u202e\u200b\ufeff\u2028", id="unicode"),
        pytest.param("lone \ud83d surrogate", id="half a pair"),
        pytest.param("'\"'\"'\\'$(id)`id`$HOME!x!!\\", id="quotes"),
        pytest.param("--data-raw -X -", id="options"),
        pytest.param("a=1&b=%26&c=+", id="a form"),
        pytest.param("--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n@\r\n--b--", id="multipart"),
        pytest.param("x'$y\n" * 40_000, id="longer than an argument"),
        pytest.param("x" * 5_000, id="Expect"),
    ],
)  # fmt: skip
def test_a_body_is_sent_as_it_is(data: str, recorder: Recorder) -> None:
    action = an_action({"uri": f"{recorder.url}/x", **TEXT, "data": "{{{a}}}"}, {})

    assert_replayed(recorder, action, {"a": data}, {})


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "POST"])
def test_a_method_is_sent_with_a_json_body(method: str, recorder: Recorder) -> None:
    data = {"quotes": "'\"`$\\!", "text": "é\u2028\n\t", "n": [1, 2.5, None, True], "": {"a/b": "@"}}
    template = {"uri": f"{recorder.url}/x", "method": method, "json": True, "data": data}

    assert_replayed(recorder, an_action(template, {}), {}, {})


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"X-Case": "1", "x-b": "it's \"$HOME\" `id` !! \\", "A": "last"}, id="order and quotes"),
        pytest.param({"x-empty": "", "x-space": "  ", "x-outer": "  a \t"}, id="empty and white space"),
        pytest.param({"x-many": ["a", "b", "'"]}, id="repeated"),
        pytest.param({"x-latin": "café ÿ"}, id="Latin-1"),
        pytest.param({"user-agent": "me", "ACCEPT": "*/*", "Accept-Encoding": "br"}, id="those of a client"),
        pytest.param({"content-type": "a/b", "Expect": ""}, id="those of a body"),
        pytest.param({"Host": "other.com"}, id="another host"),
        pytest.param({"host": "other.com:81", "Connection": "close"}, id="another host and connection"),
        pytest.param({"content-length": "0"}, id="a length"),
        pytest.param({"cookie": "a=1; b=\"2\"", "authorization": "Bearer x", "range": "bytes=0"}, id="known"),
        pytest.param({"x-`id`": "", "x-$HOME'": " ", "x'`id`'y": "", "x'$HOME'": "v"}, id="names"),
        pytest.param({"x-tab": "a\tb", "x-at": "@/etc/passwd", "x-semicolon": ";"}, id="tabs and @"),
    ],
)  # fmt: skip
def test_headers_are_sent_as_they_are(headers: dict[str, Any], recorder: Recorder) -> None:
    template = {"uri": f"{recorder.url}/x", "method": "post", "headers": headers}

    assert_replayed(recorder, an_action(template, {}), {}, {})


@pytest.mark.parametrize("value", ["", " ", "v"])
@pytest.mark.parametrize("name", ["x-'`whoami`'", "'`whoami`'", "x-'`whoami`'-'`whoami`", "x-'$HOME'"])
def test_a_name_of_a_header_stays_within_its_quotes(name: str, value: str) -> None:
    action = an_action({"uri": "http://a.b/", "method": "get", "headers": {name: value}}, {})

    words = shlex.split(action.render({}).to_curl().replace("\\\n", ""))

    assert (f"{name}: {value}" if value.strip() else f"{name};") in words


SECRETS = [
    pytest.param("s3cr3t-token", id="plain"),
    pytest.param("a b+c/d=e&f?g#h%41", id="a URL's delimiters"),
    pytest.param("<'\"`&={{x}}>", id="what HTML escapes"),
    pytest.param("back\\slash $HOME `id` $(id) !x ${A:-b} *", id="what a shell expands"),
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"headers": {"authorization": "Bearer {{{a0}}}"}}, id="a header"),
        pytest.param({"headers": {"x": "it's \"{{{a0}}}_x\" {{a0}}"}}, id="a header with quotes"),
        pytest.param({"qs": {"key": "/#a0", "both": "a{{{a0}}}b", "html": "{{a0}}"}}, id="a query"),
        pytest.param({**POST, "data": {"t": "{{{a0}}}", "u": "'$x {{a0}}", "r": "/#a0"}}, id="JSON"),
        pytest.param({**POST, "data": {"t": "{\"in\": \"{{{a0}}}\"}"}}, id="JSON within JSON"),
        pytest.param({**TEXT, "data": "@{{{a0}}}{{{a}}}{{a0}}\n'{{{a0}}}"}, id="text"),
    ],
)  # fmt: skip
def test_a_setting_is_sent_from_its_variable(
    template: dict[str, Any], secret: str, recorder: Recorder
) -> None:
    action = an_action({"uri": f"{recorder.url}/x", "method": "get", **template}, {"a0": KEY})

    assert_replayed(recorder, action, {"a": "\0"}, {NAME: secret}, settings={KEY: secret})
    copies = [
        action.render(settings={KEY: secret}).to_curl(),
        action.render(settings={KEY: secret}).to_http(),
    ]
    assert not [copy for copy in copies if secret in copy]


@pytest.mark.parametrize("secret", SECRETS[:3])
def test_a_setting_in_the_path_is_sent_from_its_variable(secret: str, recorder: Recorder) -> None:
    secret = secret.replace("#", "").replace("?", "")
    action = an_action({"uri": f"{recorder.url}/{{{{{{a0}}}}}}/b", "method": "get"}, {"a0": KEY})

    assert_replayed(recorder, action, {}, {NAME: secret}, settings={KEY: secret})


@pytest.mark.parametrize("suffix", ["", "/v1", "/v1/"])
def test_a_url_that_begins_with_a_setting_begins_with_its_name(suffix: str, recorder: Recorder) -> None:
    base = f"{recorder.url}{suffix}"
    action = an_action({"uri": "{{{base}}}/orders?x=1", "method": "get"}, {"base": "shop.default.base"})

    options: dict[str, Any] = {"settings": {"base": base}}
    assert_replayed(recorder, action, {}, {"SHOP_DEFAULT_BASE": base}, **options)
    assert '"$SHOP_DEFAULT_BASE/orders?x=1"' in action.render(**options).to_curl()


def test_a_setting_beyond_ascii_is_sent_in_the_charset_of_node(recorder: Recorder) -> None:
    template = {"uri": f"{recorder.url}/x", "method": "get", "headers": {"x-key": "{{{a0}}}"}}
    action = an_action(template, {"a0": KEY})

    assert_replayed(recorder, action, {}, {NAME: "clé"}, settings={KEY: "clé"})


@pytest.mark.parametrize(
    ("user", "settings"),
    [
        pytest.param("{{{u}}}:{{{p}}}", {"u": "ann", "p": "p w/%41"}, id="both"),
        pytest.param("{{{u}}}:", {"u": "key"}, id="a user alone"),
    ],
)
def test_user_and_password_of_settings_are_computed(
    user: str, settings: dict[str, str], recorder: Recorder
) -> None:
    from urllib.parse import quote

    settings = {name: quote(value, safe="") for name, value in settings.items()}
    uri = recorder.url.replace("//", f"//{user}@")
    action = an_action({"uri": f"{uri}/x", "method": "get"}, {name: f"s.d.{name}" for name in settings})

    environment = {f"S_D_{name.upper()}": value for name, value in settings.items()}
    assert_replayed(recorder, action, {}, environment, settings=settings)


def test_user_and_password_of_the_author_must_be_entered(recorder: Recorder) -> None:
    uri = recorder.url.replace("//", "//ann:pw@")
    action = an_action({"uri": f"{uri}/x", "method": "get"}, {})

    assert_replayed(recorder, action, {}, {"BASIC_CREDENTIALS": "YW5uOnB3"})
    curl = action.render().to_curl()
    assert curl.startswith(': "${BASIC_CREDENTIALS:?enter the user and password of the uri')
    assert "YW5uOnB3" not in curl + action.render().to_httpx() + action.render().to_http()


def test_a_host_override_is_where_the_copy_goes(recorder: Recorder) -> None:
    action = an_action({"uri": "https://api.shop.com/orders/7?x=1", **POST, "data": {"a": 1}}, {})
    options: dict[str, Any] = {"hosts": {"https://api.shop.com": recorder.url}}

    assert_replayed(recorder, action, {}, {}, **options)
    request = action.render(**options)
    assert "api.shop.com" not in request.to_curl() + request.to_httpx() + request.to_http()


ALPHABET = "ab 'ab\"$`!\\%&=?#/.@{}[]()<>|;~*^:,+-_0é日😀\n\r\t"


def generated(seed: int) -> tuple[dict[str, Any], dict[str, str], str]:
    """Return a template, its inputs and the value of a setting, all of characters that have a meaning."""
    chance = random.Random(seed)

    def text(characters: str, longest: int = 12) -> str:
        return "".join(chance.choices(characters, k=chance.randrange(longest)))

    in_head = "".join(character for character in ALPHABET if character.isascii() and character.isprintable())
    secret = f"k{text(in_head, 20)}k"
    path = "".join(f"/{text(in_head.replace('#', ''))}" for _ in range(chance.randrange(3)))
    template: dict[str, Any] = {
        "path": path.replace("{", "").replace("}", ""),
        "method": chance.choice(["get", "POST", "put", "delete"]),
        "headers": {"x-a": "{{{a}}}", "authorization": "Key {{{t}}} '\"", "x-t": "{{t}}"},
        "qs": {"a": "/#b", "t": "{{{t}}}"},
    }
    if chance.random() < 0.6:
        template["json"] = chance.random() < 0.5
        template["data"] = {"a": "/#c", "t": "{{{t}}}"} if template["json"] else "{{{c}}}{{{t}}}{{{c}}}"
    inputs = {"a": text(in_head), "b": text(ALPHABET), "c": text(ALPHABET, 40)}
    return template, inputs, secret


# Fifty requests, 200 copies.
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "seeds", [range(start, start + 10) for start in range(0, 1000 if SLOW else 50, 10)], ids=str
)
def test_generated_requests_are_sent_as_they_are(seeds: range, form: str, recorder: Recorder) -> None:
    for seed in seeds:
        template, inputs, secret = generated(seed)
        template["uri"] = recorder.url + template.pop("path")
        action = an_action(template, {"t": KEY})

        assert_replayed(recorder, action, inputs, {NAME: secret}, (form,), settings={KEY: secret})
