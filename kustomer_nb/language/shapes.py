"""What is known of a response by its shape: the names in it and their types, never a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kustomer_nb.schema.conversions import kind_of

# More are not proposed; a page sends them with each question.
MOST_NAMES = 500
DEEPEST = 8


def shape_of(value: Any, hide: Callable[[str], str] = str) -> dict[str, Any]:
    """Return the shape of a JSON value as a JSON Schema; of an array, that of its first item.

    ``hide`` takes secrets out of names. At most `MOST_NAMES` names are in it, the outer ones first.

    Example:
        >>> shape_of({"id": 7, "lines": [{"sku": "a"}]})["properties"]["lines"]
        {'type': 'array', 'items': {'type': 'object', 'properties': {'sku': {'type': 'string'}}}}
        >>> shape_of("secret")
        {'type': 'string'}
    """
    shape: dict[str, Any] = {}
    level, count = [(value, shape)], 0
    for _ in range(DEEPEST):
        inner: list[tuple[Any, dict[str, Any]]] = []
        for item, node in level:
            node["type"] = kind_of(item)
            if isinstance(item, dict):
                names = list(item)[: MOST_NAMES - count]
                count += len(names)
                members: dict[str, dict[str, Any]] = {hide(name): {} for name in names}
                node["properties"] = members
                inner += [(item[name], members[hide(name)]) for name in names]
            elif isinstance(item, list) and item:
                node["items"] = {}
                inner.append((item[0], node["items"]))
        level = inner
    for item, node in level:
        node["type"] = kind_of(item)
    return shape
