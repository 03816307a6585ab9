"""In which order the steps of a workflow run: along their transitions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kustomer_nb.diagnostics import Span

    from .context import LintedWorkflow

# docs: the trigger is step 1.
_TRIGGER = "1"
# How many steps are visited for all reads of a workflow; beyond that every step counts as run before.
MAX_VISITS = 200_000
_PARAMS = "params"


class StepOrder:
    """The steps of a workflow by id, and which of them run before which.

    Without any transition, the steps run in the order of the list.
    """

    def __init__(self, workflow: LintedWorkflow) -> None:
        self._workflow = workflow
        self._after: dict[str, frozenset[str]] = {}
        self._visits_left = MAX_VISITS
        self._index = {str(step.get("id")): at for at, (_, step) in enumerate(workflow.steps)}
        trigger = workflow.value.get("trigger")
        self._trigger: Mapping[str, Any] = trigger if isinstance(trigger, dict) else {}

    @cached_property
    def is_readable(self) -> bool:
        """Whether the text shows all steps with their ids and transitions; code may add others."""
        workflow, reading = self._workflow, self._workflow.subject.document.reading
        steps = workflow.value.get("steps")
        if not isinstance(steps, list) or len(workflow.steps) != len(steps):
            return False
        around = reading.span(pointers.join(workflow.pointer, "steps"))
        params = [reading.span(pointers.join(pointer, _PARAMS)) for pointer, _ in workflow.steps]
        for span in workflow.subject.unknown_spans:
            if _is_within(span, around) and not any(_is_within(span, each) for each in params):
                return False
        return all("id" in step for _, step in workflow.steps)

    @cached_property
    def ids(self) -> Collection[str]:
        """The ids of the trigger and of the steps, in order."""
        trigger = self._trigger.get("id", _TRIGGER)
        return dict.fromkeys([_TRIGGER, str(trigger), *self._index])

    @cached_property
    def targets(self) -> list[tuple[str, str]]:
        """The pointer and the step of each transition."""
        owners = [(pointers.join(self._workflow.pointer, "trigger"), self._trigger), *self._workflow.steps]
        return [target for pointer, owner in owners for target in _targets(pointer, owner)]

    @property
    def has_transitions(self) -> bool:
        """Whether transitions give the order of the steps."""
        return bool(self.targets)

    def reader(self, pointer: str) -> tuple[str | None, bool]:
        """Return the step that a string belongs to, and whether it is read after the step has run."""
        keys = pointers.split(pointer.removeprefix(self._workflow.pointer))
        _, step = self._workflow.steps[int(keys[1])]
        return str(step.get("id")), keys[2] != _PARAMS

    def runs_before(self, step: str, reader: str) -> bool:
        """Return whether a step may have run before another one: the trigger always has."""
        if step not in self._index:
            return True
        if not self.has_transitions:
            return self._index[step] < self._index[reader]
        if step not in self._after:
            self._after[step] = self._reached_from(step)
        return self._visits_left < 0 or reader in self._after[step]

    def _reached_from(self, step: str) -> frozenset[str]:
        """Return the steps that transitions lead to from a step."""
        reached, pending = set[str](), [step]
        while pending and self._visits_left >= 0:
            following = self._following.get(pending.pop(), ())
            self._visits_left -= 1 + len(following)
            pending += set(following) - reached
            reached.update(following)
        return frozenset(reached)

    @cached_property
    def _following(self) -> dict[str, list[str]]:
        return {
            step: [target for _, target in _targets("", self._workflow.steps[at][1])]
            for step, at in self._index.items()
        }


def _is_within(span: Span, outer: Span | None) -> bool:
    return outer is not None and outer.start <= span.start < outer.end


def _targets(pointer: str, owner: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    transitions = owner.get("transitions")
    for index, transition in enumerate(transitions if isinstance(transitions, list) else ()):
        target = transition.get("target") if isinstance(transition, dict) else None
        if isinstance(target, str) and target:
            yield pointers.join(pointer, "transitions", index, "target"), target
