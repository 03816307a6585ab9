"""Text that knows where each of its pieces came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NoReturn

from kustomer_nb.diagnostics import Diagnostic, Span
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import UNCOPIED, Uncopied


class Kind(StrEnum):
    """Where a piece of rendered text came from."""

    LITERAL = "literal"
    INPUT = "input"
    SETTING = "setting"
    ENV = "environment of the workflow"
    DEFAULT = "default of the platform"
    HELPER = "helper"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class MissingReference:
    """A reference that named nothing: its path as written, and the pointer of the template it stands in.

    ``name`` is the variable the path begins with; empty where it can name none, as ``@index`` outside a loop.
    """

    path: str
    pointer: str
    kind: Kind
    span: Span | None = None
    name: str = ""


# Not frozen, though nothing changes one: a preview makes thousands, and frozen ones take five times as long.
@dataclass(unsafe_hash=True, slots=True, repr=False)
class Piece:
    """A stretch of rendered text with one origin.

    ``raw`` is the text before escaping or encoding changed it; ``label`` is shown in place of the text when
    that comes from a setting; ``pointer`` and ``span`` say where in the action it was written. A piece is
    never pickled.

    Example:
        >>> Piece("a%20b", Kind.INPUT, path="name", raw="a b").changed
        2
    """

    text: str
    kind: Kind
    path: str = ""
    label: str | None = None
    pointer: str = ""
    span: Span | None = None
    raw: str | None = None
    uncopied: Uncopied = field(default=UNCOPIED, init=False, compare=False)

    @property
    def shown(self) -> str:
        """The text, or ``$key`` where it comes from a setting."""
        return self.text if self.label is None else self.label

    @property
    def changed(self) -> int:
        """How many characters escaping or encoding added or took away."""
        return 0 if self.raw is None else abs(len(self.text) - len(self.raw))

    def of(self, text: str) -> Piece:
        """Return another text of the same origin."""
        return Piece(text, self.kind, self.path, self.label, self.pointer, self.span)

    def cut(self, index: int) -> tuple[Piece, Piece]:
        """Return the piece before and from ``index``; a label stays with the first part."""
        rest = None if self.label is None else ""
        head = replace(self, text=self.text[:index], raw=None)
        return head, replace(self, text=self.text[index:], raw=None, label=rest)

    def __repr__(self) -> str:
        return f"<Piece: {self.shown!r}, {self.kind.value}>"

    def __reduce__(self) -> NoReturn:
        msg = "a Piece is never pickled or copied: it may hold the real value of a setting"
        raise TypeError(msg)


@dataclass(frozen=True, slots=True)
class Text:
    """A string in pieces; ``str()`` of it shows settings as ``$key``, only ``real`` is the real text.

    Example:
        >>> token = Piece("s3cret", Kind.SETTING, label="$shop.default.token")
        >>> text = Text.of("Bearer ") + Text((token,))
        >>> print(text)
        Bearer $shop.default.token
        >>> text.real
        'Bearer s3cret'
    """

    pieces: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, text: str, kind: Kind = Kind.LITERAL) -> Text:
        """Return a text of one origin."""
        return cls((Piece(text, kind),)) if text else cls()

    @classmethod
    def join(cls, parts: Iterable[Text], *, separator: str = "") -> Text:
        """Return the texts one after the other, the separator between them."""
        between = cls.of(separator).pieces
        pieces = [piece for part in parts for piece in (*between, *part.pieces)]
        return cls(tuple(pieces[len(between) :]))

    def __str__(self) -> str:
        return self.shown

    def __format__(self, spec: str) -> str:
        return format(self.shown, spec)

    def __repr__(self) -> str:
        return one_line(f"<Text: {self.shown}>")

    @property
    def real(self) -> str:
        """The real text, settings in plain; for the wire and for what is worked out of it, never to show."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def shown(self) -> str:
        """The text with each setting as ``$key``."""
        return "".join(piece.shown for piece in self.pieces)

    def __add__(self, other: Text) -> Text:
        return Text(self.pieces + other.pieces)

    def __bool__(self) -> bool:
        return any(piece.text for piece in self.pieces)

    def map(self, change: Callable[[str], str]) -> Text:
        """Return the text with ``change``, which must work character by character, done to each piece."""
        return Text(tuple([self._changed(piece, change) for piece in self.pieces]))

    @staticmethod
    def _changed(piece: Piece, change: Callable[[str], str]) -> Piece:
        text = change(piece.text)
        if text == piece.text:
            return piece
        return replace(piece, text=text, raw=piece.text if piece.raw is None else piece.raw)

    def rewritten(self, text: str) -> Text:
        """Return ``text`` in one piece, for a change that does not work character by character."""
        if text == self.real:
            return self
        one = next((piece for piece in self.pieces if piece.label is not None), self.pieces[0])
        label = None if one.label is None else self.shown
        return Text((replace(one, text=text, raw=self.real, label=label),))

    def split_at(self, index: int) -> tuple[Text, Text]:
        """Return the text before and from ``index``; a label stays with the first part."""
        before: list[Piece] = []
        for at, piece in enumerate(self.pieces):
            if index < len(piece.text):
                head, tail = piece.cut(index) if index else (None, piece)
                if head is not None:
                    before.append(head)
                return Text(tuple(before)), Text((tail, *self.pieces[at + 1 :]))
            before.append(piece)
            index -= len(piece.text)
        return self, Text()

    def after(self, index: int) -> Text:
        """Return the text from ``index``; a label goes with it, for what stands before is left out."""
        before, rest = self.split_at(index)
        if not before.pieces or not rest.pieces or rest.pieces[0].label != "":
            return rest
        first = replace(rest.pieces[0], label=before.pieces[-1].label)
        return Text((first, *rest.pieces[1:]))

    def partition(self, separator: str) -> tuple[Text, Text, Text]:
        """Return the text before the first separator, the separator, and the rest, as ``str.partition``."""
        index = self.real.find(separator)
        if index < 0:
            return self, Text(), Text()
        before, rest = self.split_at(index)
        found, after = rest.split_at(len(separator))
        return before, found, after

    def split(self, separator: str) -> list[Text]:
        """Return the parts between separators, as ``str.split``."""
        parts = []
        rest = self
        while True:
            part, found, rest = rest.partition(separator)
            parts.append(part)
            if not found:
                return parts

    def strip(self, characters: str) -> Text:
        """Return the text without any of these characters at its ends, as ``str.strip``."""
        text = self.real
        start = len(text) - len(text.lstrip(characters))
        stripped, _ = self.after(start).split_at(len(text.strip(characters)))
        return stripped


@dataclass(frozen=True, slots=True, repr=False)
class Traced:
    """A whole value that a reference put in place, its type kept; ``label`` as in `Piece`."""

    value: Any
    piece: Piece
    uncopied: Uncopied = field(default=UNCOPIED, init=False, compare=False)

    @property
    def shown(self) -> Any:
        """The value, or ``$key`` where it comes from a setting."""
        return self.value if self.piece.label is None else self.piece.label

    def opened(self) -> Any:
        """Return the object or array with each of its members traced; anything else as it is."""
        if isinstance(self.value, dict):
            return {key: Traced(item, self.piece) for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [Traced(item, self.piece) for item in self.value]
        return self

    def __repr__(self) -> str:
        return f"<Traced: {self.shown!r}>"


@dataclass(frozen=True, slots=True)
class Notes:
    """What is noted while values are rendered with origins, each place of a template once.

    ``missing`` are the references that named nothing, ``found`` what helpers and functions find wrong.
    ``reads`` are settings and parts of the environment that were read, printed or not, as empty pieces.
    """

    missing: list[MissingReference] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    reads: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True, repr=False)
class Scope:
    """What a template can see: its variables, and which of them are app settings (name to ``$key``)."""

    values: Mapping[str, Any]
    settings: Mapping[str, str] = field(default_factory=dict)
    uncopied: Uncopied = field(default=UNCOPIED, init=False, compare=False)

    def origin(self, segments: tuple[str, ...]) -> tuple[Kind, str | None]:
        """Return the kind of what a path reads and the label to show instead of its value."""
        first = segments[0] if segments else ""
        if first in self.settings:
            return Kind.SETTING, self.settings[first]
        return (Kind.ENV if first == "_env" else Kind.INPUT), None

    def __repr__(self) -> str:
        return one_line(f"<Scope: {', '.join(self.values)}>")
