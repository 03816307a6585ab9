"""JSON texts of bodies: their values, if JSON.stringify writes the same values again."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from kustomer_nb.jsontext.javascript import SAFE_INTEGER

from .words import MARKER

_TOKEN = re.compile(rf'"(?:[^"\\]|\\.)*"|{MARKER.pattern}', re.DOTALL)
DEEPEST = 100


class NotWritableError(ValueError):
    """A JSON text has no value that can be written as the same JSON; the message says why."""


def read_json(text: str) -> Any:
    """Return the object or array of a JSON text, in which a variable outside of strings is its marker.

    Raises:
        NotWritableError: it is not JSON, or JSON.stringify would write other values.

    Example:
        >>> read_json('{"a": [1, "b"]}')
        {'a': [1, 'b']}
    """
    # A variable in place of a value: a string of its marker, which nothing else has.
    with_strings = _TOKEN.sub(lambda match: match[0] if match[0][0] == '"' else f'"{match[0]}"', text)
    try:
        value = json.loads(
            with_strings,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except NotWritableError:
        raise
    except (ValueError, RecursionError):
        raise NotWritableError("it is not JSON") from None
    if not isinstance(value, (dict, list)):
        raise NotWritableError("it is neither an object nor an array")
    _require_depth(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise NotWritableError("an object has a key twice")
    if "__proto__" in members:
        raise NotWritableError("an object has the key __proto__")
    if any("{{" in key or MARKER.search(key) for key in members):
        raise NotWritableError("the name of a member contains {{ or a variable")
    return members


def _integer(text: str) -> int:
    number = int(text) if len(text) <= len(str(SAFE_INTEGER)) + 1 else SAFE_INTEGER + 1
    if abs(number) > SAFE_INTEGER or text == "-0":
        raise NotWritableError("a number is too large for JavaScript")
    return number


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotWritableError("a number is too large for JavaScript")
    return number


def _constant(text: str) -> Any:
    raise NotWritableError("it is not JSON")


def _require_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise NotWritableError("it is nested too deep")
