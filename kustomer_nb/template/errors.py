"""What is wrong with a template, with its place and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError

from .lexer import Token

FAULT = Code.TEMPLATE_SYNTAX
TOO_MUCH = Code.TEMPLATE_LIMIT
NO_HELPER = Code.UNKNOWN_HELPER
AT_NAME = Code.AT_NAME_IN_TEMPLATE
NUMBER_LAST = Code.NUMBER_SEGMENT_LAST
BRACES = Code.BRACE_RUN
_INSIDE = frozenset({"OPEN_SEXPR", "OPEN_BLOCK_PARAMS"})
_LITERALS = frozenset({"NUMBER", "BOOLEAN", "UNDEFINED", "NULL"})
_NAMES = frozenset({"ID", "BRACKETS", "UP", "DATA"})
_SHOWN = 40
_GENERIC = ("is no path Handlebars can read", "write names with dots between them, as in order.id")
_NEVER_CLOSED = "is a tag that is never closed"
# What an author of another language writes between values; a single = is an `EQUALS`.
_OPERATORS = frozenset("!=<>&|+*?%;")
_INDEX = re.compile(r"([\w.]+)\[(\d+)\]")
_JAVASCRIPT_CALL = re.compile(r"([\w.]+)\(([^()]*)\)?")
# A path as it is meant: what ends it in a tag stands in none.
_MEANT = re.compile(r"(?:\[[^\]{}]*\]|[^\s{}()|=~,])+")
_PART = re.compile(r"""\[(?:"([^"\]]*)"|'([^'\]]*)'|([^\]]*))\]|([^.\[/]+)""")
_SPACED = re.compile(r"\{\{~?\s+([#/^>])")
_LONE = {
    "INVERSE": ("has no block of its own", "put it between {{#if ...}} and {{/if}}, once in a block"),
    "OPEN_INVERSE_CHAIN": ("stands in no block that can go on so", "put it between {{#if ...}} and {{/if}}"),
    "OPEN_ENDBLOCK": ("closes a block that is not open", "leave it out, or open the block before"),
    "OPEN_PARTIAL": (
        "is a partial, and an action has no place to register one",
        "write its text in place",
    ),
}


def fault(span: Span | None, found: str, what: str, fix: str, *, code: str = FAULT) -> Diagnostic:
    """Return a finding about a stretch of a template, which it quotes."""
    return Diagnostic(code, Severity.ERROR, "", f"`{found}` {what}.", f"{fix}.", span)


def refused(text: str, start: int, end: int, what: str, fix: str, *, code: str = FAULT) -> TemplateError:
    """Return the error about ``text[start:end]``.

    Example:
        >>> print(refused("{{}}", 0, 4, "holds no name", "write one"))
        line 1, column 1: KNB301 `{{}}` holds no name. Fix: write one.
    """
    found = text[start : min(end, start + _SHOWN)]
    return TemplateError([fault(Span.of(text, start, end), found, what, fix, code=code)])


def unexpected(text: str, found: list[Token], at: int) -> TemplateError:
    """Return the error about a token that cannot stand where it does, in words about the tag it is in."""
    token = found[at]
    if token.kind == "INVALID" and token.text == "\0":
        what = "is a NUL character, which Handlebars refuses"
        return refused(text, token.start, token.end, what, "leave it out")
    first = _opening(found, at)
    start, end = found[first].start, _end(text, found, first)
    if first == at and token.kind in _LONE:
        return refused(text, start, end, *_LONE[token.kind])
    code, what, fix = _why(text, found, first, at)
    return refused(text, start, end, what, fix, code=code)


def _opening(found: list[Token], at: int) -> int:
    while at and not (found[at].kind.startswith(("OPEN", "INVERSE")) and found[at].kind not in _INSIDE):
        at -= 1
    return at


def _end(text: str, found: list[Token], first: int) -> int:
    end = text.find("}}", found[first].start)
    if end < 0:
        return len(text)
    while text.startswith("}", end):
        end += 1
    return end


def _why(text: str, found: list[Token], first: int, at: int) -> tuple[str, str, str]:
    opening, token = found[first], found[at]
    braces = len(opening.text) - len(opening.text.lstrip("{"))
    inner = text[opening.start : token.start]
    if opening.kind == "OPEN_RAW_BLOCK" and token.kind == "EOF" and "}}}}" in text[opening.start :]:
        return FAULT, "opens a raw block that is never closed", "end it with {{{{/ and its name and }}}}"
    if "}}" not in text[opening.end :]:
        return FAULT, _NEVER_CLOSED, f"end it with {'}' * braces}"
    tag = text[opening.start : _end(text, found, first)]
    if token.kind in {"DATA", "INVALID"} and (meant := _with_at(text, found, at)) is not None:
        return AT_NAME, "holds a name with @, which Handlebars cannot read", f"write {meant}"
    mistake = _at_first(tag, token) if at == first + 1 else _later(tag, token)
    if mistake is not None:
        return FAULT, *mistake
    if token.kind in {"CLOSE", "CLOSE_UNESCAPED", "CLOSE_RAW_BLOCK"}:
        return _closing(opening, token, braces, is_empty=at == first + 1)
    if found[at - 1].kind == "SEP" and token.kind in _LITERALS:
        return _literal_last(text, found, at)
    if token.kind.startswith(("OPEN", "INVERSE")) or "{{" in inner[braces:]:
        return FAULT, _NEVER_CLOSED, f"end it with {'}' * braces}"
    return FAULT, *_GENERIC


def _path_start(found: list[Token], at: int) -> int:
    """Return where the path begins that a token goes on with."""
    while found[at - 1].kind == "SEP" or (found[at].kind == "SEP" and found[at - 1].kind in _NAMES):
        at -= 1
    return found[at - (found[at - 1].kind == "DATA")].start


def _with_at(text: str, found: list[Token], at: int) -> str | None:
    """Return a path with its names that hold an @ in brackets, None where none does."""
    meant = _MEANT.match(text, _path_start(found, at))
    if meant is None or "@" not in meant[0][1:]:
        return None
    parts = [next(one for one in part.groups() if one is not None) for part in _PART.finditer(meant[0])]
    is_data = meant[0].startswith("@")
    return ".".join(
        f"[{part}]" if "@" in part and not (is_data and not index) else part
        for index, part in enumerate(parts)
    )


def _literal_last(text: str, found: list[Token], at: int) -> tuple[str, str, str]:
    token = found[at]
    head = text[_path_start(found, at) : token.start]
    if token.kind != "NUMBER":
        what = "ends in a literal, which Handlebars refuses"
        return FAULT, what, f"write {head}[{token.text}], in square brackets"
    name, _, index = token.text.partition(".")
    meant = f"{head}{name}.[{index}]" if index else f"{head}[{name}]"
    return NUMBER_LAST, "ends in a number, which Handlebars refuses", f"write {meant}, in square brackets"


def _at_first(tag: str, token: Token) -> tuple[str, str] | None:
    """Return what is wrong with the first thing in a tag, None where it is nothing common."""
    if token.text == "!":
        return "is a comment that is never closed", "end it as it begins, with --}} or }}"
    if (spaced := _SPACED.match(tag)) is not None:
        return f"has a space before `{spaced[1]}`", f"write {{{{{spaced[1]} without one"
    if token.kind == "OPEN_SEXPR":
        fix = "write the helper's name and its arguments, without parentheses"
        return "begins with a sub-expression", fix
    return _later(tag, token)


def _later(tag: str, token: Token) -> tuple[str, str] | None:
    """Return what is wrong with a tag that is written as other languages write theirs."""
    is_bar = token.kind == "CLOSE_BLOCK_PARAMS" and " as |" not in tag
    if is_bar or token.kind == "EQUALS" or (token.kind == "INVALID" and token.text in _OPERATORS):
        what = f"holds `{token.text}`, and Handlebars has no operators"
        return what, "compute it in a step before, or by a helper"
    if token.kind == "INVALID":
        return _javascript(tag)
    if not token.kind.startswith("CLOSE"):
        is_end = tag.startswith(("{{/", "{{~/"))
        return ("ends a block with more than its name", "write the name alone") if is_end else None
    if tag.count("(") > tag.count(")"):
        return "holds a sub-expression that is never closed", "end it with )"
    if tag.count("|") == 1:
        return "names block parameters without an end", "end them with | before the braces"
    return None


def _javascript(tag: str) -> tuple[str, str] | None:
    """Return what is wrong with a tag written in the style of JavaScript."""
    if (index := _INDEX.search(tag)) is not None:
        return "holds an index in the style of JavaScript", f"write {index[1]}.[{index[2]}]"
    if (call := _JAVASCRIPT_CALL.search(tag)) is not None:
        fix = f"write {call[1]} {call[2]}".rstrip().replace(",", "")
        return "calls a helper in the style of JavaScript", f"{fix}, without parentheses"
    if "," in tag:
        return "holds a comma", "leave spaces alone between arguments"
    return None


def _closing(opening: Token, token: Token, braces: int, *, is_empty: bool) -> tuple[str, str, str]:
    closing = token.text.count("}")
    if is_empty and closing == (3 if opening.kind == "OPEN_UNESCAPED" else 2):
        return FAULT, "holds no name", "write the name of a variable between the braces"
    what = f"has {closing} closing braces after {braces} opening ones"
    if closing > braces:
        fix = "take one away, open with three too, or put a space before a brace that is text"
        return BRACES, what, fix
    if closing < braces:
        return BRACES, what, f"end it with {'}' * braces}"
    return FAULT, *_GENERIC


def place(
    found: list[Diagnostic],
    first: int,
    pointer: str,
    span: Span,
    labels: Sequence[str],
    given: Iterable[Any],
) -> None:
    """Give findings their place, each once; one that quotes a value of a setting tells only its label.

    Example:
        >>> from kustomer_nb.diagnostics import Severity
        >>> found = [Diagnostic("KNB308", Severity.WARNING, "", "'s3cret' is no unit.", "use day.")]
        >>> place(found, 0, "/uri", Span.of("{{x}}", 0, 5), ["$shop.default.token"], ["s3cret"])
        >>> print(found[0])
        line 1, column 1 /uri: KNB308 what is given here, $shop.default.token, does not fit. Fix: use day.
    """
    if first == len(found):
        return
    from kustomer_nb.template.helpers.calls import said

    quoted = [said(one) for one in given]
    placed = []
    for one in found[first:]:
        is_quoting = any(text in one.message or text in one.fix for text in quoted)
        message = f"what is given here, {', '.join(labels)}, does not fit." if is_quoting else one.message
        placed.append(replace(one, pointer=pointer, span=span, message=message))
    found[first:] = [one for one in dict.fromkeys(placed) if one not in found[:first]]
