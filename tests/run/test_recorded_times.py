"""A replay, and a request that is not recorded, take as long with many recordings as with few."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb import Action, load
from kustomer_nb.errors import ReplayError
from kustomer_nb.jsontext.caches import file_state
from kustomer_nb.storage.cassette import Cassette, Exchange, RecordedRequest, RecordedResponse
from kustomer_nb.storage.cassette.serialization import format_exchanges
from tests.samples import an_action, an_app
from tests.work import count_lines

ECHO = httpx.MockTransport(
    lambda request: httpx.Response(200, json={"target": request.extensions["target"].decode()})
)
URI = "https://api.shop.com/orders/{{id}}"
BEGIN = datetime(2034, 1, 2, tzinfo=UTC)
# More than are compared when none matches, so that both cassettes are large.
FEW, MANY = 100, 800


@pytest.fixture
def make_action(tmp_path: Path) -> Callable[..., Action]:
    def write(name: str = "shop.json", **template: Any) -> Action:
        path = tmp_path / name
        action = an_action(inputTemplate={"uri": URI, "method": "get", "json": True, **template})
        path.write_text(json.dumps(an_app(action)), encoding="utf-8")
        return load(path).action()

    return write


def record(action: Action, cassette: Path, count: int) -> Path:
    """Write a cassette as if the action had run with each id, each at another time and with another seed."""
    exchanges = []
    for number in range(count):
        context = action.context(now=BEGIN + timedelta(hours=number), seed=number)
        prepared = action.prepare({"id": number}, context)
        used = prepared.context.read
        request = RecordedRequest.from_request(prepared.request, {})
        response = RecordedResponse(200, (("content-type", "application/json"),), str(number).encode())
        now, seed = (context.now if "now" in used else None), (number if "seed" in used else None)
        exchanges.append(Exchange(action.name or "", request, response, now, seed))
    cassette.write_text(format_exchanges(exchanges), encoding="utf-8")
    return cassette


def settled(cassette: Path) -> Path:
    """Return a cassette that is read once and then no more."""
    while not file_state(str(cassette))[1]:
        time.sleep(0.02)
    return cassette


def replayed(action: Action, cassette: Path, number: int) -> Any:
    run = action.run({"id": number}, mode="replay", cassette=cassette)
    assert run.response is not None
    return run.response.body


TEMPLATES = [
    pytest.param({}, id="neither"),
    pytest.param({"headers": {"x-id": "{{randomId}}"}}, id="random header"),
    pytest.param({"qs": {"at": "{{{date 'day' count=0}}}", "to": "/"}}, id="time in the URL"),
    pytest.param(
        {"method": "post", "data": {"id": "{{id}}", "key": "{{randomId}}", "at": "{{{date 'days'}}}"}},
        id="body",
    ),
]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_replay_and_a_miss_do_not_depend_on_the_number_of_recordings(
    make_action: Callable[..., Action], tmp_path: Path, template: dict[str, Any]
) -> None:
    action = make_action(**template)

    def lines(count: int) -> tuple[int, int]:
        cassette = settled(record(action, tmp_path / f"{count}.json", count))
        # Of the same length, which is looked up in the same table.
        assert replayed(action, cassette, 78) == 78
        missed(action, cassette)
        return (
            count_lines(lambda: replayed(action, cassette, 77)),
            count_lines(lambda: missed(action, cassette)),
        )

    (few, few_missed), (many, many_missed) = lines(FEW), lines(MANY)

    assert many <= 1.1 * few
    # The neighbours of a request by URL and body are other ones, and differ in other places.
    assert many_missed <= 2 * few_missed


def missed(action: Action, cassette: Path) -> None:
    with pytest.raises(ReplayError):
        replayed(action, cassette, 123_456)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"headers": {"x-a": "{{#if (date 'day')}}{{id}}-{{randomId}}{{/if}}"}}, id="in a block"),
        pytest.param(
            {"headers": {"x-a": "{{#each (lookup (randomId) 'length')}}.{{else}}{{randomId}}{{/each}}"}},
            id="a loop",
        ),
        pytest.param({"headers": {"cookie": "id={{{randomId}}}"}}, id="a cookie"),
        pytest.param(
            {"uri": "https://api.shop.com/{{{dateFormat (date 'day') format='YYYY/MM/DD'}}}/{{id}}"},
            id="a path",
        ),
    ],
)
def test_a_request_is_found_wherever_the_time_decides(
    make_action: Callable[..., Action], tmp_path: Path, template: dict[str, Any]
) -> None:
    action = make_action(**template)
    cassette = tmp_path / "tape.json"
    for number in range(5):
        options = {"now": BEGIN + timedelta(days=number), "seed": number}
        action.run({"id": number}, mode="record", transport=ECHO, cassette=cassette, **options)

    outputs = [replayed(action, cassette, number)["target"] for number in range(5)]

    assert len(Cassette(cassette).exchanges) == 5
    assert all(target.endswith(f"/{number}") for number, target in enumerate(outputs))
    missed(action, cassette)


def test_a_recording_replaces_that_of_another_time_among_many(
    make_action: Callable[..., Action], tmp_path: Path
) -> None:
    action = make_action(headers={"x-id": "{{randomId}}"})
    cassette = record(action, tmp_path / "tape.json", FEW)
    before = {item.request.url: item for item in Cassette(cassette).exchanges}

    action.run({"id": 7}, mode="record", transport=ECHO, cassette=cassette)

    after = {item.request.url: item for item in Cassette(cassette).exchanges}
    assert [url for url, item in after.items() if before.get(url) != item] == [
        "https://api.shop.com/orders/7"
    ]
    assert replayed(action, cassette, 7) == {"target": "/orders/7"}
    assert replayed(action, cassette, 8) == 8


def test_masked_inputs_and_time_are_matched_together(
    make_action: Callable[..., Action], tmp_path: Path
) -> None:
    (tmp_path / "kustomer-nb.toml").write_text('mask = ["/inputs/age"]')
    action = make_action(
        method="post", data={"id": "/#id", "age": "/#age", "key": "{{randomId}}", "at": "{{date 'day'}}"}
    )
    cassette = tmp_path / "tape.json"
    for number in range(3):
        inputs = {"id": number, "age": 42}
        action.run(inputs, mode="record", transport=ECHO, cassette=cassette, confirm="api.shop.com")

    run = action.run({"id": 1, "age": 7}, mode="replay", cassette=cassette)

    assert run.response is not None
    assert run.response.body == {"target": "/orders/1"}
