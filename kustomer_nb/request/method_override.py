"""Method overrides: headers and parameters that ask a service to use another method than the request line's.

Frameworks read it from a header (``X-HTTP-Method-Override``: Rails, Laravel, Symfony, ASP.NET, Express, the
Google APIs; ``X-HTTP-Method``: OData; ``X-Method-Override``: older ones; gateways: ``X-Original-Method``) or
from a parameter, ``_method`` (Salesforce: ``_HttpMethod``), of the query, of a form or of a JSON body.

``method`` alone does not count: many services use that word for something else, as in JSON-RPC.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_plus

from kustomer_nb.template import Scope, Text

from .host_choice import inputs_of

# RFC 9110, section 9.2.1: these change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Names in lower case, without the separators of their words.
_OVERRIDING = """
httpmethodoverride httpoverride httpoverridemethod httpverboverride methodoverride overridehttpmethod
overridemethod verboverride
"""
# These count only after x- or a separator: by themselves they are ordinary words.
_OVERRIDING_AFTER_PREFIX = """
forwardedmethod httpmethod httprequestmethod httpverb method originalmethod realmethod requestmethod
restmethod rewritemethod tunnelmethod
"""
_NAMES = frozenset(_OVERRIDING.split())
_NAMES_AFTER_PREFIX = _NAMES | frozenset(_OVERRIDING_AFTER_PREFIX.split())
# PHP turns dots, spaces and an unclosed bracket in a name into underscores.
_PREFIX = re.compile(r"(?:x(?=[-_. ]))?[-_. \[]+")
_SEPARATOR = re.compile(r"[-_. ]+")
# Until version 3 Rack also split pairs at a semicolon.
_PAIR = re.compile(r"[^&;]+")
_NAME = re.compile(r'\bname=(?:"([^"\r\n]*)"|([^\s;"]+))', re.IGNORECASE)
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_LINE_END = re.compile(r"\r?\n")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_NESTING = {"{": 1, "[": 1, "}": -1, "]": -1}
# A cheap test, because most bodies have no override and some are large: a part of each name, or an escape.
_MAY_HAVE_OVERRIDE = re.compile(r"method|verb|override|\\u|%", re.IGNORECASE)
_BEFORE_CONTENT = "\ufeff \t\r\n"
_AROUND_VALUE = '[" \t\r\n]'
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Override:
    """A header or parameter that asks for another method: its name, and the method as it may be shown.

    ``inputs`` are those the method comes from. An unknown method counts as one that may change something.
    """

    name: str
    method: str
    pointer: str
    is_safe: bool
    inputs: tuple[str, ...] = ()
    is_header: bool = False


def may_have_override(body: str) -> bool:
    """Return whether a body may have a parameter that overrides the method; a cheap test."""
    return _MAY_HAVE_OVERRIDE.search(body) is not None


@lru_cache(maxsize=256)
def is_override_header(name: str) -> bool:
    """Return whether a service may use the value of a header as the method, in any spelling of its name.

    Example:
        >>> [is_override_header(name) for name in ("X_HTTP_Method_Override", "x-method", "_method", "method")]
        [True, True, True, False]
    """
    return _is_override(name) or _words_of(name) == "httpmethod"


def is_override_parameter(name: str) -> bool:
    """Return whether a service may use the value of a parameter as the method.

    The names of headers count as well, which ASP.NET accepts as parameters.

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
    """Return the method overrides of a request, in its order.

    ``headers`` and ``body`` have their pointers, ``search`` has its ``?``. Query and body each give only the
    first override with each method, up to one that may change something.

    Example:
        >>> from kustomer_nb.template import Scope, Text
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


def overrides_in_query(query: str) -> tuple[Override, ...]:
    """Return the method overrides in a query that a service wrote, with its ``?``.

    Example:
        >>> [override.method for override in overrides_in_query("?_method=delete")]
        ['DELETE']
    """
    return overrides_of([], Text.of(query), None, Scope({}))


class _Parameter(NamedTuple):
    """The name of a parameter, where it begins, and where its value begins and ends."""

    name: str
    start: int
    value_start: int
    end: int


def _selected(
    text: Text, parameters: Iterable[_Parameter], decode: Callable[[str], str]
) -> Iterator[tuple[str, Text, Text]]:
    """Yield the name of each override that is needed, its name and value as text, and its decoded value.

    A body may have thousands of overrides, and each one is searched for in all pieces of the text.
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
        pair, _ = text.after(parameter.start).split_at(parameter.end - parameter.start)
        yield parameter.name, pair, pair.after(parameter.value_start - parameter.start).map(decode)
        if method and method not in SAFE:
            return


def _in_pairs(text: Text, pointer: str, scope: Scope) -> Iterator[Override]:
    for name, pair, value in _selected(text, _pairs(text.real), unquote_plus):
        # An input in the name decides as much as one in the value.
        yield replace(_override(name, value, pointer, scope), inputs=inputs_of(pair.pieces, scope))


def _pairs(text: str) -> Iterator[_Parameter]:
    for pair in _PAIR.finditer(text):
        name, equals, _ = pair[0].partition("=")
        if equals:
            yield _Parameter(unquote_plus(name), pair.start(), pair.start() + len(name) + 1, pair.end())


def _in_body(text: Text, pointer: str, kind: str, scope: Scope) -> Iterator[Override]:
    """Yield the overrides in a body, which a service may read as a form or as JSON whatever its type."""
    real = text.real
    if not may_have_override(real):
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
    """Yield the fields of a multipart form; one blank line may end the headers of many names."""
    start, end = -1, -1
    for match in _NAME.finditer(text):
        # Searched for only once per blank line: otherwise many names before one would take quadratic time.
        if start < match.end():
            blank = _BLANK_LINE.search(text, match.end())
            if blank is None:
                return
            start = blank.end()
            line_end = _LINE_END.search(text, start)
            end = len(text) if line_end is None else line_end.start()
        yield _Parameter(match[1] or match[2] or "", start, start, end)


def json_members(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the name of each member of a JSON object, and where its value begins and ends; no nested ones.

    Example:
        >>> text = '{"a": {"b": 1}, "c": 2}'
        >>> [(name, text[start:end]) for name, start, end in json_members(text)]
        [('a', ' {"b": 1}'), ('c', ' 2')]
    """
    begin, name = -1, ""
    for match in _member_tokens(text):
        symbol = match[0]
        if begin >= 0:
            if symbol in {",", "}"}:
                yield name, begin, match.start()
                begin = -1
        elif symbol == ":":
            begin = match.end()
        elif symbol.startswith('"'):
            name = _unquoted(symbol)


def _member_tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens directly in a JSON object and the brackets of nested values; nothing for an array."""
    depth = 0
    # Not json.loads, which gives no offsets and refuses what a lenient service accepts.
    for match in _TOKEN.finditer(text):
        symbol = match[0]
        if symbol == "[" and not depth:
            return
        if depth == 1:
            yield match
        depth += _NESTING.get(symbol, 0)


def _unquoted(symbol: str) -> str:
    try:
        return str(json.loads(symbol, strict=False))
    except ValueError:
        return symbol[1:-1]


def _method_in(value: str) -> str:
    """Return the method that a value asks for, empty if it asks for none, as an unset input does."""
    method = value.strip(_AROUND_VALUE).strip().upper()
    return "" if method == "NULL" else method


def _override(name: str, value: Text, pointer: str, scope: Scope, *, is_header: bool = False) -> Override:
    method = _method_in(value.real)
    # A setting is shown by its label, in which case matters.
    label = value.real.strip().upper() if value.real == value.shown else value.shown
    location = next((piece.pointer for piece in value.pieces if piece.pointer), pointer)
    return Override(
        name.strip(),
        "" if not method else label[:_LONGEST] if label.isprintable() else ascii(label[:_LONGEST]),
        location,
        method in SAFE,
        inputs_of(value.pieces, scope),
        is_header=is_header,
    )
