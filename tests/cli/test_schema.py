from __future__ import annotations

import json

from jsonschema import Draft202012Validator

import kustomer_nb as knb
from tests.cli.conftest import Call


def test_the_schema_is_printed_as_json_with_two_spaces(call: Call) -> None:
    done = call("schema")

    assert done.exit_code == 0
    assert json.loads(done.stdout) == knb.definition_schema()
    assert done.stdout.startswith(
        '{\n  "$schema": "https://json-schema.org/draft/2020-12/schema",\n  "title": '
    )


def test_it_can_be_redirected_in_any_encoding(call: Call) -> None:
    assert call("schema").stdout.isascii()


def test_it_takes_no_file(call: Call) -> None:
    assert call("schema", "shop.json").exit_code == 2


def test_the_schema_of_the_profiles_is_printed_on_request(call: Call) -> None:
    done = call("schema", "--config")

    assert json.loads(done.stdout)["properties"]["guard"]["enum"] == ["none", "confirm", "type", "deny"]


def test_the_schema_of_cases_accepts_what_is_saved_and_rejects_slips(call: Call) -> None:
    schema = json.loads(call("schema", "case").stdout)
    case = {
        "name": "a",
        "action": "find",
        "inputs": {"id": 7},
        "expected": {"id": "#number"},
        "ignore": ["/*/at"],
    }

    validator = Draft202012Validator(schema)
    assert validator.is_valid(case)
    for slip in ({"name": ""}, {"inptus": {}}, {"ignore": ["at"]}, {"severity": "fatal"}, {"seed": "7"}):
        assert not validator.is_valid({**case, **slip}), slip


def test_a_schema_of_something_else_is_a_usage_error(call: Call) -> None:
    assert call("schema", "case", "--config").exit_code == 2
    assert call("schema", "cassette").exit_code == 2
