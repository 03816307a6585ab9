"""Whatever in a cassette is not as it was written is refused, with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.storage.cassette.serialization import read_text, text_of
from tests.storage.cassette.exchanges import ask, exchange


def whole() -> Any:
    asked = ask(body="x", headers={"a": "1"}, settings={"a.b.c": 1}, matches_any=frozenset({"$k"}))
    one = exchange(asked=asked, now=datetime(2034, 1, 2), seed=1, env={"orgId": "x"})
    value = json.loads(text_of([one]))
    value["exchanges"][0]["response"]["redirects"] = ["302 http://a.b/"]
    return value


def refused(text: str) -> Any:
    with pytest.raises(LoadError) as caught:
        read_text(text, Path("shop.cassette.json"))
    (found,) = caught.value.diagnostics
    assert found.code == "KNB820"
    assert found.message.startswith("the cassette 'shop.cassette.json' cannot be read: ")
    assert found.fix
    return found


def put(*keys: str | int, value: Any) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        *path, last = keys
        for key in path:
            whole = whole[key]
        whole[last] = value

    return change


def take(*keys: str | int) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        *path, last = keys
        for key in path:
            whole = whole[key]
        del whole[last]

    return change


ONE = ("exchanges", 0)
CHANGES: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "no version": (take("version"), "/version", "its version is null"),
    "a version that is true": (put("version", value=True), "/version", "its version is true"),
    "another key": (put("more", value=1), "/more", "1 is not known here"),
    "no exchanges": (take("exchanges"), "", "`exchanges` is missing"),
    "exchanges by name": (put("exchanges", value={}), "/exchanges", "{} is not an array"),
    "an exchange that is none": (put("exchanges", 0, value=None), "/exchanges/0", "null is not an object"),
    "no request": (take(*ONE, "request"), "/exchanges/0", "`request` is missing"),
    "an action that is no text": (put(*ONE, "action", value=7), "/exchanges/0/action", "7 is not a string"),
    "a seed that is no number": (
        put(*ONE, "seed", value="7"),
        "/exchanges/0/seed",
        '"7" is not a whole number',
    ),
    "a time that is none": (
        put(*ONE, "now", value="noon"),
        "/exchanges/0/now",
        '"noon" is no time in ISO 8601',
    ),
    "a time that is a number": (put(*ONE, "now", value=7), "/exchanges/0/now", "7 is no time in ISO 8601"),
    "a setting that is a list": (
        put(*ONE, "settings", "a.b.c", value=[]),
        "/exchanges/0/settings/a.b.c",
        "[] is not a plain value",
    ),
    "settings that are a list": (
        put(*ONE, "settings", value=[]),
        "/exchanges/0/settings",
        "[] is not an object",
    ),
    "another key in the request": (
        put(*ONE, "request", "a/b", value=1),
        "/exchanges/0/request/a~1b",
        "1 is not known here",
    ),
    "a label that is a number": (
        put(*ONE, "request", "matches_any", value=[1]),
        "/exchanges/0/request/matches_any/0",
        "1 is not a string",
    ),
    "a status that is text": (
        put(*ONE, "response", "status_code", value="200"),
        "/exchanges/0/response/status_code",
        '"200" is not a whole number',
    ),
    "is_cut that is a number": (
        put(*ONE, "response", "is_cut", value=1),
        "/exchanges/0/response/is_cut",
        "1 is not true or false",
    ),
    "a header without a value": (
        put(*ONE, "response", "headers", value=["date"]),
        "/exchanges/0/response/headers/0",
        "\"date\" is not two parts with ': ' between",
    ),
    "a redirect without a status": (
        put(*ONE, "response", "redirects", value=["to http://a.b"]),
        "/exchanges/0/response/redirects/0",
        "is not a status and a url",
    ),
    "a body of two kinds": (
        put(*ONE, "response", "body", value={"text": "a", "base64": ""}),
        "/exchanges/0/response/body",
        "is not an object with one of base64, json, text",
    ),
    "a request's body in base64": (
        put(*ONE, "request", "body", value={"base64": ""}),
        "/exchanges/0/request/body",
        "is not an object with one of json, text",
    ),
    "JSON without a style": (
        put(*ONE, "response", "body", value={"json": 1}),
        "/exchanges/0/response/body",
        "`style` is missing",
    ),
    "JSON in an unknown style": (
        put(*ONE, "response", "body", "style", value="pretty"),
        "/exchanges/0/response/body/style",
        '"pretty" is not one of compact, ',
    ),
    "a style that is no text": (
        put(*ONE, "response", "body", "style", value=["compact"]),
        "/exchanges/0/response/body/style",
        '["compact"] is not one of compact, ',
    ),
    "a line that is a number": (
        put(*ONE, "response", "body", value={"text": ["a", 1]}),
        "/exchanges/0/response/body/text/1",
        "1 is not a string",
    ),
    "base64 that is none": (
        put(*ONE, "response", "body", value={"base64": "?"}),
        "/exchanges/0/response/body/base64",
        "that is no body (",
    ),
    "half a character": (
        put(*ONE, "response", "body", value={"text": "\ud800"}),
        "/exchanges/0/response/body/text",
        "that is no body (",
    ),
}


def test_what_was_written_is_read() -> None:
    (one,) = read_text(json.dumps(whole()), Path("x"))

    assert one.answer.redirects == ((302, "http://a.b/"),)


@pytest.mark.parametrize(("change", "pointer", "said"), CHANGES.values(), ids=CHANGES)
def test_a_change_by_hand_is_refused_with_its_place(
    change: Callable[[Any], None], pointer: str, said: str
) -> None:
    value = whole()
    change(value)

    found = refused(json.dumps(value))

    assert found.pointer == pointer
    assert said in found.message


def test_a_request_that_is_there_twice_is_refused() -> None:
    value = whole()
    value["exchanges"] *= 2

    found = refused(json.dumps(value))

    assert found.pointer == "/exchanges/1"
    assert "it asks the same as /exchanges/0" in found.message


def test_a_key_that_is_there_twice_is_refused() -> None:
    text = json.dumps(whole()).replace('"env":', '"seed": 7, "env":')

    assert "it gives the key 'seed' twice in one object" in refused(text).message


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", "\ufeff{}", "[" * 100_000, "[" + "9" * 5000 + "]", "[NaN]", "null", "[]", '"x"'],
    ids=lambda text: text[:8] or "empty",
)
def test_what_is_no_cassette_at_all_is_refused(text: str) -> None:
    refused(text)
