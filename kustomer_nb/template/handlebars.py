"""Templates of text and plain variables, rendered as handlebars.js 4.7 renders them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import SPACE, UNDEFINED, number, number_text, string, trim

from .origin import Kind, Missing, Piece, Scope, Text
from .path import look_up

_ID = rf"""[^{SPACE}!"#%-,./;->@\[-\^`{{-~]+"""
_SEGMENT = rf"(?:{_ID}|\[(?:\\\]|[^\]])*\])"
_PATH = re.compile(rf"{_SEGMENT}(?:[./]{_SEGMENT})*")
_SPLIT = re.compile(_SEGMENT)
_LITERAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?|true|false|null|undefined")
_OPEN = re.compile(r"\\*\{\{+")
_ELSE = re.compile(r"else\b", re.ASCII)
# Handlebars keeps the brackets of a name that holds one of these.
_LINE_END = re.compile("[\n\r\u2028\u2029]")
_UNESCAPED = re.compile(r"\\([\\\]])")
# A name that is a helper on the platform is never a variable there; until helpers come it is refused.
_HELPERS = {
    "log",
    "lookup",
    "if",
    "unless",
    "each",
    "with",
    "randomId",
    "date",
    "helperMissing",
    "blockHelperMissing",
}
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)


@dataclass(frozen=True, slots=True)
class Variable:
    """One ``{{path}}``: its segments, whether it escapes, and its place in the template."""

    path: str
    segments: tuple[str, ...]
    escapes: bool
    span: Span


Node = str | Variable


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template.

    Example:
        >>> Template.parse("/orders/{{id}}?q={{{q}}}").render({"id": 7, "q": "a&b"})
        '/orders/7?q=a&b'
    """

    text: str
    nodes: tuple[Node, ...]

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(text: str) -> Template:
        """Return the template of ``text``; parsed ones are kept.

        Raises:
            TemplateError: with the line and column of what cannot be read.
        """
        return Template(text, tuple(_nodes(text)))

    @property
    def references(self) -> tuple[Variable, ...]:
        """The variables the template reads, in order."""
        return tuple(node for node in self.nodes if isinstance(node, Variable))

    def render(
        self,
        context: Any,
        *,
        strict: bool = False,
        no_escape: bool = False,
        adds_numbers: bool = True,
    ) -> str:
        """Return the rendered text; a missing or null value gives nothing.

        ``adds_numbers`` keeps handlebars.js 4.7's sum of adjacent numbers at the head of a template.

        Raises:
            TemplateError: ``strict`` is on and a variable names nothing.

        Example:
            >>> Template.parse("{{a}}").render({"a": "x=1"})
            'x&#x3D;1'
            >>> Template.parse("{{{a}}}{{{b}}}").render({"a": 1, "b": 2})
            '3'
        """
        scope = Scope(context)
        missing: list[Missing] = []
        text = self.origins(scope, missing=missing, no_escape=no_escape, adds_numbers=adds_numbers)
        if strict and missing:
            raise TemplateError(
                [_fault(one.path, one.span, "names nothing here", "give it a value") for one in missing]
            )
        return str(text)

    def origins(
        self,
        scope: Scope,
        *,
        pointer: str = "",
        missing: list[Missing] | None = None,
        no_escape: bool = False,
        adds_numbers: bool = True,
    ) -> Text:
        """Return the rendered text in pieces, each with its origin.

        ``pointer`` is where the template stands in the action; ``missing`` collects the variables that named
        nothing.

        Example:
            >>> text = Template.parse("Hi {{name}}!").origins(Scope({"name": "Ann"}))
            >>> [(piece.text, piece.kind.value) for piece in text.pieces]
            [('Hi ', 'literal'), ('Ann', 'input'), ('!', 'literal')]
        """
        pieces: list[Piece] = []
        total: float | None = None
        for node in self.nodes:
            if isinstance(node, str):
                pieces.append(Piece(node, Kind.LITERAL, pointer=pointer))
                total = None
                continue
            value = look_up(scope.values, node.segments)
            piece = _piece(node, value, scope, pointer, no_escape=no_escape)
            if value is UNDEFINED and missing is not None and piece.kind is not Kind.SETTING:
                kind, _ = scope.origin(node.segments)
                missing.append(Missing(node.path, pointer, kind, node.span, node.segments[0]))
            addend = _addend(value) if adds_numbers and (no_escape or not node.escapes) else None
            if pieces and total is not None and addend is not None:
                total = number(total + addend)
                pieces, piece = _summed(pieces, piece, total)
            else:
                total = None if pieces else addend
            pieces.append(piece)
        return Text(tuple(pieces))


def _addend(value: Any) -> float | None:
    return number(value) if isinstance(value, (int, float)) else None


def _summed(pieces: list[Piece], last: Piece, total: float) -> tuple[list[Piece], Piece]:
    """Return 1 and 2 as nothing and 3: of the last origin, but of a setting's where one is in the sum."""
    emptied = [replace(one, text="", raw=None, label=None) for one in pieces]
    shown = next((one for one in (*pieces, last) if one.label is not None), last)
    return emptied, replace(shown, text=number_text(total), raw=None)


def _piece(node: Variable, value: Any, scope: Scope, pointer: str, *, no_escape: bool) -> Piece:
    kind, label = scope.origin(node.segments)
    if value is UNDEFINED and kind is not Kind.SETTING:
        return Piece("", Kind.MISSING, node.path, None, pointer, node.span)
    raw = "" if value is None or value is UNDEFINED else string(value)
    text = raw.translate(_ESCAPES) if node.escapes and not no_escape else raw
    return Piece(text, kind, node.path, label, pointer, node.span, raw if raw != text else None)


def _nodes(text: str) -> Iterator[Node]:
    at = 0
    if (nul := text.find("\0")) >= 0:
        raise _refused(text, nul, nul + 1, "a NUL character, which Handlebars refuses", "leave it out")
    while (found := _OPEN.search(text, at)) is not None:
        if found.start() > at:
            yield text[at : found.start()]
        node, at = _variable(text, found)
        yield node
    if at < len(text):
        yield text[at:]


def _variable(text: str, found: re.Match[str]) -> tuple[Variable, int]:
    start = found.start()
    if found[0].startswith("\\"):
        raise _refused(text, start, found.end(), "an escaped tag", "leave the backslash out")
    braces = len(found[0])
    if braces > 3:
        raise _refused(text, start, found.end(), f"{braces} opening braces", "write {{ or {{{")
    close = "}" * braces
    end = text.find(close, found.end())
    if end < 0:
        raise _refused(text, start, len(text), "a tag that is never closed", f"end it with {close}")
    if text.startswith("}", end + braces):
        fix = "put a space between the closing braces of the tag and the next one"
        what = f"{braces + 1} closing braces after {braces} opening ones"
        raise _refused(text, start, end + braces + 1, what, fix)
    return _read(text, start, found.end(), end, braces), end + braces


def _read(text: str, start: int, inner: int, end: int, braces: int) -> Variable:
    body = text[inner:end]
    raw = braces == 3 or body.startswith("&")
    path = trim(body.removeprefix("&") if braces == 2 else body)
    span = Span.of(text, start, end + braces)
    if not _PATH.fullmatch(path):
        raise TemplateError([_fault(text[start : end + braces], span, *_why(path))])
    written = _SPLIT.findall(path)
    if _is_special(written):
        what = "is not a plain variable and is not supported yet"
        raise TemplateError([_fault(path, span, what, "use a variable")])
    if _LITERAL.fullmatch(written[-1]):
        what = "ends in a number or a literal, which Handlebars refuses"
        raise TemplateError([_fault(path, span, what, f"write [{written[-1]}] in square brackets")])
    if "this" in written[1:]:
        raise TemplateError([_fault(path, span, "holds `this` after its first name", "write [this]")])
    segments = tuple(_plain(segment) for segment in written)
    return Variable(path, segments, not raw, span)


def _is_special(written: list[str]) -> bool:
    first = written[0]
    alone = len(written) == 1 and (_plain(first) in _HELPERS or _LITERAL.fullmatch(first) is not None)
    odd = any(one == "[]" or _LINE_END.search(one) for one in written)
    return alone or odd or first == "this" or _ELSE.match(first) is not None


def _plain(segment: str) -> str:
    return _UNESCAPED.sub(r"\1", segment[1:-1]) if segment.startswith("[") else segment


def _why(path: str) -> tuple[str, str]:
    if not path:
        return "holds no name", "write the name of a variable between the braces"
    if "@" in path and "[" not in path:
        return (
            "holds a name with @, which Handlebars cannot read",
            "write that name in brackets: custom.[@name]",
        )
    if path[0] in "#^/":
        return "is a block, which is not supported yet", "use plain variables"
    if path[0] == ">":
        return "is a partial, and an action has no place to register one", "write its text in place"
    if path[0] == "!":
        return "is a comment, which is not supported yet", "leave it out"
    if any(char.isspace() for char in path):
        return "calls a helper, which is not supported yet", "use plain variables"
    return "is no path Handlebars can read", "write names with dots between them, as in order.id"


def _refused(text: str, start: int, end: int, what: str, fix: str) -> TemplateError:
    found = text[start : min(end, start + 40)]
    return TemplateError([_fault(found, Span.of(text, start, end), f"is {what}", fix)])


def _fault(found: str, span: Span | None, what: str, fix: str) -> Diagnostic:
    return Diagnostic("KNB301", Severity.ERROR, "", f"`{found}` {what}.", f"{fix}.", span)
