from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import load, views
from tests.samples import ECOMMSTORE, SETTING, an_action

from .conftest import Call


def test_prints_the_request_and_needs_no_setting(call: Call) -> None:
    done = call("render", ECOMMSTORE, "-i", "orderId=1042")

    request = load(ECOMMSTORE).action().render({"orderId": "1042"})
    assert (done.exit_code, done.stdout) == (0, views.text(request) + "\n")


def test_json_names_the_file_and_the_action(call: Call) -> None:
    done = call("render", ECOMMSTORE, "refundOrder", "-i", "orderId:=1042", "--json")

    printed = json.loads(done.stdout)
    assert printed["data"]["headers"]["authorization"] == f"Bearer ${SETTING}"
    assert printed["meta"]["action"] == "kustomer.app.ecommstore.store.refundOrder"
    assert printed["meta"]["path"] == str(ECOMMSTORE)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"uri": "a.b/c", "method": "get"}, id="no address"),
        pytest.param({"uri": "http://a.b", "method": "fetch"}, id="no method"),
        pytest.param({"uri": "http://a.b/{{gone}}", "method": "get"}, id="a variable nobody declared"),
    ],
)
def test_a_request_that_cannot_be_sent_is_shown_and_exits_with_1(
    template: dict[str, Any], call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(inputTemplate=template)))

    done = call("render", path)

    assert done.exit_code == 1
    assert template["uri"].partition("{")[0] in done.stdout
    assert "Fix: " in done.stdout


def test_now_and_seed_make_the_request_the_same(call: Call, tmp_path: Path) -> None:
    template = {"uri": "http://a.b/{{{randomId}}}?at={{date 'day' count=0}}", "method": "get"}
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(inputTemplate=template)))

    first, second = (call("render", path, "--now", "2034-01-02T09:00", "--seed", 7).stdout for _ in range(2))

    assert first == second
    assert "at=2034-01-02T09:00:00.000Z" in first


def test_a_time_that_is_none_is_refused(call: Call) -> None:
    done = call("render", ECOMMSTORE, "--now", "soon")

    assert done.exit_code == 2
    assert "'soon' is no time as in 2034-01-02T09:00:00Z" in done.stderr
