"""Python's values as plain JSON: what a notebook holds, in the form the platform would receive.

==========================================  ==================================================
mapping, tuple, list                        object, array
numpy scalar, `Decimal`                     number, boolean or string
aware datetime, pandas Timestamp            ``2024-05-01T12:00:00.000Z``, in UTC as JavaScript
naive datetime, numpy datetime64            ``2024-05-01T12:00:00.000``, without a zone
date                                        ``2024-05-01``
NaN, NaT, pandas NA, ``UNDEFINED``          absent; null within an array
==========================================  ==================================================

Digits below the millisecond are dropped, because a JavaScript date has none. Neither numpy nor pandas is
imported: their values are recognized by their attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.bounds import excess
from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, is_rounded, number, whole
from kustomer_nb.jsontext.pointer import join

from .nodes import DEPTH

_UNCHANGED = frozenset({str, bool, type(None), type(UNDEFINED)})
_TEXT = {str}
_NUMBERS = frozenset({int, float})
LEAVES: frozenset[type] = frozenset({str, bool, type(None)})
_ABSENT = frozenset({"NaTType", "NAType"})
# The largest double has as many: int() of a longer one is Infinity in JavaScript.
_LARGEST_BITS = 1024
# 10 to the power of a larger one is no double.
_LARGEST_EXPONENT = 308
# The limit for inputs; a request has far fewer values.
MOST = 1_000_000
# The limit for copying without a check beforehand, which takes time.
AT_ONCE = 100_000
# No more faults are listed: a value that contains itself twice has more than anybody can wait for.
MOST_FAULTS = 1000
Path: TypeAlias = tuple[str | int, ...]


class Plain(NamedTuple):
    """A value as plain JSON, and a KNB704 for each part that is not JSON; those parts are null."""

    value: Any
    faults: tuple[Diagnostic, ...]


def plain(value: Any) -> Plain:
    """Return a copy of a value as plain JSON; ``UNDEFINED`` if it counts as absent.

    Example:
        >>> plain({"at": date(2024, 5, 1), "tags": ("a", "b"), "none": float("nan")}).value
        {'at': '2024-05-01', 'tags': ['a', 'b']}
        >>> print(plain({"tags": {"a"}}).faults[0])
        /tags: KNB704 a value of type set is not a JSON value. Fix: pass a list.
    """
    try:
        return Plain(copied(value, 0, [AT_ONCE]), ())
    except NotPlainError:
        reader = _Reader()
    if (bound := excess(value, max_values=MOST)) is not None and bound.has_too_many:
        return Plain(None, (_fault(f"{bound.reason}.", "pass less data.", ()),))
    return Plain(reader.read_root(value), tuple(reader.faults))


class WrittenNumber(float):
    """The double of a `Decimal`, with the digits that it does not keep as ``literal``."""

    __slots__ = ("literal",)
    literal: str


class NotPlainError(Exception):
    """The value is not plain JSON."""


def copied(value: Any, depth: int, room: list[int]) -> Any:
    """Return a copy of a value that is already plain JSON, as most are.

    ``room`` is the number of values that may follow: a list that contains another one twice, and that one a
    third one twice, soon exceeds any memory.

    Raises:
        NotPlainError: it is not plain JSON, or too large or deep, and must be read part by part.
    """
    kind = type(value)
    if kind in LEAVES:
        return value
    if kind is int or kind is float:
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
    elif depth < DEPTH and kind is dict and _is_room(room, value):
        if set(map(type, value)) <= _TEXT:
            return {
                key: item if type(item) in LEAVES else copied(item, depth + 1, room)
                for key, item in value.items()
            }
    elif depth < DEPTH and kind is list and _is_room(room, value):
        return [copied(item, depth + 1, room) for item in value]
    raise NotPlainError


def _is_room(room: list[int], value: Sized) -> bool:
    room[0] -= len(value)
    return room[0] >= 0


class _FullError(Exception):
    """The value has more parts, or more faults, than are read."""


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Diagnostic] = []
        self._room = MOST

    def read_root(self, value: Any) -> Any:
        """Return a value as plain JSON, null if it has too many parts."""
        try:
            return self.read(value, ())
        except _FullError:
            return None

    def read(self, value: Any, path: Path) -> Any:
        kind = type(value)
        if kind in _UNCHANGED:
            return value
        if isinstance(value, (int, float)):
            return _number(value)
        try:
            if kind is dict or isinstance(value, Mapping):
                return self._object(value, path)
            if isinstance(value, (list, tuple)):
                return self._array(value, path)
            return self._other(value, path)
        except (_FullError, KeyboardInterrupt):
            raise
        except Exception as error:
            # A user's own class may raise anything in its methods.
            self._report(f"reading it raised {type(error).__name__}.", "pass plain JSON values.", path)
            return None

    def _object(self, value: Mapping[Any, Any], path: Path) -> Any:
        if len(path) >= DEPTH:
            return self._too_deep(path)
        result = {}
        for key, item in value.items():
            self._count(path)
            if isinstance(key, str):
                name = str.__str__(key)
            else:
                name = str(key)
                self._report(f"the key {key!r:.60} is not a string.", "pass a string.", (*path, name))
            plain_item = self.read(item, (*path, name))
            if plain_item is not UNDEFINED:
                result[name] = plain_item
        return result

    def _array(self, value: list[Any] | tuple[Any, ...], path: Path) -> Any:
        if len(path) >= DEPTH:
            return self._too_deep(path)
        items = []
        for index, item in enumerate(value):
            self._count(path)
            items.append(self.read(item, (*path, index)))
        # As JSON.stringify writes undefined in an array.
        return [None if item is UNDEFINED else item for item in items]

    def _other(self, value: Any, path: Path) -> Any:
        scalar = _scalar(value)
        if scalar is not value:
            return self.read(scalar, path)
        is_listable = isinstance(value, AbstractSet) or getattr(value, "ndim", None)
        fix = "pass a list." if is_listable else "pass a string, number, boolean, None, list or mapping."
        self._report(f"a value of type {type(value).__name__} is not a JSON value.", fix, path)
        return None

    def _too_deep(self, path: Path) -> None:
        self._report(
            f"it is nested deeper than {DEPTH} levels, or contains itself.", "pass a flatter value.", path
        )

    def _count(self, path: Path) -> None:
        self._room -= 1
        if self._room < 0:
            self._report(f"it has more than {MOST:,} values.", "pass less data.", path[:1])
            raise _FullError

    def _report(self, message: str, fix: str, path: Path) -> None:
        if len(self.faults) == MOST_FAULTS:
            raise _FullError
        self.faults.append(_fault(message, fix, path))


def _fault(message: str, fix: str, path: Path) -> Diagnostic:
    return Diagnostic(Code.INPUT_NOT_JSON, Severity.ERROR, join("", *path), message, fix)


def _number(value: float) -> Any:
    if type(value) is WrittenNumber:
        return value
    if isinstance(value, int):
        # Digits beyond a double are kept here, so that the step of the schema reports their loss.
        return int(value) if value.bit_length() <= _LARGEST_BITS else number(value)
    return UNDEFINED if value != value else float(value)


def _scalar(value: Any) -> Any:
    """Return a scalar of Python or numpy as JSON, anything else unchanged."""
    if isinstance(value, str):
        # A plain str of a subclass, such as an enum or numpy's, whose own __str__ may return another text.
        return str.__str__(value)
    if type(value).__name__ in _ABSENT:
        return UNDEFINED
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return _moment(value)
    return value.isoformat() if isinstance(value, date) else _numpy(value)


def _decimal(value: Decimal) -> Any:
    """Return a `Decimal` as a number that still tells its digits, so that their loss is reported."""
    if value.is_nan():
        return UNDEFINED
    is_short = value.is_finite() and value.adjusted() <= _LARGEST_EXPONENT
    # Not zero, which may be -0.
    if value and is_short and value == value.to_integral_value():
        return int(value)
    double, literal = float(value), str(value)
    if not value.is_finite() or not is_rounded(literal):
        return whole(double)
    written = WrittenNumber(double)
    written.literal = literal
    return written


def _moment(value: datetime) -> str:
    if value.utcoffset() is None:
        return value.isoformat(timespec="milliseconds")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _numpy(value: Any) -> Any:
    # An array of one element has item() as well, but is not a scalar.
    if not callable(getattr(value, "item", None)) or getattr(value, "ndim", None):
        return value
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    # item() of a datetime64 or timedelta64 in nanoseconds is an int; of a datetime64 in milliseconds it is a
    # datetime, or None for NaT.
    if kind == "m":
        return value
    if kind == "M":
        moment = value.astype("datetime64[ms]").item()
        return UNDEFINED if moment is None else moment
    item = value.item()
    # longdouble.item() returns itself, which would be read forever.
    return value if type(item) is type(value) else item
