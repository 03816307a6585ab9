"""KNB5: whether the workflows of an app read what its actions emit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.examples import a_request, an_action, an_app, file
from kustomer_nb.linting.messages import cut, did_you_mean
from kustomer_nb.linting.rule import Finding, document_rule

from .knb3_templates import valid_references

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintContext, LintedWorkflow

_STEPS = "steps"


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
            for name in path[1:]:
                if not isinstance(template, dict):
                    break
                if name not in template:
                    message = f"the action of that step never emits `{cut(name)}`, so this has no value."
                    fix = did_you_mean(name, template, f"read one of {_listed(template)}.")
                    yield Finding(string.pointer, message, fix, span=subject.span_in(string, reference.span))
                    break
                template = template[name]


def _listed(template: dict[str, Any]) -> str:
    names = [f"`{cut(name)}`" for name in template]
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
