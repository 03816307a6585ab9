from __future__ import annotations

import json

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
