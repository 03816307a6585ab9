from __future__ import annotations

import json
from typing import Any

import pytest

from kustomer_nb.history.line import DEEPEST, LONGEST, written

LARGE = "x" * LONGEST


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_of_a_long_line_the_longest_parts_are_left_out_and_named() -> None:
    line = {
        "inputs": 1,
        "request": {"body": LARGE, "url": "u"},
        "response": {"statusCode": 200, "body": LARGE + "x"},
        "output": 2,
    }

    assert json.loads(written(line)) == {
        "inputs": 1,
        "request": {"url": "u"},
        "response": {"statusCode": 200},
        "output": 2,
        "cut": ["response.body", "request.body"],
    }


@pytest.mark.parametrize(
    "part",
    [
        pytest.param({"request": {"url": LARGE}}, id="an address"),
        pytest.param({"request": {"headers": {"a": LARGE}}}, id="headers"),
        pytest.param({"response": {"headers": {"a": LARGE}}}, id="headers of the answer"),
        pytest.param({"said": LARGE}, id="an error"),
        pytest.param({"env": {"a": LARGE}}, id="what the platform gives"),
        pytest.param({"action": LARGE}, id="a name"),
        pytest.param({str(at): "x" * 1000 for at in range(400)}, id="many parts"),
    ],
)
def test_no_line_is_longer_whatever_is_in_it(part: Any) -> None:
    found = written({"version": 1, "at": "2034-01-02T09:00:00+00:00", **part})

    assert len(found) <= LONGEST
    assert json.loads(found)["at"] == "2034-01-02T09:00:00+00:00"
    assert json.loads(found)["cut"]


def test_a_line_of_the_longest_kind_is_whole() -> None:
    line = {"output": "x" * (LONGEST - len('{"output":""}\n'))}

    assert json.loads(written(line)) == line


@pytest.mark.parametrize("levels", [DEEPEST, 50_000], ids=["one level", "more than Python can go down"])
def test_what_is_nested_too_deep_is_left_out_and_named(levels: int) -> None:
    found = written({"inputs": nested(DEEPEST - 1), "response": {"body": nested(levels)}, "output": 2})

    assert json.loads(found) == {
        "inputs": nested(DEEPEST - 1),
        "response": {},
        "output": 2,
        "cut": ["response.body"],
    }
