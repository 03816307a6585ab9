"""A case is replayed from its file alone, and every change of the request or the output is a difference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import CaseResult, Outcome

FIXTURE = Path(__file__).parents[1] / "fixtures/ecommstore.json"
CASE: dict[str, Any] = {
    "name": "refund of a paid order",
    "action": "kustomer.app.ecommstore.store.refundOrder",
    "inputs": {"orderId": "7", "amount": 3, "reason": "broken", "notify": "yes"},
    "exchange": {
        "request": {
            "method": "POST",
            "url": "https://api.ecommstore.com/orders/7?notify=yes",
            "headers": {
                "accept": "application/json",
                "authorization": "Bearer $ecommstore.default.authToken",
                "content-type": "application/json",
            },
            "body": {"refund": True, "amount": 3, "reason": "broken"},
        },
        "response": {"headers": {"content-type": "application/json"}, "body": {"status": "REFUNDED"}},
    },
    "expected": {"statusCode": 200, "body": {"status": "REFUNDED"}},
}

SAMPLE = {"statusCode": 200, "body": {"status": "REFUNDED"}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ecommstore.json").write_bytes(FIXTURE.read_bytes())
    (tmp_path / "cases/refund").mkdir(parents=True)
    return tmp_path


def replayed(project: Path, **changes: Any) -> CaseResult:
    path = project / "cases/refund/paid.case.json"
    path.write_text(json.dumps({**CASE, **changes}), encoding="utf-8")
    collected = collect([project])
    assert not collected.problems, collected.problems[0]
    (case,) = collected.cases
    return replay(case)


def edit(project: Path, old: str, new: str) -> None:
    path = project / "ecommstore.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_passes_with_what_was_recorded(project: Path) -> None:
    result = replayed(project)

    assert (result.outcome, result.reason) == (Outcome.PASSED, "")
    assert result.run is not None
    assert result.run.output == CASE["expected"]


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        pytest.param('"POST"', '"PUT"', "/method", id="the method"),
        pytest.param("/orders/", "/order/", "/url", id="the URL"),
        pytest.param('"Bearer ', '"Token ', "/headers/authorization", id="a header"),
        pytest.param('"refund": true', '"refund": false', "/body/refund", id="a value of the body"),
        pytest.param('"reason": "/#reason"', '"why": "/#reason"', "/body/reason", id="a key of the body"),
    ],
)
def test_a_changed_request_is_a_difference(project: Path, old: str, new: str, pointer: str) -> None:
    edit(project, old, new)
    result = replayed(project)

    assert result.outcome is Outcome.FAILED
    assert result.request is not None
    assert pointer in [difference.pointer for difference in result.request]
    assert pointer in result.reason


def test_names_of_methods_and_headers_are_compared_as_http_does(project: Path) -> None:
    headers = {"Accept": "application/json", "Authorization": "#string", "Content-Type": "#ignore"}
    result = replayed(project, exchange={"request": {"method": "post", "headers": headers}}, expected=SAMPLE)

    assert result.reason == ""


def test_a_changed_output_is_a_difference(project: Path) -> None:
    edit(project, "/#response.statusCode", "/#response.status")
    result = replayed(project)

    assert result.output is not None
    assert [difference.pointer for difference in result.output] == ["/statusCode"]


def test_only_the_case_decides(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOMMSTORE_DEFAULT_AUTH_TOKEN", "7")
    (project / ".env").write_text("ECOMMSTORE_DEFAULT_AUTH_TOKEN=7\n", encoding="utf-8")
    (project / "kustomer-nb.toml").write_text(
        'mode = "live"\n[hosts]\n"https://api.ecommstore.com" = "http://x.y"\n', encoding="utf-8"
    )

    assert replayed(project).outcome is Outcome.PASSED


def test_expected_findings_do_not_stand_for_an_output_or_a_request_that_there_is_not(project: Path) -> None:
    rejected = {"inputs": {**CASE["inputs"], "amount": "many"}, "findings": ["KNB702"]}

    result = replayed(project, **rejected)

    assert result.outcome is Outcome.FAILED
    assert result.reason == "no request was made; the run has no output"


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        pytest.param({"exchange": {"response": {"status_code": 404}}}, False, id="a response"),
        pytest.param({"exchange": {}, "simulate": "503"}, False, id="a simulated failure"),
        pytest.param({"exchange": {}}, True, id="no response"),
    ],
)
def test_in_sample_mode_an_output_of_a_response_is_not_compared(
    project: Path, changes: dict[str, Any], differs: bool
) -> None:
    expected = {"statusCode": 404, "body": {}}
    case = replayed(project, expected=expected, **changes).case

    result = replay(case, mode="sample")

    assert (result.outcome is Outcome.FAILED, bool(result.output)) == (differs, differs)
