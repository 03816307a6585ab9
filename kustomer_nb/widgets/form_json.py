"""JSON text as a person types it: read exactly, and written so that nothing is lost."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from kustomer_nb.codes import Code
from kustomer_nb.jsontext.javascript import LONE_SURROGATE
from kustomer_nb.jsontext.json_errors import json_problem
from kustomer_nb.schema.from_python import plain

# A longer value takes several lines, and a very long one none at all: indenting takes time.
ONE_LINE = 60
INDENTED = 100_000


def parse_json(text: str) -> Any:
    """Return the value of a JSON text, with 1 and 1.0 told apart.

    Raises:
        ValueError: it is not JSON, which has neither NaN nor Infinity, or a key occurs twice in one object,
            which would lose a value. The message says where.

    Example:
        >>> parse_json('{"b": 1.0, "a": [12345678901234567890]}')
        {'b': 1.0, 'a': [12345678901234567890]}
        >>> parse_json('{"a": 1, "a": 2}')
        Traceback (most recent call last):
        ValueError: Invalid JSON: the key "a" occurs twice (line 1, column 10).
    """
    require_characters(text)
    try:
        value = _DECODER.decode(text)
    except _TwiceError:
        raise ValueError(_twice(text)) from None
    except (ValueError, RecursionError) as error:
        message = f"Invalid JSON: {json_problem(error)}."
        raise ValueError(message) from None
    read = plain(value)
    if read.faults:
        message = f"Invalid JSON: {read.faults[0].message}"
        raise ValueError(message)
    # An escape is the only way to half a character that the text itself does not show.
    if "\\u" in text and (half := half_character(read.value)):
        message = f"Invalid JSON: {half} is half a character."
        raise ValueError(message)
    return read.value


def half_character(value: Any) -> str:
    r"""Return the first surrogate that stands alone in a plain value, empty if there is none.

    Nothing can be sent for it: Node writes U+FFFD in its place.

    Example:
        >>> half_character({"a": ["\ud83d"]}), half_character("\U0001f600")
        ('U+D83D', '')
    """
    half = LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False))
    return f"U+{ord(half[0]):04X}" if half else ""


def json_text(value: Any) -> str:
    """Return JSON text that `parse_json` reads as the same value; half a character is escaped.

    Example:
        >>> json_text({"é": [1, 1.0, True, None]})
        '{"é": [1, 1.0, true, null]}'
    """
    text = json.dumps(value, ensure_ascii=False)
    if ONE_LINE < len(text) < INDENTED and isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False, indent=2)
    return LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def require_characters(text: str) -> None:
    """Refuse text with half a character, which a page can make and nothing can send.

    Raises:
        ValueError: a surrogate stands alone.
    """
    if not text.isascii() and (half := LONE_SURROGATE.search(text)):
        message = f"Character {half.start() + 1} is half a character: U+{ord(half[0]):04X}."
        raise ValueError(message)


def is_finite(value: Any) -> bool:
    """Return whether a plain value is JSON, which has no Infinity.

    Example:
        >>> is_finite({"a": [1.5]}), is_finite({"a": [math.inf]})
        (True, False)
    """
    if isinstance(value, (dict, list)):
        return all(map(is_finite, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or math.isfinite(value)


class _TwiceError(Exception):
    """A key occurs twice in one object."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _TwiceError
    return members


def _refuse(word: str) -> NoReturn:
    message = f"{word} is not a JSON value"
    raise ValueError(message)


def _finite(digits: str) -> float:
    return float(digits) if math.isfinite(float(digits)) else _refuse(f"{digits:.40}")


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        # It has more digits than Python converts.
        message = "the number is too long"
        raise ValueError(message) from None


_DECODER = json.JSONDecoder(
    parse_constant=_refuse, parse_float=_finite, parse_int=_integer, object_pairs_hook=_members
)


def _twice(text: str) -> str:
    # Imported late: the reader of definitions, which knows where each key is.
    from kustomer_nb.jsontext.parser import read

    diagnostic = next(item for item in read(text).diagnostics if item.code == Code.DUPLICATE_KEY)
    span = diagnostic.span
    if span is None:
        return "Invalid JSON: a key occurs twice."
    key = text[span.start : span.end]
    return f"Invalid JSON: the key {key:.60} occurs twice (line {span.line}, column {span.column})."
