"""What becomes of a traced value: its real form, the one that may be shown, and its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED, string

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
        return tree.shown if shown else tree.real
    if isinstance(tree, Traced):
        return tree.shown if shown else tree.value
    if isinstance(tree, dict):
        plain = ((key, _plain(item, shown=shown)) for key, item in tree.items())
        return {key: item for key, item in plain if item is not UNDEFINED}
    if isinstance(tree, list):
        found = (_plain(item, shown=shown) for item in tree)
        return [None if item is UNDEFINED else item for item in found]
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


def escaped(found: Iterable[Piece]) -> Iterator[Diagnostic]:
    """Yield a finding for each place that double braces print changed, however often it is printed.

    Example:
        >>> from kustomer_nb.template import Kind
        >>> piece = Piece("a&#x3D;b", Kind.INPUT, "q", pointer="/uri", raw="a=b")
        >>> print(*escaped([piece, piece]))
        /uri: KNB708 `q` is printed changed: {{ }} escapes & < > " ' ` and = for HTML. Fix: write {{{q}}}.
    """
    changed = [one for one in found if one.raw not in (None, one.text)]
    for one in {(one.pointer, one.span): one for one in reversed(changed)}.values():
        message = f"`{one.path}` is printed changed: {{{{ }}}} escapes & < > \" ' ` and = for HTML."
        if one.label is not None:
            # How many, and never which: the value is not shown.
            count = sum(character in "&<>\"'`=" for character in one.raw or "")
            message += f" Escaping changed {count} character{'' if count == 1 else 's'} of {one.label}."
        # The path of what a loop prints is not how its tag is written.
        is_written = one.span is None or one.span.end - one.span.start == len(one.path) + len("{{}}")
        fix = f"write {{{{{{{one.path}}}}}}}." if is_written else "write that tag with three braces."
        yield Diagnostic("KNB708", Severity.WARNING, one.pointer, message, fix, one.span)


def as_text(tree: Any) -> Text:
    """Return a traced leaf as text, the way JavaScript makes a string of it.

    Example:
        >>> as_text(True).real, as_text(None).real
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
