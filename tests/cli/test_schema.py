from __future__ import annotations

import json

from kustomer_nb import definition_schema

from .conftest import Call


def test_the_schema_is_printed_as_json(call: Call) -> None:
    done = call("schema")

    assert done.exit_code == 0
    assert json.loads(done.stdout) == definition_schema()
