"""JSON bodies as ``JSON.stringify`` writes them, with the origin of every piece."""

from __future__ import annotations

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
    pieces: list[Piece] = []
    _write(tree, pointer, pieces)
    return Text(tuple(pieces))


def _literal(text: str, pointer: str) -> Piece:
    return Piece(text, Kind.LITERAL, pointer=pointer)


def _write(tree: Any, pointer: str, pieces: list[Piece]) -> None:
    if isinstance(tree, Text):
        pieces.append(_literal('"', pointer))
        pieces += tree.map(_within).pieces
        pieces.append(_literal('"', pointer))
    elif isinstance(tree, Traced):
        # A setting without a value is most often meant to be text.
        if isinstance(tree.value, str) or tree.value is UNDEFINED:
            _write(as_text(tree), pointer, pieces)
        else:
            one = tree.piece
            text = stringify(tree.value) or "null"
            pieces.append(Piece(text, one.kind, one.path, one.label, one.pointer, one.span, one.raw))
    elif isinstance(tree, (dict, list)):
        _write_members(tree, pointer, pieces)
    else:
        pieces.append(_literal(stringify(tree) or "null", pointer))


def _within(text: str) -> str:
    return quoted(text)[1:-1]


def _write_members(tree: dict[str, Any] | list[Any], pointer: str, pieces: list[Piece]) -> None:
    is_object = isinstance(tree, dict)
    items: list[tuple[str, str, Any]]
    if isinstance(tree, dict):
        items = [(f"{quoted(key)}:", join(pointer, key), item) for key, item in ordered(tree)]
    else:
        items = [("", f"{pointer}/{at}", item) for at, item in enumerate(tree)]
    pieces.append(_literal("{" if is_object else "[", pointer))
    separator = ""
    for key, place, item in items:
        if item is UNDEFINED and is_object:
            continue
        if separator or key:
            pieces.append(_literal(separator + key, place))
        _write(item, place, pieces)
        separator = ","
    pieces.append(_literal("}" if is_object else "]", pointer))
