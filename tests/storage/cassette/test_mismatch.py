"""Where nothing recorded fits, what was asked and what is there is said, the nearest first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import ReplayError, TransportError
from kustomer_nb.storage.cassette import Cassette, RecordedRequest
from tests.storage.cassette.exchanges import ask, exchange

ORDERS = "https://api.shop.com/orders/"


def refusal(tmp_path: Path, asked: RecordedRequest, *recorded: RecordedRequest) -> ReplayError:
    path = tmp_path / "shop.cassette.json"
    for one in recorded:
        Cassette(path).record(exchange(asked=one))
    assert Cassette(path).find(asked) is None
    return Cassette(path).refusal(asked)


def test_an_empty_cassette_says_that_nothing_is_recorded(tmp_path: Path) -> None:
    error = refusal(tmp_path, ask(f"{ORDERS}7"))

    assert isinstance(error, TransportError)
    (found,) = error.diagnostics
    assert found.code == "KNB816"
    assert found.severity is Severity.ERROR
    assert found.message == (
        f"nothing is recorded in 'shop.cassette.json', so there is no answer to GET {ORDERS}7."
    )
    assert found.fix == 'run it once with mode="record", or change the request back.'


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a header changed": (
        {"headers": {"a": "1"}},
        {"headers": {"a": "2"}},
        'the header a is "2" now and was "1"',
    ),
    "a header added": ({}, {"headers": {"a": "2"}}, 'the header a is "2" now and was not there'),
    "a header gone": ({"headers": {"a": "1"}}, {}, 'the header a was "1" and is not there now'),
    "a setting changed": (
        {"settings": {"shop.default.region": "eu"}},
        {"settings": {"shop.default.region": "us"}},
        'the setting shop.default.region is "us" now and was "eu"',
    ),
    "true for 1": (
        {"settings": {"shop.default.on": 1}},
        {"settings": {"shop.default.on": True}},
        "the setting shop.default.on is true now and was 1",
    ),
    "a place of the body": (
        {"body": '{"a":{"b/c":[1,2]}}'},
        {"body": '{"a":{"b/c":[1,3]}}'},
        "the body at /a/b~1c/1 is 3 now and was 2",
    ),
    "many places of the body": (
        {"body": "[[0],[0],[0],[0],[0]]"},
        {"body": "[[1],[1],[1],[1],[1]]"},
        "the body at /0/0 is 1 now and was 0; the body at /1/0 is 1 now and was 0; "
        "the body at /2/0 is 1 now and was 0; the body differs at 2 more places",
    ),
    "the root of the body": ({"body": "1"}, {"body": "2"}, "the body at its root is 2 now and was 1"),
    "the order of the body": (
        {"body": '{"a":1,"b":2}'},
        {"body": '{"b":2,"a":1}'},
        "the body says the same, and is written in another order or layout",
    ),
    "a body of text": ({"body": "a=1"}, {"body": "a=2"}, 'the body is "a=2" now and was "a=1"'),
    "a body added": ({}, {"body": "a"}, "there was no body"),
    "a body gone": ({"body": "a"}, {}, "there is no body now"),
    "a long text": ({"body": "a"}, {"body": "b" * 99}, f'the body is "{"b" * 59}… now and was "a"'),
}


@pytest.mark.parametrize(("recorded", "asked", "said"), CHANGES.values(), ids=CHANGES)
def test_what_differs_is_said(
    tmp_path: Path, recorded: dict[str, Any], asked: dict[str, Any], said: str
) -> None:
    error = refusal(tmp_path, ask(f"{ORDERS}7", **asked), ask(f"{ORDERS}7", **recorded))

    first, hint = error.diagnostics
    assert first.message == f"nothing recorded in 'shop.cassette.json' fits GET {ORDERS}7."
    assert (hint.severity, hint.pointer) == (Severity.HINT, "/exchanges/0")
    assert hint.message == f"recorded is GET {ORDERS}7: {said}."


def test_the_method_and_the_url_are_said(tmp_path: Path) -> None:
    error = refusal(tmp_path, RecordedRequest("POST", f"{ORDERS}7"), ask(f"{ORDERS}8"))

    assert error.diagnostics[1].message == (
        f"recorded is GET {ORDERS}8: the method is POST now; the url is another."
    )


def test_the_nearest_come_first_and_the_rest_are_counted(tmp_path: Path) -> None:
    recorded = [ask(f"https://other.com/{number}") for number in range(6)]
    near = [ask(f"{ORDERS}71"), ask(f"{ORDERS}7", headers={"a": "1"})]

    error = refusal(tmp_path, ask(f"{ORDERS}7"), *recorded, *near)

    messages = [one.message for one in error.diagnostics]
    assert len(messages) == 7
    assert messages[1].startswith(f"recorded is GET {ORDERS}7: the header a ")
    assert messages[2].startswith(f"recorded is GET {ORDERS}71: the url is another")
    assert messages[6] == "3 more are recorded there."
