"""Which workflows of the new app still use what is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.rules.knb3_templates import valid_references

from .collector import Collector, name_in_text
from .result import ChangeKind

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintContext, LintedWorkflow

    from .actions import Contract
    from .outputs import OutputComparison

_STEPS = "steps"


def compare_workflows(
    collector: Collector,
    subject: LintContext,
    contracts: Mapping[str, Contract],
    lost: Mapping[str, str],
    events: Mapping[str, OutputComparison],
    canonical: Callable[[str], str],
) -> None:
    """Add each use of a lost action, input or path in the workflows of the new app.

    ``contracts`` are those of the actions by their old and new names, ``lost`` the old names of removed and
    renamed actions with the new name or "", ``events`` the outputs of triggers. ``canonical`` returns the
    name of an action as these are.
    """
    for workflow in subject.workflows:
        own = collector.of(str(workflow.value.get("name") or ""))
        by_step = _trigger_outputs(workflow, events)
        for pointer, step in workflow.steps:
            action = step.get("action")
            name = canonical(action) if isinstance(action, str) else ""
            if name in lost:
                _add_call(own, pointers.join(pointer, "action"), name, lost[name])
            if (contract := contracts.get(name)) is not None:
                by_step[str(step.get("id"))] = contract.outputs
                _add_passed(own, pointers.join(pointer, "params"), step.get("params"), contract)
        _add_reads(own, workflow, by_step)


def _trigger_outputs(
    workflow: LintedWorkflow, events: Mapping[str, OutputComparison]
) -> dict[str, OutputComparison]:
    """Return the outputs of the event that starts a workflow, by the id that steps read it with."""
    trigger = workflow.value.get("trigger")
    if not isinstance(trigger, dict):
        return {}
    event = str(trigger.get("eventName"))
    return {str(trigger.get("id", "1")): events[event]} if event in events else {}


def _add_call(collector: Collector, pointer: str, name: str, new_name: str) -> None:
    state = "renamed" if new_name else "removed"
    message = f"the workflow calls the action {name_in_text(name)}, which is {state}."
    fix = f"call {name_in_text(new_name)}." if new_name else "remove the step, or keep the action."
    collector.add(ChangeKind.WORKFLOW_CALLS_LOST_ACTION, pointer, message, fix)


def _add_passed(collector: Collector, pointer: str, params: Any, contract: Contract) -> None:
    for name in params if isinstance(params, dict) else ():
        if name in contract.lost_inputs:
            message = f"the workflow passes the input {name_in_text(name)}, which is removed or renamed."
            location = pointers.join(pointer, name)
            collector.add(ChangeKind.WORKFLOW_PASSES_LOST_INPUT, location, message, "change the step.")


def _add_reads(
    collector: Collector, workflow: LintedWorkflow, by_step: Mapping[str, OutputComparison]
) -> None:
    reported: set[tuple[str, str]] = set()
    for string in workflow.strings:
        for reference in valid_references(string):
            text = ".".join(reference.segments)
            if _is_lost(reference.segments, by_step) and (string.pointer, text) not in reported:
                reported.add((string.pointer, text))
                message = f"the workflow reads {name_in_text(text)}, which is lost."
                fix = "read a path that the action still emits, or emit it again."
                collector.add(ChangeKind.WORKFLOW_READS_LOST_PATH, string.pointer, message, fix)


def _is_lost(segments: tuple[str, ...], by_step: Mapping[str, OutputComparison]) -> bool:
    """Return whether a reference reads a path of a step's output that is lost."""
    match segments:
        case (root, step, *path) if path and root == _STEPS and step in by_step:
            return by_step[step].is_lost(tuple(path))
        case _:
            return False
