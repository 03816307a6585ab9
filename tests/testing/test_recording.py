from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.codes import Code
from kustomer_nb.testing.case_files import cases_of
from kustomer_nb.testing.recording import record_case
from kustomer_nb.testing.replay import replay
from tests.canary.token import CORE
from tests.cli.conftest import Call, call, own_signals  # noqa: F401 - fixtures
from tests.notebooks.orders_service import OrderService, order_service
from tests.notebooks.project import write_project


@pytest.fixture
def service() -> Iterator[OrderService]:
    with order_service() as running:
        yield running


@pytest.fixture
def case(tmp_path: Path, service: OrderService) -> Path:
    """The case of a run against the service."""
    folder = write_project(tmp_path / "shop")
    hosts = f'[hosts]\n"https://api.canary.example" = "{service.origin}"\n'
    careful = '[profiles.careful]\nguard = "confirm"\n'
    (folder / "kustomer-nb.toml").write_text(hosts + careful, encoding="utf-8")
    run = knb.load(folder / "canary.json").action("find").run({"id": 7})
    path = run.save_case("an order")
    service.requests.clear()
    return path


def edit(path: Path, change: Any) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value, indent=4) + "\n", encoding="utf-8")


def outcome(path: Path) -> str:
    return replay(cases_of(path).cases[0]).outcome


def test_an_unchanged_case_stays_to_the_byte(case: Path, service: OrderService) -> None:
    before = case.read_bytes()

    result = record_case(case)

    assert (result.ok, result.changed, service.requests) == (True, (), ["GET /orders/7"])
    assert case.read_bytes() == before


def test_a_changed_response_is_written_with_its_output(case: Path, service: OrderService) -> None:
    service.status = "LATE"

    result = record_case(case)

    assert result.changed == ("/exchange/response", "/expected")
    value = json.loads(case.read_text(encoding="utf-8"))
    assert value["expected"]["body"]["status"] == "LATE"
    assert value["exchange"]["response"]["body"]["status"] == "LATE"
    assert outcome(case) == "passed"
    assert CORE not in case.read_text(encoding="utf-8")


def test_a_changed_definition_is_written_as_the_request(case: Path) -> None:
    definition = case.parents[2] / "canary.json"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(text.replace("/orders/", "/order/"), encoding="utf-8")
    assert outcome(case) == "failed"

    result = record_case(case)

    assert result.changed[0] == "/exchange/request"
    assert outcome(case) == "passed"


def test_markers_layout_and_keys_of_the_author_stay(case: Path, service: OrderService) -> None:
    def change(value: dict[str, Any]) -> None:
        value["expected"]["body"]["total"] = "#number"
        value["ignore"] = {"output": ["/body/items/*/qty"]}

    edit(case, change)
    service.status = "LATE"

    assert record_case(case).ok

    text = case.read_text(encoding="utf-8")
    value = json.loads(text)
    assert value["expected"]["body"]["total"] == "#number"
    assert value["expected"]["body"]["status"] == "LATE"
    assert value["ignore"] == {"output": ["/body/items/*/qty"]}
    assert '\n    "name"' in text


def test_a_guard_holds(case: Path, service: OrderService) -> None:
    definition = case.parents[2] / "canary.json"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(text.replace('"get"', '"post"'), encoding="utf-8")
    before = case.read_bytes()

    refused = record_case(case, profile="careful")

    assert refused.problems.codes == [Code.NOT_CONFIRMED]
    assert (service.requests, case.read_bytes()) == ([], before)
    assert record_case(case, profile="careful", confirm="careful").ok
    assert service.requests == ["POST /orders/7"]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("simulate", "timeout", "its failure is simulated"),
        ("rows", [{"name": "a"}, {"name": "b"}], "its rows are written by hand"),
    ],
)
def test_what_sends_nothing_is_left_as_it_is(
    case: Path, service: OrderService, key: str, value: Any, reason: str
) -> None:
    def change(table: dict[str, Any]) -> None:
        table[key] = value
        if key == "simulate":
            del table["exchange"]["response"], table["expected"]

    edit(case, change)

    result = record_case(case)

    assert (result.ok, result.reason, service.requests) == (True, reason, [])


def test_the_command_records_cases_of_a_folder(case: Path, service: OrderService, call: Call) -> None:  # noqa: F811
    shown = call("record", case.parents[1])

    assert shown.exit_code == 1
    assert f"GET https://api.canary.example/orders/7 (find), sent to {service.origin}" in shown.output
    assert service.requests == []

    service.status = "LATE"
    done = call("record", case.parents[1], "--yes")

    assert done.exit_code == 0
    assert "recorded; changed: /exchange/response, /expected" in done.output
    assert service.requests == ["GET /orders/7"]


def test_the_command_refuses_a_cassette(tmp_path: Path, call: Call) -> None:  # noqa: F811
    result = call("record", tmp_path / "shop.cassette.json", "--yes")

    assert result.exit_code == 2
    assert "recorded by the notebooks and runs that use it" in " ".join(result.output.split())
