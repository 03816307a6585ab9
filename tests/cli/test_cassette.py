"""The recorded exchanges of a definition are listed, and removed after they were shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from kustomer_nb.storage.cassette import Cassette, RecordedRequest
from tests.cli.conftest import Call
from tests.samples import an_action, an_app
from tests.storage.cassette.exchanges import ask, exchange

ORDERS = "https://api.shop.com/orders"
DATED = (
    ("content-type", "application/json"),
    ("date", format_datetime(datetime.now(UTC) - timedelta(days=40))),
)


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_app(an_action())), encoding="utf-8")
    cassette = Cassette(tmp_path / "shop.cassette.json")
    cassette.record(exchange(request=ask(ORDERS)))
    cassette.record(exchange(request=ask(f"{ORDERS}?page=2"), headers=DATED, status_code=404))
    cassette.record(exchange(request=ask(ORDERS), action="kustomer.app.shop.gone", headers=DATED))
    cassette.record(exchange(request=ask(f"{ORDERS}/gone"), action="kustomer.app.shop.gone", headers=DATED))
    cassette.record(exchange(request=RecordedRequest("POST", ORDERS)))
    cassette.record(exchange(request=ask("https://old.shop.com/orders")))
    return path


def urls(definition: Path) -> list[str]:
    exchanges = Cassette(definition.with_name("shop.cassette.json")).exchanges
    return sorted(f"{item.request.method} {item.request.url}" for item in exchanges)


def test_lists_each_exchange_and_why_it_is_unused(definition: Path, call: Call) -> None:
    rows = json.loads(call("cassette", "ls", definition, "--json").stdout)["data"]

    facts = {(row["method"], row["url"]): (row["status"], row["age_in_days"], row["unused"]) for row in rows}
    assert facts == {
        ("GET", ORDERS): (200, 40, "there is no such action"),
        ("GET", f"{ORDERS}?page=2"): (404, 40, ""),
        ("GET", f"{ORDERS}/gone"): (200, 40, "there is no such action"),
        ("POST", ORDERS): (200, None, "the action sends GET"),
        ("GET", "https://old.shop.com/orders"): (200, None, "the action calls api.shop.com"),
    }
    assert {row["host"] for row in rows} == {"api.shop.com", "old.shop.com"}


def test_lists_as_text_at_80_columns(definition: Path, call: Call) -> None:
    done = call("cassette", "ls", definition, "--action", "find", "--older-than", "30")

    assert done.stdout.splitlines() == [
        "kustomer.app.shop.find",
        f"  404    40 d  GET {ORDERS}?page=2",
        "1 exchange of 5.",
    ]


def test_shows_what_it_would_remove_and_then_removes_that(definition: Path, call: Call) -> None:
    before = urls(definition)

    shown = call("cassette", "prune", definition)

    assert shown.exit_code == 1
    assert shown.stdout.splitlines()[-1] == "4 exchanges to remove. Add --yes."
    assert urls(definition) == before

    removed = call("cassette", "prune", definition, "--yes")

    assert removed.exit_code == 0
    assert removed.stdout.splitlines()[-1] == "4 exchanges removed."
    assert removed.stdout.splitlines()[:-1] == shown.stdout.splitlines()[:-1]
    assert urls(definition) == [f"GET {ORDERS}?page=2"]
    assert call("cassette", "prune", definition).exit_code == 0


def test_removes_what_is_chosen_until_nothing_is_left(definition: Path, call: Call) -> None:
    call("cassette", "prune", definition, "--older-than", "0", "--yes")
    assert len(urls(definition)) == 2

    call("cassette", "prune", definition, "--action", "find", "--yes")

    assert urls(definition) == []
    assert call("cassette", "ls", definition).stdout == '"shop.cassette.json" has no exchanges.\n'


def test_the_text_of_the_others_stays(definition: Path, call: Call) -> None:
    path = definition.with_name("shop.cassette.json")
    by_hand = path.read_text().replace('"body": {\n          "json": {', '"body":  {\n          "json": {')
    path.write_text(by_hand)

    call("cassette", "prune", definition, "--action", "gone", "--yes")

    assert '"body":  {' in path.read_text()
    assert len(urls(definition)) == 3


def test_a_missing_and_a_broken_cassette_are_told_apart(definition: Path, call: Call, tmp_path: Path) -> None:
    missing = call("cassette", "ls", definition, "--cassette", tmp_path / "none.json")
    assert (missing.exit_code, missing.stdout) == (0, 'There is no cassette "none.json".\n')

    (tmp_path / "broken.json").write_text("{")
    broken = call("cassette", "prune", definition, "--cassette", tmp_path / "broken.json", "--yes")
    assert broken.exit_code == 2
    assert "KNB820" in broken.stderr


def test_nothing_is_unused_while_the_definition_cannot_be_read(definition: Path, call: Call) -> None:
    before = urls(definition)
    definition.write_text(definition.read_text().replace('"method": "get",', '"method": get,'))

    done = call("cassette", "prune", definition, "--yes")

    assert done.exit_code == 2
    assert urls(definition) == before


@pytest.mark.usefixtures("in_80_columns")
@pytest.mark.parametrize("verb", ["ls", "prune"])
def test_help_is_readable_at_80_columns(verb: str, call: Call) -> None:
    lines = call("cassette", verb, "--help").output.splitlines()

    assert f"  Example: kustomer-nb cassette {verb} shop.json" in lines
    assert [line for line in lines if len(line) > 80] == []
