"""Diagnostics of template errors: what is wrong, where it is and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError

if TYPE_CHECKING:
    from .lexer import Token

# Tokens that open something within a tag, not a tag.
_INSIDE = frozenset({"OPEN_SEXPR", "OPEN_BLOCK_PARAMS"})
_LITERALS = frozenset({"NUMBER", "BOOLEAN", "UNDEFINED", "NULL"})
_NAMES = frozenset({"ID", "BRACKETS", "UP", "DATA"})
_QUOTED_LENGTH = 40
_GENERIC = ("is not a path that Handlebars can parse", "write names separated by dots, as in order.id")
_NEVER_CLOSED = "is a tag that is never closed"
# Operators that authors carry over from other languages; a single = is an `EQUALS` token.
_OPERATORS = frozenset("!=<>&|+*?%;")
_INDEX = re.compile(r"([\w.]+)\[(\d+)\]")
_JAVASCRIPT_CALL = re.compile(r"([\w.]+)\(([^()]*)\)?")
# The path that the author intended: everything up to a character that ends a path in a tag.
_INTENDED_PATH = re.compile(r"(?:\[[^\]{}]*\]|[^\s{}()|=~,])+")
_PART = re.compile(r"""\[(?:"([^"\]]*)"|'([^'\]]*)'|([^\]]*))\]|([^.\[/]+)""")
_SPACE_BEFORE_SIGIL = re.compile(r"\{\{~?\s+([#/^>])")
_OUTSIDE_BLOCK = {
    "INVERSE": ("does not belong to a block", "put it between {{#if ...}} and {{/if}}, once per block"),
    "OPEN_INVERSE_CHAIN": (
        "does not belong to a block",
        "put it between {{#if ...}} and {{/if}}, before {{else}}",
    ),
    "OPEN_ENDBLOCK": ("closes a block that is not open", "remove it, or open the block before it"),
    "OPEN_PARTIAL": (
        "is a partial, and an action cannot register partials",
        "write the text of the partial here",
    ),
}


def make_diagnostic(
    span: Span | None, quoted: str, problem: str, fix: str, *, code: str = Code.TEMPLATE_SYNTAX
) -> Diagnostic:
    """Return a diagnostic about part of a template, which it quotes."""
    return Diagnostic(code, Severity.ERROR, "", f"`{quoted}` {problem}.", f"{fix}.", span)


def template_error(
    text: str, start: int, end: int, problem: str, fix: str, *, code: str = Code.TEMPLATE_SYNTAX
) -> TemplateError:
    """Return the error for ``text[start:end]``.

    Example:
        >>> print(template_error("{{}}", 0, 4, "does not contain a name", "write one"))
        line 1, column 1: KNB301 `{{}}` does not contain a name. Fix: write one.
    """
    quoted = text[start : min(end, start + _QUOTED_LENGTH)]
    span = Span.from_offsets(text, start, end)
    return TemplateError([make_diagnostic(span, quoted, problem, fix, code=code)])


def unexpected_token(text: str, tokens: list[Token], index: int) -> TemplateError:
    """Return the error for a token that is not allowed where it is, described by the tag that contains it."""
    token = tokens[index]
    if token.kind == "INVALID" and token.text == "\0":
        problem = "is a NUL character, which Handlebars rejects"
        return template_error(text, token.start, token.end, problem, "remove it")
    first = _find_opening(tokens, index)
    start, end = tokens[first].start, _tag_end(text, tokens, first)
    if first == index and token.kind in _OUTSIDE_BLOCK:
        return template_error(text, start, end, *_OUTSIDE_BLOCK[token.kind])
    code, problem, fix = _explain(text, tokens, first, index)
    return template_error(text, start, end, problem, fix, code=code)


def _find_opening(tokens: list[Token], index: int) -> int:
    while index and not (
        tokens[index].kind.startswith(("OPEN", "INVERSE")) and tokens[index].kind not in _INSIDE
    ):
        index -= 1
    return index


def _tag_end(text: str, tokens: list[Token], first: int) -> int:
    end = text.find("}}", tokens[first].start)
    if end < 0:
        return len(text)
    # A tag with too many braces is quoted with all of them.
    while text.startswith("}", end):
        end += 1
    return end


# The order of the checks is the order of likelihood: the first that applies names the author's mistake.
def _explain(text: str, tokens: list[Token], first: int, index: int) -> tuple[str, str, str]:
    opening, token = tokens[first], tokens[index]
    if opening.kind == "OPEN_RAW_BLOCK" and token.kind == "EOF" and "}}}}" in text[opening.start :]:
        return (
            Code.TEMPLATE_SYNTAX,
            "opens a raw block that is never closed",
            "close it with {{{{/name}}}}, using its own name",
        )
    if "}}" not in text[opening.end :]:
        return _explain_unclosed(opening)
    tag = text[opening.start : _tag_end(text, tokens, first)]
    if token.kind in {"DATA", "INVALID"} and (intended := _bracket_at_names(text, tokens, index)) is not None:
        return (
            Code.AT_NAME_IN_TEMPLATE,
            "contains a name with @, which Handlebars cannot parse",
            f"write {intended}",
        )
    mistake = _explain_first_token(tag, token) if index == first + 1 else _explain_later_token(tag, token)
    return _explain_end(text, tokens, first, index) if mistake is None else (Code.TEMPLATE_SYNTAX, *mistake)


def _explain_end(text: str, tokens: list[Token], first: int, index: int) -> tuple[str, str, str]:
    """Return what is wrong with the end of a tag, after names that are correct."""
    opening, token = tokens[first], tokens[index]
    braces = _count_braces(opening)
    if token.kind in {"CLOSE", "CLOSE_UNESCAPED", "CLOSE_RAW_BLOCK"}:
        return _explain_braces(opening, token, braces, is_empty=index == first + 1)
    if tokens[index - 1].kind == "SEP" and token.kind in _LITERALS:
        return _explain_literal_last(text, tokens, index)
    if token.kind.startswith(("OPEN", "INVERSE")) or "{{" in text[opening.start + braces : token.start]:
        return _explain_unclosed(opening)
    return Code.TEMPLATE_SYNTAX, *_GENERIC


def _explain_unclosed(opening: Token) -> tuple[str, str, str]:
    return Code.TEMPLATE_SYNTAX, _NEVER_CLOSED, f"end it with {'}' * _count_braces(opening)}"


def _count_braces(opening: Token) -> int:
    return len(opening.text) - len(opening.text.lstrip("{"))


def _path_start(tokens: list[Token], index: int) -> int:
    """Return the start of the path that a token continues."""
    while tokens[index - 1].kind == "SEP" or (
        tokens[index].kind == "SEP" and tokens[index - 1].kind in _NAMES
    ):
        index -= 1
    return tokens[index - (tokens[index - 1].kind == "DATA")].start


def _bracket_at_names(text: str, tokens: list[Token], index: int) -> str | None:
    """Return a path with each name that contains @ in brackets; None if no name does."""
    intended = _INTENDED_PATH.match(text, _path_start(tokens, index))
    if intended is None or "@" not in intended[0][1:]:
        return None
    parts = [next(name for name in part.groups() if name is not None) for part in _PART.finditer(intended[0])]
    is_data = intended[0].startswith("@")
    return ".".join(
        f"[{part}]" if "@" in part and not (is_data and not index) else part
        for index, part in enumerate(parts)
    )


def _explain_literal_last(text: str, tokens: list[Token], index: int) -> tuple[str, str, str]:
    # The lexer of handlebars.js reads `0.12` as one number, so two segments may be in one token.
    token = tokens[index]
    head = text[_path_start(tokens, index) : token.start]
    if token.kind != "NUMBER":
        problem = "ends in a literal, which Handlebars rejects"
        return Code.TEMPLATE_SYNTAX, problem, f"write {head}[{token.text}], in square brackets"
    name, _, last = token.text.partition(".")
    intended = f"{head}{name}.[{last}]" if last else f"{head}[{name}]"
    return (
        Code.NUMBER_SEGMENT_LAST,
        "ends in a number, which Handlebars rejects",
        f"write {intended}, in square brackets",
    )


def _explain_first_token(tag: str, token: Token) -> tuple[str, str] | None:
    """Return what is wrong with the first token of a tag; None if it is not a common mistake."""
    if token.text == "!":
        return "is a comment that is never closed", "close it with --}} or }}, to match how it starts"
    if (spaced := _SPACE_BEFORE_SIGIL.match(tag)) is not None:
        return f"has a space before `{spaced[1]}`", f"write {{{{{spaced[1]} without one"
    if token.kind == "OPEN_SEXPR":
        fix = "write the name of the helper and its arguments, without parentheses"
        return "starts with a subexpression", fix
    return _explain_later_token(tag, token)


def _explain_later_token(tag: str, token: Token) -> tuple[str, str] | None:
    """Return what is wrong with a tag written in the syntax of another language."""
    if _is_operator(tag, token):
        problem = f"contains `{token.text}`, but Handlebars has no operators"
        return problem, "compute it in an earlier step, or with a helper"
    if token.kind == "INVALID":
        return _explain_javascript(tag)
    if not token.kind.startswith("CLOSE"):
        is_end = tag.startswith(("{{/", "{{~/"))
        return ("closes a block with more than its name", "write only the name") if is_end else None
    if tag.count("(") > tag.count(")"):
        return "contains a subexpression that is never closed", "close it with )"
    if tag.count("|") == 1:
        return "has block parameters that are never closed", "add | before the closing braces"
    return None


def _is_operator(tag: str, token: Token) -> bool:
    if token.kind == "CLOSE_BLOCK_PARAMS":
        return " as |" not in tag
    return token.kind == "EQUALS" or (token.kind == "INVALID" and token.text in _OPERATORS)


def _explain_javascript(tag: str) -> tuple[str, str] | None:
    """Return what is wrong with a tag that contains JavaScript."""
    if (index := _INDEX.search(tag)) is not None:
        return "contains a JavaScript-style index", f"write {index[1]}.[{index[2]}]"
    if (call := _JAVASCRIPT_CALL.search(tag)) is not None:
        fix = f"write {call[1]} {call[2]}".rstrip().replace(",", "")
        return "calls a helper with JavaScript syntax", f"{fix}, without parentheses"
    if "," in tag:
        return "contains a comma", "separate arguments with spaces only"
    return None


def _explain_braces(opening: Token, token: Token, braces: int, *, is_empty: bool) -> tuple[str, str, str]:
    closing = token.text.count("}")
    if is_empty and closing == (3 if opening.kind == "OPEN_UNESCAPED" else 2):
        return (
            Code.TEMPLATE_SYNTAX,
            "does not contain a name",
            "write the name of a variable between the braces",
        )
    problem = f"has {closing} closing braces after {braces} opening braces"
    if closing > braces:
        fix = "remove one, open with three braces too, or put a space before a brace that is text"
        return Code.BRACE_RUN, problem, fix
    if closing < braces:
        return Code.BRACE_RUN, problem, f"end it with {'}' * braces}"
    return Code.TEMPLATE_SYNTAX, *_GENERIC


def add_location(
    diagnostics: list[Diagnostic],
    first: int,
    pointer: str,
    span: Span,
    labels: Sequence[str],
    arguments: Iterable[Any],
) -> None:
    """Add a pointer and span to the diagnostics from index ``first`` on, and drop duplicates.

    ``arguments`` are the values that come from settings: a message that quotes one names its label instead.

    Example:
        >>> from kustomer_nb.diagnostics import Severity
        >>> diagnostics = [Diagnostic("KNB308", Severity.WARNING, "", "'s3cret' is not a unit.", "use day.")]
        >>> span = Span.from_offsets("{{x}}", 0, 5)
        >>> add_location(diagnostics, 0, "/uri", span, ["$shop.default.token"], ["s3cret"])
        >>> print(diagnostics[0])
        line 1, column 1 /uri: KNB308 the value of $shop.default.token is not valid here. Fix: use day.
    """
    if first == len(diagnostics):
        return
    # Imported late: the helpers bring logging and dates, which plain templates do not need.
    from kustomer_nb.template.helpers.calls import quote

    quotes = [quote(argument) for argument in arguments]
    located = []
    for diagnostic in diagnostics[first:]:
        is_quoting = any(text in diagnostic.message or text in diagnostic.fix for text in quotes)
        message = f"the value of {', '.join(labels)} is not valid here." if is_quoting else diagnostic.message
        located.append(replace(diagnostic, pointer=pointer, span=span, message=message))
    unique = dict.fromkeys(located)
    diagnostics[first:] = [diagnostic for diagnostic in unique if diagnostic not in diagnostics[:first]]
