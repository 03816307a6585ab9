from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from kustomer_nb import __version__, diff, loads, reporting
from kustomer_nb.diagnostics import Diagnostic, Severity
from tests.samples import asking, refund_order

OK = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": 7}))


def test_the_envelope_names_the_version() -> None:
    result = reporting.envelope([1], path="a.json")

    assert result == {"schema_version": 1, "data": [1], "meta": {"version": __version__, "path": "a.json"}}


def test_a_diagnostic_has_its_position() -> None:
    (row,) = reporting.as_json(loads("{app: 1}").diagnostics)

    assert (row["code"], row["line"], row["column"]) == ("KNB104", 1, 2)
    assert list(row) == ["code", "severity", "pointer", "line", "column", "message", "fix", "fix_safety"]


def test_a_diagnostic_without_a_position_says_null() -> None:
    result = reporting.as_json(Diagnostic("KNB999", Severity.HINT, "/a", "what", "how"))

    assert result == {
        "code": "KNB999",
        "severity": "hint",
        "pointer": "/a",
        "line": None,
        "column": None,
        "message": "what",
        "fix": "how",
        "fix_safety": None,
    }


def test_a_request_is_what_would_be_sent_and_its_problems() -> None:
    result = reporting.as_json(refund_order().render({"orderId": 7}))

    assert (result["method"], result["url"], result["body"]) == (
        "POST",
        "https://api.ecommstore.com/orders/7",
        '{"refund":true}',
    )
    assert result["headers"]["authorization"] == "Bearer $ecommstore.default.authToken"
    assert [row["code"] for row in result["diagnostics"]] == ["KNB801"]


def test_a_diff_gives_only_the_sides_there_are() -> None:
    result = reporting.as_json(diff({"a": 1, "b": None}, {"b": 2, "c": 3}))

    assert result == [
        {"pointer": "/a", "change": "removed", "expected": 1},
        {"pointer": "/b", "change": "changed", "expected": None, "actual": 2},
        {"pointer": "/c", "change": "added", "actual": 3},
    ]


def test_a_run_gives_every_stage() -> None:
    action = asking(
        "http://a.b/", outputTemplate={"id": "/#body.id", "no": "/#body.no"}, sampleOutputContext={}
    )

    result = reporting.as_json(action.run(transport=OK))

    assert result["response"]["statusCode"] == 200
    assert result["output"] == {"id": 7}
    assert result["diff"] == [{"pointer": "/id", "change": "added", "actual": 7}]
    assert result["missing"] == [{"path": "body.no", "pointer": "/outputTemplate/no"}]
    assert result["losses"] == ["`body.no` is used by outputTemplate but has no value"]
    assert result["elapsed"] > 0


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        pytest.param({"mode": "sample"}, "response", id="no response in sample mode"),
        pytest.param({"transport": OK}, "diff", id="no diff without a sample"),
    ],
)
def test_a_stage_that_is_not_there_is_null(arguments: dict[str, Any], key: str) -> None:
    sample = {"sampleOutputContext": {}} if "mode" in arguments else {}

    result = reporting.as_json(asking("http://a.b/", **sample).run(**arguments))

    assert result[key] is None


def test_all_of_it_is_plain_json() -> None:
    result = reporting.envelope(asking("http://a.b/", sampleOutputContext={}).run(transport=OK))

    assert json.loads(json.dumps(result)) == result


def test_origins_and_why_are_lists_of_plain_objects() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    run = asking("http://a.b/{{x}}", outputTemplate={"a": 1}).run({"x": "<"}, transport=transport)

    assert reporting.as_json(run.request.origins("/uri"))[1] == {
        "text": "&lt;",
        "kind": "input",
        "path": "x",
        "pointer": "/inputTemplate/uri",
        "line": 6,
        "column": 24,
        "before": "<",
        "changed": 3,
        "converted_from": None,
    }
    assert reporting.as_json(run.why("a"))[-1] == {
        "stage": "outputTemplate",
        "pointer": "/outputTemplate/a",
        "words": "is the static value 1",
        "is_cause": False,
    }
