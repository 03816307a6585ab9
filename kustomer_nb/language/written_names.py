"""The name that a text writes at an offset: an input, a setting, a path of the response, a helper."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from kustomer_nb.authoring.schema_places import route_of
from kustomer_nb.authoring.uses import Text, Use, schema_kinds, uses_in
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.strings import offsets_in_source
from kustomer_nb.linting.context import ENV
from kustomer_nb.template.helpers.signatures import FUNCTION_SIGNATURES, HELPER_SIGNATURES
from kustomer_nb.template.read_paths import ITEM, Item, name_of
from kustomer_nb.template.value_syntax import FUNCTION

if TYPE_CHECKING:
    from kustomer_nb.template.lexer import Token

    from .subject import Subject

NameKind = Literal["input", "setting", "env", "body", "helper", "setting key", "action"]
_WORD = re.compile(r"[A-Za-z_$][\w$-]*")
_SCHEMAS = ("inputSchema", "outputSchema")
_IN_QUOTES = frozenset({"STRING", "BRACKETS"})


class WrittenName(NamedTuple):
    """A name in a text: what it is, the names that lead to it, and where it is written.

    ``start`` and ``end`` are offsets of the text, without quotes and brackets.
    """

    kind: NameKind
    route: tuple[str | Item, ...]
    start: int
    end: int

    @property
    def name(self) -> str:
        """The last of its names."""
        return next((key for key in reversed(self.route) if isinstance(key, str)), "")


def find_name(subject: Subject, offset: int) -> WrittenName | None:
    """Return the name at an offset of the text of a subject, None if nothing there is a name that is known.

    Example:
        >>> from kustomer_nb.language.subject import find_subject
        >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{{id}}}"}}'
        >>> name = find_name(find_subject(text, 75), 75)
        >>> name.kind, name.route, text[name.start : name.end]
        ('input', ('id',), 'id')
    """
    token, document = subject.cursor.token, subject.document
    if token is None or document is None or not token.is_closed:
        return None
    if subject.cursor.place == "key":
        return _of_key(subject, token.value, _within(token), offset)
    value = pointers.resolve(subject.value, subject.pointer)
    span = document.reading.span(subject.pointer)
    # A value that code puts together, and one that was repaired, is not what the token says.
    if not isinstance(value, str) or span is None or span.start != token.start:
        return None
    if subject.inner[:1] and subject.inner[0] in ("inputTemplate", "outputTemplate"):
        return _in_string(subject, Text(subject.pointer, value), token.start, offset)
    return _of_value(subject, value, _within(token))


def _within(token: Any) -> tuple[int, int]:
    """Return the offsets of a token without its quotes."""
    width = len(token.quote)
    return token.start + width, token.end - width


def _of_key(subject: Subject, key: str, span: tuple[int, int], offset: int) -> WrittenName | None:
    inner = subject.inner
    if inner == ("appSettings",):
        return WrittenName("setting", (key,), *span)
    if inner[:1] == ("inputSchema",) and inner[-1] == "properties":
        route = route_of(pointers.join("", *map(str, inner), key))
        return WrittenName("input", route, *span) if route[-1:] == (key,) else None
    if inner[:1] == ("inputTemplate",) and "{{" in key and subject.cursor.token is not None:
        source = Text(pointers.join(subject.pointer, key), key, is_key=True)
        return _in_string(subject, source, subject.cursor.token.start, offset)
    return None


def _of_value(subject: Subject, value: str, span: tuple[int, int]) -> WrittenName | None:
    inner = subject.inner
    if inner[:1] == ("inputSchema",) and len(inner) > 1 and inner[-2] == "required":
        outer = route_of(pointers.join("", *map(str, inner[:-2]))) if len(inner) > 3 else ()
        return WrittenName("input", (*outer, value), *span)
    if inner[:1] == ("appSettings",) and inner[2:] == ("key",):
        return WrittenName("setting key", (value,), *span)
    if subject.path[:1] == ("workflows",) and subject.path[-1:] == ("action",):
        return WrittenName("action", (value,), *span)
    return None


def _in_string(subject: Subject, source: Text, start: int, offset: int) -> WrittenName | None:
    """Return the name at an offset within a string of a template, whose quote is at ``start``."""
    document, text = subject.document, source.text
    places = offsets_in_source(document.text, start, text, range(len(text) + 1)) if document else None
    if places is None or not places[0] <= offset <= places[-1]:
        return None
    at = bisect_right(places, offset) - 1
    is_output = subject.inner[0] == "outputTemplate"
    try:
        uses = list(uses_in(source, schema_kinds({} if is_output else subject.action.get("inputSchema"))))
    except TemplateError:
        uses = []
    for use in uses:
        for index, token in enumerate(use.names):
            if token is not None and token.start <= at <= token.end:
                route = _up_to(use, index)
                first, last = _bare(token)
                kind = "body" if is_output else _kind_of(route, subject.action)
                return WrittenName(kind, route, places[first], places[last])
    return _helper(text, at, places)


def _up_to(use: Use, index: int) -> tuple[str | Item, ...]:
    """Return the route of a use up to the name with an index."""
    return use.route[: len(use.route) - len(use.names) + index + 1]


def _bare(token: Token) -> tuple[int, int]:
    """Return the offsets of the name that a token writes, without quotes and brackets."""
    if token.kind in _IN_QUOTES and len(name_of(token)) == token.end - token.start - 2:
        return token.start + 1, token.end - 1
    return token.start, token.end


def _kind_of(route: tuple[str | Item, ...], action: Mapping[str, Any]) -> NameKind:
    settings = action.get("appSettings")
    if route[0] == ENV:
        return "env"
    return "setting" if isinstance(settings, dict) and route[0] in settings else "input"


def _helper(text: str, at: int, places: list[int]) -> WrittenName | None:
    """Return the helper or the function whose name is at an offset of a string."""
    is_function = text.startswith(FUNCTION)
    known = FUNCTION_SIGNATURES if is_function else HELPER_SIGNATURES
    if not is_function and text.rfind("{{", 0, at) <= text.rfind("}}", 0, at):
        return None
    for match in _WORD.finditer(text):
        if match.start() <= at <= match.end() and match[0] in known:
            return WrittenName("helper", (match[0],), places[match.start()], places[match.end()])
    return None


def dotted(route: tuple[str | Item, ...]) -> str:
    """Return a route as a reference writes it.

    Example:
        >>> dotted(("lines", ITEM, "sku"))
        'lines.0.sku'
    """
    return ".".join("0" if key is ITEM else str(key) for key in route)
