"""Values and text that know where they came from, for rendering with origins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED, number_text, string
from kustomer_nb.printable import one_line

from .js_semantics import add_values, is_number
from .provenance import Kind, Piece, Scope, Text, Traced
from .value_syntax import items

Labels = tuple[str, ...]


# Neither is frozen, though nothing changes one: see `Piece`.
@dataclass(slots=True, repr=False)
class Seen:
    """A value and its origin: the path to it from the root, else what kind made it, of which settings.

    ``root`` is the variable it is a part of, where a key that only a run can tell leads to it.

    Example:
        >>> Seen({"id": 7}, ("order",)).child("id", 7).segments
        ('order', 'id')
    """

    value: Any
    segments: tuple[str, ...] | None = None
    labels: Labels = ()
    kind: Kind = Kind.HELPER
    root: str = ""

    def __repr__(self) -> str:
        return f"<Seen: {self.kind.value}>"

    def child(self, key: str | int, value: Any) -> Seen:
        """Return a member of an object or array."""
        segments = None if self.segments is None else (*self.segments, str(key))
        return Seen(value, segments, self.labels, self.kind, self.root)

    def origin(self, scope: Scope) -> tuple[Kind, Labels]:
        """Return the kind of the value, and the label of each setting it may hold something of."""
        if self.segments is None:
            return self.kind, self.labels
        if not self.segments:
            return Kind.INPUT, tuple(scope.settings.values())
        kind, label = scope.origin(self.segments)
        return kind, () if label is None else (label,)


@dataclass(slots=True, repr=False)
class Printed:
    """What a statement or block gives, and its text in pieces.

    The value is text, a number or the like where it is that alone, and None where nothing is added.
    """

    value: Any
    pieces: tuple[Piece, ...] = ()

    def __repr__(self) -> str:
        return one_line(f"<Printed: {', '.join(piece.shown for piece in self.pieces)}>")

    @property
    def text(self) -> str:
        """The text of the pieces."""
        return "".join([piece.text for piece in self.pieces])


class Watched(dict[str, Any]):
    """The variables as a helper is given them; ``read`` are the names it asks for by itself."""

    __slots__ = ("read",)
    read: set[str]

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a variable, and note that it was read."""
        self.read.add(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        # Who goes through all of them may read all of them.
        self.read.update(super().keys())
        return super().__iter__()

    def copy(self) -> dict[str, Any]:
        """Return a plain copy, and note that all were read."""
        return dict(self.items())

    def items(self) -> Any:
        """Return all names and values, and note that all were read."""
        self.read.update(super().keys())
        return super().items()

    def values(self) -> Any:
        """Return all values, and note that all were read."""
        self.read.update(super().keys())
        return super().values()


def watched(scope: Scope) -> Watched | None:
    """Return the variables in a form that notes which are read, None where there is nothing to watch."""
    if not scope.settings or not isinstance(scope.values, dict):
        return None
    found = Watched(scope.values)
    found.read = set()
    return found


class Woven(str):
    """The text of a block as a helper is given it; ``printed`` knows where it came from."""

    __slots__ = ("printed",)
    printed: Printed


def woven(printed: Printed) -> Woven:
    """Return what is printed as the text it is."""
    found = Woven(printed.text)
    found.printed = printed
    return found


def labelled(piece: Piece, labels: Labels) -> tuple[Piece, ...]:
    """Return a piece with a label, and an empty one for each further label."""
    if not labels:
        return (piece,)
    first, *others = labels
    return replace(piece, label=first), *(replace(piece, text="", raw=None, label=one) for one in others)


def added(parts: Sequence[Printed], *, adds_numbers: bool) -> Printed:
    """Return what is printed one after the other; numbers add up as JavaScript's ``+`` has it.

    Example:
        >>> one = Printed(1, (Piece("1", Kind.INPUT),))
        >>> added([one, one], adds_numbers=True).text, added([one, one], adds_numbers=False).text
        ('2', '11')
    """
    first = 0
    while (
        adds_numbers and first < len(parts) and (parts[first].value is None or is_number(parts[first].value))
    ):
        first += 1
    numbers = [part.value for part in parts[:first] if part.value is not None]
    pieces = [piece for part in parts[:first] for piece in part.pieces]
    if len(numbers) > 1:
        pieces = _summed(pieces, add_values(numbers))
    pieces += [piece for part in parts[first:] for piece in part.pieces]
    if first == len(parts):
        return Printed(add_values(numbers), tuple(pieces))
    return Printed("".join([piece.text for piece in pieces]), tuple(pieces))


def _summed(pieces: list[Piece], value: float) -> list[Piece]:
    """Return 1 and 2 as nothing and 3: of the last origin, but of a setting's where one is in the sum."""
    shown = next((one for one in pieces if one.label), None) or [one for one in pieces if one.text][-1]
    emptied = [replace(one, text="", raw=None, label=None) for one in pieces if one is not shown]
    return [*emptied, replace(shown, text=number_text(value), raw=None)]


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
        yield Diagnostic(Code.HTML_ESCAPED, Severity.WARNING, one.pointer, message, fix, one.span)


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
