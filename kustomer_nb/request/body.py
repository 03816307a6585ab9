"""JSON bodies as ``JSON.stringify`` writes them, with the origin of every piece."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, ordered, quoted, stringify
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.template import Kind, Piece, Text, Traced
from kustomer_nb.template.traced_values import as_text


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
    # Without recursion: what an author writes may be nested as deep as the reader allows.
    waiting: list[Piece | tuple[Any, str]] = [(tree, pointer)]
    while waiting:
        step = waiting.pop()
        if isinstance(step, Piece):
            pieces.append(step)
            continue
        tree, pointer = step
        # A setting without a value is most often meant to be text.
        if isinstance(tree, Traced) and (isinstance(tree.value, str) or tree.value is UNDEFINED):
            tree = as_text(tree)
        if isinstance(tree, Text):
            pieces.append(_literal('"', pointer))
            pieces += tree.map(_within).pieces
            pieces.append(_literal('"', pointer))
        elif isinstance(tree, Traced):
            pieces.append(replace(tree.piece, text=stringify(tree.value) or "null"))
        elif isinstance(tree, (dict, list)):
            waiting += reversed(_members(tree, pointer))
        else:
            pieces.append(_literal(stringify(tree) or "null", pointer))


def _within(text: str) -> str:
    return quoted(text)[1:-1]


def _members(tree: dict[str, Any] | list[Any], pointer: str) -> list[Piece | tuple[Any, str]]:
    """Return the pieces around the members of a container, and the members that are still to be written."""
    is_object = isinstance(tree, dict)
    items: list[tuple[str, str, Any]]
    if isinstance(tree, dict):
        items = [(f"{quoted(key)}:", join(pointer, key), item) for key, item in ordered(tree)]
    else:
        items = [("", f"{pointer}/{at}", item) for at, item in enumerate(tree)]
    steps: list[Piece | tuple[Any, str]] = [_literal("{" if is_object else "[", pointer)]
    separator = ""
    for key, place, item in items:
        if item is UNDEFINED and is_object:
            continue
        if separator or key:
            steps.append(_literal(separator + key, place))
        steps.append((item, place))
        separator = ","
    steps.append(_literal("}" if is_object else "]", pointer))
    return steps
