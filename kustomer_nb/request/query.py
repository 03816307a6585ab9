"""Query strings as npm ``request`` 2.88 makes them with ``qs`` 6.5.

Measured: an object is merged into the query already in the address, which is written anew; arrays become
``b[0]=1``, nested objects ``c[d]=``, null ``e=``; everything but letters, digits and ``-._~`` is encoded.
Left out: indexes in the address's own query (``a[5]=1``), which ``qs`` counts anew, and names of JavaScript's
own (``toString``), which it drops.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, ordered
from kustomer_nb.template import Kind, Piece, Text, Traced
from kustomer_nb.template.traced import as_text, real

from .url import decode

# The pairs of a query by the first part of their names: a[b] and a[c] stand under a.
Groups = dict[str, list[tuple[Text, Any]]]


def merged(search: Text, qs: dict[str, Any], pointer: str = "") -> Text:
    """Return the query, with its ``?``, of an address whose own one is ``search``, with ``qs`` merged in.

    It is empty when there is nothing to write. ``pointer`` is where ``qs`` is written.

    Example:
        >>> merged(Text.of("?x=1&y=a%20b&y=2"), {"b": [1, None], "c": {"d": "é"}, "x": True}).real
        '?x=true&y%5B0%5D=a%20b&y%5B1%5D=2&b%5B0%5D=1&b%5B1%5D=&c%5Bd%5D=%C3%A9'
    """
    groups = _parse(search)
    for key, value in qs.items():
        groups[key] = [(Text((Piece(key, Kind.LITERAL, pointer=pointers.join(pointer, key)),)), value)]
    pairs = [pair for _, group in ordered(groups) for pair in group]
    parts = [part for name, value in pairs for part in _written(name, value)]
    return Text.of("?") + Text.join(parts, separator="&") if parts else Text()


def _parse(search: Text) -> Groups:
    """Read a query; a name given twice, or written with ``[]``, holds an array."""
    groups: Groups = {}
    for part in search.after(1).split("&"):
        name, _, value = part.partition("=")
        key, decoded = _decoded(name), _decoded(value)
        if not key:
            continue
        is_array = key.real.endswith("[]")
        if is_array:
            key, _ = key.split_at(len(key.real) - 2)
        group = groups.setdefault(key.real.partition("[")[0], [])
        held = next((at for at, (known, _) in enumerate(group) if known.real == key.real), None)
        if held is None:
            group.append((key, [decoded] if is_array else decoded))
        else:
            first = group[held][1]
            group[held] = (key, [*(first if isinstance(first, list) else [first]), decoded])
    return groups


def _decoded(text: Text) -> Text:
    by_piece, whole = text.map(_decode), _decode(text.real)
    return by_piece if by_piece.real == whole else text.rewritten(whole)


def _decode(text: str) -> str:
    decoded = decode(text.replace("+", " "))
    return text if decoded is None else decoded


def _encode(text: str) -> str:
    return quote(text, safe="-._~", errors="replace")


def _written(name: Text, value: Any) -> Iterator[Text]:
    if isinstance(value, Traced):
        value = value.opened()
    if isinstance(value, dict):
        for key, item in ordered(value):
            yield from _written(name + Text.of(f"[{key}]"), item)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _written(name + Text.of(f"[{at}]"), item)
    elif value is not UNDEFINED:
        text = Text() if real(value) is None else as_text(value)
        yield name.map(_encode) + Text.of("=") + text.map(_encode)
