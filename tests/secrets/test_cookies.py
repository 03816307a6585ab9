"""No file contains the value of a cookie; equal sessions replay equal responses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from kustomer_nb import Action, load
from kustomer_nb.errors import ReplayError
from kustomer_nb.secrets.cookies import hidden_cookie, hidden_set_cookie, placeholder
from tests.samples import an_action

SESSION = "s3ss10n-0123456789"
OTHER = "an0ther-9876543210"


@pytest.fixture(autouse=True)
def keep_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY", raising=False)


def action(folder: Path, **template: Any) -> Action:
    keys = {"token": {"key": "shop.default.token"}} if "{{{token}}}" in json.dumps(template) else {}
    definition = an_action(
        inputSchema={"properties": {"session": {"type": "string"}, "id": {"type": "number"}}},
        appSettings=keys,
        inputTemplate={"uri": "http://127.0.0.1/orders", "method": "get", "json": True, **template},
        outputTemplate={"response": "/#response", "cookies": "/#response.headers.set-cookie"},
    )
    path = folder / "shop.json"
    path.write_text(json.dumps(definition), encoding="utf-8")
    return load(path).action()


def setting(*cookies: str, body: Any = None, **headers: str) -> httpx.MockTransport:
    header_items = [*(("set-cookie", cookie) for cookie in cookies), *headers.items()]
    return httpx.MockTransport(lambda request: httpx.Response(200, json=body, headers=header_items))


def files(folder: Path) -> str:
    paths = (folder / "shop.cassette.json", folder / ".kustomer-nb" / "history.jsonl")
    return "".join(path.read_text(encoding="utf-8") for path in paths)


SET = {
    "a session": (f"sid={SESSION}; Path=/; HttpOnly", SESSION),
    "a short one": ("sid=xq7; Path=/", "xq7"),
    "one with attributes in any case": ("sid=Xq7Zw; path=/; SECURE; samesite=Lax", "Xq7Zw"),
    "one with a date": ("sid=xq7zz; Expires=Thu, 01 Jan 2037 00:00:00 GMT", "xq7zz"),
    "a quoted value": ('sid="xq7zz"; Path=/', "xq7zz"),
    "a value with =": ("sid=xq7zz==; Path=/", "xq7zz"),
    "a value with a comma": ("sid=ab,xq7zz; Path=/", "xq7zz"),
    "JSON": ('cart={"id":"xq7zz"}', "xq7zz"),
    "two in one header": ("a=1; Path=/, sid=xq7zz; Path=/", "xq7zz"),
    "one without a name": ("xq7zz; Path=/", "xq7zz"),
    "an unknown attribute": ("sid=; key=xq7zz", "xq7zz"),
    "URL-quoted": (f"sid={quote('s:xq7zz.+/')}", "xq7zz"),
    "a deletion that contains the value": ("sid=xq7zz; Max-Age=0", "xq7zz"),
    "a name of an attribute": ("version=xq7zz; Path=/", "xq7zz"),
    "a second one with such a name": ("a=1; Path=/, path=xq7zz; Path=/", "xq7zz"),
    "a quoted value with a comma": ('sid="ab, b=xq7zz"; Path=/', "xq7zz"),
    "a quoted value with a semicolon": ('sid="ab;path=xq7zz"; Path=/', "xq7zz"),
    "a quote that does not end": ('sid="xq7zz; Path=/', "xq7zz"),
    "what looks like a label": ("sid=$abc.xq7zz; Path=/", "xq7zz"),
    "a prefix": ("__Host-sid=xq7zz; Secure", "xq7zz"),
}


@pytest.mark.parametrize(("cookie", "value"), SET.values(), ids=SET)
def test_no_file_contains_the_value_of_a_set_cookie(cookie: str, value: str, tmp_path: Path) -> None:
    run = action(tmp_path).run(mode="record", transport=setting(cookie))

    assert run.response is not None
    assert run.response.headers["set-cookie"] == [cookie]
    assert value not in files(tmp_path)
    assert "<cookie:" in files(tmp_path)


TWINS = {
    "a deletion": "sid=; Max-Age=0",
    "a deletion with a date": "sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/",
    "an empty string": 'sid=""; Path=/',
    "a deletion of PHP": "sid=deleted; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0",
    "nothing": "",
}


@pytest.mark.parametrize("cookie", TWINS.values(), ids=TWINS)
def test_a_cookie_without_a_value_is_unchanged(cookie: str, tmp_path: Path) -> None:
    action(tmp_path).run(mode="record", transport=setting(cookie))

    (exchange,) = json.loads((tmp_path / "shop.cassette.json").read_text())["exchanges"]
    assert f"set-cookie: {cookie}" in exchange["response"]["headers"]


def test_name_and_attributes_stay() -> None:
    header = hidden_set_cookie(f"sid={SESSION}; Path=/; Expires=Thu, 01 Jan 2037 00:00:00 GMT; HttpOnly")

    assert re.fullmatch(
        r"sid=<cookie:[0-9a-f]{8}>; Path=/; Expires=Thu, 01 Jan 2037 00:00:00 GMT; HttpOnly", header
    )


def test_placeholders_are_equal_only_for_equal_values() -> None:
    assert placeholder(SESSION) == placeholder(f'"{SESSION}"') == placeholder(placeholder(SESSION))
    assert placeholder(SESSION) != placeholder(OTHER)
    assert hidden_cookie(f"a={SESSION}; b={SESSION}") == "; ".join(
        f"{name}={placeholder(SESSION)}" for name in "ab"
    )


REPEATED = {
    "called as an attribute": ("version=s3ss10nSEKRET0123; Path=/", "s3ss10nSEKRET0123"),
    "called as an attribute in quotes": ('path="s3ss10nSEKRET0123"', "s3ss10nSEKRET0123"),
    "quoted, with a comma": ('sid="ab,s3ss10n,SEKRET0123"; Path=/', "ab,s3ss10n,SEKRET0123"),
    "quoted, with a semicolon": ('sid="ab;s3ss10nSEKRET0123"', "ab;s3ss10nSEKRET0123"),
    "with a comma": ("sid=ab,s3ss10nSEKRET0123; Path=/", "ab,s3ss10nSEKRET0123"),
    "like a date": ("sid=2034-01-02-s3ss10nSEKRET0123; Path=/", "2034-01-02-s3ss10nSEKRET0123"),
    "like a URL": ("sid=s3ss10n://SEKRET0123; Path=/", "s3ss10n://SEKRET0123"),
    "a URL with a token": ("to=https://a.b/?t=s3ss10nSEKRET0123", "https://a.b/?t=s3ss10nSEKRET0123"),
    "like a label": ("sid=$abc.dEf123SEKRET; Path=/", "$abc.dEf123SEKRET"),
    "short, of a name of sessions": ("sid=xq7; Path=/", "xq7"),
    "short, without attributes": ("session_id=xq7zz", "xq7zz"),
}


@pytest.mark.parametrize(("cookie", "value"), REPEATED.values(), ids=REPEATED)
def test_a_cookie_is_hidden_wherever_else_it_occurs(cookie: str, value: str, tmp_path: Path) -> None:
    name = cookie.partition("=")[0]
    body = {name: value, "link": f"https://shop.com/?{name}={quote(value)}", "text": f"{name}: {value}"}

    run = action(tmp_path).run(mode="record", transport=setting(cookie, body=body))

    assert run.output["response"]["body"] == body
    assert value not in files(tmp_path)
    assert quote(value) not in files(tmp_path)


@pytest.mark.parametrize(
    "cookie", ["sid=$abc.dEf123SEKRET", "$abc.dEf123SEKRET", "a=1; sid=$abc.dEf123SEKRET"]
)
def test_a_sent_cookie_that_looks_like_a_label_is_hidden(cookie: str, tmp_path: Path) -> None:
    shop_action = action(tmp_path, headers={"cookie": "{{{session}}}"})

    shop_action.run({"session": cookie}, mode="record", transport=httpx.MockTransport(echoing))

    assert "SEKRET" not in files(tmp_path)
    assert shop_action.run({"session": cookie}, mode="replay").ok


BODIES = {
    "JSON": {"session": SESSION},
    "a URL": {"next": f"https://shop.com/?sid={SESSION}&x=1"},
    "base64": {"state": "eyJzIjoiczNzczEwbi0wMTIzNDU2Nzg5In0="},
    "a key": {SESSION: 1},
    "HTML": f"<input value='{SESSION}'>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_session_is_also_hidden_in_the_body(body: Any, tmp_path: Path) -> None:
    transport = setting(f"sid={SESSION}; Path=/", body=body, **{"x-session": SESSION})

    run = action(tmp_path).run(mode="record", transport=transport)

    assert run.response is not None
    assert run.response.body == body
    assert SESSION not in files(tmp_path)
    assert "czNzczEwbi0" not in files(tmp_path)


@pytest.mark.parametrize(
    ("cookie", "body"),
    [
        pytest.param("theme=dark", {"theme": "dark"}, id="a word"),
        pytest.param("consent=accepted", {"status": "accepted"}, id="a longer word"),
        pytest.param("page=42", {"page": 42, "pages": [41, 42]}, id="a number"),
        pytest.param("seen=2034-01-02T09:00:00Z", {"at": "2034-01-02T09:00:00Z"}, id="a time"),
        pytest.param("back=https%3A%2F%2Fshop.com%2F7", {"url": "https://shop.com/7"}, id="a URL"),
        pytest.param("seen=2034-01-02; Path=/", {"at": "2034-01-02"}, id="a date"),
        pytest.param("sid=; Path=/orders-2034-01", {"path": "/orders-2034-01"}, id="an attribute"),
        pytest.param("sid=; Domain=shop-1234.com", {"host": "shop-1234.com"}, id="a domain"),
    ],
)
def test_a_common_value_of_a_cookie_stays_in_the_body(cookie: str, body: Any, tmp_path: Path) -> None:
    shop_action = action(tmp_path)
    shop_action.run(mode="record", transport=setting(cookie, body=body))

    assert shop_action.run(mode="replay").output["response"]["body"] == body


SENT = {
    "of an input": {"headers": {"Cookie": "theme=dark; sid={{{session}}}"}},
    "written out": {"headers": {"cookie": f"sid={SESSION}"}},
    "of an input, and in the URL": {
        "uri": "http://127.0.0.1/orders/{{{session}}}",
        "headers": {"Cookie": "sid={{{session}}}"},
    },
    "of an input, and in the body": {
        "method": "post",
        "data": {"session": "/#session"},
        "headers": {"Cookie": ["a=b", "sid={{{session}}}"]},
    },
}


@pytest.mark.parametrize("template", SENT.values(), ids=SENT)
def test_no_file_contains_the_value_of_a_sent_cookie(template: Any, tmp_path: Path) -> None:
    shop_action = action(tmp_path, **template)
    live = shop_action.run({"session": SESSION}, mode="record", transport=setting(body={"ok": True}))

    assert SESSION not in files(tmp_path)
    again = shop_action.run({"session": SESSION}, mode="replay")
    assert again.output["response"]["body"] == live.output["response"]["body"]


def echoing(request: httpx.Request) -> httpx.Response:
    cookie = request.headers["cookie"]
    _, _, session = cookie.rpartition("=")
    body = {"session": session, "was": f"{cookie}.", "link": f"https://shop.com/?sid={quote(session)}&x=1"}
    return httpx.Response(200, json=body, headers={"x-session": session, "x-cookie": cookie})


ECHOED = {
    "of an input": {"headers": {"cookie": "theme=dark; sid={{{session}}}"}},
    "of an input, all of it": {"headers": {"Cookie": "sid={{session}}"}},
    "written out": {"headers": {"cookie": f"sid={SESSION}"}},
    "in an array": {"headers": {"cookie": ["theme=dark", "sid={{{session}}}"]}},
}


@pytest.mark.parametrize("template", ECHOED.values(), ids=ECHOED)
def test_no_file_contains_a_cookie_that_the_service_echoes(template: Any, tmp_path: Path) -> None:
    shop_action = action(tmp_path, **template)

    live = shop_action.run({"session": SESSION}, mode="record", transport=httpx.MockTransport(echoing))

    assert live.output["response"]["body"]["session"] == SESSION
    assert SESSION not in files(tmp_path)
    again = shop_action.run({"session": SESSION}, mode="replay").output["response"]["body"]
    assert again["session"] == placeholder(SESSION)


@pytest.mark.parametrize("value", ["dark", "accepted", "42"])
def test_a_cookie_that_is_a_word_stays_where_the_service_echoes_it(value: str, tmp_path: Path) -> None:
    shop_action = action(tmp_path, headers={"cookie": f"theme={value}"})

    shop_action.run(mode="record", transport=setting(body={"mode": value}))

    assert shop_action.run(mode="replay").output["response"]["body"] == {"mode": value}


def test_another_session_is_another_request(tmp_path: Path) -> None:
    shop_action = action(tmp_path, headers={"cookie": "sid={{{session}}}"})
    for at, session in enumerate((SESSION, OTHER)):
        shop_action.run({"session": session}, mode="record", transport=setting(body={"at": at}))

    bodies = [
        shop_action.run({"session": session}, mode="replay").output["response"]["body"]["at"]
        for session in (SESSION, OTHER)
    ]

    assert bodies == [0, 1]
    with pytest.raises(ReplayError):
        shop_action.run({"session": "a-third-0123456789"}, mode="replay")


def test_the_next_step_can_replay_with_a_replayed_session(tmp_path: Path) -> None:
    shop_action = action(tmp_path, uri="http://127.0.0.1/{{id}}", headers={"cookie": "{{{session}}}"})

    def log_in_and_ask(**arguments: Any) -> Any:
        (cookie,) = shop_action.run({"session": "", "id": 1}, **arguments).output["cookies"]
        return shop_action.run({"session": cookie.partition(";")[0], "id": 2}, **arguments).output

    live = log_in_and_ask(mode="record", transport=setting(f"sid={SESSION}; Path=/", body=[1]))
    again = log_in_and_ask(mode="replay")

    assert again["response"]["body"] == live["response"]["body"]
    assert SESSION not in files(tmp_path)


def test_a_cookie_of_a_setting_keeps_the_label_of_the_setting(tmp_path: Path) -> None:
    shop_action = action(tmp_path, headers={"cookie": "sid={{{token}}}; theme=dark"})

    shop_action.run(settings={"token": SESSION}, mode="record", transport=setting())

    assert '"cookie": "sid=$shop.default.token; theme=<cookie:' in files(tmp_path)
    assert shop_action.run(mode="replay").ok


def test_a_cassette_that_contains_a_cookie_still_replays(tmp_path: Path) -> None:
    shop_action = action(tmp_path, headers={"cookie": f"sid={SESSION}"})
    shop_action.run(mode="record", transport=setting(body=[7]))
    path = tmp_path / "shop.cassette.json"
    path.write_text(path.read_text().replace(placeholder(SESSION), SESSION), encoding="utf-8")

    assert shop_action.run(mode="replay").output["response"]["body"] == [7]


def test_a_cookie_masked_by_a_profile_keeps_its_label(tmp_path: Path) -> None:
    (tmp_path / "kustomer-nb.toml").write_text('mask = ["/response/headers/set-cookie"]\n', encoding="utf-8")

    action(tmp_path).run(mode="record", transport=setting(f"sid={SESSION}; Path=/"))

    assert "set-cookie: <masked: /response/headers/set-cookie/0>" in files(tmp_path)
    assert SESSION not in files(tmp_path)
