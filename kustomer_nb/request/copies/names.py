"""The names that stand for settings in a copy: environment variables, and what is made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kustomer_nb.jsontext.javascript import string
from kustomer_nb.request.credentials import USER, basic_auth, encoded
from kustomer_nb.request.url import TRIMMED, decode, host_span
from kustomer_nb.secrets import variable
from kustomer_nb.template import Kind, Piece, Text
from kustomer_nb.template.provenance import EMPTY

from .encodings import Encoding, find_encodings, part_of

if TYPE_CHECKING:
    from kustomer_nb.request.model import Request
    from kustomer_nb.request.url import Address

# What every shell takes for the name of a variable. "_" alone is one of the shell's own.
_IDENTIFIER = re.compile(r"(?!_\Z)[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_IDENTIFIERS = re.compile(r"[^A-Za-z0-9_]")
_BASIC = "BASIC_CREDENTIALS"


@dataclass(frozen=True, slots=True)
class Name:
    """What stands for a hidden text: a variable that a shell has already, or that must be set first.

    ``source`` is the Python expression that returns the text, and ``modules`` are those it needs. ``words``
    say what a person must enter, because the text cannot be computed; empty if it can. ``charset`` encodes
    the text.
    """

    name: str
    source: str
    modules: frozenset[str] = frozenset()
    words: str = ""
    is_plain: bool = False
    charset: str = "utf-8"


Segment = str | Name


def literal_of(segments: Sequence[Segment]) -> str | None:
    """Return the text of segments without a name, None if there is one."""
    texts = [segment for segment in segments if isinstance(segment, str)]
    return "".join(texts) if len(texts) == len(segments) else None


def joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return segments in which no two literals are side by side, and none is empty.

    Example:
        >>> joined(["a", "", "b"])
        ('ab',)
    """
    result: list[Segment] = []
    for segment in segments:
        if isinstance(segment, str) and result and isinstance(result[-1], str):
            result[-1] += segment
        elif segment:
            result.append(segment)
    return tuple(result)


class Names:
    """Chooses the name of each hidden text in a request; one text in two places has one name.

    ``names`` are those that were chosen, in the order of their first use.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._values = {
            label: string(secret.reveal()) for label, secret in request.secrets.items() if secret is not None
        }
        self._by_text: dict[tuple[str, ...], Name] = {}
        # Before any other name is made: the variable of a setting is never that of something else.
        self._owners: dict[str, str] = {}
        for label in self._values:
            self._owners.setdefault(self._variable(label), label)

    @property
    def names(self) -> tuple[Name, ...]:
        """The names that were chosen, each once."""
        return tuple(dict.fromkeys(self._by_text.values()))

    def segments(self, text: Text, charset: str = "utf-8", before: Text = EMPTY) -> tuple[Segment, ...]:
        """Return a text with a `Name` in place of each text that comes from a setting.

        ``before`` is what the text was cut from: a setting may begin there.
        """
        ends: dict[str, int] = {}
        latest = ""
        for label, part in _runs(before.pieces):
            if label is not None:
                latest = label
                self._encodings(label, part, ends)
        return self._segments(_runs(text.pieces, latest), charset, ends)

    def url(self, address: Address, charset: str) -> tuple[Segment, ...]:
        """Return a full URL: one that begins with a setting begins with its name, scheme included."""
        scheme = f"{address.scheme}://"
        runs = list(_runs(address.text.pieces[1:]))
        label, text = runs[0]
        if label is not None and self._values.get(label) == scheme + text:
            return self._segments([(label, scheme + text), *runs[1:]], charset, {})
        return self._segments([(None, scheme), *runs], charset, {})

    def _segments(
        self, runs: Iterable[tuple[str | None, str]], charset: str, ends: dict[str, int]
    ) -> tuple[Segment, ...]:
        return joined(
            part if label is None else self._name(label, part, charset, ends) for label, part in runs
        )

    def _name(self, label: str, text: str, charset: str, ends: dict[str, int]) -> Name:
        # The bytes of ASCII are the same in both charsets of a head.
        charset = "utf-8" if text.isascii() else charset
        encodings = self._encodings(label, text, ends)
        identity = (label, text, charset, *[encoding.suffix for encoding in encodings or ()])
        name = self._by_text.get(identity)
        if name is None:
            name = self._by_text[identity] = self._new_name(label, text, charset, encodings)
        return name

    def _encodings(self, label: str, text: str, ends: dict[str, int]) -> tuple[Encoding, ...] | None:
        """Return what makes a text of a setting; ``ends`` is up to where its parts have occurred already."""
        if (value := self._values.get(label)) is None:
            return None
        encodings = find_encodings(value, text)
        if encodings is None:
            # Further parts are not searched for: that would show which of its characters are equal.
            start = ends[label] if label in ends else value.find(text)
            end = start + len(text)
            if start >= 0 and value[start:end] == text:
                ends[label] = end
                return (part_of(start, end),)
        return encodings

    def _new_name(self, label: str, text: str, charset: str, encodings: tuple[Encoding, ...] | None) -> Name:
        if label == USER:
            return self._basic_credentials(text)
        labels = self._labels(label)
        base = self._variable(labels[0])
        # A command substitution of a shell removes line ends.
        if encodings is None or (encodings and text.endswith("\n")):
            return self._derived(f"{base}_DERIVED", label, text)
        if not encodings and charset == "utf-8":
            return self._plain(label, base)
        suffixes = [encoding.suffix for encoding in encodings] + (["LATIN_1"] if charset == "latin-1" else [])
        name = self._allocate("_".join([base, *suffixes]), f"{label} {text}")
        return _encoded_name(name, base, charset, encodings)

    def _derived(self, base: str, label: str, text: str) -> Name:
        """Return the name of what a helper made of settings: nothing here can make it of their values."""
        name = self._allocate(base, f"{label} {text}")
        keys = " and ".join(secret.removeprefix("$") for secret in self._labels(label))
        return Name(name, _environment(name), words=f"enter what is sent for the setting {keys}")

    def _plain(self, label: str, base: str) -> Name:
        key = label.removeprefix("$")
        account = key.removeprefix("account.") if label.startswith("$account.") else ""
        what = f"the token of the app account {account}" if account else f"the setting {key}"
        if account and key not in self._request.variables:
            return Name(base, _environment(base), words=f"enter {what}")
        if not _IDENTIFIER.fullmatch(base):
            name = self._allocate(base, label)
            return Name(name, _environment(base), words=f"enter {what}")
        return Name(base, _environment(base), is_plain=True)

    def _basic_credentials(self, text: str) -> Name:
        source = self._basic_source(text)
        name = self._allocate(_BASIC, text)
        if source is None:
            words = "enter the user and password of the uri as the base64 of user:password"
            return Name(name, _environment(name), words=words)
        return Name(name, source, frozenset({"base64", "urllib.parse"}))

    def _basic_source(self, text: str) -> str | None:
        """Return the expression for user and password if both are settings, None if any of it is written."""
        uri = self._request.uri.strip(TRIMMED)
        span = host_span(uri.real)
        if span is None:  # pragma: no cover - a request with user and password has a host
            return None
        start = uri.real.index("//") + 2
        pieces = uri.after(start).split_at(span[0] - 1 - start)[0].pieces
        sources = [self._piece_source(piece) for piece in pieces if piece.text]
        if None in sources:
            return None
        user = "".join(piece.text for piece in pieces)
        if encoded(*basic_auth(decode(user) or "")) != text:  # pragma: no cover - the same text was encoded
            return None
        auth = " + ".join(filter(None, sources))
        # Node decodes it once, and npm request user and password again.
        return f"base64.b64encode(urllib.parse.unquote(urllib.parse.unquote({auth})).encode()).decode()"

    def _piece_source(self, piece: Piece) -> str | None:
        if piece.label is None:
            # Any other literal may be a token.
            return json.dumps(":") if piece.text == ":" and piece.kind is Kind.LITERAL else None
        if self._values.get(piece.label) != piece.text:
            return None
        return _environment(self._variable(piece.label))

    def _labels(self, label: str) -> list[str]:
        """Return the settings in a label: that of a string that was rewritten as one contains others."""
        if label in self._values:
            return [label]
        return [secret for secret in self._values if secret in label] or [label]

    def _variable(self, label: str) -> str:
        key = label.removeprefix("$")
        return self._request.variables.get(key) or variable(key)

    def _allocate(self, base: str, owner: str) -> str:
        """Return a name that any shell accepts and nothing else has."""
        name = base = base if _IDENTIFIER.fullmatch(base) else f"SETTING_{_NOT_IN_IDENTIFIERS.sub('_', base)}"
        number = 1
        while self._owners.setdefault(name, owner) != owner:
            number += 1
            name = f"{base}_{number}"
        return name


def _environment(name: str) -> str:
    return f"os.environ[{json.dumps(name, ensure_ascii=False)}]"


def _runs(pieces: Iterable[Piece], latest: str = "") -> Iterator[tuple[str | None, str]]:
    """Yield each label and hidden text, and each literal with None.

    What a cut leaves of a hidden text has an empty label: it belongs to the one before it, or to ``latest``.
    """
    label: str | None = None
    text = ""
    for piece in pieces:
        if piece.label:
            latest = piece.label
        if not piece.text:
            continue
        if piece.label == "" and label is not None:
            text += piece.text
            continue
        if text:
            yield label, text
        label, text = (latest if piece.label == "" else piece.label), piece.text
    if text:
        yield label, text


def _encoded_name(name: str, base: str, charset: str, encodings: Sequence[Encoding]) -> Name:
    """Return the name of what is sent in place of the variable ``base``: its value, encoded."""
    source = _environment(base)
    for encoding in encodings:
        source = encoding.source.format(source)
    modules = frozenset(encoding.module for encoding in encodings if encoding.module)
    return Name(name, source, modules, charset=charset)
