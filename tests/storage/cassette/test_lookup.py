"""What finds one of many requests finds what a look at each of them finds, and looks at few."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from kustomer_nb.storage.cassette import RecordedRequest
from kustomer_nb.storage.cassette.index import CassetteIndex
from kustomer_nb.storage.cassette.lookup import RequestTable
from tests.storage.cassette.exchanges import LABEL, ask, exchange

MASKED = "<masked: /inputs/email>"
WORDS = ["demo", "shop", "7", "a/b", "", LABEL, MASKED, "x=1&y", "?", '"demo"', "5", f'"{MASKED}"']


def random_request(random: Random) -> RecordedRequest:
    def text(length: int) -> str:
        return "".join(random.choices(WORDS, k=length))

    wildcards = {label for label in (LABEL, MASKED) if random.random() < 0.3}
    return RecordedRequest(
        random.choice(["GET", "POST"]),
        f"https://{text(1)}.shop.com/{text(random.randint(0, 2))}",
        {"accept": text(1)} if random.random() < 0.5 else {},
        random.choice([None, "", text(2), f'{{"n":{text(1)}}}']),
        random.choice([{}, {"shop.default.region": "eu"}]),
        wildcards=frozenset(wildcards),
    )


def relative(random: Random, request: RecordedRequest) -> RecordedRequest:
    """Return a request with other words in place of labels, or labels in place of words."""
    before, after = random.choice([(LABEL, "demo"), (MASKED, "7"), ("demo", LABEL), (f'"{MASKED}"', "5")])

    def changed(text: str) -> str:
        return text.replace(before, after)

    return replace(
        request,
        url=changed(request.url),
        headers={name: changed(value) for name, value in request.headers.items()},
        body=None if request.body is None else changed(request.body),
        wildcards=random.choice([frozenset(), frozenset({LABEL}), request.wildcards]),
    )


@pytest.mark.parametrize("seed", range(30))
def test_finds_the_exchange_that_a_look_at_each_finds(seed: int) -> None:
    random = Random(seed)
    requests = {request.key: request for request in (random_request(random) for _ in range(60))}
    index = CassetteIndex(exchange(request=request) for request in requests.values())
    found = 0

    queries = [relative(random, random.choice(index.exchanges).request) for _ in range(100)]
    for request in [*queries, *(random_request(random) for _ in range(50))]:
        equal = [item for item in index.exchanges if item.request.key == request.key]
        fitting = [item for item in index.exchanges if item.request.fits(request)]
        assert index.find(request) is next(iter([*equal, *fitting]), None)
        found += bool(fitting) and not equal

    assert found > 0


def test_only_what_agrees_apart_from_the_wildcard_is_looked_at() -> None:
    urls = [f"https://{LABEL}.shop.com/orders/{number}?of={LABEL}" for number in range(200)]
    wildcards = frozenset({LABEL})
    table = RequestTable(enumerate(ask(url, wildcards=wildcards) for url in urls))

    assert table.candidates(ask("https://demo.shop.com/orders/70?of=demo")) == [70]
    assert table.candidates(ask("https://demo.shop.com/orders/700?of=demo")) == []


def test_a_wildcard_of_the_request_is_looked_up_too() -> None:
    bodies = [f'{{"token":"demo","order":{number}}}' for number in range(200)]
    table = RequestTable(enumerate(ask(body=body) for body in bodies))

    body = f'{{"token":"{LABEL}","order":70}}'

    assert table.candidates(ask(body=body, wildcards=frozenset({LABEL}))) == [70]


def test_any_text_may_be_in_place_of_what_a_helper_returned() -> None:
    urls = [f"https://api.shop.com/{number}?on=2034/01/02&key=k{number}" for number in range(200)]
    table = RequestTable(enumerate(map(ask, urls)))

    pattern = ask("https://api.shop.com/70?on=<any>&key=<any>", wildcards=frozenset({"<any>"}))

    assert table.like(pattern) == [70]


def test_texts_of_all_lengths_are_found_in_few_tables() -> None:
    bodies = [f'{{"name":"{"x" * number}","key":"{number}"}}' for number in range(300)]
    patterns = [
        ask(body=body.replace('"key":"', '"key":"<any>'), wildcards=frozenset({"<any>"})) for body in bodies
    ]
    table, recorded = (
        RequestTable(enumerate(ask(body=body) for body in bodies)),
        RequestTable(enumerate(patterns)),
    )

    for number, pattern in enumerate(patterns):
        assert number in table.like(pattern)
        assert number in recorded.candidates(ask(body=bodies[number]))
        assert len(table.like(pattern)) <= 16
    assert len(table._tables) <= 64
    assert len(recorded._pattern_tables) <= 64
