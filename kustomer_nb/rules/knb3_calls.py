"""KNB3: the helpers and functions that templates call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.linting.context import LintedAction, TemplateString
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean, near_miss
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.request.checks import check_helper
from kustomer_nb.template.helpers import (
    FUNCTIONS,
    HELPERS,
    Ambient,
    Call,
    HelperOptions,
    kustomer_functions,
    kustomer_helpers,
    unknown_function,
    why_unknown,
)
from kustomer_nb.template.value_syntax import NOT_TOLD, CallSite

# Handlebars' own, for a near miss.
_BUILT_IN = ("if", "unless", "each", "with", "lookup", "log")
_ELSE_IF = ("elif", "elseif", "elsif")
# The one helper that is called by its name alone.
_BARE = "randomId"


def _asking(qs: dict[str, str], name: str) -> dict[str, Any]:
    return an_action(inputTemplate=a_request(qs=qs), inputSchema=closed_schema(**{name: "string"}))


def _calls(action: LintedAction) -> Iterator[tuple[TemplateString, CallSite]]:
    for one in (*action.written, *action.written_output):
        for call in one.calls:
            yield one, call


def _at(
    action: LintedAction,
    one: TemplateString,
    call: CallSite,
    message: str,
    fix: str,
    better: str | None = None,
) -> Finding:
    place = action.subject.place(one, call.span)
    return Finding(
        one.pointer, message, fix, span=place, edits=action.subject.reworded(place, call.name, better)
    )


@action_rule(
    Code.HELPER_NOT_KNOWN_HERE,
    Severity.WARNING,
    why="docs: Kustomer's pages speak of this helper or function without saying enough to compute it, so a "
    "preview gives nothing in its place. The platform may well know it.",
    bad=file(_asking({"open": "/#fn:inBusinessHours,at"}, "at")),
    good=file(_asking({"at": "/#at"}, "at")),
)
def _not_known_here(action: LintedAction) -> Iterator[Finding]:
    for one, call in _calls(action):
        if (why := why_unknown(call.name)) is not None:
            message = f"what `{cut(call.name)}` gives is not known here: {why}."
            yield _at(action, one, call, message, "pass helpers= with one of your own to preview it.")


@action_rule(
    Code.UNKNOWN_FUNCTION,
    Severity.WARNING,
    why="docs: a function of an unknown name does not fail, and gives nothing without a word.",
    bad=file(_asking({"page": "/#fn:parseint,page"}, "page")),
    good=file(_asking({"page": "/#fn:parseInt,page"}, "page")),
)
def _unknown_function(action: LintedAction) -> Iterator[Finding]:
    for one, call in _calls(action):
        if call.form == "function" and call.name not in FUNCTIONS and why_unknown(call.name) is None:
            near = near_miss(call.name, FUNCTIONS)
            diagnostic = unknown_function(call.name, FUNCTIONS)
            yield _at(action, one, call, diagnostic.message, diagnostic.fix, near)


@action_rule(
    Code.UNKNOWN_HELPER,
    Severity.WARNING,
    why="measured: handlebars 4.7 fails with `Missing helper` on a tag that gives arguments to what is no "
    "helper, and on one with key=value alone it gives nothing. "
    "Kustomer's pages on string helpers are not public, so it may have some that are not known here.",
    bad=file(_asking({"q": "{{{tolower query}}}"}, "query")),
    good=file(_asking({"q": "{{{toLower query}}}"}, "query")),
)
def _unknown_helper(action: LintedAction) -> Iterator[Finding]:
    for one, call in _calls(action):
        if (diagnostic := check_helper(call, {})) is not None:
            yield _at(action, one, call, diagnostic.message, _instead(action, call.name))


def _instead(action: LintedAction, name: str) -> str:
    if name.lower() in _ELSE_IF:
        return "write {{else if …}}."
    if name.partition(".")[0] in action.variables:
        return f"`{cut(name)}` is a variable: take out the dot, space or comma after it."
    known = [*HELPERS, *_BUILT_IN]
    return did_you_mean(name, known, f"known here: {', '.join(sorted(known))}.")


@action_rule(
    Code.VARIABLE_NAMED_LIKE_A_HELPER,
    Severity.WARNING,
    why="measured: where there is a helper of that name, handlebars 4.7 calls it and leaves the variable; "
    "docs: Kustomer has helpers named `date`, `math` and the like.",
    bad=file(_asking({"from": "{{{date}}}"}, "date")),
    good=file(_asking({"from": "{{{this.date}}}"}, "date")),
)
def _named_like_a_helper(action: LintedAction) -> Iterator[Finding]:
    for one, call in _calls(action):
        if call.form == "bare" and (call.name != _BARE or call.name in action.variables):
            message = f"`{call.name}` alone in a tag calls Kustomer's helper of that name."
            yield _at(action, one, call, message, f"write `this.{call.name}` to read the variable.")


@action_rule(
    Code.ABOVE_THE_CONTEXT,
    Severity.WARNING,
    why="measured: in handlebars 4.7 `{{#if}}` and `{{#unless}}` open no context, so a `../` in them alone "
    "leaves the whole context and names nothing.",
    bad=file(_asking({"q": "{{#if query}}{{{../query}}}{{/if}}"}, "query")),
    good=file(_asking({"q": "{{#if query}}{{{query}}}{{/if}}"}, "query")),
)
def _above_the_context(action: LintedAction) -> Iterator[Finding]:
    for one in (*action.written, *action.written_output):
        for read in one.reads:
            if read.form == "above":
                message = f"`{cut(read.path)}` leaves the whole context, and names nothing."
                fix = "take a ../ out: #if and #unless open no context, #each and #with do."
                yield Finding(one.pointer, message, fix, span=action.subject.place(one, read.span))


# One of these suits every argument of every helper, so a fault that stays with all of them is of a literal.
_MAY_BE = (0, "day", "milliseconds", "+", "2034-01-01T00:00:00.000Z")


def _since(unit: str) -> str:
    return file(an_action(inputTemplate=a_request(qs={"since": f"{{{{{{date '{unit}' count=1}}}}}}"})))


@action_rule(
    Code.HELPER_ARGUMENT,
    Severity.WARNING,
    why="docs: Kustomer's pages say what its helpers take, as the units of `date`. What is given beyond that "
    "is not known to do anything, and a preview gives nothing in its place.",
    bad=_since("weeks"),
    good=_since("days"),
)
def _helper_argument(action: LintedAction) -> Iterator[Finding]:
    for one in (*action.written, *action.written_output):
        for call in one.calls:
            for found in _faults(call):
                place = action.subject.place(one, call.span)
                yield Finding(one.pointer, found.message, found.fix, span=place)


def _faults(call: CallSite) -> list[Diagnostic]:
    """Return what a helper says of its literal arguments, whatever the others may be."""
    given = (*call.args, *call.hash.values())
    if why_unknown(call.name) is not None or all(one is NOT_TOLD for one in given):
        return []
    first, *others = (_said(call, instead) for instead in _MAY_BE)
    return [one for one in dict.fromkeys(first) if all(one in said for said in others)]


def _said(call: CallSite, instead: Any) -> list[Diagnostic]:
    """Return what a helper says when it is given ``instead`` for what only a run can tell."""
    found: list[Diagnostic] = []
    ambient = Ambient(report=found.append)
    args = [instead if one is NOT_TOLD else one for one in call.args]
    named = {key: instead if one is NOT_TOLD else one for key, one in call.hash.items()}
    if call.form == "helper" and (helper := kustomer_helpers(ambient).get(call.name)) is not None:
        # None of Kustomer's helpers takes a block, which is all that a call lacks.
        helper(cast("HelperOptions", Call(call.name, named)), *args)
    elif call.form == "function" and (function := kustomer_functions(ambient).get(call.name)) is not None:
        function(Call(call.name), instead, *args)
    return found
