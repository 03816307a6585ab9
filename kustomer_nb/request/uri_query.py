"""The query of a URL as ``qs`` 6.5.5 parses it, before npm ``request`` merges ``qs`` into it.

Measured: an index up to 20 makes an array, which is counted anew; a name with a value and a name in it make
an array of both; five levels of brackets are read, and 1,000 parameters; names of JavaScript's own are
dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from kustomer_nb.jsontext.javascript import INHERITED, ordered
from kustomer_nb.template import Text

_MOST_PARAMETERS = 1000
_DEPTH = 5
_HIGHEST_INDEX = 20
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_INDEX = re.compile("0|[1-9][0-9]?")


class _Object(dict[str, tuple[Text, Any]]):
    """An object: each name as JavaScript compares it, with the name as text and the value."""


class _Array(dict[int, Any]):
    """An array, which may have holes."""

    @classmethod
    def of(cls, *items: Any) -> _Array:
        """Return an array without holes."""
        return cls(enumerate(items))

    def push(self, item: Any) -> None:
        """Add an item at the end."""
        self[max(self, default=-1) + 1] = item

    @property
    def items_in_order(self) -> list[Any]:
        """The items without the holes."""
        return [self[index] for index in sorted(self)]


def parse_query(query: Text, decoded: Callable[[Text], Text]) -> dict[str, list[tuple[Text, Text | bool]]]:
    """Return the parameters of a query without its ``?``, by the first part of their names.

    Example:
        >>> from kustomer_nb.request.query import decoded
        >>> [(name.real, value.real) for name, value in parse_query(Text.of("a=1&a[b]=2"), decoded)["a"]]
        [('a[0]', '1'), ('a[1][b]', '2')]
    """
    root: Any = _Object()
    for name, value in _values(query, decoded).values():
        if (chain := _chain(name)) is not None:
            root = _merge(root, _nested(chain, value))
    return {key: list(_flat(name, value)) for key, (name, value) in ordered(root)}


def _values(query: Text, decoded: Callable[[Text], Text]) -> _Object:
    """Return the decoded names and values; a name that occurs twice has an array."""
    values = _Object()
    for part in query.split("&")[:_MOST_PARAMETERS]:
        # What is in brackets may contain =.
        at = part.real.find("]=") + 1 or part.real.find("=")
        name, value = (part, Text()) if at < 0 else (part.split_at(at)[0], part.after(at + 1))
        name, value = decoded(name), decoded(value)
        if name.real not in values:
            values[name.real] = (name, value)
            continue
        first = values[name.real][1]
        items = first.items_in_order if isinstance(first, _Array) else [first]
        values[name.real] = (values[name.real][0], _Array.of(*items, value))
    return values


def _chain(name: Text) -> list[Text] | None:
    """Return a name and what is in its brackets, these with their brackets; None if it is dropped."""
    real = name.real
    segments = list(_BRACKETS.finditer(real))
    parent = name.split_at(segments[0].start())[0] if segments else name
    names = [parent.real, *[segment[0][1:-1] for segment in segments[:_DEPTH]]]
    if not real or not INHERITED.isdisjoint(names):
        return None
    chain = [name.after(segment.start()).split_at(len(segment[0]))[0] for segment in segments[:_DEPTH]]
    if len(segments) > _DEPTH:
        chain.append(Text.of("[") + name.after(segments[_DEPTH].start()) + Text.of("]"))
    return [parent, *chain] if parent else chain


def _nested(chain: list[Text], leaf: Any) -> Any:
    for root in reversed(chain):
        leaf = _wrapped(root, leaf)
    return leaf


def _wrapped(root: Text, leaf: Any) -> Any:
    """Return the container of a value that a part of its name stands for: ``[]``, ``[0]`` or a key."""
    real = root.real
    if real == "[]":
        return _Array(leaf) if isinstance(leaf, _Array) else _Array.of(leaf)
    is_bracketed = real.startswith("[") and real.endswith("]")
    name = root.after(1).split_at(len(real) - 2)[0] if is_bracketed else root
    if is_bracketed and _INDEX.fullmatch(name.real) and int(name.real) <= _HIGHEST_INDEX:
        return _Array({int(name.real): leaf})
    return _Object({name.real: (name, leaf)} if name.real != "__proto__" else {})


def _merge(target: Any, source: Any) -> Any:
    """Return what ``merge`` of qs makes of two values; the first one may be changed."""
    if isinstance(source, Text):
        return _merge_text(target, source)
    if not isinstance(target, (_Array, _Object)):
        items = source.items_in_order if isinstance(source, _Array) else [source]
        return _Array.of(target, *items)
    if isinstance(target, _Array) and isinstance(source, _Array):
        return _merge_arrays(target, source)
    merged, entries = _as_object(target), _as_object(source)
    for key, (name, value) in ordered(entries):
        merged[key] = (merged[key][0], _merge(merged[key][1], value)) if key in merged else (name, value)
    return merged


def _merge_text(target: Any, source: Text) -> Any:
    if not source:
        return target
    if isinstance(target, _Array):
        target.push(source)
    elif isinstance(target, _Object):
        if source.real not in INHERITED:
            target[source.real] = (source, True)
    else:
        return _Array.of(target, source)
    return target


def _merge_arrays(target: _Array, source: _Array) -> _Array:
    for index in sorted(source):
        item = source[index]
        if index not in target:
            target[index] = item
        elif isinstance(target[index], dict) and isinstance(item, dict):
            target[index] = _merge(target[index], item)
        else:
            target.push(item)
    return target


def _as_object(value: _Array | _Object) -> _Object:
    if isinstance(value, _Object):
        return value
    return _Object({str(index): (Text.of(str(index)), value[index]) for index in sorted(value)})


def _flat(name: Text, value: Any) -> Iterator[tuple[Text, Text | bool]]:
    """Yield the scalars in a value, each with its whole name; an array is counted anew."""
    if isinstance(value, _Array):
        for index, item in enumerate(value.items_in_order):
            yield from _flat(name + Text.of(f"[{index}]"), item)
    elif isinstance(value, _Object):
        for _, (key, item) in ordered(value):
            yield from _flat(name + Text.of("[") + key + Text.of("]"), item)
    else:
        yield name, value
