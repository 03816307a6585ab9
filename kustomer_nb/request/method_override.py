"""Another method than that of the request line, which a service may be asked to treat a request as.

Frameworks read it from a header (``X-HTTP-Method-Override``: Rails, Laravel, Symfony, ASP.NET, Express, the
Google APIs; ``X-HTTP-Method``: OData; ``X-Method-Override``: older ones; gateways: ``X-Original-Method``) or
from a parameter, ``_method`` (Salesforce: ``_HttpMethod``), of the query, of a form or of a JSON body.

``method`` alone is no such name: it is a word that many services use for something else, as in JSON-RPC.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import unquote_plus

from kustomer_nb.template import Scope, Text

from .host_choice import inputs_of

# RFC 9110, 9.2.1: they change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Names without case and without what separates their words.
_OVERRIDING = """
httpmethodoverride httpoverride httpoverridemethod httpverboverride methodoverride overridehttpmethod
overridemethod verboverride
"""
# Those that begin with x- or with a separator: without that they are ordinary words.
_OVERRIDING_AFTER_PREFIX = """
forwardedmethod httpmethod httprequestmethod httpverb method originalmethod realmethod requestmethod
restmethod rewritemethod tunnelmethod
"""
_NAMES = frozenset(_OVERRIDING.split())
_NAMES_AFTER_PREFIX = _NAMES | frozenset(_OVERRIDING_AFTER_PREFIX.split())
# PHP makes an underscore of a dot, of a space and of a bracket that is not closed.
_PREFIX = re.compile(r"(?:x(?=[-_. ]))?[-_. \[]+")
_SEPARATOR = re.compile(r"[-_. ]+")
# Rack took a ; for an & until its version 3.
_PAIR = re.compile(r"[^&;]+")
_NAME = re.compile(r'\bname=(?:"([^"\r\n]*)"|([^\s;"]+))', re.IGNORECASE)
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_LINE_END = re.compile(r"\r?\n")
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
# Most bodies hold none, and one may be large: a part of each name, or what it may be encoded in.
_MAY_HOLD_ONE = re.compile(r"method|verb|override|\\u|%", re.IGNORECASE)
_BEFORE_CONTENT = "\ufeff \t\r\n"
_AROUND_VALUE = '[" \t\r\n]'
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
    """Return whether a service may take the value of a header for the method, however it is written.

    Example:
        >>> [is_override_header(name) for name in ("X_HTTP_Method_Override", "x-method", "_method", "method")]
        [True, True, True, False]
    """
    return _is_override(name) or _words_of(name) == "httpmethod"


def is_override_parameter(name: str) -> bool:
    """Return whether a service may take the value of a parameter for the method: ASP.NET a header's name too.

    Example:
        >>> [is_override_parameter(name) for name in ("_HttpMethod", "_METHOD[]", "X-HTTP-Method", "method")]
        [True, True, True, False]
    """
    # PHP reads [method as _method, and _method[] as an array.
    start = len(name) - len(name.lstrip("[ "))
    return _is_override(name[:start] + name[start:].partition("[")[0])


def _is_override(name: str) -> bool:
    name = name.strip().lower()
    prefix = _PREFIX.match(name)
    if prefix is None:
        return _words_of(name) in _NAMES
    return _words_of(name[prefix.end() :]) in _NAMES_AFTER_PREFIX


def _words_of(name: str) -> str:
    return _SEPARATOR.sub("", name.strip().lower())


def overrides_of(
    headers: Iterable[tuple[str, Text, str]], search: Text, body: tuple[Text, str] | None, scope: Scope
) -> tuple[Override, ...]:
    """Return what asks a service to take a request for one of another method, in the order of the request.

    ``headers`` come with their pointers, ``body`` with its own and ``search`` with its ``?``. Of the query
    and of the body the first override to each method is enough, up to one that may change something.

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


class _Parameter(NamedTuple):
    """A parameter by name: where it begins, and where its value begins and ends."""

    name: str
    start: int
    value_start: int
    end: int


def _selected(
    text: Text, parameters: Iterable[_Parameter], decode: Callable[[str], str]
) -> Iterator[tuple[str, Text, Text]]:
    """Yield the name of each override that is needed, its whole text, and its decoded value.

    A body may hold many thousands, and each costs a look through the pieces of the text.
    """
    real = text.real
    seen: set[str] = set()
    for parameter in parameters:
        if not is_override_parameter(parameter.name):
            continue
        method = _method_in(decode(real[parameter.value_start : parameter.end]))
        if method in seen:
            continue
        seen.add(method)
        whole, _ = text.after(parameter.start).split_at(parameter.end - parameter.start)
        yield parameter.name, whole, whole.after(parameter.value_start - parameter.start).map(decode)
        if method and method not in SAFE:
            return


def _in_pairs(text: Text, pointer: str, scope: Scope) -> Iterator[Override]:
    for name, whole, value in _selected(text, _pairs(text.real), unquote_plus):
        yield replace(_override(name, value, pointer, scope), inputs=inputs_of(whole.pieces, scope))


def _pairs(text: str) -> Iterator[_Parameter]:
    for pair in _PAIR.finditer(text):
        name, mark, _ = pair[0].partition("=")
        if mark:
            yield _Parameter(unquote_plus(name), pair.start(), pair.start() + len(name) + 1, pair.end())


def _in_body(text: Text, pointer: str, kind: str, scope: Scope) -> Iterator[Override]:
    """Yield the overrides of a body, which may be read as a form or as JSON whatever its type."""
    real = text.real
    if not _MAY_HOLD_ONE.search(real):
        return
    if "multipart/" in kind:
        yield from _in_values(text, _parts(real), pointer, scope)
        return
    content = real.lstrip(_BEFORE_CONTENT)
    is_json = content.startswith(("{", "["))
    if is_json:
        members = (_Parameter(name, start, start, end) for name, start, end in json_members(real))
        yield from _in_values(text, members, pointer, scope)
    if not is_json or "x-www-form-urlencoded" in kind:
        yield from _in_pairs(text.after(len(real) - len(content)), pointer, scope)


def _in_values(
    text: Text, parameters: Iterable[_Parameter], pointer: str, scope: Scope
) -> Iterator[Override]:
    for name, _, value in _selected(text, parameters, str):
        yield _override(name, value.strip(_AROUND_VALUE), pointer, scope)


def _parts(text: str) -> Iterator[_Parameter]:
    """Yield the fields of a form in parts; what ends the head of one may be the same for many names."""
    start, end = -1, -1
    for named in _NAME.finditer(text):
        if start < named.end():
            blank = _BLANK_LINE.search(text, named.end())
            if blank is None:
                return
            start = blank.end()
            line_end = _LINE_END.search(text, start)
            end = len(text) if line_end is None else line_end.start()
        yield _Parameter(named[1] or named[2] or "", start, start, end)


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


def _method_in(value: str) -> str:
    """Return the method that a value asks for, empty where that is none, as by an input without a value."""
    method = value.strip(_AROUND_VALUE).strip().upper()
    return "" if method == "NULL" else method


def _override(name: str, value: Text, pointer: str, scope: Scope, *, is_header: bool = False) -> Override:
    method = _method_in(value.real)
    shown = value.real.strip().upper() if value.real == value.shown else value.shown
    place = next((piece.pointer for piece in value.pieces if piece.pointer), pointer)
    return Override(
        name.strip(),
        "" if not method else shown[:_LONGEST] if shown.isprintable() else ascii(shown[:_LONGEST]),
        place,
        method in SAFE,
        inputs_of(value.pieces, scope),
        is_header=is_header,
    )
