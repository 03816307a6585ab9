"""Tags in double braces: whether they change a value, and how to write them instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.jsontext.edits import replaced
from kustomer_nb.linting.context import ENV
from kustomer_nb.linting.messages import cut
from kustomer_nb.linting.rule import Finding

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction
    from kustomer_nb.linting.template_strings import TemplateString
    from kustomer_nb.template.value_syntax import CallSite, Reference

# A printed value of these types contains none of the characters that {{ }} escapes.
_PLAIN_TYPES = ("number", "integer", "boolean")
_BASIC = re.compile(r"\s*basic", re.IGNORECASE)
# A double tag in the source, with ~ for white space control.
_DOUBLE = re.compile(r"\{\{(~?)([^{}]+?)(~?)\}\}")
# The parameter of a query that a tag is in: its name, its = and what is between them and the tag.
_PARAMETER = re.compile(r"([^&=]*)(=?)([^&]*)\Z")
# A path that is the same in a tag and in a reference.
_WORDS = re.compile(r"[\w-]+(?:\.[\w-]+)*")


def is_plain(action: LintedAction, reference: Reference) -> bool:
    """Return whether the value of a reference contains no character that {{ }} escapes."""
    # orgId, workflowId and appVersion contain none.
    return reference.segments[0] == ENV or action.type_of(reference.segments) in _PLAIN_TYPES


def escaped_at(action: LintedAction, string: TemplateString, tag: str, inner: Span) -> Finding:
    """Return the finding about a tag in double braces; ``inner`` is its span in the string."""
    message = f"`{{{{{tag}}}}}` is escaped for HTML, which changes & < > \" ' ` and = in the value."
    span = action.subject.span_in(string, inner)
    severity = _severity_of_escape(string, inner)
    if (fix := _query_fix(string, inner, tag)) is not None:
        return Finding(string.pointer, message, fix, severity, span)
    source = action.subject.document.text[span.start : span.end] if span else ""
    match = _DOUBLE.fullmatch(source)
    edits = replaced(span.start, span.end, "{{%s{%s}%s}}" % match.groups()) if span and match else ()  # noqa: UP031 - braces
    return Finding(string.pointer, message, f"write `{{{{{{{tag}}}}}}}`.", severity, span, edits)


def tag_of(string: TemplateString, call: CallSite) -> str:
    """Return what is between the braces of a call, as a message shows it."""
    return cut(string.text[call.span.start : call.span.end].strip("{}~ "))


def _severity_of_escape(string: TemplateString, inner: Span) -> Severity:
    before = string.text[: inner.start].rstrip("{~& ")
    is_url = string.keys == ("uri",) and (not before or before.endswith("?"))
    # Base64 ends in = unless its length happens to be a multiple of three.
    is_base64 = string.keys[0] == "headers" and _BASIC.fullmatch(before) is not None
    return Severity.WARNING if is_url or is_base64 else Severity.HINT


def _query_fix(string: TemplateString, tag_span: Span, tag: str) -> str | None:
    """Return the fix for a parameter of a query, where three braces would let & begin another one."""
    before, after = string.text[: tag_span.start], string.text[tag_span.end :]
    is_qs = string.keys == ("qs",)
    if not is_qs and not (string.keys == ("uri",) and "?" in before):
        return None
    parameter = _PARAMETER.search(before if is_qs else before.partition("?")[2])
    # A parameter that is one value is a query by design, as in ?{{{query}}}.
    if parameter is None or not parameter[2]:
        return None
    if parameter[3] == "" and after[:1] in ("", "&", "#") and _WORDS.fullmatch(tag):
        return f'use qs, an object, which is encoded: "qs": {{"{cut(parameter[1])}": "/#{tag}"}}.'
    return f"use qs, an object with the parameter {cut(parameter[1])}, which is encoded."
