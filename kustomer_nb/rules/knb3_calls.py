"""KNB3: the helpers and functions that templates call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.near_names import near_miss
from kustomer_nb.request.checks import check_helper
from kustomer_nb.template.helpers import (
    FUNCTIONS,
    HELPERS,
    Ambient,
    Call,
    HelperOptions,
    kustomer_functions,
    kustomer_helpers,
    suspected,
    unknown_function,
    why_unknown,
)
from kustomer_nb.template.mistakes import BRACES_AS_TEXT, is_code
from kustomer_nb.template.value_syntax import NOT_TOLD, CallSite

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction
    from kustomer_nb.linting.template_strings import TemplateString

# The helpers of Handlebars itself, for near misses.
_BUILT_IN = ("if", "unless", "each", "with", "lookup", "log")
# {{paid ? a : b}}, which Handlebars reads as a call of `paid` with four arguments.
_TERNARY = re.compile(r"\{\{[{~&\s]*[^\s{}]+\s+\?\s[^{}]*\s:\s")
_ELSE_IF = ("elif", "elseif", "elsif")
# The only Kustomer helper without arguments, so that its name alone in a tag is meant as a call.
_CALLED_BARE = "randomId"


def _asking(qs: dict[str, str], name: str) -> dict[str, Any]:
    return an_action(inputTemplate=a_request(qs=qs), inputSchema=closed_schema(**{name: "string"}))


def _calls(action: LintedAction) -> Iterator[tuple[TemplateString, CallSite]]:
    for string in action.strings:
        for call in string.calls:
            yield string, call


def _finding_at(
    action: LintedAction,
    string: TemplateString,
    call: CallSite,
    message: str,
    fix: str,
    better_name: str | None = None,
) -> Finding:
    span = action.subject.span_in(string, call.span)
    edits = action.subject.replace_word(span, call.name, better_name)
    return Finding(string.pointer, message, fix, span=span, edits=edits)


@action_rule(
    Code.HELPER_NOT_KNOWN_HERE,
    Severity.WARNING,
    why="docs: Kustomer's documentation mentions this helper or function, but not in enough detail to "
    "compute it, so a preview leaves its result empty. The platform may well support it.",
    bad=file(_asking({"open": "/#fn:inBusinessHours,at"}, "at")),
    good=file(_asking({"at": "/#at"}, "at")),
)
def _not_known_here(action: LintedAction) -> Iterator[Finding]:
    for string, call in _calls(action):
        why = why_unknown(call.name)
        if why is None and call.form in ("helper", "function"):
            why = suspected(call.name)
        if why is not None:
            message = f"the result of `{cut(call.name)}` cannot be computed here: {why}."
            yield _finding_at(
                action, string, call, message, "to preview it, pass an implementation of your own in Python."
            )


@action_rule(
    Code.UNKNOWN_FUNCTION,
    Severity.WARNING,
    why="docs: calling an unknown function does not fail; the value is silently left out.",
    bad=file(_asking({"page": "/#fn:parseint,page"}, "page")),
    good=file(_asking({"page": "/#fn:parseInt,page"}, "page")),
)
def _unknown_function(action: LintedAction) -> Iterator[Finding]:
    for string, call in _calls(action):
        is_explained = why_unknown(call.name) is not None or suspected(call.name) is not None
        if call.form == "function" and call.name not in FUNCTIONS and not is_explained:
            near = near_miss(call.name, FUNCTIONS)
            diagnostic = unknown_function(call.name, FUNCTIONS)
            fix = diagnostic.fix
            if call.name in HELPERS and near is None:
                fix = f"it is a helper: write {{{{{{{call.name} …}}}}}} in a template."
            yield _finding_at(action, string, call, diagnostic.message, fix, near)


@action_rule(
    Code.UNKNOWN_HELPER,
    Severity.WARNING,
    why="measured: handlebars 4.7 fails with `Missing helper` when a tag passes arguments to an unknown "
    "helper, and prints nothing when it passes only key=value pairs. Kustomer's documentation of string "
    "helpers is not public, so the platform may have helpers that are not known here.",
    bad=file(_asking({"q": "{{{tolower query}}}"}, "query")),
    good=file(_asking({"q": "{{{toLower query}}}"}, "query")),
)
def _unknown_helper(action: LintedAction) -> Iterator[Finding]:
    for string, call in _calls(action):
        diagnostic = check_helper(call, {})
        if diagnostic is not None and diagnostic.code == Code.UNKNOWN_HELPER:
            yield _finding_at(action, string, call, diagnostic.message, _fix_of_unknown(action, string, call))


def _fix_of_unknown(action: LintedAction, string: TemplateString, call: CallSite) -> str:
    name = call.name
    if is_code(string.text[call.span.start :], name):
        return f"{BRACES_AS_TEXT}."
    if _TERNARY.match(string.text, call.span.start):
        return f"write {{{{#if {cut(name)}}}}}…{{{{else}}}}…{{{{/if}}}}."
    if name.lower() in _ELSE_IF:
        return "write {{else if …}}."
    if name.partition(".")[0] in action.variables:
        return f"`{cut(name)}` is a variable: remove the dot, space or comma after it."
    known = [*HELPERS, *_BUILT_IN]
    return did_you_mean(name, known, f"known here: {', '.join(sorted(known))}.")


@action_rule(
    Code.VARIABLE_NAMED_LIKE_A_HELPER,
    Severity.WARNING,
    why="measured: when a helper and a variable have the same name, handlebars 4.7 calls the helper. docs: "
    "Kustomer has helpers with names such as `date` and `math`.",
    bad=file(_asking({"from": "{{{date}}}"}, "date")),
    good=file(_asking({"from": "{{{this.date}}}"}, "date")),
)
def _named_like_a_helper(action: LintedAction) -> Iterator[Finding]:
    for string, call in _calls(action):
        if call.form == "bare" and (call.name != _CALLED_BARE or call.name in action.variables):
            message = (
                f"`{call.name}` alone in a tag calls Kustomer's helper with that name, not the variable."
            )
            yield _finding_at(
                action, string, call, message, f"write `this.{call.name}` to read the variable."
            )


@action_rule(
    Code.ABOVE_THE_CONTEXT,
    Severity.WARNING,
    why="measured: in handlebars 4.7 `{{#if}}` and `{{#unless}}` do not open a context, so `../` directly in "
    "them leads out of the root context, where there is nothing.",
    bad=file(_asking({"q": "{{#if query}}{{{../query}}}{{/if}}"}, "query")),
    good=file(_asking({"q": "{{#if query}}{{{query}}}{{/if}}"}, "query")),
)
def _above_the_context(action: LintedAction) -> Iterator[Finding]:
    for string in action.strings:
        for reference in string.references:
            if reference.form == "above":
                message = f"`{cut(reference.path)}` leads out of the root context, so it has no value."
                fix = "remove a ../: #each and #with open a context, #if and #unless do not."
                span = action.subject.span_in(string, reference.span)
                yield Finding(string.pointer, message, fix, span=span)


# For every argument of every helper, one of these is valid. So a problem that remains with each of them is
# that of a literal argument.
_STAND_INS = (0, "day", "milliseconds", "+", "2034-01-01T00:00:00.000Z")


def _since(unit: str) -> str:
    return file(an_action(inputTemplate=a_request(qs={"since": f"{{{{{{date '{unit}' count=1}}}}}}"})))


@action_rule(
    Code.HELPER_ARGUMENT,
    Severity.WARNING,
    why="docs: Kustomer documents the arguments of its helpers, such as the units of `date`. Other values "
    "are not known to have any effect, and a preview leaves the result empty.",
    bad=_since("weeks"),
    good=_since("days"),
)
def _helper_argument(action: LintedAction) -> Iterator[Finding]:
    for string, call in _calls(action):
        for diagnostic in _argument_problems(call):
            span = action.subject.span_in(string, call.span)
            yield Finding(string.pointer, diagnostic.message, diagnostic.fix, span=span)


def _argument_problems(call: CallSite) -> list[Diagnostic]:
    """Return the diagnostics of a helper about its literal arguments, for any values of the others."""
    arguments = (*call.args, *call.hash.values())
    if why_unknown(call.name) is not None or all(argument is NOT_TOLD for argument in arguments):
        return []
    first, *others = (_diagnostics_with(call, stand_in) for stand_in in _STAND_INS)
    return [
        diagnostic
        for diagnostic in dict.fromkeys(first)
        if all(diagnostic in diagnostics for diagnostics in others)
    ]


def _diagnostics_with(call: CallSite, stand_in: Any) -> list[Diagnostic]:
    """Return the diagnostics of a helper when ``stand_in`` replaces the arguments that only a run knows."""
    diagnostics: list[Diagnostic] = []
    ambient = Ambient(report=diagnostics.append)

    def argument_of(argument: Any) -> Any:
        return stand_in if argument is NOT_TOLD else argument

    args = [argument_of(argument) for argument in call.args]
    named = {key: argument_of(argument) for key, argument in call.hash.items()}
    if call.form == "helper" and (helper := kustomer_helpers(ambient).get(call.name)) is not None:
        # A Call lacks only what block helpers use, and none of Kustomer's helpers is one.
        helper(cast("HelperOptions", Call(call.name, named)), *args)
    elif call.form == "function" and (function := kustomer_functions(ambient).get(call.name)) is not None:
        function(Call(call.name), stand_in, *args)
    return diagnostics
