"""Lists of a JSON body: each may be one input, in place of the values in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kustomer_nb.secrets.token_patterns import spaced

_KINDS = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
# Of a query, one varies the values, and not how many there are.
_OF_QUERY = re.compile(
    r"and|or|not|must|must-not|should|all|any|(?:.*-)?(?:filters?|filter-groups?|conditions?|rules?|criteria"
    r"|sorts?|order-by|queries|facets|aggs|operations?|requests?)",
    re.IGNORECASE,
)


def outer_lists(value: Any) -> Iterator[tuple[tuple[str | int, ...], list[Any]]]:
    """Yield the lists of a JSON value that are in no other list, with their keys; not the value itself.

    Example:
        >>> list(outer_lists({"order": {"lines": [{"tags": ["new"]}], "codes": []}}))
        [(('order', 'lines'), [{'tags': ['new']}])]
    """
    level: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while level:
        keys, item = level.pop()
        if isinstance(item, dict):
            level += [((*keys, key), inner) for key, inner in reversed(item.items())]
        elif isinstance(item, list) and item and keys:
            yield keys, item


def is_of_any_length(keys: tuple[str | int, ...], items: list[Any]) -> bool:
    """Return whether a list has more than one item of the same kind, so that another number may follow.

    The parts of a query are not: one varies what is looked for.

    Example:
        >>> passengers = [{"name": "Ana", "age": 41}, {"name": "Leo"}]
        >>> is_of_any_length(("passengers",), passengers), is_of_any_length(("passengers",), passengers[:1])
        (True, False)
        >>> is_of_any_length(("filter", "or"), passengers), is_of_any_length(("parts",), [{"a": 1}, {"b": 2}])
        (False, False)
    """
    names = (spaced(str(key)).replace("_", "-") for key in keys)
    if len(items) < 2 or any(map(_OF_QUERY.fullmatch, names)):
        return False
    if all(isinstance(item, dict) for item in items):
        return bool(set(items[0]).intersection(*items[1:]))
    kinds = {_KINDS.get(type(item)) for item in items}
    return len(kinds) == 1 and kinds < {"string", "number"}
