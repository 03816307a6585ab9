"""Diagnostics of template errors: what is wrong, where it is and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError

from .mistakes import (
    BRACES_AS_TEXT,
    INTENDED_PATH,
    explain_javascript,
    explain_literal_braces,
    explain_nested_tag,
    explain_reference_in_tag,
    handlebars_path,
    nested_end,
)

if TYPE_CHECKING:
    from .lexer import Token

# Tokens that open something within a tag, not a tag.
_INSIDE = frozenset({"OPEN_SEXPR", "OPEN_BLOCK_PARAMS"})
_LITERALS = frozenset({"NUMBER", "BOOLEAN", "UNDEFINED", "NULL"})
_NAMES = frozenset({"ID", "BRACKETS", "UP", "DATA"})
_QUOTED_LENGTH = 40
_GENERIC = (
    "is not a path that Handlebars can parse",
    f"write names separated by dots, as in order.id, or {BRACES_AS_TEXT}",
)
_NEVER_CLOSED = "is a tag that is never closed"
# Operators that authors carry over from other languages; a single = is an `EQUALS` token.
_OPERATORS = frozenset("!=<>&|+*?%;")
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
    text: str,
    start: int,
    end: int,
    problem: str,
    fix: str,
    *,
    code: str = Code.TEMPLATE_SYNTAX,
) -> TemplateError:
    """Return the error for ``text[start:end]``.

    Example:
        >>> print(template_error("{{}}", 0, 4, "does not contain a name", "write one"))
        line 1, column 1: KNB301 `{{}}` does not contain a name. Fix: write one.
    """
    quoted = text[start : min(end, start + _QUOTED_LENGTH)]
    span = Span.from_offsets(text, start, end)
    return TemplateError([make_diagnostic(span, quoted, problem, fix, code=code)])


def failed_call(name: str, error: Exception, text: str, pointer: str) -> TemplateError:
    """Return the error for the call of a function in a string that raised ``error``."""
    # Only the type: the text of the error may contain a secret.
    message = f"`{name}` failed with {type(error).__name__}."
    span = Span.from_offsets(text, 0, len(text))
    return TemplateError(
        [Diagnostic(Code.TEMPLATE_SYNTAX, Severity.ERROR, pointer, message, "check its arguments.", span)]
    )


def too_deep(pointer: str) -> TemplateError:
    """Return the error for a value that is nested deeper than Python's stack."""
    message, fix = "the value is nested too deep to render.", "reduce the nesting."
    return TemplateError.from_code(Code.TEMPLATE_LIMIT, message, fix, pointer=pointer)


def unexpected_token(text: str, tokens: list[Token], index: int) -> TemplateError:
    """Return the error for a token that is not allowed where it is, described by the tag that contains it."""
    token = tokens[index]
    if token.kind == "INVALID" and token.text == "\0":
        problem = "is a NUL character, which Handlebars rejects"
        return template_error(text, token.start, token.end, problem, "remove it")
    first = _find_opening(tokens, index)
    if (reference := _reference_in_tag(text, tokens[first])) is not None:
        return reference
    if first == index and token.kind in _OUTSIDE_BLOCK:
        return template_error(text, token.start, _tag_end(text, token), *_OUTSIDE_BLOCK[token.kind])
    is_tag = first == index
    # A tag that begins within another one: the outer one is at fault.
    opening = tokens[_find_opening(tokens, index - 1) if is_tag and index else first]
    if (end := nested_end(text, opening.start)) is not None:
        return template_error(text, opening.start, end, *explain_nested_tag(text[opening.start : end]))
    if is_tag:
        end = opening.start + len(text[opening.start : token.start].rstrip())
        return template_error(text, opening.start, end, *_explain_unclosed(opening)[1:])
    code, problem, fix = _explain(text, tokens, first, index)
    return template_error(text, opening.start, _tag_end(text, opening), problem, fix, code=code)


def _reference_in_tag(text: str, opening: Token) -> TemplateError | None:
    end = _tag_end(text, opening)
    mistake = explain_reference_in_tag(text[opening.start : end])
    return None if mistake is None else template_error(text, opening.start, end, *mistake)


def _find_opening(tokens: list[Token], index: int) -> int:
    while index and not (
        tokens[index].kind.startswith(("OPEN", "INVERSE")) and tokens[index].kind not in _INSIDE
    ):
        index -= 1
    return index


def _tag_end(text: str, opening: Token) -> int:
    end = text.find("}}", opening.start)
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
            "write two or three braces, or close the raw block with {{{{/name}}}}, using its own name",
        )
    if "}}" not in text[opening.end :]:
        return _explain_unclosed(opening)
    tag = text[opening.start : _tag_end(text, opening)]
    if token.kind in {"DATA", "INVALID"} and (intended := _bracket_at_names(text, tokens, index)) is not None:
        return (
            Code.AT_NAME_IN_TEMPLATE,
            "contains a name with @, which Handlebars cannot parse",
            f"write {intended}",
        )
    if (literal := explain_literal_braces(tag.strip("{}~"))) is not None:
        return Code.TEMPLATE_SYNTAX, *literal
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
    if "{{" in text[opening.start + braces : token.start]:
        return _explain_unclosed(opening)
    return Code.TEMPLATE_SYNTAX, *_GENERIC


def _explain_unclosed(opening: Token) -> tuple[str, str, str]:
    fix = f"end it with {'}' * _count_braces(opening)}, or {BRACES_AS_TEXT}"
    return Code.TEMPLATE_SYNTAX, _NEVER_CLOSED, fix


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
    intended = INTENDED_PATH.match(text, _path_start(tokens, index))
    has_at_name = intended is not None and "@" in intended[0][1:]
    return handlebars_path(intended[0]) if intended is not None and has_at_name else None


def _explain_literal_last(text: str, tokens: list[Token], index: int) -> tuple[str, str, str]:
    # The lexer of handlebars.js reads `0.12` as one number, so two segments may be in one token.
    token = tokens[index]
    intended = INTENDED_PATH.match(text, _path_start(tokens, index))
    fix = f"write {handlebars_path(intended[0] if intended else token.text)}, in square brackets"
    if token.kind == "NUMBER":
        return Code.NUMBER_SEGMENT_LAST, "ends in a number, which Handlebars rejects", fix
    return Code.TEMPLATE_SYNTAX, "ends in a literal, which Handlebars rejects", fix


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
        return explain_javascript(tag)
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


def _explain_braces(opening: Token, token: Token, braces: int, *, is_empty: bool) -> tuple[str, str, str]:
    closing = token.text.count("}")
    if is_empty and closing == (3 if opening.kind == "OPEN_UNESCAPED" else 2):
        return (
            Code.TEMPLATE_SYNTAX,
            "does not contain a name",
            f"write the name of a variable between the braces, or {BRACES_AS_TEXT}",
        )
    problem = f"has {closing} closing braces after {braces} opening braces"
    if closing > braces:
        # Text within braces of its own, such as JSON, ends in braces that are not the tag's.
        three = ", open with three braces too" if (braces, closing) == (2, 3) else ""
        excess = "one" if closing == braces + 1 else "two"
        return Code.BRACE_RUN, problem, f"remove {excess}{three}, or put a space before braces that are text"
    if braces > 3:
        # Four braces would open a raw block, which needs a closing tag too.
        return Code.BRACE_RUN, problem, "write two or three braces on both sides"
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
        >>> diagnostics = [Diagnostic("KNB308", Severity.WARNING, "", '"s3cret" is not a unit.', "use day.")]
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
