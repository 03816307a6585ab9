"""A cassette that differs from what was written is rejected, with the pointer of the difference."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.storage.cassette.reader import parse_exchanges
from kustomer_nb.storage.cassette.serialization import format_exchanges
from tests.storage.cassette.exchanges import ask, exchange


def cassette_json() -> Any:
    request = ask(body="x", headers={"a": "1"}, settings={"a.b.c": 1}, wildcards=frozenset({"$k"}))
    recorded = exchange(request=request, now=datetime(2034, 1, 2), seed=1, env={"orgId": "x"})
    value = json.loads(format_exchanges([recorded]))
    value["exchanges"][0]["response"]["redirects"] = ["302 http://a.b/"]
    return value


def refused(text: str) -> Any:
    with pytest.raises(LoadError) as caught:
        parse_exchanges(text, Path("shop.cassette.json"))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "KNB820"
    assert diagnostic.message.startswith('the cassette "shop.cassette.json" cannot be read: ')
    assert diagnostic.fix
    return diagnostic


def put(*keys: str | int, value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        *path, last = keys
        for key in path:
            document = document[key]
        document[last] = value

    return change


def remove(*keys: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        *path, last = keys
        for key in path:
            document = document[key]
        del document[last]

    return change


FIRST = ("exchanges", 0)
CHANGES: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "no version": (remove("version"), "/version", "its version is null"),
    "a version that is true": (put("version", value=True), "/version", "its version is true"),
    "another key": (put("more", value=1), "/more", 'the key "more" is unknown'),
    "no exchanges": (remove("exchanges"), "", "`exchanges` is missing"),
    "exchanges by name": (put("exchanges", value={}), "/exchanges", "{} is not an array"),
    "an exchange that is null": (put("exchanges", 0, value=None), "/exchanges/0", "null is not an object"),
    "no request": (remove(*FIRST, "request"), "/exchanges/0", "`request` is missing"),
    "an action that is not a string": (
        put(*FIRST, "action", value=7),
        "/exchanges/0/action",
        "7 is not a string",
    ),
    "a seed that is not an integer": (
        put(*FIRST, "seed", value="7"),
        "/exchanges/0/seed",
        '"7" is not an integer',
    ),
    "an invalid time": (
        put(*FIRST, "now", value="noon"),
        "/exchanges/0/now",
        '"noon" is not an ISO 8601 time',
    ),
    "a time that is a number": (put(*FIRST, "now", value=7), "/exchanges/0/now", "7 is not an ISO 8601 time"),
    "a setting that is a list": (
        put(*FIRST, "settings", "a.b.c", value=[]),
        "/exchanges/0/settings/a.b.c",
        "[] is not a string, a number",
    ),
    "settings that are a list": (
        put(*FIRST, "settings", value=[]),
        "/exchanges/0/settings",
        "[] is not an object",
    ),
    "another key in the request": (
        put(*FIRST, "request", "a/b", value=1),
        "/exchanges/0/request/a~1b",
        'the key "a/b" is unknown',
    ),
    "a label that is a number": (
        put(*FIRST, "request", "wildcards", value=[1]),
        "/exchanges/0/request/wildcards/0",
        "1 is not a string",
    ),
    "a status that is a string": (
        put(*FIRST, "response", "status_code", value="200"),
        "/exchanges/0/response/status_code",
        '"200" is not an integer',
    ),
    "is_truncated that is a number": (
        put(*FIRST, "response", "is_truncated", value=1),
        "/exchanges/0/response/is_truncated",
        "1 is not true or false",
    ),
    "a header without a value": (
        put(*FIRST, "response", "headers", value=["date"]),
        "/exchanges/0/response/headers/0",
        '"date" is not two parts separated by ": "',
    ),
    "a redirect without a status": (
        put(*FIRST, "response", "redirects", value=["to http://a.b"]),
        "/exchanges/0/response/redirects/0",
        "is not a status and a URL",
    ),
    "a body in two forms": (
        put(*FIRST, "response", "body", value={"text": "a", "base64": ""}),
        "/exchanges/0/response/body",
        "is not an object with one of base64, json, text",
    ),
    "a request body in base64": (
        put(*FIRST, "request", "body", value={"base64": ""}),
        "/exchanges/0/request/body",
        "is not an object with one of json, text",
    ),
    "JSON without a style": (
        put(*FIRST, "response", "body", value={"json": 1}),
        "/exchanges/0/response/body",
        "`style` is missing",
    ),
    "JSON in an unknown style": (
        put(*FIRST, "response", "body", "style", value="pretty"),
        "/exchanges/0/response/body/style",
        '"pretty" is not one of compact, ',
    ),
    "a style that is not a string": (
        put(*FIRST, "response", "body", "style", value=["compact"]),
        "/exchanges/0/response/body/style",
        '["compact"] is not one of compact, ',
    ),
    "a line that is a number": (
        put(*FIRST, "response", "body", value={"text": ["a", 1]}),
        "/exchanges/0/response/body/text/1",
        "1 is not a string",
    ),
    "invalid base64": (
        put(*FIRST, "response", "body", value={"base64": "?"}),
        "/exchanges/0/response/body/base64",
        "it is not a valid body (",
    ),
    "half of a surrogate pair": (
        put(*FIRST, "response", "body", value={"text": "\ud800"}),
        "/exchanges/0/response/body/text",
        "it is not a valid body (",
    ),
}


def test_reads_what_was_written() -> None:
    (recorded,) = parse_exchanges(json.dumps(cassette_json()), Path("x"))

    assert recorded.response.redirects == ((302, "http://a.b/"),)


@pytest.mark.parametrize(("change", "pointer", "problem"), CHANGES.values(), ids=CHANGES)
def test_rejects_a_manual_change_with_its_pointer(
    change: Callable[[Any], None], pointer: str, problem: str
) -> None:
    value = cassette_json()
    change(value)

    diagnostic = refused(json.dumps(value))

    assert diagnostic.pointer == pointer
    assert problem in diagnostic.message


def test_rejects_a_request_that_is_recorded_twice() -> None:
    value = cassette_json()
    value["exchanges"] *= 2

    diagnostic = refused(json.dumps(value))

    assert diagnostic.pointer == "/exchanges/1"
    assert "it has the same request as /exchanges/0" in diagnostic.message


def test_rejects_a_duplicate_key() -> None:
    text = json.dumps(cassette_json()).replace('"env":', '"seed": 7, "env":')

    assert 'an object has the key "seed" twice' in refused(text).message


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [("request", "wildcard", "wildcards"), ("response", "is_truncate", "is_truncated")],
)
def test_suggests_the_key_that_an_unknown_key_resembles(part: str, old: str, new: str) -> None:
    value = cassette_json()
    value["exchanges"][0][part][old] = []

    diagnostic = refused(json.dumps(value))

    assert diagnostic.pointer == f"/exchanges/0/{part}/{old}"
    assert diagnostic.fix == f"did you mean `{new}`?"


@pytest.mark.parametrize(("part", "old"), [("request", "matches_any"), ("response", "is_cut")])
def test_rejects_a_key_that_was_renamed(part: str, old: str) -> None:
    value = cassette_json()
    value["exchanges"][0][part][old] = []

    diagnostic = refused(json.dumps(value))

    assert diagnostic.pointer == f"/exchanges/0/{part}/{old}"
    assert f'the key "{old}" is unknown' in diagnostic.message
    assert diagnostic.fix == "undo the change there, or delete the file and record it again."


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", "\ufeff{}", "[" * 100_000, "[" + "9" * 5000 + "]", "[NaN]", "null", "[]", '"x"'],
    ids=lambda text: text[:8] or "empty",
)
def test_rejects_what_is_not_a_cassette(text: str) -> None:
    refused(text)
