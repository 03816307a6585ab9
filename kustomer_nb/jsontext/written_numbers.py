"""Numbers as they are written: 1e400 is no double, and 1.0, 1e0 and 1 are three texts of one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kustomer_nb.printable import quoted

from .tree_builder import nodes_of

if TYPE_CHECKING:
    from .parser import ParsedText
    from .tree_builder import Node

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# What stands for a number while the encoder writes its text as a string.
_MARK = uuid4().hex
_MARKED = re.compile(rf'"{_MARK}([^"]*)"')


@dataclass(frozen=True)
class WrittenNumber:
    """A number of JSON, by its text."""

    source: str


def read_json(text: str) -> Any:
    """Return the value of JSON text, with its numbers as they are written.

    Raises:
        ValueError: it is not JSON, or an object has a key twice.
        RecursionError: it is nested too deeply.

    Example:
        >>> read_json("[1e5, 2]")
        [WrittenNumber(source='1e5'), WrittenNumber(source='2')]
    """
    return json.loads(
        text,
        parse_int=WrittenNumber,
        parse_float=WrittenNumber,
        parse_constant=_refuse_constant,
        object_pairs_hook=_unique_members,
    )


def json_source(value: Any, **options: Any) -> str:
    """Return JSON text like ``json.dumps``, with numbers as they are written.

    Raises:
        TypeError: the value is not JSON.
        ValueError: the value is not JSON.

    Example:
        >>> json_source([WrittenNumber("-0"), WrittenNumber("1e400"), 1.5])
        '[-0, 1e400, 1.5]'
    """
    return _MARKED.sub(r"\1", json.dumps(value, default=_marked, **options))


def plain(value: Any) -> Any:
    """Return a value with the numbers that Python has for what is written."""
    return json.loads(json_source(value))


def written(parsed: ParsedText, pointer: str, value: Any) -> Any:
    """Return the value at a pointer of a text with its numbers as the text has them, where that is JSON.

    Example:
        >>> from kustomer_nb.jsontext.parser import read
        >>> parsed = read('{"a": [1.0, "x"], "b": 0x10}')
        >>> written(parsed, "", parsed.value)
        {'a': [WrittenNumber(source='1.0'), 'x'], 'b': 16}
    """
    return _written(parsed, parsed.node(pointer), value)


def has_written_numbers(value: Any) -> bool:
    """Return whether a value has numbers as they are written, at any depth."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, WrittenNumber):
            return True
        if isinstance(item, (dict, list)):
            pending += item.values() if isinstance(item, dict) else item
    return False


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of a typed object; of a key that is there twice, one value would be lost.

    Raises:
        ValueError: a key is there twice.
    """
    value: dict[str, Any] = {}
    for key, item in pairs:
        if key in value:
            msg = f"the key {quoted(key)} is there twice"
            raise ValueError(msg)
        value[key] = item
    return value


def _written(parsed: ParsedText, use: Node | None, value: Any) -> Any:
    node = None if use is None else parsed.code.literal(use)
    if node is None:
        # Code puts it together.
        return value
    match value, nodes_of(node):
        case dict(), dict() as inner:
            return {key: _written(parsed, inner.get(key), item) for key, item in value.items()}
        case list(), list() as inner if len(inner) == len(value):
            return [_written(parsed, node, item) for node, item in zip(inner, value, strict=True)]
        case bool(), _:
            return value
        case int() | float(), _:
            source = parsed.text[node[2] : node[3]]
            return WrittenNumber(source) if _NUMBER.fullmatch(source) else value
    return value


def _marked(value: Any) -> str:
    if isinstance(value, WrittenNumber):
        return _MARK + value.source
    msg = f"Object of type {type(value).__name__} is not JSON serializable"
    raise TypeError(msg)


def _refuse_constant(name: str) -> Any:
    msg = f"{name} is not a number of JSON"
    raise ValueError(msg)
