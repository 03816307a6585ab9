"""A case that passes is replayed without a run; any other case has the reasons of one."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from kustomer_nb.secrets import Secret
from kustomer_nb.secrets.redactor import holds_secret
from kustomer_nb.testing import lean_replay
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.definitions import find_action
from kustomer_nb.testing.lean_replay import passes
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import Outcome
from tests.work import count_calls

from .test_replay import CASE, FIXTURE, edit

# How many times as many functions a run calls.
LEAST_RATIO = 4
SETTLED = 0.15


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ecommstore.json").write_bytes(FIXTURE.read_bytes())
    (tmp_path / "cases").mkdir()
    # A file that has just changed is read again for each case.
    sleep(SETTLED)
    return tmp_path


@pytest.fixture
def case(project: Path) -> Callable[..., Case]:
    """Write a case after two others with the same settings, which make its plan."""

    def case(**changes: Any) -> Case:
        shared = {
            name: changes[name] for name in ("settings", "env", "platform", "now", "seed") if name in changes
        }
        for number in range(2):
            write(project, f"before-{number}", {**CASE, **shared})
        path = write(project, "this", {**CASE, **changes})
        before = collect([project / "cases"]).cases
        for other in before:
            replay(other)
        (this,) = collect([path]).cases
        return this

    return case


def write(project: Path, name: str, case: dict[str, Any]) -> Path:
    path = project / f"cases/{name}.case.json"
    path.write_text(json.dumps({**case, "name": name}), encoding="utf-8")
    return path


def exchange(**changes: Any) -> dict[str, Any]:
    return {"exchange": {"request": {**CASE["exchange"]["request"], **changes}, "response": RESPONSE}}


RESPONSE = CASE["exchange"]["response"]


def test_a_case_that_passes_needs_no_run(case: Callable[..., Case]) -> None:
    this = case()

    assert passes(this, "replay") is not None
    without_run = count_calls(lambda: replay(this))
    # The first case of a plan is replayed by a run.
    lean_replay._PLANS.clear()
    assert LEAST_RATIO * without_run < count_calls(lambda: replay(this))


def test_its_run_is_made_when_somebody_looks_at_it(case: Callable[..., Case]) -> None:
    result = replay(case())

    assert result.outcome is Outcome.PASSED
    assert result.run is not None
    assert result.run.output == CASE["expected"]
    assert result.run is result.run
    assert result.request is not None
    assert result.request.actual == CASE["exchange"]["request"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"expected": {**CASE["expected"], "statusCode": "#integer"}}, id="a marker of the output"
        ),
        pytest.param(exchange(url="#regex .*/7.*"), id="a marker of the request"),
        pytest.param(
            {"expected": {"statusCode": 7}, "ignore": ["/statusCode", "/body"]}, id="ignored places"
        ),
        pytest.param(exchange(method="post"), id="a method in lower case"),
        pytest.param({"exchange": {"response": RESPONSE}}, id="no request"),
        pytest.param({"settings": {"authToken": "secret-token-of-a-case"}}, id="a setting"),
    ],
)
def test_such_a_case_passes_without_a_run(changes: dict[str, Any], case: Callable[..., Case]) -> None:
    this = case(**changes)

    assert passes(this, "replay") is not None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"expected": {}}, id="another output"),
        pytest.param(
            {"expected": {**CASE["expected"], "statusCode": "#string"}}, id="a marker that does not fit"
        ),
        pytest.param({"expected": {**CASE["expected"], "statusCode": True}}, id="true for a number"),
        pytest.param(exchange(method="PUT"), id="another method"),
        pytest.param(exchange(url="https://api.ecommstore.com/orders/8"), id="another URL"),
        pytest.param(exchange(headers={}), id="fewer headers"),
        pytest.param(exchange(body={"refund": 1, "amount": 3, "reason": "broken"}), id="1 for true"),
        pytest.param(exchange(body=None), id="no body"),
        pytest.param(
            exchange(body='{"refund":true,"amount":3,"reason":"broken"}'), id="the text of the body"
        ),
        pytest.param({"inputs": {}}, id="inputs that are refused"),
        pytest.param({"findings": []}, id="findings"),
        pytest.param({"exchange": {}, "simulate": "503"}, id="a simulated failure"),
        pytest.param({"exchange": {"response": {**RESPONSE, "is_truncated": True}}}, id="half a response"),
        pytest.param(
            {"exchange": {"response": {**RESPONSE, "redirects": ["302 https://a.b/"]}}}, id="a redirect"
        ),
        pytest.param(
            {"exchange": {"response": {"status_code": 304}}, "expected": {"statusCode": 304}}, id="a 304"
        ),
        pytest.param({"exchange": {"response": {"body_base64": "/w=="}}}, id="bytes"),
    ],
)
def test_such_a_case_is_left_to_a_run(changes: dict[str, Any], case: Callable[..., Case]) -> None:
    assert passes(case(**changes), "replay") is None


def test_the_first_case_has_no_plan_yet(case: Callable[..., Case]) -> None:
    this = case()
    lean_replay._PLANS.clear()

    assert passes(this, "replay") is None
    assert passes(this, "replay") is not None


def test_a_case_with_an_error_prevents_no_later_plan(case: Callable[..., Case]) -> None:
    this = case()
    lean_replay._PLANS.clear()
    refused = replace(this, inputs={})

    assert [passes(refused, "replay") for _ in range(3)] == [None] * 3
    assert passes(this, "replay") is not None


def test_a_changed_definition_has_another_plan(case: Callable[..., Case], project: Path) -> None:
    this = case()
    edit(project, "/orders/", "/order/")

    assert replay(this).reason.startswith("the request differs: /url")


def test_a_definition_that_is_edited_in_memory_has_another_plan(case: Callable[..., Case]) -> None:
    this = case()
    action = find_action(this.app_path, this.action)
    action.app.edit(f"{action.pointer}/inputTemplate/method", "put")

    assert passes(this, "replay") is None
    assert replay(this).reason.startswith("the request differs: /method")


def test_the_run_of_a_result_is_that_of_the_definition_that_passed(
    case: Callable[..., Case], project: Path
) -> None:
    result = replay(case())
    edit(project, "/orders/", "/order/")

    assert result.run is not None
    assert "/orders/" in result.run.request.url


def test_equal_settings_share_a_plan_whatever_else_refers_to_them(case: Callable[..., Case]) -> None:
    token = "".join(["secret-token", "-of-a-case"])
    this = case(settings={"authToken": token, "other": token})
    equal = replace(this, settings={name: f"{text[:5]}{text[5:]}" for name, text in this.settings.items()})

    assert lean_replay._choices(this) == lean_replay._choices(equal)


def test_settings_that_are_no_json_are_left_to_a_run(case: Callable[..., Case]) -> None:
    this = replace(case(), settings={"authToken": Secret("secret-token-of-a-case", source="x")})

    assert passes(this, "replay") is None


def test_what_a_project_masks_is_left_to_a_run(case: Callable[..., Case], project: Path) -> None:
    this = case()
    (project / "kustomer-nb.toml").write_text('mask = ["/inputs/reason"]\n', encoding="utf-8")

    assert passes(this, "replay") is None


def test_a_plan_keeps_no_setting_of_a_case_alive(case: Callable[..., Case]) -> None:
    this = case(settings={"authToken": "Frankfurt am Main"})
    assert passes(this, "replay") is not None
    gc.collect()

    assert not holds_secret("Frankfurt am Main")


def test_an_output_of_the_sample_is_compared(case: Callable[..., Case]) -> None:
    sample = {"statusCode": 200, "body": {"status": "REFUNDED"}}
    request = {"exchange": {"request": CASE["exchange"]["request"]}}

    assert passes(case(**request, expected=sample), "replay") is not None
    assert passes(case(**request, expected={}), "replay") is None
    assert passes(case(expected={}), "sample") is not None
