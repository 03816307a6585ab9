"""A copy of a JSON value shares nothing that can be changed."""

from __future__ import annotations

from typing import Any

import pytest

from kustomer_nb.jsontext.copies import copy_json

JSON: Any = {"a": [1, {"b": [None, []]}, [[], {}]], "c": {}, "d": "text"}


def containers(value: Any) -> list[Any]:
    if not isinstance(value, (dict, list)):
        return []
    members = value.values() if isinstance(value, dict) else value
    return [value, *(container for member in members for container in containers(member))]


@pytest.mark.parametrize("value", [JSON, [JSON], {}, [], "text", 7, None])
def test_a_copy_is_equal_and_shares_no_container(value: Any) -> None:
    copy = copy_json(value)

    assert copy == value
    assert {id(container) for container in containers(copy)}.isdisjoint(map(id, containers(value)))


def test_the_depth_of_a_value_has_no_limit() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    copy = copy_json(deep)

    assert copy is not deep
    assert copy[0] is not deep[0]
