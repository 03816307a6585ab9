"""KNB3: the helpers and functions that templates call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.diagnostics import Severity
from kustomer_nb.template.helpers import FUNCTIONS, HELPERS, is_known, why_unknown
from kustomer_nb.template.written import Called

from .model import Finding, action_rule
from .proof import a_request, an_action, closed_schema, file
from .subject import Action
from .words import cut, did_you_mean, near_miss
from .written import Written

# Handlebars' own, for a near miss.
_BUILT_IN = ("if", "unless", "each", "with", "lookup", "log")
_ELSE_IF = ("elif", "elseif", "elsif")
# The one helper that is called by its name alone.
_BARE = "randomId"


def _asking(qs: dict[str, str], name: str) -> dict[str, Any]:
    return an_action(inputTemplate=a_request(qs=qs), inputSchema=closed_schema(**{name: "string"}))


def _calls(action: Action) -> Iterator[tuple[Written, Called]]:
    for one in (*action.written, *action.written_output):
        for call in one.calls:
            yield one, call


def _at(
    action: Action, one: Written, call: Called, message: str, fix: str, better: str | None = None
) -> Finding:
    place = action.subject.place(one, call.span)
    return Finding(
        one.pointer, message, fix, span=place, edits=action.subject.reworded(place, call.name, better)
    )


@action_rule(
    "KNB308",
    "helper-not-known-here",
    Severity.WARNING,
    why="docs: Kustomer's pages speak of this helper or function without saying enough to compute it, so a "
    "preview gives nothing in its place. The platform may well know it.",
    bad=file(_asking({"open": "/#fn:inBusinessHours,at"}, "at")),
    good=file(_asking({"at": "/#at"}, "at")),
)
def _not_known_here(action: Action) -> Iterator[Finding]:
    for one, call in _calls(action):
        if (why := why_unknown(call.name)) is not None:
            message = f"what `{cut(call.name)}` gives is not known here: {why}."
            yield _at(action, one, call, message, "pass helpers= with one of your own to preview it.")


@action_rule(
    "KNB309",
    "unknown-function",
    Severity.WARNING,
    why="docs: a function of an unknown name does not fail, and gives nothing without a word.",
    bad=file(_asking({"page": "/#fn:parseint,page"}, "page")),
    good=file(_asking({"page": "/#fn:parseInt,page"}, "page")),
)
def _unknown_function(action: Action) -> Iterator[Finding]:
    for one, call in _calls(action):
        if call.form == "function" and call.name not in FUNCTIONS and why_unknown(call.name) is None:
            near = near_miss(call.name, FUNCTIONS)
            fix = f"did you mean `{near}`?" if near else f"known here: {', '.join(sorted(FUNCTIONS))}."
            yield _at(action, one, call, f"`{cut(call.name)}` is no function known here.", fix, near)


@action_rule(
    "KNB310",
    "unknown-helper",
    Severity.WARNING,
    why="measured: handlebars 4.7 fails with `Missing helper` on a tag that gives arguments to what is no "
    "helper, and on one with key=value alone it gives nothing. "
    "Kustomer's pages on string helpers are not public, so it may have some that are not known here.",
    bad=file(_asking({"q": "{{{tolower query}}}"}, "query")),
    good=file(_asking({"q": "{{{toLower query}}}"}, "query")),
)
def _unknown_helper(action: Action) -> Iterator[Finding]:
    for one, call in _calls(action):
        if call.form == "helper" and not is_known(call.name, {}):
            message = f"`{cut(call.name)}` is called, and is no helper known here."
            yield _at(action, one, call, message, _instead(action, call.name))


def _instead(action: Action, name: str) -> str:
    if name.lower() in _ELSE_IF:
        return "write {{else if …}}."
    if name.partition(".")[0] in action.variables:
        return f"`{cut(name)}` is a variable: take out the dot, space or comma after it."
    known = [*HELPERS, *_BUILT_IN]
    return did_you_mean(name, known, f"known here: {', '.join(sorted(known))}.")


@action_rule(
    "KNB311",
    "variable-named-like-a-helper",
    Severity.WARNING,
    why="measured: where there is a helper of that name, handlebars 4.7 calls it and leaves the variable; "
    "docs: Kustomer has helpers named `date`, `math` and the like.",
    bad=file(_asking({"from": "{{{date}}}"}, "date")),
    good=file(_asking({"from": "{{{this.date}}}"}, "date")),
)
def _named_like_a_helper(action: Action) -> Iterator[Finding]:
    for one, call in _calls(action):
        if call.form == "bare" and (call.name != _BARE or call.name in action.variables):
            message = f"`{call.name}` alone in a tag calls Kustomer's helper of that name."
            yield _at(action, one, call, message, f"write `this.{call.name}` to read the variable.")


@action_rule(
    "KNB312",
    "above-the-context",
    Severity.WARNING,
    why="measured: in handlebars 4.7 `{{#if}}` and `{{#unless}}` open no context, so a `../` in them alone "
    "leaves the whole context and names nothing.",
    bad=file(_asking({"q": "{{#if query}}{{{../query}}}{{/if}}"}, "query")),
    good=file(_asking({"q": "{{#if query}}{{{query}}}{{/if}}"}, "query")),
)
def _above_the_context(action: Action) -> Iterator[Finding]:
    for one in (*action.written, *action.written_output):
        for read in one.reads:
            if read.form == "above":
                message = f"`{cut(read.path)}` leaves the whole context, and names nothing."
                fix = "take a ../ out: #if and #unless open no context, #each and #with do."
                yield Finding(one.pointer, message, fix, span=action.subject.place(one, read.span))
