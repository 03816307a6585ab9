"""Another method than that of the request line, which a service may be asked to treat a request as.

Frameworks read it from a header (``X-HTTP-Method-Override``: Rails, Laravel, Symfony, ASP.NET, Express, the
Google APIs; ``X-HTTP-Method``: OData; ``X-Method-Override``: older ones) or from a parameter, ``_method``, of
the query, of a form or of a JSON body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from kustomer_nb.template import Scope, Text

from .host_choice import inputs_of

# RFC 9110, 9.2.1: they change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_HEADERS = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})
_PARAMETER = "_method"
# Rack took a ; for an & until its version 3.
_PAIR = re.compile(r"[^&;]+")
_NAME = re.compile(r'\bname=(?:"([^"\r\n]*)"|([^\s;"]+))', re.IGNORECASE)
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_LINE_END = re.compile(r"\r?\n")
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
# Most bodies hold none, and one may be large: the end of each name, or what it may be encoded in.
_MAY_HOLD_ONE = re.compile(r"[_-]method|\\u|%", re.IGNORECASE)
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Override:
    """A header or parameter that asks for another method: its name, and that method as it may be shown.

    ``inputs`` are those the method comes from. A method that is not known counts as one that changes
    something.
    """

    name: str
    method: str
    pointer: str
    is_safe: bool
    inputs: tuple[str, ...] = ()
    is_header: bool = False


def is_override_header(name: str) -> bool:
    """Return whether a service may take the value of a header for the method; ``_`` counts as ``-``.

    Example:
        >>> [is_override_header(name) for name in ("X_HTTP_Method_Override", "x-http-method", "x-method")]
        [True, True, False]
    """
    return name.strip().lower().replace("_", "-") in _HEADERS


def is_override_parameter(name: str) -> bool:
    """Return whether a service may take the value of a parameter for the method: ASP.NET a header's name too.

    Example:
        >>> [is_override_parameter(name) for name in ("_method", "_METHOD[]", "X-HTTP-Method", "method")]
        [True, True, True, False]
    """
    name = name.partition("[")[0]
    return name.strip().lower() == _PARAMETER or is_override_header(name)


def overrides_of(
    headers: Iterable[tuple[str, Text, str]], search: Text, body: tuple[Text, str] | None, scope: Scope
) -> tuple[Override, ...]:
    """Return what asks a service to take a request for one of another method, in the order of the request.

    ``headers`` come with their pointers, ``body`` with its own and ``search`` with its ``?``.

    Example:
        >>> (override,) = overrides_of([], Text.of("?_method=delete"), None, Scope({}))
        >>> override.name, override.method, override.is_safe
        ('_method', 'DELETE', False)
    """
    headers = list(headers)
    overrides = [
        _override(name, value, pointer, scope, is_header=True)
        for name, value, pointer in headers
        if is_override_header(name)
    ]
    overrides += _in_pairs(search.after(1), "/inputTemplate/uri", scope)
    if body is not None:
        kinds = [value.real.lower() for name, value, _ in headers if name.lower() == "content-type"]
        overrides += _in_body(*body, " ".join(kinds), scope)
    return tuple(override for override in overrides if override.method)


def _in_pairs(text: Text, pointer: str, scope: Scope) -> Iterator[Override]:
    for pair in _PAIR.finditer(text.real):
        name, mark, _ = pair[0].partition("=")
        if mark and is_override_parameter(decoded := unquote_plus(name)):
            whole = _part(text, *pair.span())
            asked = whole.after(len(name) + len(mark)).map(unquote_plus)
            yield replace(_override(decoded, asked, pointer, scope), inputs=inputs_of(whole.pieces, scope))


def _in_body(text: Text, pointer: str, kind: str, scope: Scope) -> Iterator[Override]:
    """Yield the overrides of a body; without a content type a service may take it for JSON or for a form."""
    if not _MAY_HOLD_ONE.search(text.real):
        return
    if "json" in kind or (not kind and text.real.lstrip().startswith("{")):
        for name, start, end in json_members(text.real):
            if is_override_parameter(name):
                yield _override(name, _part(text, start, end).strip('[" \t\r\n]'), pointer, scope)
    elif "multipart/form-data" in kind:
        yield from _in_parts(text, pointer, scope)
    elif not kind or "x-www-form-urlencoded" in kind:
        yield from _in_pairs(text, pointer, scope)


def _in_parts(text: Text, pointer: str, scope: Scope) -> Iterator[Override]:
    real = text.real
    for named in _NAME.finditer(real):
        name = named[1] or named[2] or ""
        if is_override_parameter(name) and (blank := _BLANK_LINE.search(real, named.end())):
            line_end = _LINE_END.search(real, blank.end())
            end = len(real) if line_end is None else line_end.start()
            yield _override(name, _part(text, blank.end(), end), pointer, scope)


def json_members(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the name of each member of a JSON object, and where its value begins and ends; not those within.

    Example:
        >>> text = '{"a": {"b": 1}, "c": 2}'
        >>> [(name, text[start:end]) for name, start, end in json_members(text)]
        [('a', ' {"b": 1}'), ('c', ' 2')]
    """
    depth, begin, name = 0, -1, ""
    # Without recursion: what a body holds may be nested deep.
    for token in _MARK.finditer(text):
        mark = token[0]
        if depth == 1 and mark in {",", "}"} and begin >= 0:
            yield name, begin, token.start()
            begin = -1
        elif depth == 1 and mark == ":" and begin < 0:
            begin = token.end()
        elif depth == 1 and begin < 0 and mark.startswith('"'):
            name = _unquoted(mark)
        if mark in {"{", "["}:
            if not depth and mark == "[":
                return
            depth += 1
        elif mark in {"}", "]"}:
            depth -= 1


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token[1:-1]


def _part(text: Text, start: int, end: int) -> Text:
    part, _ = text.after(start).split_at(end - start)
    return part


def _override(name: str, value: Text, pointer: str, scope: Scope, *, is_header: bool = False) -> Override:
    real = value.real.strip().upper()
    shown = real if value.real == value.shown else value.shown
    if real in {"", "NULL"}:
        # Nothing is asked for, as by an input without a value.
        shown = ""
    place = next((piece.pointer for piece in value.pieces if piece.pointer), pointer)
    return Override(
        name.strip(),
        shown[:_LONGEST] if shown.isprintable() else ascii(shown[:_LONGEST]),
        place,
        real in SAFE,
        inputs_of(value.pieces, scope),
        is_header=is_header,
    )
