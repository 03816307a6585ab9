"""JSON bodies as ``JSON.stringify`` writes them, with the origin of every piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, ordered, quoted, stringify
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.template import Kind, Piece, Text, Traced
from kustomer_nb.template.traced import as_text


def json_text(tree: Any, pointer: str = "") -> Text:
    r"""Return a traced value as JSON text; ``pointer`` is where it is written.

    Example:
        >>> json_text({"b": Text.of('say "hi"'), "1": [None, 1.0]}).real
        '{"1":[null,1],"b":"say \\"hi\\""}'
    """
    return Text(tuple(_pieces(tree, pointer)))


def _literal(text: str, pointer: str) -> Piece:
    return Piece(text, Kind.LITERAL, pointer=pointer)


def _pieces(tree: Any, pointer: str) -> Iterator[Piece]:
    if isinstance(tree, Text):
        yield _literal('"', pointer)
        yield from tree.map(lambda part: quoted(part)[1:-1]).pieces
        yield _literal('"', pointer)
    elif isinstance(tree, Traced):
        # A setting without a value is most often meant to be text.
        if isinstance(tree.value, str) or tree.value is UNDEFINED:
            yield from _pieces(as_text(tree), pointer)
        else:
            yield replace(tree.piece, text=stringify(tree.value) or "null")
    elif isinstance(tree, (dict, list)):
        yield from _members(tree, pointer)
    else:
        yield _literal(stringify(tree) or "null", pointer)


def _members(tree: dict[str, Any] | list[Any], pointer: str) -> Iterator[Piece]:
    is_object = isinstance(tree, dict)
    items: list[tuple[str, str, Any]]
    if isinstance(tree, dict):
        items = [(f"{quoted(key)}:", join(pointer, key), item) for key, item in ordered(tree)]
    else:
        items = [("", f"{pointer}/{at}", item) for at, item in enumerate(tree)]
    yield _literal("{" if is_object else "[", pointer)
    separator = ""
    for key, place, item in items:
        if item is UNDEFINED and is_object:
            continue
        if separator or key:
            yield _literal(separator + key, place)
        yield from _pieces(item, place)
        separator = ","
    yield _literal("}" if is_object else "]", pointer)
