"""KNB3: the templates and references of a request and its output."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.jsontext.edits import replaced
from kustomer_nb.linting.context import LintedAction, reference_path
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean
from kustomer_nb.linting.rule import Finding, action_rule, document_rule
from kustomer_nb.platform import is_pointed
from kustomer_nb.template.mistakes import explain_reference, handlebars_path
from kustomer_nb.template.out_of_reach import explain_input_variable

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintContext
    from kustomer_nb.linting.template_strings import TemplateString
    from kustomer_nb.template.value_syntax import Reference

OUTPUT_VARIABLES = ("body", "response")
_TYPED = ("number", "integer", "boolean", "object", "array")
_TAG = re.compile(r"\{\{.*?\}\}+", re.DOTALL)
# The forms of {{x}} and {{{x}}}.
_TAG_FORMS = ("escaped", "raw")
# At least one character before: at the start of a string, /# is a reference. A dot, comma or dash at the end
# belongs to the sentence around it.
EMBEDDED = re.compile(
    r"(?<=.)/#(?:fn:([A-Za-z_]\w*)(?:,[\w.@-]*)*|(?P<path>(?P<root>[A-Za-z_](?:[\w-]*\w)?)"
    r"(?:\.@?\w(?:[\w-]*\w)?|\[[^\]\s]*\])*))",
    re.DOTALL,
)


# How many embedded references of one string are reported.
MOST_EMBEDDED = 200


def _syntax_findings(subject: LintContext, *codes: str) -> Iterator[Finding]:
    """Yield the syntax errors with these codes in the templates of actions and workflows."""
    for string in _all_strings(subject):
        for error in string.diagnostics:
            if error.code in codes:
                span = subject.span_in(string, error.span)
                yield Finding(string.pointer, error.message, error.fix, error.severity, span)


def _all_strings(subject: LintContext) -> Iterator[TemplateString]:
    for action in subject.actions:
        yield from action.strings
    for workflow in subject.workflows:
        yield from workflow.strings


@document_rule(
    Code.TEMPLATE_SYNTAX,
    Severity.ERROR,
    why="measured: handlebars 4.7 rejects the template. Partials and decorators are rejected too, because an "
    "action cannot register them.",
    bad=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders/{{{_env.orgId"))),
    good=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders/{{{_env.orgId}}}"))),
)
def _template_syntax(subject: LintContext) -> Iterator[Finding]:
    yield from _syntax_findings(subject, Code.TEMPLATE_SYNTAX, Code.TEMPLATE_LIMIT)


@document_rule(
    Code.REFERENCE_SYNTAX,
    Severity.ERROR,
    why="docs: a reference is `/#` and a path. A function is `/#fn:`, its name, a path without `/#` and the "
    "arguments, separated by commas without spaces.",
    bad=file(an_action(outputTemplate={"body": "/#"})),
    good=file(an_action(outputTemplate={"body": "/#body"})),
)
def _reference_syntax(subject: LintContext) -> Iterator[Finding]:
    yield from _syntax_findings(subject, Code.REFERENCE_SYNTAX)
    for string in _all_strings(subject):
        for reference in string.references:
            mistake = explain_reference(reference.path) if reference.form == "reference" else None
            if mistake is not None:
                message = f"`{cut(string.text)}` {mistake[0]}."
                span = subject.span_in(string, reference.span)
                yield Finding(string.pointer, message, f"{mistake[1]}.", span=span)


@action_rule(
    Code.EMBEDDED_REFERENCE,
    Severity.WARNING,
    why="docs: `/#` is a reference only when it is the whole string; within a longer string it is sent "
    "unchanged.",
    bad=file(
        an_action(
            inputTemplate=a_request(uri="https://api.shop.com/orders/#orderId"),
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
def _embedded_reference(action: LintedAction) -> Iterator[Finding]:
    for string, known in _strings_with_variables(action):
        # A string with a syntax error is reported for that (KNB301 or KNB302).
        # The span of each takes as long as the string is.
        for match in () if string.diagnostics else islice(EMBEDDED.finditer(string.text), MOST_EMBEDDED):
            # After :// an unknown name may be the fragment of a URL, but no fragment looks like `steps.1.id`.
            is_fragment = "://" in string.text[: match.start()] and not match[0].startswith("/#steps.")
            if match["root"] in known or not is_fragment:
                yield _embedded_at(action, string, match, known)


def _embedded_at(
    action: LintedAction, string: TemplateString, match: re.Match[str], known: Collection[str]
) -> Finding:
    message = f"`{cut(match[0])}` is not a reference here, because it is not the whole string."
    span = action.subject.span_in(string, Span.from_offsets(string.text, match.start(), match.end()))
    if match["path"] is None:
        return Finding(
            string.pointer, message, "make it the whole string: no tag calls it like this.", span=span
        )
    if match["root"] not in known and known is action.variables:
        explanation = explain_input_variable(match["path"].split("."))
        # A tag would have no value either.
        if explanation is not None:
            message = f"{message[:-1]}, and `{cut(match['path'])}` {explanation[0]}."
            return Finding(string.pointer, message, f"{explanation[1]}.", span=span)
    path = handlebars_path(match["path"])
    fix = f"write `{{{{{{{cut(path)}}}}}}}`, or make it the whole string."
    # When escapes hide the position, the span is that of the whole string.
    if span is None or span.end - span.start != len(match[0]):
        return Finding(string.pointer, message, fix, span=span)
    return Finding(
        string.pointer, message, fix, span=span, edits=replaced(span.start, span.end, f"{{{{{{{path}}}}}}}")
    )


@action_rule(
    Code.TYPE_LOST_IN_TEMPLATE,
    Severity.HINT,
    why="docs: the result of a template is always a string; a reference keeps the type. observed: the "
    "corrected version of a real app sends its number with a reference.",
    bad=file(
        an_action(
            inputTemplate=a_request(method="post", data={"amount": "{{{amount}}}"}, json=True),
            inputSchema=closed_schema(amount="number"),
        )
    ),
    good=file(
        an_action(
            inputTemplate=a_request(method="post", data={"amount": "/#amount"}, json=True),
            inputSchema=closed_schema(amount="number"),
        )
    ),
)
def _type_lost(action: LintedAction) -> Iterator[Finding]:
    for string in action.input_strings:
        if string.keys[0] != "data" or len(string.references) != 1:
            continue
        reference = string.references[0]
        is_whole = (reference.span.start, reference.span.end) == (0, len(string.text))
        kind = action.type_of(reference.segments)
        if reference.form in _TAG_FORMS and is_whole and kind in _TYPED:
            path = ".".join(reference.segments)
            message = f"`{cut(path)}` is declared as {kind}, but a template sends it as a string."
            edits = action.subject.layout.set(string.pointer, f"/#{path}")
            yield Finding(
                string.pointer, message, f'write "/#{cut(path)}", which keeps the type.', edits=edits
            )


def without_tags(text: str) -> str:
    """Return a template without its tags: what is the same in every run."""
    return _TAG.sub("", text)


def valid_references(string: TemplateString) -> Iterator[Reference]:
    """Yield the references of a string, except those that KNB302, KNB305 or KNB312 report."""
    if reference_path(string.text) is None or not EMBEDDED.search(string.text):
        yield from (reference for reference in string.references if _is_valid(reference))


def _is_valid(reference: Reference) -> bool:
    if reference.form in ("reference", "function"):
        return explain_reference(reference.path) is None
    return reference.form != "above"


def direct_references(string: TemplateString) -> Iterator[Reference]:
    """Yield the references that name their variable themselves, not through a block around them."""
    # In {{#with order}}{{id}}{{/with}} the reference `id` has the segments order and id, but the path "id".
    is_template = not is_pointed(string.text)
    for reference in valid_references(string):
        if not is_template or reference.segments[0] in reference.path:
            yield reference


_ORDER = {"properties": {"order": closed_schema(id="string", total="number")}}
_TOKEN = {"region": {"key": "shop.default.region"}}


@action_rule(
    Code.NESTED_NAME_NOT_DECLARED,
    Severity.WARNING,
    why="docs: a schema with additionalProperties false declares every name. A reference to an undeclared "
    "name is left out, and a template prints nothing for it. This is a hint when additional properties are "
    "allowed.",
    bad=file(an_action(inputSchema=_ORDER, inputTemplate=a_request(qs={"total": "/#order.totl"}))),
    good=file(an_action(inputSchema=_ORDER, inputTemplate=a_request(qs={"total": "/#order.total"}))),
)
def _nested_name(action: LintedAction) -> Iterator[Finding]:
    for string in action.input_strings:
        for reference in valid_references(string):
            # KNB223: the run may take the app setting with that name.
            if len(reference.segments) > 1 and reference.segments[0] not in action.app_settings:
                yield from missing_name(action, string, reference)


def missing_name(action: LintedAction, string: TemplateString, reference: Reference) -> Iterator[Finding]:
    """Yield the finding for a name that the declared properties of an input do not have (KNB316)."""
    node: Any = action.inputs.get(reference.segments[0])
    for depth, name in enumerate(reference.segments[1:], 1):
        properties = node.get("properties") if isinstance(node, dict) else None
        if not isinstance(properties, dict) or node.get("type", "object") != "object":
            return
        extras = node.get("additionalProperties")
        if name in properties or isinstance(extras, dict):
            node = properties.get(name, extras)
            continue
        # When a block around the reference names it, the block is reported.
        if name in reference.path:
            around = cut(".".join(reference.segments[:depth]))
            span = action.subject.span_in(string, reference.span)
            explanation = _undeclared_property(name, properties, around, is_closed=extras is False)
            yield Finding(string.pointer, *explanation, span)
        return


def _undeclared_property(
    name: str, properties: dict[str, Any], around: str, *, is_closed: bool
) -> tuple[str, str, Severity]:
    """Return the message, the fix and the severity for a property that a schema does not declare."""
    fix = did_you_mean(name, properties, f"declare `{cut(name)}` in the schema of `{around}`.")
    message = f"`{cut(name)}` is not declared in `{around}`"
    if is_closed:
        return f"{message}, where additionalProperties is false.", fix, Severity.WARNING
    return f"{message}.", fix, Severity.HINT


@action_rule(
    Code.SETTING_IN_OUTPUT,
    Severity.WARNING,
    why="docs: an output template can read /#body and /#response. Nothing is documented about the variables "
    "in appSettings, so a preview leaves them empty.",
    bad=file(an_action(appSettings=_TOKEN, outputTemplate={"region": "/#region", "body": "/#body"})),
    good=file(an_action(appSettings=_TOKEN, outputTemplate={"body": "/#body"})),
)
def _setting_in_output(action: LintedAction) -> Iterator[Finding]:
    for string in action.output_strings:
        for reference in valid_references(string):
            name = reference.segments[0]
            if name in action.app_settings and name not in OUTPUT_VARIABLES and name in reference.path:
                message = f"`{cut(name)}` is an app setting, which output templates are not known to support."
                fix = "read it from /#body or /#response, or remove it."
                span = action.subject.span_in(string, reference.span)
                yield Finding(string.pointer, message, fix, span=span)


@document_rule(
    Code.AT_NAME_IN_TEMPLATE,
    Severity.ERROR,
    why="measured: handlebars 4.7 does not accept a name with @ within a path; a reference does. observed: "
    "attributes of private apps have such names, and an author registered several versions before finding "
    "the cause.",
    bad=file(an_action(outputTemplate={"done": "{{body.@done}}"}, inputTemplate=a_request(json=True))),
    good=file(an_action(outputTemplate={"done": "{{body.[@done]}}"}, inputTemplate=a_request(json=True))),
)
def _at_name(subject: LintContext) -> Iterator[Finding]:
    yield from _syntax_findings(subject, Code.AT_NAME_IN_TEMPLATE)


@document_rule(
    Code.NUMBER_SEGMENT_LAST,
    Severity.ERROR,
    why="measured: handlebars 4.7 reads digits at the end of a path as a number and rejects them. "
    "`{{list.0.id}}` works, and so does the reference /#list.0.",
    bad=file(an_action(outputTemplate={"first": "{{body.0}}"}, inputTemplate=a_request(json=True))),
    good=file(an_action(outputTemplate={"first": "{{body.[0]}}"}, inputTemplate=a_request(json=True))),
)
def _number_last(subject: LintContext) -> Iterator[Finding]:
    yield from _syntax_findings(subject, Code.NUMBER_SEGMENT_LAST)


@document_rule(
    Code.BRACE_RUN,
    Severity.ERROR,
    why="measured: handlebars 4.7 reads three closing braces as the end of a triple tag, even when one of "
    "them was meant as text, as in JSON around a tag.",
    bad=file(an_action(outputTemplate={"status": '{"code":{{response.statusCode}}}'})),
    good=file(an_action(outputTemplate={"status": '{"code":{{response.statusCode}} }'})),
)
def _brace_run(subject: LintContext) -> Iterator[Finding]:
    yield from _syntax_findings(subject, Code.BRACE_RUN)


def _strings_with_variables(action: LintedAction) -> Iterator[tuple[TemplateString, Collection[str]]]:
    """Yield the strings of the templates, each with the names that it can read."""
    yield from ((string, action.variables) for string in action.input_strings)
    output = frozenset(OUTPUT_VARIABLES)
    yield from ((string, output) for string in action.output_strings)
