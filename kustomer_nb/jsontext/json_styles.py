"""Strict JSON and the few layouts in which programs write it, so that the same text can be restored."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, NamedTuple

from .javascript import LONGEST_EXACT, decode, is_rounded, make_decoder, number, parse_int, whole

# A run with a larger body takes more than four seconds, and eight times its size in memory: see
# benchmarks/large_response.py.
PARSE_LIMIT = 32 * 2**20
# A longer text is recorded as it is, not as JSON.
STYLED_LIMIT = 8 * 2**20
# A deeper value stays text: whatever reads a cassette must not fail on it.
MAX_DEPTH = 100
_INFINITE = (inf, -inf)
_LAYOUTS: Mapping[str, dict[str, Any]] = {
    "compact": {"separators": (",", ":")},
    "spaced": {"separators": (", ", ": ")},
    "indent 2": {"indent": 2},
    "indent 4": {"indent": 4},
    "indent tab": {"indent": "\t"},
}
STYLES = tuple(
    f"{layout}{escapes}{end}" for layout in _LAYOUTS for escapes in ("", " ascii") for end in ("", " newline")
)


def read_json(text: str, *, longest: int = STYLED_LIMIT) -> tuple[Any] | None:
    """Return the value of a text in a tuple of one; None if it is not strict JSON, too deep or too long."""
    if len(text) > longest:
        return None
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return (value,) if _is_flat(value, MAX_DEPTH) else None


def styled(value: Any, style: str) -> str:
    r"""Return a value as JSON text in one of the known styles.

    Example:
        >>> styled({"é": [1]}, "spaced ascii newline")
        '{"\\u00e9": [1]}\n'
    """
    is_ascii, has_end = " ascii" in style, style.endswith(" newline")
    layout = style.removesuffix(" newline").removesuffix(" ascii")
    text = json.dumps(value, ensure_ascii=is_ascii, **_LAYOUTS[layout])
    return f"{text}\n" if has_end else text


def style_of(text: str, value: Any) -> str:
    """Return the style that writes a value as exactly this text, empty if there is none."""
    # Compact first: most services send it.
    end = " newline" if text.endswith("\n") else ""
    styles = (f"{layout}{escapes}{end}" for escapes in ("", " ascii") for layout in _LAYOUTS)
    return next((style for style in styles if styled(value, style) == text), "")


class Rounded(NamedTuple):
    """A number that JavaScript does not keep: its keys, how it was written, and what it becomes."""

    keys: tuple[str | int, ...]
    literal: str
    after: float


class Parsed(NamedTuple):
    """The value of a text, the keys that occur twice in one object, and the numbers that are not kept."""

    value: Any
    repeated: list[str]
    rounded: list[Rounded]


def parse_with_losses(text: str) -> Parsed:
    """Return ``JSON.parse(text)``, and what of the text is not in the value.

    Raises:
        ValueError: as `parse`.

    Example:
        >>> parse_with_losses('{"a": 1, "b": 2, "a": 3}')
        Parsed(value={'a': 3, 'b': 2}, repeated=['a'], rounded=[])
        >>> parse_with_losses('{"id": 4634343214213523454}').rounded
        [Rounded(keys=('id',), literal='4634343214213523454', after=4634343214213523000)]
    """
    # Most texts have short numbers and no key twice. That is seen without a look at each number and key,
    # which would take longer than parsing.
    kinds = text.encode("utf-8", "surrogatepass").translate(_KINDS)
    if not (any(map(kinds.__contains__, _MAY_LOSE)) or _NEGATIVE_ZERO.search(text)):
        value = decode(text, _PLAIN)
        # Each member has such a colon; a string may have one too.
        if kinds.count(b'":') == count_members(value):
            return Parsed(value, [], [])
    try:
        return Parsed(decode(text, _LOSSLESS), [], [])
    except _LossError:
        return _parse_reporting(text)


# Bytes by what they are in JSON: digits and points are 0, white space is a space, and E is e.
_KINDS = bytes.maketrans(b".123456789E\t\n\r", b"0000000000e   ")
# A number with many digits, one with an exponent, and a space before the colon of a member.
_MAY_LOSE = (b"0" * (LONGEST_EXACT - 1), b"0e", b" :")
_NEGATIVE_ZERO = re.compile(r"-0(?![0-9.])")
_PLAIN = make_decoder(int, float)


def count_members(value: Any) -> int:
    """Return how many members the objects of a JSON value have, -1 if a number of it is infinite.

    Example:
        >>> count_members([{"a": {"b": 1}}]), count_members([1e999])
        (2, -1)
    """
    count, waiting = 0, [value]
    # The list grows in the loop.
    for item in waiting:
        kind = type(item)
        if kind is dict:
            count += len(item)
            waiting += item.values()
        elif kind is list:
            waiting += item
        elif kind is float and item in _INFINITE:
            return -1
    return count


class _LossError(Exception):
    """A key occurs more than once in one object, or a number is not kept."""


def _exact_int(digits: str) -> float:
    if len(digits) < LONGEST_EXACT and digits != "-0":
        return int(digits)
    if is_rounded(digits):
        raise _LossError
    return parse_int(digits)


def _exact_float(literal: str) -> float:
    if is_rounded(literal):
        raise _LossError
    return number(float(literal))


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _LossError
    return members


# The decoder that reports is made only for what loses something.
_LOSSLESS = make_decoder(_exact_int, _exact_float, _unique_members)


def _parse_reporting(text: str) -> Parsed:
    repeated: dict[str, None] = {}

    def object_from_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            # Counted in one pass: an object may have a million keys.
            counts = Counter(name for name, _ in pairs)
            repeated.update(dict.fromkeys(name for name in members if counts[name] > 1))
        return members

    decoder = make_decoder(_marked_int, _marked_float, object_from_pairs)
    holder = {"": decode(text, decoder)}
    rounded: list[Rounded] = []
    _replace_marks(holder, rounded)
    return Parsed(holder[""], list(repeated), rounded)


def _marked_int(digits: str) -> Any:
    return _Mark(digits) if is_rounded(digits) else parse_int(digits)


def _marked_float(literal: str) -> Any:
    return _Mark(literal) if is_rounded(literal) else number(float(literal))


class _Mark:
    """Stands for a number that is not kept, until its pointer is known."""

    __slots__ = ("after", "literal")

    def __init__(self, literal: str) -> None:
        self.literal = literal
        self.after = whole(float(literal))


def _replace_marks(holder: dict[str, Any], rounded: list[Rounded]) -> None:
    """Put the numbers in place of their marks, and list them."""
    # Keys as linked lists: most values have no mark, so most keys are never joined.
    pending: list[tuple[Any, Any]] = [(holder, None)]
    while pending:
        container, keys = pending.pop()
        inner = []
        for key, item in container.items() if type(container) is dict else enumerate(container):
            if type(item) is _Mark:
                # A key that exists may be assigned in a loop over its container.
                container[key] = item.after
                rounded.append(Rounded(_listed((keys, key)), item.literal, item.after))
            elif type(item) is dict or type(item) is list:
                inner.append((item, (keys, key)))
        pending += reversed(inner)


def _listed(linked: Any) -> tuple[str | int, ...]:
    keys = []
    while linked is not None:
        linked, key = linked
        keys.append(key)
    # The last is that of the holder.
    return tuple(keys[-2::-1])


def path_of(keys: Iterable[str | int]) -> str:
    """Return keys as the path that authors write, each array index as ``[]``.

    Example:
        >>> path_of(("body", "items", 0, "id"))
        'body.items[].id'
    """
    return "".join("[]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def _is_flat(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_flat(item, levels - 1) for item in items)


def _refuse(constant: str) -> Any:
    msg = f"{constant} is not JSON"
    raise ValueError(msg)
