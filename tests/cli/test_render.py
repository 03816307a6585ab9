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
