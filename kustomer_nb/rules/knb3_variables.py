"""KNB3: variables that a template reads and an action does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Edit, Severity, Span
from kustomer_nb.linting.context import ENV, LintedAction
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.template.mistakes import is_code
from kustomer_nb.template.out_of_reach import explain_input_variable, explain_output_variable

from .knb3_templates import OUTPUT_VARIABLES, direct_references
from .meant_variables import fix_of_undeclared, input_of_path, near_variable

if TYPE_CHECKING:
    from kustomer_nb.linting.template_strings import TemplateString
    from kustomer_nb.template.value_syntax import Reference

# A name in a reference contains none of these characters and is not empty.
_LETTER = re.compile(r"[^\W_]")


@action_rule(
    Code.VARIABLE_NOT_DECLARED,
    Severity.ERROR,
    why="docs: an input template can read the inputs in inputSchema and the variables in appSettings, an "
    "output template /#body and /#response. When additionalProperties is false, the platform rejects a run "
    "with an undeclared input, so the variable can never have a value. Otherwise, and in an output template, "
    "this is a warning.",
    bad=file(
        an_action(
            inputTemplate=a_request(uri="https://api.shop.com/orders/{{{orderid}}}"),
            inputSchema=closed_schema(orderId="string"),
        )
    ),
    good=file(
        an_action(
            inputTemplate=a_request(uri="https://api.shop.com/orders/{{{orderId}}}"),
            inputSchema=closed_schema(orderId="string"),
        )
    ),
)
def _variable_not_declared(action: LintedAction) -> Iterator[Finding]:
    for string in action.input_strings if action.has_readable_inputs else ():
        code = _spans_of_code(string)
        for reference in direct_references(string):
            if reference.segments[0] not in action.variables and not _is_in_code(reference, code):
                yield _undeclared(action, string, reference)
    yield from _unreadable_in_output(action)


def _spans_of_code(string: TemplateString) -> list[Span]:
    """Return the tags that are code or JavaScript, which KNB310 reports."""
    return [
        call.span
        for call in string.calls
        if call.form == "helper" and is_code(string.text[call.span.start :], call.name)
    ]


def _is_in_code(reference: Reference, code: list[Span]) -> bool:
    """Return whether a reference is an argument of such a tag, or no name at all."""
    if reference.form != "argument":
        return False
    is_name = _LETTER.search(reference.segments[0]) is not None
    return not is_name or any(span.start <= reference.span.start < span.end for span in code)


def _unreadable_in_output(action: LintedAction) -> Iterator[Finding]:
    # KNB317 reports an app setting in an output.
    known = {*OUTPUT_VARIABLES, *action.app_settings, ENV}
    for string in action.output_strings:
        for reference in direct_references(string):
            if (name := reference.segments[0]) in known:
                continue
            span = action.subject.span_in(string, reference.span)
            is_input = name in action.inputs
            explanation = explain_output_variable(reference.segments, is_input=is_input)
            if explanation is not None:
                message, fix = f"`{cut(reference.path)}` {explanation[0]}.", f"{explanation[1]}."
            else:
                message = (
                    f"`{cut(name)}` has no value: an output template can read only /#body and /#response."
                )
                fix = did_you_mean(name, OUTPUT_VARIABLES, f"did you mean `body.{cut(reference.path)}`?")
            yield Finding(string.pointer, message, fix, Severity.WARNING, span)


def _undeclared(action: LintedAction, string: TemplateString, reference: Reference) -> Finding:
    variable = reference.segments[0]
    name = cut(variable)
    if action.is_closed:
        reason = "additionalProperties is false, so it can never have a value"
        message, severity = f"`{name}` is not declared, and {reason}.", Severity.ERROR
    else:
        message = f"`{name}` is declared neither in inputSchema nor in appSettings."
        severity = Severity.WARNING
    span = action.subject.span_in(string, reference.span)
    category = action.subject.categories.get(variable)
    if category is not None:
        key = f"{action.subject.app_name or '<app>'}.{category}.{name}"
        fix = f'add "{name}": {{"key": "{key}"}} to appSettings.'
        return Finding(string.pointer, message, fix, severity, span, _add_setting(action, variable, key))
    # An input for the whole path, such as conversationId for conversation.id, is closer than any explanation.
    written, near = reference.path, input_of_path(action, reference)
    explanation = None if near else explain_input_variable(reference.segments)
    if explanation is not None:
        return Finding(
            string.pointer, f"`{cut(reference.path)}` {explanation[0]}.", f"{explanation[1]}.", severity, span
        )
    if near is None:
        written, near = variable, near_variable(action, reference)
    fix = fix_of_undeclared(variable, near, string.text)
    edits = action.subject.replace_word(span, written, near)
    return Finding(string.pointer, message, fix, severity, span, edits)


def _add_setting(action: LintedAction, name: str, key: str) -> tuple[Edit, ...]:
    """Return the edits that add a variable to appSettings."""
    if not action.app_settings:
        return action.subject.layout.set(action.at("appSettings"), {name: {"key": key}})
    return action.subject.layout.set(action.at("appSettings", name), {"key": key})
