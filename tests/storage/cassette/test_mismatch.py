"""The error for a request that was not recorded lists the recorded ones, the most similar first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import ReplayError, TransportError
from kustomer_nb.storage.cassette import Cassette, RecordedRequest, mismatch
from tests.storage.cassette.exchanges import ask, exchange

ORDERS = "https://api.shop.com/orders/"


def refusal(tmp_path: Path, request: RecordedRequest, *recorded: RecordedRequest) -> ReplayError:
    path = tmp_path / "shop.cassette.json"
    for recorded_request in recorded:
        Cassette(path).record(exchange(request=recorded_request))
    assert Cassette(path).find(request) is None
    return mismatch.refusal(request, Cassette(path))


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        (None, 'there is no cassette "shop.cassette.json"'),
        ('{"version": 1, "exchanges": []}', '"shop.cassette.json" has no exchanges'),
    ],
)
def test_reports_that_a_cassette_is_missing_or_empty(tmp_path: Path, text: str | None, lacks: str) -> None:
    if text is not None:
        (tmp_path / "shop.cassette.json").write_text(text)

    error = refusal(tmp_path, ask(f"{ORDERS}7"))

    assert isinstance(error, TransportError)
    (diagnostic,) = error.diagnostics
    assert diagnostic.code == "KNB816"
    assert diagnostic.severity is Severity.ERROR
    assert diagnostic.message == f"{lacks}, so nothing is recorded for GET {ORDERS}7."
    assert diagnostic.fix == 'run it once with mode="record".'


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a header changed": (
        {"headers": {"a": "1"}},
        {"headers": {"a": "2"}},
        'the header a is now "2", was "1"',
    ),
    "a header added": ({}, {"headers": {"a": "2"}}, 'the header a is new ("2")'),
    "a header removed": ({"headers": {"a": "1"}}, {}, 'the header a is missing, was "1"'),
    "a setting changed": (
        {"settings": {"shop.default.region": "eu"}},
        {"settings": {"shop.default.region": "us"}},
        'the setting shop.default.region is now "us", was "eu"',
    ),
    "true for 1": (
        {"settings": {"shop.default.on": 1}},
        {"settings": {"shop.default.on": True}},
        "the setting shop.default.on is now true, was 1",
    ),
    "one value in the body": (
        {"body": '{"a":{"b/c":[1,2]}}'},
        {"body": '{"a":{"b/c":[1,3]}}'},
        "the body at /a/b~1c/1 is now 3, was 2",
    ),
    "many values in the body": (
        {"body": "[[0],[0],[0],[0],[0]]"},
        {"body": "[[1],[1],[1],[1],[1]]"},
        "the body at /0/0 is now 1, was 0; the body at /1/0 is now 1, was 0; "
        "the body at /2/0 is now 1, was 0; the body has 2 more differences",
    ),
    "the root of the body": ({"body": "1"}, {"body": "2"}, "the body at its root is now 2, was 1"),
    "the order of the body": (
        {"body": '{"a":1,"b":2}'},
        {"body": '{"b":2,"a":1}'},
        "the body has the same values in another order or layout",
    ),
    "a text body": ({"body": "a=1"}, {"body": "a=2"}, 'the body is now "a=2", was "a=1"'),
    "a body added": ({}, {"body": "a"}, "the body is new"),
    "a body removed": ({"body": "a"}, {}, "the body is missing"),
    "a long body": ({"body": "a"}, {"body": "b" * 99}, f'the body is now "{"b" * 59}…, was "a"'),
}


@pytest.mark.parametrize(("recorded", "current", "expected"), CHANGES.values(), ids=CHANGES)
def test_reports_each_difference(
    tmp_path: Path, recorded: dict[str, Any], current: dict[str, Any], expected: str
) -> None:
    error = refusal(tmp_path, ask(f"{ORDERS}7", **current), ask(f"{ORDERS}7", **recorded))

    first, hint = error.diagnostics
    assert first.message == f'no exchange in "shop.cassette.json" matches GET {ORDERS}7.'
    assert (hint.severity, hint.pointer) == (Severity.HINT, "/exchanges/0")
    assert hint.message == f"recorded: GET {ORDERS}7: {expected}."


def test_reports_method_and_url(tmp_path: Path) -> None:
    error = refusal(tmp_path, RecordedRequest("POST", f"{ORDERS}7"), ask(f"{ORDERS}8"))

    assert error.diagnostics[1].message == (
        f"recorded: GET {ORDERS}8: the method is now POST; the URL differs."
    )


def test_lists_the_most_similar_first_and_counts_the_others(tmp_path: Path) -> None:
    recorded = [ask(f"https://other.com/{number}") for number in range(6)]
    near = [ask(f"{ORDERS}71"), ask(f"{ORDERS}7", headers={"a": "1"})]

    error = refusal(tmp_path, ask(f"{ORDERS}7"), *recorded, *near)

    messages = [diagnostic.message for diagnostic in error.diagnostics]
    assert len(messages) == 7
    assert messages[1].startswith(f"recorded: GET {ORDERS}7: the header a ")
    assert messages[2].startswith(f"recorded: GET {ORDERS}71: the URL differs")
    assert messages[6] == "3 more exchanges are recorded."
