"""One line of the history as it is written: whole where that is possible, and never long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kustomer_nb.jsontext.javascript import stringify

LONGEST = 256 * 2**10
DEEPEST = 100
# A line without these is none.
_STAYS = frozenset({"version", "at"})
_Place = tuple[str, ...]


def written(line: Mapping[str, Any]) -> bytes:
    r"""Return a line as it is written, at most 256 kB of it.

    Of a longer one the longest parts are left out until it fits, of ``request`` and ``response`` their
    headers or body alone; so is what is nested deeper than 100 levels, which might not be read again.
    ``cut`` names what is left out.

    Example:
        >>> written({"version": 1, "output": "é"}).decode()
        '{"version":1,"output":"é"}\n'
        >>> written({"version": 1, "response": {"statusCode": 200, "body": "x" * 300_000}})
        b'{"version":1,"response":{"statusCode":200},"cut":["response.body"]}\n'
    """
    left = {place: item for place, item in _parts(line) if not is_flat(item)}
    content = _text(line, left)
    if len(content) <= LONGEST:
        return content
    sizes = {place: len(_json(item)) for place, item in _parts(line) if place not in left}
    for place in sorted(sizes, key=lambda place: sizes[place], reverse=True):
        left[place] = None
        content = _text(line, left)
        if len(content) <= LONGEST:
            break
    return content


def _parts(line: Mapping[str, Any]) -> Iterator[tuple[_Place, Any]]:
    for name, item in line.items():
        if name in ("request", "response") and isinstance(item, Mapping):
            yield from (((name, inner), part) for inner, part in item.items())
        elif name not in _STAYS:
            yield (name,), item


def _text(line: Mapping[str, Any], left: Mapping[_Place, Any]) -> bytes:
    kept: dict[str, Any] = {name: item for name, item in line.items() if (name,) not in left}
    for name, *inner in left:
        if inner:
            kept[name] = {key: part for key, part in kept[name].items() if (name, key) not in left}
    return _json({**kept, "cut": [".".join(place) for place in left]} if left else kept) + b"\n"


def _json(value: Any) -> bytes:
    return (stringify(value) or "").encode("utf-8", "backslashreplace")


def is_flat(value: Any, deepest: int = DEEPEST) -> bool:
    """Return whether a value is nested no deeper than that many levels.

    Example:
        >>> is_flat([[1]], 3), is_flat([[1]], 2)
        (True, False)
    """
    level = [value]
    for _ in range(deepest):
        level = [part for item in level for part in _inside(item)]
        if not level:
            return True
    return False


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()
