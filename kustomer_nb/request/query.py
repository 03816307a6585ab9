"""Query strings as npm ``request`` 2.88 makes them with ``qs`` 6.5.

Measured: an object is merged into the query of the URL, which is rewritten; arrays become ``b[0]=1``,
nested objects ``c[d]=``, null ``e=``; everything but letters, digits and ``-._~`` is encoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, ordered
from kustomer_nb.printable import shortened
from kustomer_nb.template import Kind, Piece, Text, Traced
from kustomer_nb.template.traced_values import as_text, real

from .url import decode

if TYPE_CHECKING:
    from .context import BuildContext


class Pair(NamedTuple):
    """A name and its value; ``origin`` is a piece without text that has the location of the pair."""

    name: Text
    value: Any
    origin: Piece


# The pairs of a query by the first part of their names: a[b] and a[c] are in the group a.
Groups = dict[str, list[Pair]]
_SURROGATE = re.compile("[\ud800-\udfff]")
_IN_URI = Piece("", Kind.LITERAL)
_OF_OWN_NULL = Severity.HINT, 'remove it, or write "" if an empty parameter is meant.'
_OF_READ_NULL = Severity.WARNING, "leave the value out instead: what has no value is not sent."


def merged(search: Text, qs: dict[str, Any], pointer: str = "", origin: Piece | None = None) -> Text:
    """Return the query ``search`` of a URL with ``qs`` merged in; both begin with their ``?``.

    It is empty if it has no parameters. ``pointer`` is the location of ``qs``, ``origin`` its origin if it is
    one reference.

    Example:
        >>> merged(Text.of("?x=1&y=a%20b&y=2"), {"b": [1, None], "c": {"d": "é"}, "x": True}).real
        '?x=true&y%5B0%5D=a%20b&y%5B1%5D=2&b%5B0%5D=1&b%5B1%5D=&c%5Bd%5D=%C3%A9'
    """
    # Most qs are merged into no query.
    groups = _groups_of(search) if search else {}
    for key, value in qs.items():
        # Assigned in JavaScript, it would set a prototype.
        if key == "__proto__":
            continue
        own_origin = Piece("", Kind.LITERAL, pointer=pointer if origin else pointers.join(pointer, key))
        # The whole group: of x in the uri and x in qs only the latter is sent.
        groups[key] = [Pair(Text(((origin or own_origin).of(key),)), value, own_origin)]
    pairs = [*chain.from_iterable([group for _, group in ordered(groups)])]
    # A ? that the author wrote keeps its origin.
    return _join_pairs(pairs, question_mark=_IN_URI if search else None)


def _groups_of(search: Text) -> Groups:
    from .uri_query import parse_query

    query = parse_query(search.after(1), decoded)
    return {key: [Pair(*pair, _IN_URI) for pair in pairs] for key, pairs in query.items()}


def report_nulls(context: BuildContext, name: str, value: Any) -> None:
    """Report parameters that are null, which npm request sends as empty ones; undefined is left out."""
    # A value that a reference reads is what a run passed; another null is the author's own.
    waiting = [(name, pointers.join("/inputTemplate/qs", name), value, False)]
    while waiting:
        path, pointer, item, is_read = waiting.pop()
        if isinstance(item, Traced):
            item, is_read = item.opened() if isinstance(item.value, (dict, list)) else item.value, True
        if isinstance(item, (dict, list)):
            members = item.items() if isinstance(item, dict) else enumerate(item)
            at = [(f"{path}[{key}]", pointers.join(pointer, key), inner, is_read) for key, inner in members]
            waiting += reversed(at)
        elif item is None:
            message = f"{shortened(path)} is null, and is sent as {shortened(path)}= in the query."
            severity, fix = _OF_READ_NULL if is_read else _OF_OWN_NULL
            context.report(Code.VALUE_GAP, severity, pointer, message, fix)


def _join_pairs(pairs: Iterable[Pair], question_mark: Piece | None) -> Text:
    """Return the query with its ``?``, which has the origin of the first pair unless another is given."""
    pieces: list[Piece] = []
    for pair in pairs:
        for parameter in _parameters(*pair):
            separator = pair.origin.of("&") if pieces else (question_mark or pair.origin).of("?")
            pieces += (separator, *parameter.pieces)
    return Text(tuple(pieces))


def decoded(text: Text) -> Text:
    """Return a name or value of a query as ``qs`` decodes it.

    Example:
        >>> decoded(Text.of("a+b%20c")).real
        'a b c'
    """
    # An escape that two pieces share, as in %2{{x}}, cannot be decoded piece by piece.
    by_piece, decoded_text = text.map(_decode), _decode(text.real)
    return by_piece if by_piece.real == decoded_text else text.rewritten(decoded_text)


def _decode(text: str) -> str:
    decoded_text = decode(text.replace("+", " "))
    # qs 6.5 keeps a text that decodeURIComponent refuses.
    return text if decoded_text is None else decoded_text


def _encode(text: str) -> str:
    try:
        return quote(text, safe="-._~")
    except UnicodeEncodeError:
        return _encode_units(text)


def utf16_units(text: str) -> list[int]:
    """Return the units of a string in JavaScript: a character beyond the first 65,536 has two.

    Example:
        >>> [hex(unit) for unit in utf16_units("a😀")]
        ['0x61', '0xd83d', '0xde00']
    """
    units = text.encode("utf-16-be", "surrogatepass")
    return [units[at] << 8 | units[at + 1] for at in range(0, len(units), 2)]


def _encode_units(text: str) -> str:
    """Return a text with half a surrogate pair as ``qs`` encodes it: with the next unit, whatever it is."""
    units, encoded_units = utf16_units(text), []
    at = 0
    while at < len(units):
        unit, at = units[at], at + 1
        character = chr(unit)
        if 0xD800 <= unit < 0xE000:
            following = units[at] if at < len(units) else 0
            character, at = chr(0x10000 + ((unit & 0x3FF) << 10 | following & 0x3FF)), at + 1
        encoded_units.append(quote(character, safe="-._~"))
    return "".join(encoded_units)


def _encoded(text: Text) -> Text:
    # Half a surrogate pair is encoded with what follows it, which may be in another piece.
    if text.real.isascii() or not _SURROGATE.search(text.real):
        return text.map(_encode)
    return text.rewritten(_encode(text.real))


def _parameters(name: Text, value: Any, origin: Piece) -> Iterator[Text]:
    """Yield the parameters of a value: one for each scalar in it, none for ``UNDEFINED``."""
    # The keys in the value of a reference come from that reference as well.
    reference = value.piece if isinstance(value, Traced) else None
    if isinstance(value, Traced):
        value = value.opened()
    if isinstance(value, (dict, list)):
        for pair in _item_pairs(name, value, origin, reference):
            yield from _parameters(*pair)
    elif value is not UNDEFINED:
        text = _value_text(value, origin)
        yield _encoded(name) + Text((origin.of("="),)) + _encoded(text)


def _null(value: Any) -> Text:
    if not isinstance(value, Traced) or value.piece.label is not None:
        return Text()
    piece = value.piece
    return Text((Piece("", Kind.NULL, piece.path, None, piece.pointer, piece.span),))


def _value_text(value: Any, origin: Piece) -> Text:
    text = _null(value) if real(value) is None else as_text(value)
    if isinstance(value, (Text, Traced)):
        return text
    return Text(tuple(origin.of(piece.text) for piece in text.pieces))


def _item_pairs(
    name: Text, container: dict[str, Any] | list[Any], origin: Piece, reference: Piece | None
) -> Iterator[Pair]:
    """Yield the items of an object or array as pairs with names such as ``a[b]`` and ``a[0]``."""
    for key, item in ordered(container) if isinstance(container, dict) else enumerate(container):
        item_origin = origin
        if origin.pointer and reference is None:
            item_origin = Piece("", Kind.LITERAL, pointer=pointers.join(origin.pointer, key))
        yield Pair(name + Text(((reference or item_origin).of(f"[{key}]"),)), item, item_origin)
