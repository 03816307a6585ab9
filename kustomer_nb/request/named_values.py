"""The values that a request sends under a name: query parameters, members of the body."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import compress
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import unquote_plus

from kustomer_nb.secrets.credential_forms import plain_name
from kustomer_nb.secrets.token_patterns import names_credential
from kustomer_nb.template import Text

from .query import decoded

# A string, number or word of JSON, or a separator.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
# A line break ends a pair too: text/plain forms have one per line.
_PAIR = re.compile(r"[^&\r\n]+")
_PART = re.compile(
    r'\bname="?([^"\r\n;]{1,64})[^\r\n]{0,256}(?:\r?\n[^\r\n]{1,256}){0,4}\r?\n\r?\n([^\r\n]*)', re.IGNORECASE
)
_ELEMENT = re.compile(r"<(?:[\w-]{1,64}:)?([\w.-]{1,64})(?:\s[^<>]{0,256})?>([^<>]*)(?=<)")
# Any other form of a name and its value, such as an argument in GraphQL, password: "hunter2".
_ASSIGNED = re.compile(r"""([\w.-]{1,64}+)[\\"'\s]{0,8}[:=]>?[\\"'\s]{0,8}([^\\"'\s,;&<>(){}\[\]]+)""")
# As in the patterns above, whose bounds keep them linear.
LONGEST_NAME = 64
# More values of one name are not hidden as one list.
MOST_LISTED = 20
_BRACKETS = re.compile(r"[\[\].]+")


class NamedValue(NamedTuple):
    """A value as a service reads it, with the origin of its pieces.

    ``names`` are those a service may report it under: ``auth[api_key]`` is ``api_key`` too.

    Example:
        >>> from kustomer_nb.template import Kind, Piece
        >>> key = Text((Piece("a%20b", Kind.SETTING, label="$key"),))
        >>> (named,) = query_values(Text.of("?auth[api_key]=") + key)
        >>> named.names, named.text.real
        (('auth[api_key]', 'api_key'), 'a b')
    """

    names: tuple[str, ...]
    text: Text


class Span(NamedTuple):
    """The location of a value in a text, and its name."""

    name: str
    start: int
    end: int


def query_values(search: Text) -> Iterator[NamedValue]:
    """Yield the values in a query with its ``?`` that contain a setting and have the name of a credential."""
    query = search.after(1)
    return _named(query, _pairs(query.real), decoded)


def body_values(body: Text) -> Iterator[NamedValue]:
    """Yield the values in a body that contain a setting and have the name of a credential.

    The service decides how to read a body, so each format that fits is tried: JSON, form, multipart form,
    XML, and anything that assigns a value to a name.

    Example:
        >>> from kustomer_nb.template import Kind, Piece
        >>> key = Text((Piece("k7", Kind.SETTING, label="$key"),))
        >>> body = Text.of('{"keys": [{"api_key": "') + key + Text.of('"}]}')
        >>> {(named.names, named.text.shown) for named in body_values(body)}
        {(('api_key',), '$key')}
    """
    if all(piece.label is None for piece in body.pieces):
        return
    text = body.real
    if text.lstrip()[:1] in {"{", "["}:
        yield from _named(body, _json_values(text), _read_json)
    else:
        yield from _named(body, _pairs(text), decoded)
        for pattern in (_PART, _ELEMENT):
            yield from _named(body, _matches(pattern, text), _stripped)
    yield from _named(body, _matches(_ASSIGNED, text), _stripped)


def _credential_spans(spans: Iterable[Span]) -> dict[str, list[Span]]:
    """Return the spans with the name of a credential, by the plain form of that name."""
    # Grouped by exact name first: a large body repeats few names, and each is judged only once.
    by_exact_name: dict[str, list[Span]] = {}
    for span in spans:
        by_exact_name.setdefault(span.name, []).append(span)
    by_name: dict[str, list[Span]] = {}
    for exact_name, same_name in by_exact_name.items():
        if is_credential(name := _names(exact_name)[-1]):
            by_name.setdefault(plain_name(name), []).extend(same_name)
    return by_name


def _named(text: Text, spans: Iterable[Span], read: Callable[[Text], Text]) -> Iterator[NamedValue]:
    """Yield the values that contain a setting, and all of one name together, as a service may list them."""
    by_name = _credential_spans(spans)
    labelled = _labelled(text) if by_name else []
    for same_name in by_name.values():
        are_labelled = [_has_label(labelled, span) for span in same_name]
        if not any(are_labelled):
            continue
        texts = [read(_part(text, span.start, span.end)) for span in same_name]
        for span, value in compress(zip(same_name, texts, strict=True), are_labelled):
            yield NamedValue(_names(span.name), value)
        if 1 < len(texts) <= MOST_LISTED:
            yield NamedValue(_names(same_name[0].name)[-1:], Text.join(texts, separator=", "))


def is_credential(name: str) -> bool:
    """Return whether a value of this name identifies the sender."""
    return len(name) <= LONGEST_NAME and names_credential(name)


def _pairs(text: str) -> Iterator[Span]:
    for pair in _PAIR.finditer(text):
        name, equals, _ = pair[0].partition("=")
        if equals:
            yield Span(unquote_plus(name), pair.start() + len(name) + 1, pair.end())


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (Span(match[1], *match.span(2)) for match in pattern.finditer(text))


def _stripped(text: Text) -> Text:
    return text.strip(" \t\r\n")


def _read_json(token: Text) -> Text:
    if not token.real.startswith('"'):
        return token
    inner = token.strip('"')
    return inner if "\\" not in inner.real else inner.rewritten(_unquoted(token.real))


def _json_values(text: str) -> Iterator[Span]:
    """Yield each string and number of a JSON text with its name and location.

    The items of an array have the name of the array; in ``{"name": "x-key", "value": "ab"}`` the value has
    the name next to it.
    """
    # Without recursion, because a body may be nested deep.
    containers = [_Container(is_object=False)]
    is_value = True
    for match in _TOKEN.finditer(text):
        symbol, container = match[0], containers[-1]
        if symbol in {"{", "["}:
            is_value = symbol == "["
            containers.append(container.child(is_object=not is_value))
        elif symbol in {"}", "]"}:
            # Invalid JSON may have more closing brackets than opening ones.
            containers = containers[:-1] or containers
        elif symbol in {",", ":"}:
            is_value = symbol == ":" or not container.is_object
        elif is_value:
            yield Span(container.name, *match.span())
            container.note_name(symbol)
        else:
            container.key = _unquoted(symbol)


@dataclass(slots=True)
class _Container:
    """An object or array that is being read: its current key, and the value of its member ``name``."""

    is_object: bool
    key: str = ""
    given_name: str = ""

    @property
    def name(self) -> str:
        return self.given_name if self.given_name and self.key == "value" else self.key

    def child(self, *, is_object: bool) -> _Container:
        """Return a container in this one; the items of an array have the name of the array."""
        return _Container(is_object, "" if is_object else self.name)

    def note_name(self, token: str) -> None:
        if self.key in {"name", "key"}:
            self.given_name = _unquoted(token)


def _names(name: str) -> tuple[str, ...]:
    words = [word for word in _BRACKETS.split(name) if word and not word.isdecimal()]
    return tuple(dict.fromkeys([name, *words[-1:]]))


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token, strict=False)) if token.startswith('"') else token
    except ValueError:
        return token.strip('"')


def _labelled(text: Text) -> list[tuple[int, int]]:
    """Return where the pieces with a label begin and end in a text, in order."""
    spans, offset = [], 0
    for piece in text.pieces:
        if piece.label is not None and piece.text:
            spans.append((offset, offset + len(piece.text)))
        offset += len(piece.text)
    return spans


def _has_label(labelled: list[tuple[int, int]], span: Span) -> bool:
    """Return whether a piece with a label overlaps a span."""
    # By bisection: a body may have thousands of both.
    index = bisect_right(labelled, span.start, key=itemgetter(1))
    return index < len(labelled) and labelled[index][0] < span.end


def _part(text: Text, start: int, end: int) -> Text:
    """Return a part of a text; a piece that it cuts keeps its label."""
    part, _ = text.after(start).split_at(end - start)
    return part
