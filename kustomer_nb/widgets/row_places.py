"""Whether a pointer still means the row that a page shows: the definition may have changed since."""

from __future__ import annotations

from typing import Any

from kustomer_nb.jsontext import pointer as pointers

# A page that is further behind is told to try again.
MOST_VERSIONS = 50


class RowPlaces:
    """The places that an action had, by version: a version ends when a key or an item comes or goes.

    Example:
        >>> places = RowPlaces()
        >>> first = places.follow("find", {"list": ["a", "b"], "uri": "/"})
        >>> places.follow("find", {"list": ["b"], "uri": "/x"}) == first
        False
        >>> places.are_same("/uri", first), places.are_same("/list/0", first)
        (True, False)
    """

    def __init__(self) -> None:
        self.version = 0
        self._value: Any = None
        self._shapes: dict[int, tuple[str, Any]] = {}

    def follow(self, action: str, value: Any) -> int:
        """Take the value of an action as it is now, and return its version."""
        current = self._shapes.get(self.version)
        if value is self._value and current is not None and current[0] == action:
            return self.version
        self._value = value
        shape = (action, _shape(value))
        if shape != current:
            self.version += 1
            self._shapes[self.version] = shape
            self._shapes.pop(self.version - MOST_VERSIONS, None)
        return self.version

    def are_same(self, pointer: str, version: int) -> bool:
        """Return whether a pointer of a version means the same place now."""
        if version == self.version:
            return True
        if version not in self._shapes:
            return False
        (action, before), (action_now, now) = self._shapes[version], self._shapes[self.version]
        return action == action_now and _is_same(before, now, pointers.split(pointer))


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else None


def _is_same(before: Any, now: Any, keys: list[str]) -> bool:
    for key in keys:
        if type(before) is not type(now):
            return False
        if isinstance(before, list):
            # An item may have come or gone before this one.
            if len(before) != len(now) or not key.isdecimal() or int(key) >= len(before):
                return False
            before, now = before[int(key)], now[int(key)]
        elif isinstance(before, dict) and key in before:
            if key not in now:
                return False
            before, now = before[key], now[key]
        else:
            # It was not there; what is written there makes it.
            return True
    return type(before) is type(now)
