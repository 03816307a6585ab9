"""Text in pieces that record their origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

from kustomer_nb.printable import one_line
from kustomer_nb.secrets import UNCOPIED, Uncopied

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic, Span


class Kind(StrEnum):
    """The origin of a piece of rendered text."""

    LITERAL = "literal"
    INPUT = "input"
    SETTING = "setting"
    ENV = "workflow environment"
    DEFAULT = "platform default"
    HELPER = "helper"
    MISSING = "missing"
    # An input, or a member of one, that is null: a template prints nothing for it.
    NULL = "null"


@dataclass(frozen=True, slots=True)
class MissingReference:
    """A reference without a value: its path as written, and the pointer of its template.

    ``name`` is the variable that the path starts with; empty if there is none (``@index`` outside a loop).
    """

    path: str
    pointer: str
    kind: Kind
    span: Span | None = None
    name: str = ""


# Frozen: those of the literal text of a template are shared by all renders of the process.
@dataclass(frozen=True, slots=True, repr=False, init=False)
class Piece:
    """A piece of rendered text with one origin.

    ``raw`` is the text before escaping or encoding. ``label`` is shown instead of the text if that comes
    from a setting. ``pointer`` and ``span`` are its location in the action. A piece cannot be pickled.

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
    # dataclasses.asdict copies each field, so this one makes it raise.
    uncopied: Uncopied = field(default=UNCOPIED, init=False, compare=False)

    # A preview creates thousands, and the ``__init__`` of a frozen dataclass takes nearly twice as long.
    def __init__(
        self,
        text: str,
        kind: Kind,
        path: str = "",
        label: str | None = None,
        pointer: str = "",
        span: Span | None = None,
        raw: str | None = None,
    ) -> None:
        _set_text(self, text)
        _set_kind(self, kind)
        _set_path(self, path)
        _set_label(self, label)
        _set_pointer(self, pointer)
        _set_span(self, span)
        _set_raw(self, raw)
        _set_uncopied(self, UNCOPIED)

    @property
    def shown(self) -> str:
        """The text, or ``$key`` if it comes from a setting."""
        return self.text if self.label is None else self.label

    @property
    def changed(self) -> int:
        """The number of characters that escaping or encoding added or removed."""
        return 0 if self.raw is None else abs(len(self.text) - len(self.raw))

    def of(self, text: str) -> Piece:
        """Return a piece with another text and the same origin."""
        return Piece(text, self.kind, self.path, self.label, self.pointer, self.span)

    def cut(self, index: int) -> tuple[Piece, Piece]:
        """Split the piece at ``index``; a label stays with the first part."""
        remainder = None if self.label is None else ""
        head = Piece(self.text[:index], self.kind, self.path, self.label, self.pointer, self.span)
        return head, Piece(self.text[index:], self.kind, self.path, remainder, self.pointer, self.span)

    def __repr__(self) -> str:
        return f"<Piece: {self.shown!r}, {self.kind.value}>"

    def __reduce__(self) -> NoReturn:
        # A copy outside of the process would contain the value of the setting.
        msg = "a Piece is never pickled or copied: it may contain the real value of a setting"
        raise TypeError(msg)


(
    _set_text,
    _set_kind,
    _set_path,
    _set_label,
    _set_pointer,
    _set_span,
    _set_raw,
    _set_uncopied,
) = (vars(Piece)[member.name].__set__ for member in fields(Piece))
# Without a call of Python's for each piece: a text is read ten times on its way to the wire.
_text_of = attrgetter("text")
_label_of = attrgetter("label")


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """A string in pieces; ``str()`` shows settings as ``$key``, only ``real`` is the real text.

    Example:
        >>> token = Piece("s3cret", Kind.SETTING, label="$shop.default.token")
        >>> text = Text.of("Bearer ") + Text((token,))
        >>> print(text)
        Bearer $shop.default.token
        >>> text.real
        'Bearer s3cret'
    """

    pieces: tuple[Piece, ...] = ()
    # Not arguments of __init__, or dataclasses.replace() would pass them.
    _real: str | None = field(default=None, init=False, compare=False)
    _shown: str | None = field(default=None, init=False, compare=False)

    # As that of `Piece`.
    def __init__(self, pieces: tuple[Piece, ...] = ()) -> None:
        _set_pieces(self, pieces)
        _set_real(self, None)
        _set_shown(self, None)

    @classmethod
    def of(cls, text: str, kind: Kind = Kind.LITERAL) -> Text:
        """Return a text with one origin."""
        return cls((Piece(text, kind),)) if text else cls()

    @classmethod
    def join(cls, parts: Iterable[Text], *, separator: str = "") -> Text:
        """Return the texts joined by the separator."""
        separator_pieces = cls.of(separator).pieces
        pieces = [piece for part in parts for piece in (*separator_pieces, *part.pieces)]
        return cls(tuple(pieces[len(separator_pieces) :]))

    def __str__(self) -> str:
        return self.shown

    def __format__(self, spec: str) -> str:
        return format(self.shown, spec)

    def __repr__(self) -> str:
        return one_line(f"<Text: {self.shown}>")

    @property
    def real(self) -> str:
        """The real text with the values of settings: for sending and computing, never for display."""
        if self._real is None:
            _set_real(self, "".join(map(_text_of, self.pieces)))
        return self._real or ""

    @property
    def shown(self) -> str:
        """The text with each setting as ``$key``."""
        if self._shown is None:
            is_real = not self.has_setting
            _set_shown(self, self.real if is_real else "".join([piece.shown for piece in self.pieces]))
        return self._shown or ""

    @property
    def has_setting(self) -> bool:
        """Whether a piece comes from a setting."""
        return [*map(_label_of, self.pieces)].count(None) < len(self.pieces)

    def __add__(self, other: Text) -> Text:
        return Text(self.pieces + other.pieces)

    def __bool__(self) -> bool:
        return any(map(_text_of, self.pieces))

    def map(self, change: Callable[[str], str]) -> Text:
        """Return the text with ``change``, which must work character by character, applied to each piece."""
        pieces: list[Piece] = []
        is_changed = False
        for piece in self.pieces:
            text = change(piece.text)
            if text != piece.text:
                is_changed = True
                raw = piece.text if piece.raw is None else piece.raw
                piece = Piece(text, piece.kind, piece.path, piece.label, piece.pointer, piece.span, raw)
            pieces.append(piece)
        return Text(tuple(pieces)) if is_changed else self

    def rewritten(self, text: str) -> Text:
        """Return ``text`` in one piece, for a change that does not work character by character."""
        if text == self.real:
            return self
        source = next((piece for piece in self.pieces if piece.label is not None), self.pieces[0])
        label = None if source.label is None else self.shown
        return Text((replace(source, text=text, raw=self.real, label=label),))

    def split_at(self, index: int) -> tuple[Text, Text]:
        """Split the text at ``index``; a label stays with the first part."""
        for position, piece in enumerate(self.pieces):
            if index < len(piece.text):
                before, after = self.pieces[:position], self.pieces[position:]
                if index:
                    head, tail = piece.cut(index)
                    before, after = (*before, head), (tail, *after[1:])
                return Text(before), Text(after)
            index -= len(piece.text)
        return self, EMPTY

    def after(self, index: int) -> Text:
        """Return the text from ``index``; it keeps a label, because the part before it is dropped."""
        if not index and self.pieces and self.pieces[0].text:
            return self
        first = self.pieces[0] if self.pieces else None
        if first is not None and first.label is None and 0 < index < len(first.text):
            # As below, without the part that is dropped.
            tail = Piece(first.text[index:], first.kind, first.path, None, first.pointer, first.span)
            return Text((tail, *self.pieces[1:]))
        before, remainder = self.split_at(index)
        if not before.pieces or not remainder.pieces or remainder.pieces[0].label != "":
            return remainder
        labelled = replace(remainder.pieces[0], label=before.pieces[-1].label)
        return Text((labelled, *remainder.pieces[1:]))

    def partition(self, separator: str) -> tuple[Text, Text, Text]:
        """Split at the first separator, as ``str.partition`` does."""
        index = self.real.find(separator)
        if index < 0:
            return self, EMPTY, EMPTY
        before, remainder = self.split_at(index)
        delimiter, after = remainder.split_at(len(separator))
        return before, delimiter, after

    def split(self, separator: str) -> list[Text]:
        """Split at each separator, as ``str.split`` does."""
        parts = []
        remainder = self
        while True:
            part, delimiter, remainder = remainder.partition(separator)
            parts.append(part)
            if not delimiter:
                return parts

    def strip(self, characters: str) -> Text:
        """Strip these characters from both ends, as ``str.strip`` does."""
        text = self.real
        if text and text == text.strip(characters) and self.pieces[0].text:
            # Most texts have nothing to strip.
            return self
        start = len(text) - len(text.lstrip(characters))
        stripped, _ = self.after(start).split_at(len(text.strip(characters)))
        return stripped


_set_pieces, _set_real, _set_shown = (vars(Text)[member.name].__set__ for member in fields(Text))
EMPTY = Text()


@dataclass(frozen=True, slots=True, repr=False, init=False)
class Traced:
    """The value of a reference, with its type; the label of its piece is as in `Piece`."""

    value: Any
    piece: Piece
    uncopied: Uncopied = field(default=UNCOPIED, init=False, compare=False)

    # As that of `Piece`.
    def __init__(self, value: Any, piece: Piece) -> None:
        _set_value(self, value)
        _set_piece(self, piece)
        _set_uncopied_value(self, UNCOPIED)

    @property
    def shown(self) -> Any:
        """The value, or ``$key`` if it comes from a setting."""
        return self.value if self.piece.label is None else self.piece.label

    def opened(self) -> Any:
        """Return an object or array with each member traced; any other value unchanged."""
        if isinstance(self.value, dict):
            return {key: Traced(item, self.piece) for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [Traced(item, self.piece) for item in self.value]
        return self

    def __repr__(self) -> str:
        return f"<Traced: {self.shown!r}>"


_set_value, _set_piece, _set_uncopied_value = (vars(Traced)[member.name].__set__ for member in fields(Traced))


@dataclass(slots=True)
class Notes:
    """What rendering with origins records, once per location in a template.

    ``missing`` are the references without a value, ``diagnostics`` those of helpers and functions.
    ``reads`` are the settings and parts of the environment that were read, printed or not, as empty pieces.
    ``steps`` counts the work of all templates.
    """

    missing: list[MissingReference] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    reads: list[Piece] = field(default_factory=list)
    steps: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Scope:
    """The variables of a template, and which of them are app settings (name to ``$key``)."""

    values: Mapping[str, Any]
    settings: Mapping[str, str] = field(default_factory=dict)
    uncopied: Uncopied = field(default=UNCOPIED, init=False, compare=False)

    def origin(self, segments: tuple[str, ...]) -> tuple[Kind, str | None]:
        """Return the kind of the value at a path, and the label to show instead of it."""
        first = segments[0] if segments else ""
        if first in self.settings:
            return Kind.SETTING, self.settings[first]
        return (Kind.ENV if first == "_env" else Kind.INPUT), None

    def __repr__(self) -> str:
        return one_line(f"<Scope: {', '.join(self.values)}>")
