r"""Markers in what a case expects: a string such as ``"#uuid"`` stands for any value of its kind.

A marker is the whole string. ``##`` in front makes it optional: the key may be missing, or its value null. A
literal string that would be read as a marker has a backslash in front: ``"\#string"`` (in JSON
``"\\#string"``) is the text ``#string``. Any other string that begins with ``#`` is that text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.difference import equal
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.string_values import with_strings
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted

if TYPE_CHECKING:
    from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?([Zz]|[+-]\d\d:?\d\d)?")
_URL = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_ESCAPED = re.compile(r"\\+#")
_WORD = re.compile(r"##?([A-Za-z]+)")
# What other tools write, such as Karate, which this package does not read.
_FOREIGN = re.compile(r"##?[\[?(]")
_COLOUR = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_ALIASES = {
    "notpresent": "absent",
    "missing": "absent",
    "undefined": "absent",
    "bool": "boolean",
    "int": "integer",
    "float": "number",
    "str": "string",
    "text": "string",
    "list": "array",
    "dict": "object",
    "any": "present",
    "regexp": "regex",
    "pattern": "regex",
    "timestamp": "datetime",
    "uri": "url",
}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(pattern: re.Pattern[str], parse: Callable[[str], object] = str) -> Callable[[Any], bool]:
    def matches(value: Any) -> bool:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            return False
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return matches


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.upper().replace(",", "."))


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    # As JSON Schema: 1.0 is an integer.
    "integer": lambda value: _is_number(value) and value == value // 1,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
    "notnull": lambda value: value is not None and value is not UNDEFINED,
    "present": lambda value: value is not UNDEFINED,
    "absent": lambda value: value is UNDEFINED,
    "uuid": _is_text(_UUID),
    "date": _is_text(_DATE, date.fromisoformat),
    "datetime": _is_text(_DATETIME, _instant),
    "url": _is_text(_URL),
    "ignore": lambda value: True,
}
MARKERS = (*(f"#{name}" for name in _KINDS), "#regex …")


class Marker(NamedTuple):
    """A marker: whether a value fits it; ``UNDEFINED`` is a key that is missing."""

    text: str
    is_optional: bool
    fits_kind: Callable[[Any], bool]

    def fits(self, value: Any) -> bool:
        """Return whether a value is of the kind that the marker stands for."""
        return (self.is_optional and (value is UNDEFINED or value is None)) or self.fits_kind(value)


@lru_cache(maxsize=1024)
def marker_of(text: str) -> Marker | None:
    r"""Return the marker that a string is, None for any other string.

    Raises:
        ValueError: it is that of a regular expression that cannot be read.

    Example:
        >>> marker_of("#integer").fits(7), marker_of("##uuid").fits(None), marker_of("#1001")
        (True, True, None)
        >>> marker_of(r"#regex ORD-\d+").fits("ORD-12"), marker_of(r"#regex ORD-\d+").fits("ORD-12b")
        (True, False)
    """
    is_optional = text.startswith("##")
    name = text[2 if is_optional else 1 :]
    if not text.startswith("#"):
        return None
    if name in _KINDS:
        return Marker(text, is_optional, _KINDS[name])
    if not name.startswith("regex "):
        return None
    try:
        pattern = re.compile(name.removeprefix("regex ").strip())
    except (re.error, RecursionError) as error:
        msg = f"{quoted(text)} has no valid regular expression: {error}"
        raise ValueError(msg) from None
    return Marker(text, is_optional, _is_text(pattern))


def literal(text: str) -> str:
    r"""Return the text that a string of an expected value stands for, which is no marker.

    Example:
        >>> print(literal(r"\#string"), literal(r"\\#string"), literal(r"\n#"), literal("#7"))
        #string \#string \n# #7
    """
    return text[1:] if _ESCAPED.match(text) else text


def escaped(value: Any) -> Any:
    r"""Return an expected value for a value: strings that would be read as markers are escaped.

    Example:
        >>> print(escaped({"note": "#string", "order": "#1001"}))
        {'note': '\\#string', 'order': '#1001'}
    """
    return with_strings(
        value, lambda text: f"\\{text}" if _ESCAPED.match(text) or reads_as_marker(text) else text
    )


def reads_as_marker(text: str) -> bool:
    """Return whether a string of an expected value is a marker, or a slip in one.

    Example:
        >>> reads_as_marker("#uuid"), reads_as_marker("#1001")
        (True, False)
    """
    try:
        return marker_of(text) is not None or bool(_fault(text))
    except ValueError:
        return True


def marker_faults(value: Any, pointer: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield pointer, message and fix of each string that is meant as a marker and is none."""
    waiting = [(pointer, value)]
    while waiting:
        place, item = waiting.pop()
        if isinstance(item, dict):
            waiting += [(pointers.join(place, key), inner) for key, inner in item.items()]
        elif isinstance(item, list):
            waiting += [(pointers.join(place, at), inner) for at, inner in enumerate(item)]
        elif isinstance(item, str) and item.startswith("#") and (fault := _fault(item)):
            yield place, *fault


def _fault(text: str) -> tuple[str, str] | None:
    """Return message and fix for a string that is meant as a marker and is none; None for any other."""
    as_text = f'if it is text, write a backslash in front ("\\\\{text[:20]}")'
    try:
        if marker_of(text) is not None:
            return None
    except ValueError as error:
        return f"{error}.", "correct the regular expression."
    if text.rstrip() in ("#regex", "##regex"):
        return f"{quoted(text)} has no pattern.", "write a regular expression after it, as in #regex ORD-.*"
    if _FOREIGN.match(text):
        return f"there is no marker {quoted(text[:40])}.", f"use one of {', '.join(MARKERS)}; {as_text}."
    word = _WORD.fullmatch(text)
    if word is None or _COLOUR.fullmatch(text):
        return None
    near = _ALIASES.get(word[1].lower()) or near_miss(word[1], (*_KINDS, "regex"))
    if near is None:
        return None
    return (
        f"there is no marker {quoted(text)}.",
        f"did you mean `#{near}`? {as_text[0].upper()}{as_text[1:]}.",
    )


def has_markers(value: Any) -> bool:
    """Return whether any string of a value is a marker, or is escaped."""
    waiting = [value]
    # The list grows in the loop.
    for item in waiting:
        kind = type(item)
        if kind is str:
            if item[:1] in ("#", "\\"):
                return True
        elif kind is dict:
            waiting += item.values()
        elif kind is list:
            waiting += item
    return False


class Merged(NamedTuple):
    """An expected value with the actual one in place of each marker that it fits, and whether all fits."""

    value: Any
    is_equal: bool


def merge(expected: Any, actual: Any, ignored: PointerPatterns | None = None) -> Merged:
    """Return an expected value with the actual one in place of each marker that fits it.

    A marker that does not fit stays, so that a comparison shows it. Items of arrays are paired from both
    ends, and then by their order. What ``ignored`` covers counts as equal.

    Example:
        >>> merge({"id": "#integer", "at": "##date", "n": "#null"}, {"id": 7, "n": 1})
        Merged(value={'id': 7, 'n': '#null'}, is_equal=False)
    """
    if ignored is not None and ignored.covers:
        return Merged(_without_markers(expected, actual), is_equal=True)
    if isinstance(expected, str):
        marker = marker_of(expected)
        if marker is None:
            text = literal(expected)
            return Merged(text, text == actual)
        if marker.fits(actual):
            return Merged(actual, is_equal=True)
        # The text of the marker itself, as from a service that gives back its own placeholder, is no number.
        return Merged(f"{expected} (marker)" if expected == actual else expected, is_equal=False)
    if isinstance(expected, dict):
        return _merged_object(expected, actual, ignored)
    if isinstance(expected, list):
        return _merged_array(expected, actual, ignored)
    return Merged(expected, actual is not UNDEFINED and equal(expected, actual))


def _without_markers(expected: Any, actual: Any) -> Any:
    """Return an ignored value: a marker is what is there, so that it is no difference to count."""
    if isinstance(expected, str) and marker_of(expected) is not None:
        return actual
    return expected


def _merged_object(expected: dict[str, Any], actual: Any, ignored: PointerPatterns | None) -> Merged:
    others: Mapping[str, Any] = actual if isinstance(actual, dict) else {}
    merged = {}
    is_equal = isinstance(actual, dict)
    for key, item in expected.items():
        result = merge(item, others.get(key, UNDEFINED), ignored and ignored.under(key))
        is_equal = is_equal and result.is_equal
        # A marker that a missing key fits leaves nothing to expect.
        if result.value is not UNDEFINED:
            merged[key] = result.value
    for key in others.keys() - expected.keys():
        inner = ignored and ignored.under(key)
        is_equal = is_equal and inner is not None and inner.covers
    return Merged(merged, is_equal)


def _merged_array(expected: list[Any], actual: Any, ignored: PointerPatterns | None) -> Merged:
    others: list[Any] = actual if isinstance(actual, list) else []

    def pair(at: int, other_at: int) -> Merged:
        other = others[other_at] if other_at < len(others) else UNDEFINED
        return merge(expected[at], other, ignored and ignored.between(other_at, at))

    if len(expected) == len(others):
        results = [pair(at, at) for at in range(len(others))]
        is_equal = isinstance(actual, list) and all(result.is_equal for result in results)
        return Merged(_present(result.value for result in results), is_equal)
    shortest, longer = min(len(expected), len(others)), len(others) - len(expected)
    head = _fitting(pair(at, at) for at in range(shortest))
    last = range(len(expected) - 1, len(expected) - 1 - (shortest - len(head)), -1)
    tail = _fitting(pair(at, at + longer) for at in last)[::-1]
    # What is left of the two: an expected item without another one is compared with none.
    missing, left = len(others), len(others) - len(tail)
    between = range(len(head), len(expected) - len(tail))
    merged = [*head, *_present(pair(at, at if at < left else missing).value for at in between), *tail]
    return Merged(merged, isinstance(actual, list) and len(merged) == len(others) == len(head) + len(tail))


def _present(items: Iterable[Any]) -> list[Any]:
    # A marker that nothing fits too, such as ##string, leaves no item to expect.
    return [item for item in items if item is not UNDEFINED]


def _fitting(results: Iterable[Merged]) -> list[Any]:
    """Return the merged items as long as they fit."""
    return [result.value for result in takewhile(lambda result: result.is_equal, results)]
