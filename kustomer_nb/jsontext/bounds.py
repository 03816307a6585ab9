"""How large a Python value is, so that a walk through it is known to end.

A list may contain itself, or contain one other list twice at each of sixty levels; a mapping may never end or
may raise. Writing such a value as JSON, comparing it or rendering it would never finish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError

from .javascript import UNDEFINED
from .pointer import join

# A value that occurs twice counts twice, as it is written twice. No text that is read here has as many.
MAX_VALUES = 50_000_000
# The limit for a mapping of the user's own class, which makes its entries itself and may never end.
MAX_ENTRIES = 1_000_000
# Levels of a text that is read: far above any definition, and below where Python's recursive JSON encoder
# would fail.
MAX_DEPTH = 500
_LEAVES = frozenset({str, int, float, bool, type(None)})
_TEXT = {str}
# Beyond these the full walk decides, which is slower and remembers every container.
_QUICK_CONTAINERS = 300_000
_QUICK_LEVELS = 2_000
# A pointer names the first keys of a path that is many levels long.
_POINTER_KEYS = 100
# Python refuses to convert a larger integer to a string: 4,300 digits are about 14,280 bits.
_MAX_INT_BITS = 14_000
_JSON = (str, int, float, type(None), type(UNDEFINED), dict, list, tuple, Mapping)


class Excess(NamedTuple):
    """Why a value cannot be walked through, and the keys that lead to the reason.

    ``has_too_many`` is true if it contains too many values.
    """

    reason: str
    path: tuple[str | int, ...]
    has_too_many: bool = False


def excess(
    value: Any, *, max_depth: int | None = None, max_values: int = MAX_VALUES, is_strict: bool = False
) -> Excess | None:
    """Return why a value cannot be walked through, None if it can; each container in it is visited once.

    Keys must be strings; with ``is_strict`` the other parts must be JSON too.

    Example:
        >>> excess({"a": [1, {"b": 2}]}) is None
        True
        >>> ring = []
        >>> ring.append({"a": ring})
        >>> excess(ring)
        Excess(reason='it contains itself', path=(0, 'a'), has_too_many=False)
        >>> excess([[[]]], max_depth=2)
        Excess(reason='it is nested deeper than 2 levels', path=(0, 0), has_too_many=False)
    """
    if is_strict:
        # The list around the value is ours: its index is not part of the path.
        cause = _Walk(None, max_values, is_strict=True).through([value])
        return cause and Excess(cause.reason, cause.path[1:])
    if _is_small(value, max_depth, max_values) or not isinstance(value, (dict, list, tuple, Mapping)):
        return None
    return _Walk(max_depth, max_values, is_strict=False).through(value)


def require_end(value: Any, pointer: str, *, max_depth: int | None = None, is_strict: bool = False) -> None:
    """Reject a value that cannot be walked through, according to `excess`; ``pointer`` is that of the value.

    Raises:
        InputError: KNB718, with the pointer of the part that is the reason.

    Example:
        >>> ring = {}
        >>> ring["a"] = ring
        >>> require_end(ring, "/steps/find")
        Traceback (most recent call last):
        kustomer_nb.errors.InputError: /steps/find/a: KNB718 This value cannot be read: it contains ...
    """
    cause = excess(value, max_depth=max_depth, is_strict=is_strict)
    if cause is not None:
        message = f"This value cannot be read: {cause.reason}."
        path = join(pointer, *(printable_key(key) for key in cause.path[:_POINTER_KEYS]))
        raise InputError.from_code(Code.VALUE_UNBOUNDED, message, "pass plain JSON values.", pointer=path)


def printable_key(key: Any) -> str | int:
    """Return a key for a pointer: of any other type than string or small int only the name of the type.

    The key may be an object of the user's whose ``__str__`` raises or prints a secret.
    """
    is_index = type(key) is int and abs(key) <= MAX_VALUES
    return key if isinstance(key, str) or is_index else type(key).__name__


def _is_small(value: Any, max_depth: int | None, max_values: int) -> bool:
    """Return whether a quick look shows that a value ends, as it does for nearly all values."""
    # One iterator for each open level, so that memory grows with the depth and not with the length.
    stack: list[Iterator[Any]] = [iter((value,))]
    containers, values, max_levels = 0, 0, min(max_depth or _QUICK_LEVELS, _QUICK_LEVELS) + 1
    while stack:
        for item in stack[-1]:
            kind = type(item)
            if kind in _LEAVES:
                continue
            if kind is not dict and kind is not list:
                return False
            containers += 1
            values += len(item)
            stack.append(iter(item.values() if kind is dict else item))
            if containers > _QUICK_CONTAINERS or values > max_values or len(stack) > max_levels:
                return False
            if kind is dict and not {*map(type, item)} <= _TEXT:
                return False
            break
        else:
            stack.pop()
    return True


class _ExcessError(Exception):
    """The walk came to a part that cannot be walked through."""


class _TooManyError(Exception):
    """There are too many values."""


class _Frame:
    """A container on the path of the walk, with the values and levels counted in it so far."""

    __slots__ = ("levels", "remaining", "value", "values")

    def __init__(self, value: Any, items: list[tuple[Any, Any]]) -> None:
        self.value = value
        self.remaining = ((key, item) for key, item in items if type(item) not in _LEAVES)
        self.values, self.levels = len(items), 1


class _Walk:
    def __init__(self, max_depth: int | None, max_values: int, *, is_strict: bool) -> None:
        self._max_depth = max_depth
        self._max_values = max_values
        self._is_strict = is_strict
        self._frames: list[_Frame] = []
        self._path: list[Any] = []
        self._around: set[int] = set()
        self._known: dict[int, _Frame] = {}

    def through(self, value: Any) -> Excess | None:
        """Return the first excess of a container."""
        try:
            self._enter(value)
            while self._frames:
                self._step(self._frames[-1])
        except _TooManyError:
            return Excess("it contains more values than are read", tuple(self._path), has_too_many=True)
        except _ExcessError as reason:
            return Excess(str(reason), tuple(self._path))
        except Exception as error:
            # A class of the user's own may raise anything. Its message is not repeated: it may hold a secret.
            return Excess(f"reading it raised {type(error).__name__}", tuple(self._path))
        return None

    def _step(self, frame: _Frame) -> None:
        for key, item in frame.remaining:
            if not isinstance(item, (dict, list, tuple, Mapping)):
                continue
            self._path.append(key)
            if id(item) in self._around:
                raise _ExcessError("it contains itself")
            # A container that occurs twice is counted twice and walked once: 2**60 paths take 60 steps.
            known = self._known.get(id(item))
            if known is None:
                self._enter(item)
                return
            self._add(frame, known)
        self._around.discard(id(frame.value))
        # The frame keeps the value alive, so that no new object can get the same id.
        self._known[id(frame.value)] = frame
        self._frames.pop()
        if self._frames:
            self._add(self._frames[-1], frame)

    def _enter(self, value: Any) -> None:
        is_object = isinstance(value, Mapping)
        # A class of the user's own, and a subclass of dict too, may never end.
        items = list(islice(value.items() if is_object else enumerate(value), self._max_entries(value)))
        if len(items) == self._max_entries(value):
            raise _TooManyError
        if is_object and (others := {type(key).__name__ for key, _ in items if not isinstance(key, str)}):
            msg = f"a key is of type {min(others)}, not a string"
            raise _ExcessError(msg)
        if self._is_strict:
            self._require_json(items)
        self._around.add(id(value))
        frame = _Frame(value, items)
        self._frames.append(frame)
        self._require(frame, len(self._frames))

    @staticmethod
    def _max_entries(value: Any) -> int | None:
        return None if type(value) in (dict, list, tuple) else MAX_ENTRIES + 1

    def _require_json(self, items: list[tuple[Any, Any]]) -> None:
        for key, item in items:
            if type(item) is int and item.bit_length() > _MAX_INT_BITS:
                msg = "an integer is too large to be read back from JSON"
            elif isinstance(item, _JSON):
                continue
            else:
                msg = f"a value of type {type(item).__name__} is not a JSON value"
            self._path.append(key)
            raise _ExcessError(msg)

    def _add(self, frame: _Frame, inner: _Frame) -> None:
        self._path.pop()
        frame.values += inner.values
        frame.levels = max(frame.levels, inner.levels + 1)
        self._require(frame, len(self._frames) + frame.levels - 1)

    def _require(self, frame: _Frame, levels: int) -> None:
        if frame.values > self._max_values:
            raise _TooManyError
        if self._max_depth is not None and levels > self._max_depth:
            msg = f"it is nested deeper than {self._max_depth} levels"
            raise _ExcessError(msg)
