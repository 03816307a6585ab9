"""KNB3: what helpers and functions are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.template.helpers import (
    Ambient,
    Call,
    Options,
    kustomer_functions,
    kustomer_helpers,
    why_unknown,
)
from kustomer_nb.template.written import NOT_TOLD, Called

from .model import Finding, action_rule
from .proof import a_request, an_action, file
from .subject import Action

# One of these suits every argument of every helper, so a fault that stays with all of them is of a literal.
_MAY_BE = (0, "day", "milliseconds", "+", "2034-01-01T00:00:00.000Z")


def _since(unit: str) -> str:
    return file(an_action(inputTemplate=a_request(qs={"since": f"{{{{{{date '{unit}' count=1}}}}}}"})))


@action_rule(
    "KNB318",
    "helper-argument",
    Severity.WARNING,
    why="docs: Kustomer's pages say what its helpers take, as the units of `date`. What is given beyond that "
    "is not known to do anything, and a preview gives nothing in its place.",
    bad=_since("weeks"),
    good=_since("days"),
)
def _helper_argument(action: Action) -> Iterator[Finding]:
    for one in (*action.written, *action.written_output):
        for call in one.calls:
            for found in _faults(call):
                place = action.subject.place(one, call.span)
                yield Finding(one.pointer, found.message, found.fix, span=place)


def _faults(call: Called) -> list[Diagnostic]:
    """Return what a helper says of its literal arguments, whatever the others may be."""
    given = (*call.args, *call.hash.values())
    if why_unknown(call.name) is not None or all(one is NOT_TOLD for one in given):
        return []
    first, *others = (_said(call, instead) for instead in _MAY_BE)
    return [one for one in dict.fromkeys(first) if all(one in said for said in others)]


def _said(call: Called, instead: Any) -> list[Diagnostic]:
    """Return what a helper says when it is given ``instead`` for what only a run can tell."""
    found: list[Diagnostic] = []
    ambient = Ambient(report=found.append)
    args = [instead if one is NOT_TOLD else one for one in call.args]
    named = {key: instead if one is NOT_TOLD else one for key, one in call.hash.items()}
    if call.form == "helper" and (helper := kustomer_helpers(ambient).get(call.name)) is not None:
        # None of Kustomer's helpers takes a block, which is all that a call lacks.
        helper(cast("Options", Call(call.name, named)), *args)
    elif call.form == "function" and (function := kustomer_functions(ambient).get(call.name)) is not None:
        function(Call(call.name), instead, *args)
    return found
