"""KNB3: double braces, which escape for HTML what is sent to a service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.jsontext.edits import replaced
from kustomer_nb.linting.context import ENV, LintedAction
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.request.checks import check_basic
from kustomer_nb.template.helpers import HELPERS
from kustomer_nb.template.traced_values import contains_html

from .knb3_templates import missing_name, without_tags

if TYPE_CHECKING:
    from kustomer_nb.linting.template_strings import TemplateString
    from kustomer_nb.template.value_syntax import CallSite, Reference

_ESCAPED_PARTS = ("uri", "headers", "qs")
_BODY_PARTS = ("data", "json")
_BASIC = re.compile(r"\s*basic", re.IGNORECASE)
# A printed value of these types contains none of the characters that {{ }} escapes.
_PLAIN_TYPES = ("number", "integer", "boolean")
# Nor does the result of these helpers.
_PLAIN_HELPERS = ("date", "dateDiff", "dateFormat", "math", "randomId")
# A double tag in the source, with ~ for white space control.
_DOUBLE = re.compile(r"\{\{(~?)([^{}]+?)(~?)\}\}")
# The parameter of a query that a tag is in: its name, its = and what is between them and the tag.
_PARAMETER = re.compile(r"([^&=]*)(=?)([^&]*)\Z")
# A path that is the same in a tag and in a reference.
_WORDS = re.compile(r"[\w-]+(?:\.[\w-]+)*")


@action_rule(
    Code.ESCAPED_IN_ADDRESS_OR_HEADER,
    Severity.WARNING,
    why="measured: `{{x}}` escapes `& < > \" ' =` and the backtick for HTML, so the token `abc==` is sent as "
    "`abc&#x3D;&#x3D;`. observed: Kustomer's newer examples and working apps use `{{{x}}}` in these places. "
    "measured: npm request encodes an object qs, but not a query in the uri, where `{{{x}}}` lets & begin "
    "another parameter. This is a warning for a whole URL, a whole query and base64, which contain such "
    "characters, and a hint for other values, which may contain them.",
    bad=file(
        an_action(
            inputTemplate=a_request(uri="https://api.shop.com/orders?{{query}}"),
            inputSchema=closed_schema(query="string"),
        )
    ),
    good=file(
        an_action(
            inputTemplate=a_request(uri="https://api.shop.com/orders?{{{query}}}"),
            inputSchema=closed_schema(query="string"),
        )
    ),
)
def _escaped(action: LintedAction) -> Iterator[Finding]:
    for string in action.input_strings:
        if string.keys[0] in _ESCAPED_PARTS:
            yield from _escaped_in(action, string)


def _escaped_in(action: LintedAction, string: TemplateString) -> Iterator[Finding]:
    # User and password as plain text: the fix of KNB421 removes both tags.
    if (
        string.keys[0] == "headers"
        and check_basic(string.keys[-1], without_tags(string.text), "") is not None
    ):
        return
    for reference in string.references:
        if reference.form == "escaped" and not _is_plain(action, reference):
            yield _escaped_at(action, string, cut(reference.path), reference.span)
    for call in string.calls:
        if call.escapes and call.name not in _PLAIN_HELPERS:
            yield _escaped_at(action, string, _tag_of(string, call), call.span)


def _is_plain(action: LintedAction, reference: Reference) -> bool:
    """Return whether the value of a reference contains no character that {{ }} escapes."""
    # orgId, workflowId and appVersion contain none.
    return reference.segments[0] == ENV or action.type_of(reference.segments) in _PLAIN_TYPES


def _severity_of_escape(string: TemplateString, inner: Span) -> Severity:
    before = string.text[: inner.start].rstrip("{~& ")
    is_url = string.keys == ("uri",) and (not before or before.endswith("?"))
    # Base64 ends in = unless its length happens to be a multiple of three.
    is_base64 = string.keys[0] == "headers" and _BASIC.fullmatch(before) is not None
    return Severity.WARNING if is_url or is_base64 else Severity.HINT


def _escaped_at(action: LintedAction, string: TemplateString, tag: str, inner: Span) -> Finding:
    message = f"`{{{{{tag}}}}}` is escaped for HTML, which changes & < > \" ' ` and = in the value."
    span = action.subject.span_in(string, inner)
    severity = _severity_of_escape(string, inner)
    if (fix := _query_fix(string, inner, tag)) is not None:
        return Finding(string.pointer, message, fix, severity, span)
    source = action.subject.document.text[span.start : span.end] if span else ""
    match = _DOUBLE.fullmatch(source)
    edits = replaced(span.start, span.end, "{{%s{%s}%s}}" % match.groups()) if span and match else ()  # noqa: UP031 - braces
    return Finding(string.pointer, message, f"write `{{{{{{{tag}}}}}}}`.", severity, span, edits)


@action_rule(
    Code.ESCAPED_IN_BODY,
    Severity.HINT,
    why="measured: `{{x}}` escapes `& < > \" ' =` and the backtick for HTML, so the name O'Neil is sent as "
    "O&#x27;Neil; JSON needs no such escaping. Not reported for a text that contains HTML.",
    bad=file(
        an_action(
            inputTemplate=a_request(method="post", data={"name": "{{name}}"}, json=True),
            inputSchema=closed_schema(name="string"),
        )
    ),
    good=file(
        an_action(
            inputTemplate=a_request(method="post", data={"name": "{{{name}}}"}, json=True),
            inputSchema=closed_schema(name="string"),
        )
    ),
)
def _escaped_in_body(action: LintedAction) -> Iterator[Finding]:
    for string in action.input_strings:
        # In a hand-written body, three braces would let a value end the text that contains it.
        if string.keys[0] in _BODY_PARTS and len(string.keys) > 1 and not contains_html(string.text):
            yield from _escaped_in_body_string(action, string)


def _escaped_in_body_string(action: LintedAction, string: TemplateString) -> Iterator[Finding]:
    for reference in string.references:
        kind = action.type_of(reference.segments)
        # Other rules report a name that is not declared, and a type that any template loses.
        is_text = kind == "string" or (kind is None and reference.segments[0] in action.variables)
        is_reported = _is_plain(action, reference) or any(missing_name(action, string, reference))
        if reference.form == "escaped" and is_text and not is_reported:
            yield _escaped_at(action, string, cut(reference.path), reference.span)
    for call in string.calls:
        if call.escapes and call.name in HELPERS and call.name not in _PLAIN_HELPERS:
            yield _escaped_at(action, string, _tag_of(string, call), call.span)


def _tag_of(string: TemplateString, call: CallSite) -> str:
    return cut(string.text[call.span.start : call.span.end].strip("{}~ "))


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
