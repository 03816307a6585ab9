"""KNB3: double braces, which escape for HTML what is sent to a service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.request.checks import check_basic
from kustomer_nb.template.helpers import HELPERS
from kustomer_nb.template.traced_values import contains_html

from .escaped_tags import escaped_at, is_plain, tag_of
from .knb3_templates import missing_name, without_tags

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction
    from kustomer_nb.linting.template_strings import TemplateString
    from kustomer_nb.template.value_syntax import Reference

_ESCAPED_PARTS = ("uri", "headers", "qs")
_BODY_PARTS = ("data", "json")
# The result of these helpers contains none of the characters that {{ }} escapes.
_PLAIN_HELPERS = ("date", "dateDiff", "dateFormat", "math", "randomId")


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


def _has_plain_password(string: TemplateString) -> bool:
    """Return whether a header has user and password as plain text: the fix of KNB421 removes both tags."""
    if string.keys[0] != "headers":
        return False
    return check_basic(string.keys[-1], without_tags(string.text), "") is not None


def _escaped_in(action: LintedAction, string: TemplateString) -> Iterator[Finding]:
    if _has_plain_password(string):
        return
    for reference in string.references:
        if reference.form == "escaped" and not is_plain(action, reference):
            yield escaped_at(action, string, cut(reference.path), reference.span)
    for call in string.calls:
        if call.escapes and call.name not in _PLAIN_HELPERS:
            yield escaped_at(action, string, tag_of(string, call), call.span)


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
        if reference.form == "escaped" and _is_text_to_report(action, string, reference):
            yield escaped_at(action, string, cut(reference.path), reference.span)
    for call in string.calls:
        if call.escapes and call.name in HELPERS and call.name not in _PLAIN_HELPERS:
            yield escaped_at(action, string, tag_of(string, call), call.span)


def _is_text_to_report(action: LintedAction, string: TemplateString, reference: Reference) -> bool:
    """Return whether a reference reads text, and no other rule reports it."""
    kind = action.type_of(reference.segments)
    # Other rules report a name that is not declared, and a type that any template loses.
    if kind not in ("string", None) or (kind is None and reference.segments[0] not in action.variables):
        return False
    return not is_plain(action, reference) and not any(missing_name(action, string, reference))
