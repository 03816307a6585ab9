"""KNB3: names within a variable, and variables an output may not see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.diagnostics import Severity
from kustomer_nb.template.written import Reference

from .model import Finding, action_rule
from .proof import a_request, an_action, closed_schema, file
from .subject import Action
from .templates import OUTPUT_VARIABLES, paths
from .words import cut, did_you_mean
from .written import Written

_ORDER = {"properties": {"order": closed_schema(id="string", total="number")}}
_TOKEN = {"region": {"key": "shop.default.region"}}


@action_rule(
    "KNB316",
    "nested-name-not-declared",
    Severity.WARNING,
    why="docs: a schema with additionalProperties false names all there is. docs: a reference that names "
    "nothing is left out, and a template prints nothing for it. A hint where others are allowed.",
    bad=file(an_action(inputSchema=_ORDER, inputTemplate=a_request(qs={"total": "/#order.totl"}))),
    good=file(an_action(inputSchema=_ORDER, inputTemplate=a_request(qs={"total": "/#order.total"}))),
)
def _nested_name(action: Action) -> Iterator[Finding]:
    for one in action.written:
        for read in paths(one):
            # An app setting of that name is what the run may take.
            if len(read.segments) > 1 and read.segments[0] not in action.app_settings:
                yield from _missing_name(action, one, read)


def _missing_name(action: Action, one: Written, read: Reference) -> Iterator[Finding]:
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
    "KNB317",
    "setting-in-output",
    Severity.WARNING,
    why="docs: the output template sees /#body and /#response; no page says that it sees the variables of "
    "appSettings, and a preview gives nothing for one.",
    bad=file(an_action(appSettings=_TOKEN, outputTemplate={"region": "/#region", "body": "/#body"})),
    good=file(an_action(appSettings=_TOKEN, outputTemplate={"body": "/#body"})),
)
def _setting_in_output(action: Action) -> Iterator[Finding]:
    for one in action.written_output:
        for read in paths(one):
            name = read.segments[0]
            if name in action.app_settings and name not in OUTPUT_VARIABLES and name in read.path:
                message = f"`{cut(name)}` is an app setting, and outputs are not known to see any."
                fix = "take it from /#body or /#response, or leave it out."
                yield Finding(one.pointer, message, fix, span=action.subject.place(one, read.span))
