"""Copies of JSON values."""

from __future__ import annotations

from typing import Any

# By exact type, which takes half of the time of isinstance.
_CONTAINERS = frozenset({dict, list})


def copy_json(value: Any) -> Any:
    """Return a JSON value with objects and arrays of its own, in a fraction of the time of ``deepcopy``.

    Example:
        >>> value = {"a": [1]}
        >>> copy = copy_json(value)
        >>> copy["a"].append(2)
        >>> value
        {'a': [1]}
    """
    if type(value) not in _CONTAINERS:
        return value
    copy = value.copy()
    # Not recursive: a document may be nested as deep as the stack of a caller has room for.
    containers: list[Any] = [copy]
    while containers:
        container = containers.pop()
        for key, item in container.items() if type(container) is dict else enumerate(container):
            if type(item) in _CONTAINERS:
                # A key that exists may be assigned in a loop over its container.
                container[key] = inner = item.copy()
                containers.append(inner)
    return copy
