"""``kustomer-nb hazards`` prints the hazards of an action, and exits with 1 for those of a level."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kustomer_nb.cli import main

DEFINITION = {
    "app": "shop",
    "version": "1.0.0",
    "title": "Shop",
    "actions": [
        {
            "name": "kustomer.app.shop.find",
            "type": "rest_api",
            "inputSchema": {"properties": {"note": {"type": "string"}}},
            "inputTemplate": {
                "uri": "https://api.shop.com/x",
                "method": "post",
                "json": True,
                "data": {"note": "{{note}}"},
            },
        }
    ],
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DEFINITION, indent=2))
    return path


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["hazards", *map(str, words)])


def test_prints_the_place_the_value_and_the_fix(shop: Path) -> None:
    result = call(shop, "find")

    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert lines[0] == (
        f"{shop}:21:20: warning escaped `note` is changed by HTML escaping: "
        '"say \\"hi\\" now" arrives as "say &quot;hi&quot; now" in the body /note. [1]'
    )
    assert lines[1:3] == ["    Also: an apostrophe, &, =, angle brackets, ;.", "    Fix: write {{{note}}}."]
    assert lines[-1] == f"{shop}: 1 warning, 1 hint (29 requests built)"


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("hint", 1)])
def test_exits_with_1_for_the_level(shop: Path, level: str, code: int) -> None:
    assert call(shop, "--level", level).exit_code == code


def test_json_is_one_document_with_the_inputs_to_run(shop: Path) -> None:
    document = json.loads(call(shop, "--json").output)

    (escaped, _) = document["data"]["hazards"]
    assert (escaped["kind"], escaped["line"]) == ("escaped", 21)
    assert escaped["inputs"] == {"note": escaped["values"][0]["value"]}


def test_github_gets_annotations(shop: Path) -> None:
    output = call(shop, "--format", "github").output

    assert output.startswith(f"::warning file={shop},line=21,col=20,title=escaped::`note` is changed")


def test_an_action_that_makes_no_request_is_an_error(shop: Path) -> None:
    shop.write_text(json.dumps({**DEFINITION, "actions": [{"name": "a", "type": "rest_api"}]}))

    result = call(shop)

    assert result.exit_code == 1
    assert "KNB411" in result.stderr
