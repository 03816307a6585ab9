"""Cases against a service: a change of what it gives is told from a change of the definition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.testing.case import Case, CaseExchange
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.live import run_against_cassette, run_live
from kustomer_nb.testing.results import CaseResult, Outcome
from tests.orders_service import HOST, OrdersService, orders_service


@pytest.fixture
def service() -> Iterator[OrdersService]:
    with orders_service() as running:
        yield running


@pytest.fixture
def path(service: OrdersService, tmp_path: Path) -> Path:
    return service.project(tmp_path)


def the_case(path: Path) -> Case:
    (case,) = collect([path]).cases
    return case


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def changed(result: CaseResult) -> list[str]:
    names = {"definition": result.is_definition_changed, "service": result.is_service_changed}
    return [name for name, is_changed in names.items() if is_changed]


def test_a_live_run_is_compared_with_what_the_case_expects(service: OrdersService, path: Path) -> None:
    passed = run_live(the_case(path))
    service.document = {"status": "open", "at": "2035-01-02T09:00:00Z"}
    failed = run_live(the_case(path))

    assert (passed.outcome, passed.reason) == (Outcome.PASSED, "")
    assert (failed.outcome, failed.reason) == (Outcome.FAILED, "the output differs: /state changed")
    assert failed.run is not None
    assert failed.run.mode == "live"
    assert service.paths == ["/orders/7", "/orders/7"]


def test_nothing_has_changed(service: OrdersService, path: Path) -> None:
    # Another time, for which the case has a marker.
    service.document = {**service.document, "at": "2036-05-06T07:00:00Z"}

    result = run_against_cassette(the_case(path))

    assert (result.outcome, changed(result)) == (Outcome.PASSED, [])


def test_a_changed_service_is_told_from_the_definition(service: OrdersService, path: Path) -> None:
    service.document = {"state": "paid", "at": "2034-01-02T09:00:00Z"}

    result = run_against_cassette(the_case(path))

    assert (result.outcome, changed(result)) == (Outcome.FAILED, ["service"])
    assert result.reason == "the service changed: /state removed"


def test_a_changed_definition_is_told_from_the_service(service: OrdersService, path: Path) -> None:
    edit(path.parents[2] / "orders.json", "/#response.body.status", "/#response.body.id")

    result = run_against_cassette(the_case(path))

    assert (result.outcome, changed(result)) == (Outcome.FAILED, ["definition"])
    assert result.reason == "your definition changed: the output differs: /state changed"


def test_both_have_changed(service: OrdersService, path: Path) -> None:
    edit(path.parents[2] / "orders.json", '"method": "GET"', '"method": "GET", "qs": {"full": "1"}')
    service.document = {**service.document, "status": "open"}

    result = run_against_cassette(the_case(path))

    assert changed(result) == ["definition", "service"]
    assert service.paths == ["/orders/7?full=1"]
    assert (
        "the service changed: /state changed; your definition changed: the request differs" in result.reason
    )


def test_another_status_is_a_change_where_no_output_shows_it(service: OrdersService, path: Path) -> None:
    service.status = 404

    result = run_against_cassette(the_case(path))

    assert changed(result) == ["service"]
    assert result.service is not None
    assert [difference.pointer for difference in result.service] == ["/status_code"]


def test_a_pointer_that_is_ignored_is_no_change_of_the_service(service: OrdersService, path: Path) -> None:
    edit(path, '"expected"', '"ignore": ["/state"],\n  "expected"')
    service.document = {**service.document, "status": "open"}

    assert run_against_cassette(the_case(path)).outcome is Outcome.PASSED


def test_a_service_that_does_not_respond_is_an_error(service: OrdersService, path: Path) -> None:
    (path.parents[2] / "kustomer-nb.toml").write_text(
        f'[hosts]\n"{HOST}" = "http://127.0.0.1:1"\n', encoding="utf-8"
    )

    result = run_against_cassette(the_case(path))

    assert result.outcome is Outcome.ERROR
    assert result.error is not None
    assert result.reason


def test_the_fence_holds_for_cases(
    service: OrdersService, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path.parents[2] / "kustomer-nb.toml").unlink()
    monkeypatch.setenv("KUSTOMER_NB_LIVE", "")

    result = run_live(the_case(path))

    assert result.outcome is Outcome.ERROR
    assert result.problems.codes == ["KNB837"]


def test_a_case_without_a_response_is_compared_with_the_cassette(service: OrdersService, path: Path) -> None:
    root = path.parents[2]
    knb.load(root / "orders.json").action().run({"id": 7}, mode="record")
    value = json.loads(path.read_text(encoding="utf-8"))
    del value["exchange"]["response"], value["expected"]
    path.write_text(json.dumps(value), encoding="utf-8")

    same = run_against_cassette(the_case(path))
    service.document = {**service.document, "status": "open"}
    other = run_against_cassette(the_case(path))

    assert (same.outcome, same.reason) == (Outcome.PASSED, "")
    assert changed(other) == ["service"]


def test_a_case_about_rejected_inputs_sends_nothing(service: OrdersService, path: Path) -> None:
    case = replace(the_case(path), inputs={}, findings=("KNB701",), expected=UNDEFINED)
    case = replace(case, exchange=CaseExchange())

    results = run_live(case), run_against_cassette(case)

    assert [result.outcome for result in results] == [Outcome.PASSED, Outcome.PASSED]
    assert service.paths == []
