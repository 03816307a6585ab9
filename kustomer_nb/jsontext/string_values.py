"""The strings within a JSON value, changed one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def with_strings(value: Any, change: Callable[[str], str], *, changes_keys: bool = False) -> Any:
    """Return a value with each string changed, and each key if ``changes_keys``; tuples become lists.

    Example:
        >>> with_strings({"a": ["b", 1]}, str.upper), with_strings({"a": "b"}, str.upper, changes_keys=True)
        ({'a': ['B', 1]}, {'A': 'B'})
    """
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {
            change(str(key)) if changes_keys else key: with_strings(item, change, changes_keys=changes_keys)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [with_strings(item, change, changes_keys=changes_keys) for item in value]
    return value
