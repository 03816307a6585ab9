"""Values and text with their origin, for rendering with origins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED, number_text, string
from kustomer_nb.printable import one_line

from .js_semantics import add_values, is_number
from .provenance import Kind, Piece, Scope, Text, Traced

SettingLabels = tuple[str, ...]
# A tag or a character reference; not a link of Slack, which is an address in angle brackets.
_HTML = re.compile(r"</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>|&(?:\w+|#\w+);")


# Neither is frozen, though nothing changes one: see `Piece`.
@dataclass(slots=True, repr=False)
class TrackedValue:
    """A value and its origin: its path from the root, or else its kind and the settings it was made from.

    ``root`` is the variable that it is part of, if it was looked up by a computed key.

    Example:
        >>> TrackedValue({"id": 7}, ("order",)).child("id", 7).segments
        ('order', 'id')
    """

    value: Any
    segments: tuple[str, ...] | None = None
    labels: SettingLabels = ()
    kind: Kind = Kind.HELPER
    root: str = ""

    def __repr__(self) -> str:
        return f"<TrackedValue: {self.kind.value}>"

    def child(self, key: str | int, value: Any) -> TrackedValue:
        """Return a member of the object or array."""
        segments = None if self.segments is None else (*self.segments, str(key))
        return TrackedValue(value, segments, self.labels, self.kind, self.root)

    def origin(self, scope: Scope) -> tuple[Kind, SettingLabels]:
        """Return the kind of the value, and the label of each setting that it may reveal."""
        if self.segments is None:
            return self.kind, self.labels
        # The whole context contains every setting.
        if not self.segments:
            return Kind.INPUT, tuple(scope.settings.values())
        kind, label = scope.origin(self.segments)
        return kind, () if label is None else (label,)


@dataclass(slots=True, repr=False)
class Fragment:
    """The value of a statement or block, and its text in pieces.

    The value is not a string if the statement is a single number or the like, and None if nothing is added.
    """

    value: Any
    pieces: tuple[Piece, ...] = ()

    def __repr__(self) -> str:
        return one_line(f"<Fragment: {', '.join(piece.shown for piece in self.pieces)}>")

    @property
    def text(self) -> str:
        """The text of the pieces."""
        return "".join([piece.text for piece in self.pieces])


class RecordingContext(dict[str, Any]):
    """The context that a helper receives; ``names_read`` are the variables that it reads itself."""

    __slots__ = ("names_read",)
    names_read: set[str]

    def __getitem__(self, key: str) -> Any:
        self.names_read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a variable, and record the read."""
        self.names_read.add(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        # An iteration may read every variable.
        self.names_read.update(super().keys())
        return super().__iter__()

    def copy(self) -> dict[str, Any]:
        """Return a plain copy, and record that all were read."""
        return dict(self.items())

    def items(self) -> Any:
        """Return all names and values, and record that all were read."""
        self.names_read.update(super().keys())
        return super().items()

    def values(self) -> Any:
        """Return all values, and record that all were read."""
        self.names_read.update(super().keys())
        return super().values()


def recording_context(scope: Scope) -> RecordingContext | None:
    """Return the context in a form that records reads; None if there are no settings."""
    if not scope.settings or not isinstance(scope.values, dict):
        return None
    context = RecordingContext(scope.values)
    context.names_read = set()
    return context


class BlockText(str):
    """The text of a block that a helper receives; ``fragment`` has its pieces."""

    __slots__ = ("fragment",)
    fragment: Fragment


def block_text(fragment: Fragment) -> BlockText:
    """Return the text of a fragment, which keeps the fragment."""
    text = BlockText(fragment.text)
    text.fragment = fragment
    return text


def with_labels(piece: Piece, labels: SettingLabels) -> tuple[Piece, ...]:
    """Return a piece with the first label, and an empty piece for each further label."""
    if not labels:
        return (piece,)
    first, *others = labels
    return replace(piece, label=first), *(replace(piece, text="", raw=None, label=label) for label in others)


def add_fragments(parts: Sequence[Fragment], *, adds_numbers: bool) -> Fragment:
    """Return the fragments concatenated with JavaScript's ``+``, which adds numbers up.

    Example:
        >>> number = Fragment(1, (Piece("1", Kind.INPUT),))
        >>> [add_fragments([number, number], adds_numbers=adds).text for adds in (True, False)]
        ['2', '11']
    """
    first = _count_of_numbers(parts) if adds_numbers else 0
    numbers = [part.value for part in parts[:first] if part.value is not None]
    pieces = [piece for part in parts[:first] for piece in part.pieces]
    if len(numbers) > 1:
        pieces = _sum_pieces(pieces, add_values(numbers))
    pieces += [piece for part in parts[first:] for piece in part.pieces]
    if first == len(parts):
        return Fragment(add_values(numbers), tuple(pieces))
    return Fragment("".join([piece.text for piece in pieces]), tuple(pieces))


def _count_of_numbers(parts: Sequence[Fragment]) -> int:
    """Return how many fragments at the start are numbers, or print nothing."""
    for count, part in enumerate(parts):
        if part.value is not None and not is_number(part.value):
            return count
    return len(parts)


def _sum_pieces(pieces: list[Piece], value: float) -> list[Piece]:
    """Return the pieces of a sum: all empty except one, which has the sum.

    That is the piece of a setting if there is one, so that the sum stays hidden, else the last.
    """
    labelled = next((piece for piece in pieces if piece.label), None)
    total = labelled or [piece for piece in pieces if piece.text][-1]
    emptied = [replace(piece, text="", raw=None, label=None) for piece in pieces if piece is not total]
    return [*emptied, replace(total, text=number_text(value), raw=None)]


def real(tree: Any) -> Any:
    """Return a traced value as plain JSON, with the real values of settings."""
    return _plain(tree, hides=False)


def shown(tree: Any) -> Any:
    """Return a traced value as plain JSON, with each setting as ``$key``.

    Example:
        >>> from kustomer_nb.template import Kind
        >>> shown({"token": Text((Piece("s3cret", Kind.SETTING, label="$shop.default.token"),))})
        {'token': '$shop.default.token'}
    """
    return _plain(tree, hides=True)


def _plain(tree: Any, *, hides: bool) -> Any:
    if not isinstance(tree, (dict, list)):
        return _plain_leaf(tree, hides=hides)
    # Without recursion: a definition may be nested as deep as the reader allows.
    # As JSON.stringify does: undefined becomes null in an array and is dropped from an object.
    plain = tree.copy()
    waiting: list[dict[str, Any] | list[Any]] = [plain]
    while waiting:
        container: Any = waiting.pop()
        members = container.items() if isinstance(container, dict) else enumerate(container)
        for key, item in list(members):
            if isinstance(item, (dict, list)):
                container[key] = item.copy()
                waiting.append(container[key])
            elif (leaf := _plain_leaf(item, hides=hides)) is UNDEFINED and isinstance(container, dict):
                del container[key]
            else:
                container[key] = None if leaf is UNDEFINED else leaf
    return plain


def _plain_leaf(leaf: Any, *, hides: bool) -> Any:
    if isinstance(leaf, Text):
        return leaf.shown if hides else leaf.real
    if isinstance(leaf, Traced):
        return leaf.shown if hides else leaf.value
    return leaf


def pieces(tree: Any) -> list[Piece]:
    """Return every piece of a traced value, in order.

    Example:
        >>> pieces({"a": [Text.of("x"), 1]})
        [<Piece: 'x', literal>]
    """
    all_pieces: list[Piece] = []
    waiting = [tree]
    while waiting:
        tree = waiting.pop()
        if isinstance(tree, Text):
            all_pieces += tree.pieces
        elif isinstance(tree, Traced):
            all_pieces.append(tree.piece)
        elif isinstance(tree, dict):
            waiting += reversed(tree.values())
        elif isinstance(tree, list):
            waiting += reversed(tree)
    return all_pieces


def contains_html(text: str) -> bool:
    """Return whether an author's text is HTML, in which escaping is right.

    Example:
        >>> [contains_html(text) for text in ("<p>Hi {{name}}</p>", "<https://x.com|{{name}}>", "a < b")]
        [True, False, False]
    """
    return _HTML.search(text) is not None and "<![CDATA[" not in text


def _pointers_of_html(pieces: Iterable[Piece]) -> set[str]:
    written: dict[str, list[str]] = {}
    for piece in pieces:
        written.setdefault(piece.pointer, []).append(piece.text if piece.kind is Kind.LITERAL else "x")
    return {pointer for pointer, texts in written.items() if contains_html("".join(texts))}


def html_escape_warnings(pieces: Iterable[Piece]) -> Iterator[Diagnostic]:
    """Yield a warning for each tag whose value double braces changed, once per tag.

    None for a text that contains HTML: there the braces do what they are for.

    Example:
        >>> from kustomer_nb.template import Kind
        >>> piece = Piece("a&#x3D;b", Kind.INPUT, "q", pointer="/uri", raw="a=b")
        >>> print(*html_escape_warnings([piece, piece]))
        /uri: KNB708 `q` is changed by HTML escaping: {{ }} escapes & < > " ' ` and =. Fix: write {{{q}}}.
    """
    pieces = [*pieces]
    changed = [piece for piece in pieces if piece.raw is not None and piece.raw != piece.text]
    if not changed:
        return
    in_html = _pointers_of_html(pieces)
    changed = [piece for piece in changed if piece.pointer not in in_html]
    for piece in {(piece.pointer, piece.span): piece for piece in reversed(changed)}.values():
        yield _html_escape_warning(piece)


def _html_escape_warning(piece: Piece) -> Diagnostic:
    message = f"`{piece.path}` is changed by HTML escaping: {{{{ }}}} escapes & < > \" ' ` and =."
    if piece.label is not None:
        # Only the number: the characters would reveal part of the setting.
        count = sum(character in "&<>\"'`=" for character in piece.raw or "")
        message += f" Escaping changed {count} character{'' if count == 1 else 's'} of {piece.label}."
    # In a loop the path from the root differs from the path in the tag.
    tag_length = len(piece.path) + len("{{}}")
    is_source_path = piece.span is None or piece.span.end - piece.span.start == tag_length
    fix = f"write {{{{{{{piece.path}}}}}}}." if is_source_path else "use three braces in that tag."
    return Diagnostic(Code.HTML_ESCAPED, Severity.WARNING, piece.pointer, message, fix, piece.span)


def as_text(tree: Any) -> Text:
    """Return a traced leaf as text, converted as JavaScript does.

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
