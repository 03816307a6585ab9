"""KNB5: whether the workflows of an app read steps that run before, and what these emit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.examples import a_request, an_action, an_app, file
from kustomer_nb.linting.messages import cut, did_you_mean, quote
from kustomer_nb.linting.rule import Finding, document_rule
from kustomer_nb.linting.step_order import StepOrder

from .knb3_templates import direct_references, valid_references

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintContext, LintedWorkflow

_STEPS = "steps"
# How many names a fix lists.
_LISTED = 6


def _reading(path: str) -> str:
    action = an_action(
        inputTemplate=a_request(json=True),
        outputTemplate={"total": "/#body.total"},
        sampleOutputContext={"total": 5},
    )
    steps = [
        {"id": "find", "action": action["name"], "params": {}},
        {"id": "note", "action": "kustomer.note.create", "params": {"body": f"{{{{{{{path}}}}}}}"}},
    ]
    workflow = {"name": "note-total", "trigger": {"id": "1", "eventName": "order.created"}, "steps": steps}
    return file(an_app(actions=[action], workflows=[workflow]))


@document_rule(
    Code.STEP_OUTPUT_NOT_EMITTED,
    Severity.WARNING,
    why="docs: a step's output is what outputTemplate makes, and later steps read it at steps.<id>. A "
    "reference to anything else is left out, and a template prints nothing for it.",
    bad=_reading("steps.find.body.total"),
    good=_reading("steps.find.total"),
)
def _step_output_not_emitted(subject: LintContext) -> Iterator[Finding]:
    templates = {
        name: action.value.get("outputTemplate")
        for action in subject.actions
        if isinstance(name := action.value.get("name"), str)
    }
    for workflow in subject.workflows:
        yield from _misread(subject, workflow, _templates_by_step(workflow, templates))


def _templates_by_step(workflow: LintedWorkflow, templates: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the output template of each step whose action the app defines, by the id of the step."""
    names = {str(step.get("id")): step.get("action") for _, step in workflow.steps}
    return {
        step: templates[name] for step, name in names.items() if isinstance(name, str) and name in templates
    }


def _misread(subject: LintContext, workflow: LintedWorkflow, templates: dict[str, Any]) -> Iterator[Finding]:
    for string in workflow.strings:
        for reference in valid_references(string):
            root, *path = reference.segments
            if root != _STEPS or len(path) < 2 or (template := templates.get(path[0])) is None:
                continue
            if absent := _first_absent(template, path[1:]):
                name, keys = absent
                message = f"the action of that step never emits `{cut(name)}`, so this has no value."
                fix = did_you_mean(name, keys, f"read one of {_listed(keys)}.")
                yield Finding(string.pointer, message, fix, span=subject.span_in(string, reference.span))


def _first_absent(template: Any, path: list[str]) -> tuple[str, dict[str, Any]] | None:
    """Return the first name of a path that an outputTemplate does not have, and the object without it."""
    for name in path:
        if not isinstance(template, dict):
            return None
        if name not in template:
            return name, template
        template = template[name]
    return None


def _flow(path: str) -> str:
    steps = [
        {"id": "find", "action": "kustomer.rest-api.json", "params": {}, "transitions": [{"target": "note"}]},
        {"id": "note", "action": "kustomer.note.create", "params": {"body": f"/#{path}"}},
    ]
    trigger = {"id": "1", "eventName": "order.created", "transitions": [{"target": "find"}]}
    return file(an_app(workflows=[{"name": "note-total", "trigger": trigger, "steps": steps}]))


@document_rule(
    Code.STEP_NOT_FOUND,
    Severity.WARNING,
    why="docs: a reference to the output of a step is `/#steps.<id>`, and the trigger is step 1. A step that "
    "does not exist, or that has not run yet, has no value: a reference to it is left out, and a template "
    "prints nothing for it. Steps run in the order of their transitions, not in that of the list.",
    bad=_flow("steps.fnd.body.total"),
    good=_flow("steps.find.body.total"),
)
def _step_not_found(subject: LintContext) -> Iterator[Finding]:
    for workflow in subject.workflows:
        order = StepOrder(workflow)
        if order.is_readable:
            yield from _missing_targets(workflow, order)
            yield from _misplaced_reads(subject, workflow, order)


def _missing_targets(workflow: LintedWorkflow, order: StepOrder) -> Iterator[Finding]:
    for pointer, target in order.targets:
        if target not in order.ids:
            message = f"the workflow has no step {quote(target)}, so it ends here."
            yield Finding(pointer, message, _other_step(target, order))


def _misplaced_reads(subject: LintContext, workflow: LintedWorkflow, order: StepOrder) -> Iterator[Finding]:
    for string in workflow.strings:
        for reference in direct_references(string):
            root, *path = reference.segments
            if root != _STEPS or not path or (problem := _misplaced(path[0], string.pointer, order)) is None:
                continue
            yield Finding(string.pointer, *problem, span=subject.span_in(string, reference.span))


def _misplaced(step: str, pointer: str, order: StepOrder) -> tuple[str, str] | None:
    """Return what is wrong with a read of a step, and the fix; None if the step has run before."""
    if step not in order.ids:
        return f"the workflow has no step `{cut(step)}`, so this has no value.", _other_step(step, order)
    reader, is_after_run = order.reader(pointer)
    if reader is None or order.runs_before(step, reader) or (step == reader and is_after_run):
        return None
    if step == reader:
        return "a step cannot read its own output in its params.", "read a step that runs before it."
    reason = "no transition leads from it to here" if order.has_transitions else "it is listed later"
    message = f"the step `{cut(step)}` has not run when this is read, because {reason}."
    return message, "read a step that runs before, or change the order of the steps."


def _other_step(step: str, order: StepOrder) -> str:
    return did_you_mean(step, order.ids, f"use one of {_listed(order.ids)}.")


def _listed(template: Collection[str]) -> str:
    names = [f"`{cut(name)}`" for name in islice(template, _LISTED)]
    return ", ".join(names) + (" …" if len(template) > _LISTED else "")
