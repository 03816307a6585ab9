from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, an_action


def test_an_action_is_listed_with_its_request_inputs_and_settings(call: Call, tmp_path: Path) -> None:
    action = an_action(
        name="kustomer.app.shop.find",
        appSettings={"token": {"key": "shop.default.token"}},
        inputTemplate={"uri": "https://a.b/{{{id}}}", "method": "post"},
        inputSchema={"properties": {"id": {"type": "string"}, "any": {}, "b": True}, "required": ["id"]},
    )
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(action))

    done = call("actions", path)

    assert done.exit_code == 0
    assert done.stdout == (
        f"{path}\n"
        "  kustomer.app.shop.find\n"
        "    post https://a.b/{{{id}}}\n"
        "    inputs: id* (string), any (any), b (any)\n"
        "    settings: shop.default.token\n"
    )


def test_json_has_a_row_for_each_action(call: Call) -> None:
    rows = json.loads(call("actions", ECOMMSTORE, "--json").stdout)["data"]

    (row,) = rows
    assert row["name"].endswith(".refundOrder")
    assert {"name": "orderId", "type": "number", "required": True} in row["inputs"]
    assert row["settings"] == ["ecommstore.default.authToken"]


@pytest.mark.parametrize("value", [{}, {"inputSchema": {"properties": None}, "inputTemplate": {}}, []])
def test_an_action_without_anything_is_listed(value: object, call: Call, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text(
        json.dumps({"app": "shop", "actions": value if value == [] else [value]})
    )

    done = call("actions", tmp_path / "shop.json")

    assert done.exit_code == 0
    assert done.stdout.count("inputs: none") == (0 if value == [] else 1)


def test_a_token_in_a_uri_is_masked(call: Call, tmp_path: Path) -> None:
    token = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    action = an_action(inputTemplate={"uri": f"https://a.b/?api_key={token}", "method": "get"})
    (tmp_path / "shop.json").write_text(json.dumps(action))

    for option in ([], ["--json"]):
        assert token not in call("actions", tmp_path / "shop.json", *option).output


def test_a_folder_and_stdin_are_read(call: Call, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_bytes(ECOMMSTORE.read_bytes())

    assert "refundOrder" in call("actions", tmp_path).stdout
    assert "refundOrder" in call("actions", "-", stdin=ECOMMSTORE.read_text("utf-8")).stdout


@pytest.mark.parametrize("method", ["get", "POST", "pUt", "/#method", "{{{method}}}"])
def test_the_method_is_shown_as_it_is_written(method: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(inputTemplate={"uri": "https://a.b/", "method": method})))

    assert f"\n    {method} https://a.b/\n" in call("actions", path).stdout
    assert [row["method"] for row in json.loads(call("actions", "--json", path).stdout)["data"]] == [method]
