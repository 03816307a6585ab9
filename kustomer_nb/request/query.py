"""Query strings as npm ``request`` 2.88 makes them with ``qs`` 6.5.

Measured: an object is merged into the query already in the address, which is written anew; arrays become
``b[0]=1``, nested objects ``c[d]=``, null ``e=``; everything but letters, digits and ``-._~`` is encoded.
Left out: indexes in the address's own query (``a[5]=1``), which ``qs`` counts anew, and names of JavaScript's
own (``toString``), which it drops.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, ordered
from kustomer_nb.template import Kind, Piece, Text, Traced
from kustomer_nb.template.traced_values import as_text, real

from .url import decode


class Pair(NamedTuple):
    """A name and its value; ``place`` is a piece without text that says where the pair is written."""

    name: Text
    value: Any
    place: Piece


# The pairs of a query by the first part of their names: a[b] and a[c] stand under a.
Groups = dict[str, list[Pair]]
_IN_URI = Piece("", Kind.LITERAL)


def merged(search: Text, qs: dict[str, Any], pointer: str = "", origin: Piece | None = None) -> Text:
    """Return the query, with its ``?``, of an address whose own one is ``search``, with ``qs`` merged in.

    It is empty when there is nothing to write. ``pointer`` is where ``qs`` is written, ``origin`` what gave
    all of it where that is one reference.

    Example:
        >>> merged(Text.of("?x=1&y=a%20b&y=2"), {"b": [1, None], "c": {"d": "é"}, "x": True}).real
        '?x=true&y%5B0%5D=a%20b&y%5B1%5D=2&b%5B0%5D=1&b%5B1%5D=&c%5Bd%5D=%C3%A9'
    """
    groups = _parse(search)
    for key, value in qs.items():
        place = Piece("", Kind.LITERAL, pointer=pointer if origin else pointers.join(pointer, key))
        groups[key] = [Pair(Text(((origin or place).of(key),)), value, place)]
    pieces: list[Piece] = []
    for _, group in ordered(groups):
        for pair in group:
            for part in _written(*pair):
                # The ? that the uri has stays its own.
                sign = pair.place.of("&") if pieces else (_IN_URI if search else pair.place).of("?")
                pieces += (sign, *part.pieces)
    return Text(tuple(pieces))


def _parse(search: Text) -> Groups:
    """Read a query; a name given twice, or written with ``[]``, holds an array."""
    groups: Groups = {}
    for part in search.after(1).split("&"):
        name, _, value = part.partition("=")
        key, item = decoded(name), decoded(value)
        if not key:
            continue
        is_array = key.real.endswith("[]")
        if is_array:
            key, _ = key.split_at(len(key.real) - 2)
        group = groups.setdefault(key.real.partition("[")[0], [])
        held = next((at for at, pair in enumerate(group) if pair.name.real == key.real), None)
        if held is None:
            group.append(Pair(key, [item] if is_array else item, _IN_URI))
        else:
            first = group[held].value
            group[held] = Pair(key, [*(first if isinstance(first, list) else [first]), item], _IN_URI)
    return groups


def decoded(text: Text) -> Text:
    """Return a name or value of a query as ``qs`` reads it.

    Example:
        >>> decoded(Text.of("a+b%20c")).real
        'a b c'
    """
    by_piece, whole = text.map(_decode), _decode(text.real)
    return by_piece if by_piece.real == whole else text.rewritten(whole)


def _decode(text: str) -> str:
    decoded = decode(text.replace("+", " "))
    return text if decoded is None else decoded


def _encode(text: str) -> str:
    return quote(text, safe="-._~", errors="replace")


def _written(name: Text, value: Any, place: Piece) -> Iterator[Text]:
    # What a reference gives has its keys from there too.
    origin = value.piece if isinstance(value, Traced) else None
    if isinstance(value, Traced):
        value = value.opened()
    if isinstance(value, (dict, list)):
        for key, item in ordered(value) if isinstance(value, dict) else enumerate(value):
            inner = place
            if place.pointer and origin is None:
                inner = Piece("", Kind.LITERAL, pointer=pointers.join(place.pointer, key))
            yield from _written(name + Text(((origin or inner).of(f"[{key}]"),)), item, inner)
    elif value is not UNDEFINED:
        text = Text() if real(value) is None else as_text(value)
        if not isinstance(value, (Text, Traced)):
            text = Text(tuple(place.of(piece.text) for piece in text.pieces))
        yield name.map(_encode) + Text((place.of("="),)) + text.map(_encode)
