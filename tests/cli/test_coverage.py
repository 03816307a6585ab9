"""``kustomer-nb coverage`` prints what no case touches, and writes the next cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kustomer_nb as knb
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
                "data": {"note": "{{#if note}}{{{note}}}{{else}}-{{/if}}"},
            },
            "sampleOutputContext": {},
        }
    ],
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DEFINITION, indent=2))
    return path


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["coverage", *map(str, words)])


def test_prints_the_next_cases_with_their_lines(shop: Path) -> None:
    knb.load(shop).action().run({}, mode="sample").save_case("no note")

    result = call(shop)

    assert result.exit_code == 0
    assert result.output.splitlines()[1:4] == [
        f"    {shop}:21:20: the block of line 21 was never taken: {{{{#if note}}}}",
        f"    {shop}:21:35: no case reads a value of `note` in inputTemplate/data/note",
        f"    {shop}:11:19: no case gives `note`",
    ]
    assert result.output.splitlines()[-2:] == [
        f"{shop}: 30 % touched (3 of 10)",
        f"To write the next cases: kustomer-nb coverage --add {shop}",
    ]


def test_adds_the_cases_that_are_missing(shop: Path) -> None:
    result = call(shop, "--add")

    assert result.output.startswith("Wrote ")
    assert result.output.splitlines()[-1].endswith("100 % touched (10 of 10)")


def test_adds_a_case_with_a_response_beside_that_of_the_same_name_without_one(shop: Path) -> None:
    definition = json.loads(shop.read_text())
    definition["actions"][0] |= {
        "inputSchema": {"properties": {"note": {"type": "string"}}, "required": ["note"]},
        "inputTemplate": {"uri": "https://api.shop.com/{{{note}}}", "method": "get", "json": True},
        "outputTemplate": {"id": "/#body.id"},
        "sampleOutputContext": {"id": "7"},
    }
    shop.write_text(json.dumps(definition, indent=2))
    knb.load(shop).action().run({"note": "a"}, mode="sample").save_case("a note")

    result = call(shop, "--add")

    assert result.exit_code == 0
    assert "100 % touched" in result.output.splitlines()[-1]
    names = [path.name for path in shop.parent.rglob("*.case.json")]
    assert {"a-note.case.json", "a-note-2.case.json"} <= set(names)


@pytest.mark.parametrize(("share", "code"), [("0", 0), ("1", 1)])
def test_fails_under_a_share(shop: Path, share: str, code: int) -> None:
    assert call(shop, "--fail-under", share).exit_code == code


def test_json_has_each_site_with_its_tests(shop: Path) -> None:
    knb.load(shop).action().run({}, mode="sample").save_case("no note")

    (document,) = json.loads(call(shop, "--json").output)["data"]

    sites = document["actions"][0]["sites"]
    assert [site["missing"] for site in sites if not site["tests"]][-1] == "no case with a response of 5xx"
    assert document["path"] == str(shop)


def test_marks_the_lines_of_the_definition(shop: Path) -> None:
    output = call(shop, "--lines").output

    assert "! 21 " in output
    assert output.splitlines()[0] == "   1 {"


def test_a_folder_without_definitions_is_a_usage_error(tmp_path: Path) -> None:
    assert call(tmp_path).exit_code == 2


def test_a_file_that_cannot_be_read_is_named(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("[1, 2]")

    result = call(shop, tmp_path / "broken.json", "--json")

    assert result.exit_code == 2
    assert list(json.loads(result.stdout)["meta"]["unread"]) == [str(tmp_path / "broken.json")]
    assert result.stderr == ""
