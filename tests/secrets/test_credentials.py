"""A credential too short to be looked for within words is hidden as a whole, wherever it is echoed."""

from __future__ import annotations

import base64
import html
import json
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from kustomer_nb import Action, Run, load, reporting
from kustomer_nb.errors import KustomerNbError, TransportError
from kustomer_nb.secrets import Credential, Redactor
from tests.samples import an_action, an_app

BASE = "http://127.0.0.1/orders"


@pytest.fixture(autouse=True)
def keep_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY", raising=False)


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


ENCODERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "in base64": in_base64,
    "in base64 with one before": lambda text: in_base64(f" {text}, "),
    "in base64 with two before": lambda text: in_base64(f'{{"{text}"}}'),
    "in base64 twice": lambda text: in_base64(in_base64(text)),
    "in base64 in longer base64": lambda text: in_base64(f"x {in_base64(f'is {text}.')} y"),
    "URL-quoted": lambda text: quote(text, safe=""),
    "URL-quoted twice": lambda text: quote(quote(text, safe=""), safe=""),
    "URL-quoted by character": lambda text: "".join(f"%{one:02x}" for one in text.encode()),
    "in HTML": html.escape,
    "in HTML by character": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "in JSON by character": escaped,
    "in JSON in JSON": lambda text: json.dumps(json.dumps([text])),
    "in HTML in base64": lambda text: in_base64(f"<b>{html.escape(text)}</b>"),
    "in base64, URL-quoted": lambda text: quote(in_base64(text), safe=""),
}


def action(folder: Path, settings: dict[str, str], **template: Any) -> Action:
    account = template.pop("account", None)
    definition = an_action(
        appSettings={name: {"key": f"shop.default.{name}"} for name in settings},
        inputTemplate={"uri": BASE, "method": "get", "json": True, **template},
        inputSchema={"properties": {"user": {"type": "string"}}},
        outputTemplate={"response": "/#response", "body": "/#body"},
        sampleOutputContext={"body": {}},
        **({} if account is None else {"appAccountName": "default"}),
    )
    declared = {name: {"type": "secret"} for name in settings}
    path = folder / "shop.json"
    path.write_text(json.dumps(an_app(definition, settings={"default": declared})), encoding="utf-8")
    return load(path).action()


def echoing(*words: str) -> httpx.MockTransport:
    """Return a careless service: it echoes the headers it received, and these words in every encoding."""

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {name.decode(): value.decode("latin-1") for name, value in request.headers.raw}
        body = {
            "headers": headers,
            "environment": {f"HTTP_{one.upper().replace('-', '_')}": headers[one] for one in headers},
            "many": {name: [value] for name, value in headers.items()},
            "raw": [part for pair in headers.items() for part in pair],
            "named": [{"name": name, "value": value} for name, value in headers.items()],
            "lines": "\r\n".join(f"{name}: {value}" for name, value in headers.items()),
            "text": json.dumps(headers),
            "page": "".join(f"<td>{name}</td><td>{value}</td>" for name, value in headers.items()),
            "entities": html.escape(json.dumps(headers)),
            "quoted": quote(json.dumps(headers)),
            "base64": in_base64(json.dumps(headers)),
            "words": {name: [encode(one) for one in words] for name, encode in ENCODERS.items()},
        }
        echoed = [(name, value) for name, value in headers.items() if name.lower() not in UNECHOED]
        named = [(f"x-word-{at}", quote(one)) for at, one in enumerate(words)]
        return httpx.Response(200, json=body, headers=[*echoed, *named])

    return httpx.MockTransport(answer)


UNECHOED = {"host", "accept", "connection", "content-length"}


def everything(run: Run, folder: Path) -> Iterator[tuple[str, str]]:
    for name, value in {"run": run, "request": run.request, "response": run.response}.items():
        yield f"repr of the {name}", repr(value)
        yield f"text of the {name}", reporting.text(value)
        yield f"HTML of the {name}", html.unescape(reporting.html(value))
        yield f"JSON of the {name}", json.dumps(reporting.envelope(value), ensure_ascii=False)
        yield f"fields of the {name}", repr(vars(value))
    yield "output", repr(run.output)
    yield "diff", repr(list(run.diff or ()))
    yield "why", reporting.text(run.why("body"))
    yield "wire", repr(run.request.wire())
    yield "history", (folder / ".kustomer-nb" / "history.jsonl").read_text(encoding="utf-8")
    yield "cassette", (folder / "shop.cassette.json").read_text(encoding="utf-8")


def readings(text: str, depth: int = 3) -> Iterator[str]:
    """Yield a text and its decodings; these decoders are independent of the package."""
    yield text
    decoded = {re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text), html.unescape(text)}
    decoded |= {re.sub("(?:%[0-9A-Fa-f]{2})+", lambda match: unquoted(match[0]), text)}
    for match in decoded - {text} if depth else ():
        yield from readings(match, depth - 1)
    for run in re.findall("[A-Za-z0-9+/_-]{4,}", text) if depth else ():
        for skipped in range(4):
            part = run[skipped:].replace("-", "+").replace("_", "/")
            part += "=" * (-len(part) % 4)
            if len(part.rstrip("=")) % 4 != 1:
                yield from _shallow(base64.b64decode(part).decode("utf-8", "replace"), depth - 1)


def _shallow(text: str, depth: int) -> Iterator[str]:
    """Yield the decodings of decoded base64 if it is printable: most runs are not base64."""
    if text.isprintable() and text:
        yield from readings(text, depth)


def unquoted(text: str) -> str:
    return bytes.fromhex(text.replace("%", "")).decode("utf-8", "replace")


def places_of(forms: tuple[str, ...], texts: Iterator[tuple[str, str]]) -> list[str]:
    """Return the views in which one of the forms, which are patterns, can be read."""
    patterns = [re.compile(form) for form in forms]
    places = []
    for place, text in texts:
        # A set, because a page has the same decodings many times.
        if any(pattern.search(reading) for reading in set(readings(text)) for pattern in patterns):
            places.append(place)
    return places


USERS = {
    "a password of one character": ("http://ann:{{{pw}}}@127.0.0.1/", {"pw": "p"}, "ann:p"),
    "a password of two": ("http://ann:{{{pw}}}@127.0.0.1/", {"pw": "p7"}, "ann:p7"),
    "a password of four": ("http://ann:{{{pw}}}@127.0.0.1/", {"pw": "hunt"}, "ann:hunt"),
    "a password of seven": ("http://ann:{{{pw}}}@127.0.0.1/", {"pw": "hunter2"}, "ann:hunter2"),
    "a user of a setting": ("http://{{{us}}}:{{{pw}}}@127.0.0.1/", {"us": "bo", "pw": "p7"}, "bo:p7"),
    "both of one character": ("http://{{{us}}}:{{{pw}}}@127.0.0.1/", {"us": "u", "pw": "p"}, "u:p"),
    "a password that is quoted": ("http://ann:{{{pw}}}@127.0.0.1/", {"pw": "p%26%3c"}, "ann:p&<"),
    "a password with a colon": ("http://ann:{{{pw}}}@127.0.0.1/", {"pw": "a:b"}, "ann:a:b"),
    "no user": ("http://:{{{pw}}}@127.0.0.1/", {"pw": "p7"}, in_base64(":p7").rstrip("=")),
    "a key that is the user": ("http://{{{us}}}:@127.0.0.1/", {"us": "k3y"}, in_base64("k3y:").rstrip("=")),
    "both written out": ("http://ann:p7@127.0.0.1/", {}, "ann:p7"),
}


@pytest.mark.uncounted
@pytest.mark.parametrize(("uri", "settings", "pair"), USERS.values(), ids=USERS)
def test_user_and_password_of_a_url_are_shown_nowhere(
    uri: str, settings: dict[str, str], pair: str, tmp_path: Path
) -> None:
    run = action(tmp_path, settings, uri=uri).run(settings=settings, mode="record", transport=echoing(pair))

    assert run.request.wire().headers[1][1].startswith(b"Basic ")
    # The fields of the definition contain what is hard-coded in it.
    texts = (view for view in everything(run, tmp_path) if settings or not view[0].startswith("fields"))
    assert places_of((rf"\b{re.escape(pair)}(?![A-Za-z0-9])",), texts) == []
    assert run.output["body"]["headers"]["authorization"] == "Basic $(user and password)"
    assert run.output["body"]["words"]["plain"] == ["$(user and password)"]


HEADERS = {
    "Basic of a setting in base64": (
        {"Authorization": "Basic {{{v}}}"},
        {"v": in_base64("a:b")},
        ("a:b",),
        ("a:b",),
    ),
    "Basic of a longer one": (
        {"authorization": "Basic {{{v}}}"},
        {"v": in_base64("ann:p7")},
        ("ann:p7",),
        ("ann:p7",),
    ),
    "Basic that is all in a setting": (
        {"authorization": "{{{v}}}"},
        {"v": f"Basic {in_base64('a:b')}"},
        ("a:b",),
        ("a:b",),
    ),
    "a token": ({"Authorization": "Token {{{v}}}"}, {"v": "ab"}, ("Token ab",), ("(?i)token ab",)),
    "a token of one character": (
        {"Authorization": "Bearer {{{v}}}"},
        {"v": "7"},
        ("Bearer 7",),
        (r"(?i)bearer 7\b",),
    ),
    "a key in a header of its own": ({"X-Api-Key": "{{{v}}}"}, {"v": "ok"}, (), ("(?i)x.api.key.{1,9}ok",)),
    "a number in one": ({"x-api-key": "{{{v}}}"}, {"v": "42"}, (), ("(?i)x.api.key.{1,9}42",)),
    "a key of five characters": ({"x-key": "{{{v}}}"}, {"v": "k3y-5"}, ("k3y-5",), ("k3y-5",)),
    "a token of five characters": (
        {"authorization": "Bearer {{{v}}}"},
        {"v": "t0k5n"},
        ("t0k5n", "Bearer t0k5n"),
        ("t0k5n",),
    ),
    "two settings": ({"X-Auth": "{{{u}}}:{{{v}}}"}, {"u": "bo", "v": "p7"}, ("bo:p7",), ("bo:p7",)),
    "a cookie": ({"Cookie": "theme=dark; sid={{{v}}}"}, {"v": "xyz"}, ("sid=xyz",), ("sid.{1,5}xyz",)),
    "of a proxy": (
        {"Proxy-Authorization": "Basic {{{v}}}"},
        {"v": in_base64("me:pw")},
        ("me:pw",),
        ("me:pw",),
    ),
}


@pytest.mark.uncounted
@pytest.mark.parametrize(("headers", "settings", "words", "forms"), HEADERS.values(), ids=HEADERS)
def test_a_header_made_of_settings_is_shown_nowhere(
    headers: dict[str, str],
    settings: dict[str, str],
    words: tuple[str, ...],
    forms: tuple[str, ...],
    tmp_path: Path,
) -> None:
    run = action(tmp_path, settings, headers=headers).run(
        settings=settings, mode="record", transport=echoing(*words)
    )

    ((name, shown),) = [(one, run.request.headers[one]) for one in headers]
    assert places_of(forms, everything(run, tmp_path)) == []
    assert run.output["body"]["headers"][name] == shown


def repeating(request: httpx.Request) -> httpx.Response:
    """Respond as httpbin does: with the request, parsed and raw."""
    text = request.content.decode()
    url = f"http://{request.url.host}{request.extensions['target'].decode()}"
    args = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    try:
        data = json.loads(text)
    except ValueError:
        data = {name: values[0] for name, values in parse_qs(text).items()}
    headers = {name: value for name, value in request.headers.items() if name not in UNECHOED}
    spelled = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in {**args, **headers}.items()}
    body = {
        "args": args,
        "headers": headers,
        "lists": {name: value.split(", ") for name, value in headers.items()},
        "spelled": spelled,
        "json": data,
        "again": [data, "end"],
        "text": text,
        "url": url,
        "base64": [in_base64(url), in_base64(text), in_base64(f"x{text}")],
        "log": [f"<{request.method} {url}>", "end"],
        "page": [f'<input name="{name}" value="{value}">' for name, value in {**args, **headers}.items()],
        "quoted": quote(f"{url} {text}", safe=""),
    }
    return httpx.Response(200, json=body, headers=[("x-was", url), ("x-body", quote(text))])


FORM = {"content-type": "application/x-www-form-urlencoded"}
NAMED_VALUES = {
    "a parameter": ({"qs": {"api_key": "{{{v}}}"}}, "k7x"),
    "a parameter of the uri": ({"uri": f"{BASE}?a=1&apiKey={{{{{{v}}}}}}"}, "k7x"),
    "a parameter of one character": ({"qs": {"token": "{{{v}}}"}}, "k"),
    "a parameter of seven": ({"qs": {"access_token": "/#v"}}, "k7x-9q2"),
    "a parameter that is encoded": ({"qs": {"api_key": "{{{v}}}"}}, "k&7=x"),
    "a parameter within one": ({"qs": {"auth": {"password": "{{{v}}}"}}}, "k7x"),
    "several parameters": ({"qs": {"api_key": ["b", "{{{v}}}"]}}, "k7x"),
    "a member": ({"method": "post", "data": {"password": "{{{v}}}"}}, "k7x"),
    "a member of four characters": ({"method": "post", "data": {"clientSecret": "/#v"}}, "k7xz"),
    "a member within": ({"method": "post", "json": {"auth": [{"api-key": "{{{v}}}"}]}}, "k7x"),
    "an item of a member": ({"method": "post", "data": {"tokens": 1, "token": ["b", "{{{v}}}"]}}, "k7x"),
    "a member with more text": ({"method": "post", "data": {"password": "pre-{{{v}}}"}}, "k7x"),
    "a name next to its value": (
        {"method": "post", "data": [{"name": "api_key", "value": "{{{v}}}"}]},
        "k7x",
    ),
    "a form": (
        {"method": "post", "data": "user=ann&password={{{v}}}", "headers": FORM, "json": False},
        "k7x",
    ),
    "GraphQL": ({"method": "post", "data": {"query": 'login(user: "a", password: "{{{v}}}")'}}, "k7x"),
    "XML": ({"method": "post", "data": '<a><Password x="1">{{{v}}}</Password></a>', "json": False}, "k7x"),
    "a header of several": ({"headers": {"x-api-key": ["{{{v}}}", "b"]}}, "k7x"),
    "the last header of several": ({"headers": {"X-Api-Key": ["b", "c", "{{{v}}}"]}}, "k7x"),
    "a header in other letters": ({"headers": {"xApiKey": "{{{v}}}"}}, "k7x"),
}


@pytest.mark.parametrize(("template", "value"), NAMED_VALUES.values(), ids=NAMED_VALUES)
def test_a_value_named_as_a_credential_is_shown_nowhere(
    template: dict[str, Any], value: str, tmp_path: Path
) -> None:
    settings = {"v": value}
    shop_action = action(tmp_path, settings, **template)

    run = shop_action.run(
        settings=settings, mode="record", transport=httpx.MockTransport(repeating), confirm="127.0.0.1"
    )

    name = r"(?i)(?:key|token|password|secret)(?![a-z0-9])"
    form = rf"{name}\W{{1,12}}(?:value\W{{1,9}}|b\W{{1,6}}|c\W{{1,6}}|pre-)*{re.escape(value)}(?![a-z0-9])"
    assert places_of((form,), everything(run, tmp_path)) == []
    assert "$shop.default.v" in repr(run.output["body"])


NAMED_TWINS = {
    "under another name": ({"qs": {"lang": "{{{v}}}"}}, "ok"),
    "a token of a page": ({"qs": {"page_token": "{{{v}}}"}}, "ok"),
    "a key that is not an API key": ({"qs": {"idempotency-key": "{{{v}}}"}}, "ok"),
    "a member with another name": ({"method": "post", "data": {"status": "{{{v}}}", "password": 1}}, "ok"),
    "a form with another name": ({"method": "post", "data": "a={{{v}}}&token=x", "json": False}, "ok"),
    "another member of that value": ({"method": "post", "data": {"token": "{{{v}}}", "status": "ok"}}, "ok"),
}


@pytest.mark.parametrize(("template", "value"), NAMED_TWINS.values(), ids=NAMED_TWINS)
def test_a_short_value_under_another_name_stays(template: dict[str, Any], value: str, tmp_path: Path) -> None:
    settings = {"v": value}
    body = {"status": value, "lang": value, "text": f"it is {value}, and tokens are {value}", "n": [value]}
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json=body))

    run = action(tmp_path, settings, **template).run(settings=settings, mode="record", transport=answer)

    shown = run.output["body"]
    assert (json.loads(shown) if isinstance(shown, str) else shown) == body


SPELLINGS = ["x-api-key", "X_API_KEY", "HTTP_X_API_KEY", "xApiKey", "XApiKey", "xapikey", "x_apiKey"]


@pytest.mark.parametrize("sent", SPELLINGS)
def test_a_credential_is_found_in_any_spelling_of_its_name(sent: str, tmp_path: Path) -> None:
    body = dict.fromkeys(SPELLINGS, "k7")
    text = {"text": [f"{name}: k7" for name in SPELLINGS]}
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json={**body, **text, "x-api": "k7"}))

    run = action(tmp_path, {"v": "k7"}, qs={sent: "{{{v}}}"}).run(settings={"v": "k7"}, transport=answer)

    label = "$shop.default.v"
    assert run.output["body"] == {
        **dict.fromkeys(SPELLINGS, label),
        "text": [f"{name}: {label}" for name in SPELLINGS],
        "x-api": "k7",
    }


def test_the_token_of_an_app_account_is_shown_nowhere(tmp_path: Path) -> None:
    run = action(tmp_path, {}, account="default").run(
        accounts={"default": "ab1"}, mode="record", transport=echoing("Bearer ab1")
    )

    assert places_of(("Bearer.ab1",), everything(run, tmp_path)) == []
    assert run.output["body"]["headers"]["authorization"] == "Bearer $account.default"


TWINS = {
    "words like the password": {"status": "ok", "note": "ok, she said: ok", "ok": True},
    "the user": {"user": "ann", "greeting": "Hello ann: welcome"},
    "another pair": {"pairs": ["ann:okay", "joann:ok", "ann:no"], "ratio": "1:2"},
    "base64 of something else": {"image": base64.b64encode(bytes(range(256)) * 9).decode(), "id": "YW5uOm"},
    "a header of that value": {"headers": {"accept": "ok", "x-other": "ok"}},
    "the names without a value": {"password": "forgotten", "missing": ["password", "ok?"], "x-key": None},
    "a URL": {"url": "https://shop.com/ok/ann?x=ok#ok", "page": "<p>ann&amp;ok</p>"},
}


@pytest.mark.parametrize("body", TWINS.values(), ids=TWINS)
def test_a_value_that_only_looks_like_a_credential_stays(body: dict[str, Any], tmp_path: Path) -> None:
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    settings = {"pw": "ok", "k": "ok"}

    run = action(tmp_path, settings, uri="http://ann:{{{pw}}}@127.0.0.1/", headers={"x-key": "{{{k}}}"}).run(
        settings=settings, mode="record", transport=answer
    )

    assert run.output["body"] == body
    (recorded,) = json.loads((tmp_path / "shop.cassette.json").read_text(encoding="utf-8"))["exchanges"]
    assert recorded["response"]["body"]["json"] == body


KEY = Redactor({"key": Credential("k7", source="test", label="$L", names=("x-api-key",))})


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        pytest.param(["x-api-key: k7", "b"], ["x-api-key: $L", "b"], id="another string follows"),
        pytest.param({"a": "x-api-key=k7", "b": "c"}, {"a": "x-api-key=$L", "b": "c"}, id="a member follows"),
        pytest.param({"x-api-key: k7": 1}, {"x-api-key: $L": 1}, id="a key"),
        pytest.param(["a", "x-api-key: k7"], ["a", "x-api-key: $L"], id="the last string"),
        pytest.param(
            ["Wrong x-api-key: k7.", "b"], ["Wrong x-api-key: $L.", "b"], id="the end of a sentence"
        ),
        pytest.param(["x-api-key: k7x", "b"], ["x-api-key: k7x", "b"], id="a longer value"),
        pytest.param(["x-api-key:", "k7!"], ["x-api-key:", "k7!"], id="apart in two strings"),
        pytest.param(["x-api-key: k7.5", "k7"], ["x-api-key: k7.5", "k7"], id="a number with a point"),
    ],
)
def test_a_credential_ends_where_its_string_does(value: Any, hidden: Any) -> None:
    assert KEY.value(value) == hidden


def test_a_header_without_settings_is_shown_unchanged(tmp_path: Path) -> None:
    run = action(tmp_path, {}, headers={"authorization": "Token public"}).run(transport=echoing())

    assert run.output["body"]["headers"]["authorization"] == "Token public"


def test_a_setting_that_is_not_secret_is_shown_where_it_is_sent(tmp_path: Path) -> None:
    app = an_app(
        an_action(
            appSettings={"lang": {"key": "shop.default.lang"}},
            inputTemplate={"uri": BASE, "method": "get", "json": True, "headers": {"x-lang": "{{{lang}}}"}},
            outputTemplate={"body": "/#body"},
        ),
        settings={"default": {"lang": {"type": "string"}}},
    )

    run = load(app).action().run(settings={"lang": "en"}, transport=echoing())

    assert run.output["body"]["headers"]["x-lang"] == "en"


def test_an_input_that_is_masked_is_in_no_label(tmp_path: Path) -> None:
    (tmp_path / "kustomer-nb.toml").write_text('mask = ["/inputs/user"]\n', encoding="utf-8")
    settings = {"v": "p7"}

    action(tmp_path, settings, headers={"x-auth": "{{{user}}}:{{{v}}}"}).run(
        {"user": "ann@shop.com"}, settings=settings, mode="record", transport=echoing("ann@shop.com:p7")
    )

    for path in (tmp_path / "shop.cassette.json", tmp_path / ".kustomer-nb" / "history.jsonl"):
        assert "ann@" not in path.read_text(encoding="utf-8")


def test_a_recording_with_a_credential_replays_without_it(tmp_path: Path) -> None:
    settings = {"pw": "p7", "k": "ok"}
    shop_action = action(
        tmp_path, settings, uri="http://ann:{{{pw}}}@127.0.0.1/", headers={"x-key": "{{{k}}}"}
    )
    live = shop_action.run(settings=settings, mode="record", transport=echoing("ann:p7"))

    again = shop_action.run(mode="replay")

    assert again.output == live.output


def redirecting(location: str) -> httpx.MockTransport:
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if len(requests) == 1:
            return httpx.Response(302, headers={"location": location})
        return httpx.Response(200, json={"referer": request.headers.get("referer")})

    return httpx.MockTransport(answer)


LOCATIONS = {
    "in the query": "/next?was=Basic%20YW5uOnA3",
    "plain": "/next?auth=ann:p7",
    "in the path": "/YW5uOnA3/next",
    "in the URL of another host": "http://ann:p7@localhost/next",
    "in the fragment": "/next#ann%3Ap7",
}


@pytest.mark.parametrize("location", LOCATIONS.values(), ids=LOCATIONS)
def test_no_redirect_shows_a_credential(location: str, tmp_path: Path) -> None:
    settings = {"pw": "p7"}

    run = action(tmp_path, settings, uri="http://ann:{{{pw}}}@127.0.0.1/").run(
        settings=settings, mode="record", transport=redirecting(location)
    )

    assert run.response is not None
    assert run.response.request["uri"]["pathname"] != "/"
    # The second request has the URL of the redirect, with a label for the credential.
    assert places_of((r"\bann:p7\b", "YW5uOnA3"), everything(run, tmp_path)) == []


def failing(shop_action: Action, **arguments: Any) -> str:
    with pytest.raises((KustomerNbError, RuntimeError)) as caught:
        shop_action.run(**arguments)
    error = caught.value
    diagnostics = getattr(error, "diagnostics", ())
    return "".join([repr(error), str(error), repr(diagnostics), *traceback.format_exception(error)])


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://ann:p7@h.invalid:1/", id="a user"),
        pytest.param("http://h.invalid:1/?auth=ann:p7", id="a query"),
    ],
)
def test_no_error_after_a_redirect_shows_a_credential(location: str, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "127.0.0.1":
            return httpx.Response(302, headers={"location": location})
        raise httpx.ConnectError("no")

    settings = {"pw": "p7"}
    shop_action = action(tmp_path, settings, uri="http://ann:{{{pw}}}@127.0.0.1/")

    message = failing(shop_action, settings=settings, transport=httpx.MockTransport(answer))

    message += (tmp_path / ".kustomer-nb" / "history.jsonl").read_text(encoding="utf-8")
    assert not re.search("ann:p7|(?i:YW5uOnA3)", message)
    assert ".invalid:1" in message


def test_no_error_shows_a_secret_in_the_host_of_a_redirect(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "127.0.0.1":
            return httpx.Response(302, headers={"location": "http://hunter2-77.invalid:1/"})
        raise httpx.ConnectError("no")

    settings = {"pw": "hunter2-77"}
    shop_action = action(tmp_path, settings, uri="http://ann:{{{pw}}}@127.0.0.1/")

    message = failing(shop_action, settings=settings, transport=httpx.MockTransport(answer))

    assert "hunter2" not in message
    assert ".invalid:1" in message


@pytest.mark.parametrize(
    ("message_from", "is_shown"),
    [
        pytest.param(lambda request: request.headers["authorization"], False, id="the header"),
        pytest.param(lambda request: "ann:p7 is wrong", False, id="the pair"),
        pytest.param(lambda request: "ann is wrong", True, id="the user alone"),
    ],
)
def test_no_exception_of_a_transport_shows_a_credential(
    message_from: Callable[[httpx.Request], str], is_shown: bool, tmp_path: Path
) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise RuntimeError(message_from(request))

    settings = {"pw": "p7"}
    shop_action = action(tmp_path, settings, uri="http://ann:{{{pw}}}@127.0.0.1/")

    message = failing(shop_action, settings=settings, transport=httpx.MockTransport(broken))

    assert not re.search("ann:p7|YW5uOnA3", message)
    assert ("RuntimeError: ann is wrong" in message) is is_shown
    assert ("KNB824" in message) is not is_shown


@pytest.mark.parametrize("fault", ["refused", "401", "reset"])
def test_no_simulated_fault_shows_a_credential(fault: str, tmp_path: Path) -> None:
    settings = {"pw": "p7"}
    shop_action = action(tmp_path, settings, uri="http://ann:{{{pw}}}@127.0.0.1/")

    try:
        message = repr(vars(shop_action.run(settings=settings, mode=f"fault:{fault}")))
    except TransportError as error:
        message = "".join(traceback.format_exception(error))

    assert not re.search("ann:p7|YW5uOnA3", message)


def test_the_service_receives_the_credential(tmp_path: Path) -> None:
    settings = {"pw": "p7", "k": "ok"}

    request = action(
        tmp_path, settings, uri="http://ann:{{{pw}}}@127.0.0.1/", headers={"x-key": "{{{k}}}"}
    ).render(settings=settings)

    sent = dict(request.wire().headers)
    assert (sent[b"authorization"], sent[b"x-key"]) == (b"Basic YW5uOnA3", b"ok")


def test_the_credentials_of_a_proxy_are_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / "kustomer-nb.toml").write_text(
        '[profiles.office]\nproxy = "http://me:pw@127.0.0.1:1"\n', encoding="utf-8"
    )

    run = action(tmp_path, {}).run(profile="office", mode="record", transport=echoing("me:pw"))

    assert run.output["body"]["words"]["plain"] == ["$proxy"]
    texts = ((place, text) for place, text in everything(run, tmp_path) if place != "fields of the run")
    assert places_of((r"\bme:pw\b",), texts) == []
