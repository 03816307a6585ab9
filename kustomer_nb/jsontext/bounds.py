"""How much there is in a value of Python's, so that a walk through it is known to end.

A list may hold itself, hold one other list twice at each of sixty levels, or be a mapping that never ends or
raises: what is written as JSON, compared or rendered of it would never be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError

from .javascript import UNDEFINED
from .pointer import join

# Counted as often as they would be written; no text that is read here holds as many.
MOST = 50_000_000
# Of a mapping that makes its entries itself, and may never end.
MOST_ENTRIES = 1_000_000
_LEAVES = frozenset({str, int, float, bool, type(None)})
_TEXT = {str}
# More than a response may have whose body is parsed, so that none is ever refused.
_FEW = 300_000
_FEW_LEVELS = 2_000
# Of a path many levels long a pointer names the first.
_SHOWN = 100
# Of more bits Python makes no text by itself, and no JSON is read back.
_LARGEST_BITS = 14_000
_JSON = (str, int, float, type(None), type(UNDEFINED), dict, list, tuple, Mapping)


class Excess(NamedTuple):
    """Why a value cannot be walked through, and the keys of the place where that was noticed.

    ``is_much`` says that there are too many values in it.
    """

    words: str
    path: tuple[str | int, ...]
    is_much: bool = False


def excess(
    value: Any, *, deepest: int | None = None, most: int = MOST, is_strict: bool = False
) -> Excess | None:
    """Return why a value cannot be walked through, None where it can: what it holds is looked at once.

    Keys are to be texts; ``is_strict`` asks that the other parts are JSON too.

    Example:
        >>> excess({"a": [1, {"b": 2}]}) is None
        True
        >>> ring = []
        >>> ring.append({"a": ring})
        >>> excess(ring)
        Excess(words='it holds itself', path=(0, 'a'), is_much=False)
        >>> excess([[[]]], deepest=2)
        Excess(words='it is nested deeper than 2 levels', path=(0, 0), is_much=False)
    """
    if is_strict:
        # What holds it is no part of it.
        found = _Walk(None, most, is_strict=True).through([value])
        return found and Excess(found.words, found.path[1:])
    if _is_small(value, deepest, most) or not isinstance(value, (dict, list, tuple, Mapping)):
        return None
    return _Walk(deepest, most, is_strict=False).through(value)


def require_end(value: Any, pointer: str, *, deepest: int | None = None, is_strict: bool = False) -> None:
    """Refuse a value that cannot be walked through, as `excess` tells; ``pointer`` is the one of the value.

    Raises:
        InputError: KNB718, at the place where that was noticed.

    Example:
        >>> ring = {}
        >>> ring["a"] = ring
        >>> require_end(ring, "/steps/find")
        Traceback (most recent call last):
        kustomer_nb.errors.InputError: /steps/find/a: KNB718 This value cannot be read: it holds itself. ...
    """
    found = excess(value, deepest=deepest, is_strict=is_strict)
    if found is not None:
        message = f"This value cannot be read: {found.words}."
        place = join(pointer, *(shown_key(key) for key in found.path[:_SHOWN]))
        raise InputError(
            [Diagnostic(Code.VALUE_UNBOUNDED, Severity.ERROR, place, message, "pass plain JSON values.")]
        )


def shown_key(key: Any) -> str | int:
    """Return a key as a pointer may hold it: one that is no text by its type, for it may not be printable."""
    return key if isinstance(key, str) or (type(key) is int and abs(key) <= MOST) else type(key).__name__


def _is_small(value: Any, deepest: int | None, most: int) -> bool:
    """Return whether a value is seen at once to have an end, as nearly all are."""
    # One iterator a level: of a long list no second one is made.
    stack: list[Iterator[Any]] = [iter((value,))]
    containers, values, most_levels = 0, 0, min(deepest or _FEW_LEVELS, _FEW_LEVELS) + 1
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
            if containers > _FEW or values > most or len(stack) > most_levels:
                return False
            if kind is dict and not {*map(type, item)} <= _TEXT:
                return False
            break
        else:
            stack.pop()
    return True


class _FoundError(Exception):
    """The walk has found an excess."""


class _MuchError(Exception):
    """There are too many values."""


class _Frame:
    """A container that is walked through, and how many values and levels are in it as far as is known."""

    __slots__ = ("levels", "rest", "value", "values")

    def __init__(self, value: Any, items: list[tuple[Any, Any]]) -> None:
        self.value = value
        self.rest = ((key, item) for key, item in items if type(item) not in _LEAVES)
        self.values, self.levels = len(items), 1


class _Walk:
    def __init__(self, deepest: int | None, most: int, *, is_strict: bool) -> None:
        self._deepest = deepest
        self._most = most
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
        except _MuchError:
            return Excess("it holds more values than are read", tuple(self._path), is_much=True)
        except _FoundError as found:
            return Excess(str(found), tuple(self._path))
        except Exception as error:
            # A class of the user's own may raise anything.
            return Excess(f"reading it raised {type(error).__name__}", tuple(self._path))
        return None

    def _step(self, frame: _Frame) -> None:
        for key, item in frame.rest:
            if not isinstance(item, (dict, list, tuple, Mapping)):
                continue
            self._path.append(key)
            if id(item) in self._around:
                raise _FoundError("it holds itself")
            known = self._known.get(id(item))
            if known is None:
                self._enter(item)
                return
            self._add(frame, known)
        self._around.discard(id(frame.value))
        # It keeps the value, so that no other one that is made meanwhile gets its identity.
        self._known[id(frame.value)] = frame
        self._frames.pop()
        if self._frames:
            self._add(self._frames[-1], frame)

    def _enter(self, value: Any) -> None:
        is_object = isinstance(value, Mapping)
        # One of the user's own, a subclass of dict too, may have no end.
        items = list(islice(value.items() if is_object else enumerate(value), self._most_of(value)))
        if len(items) == self._most_of(value):
            raise _MuchError
        if is_object and (others := {type(key).__name__ for key, _ in items if not isinstance(key, str)}):
            msg = f"a key is of type {min(others)}, and no text"
            raise _FoundError(msg)
        if self._is_strict:
            self._require_json(items)
        self._around.add(id(value))
        frame = _Frame(value, items)
        self._frames.append(frame)
        self._require(frame, len(self._frames))

    @staticmethod
    def _most_of(value: Any) -> int | None:
        return None if type(value) in (dict, list, tuple) else MOST_ENTRIES + 1

    def _require_json(self, items: list[tuple[Any, Any]]) -> None:
        for key, item in items:
            if type(item) is int and item.bit_length() > _LARGEST_BITS:
                msg = "an integer is larger than any number of JSON that is read again"
            elif isinstance(item, _JSON):
                continue
            else:
                msg = f"a value of type {type(item).__name__} is no JSON value"
            self._path.append(key)
            raise _FoundError(msg)

    def _add(self, frame: _Frame, inner: _Frame) -> None:
        self._path.pop()
        frame.values += inner.values
        frame.levels = max(frame.levels, inner.levels + 1)
        self._require(frame, len(self._frames) + frame.levels - 1)

    def _require(self, frame: _Frame, levels: int) -> None:
        if frame.values > self._most:
            raise _MuchError
        if self._deepest is not None and levels > self._deepest:
            msg = f"it is nested deeper than {self._deepest} levels"
            raise _FoundError(msg)
