"""What becomes of a traced value: its real form, the one that may be shown, and its pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.jsontext.javascript import string

from .origin import Piece, Text, Traced
from .written import items


def real(tree: Any) -> Any:
    """Return a traced value as plain JSON, with the real values of settings."""
    return _plain(tree, shown=False)


def shown(tree: Any) -> Any:
    """Return a traced value as plain JSON, with each setting as ``$key``.

    Example:
        >>> from kustomer_nb.template import Kind
        >>> shown({"token": Text((Piece("s3cret", Kind.SETTING, label="$shop.default.token"),))})
        {'token': '$shop.default.token'}
    """
    return _plain(tree, shown=True)


def _plain(tree: Any, *, shown: bool) -> Any:
    if isinstance(tree, Text):
        return tree.shown if shown else str(tree)
    if isinstance(tree, Traced):
        return tree.shown if shown else tree.value
    if isinstance(tree, dict):
        return {key: _plain(item, shown=shown) for key, item in tree.items()}
    if isinstance(tree, list):
        return [_plain(item, shown=shown) for item in tree]
    return tree


def pieces(tree: Any) -> Iterator[Piece]:
    """Yield every piece of a traced value.

    Example:
        >>> list(pieces({"a": [Text.of("x"), 1]}))
        [<Piece: 'x', literal>]
    """
    if isinstance(tree, Text):
        yield from tree.pieces
    elif isinstance(tree, Traced):
        yield tree.piece
    for _, item in items(tree):
        yield from pieces(item)


def as_text(tree: Any) -> Text:
    """Return a traced leaf as text, the way JavaScript makes a string of it.

    Example:
        >>> str(as_text(True)), str(as_text(None))
        ('true', 'null')
    """
    if isinstance(tree, Text):
        return tree
    if isinstance(tree, Traced):
        piece = tree.piece
        return Text(
            (Piece(string(tree.value), piece.kind, piece.path, piece.label, piece.pointer, piece.span),)
        )
    return Text.of(string(real(tree)))
