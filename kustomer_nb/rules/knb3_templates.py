"""KNB3: the templates and references of a request and its output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Edit, Severity, Span
from kustomer_nb.jsontext.edits import replaced
from kustomer_nb.linting.context import ENV, LintedAction, TemplateString, reference_of
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean, near_miss
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_pointed
from kustomer_nb.template.value_syntax import Reference

OUTPUT_VARIABLES = ("body", "response")
_ESCAPED_PARTS = ("uri", "headers", "qs")
# What these types print holds none of the characters that {{ }} escapes.
_PLAIN_TYPES = ("number", "integer", "boolean")
_KEPT_TYPES = ("number", "integer", "boolean", "object", "array")
# Nor does what these helpers give.
_PLAIN_HELPERS = ("date", "dateDiff", "dateFormat", "math", "randomId")
_AS_TEXT = ("escaped", "raw")
# No name of a reference holds these, and none is empty.
_NO_PATH = re.compile(r"[{}()\[\]:*]|^\s|\.\.|^\.|\.$")
_DOUBLE = re.compile(r"\{\{(~?)([^{}]+?)(~?)\}\}")
_EMBEDDED = re.compile(r"(?<=.)/#(?:fn:)?([A-Za-z_][\w-]*)[\w.@,-]*", re.DOTALL)


def faults(action: LintedAction, *codes: str) -> Iterator[Finding]:
    """Yield what cannot be read of an action's templates, as far as it is of these codes."""
    for one in (*action.written, *action.written_output):
        for fault in one.faults:
            if fault.code in codes:
                place = action.subject.place(one, fault.span)
                yield Finding(one.pointer, fault.message, fault.fix, fault.severity, place)


@action_rule(
    Code.TEMPLATE_SYNTAX,
    Severity.ERROR,
    why="measured: handlebars 4.7 refuses such a template. Partials and decorators are refused too, for an "
    "action has no place to register one.",
    bad=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders/{{{_env.orgId"))),
    good=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders/{{{_env.orgId}}}"))),
)
def _template_syntax(action: LintedAction) -> Iterator[Finding]:
    yield from faults(action, Code.TEMPLATE_SYNTAX, Code.TEMPLATE_LIMIT)


@action_rule(
    Code.REFERENCE_SYNTAX,
    Severity.ERROR,
    why="docs: a reference is `/#` and a path; a function is `/#fn:`, its name, a path without `/#` and its "
    "arguments, with commas between and no spaces.",
    bad=file(an_action(outputTemplate={"body": "/#"})),
    good=file(an_action(outputTemplate={"body": "/#body"})),
)
def _reference_syntax(action: LintedAction) -> Iterator[Finding]:
    yield from faults(action, Code.REFERENCE_SYNTAX)
    for one in (*action.written, *action.written_output):
        for read in one.reads:
            if read.form == "reference" and (found := _NO_PATH.search(read.path)) is not None:
                message = (
                    f"`{cut(one.text)}` is no path of a reference: it holds {found[0]!r}, and names nothing."
                )
                place = action.subject.place(one, read.span)
                yield Finding(
                    one.pointer, message, "write names with dots, as in /#body.lines.0.id.", span=place
                )


@action_rule(
    Code.VARIABLE_NOT_DECLARED,
    Severity.ERROR,
    why="docs: the input template sees the inputs of inputSchema and the variables of appSettings, the "
    "output template /#body and /#response; an input that is not declared while additionalProperties is "
    "false rejects the run, so it can never be supplied. Where it could be, and in outputs, a warning.",
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
    for one in action.written if action.tells_inputs else ():
        for read in _named(one):
            if read.segments[0] not in action.variables:
                yield _undeclared(action, one, read)
    known = {*OUTPUT_VARIABLES, *action.app_settings, ENV}
    for one in action.written_output:
        for read in _named(one):
            if (name := read.segments[0]) not in known:
                message = f"`{cut(name)}` names nothing: an output is made of /#body and /#response."
                fix = did_you_mean(name, OUTPUT_VARIABLES, f"did you mean `body.{cut(read.path)}`?")
                place = action.subject.place(one, read.span)
                yield Finding(one.pointer, message, fix, Severity.WARNING, place)


def _undeclared(action: LintedAction, one: TemplateString, read: Reference) -> Finding:
    name = cut(read.segments[0])
    if action.is_closed:
        never = "and additionalProperties is false, so it can never be supplied"
        message, severity = f"`{name}` is not declared, {never}.", Severity.ERROR
    else:
        message = f"`{name}` is declared neither in inputSchema nor in appSettings."
        severity = Severity.WARNING
    fix = did_you_mean(read.segments[0], action.variables, f"declare `{name}` in inputSchema.")
    category = action.subject.categories.get(read.segments[0])
    if category is not None:
        key = f"{action.subject.app_name or '<app>'}.{category}.{name}"
        fix = f'add "{name}": {{"key": "{key}"}} to appSettings.'
    place = action.subject.place(one, read.span)
    if category is not None:
        edits = _with_setting(action, read.segments[0], key)
    else:
        edits = action.subject.reworded(
            place, read.segments[0], near_miss(read.segments[0], action.variables)
        )
    return Finding(one.pointer, message, fix, severity, place, edits)


def _with_setting(action: LintedAction, name: str, key: str) -> tuple[Edit, ...]:
    """Return the edits that give the input template a variable of a setting."""
    if not action.app_settings:
        return action.subject.layout.set(action.at("appSettings"), {name: {"key": key}})
    return action.subject.layout.set(action.at("appSettings", name), {"key": key})


@action_rule(
    Code.ESCAPED_IN_ADDRESS_OR_HEADER,
    Severity.WARNING,
    why="measured: `{{x}}` escapes `& < > \" ' =` and the backtick as HTML does, so a token `abc==` is sent "
    "as `abc&#x3D;&#x3D;`. observed: Kustomer's newer examples and working apps use `{{{x}}}` there.",
    bad=file(
        an_action(
            inputTemplate=a_request(uri="https://api.shop.com/orders/{{orderId}}"),
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
def _escaped(action: LintedAction) -> Iterator[Finding]:
    for one in action.written:
        for read in one.reads if one.keys[0] in _ESCAPED_PARTS else ():
            if read.form != "escaped" or read.segments[0] == ENV:
                continue
            if action.type_of(read.segments) not in _PLAIN_TYPES:
                path = cut(read.path)
                yield _escaped_at(action, one, path, read.span)
        for call in one.calls if one.keys[0] in _ESCAPED_PARTS else ():
            if call.escapes and call.name not in _PLAIN_HELPERS:
                written = cut(one.text[call.span.start : call.span.end].strip("{}~ "))
                yield _escaped_at(action, one, written, call.span)


def _escaped_at(action: LintedAction, one: TemplateString, tag: str, span: Span) -> Finding:
    message = f"`{{{{{tag}}}}}` is escaped for HTML, which changes & < > \" ' ` and = in the value."
    place = action.subject.place(one, span)
    source = action.subject.document.text[place.start : place.end] if place else ""
    found = _DOUBLE.fullmatch(source)
    edits = replaced(place.start, place.end, "{{%s{%s}%s}}" % found.groups()) if place and found else ()  # noqa: UP031 - braces
    return Finding(one.pointer, message, f"write `{{{{{{{tag}}}}}}}`.", span=place, edits=edits)


@action_rule(
    Code.EMBEDDED_REFERENCE,
    Severity.WARNING,
    why="docs: `/#` counts only when it is the whole string; within a longer one it is sent as written.",
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
    output = frozenset(OUTPUT_VARIABLES)
    for one, known in (
        *((one, action.variables) for one in action.written),
        *((one, output) for one in action.written_output),
    ):
        # One that cannot be read is reported as such.
        for found in () if one.faults else _EMBEDDED.finditer(one.text):
            # After a :// it may as well be the fragment of an address.
            if found[1] in known or "://" not in one.text[: found.start()]:
                message = f"`{cut(found[0])}` is no reference here: it is not the whole string."
                fix = f"write `{{{{{{{cut(found[0][2:])}}}}}}}`, or make it the whole string."
                inner = Span.from_offsets(one.text, found.start(), found.end())
                place = action.subject.place(one, inner)
                edits = replaced(place.start, place.end, f"{{{{{{{found[0][2:]}}}}}}}") if place else ()
                # A place that could not be told is that of the whole string.
                is_sure = place is not None and place.end - place.start == len(found[0])
                yield Finding(one.pointer, message, fix, span=place, edits=edits if is_sure else ())


@action_rule(
    Code.TYPE_LOST_IN_TEMPLATE,
    Severity.HINT,
    why="docs: a template always gives a string, a reference keeps the type. observed: a real app's mended "
    "version sends its number by a reference.",
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
    for one in action.written:
        if one.keys[0] != "data" or len(one.reads) != 1 or one.reads[0].form not in _AS_TEXT:
            continue
        read = one.reads[0]
        kind = action.type_of(read.segments)
        if kind in _KEPT_TYPES and (read.span.start, read.span.end) == (0, len(one.text)):
            path = cut(".".join(read.segments))
            message = f"`{path}` is declared as {kind}, and a template sends it as a string."
            edits = action.subject.layout.set(one.pointer, f"/#{'.'.join(read.segments)}")
            yield Finding(one.pointer, message, f'write "/#{path}", which keeps the type.', edits=edits)


def paths(one: TemplateString) -> Iterator[Reference]:
    """Yield what a string reads, but for what names nothing; none where a reference is not what it seems."""
    if reference_of(one.text) is None or not _EMBEDDED.search(one.text):
        yield from (read for read in one.reads if _is_path(read))


def _is_path(read: Reference) -> bool:
    if read.form in ("reference", "function"):
        return _NO_PATH.search(read.path) is None
    return read.form != "above"


def _named(one: TemplateString) -> Iterator[Reference]:
    """Yield what a string reads where it names the variable, not where a block around does."""
    is_template = not is_pointed(one.text)
    yield from (read for read in paths(one) if not is_template or read.segments[0] in read.path)


_ORDER = {"properties": {"order": closed_schema(id="string", total="number")}}
_TOKEN = {"region": {"key": "shop.default.region"}}


@action_rule(
    Code.NESTED_NAME_NOT_DECLARED,
    Severity.WARNING,
    why="docs: a schema with additionalProperties false names all there is. docs: a reference that names "
    "nothing is left out, and a template prints nothing for it. A hint where others are allowed.",
    bad=file(an_action(inputSchema=_ORDER, inputTemplate=a_request(qs={"total": "/#order.totl"}))),
    good=file(an_action(inputSchema=_ORDER, inputTemplate=a_request(qs={"total": "/#order.total"}))),
)
def _nested_name(action: LintedAction) -> Iterator[Finding]:
    for one in action.written:
        for read in paths(one):
            # An app setting of that name is what the run may take.
            if len(read.segments) > 1 and read.segments[0] not in action.app_settings:
                yield from _missing_name(action, one, read)


def _missing_name(action: LintedAction, one: TemplateString, read: Reference) -> Iterator[Finding]:
    node: Any = action.inputs.get(read.segments[0])
    for depth, name in enumerate(read.segments[1:], 1):
        properties = node.get("properties") if isinstance(node, dict) else None
        if not isinstance(properties, dict) or node.get("type", "object") != "object":
            return
        extras = node.get("additionalProperties")
        if name in properties or isinstance(extras, dict):
            node = properties.get(name, extras)
            continue
        # A block around may have named it, and is told of it there.
        if name in read.path:
            around = cut(".".join(read.segments[:depth]))
            message = f"`{cut(name)}` is not declared in `{around}`"
            is_closed = extras is False
            message += ", and additionalProperties is false there." if is_closed else "."
            fix = did_you_mean(name, properties, f"declare `{cut(name)}` in the schema of `{around}`.")
            severity = Severity.WARNING if is_closed else Severity.HINT
            yield Finding(one.pointer, message, fix, severity, action.subject.place(one, read.span))
        return


@action_rule(
    Code.SETTING_IN_OUTPUT,
    Severity.WARNING,
    why="docs: the output template sees /#body and /#response; no page says that it sees the variables of "
    "appSettings, and a preview gives nothing for one.",
    bad=file(an_action(appSettings=_TOKEN, outputTemplate={"region": "/#region", "body": "/#body"})),
    good=file(an_action(appSettings=_TOKEN, outputTemplate={"body": "/#body"})),
)
def _setting_in_output(action: LintedAction) -> Iterator[Finding]:
    for one in action.written_output:
        for read in paths(one):
            name = read.segments[0]
            if name in action.app_settings and name not in OUTPUT_VARIABLES and name in read.path:
                message = f"`{cut(name)}` is an app setting, and outputs are not known to see any."
                fix = "take it from /#body or /#response, or leave it out."
                yield Finding(one.pointer, message, fix, span=action.subject.place(one, read.span))


@action_rule(
    Code.AT_NAME_IN_TEMPLATE,
    Severity.ERROR,
    why="measured: handlebars 4.7 reads no name with an @ within a path. observed: attributes of private "
    "apps have such names, which a reference takes as they are; an author lost several versions to this.",
    bad=file(an_action(outputTemplate={"done": "{{body.@done}}"}, inputTemplate=a_request(json=True))),
    good=file(an_action(outputTemplate={"done": "{{body.[@done]}}"}, inputTemplate=a_request(json=True))),
)
def _at_name(action: LintedAction) -> Iterator[Finding]:
    yield from faults(action, Code.AT_NAME_IN_TEMPLATE)


@action_rule(
    Code.NUMBER_SEGMENT_LAST,
    Severity.ERROR,
    why="measured: handlebars 4.7 takes digits at the end of a path for a number, and refuses it there. "
    "`{{list.0.id}}` is fine, and so is the reference /#list.0.",
    bad=file(an_action(outputTemplate={"first": "{{body.0}}"}, inputTemplate=a_request(json=True))),
    good=file(an_action(outputTemplate={"first": "{{body.[0]}}"}, inputTemplate=a_request(json=True))),
)
def _number_last(action: LintedAction) -> Iterator[Finding]:
    yield from faults(action, Code.NUMBER_SEGMENT_LAST)


@action_rule(
    Code.BRACE_RUN,
    Severity.ERROR,
    why="measured: handlebars 4.7 takes three closing braces for the end of a tag in three, also where one "
    "of them was meant as text, as in JSON around a tag.",
    bad=file(an_action(outputTemplate={"said": '{"code":{{response.statusCode}}}'})),
    good=file(an_action(outputTemplate={"said": '{"code":{{response.statusCode}} }'})),
)
def _brace_run(action: LintedAction) -> Iterator[Finding]:
    yield from faults(action, Code.BRACE_RUN)
