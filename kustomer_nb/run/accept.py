"""Writes what a run returned into its definition: into the sample, or as a declaration into outputSchema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from kustomer_nb.definition import edited
from kustomer_nb.difference import Diff, Difference
from kustomer_nb.schema import Drop, project
from kustomer_nb.schema.inference import infer

from .accept_refusals import refusal, require_output, require_pointer, require_success, require_written_out
from .accept_sample import as_sent, with_sample
from .accept_schema import SCHEMA, with_declarations
from .unwritable import Unwritable

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes, Document, ReadAction

    from .result import Run

SAMPLE = "sample"
Target = str | Difference | Drop


class Owner(Protocol):
    """The action that a run is of, as far as its definition can be edited."""

    @property
    def document(self) -> Document:
        """The document that contains the action, as it is now."""

    @property
    def read(self) -> ReadAction:
        """The action as it is now."""

    def change_document(self, document: Document) -> Changes:
        """Replace the document by an edited one, and return the changes."""


def accept(run: Run, targets: Target | Iterable[Target], into: str) -> Changes:
    """Write values of a run into its definition, in memory; see `Run.accept`.

    Raises:
        EditError: a value is not in the run, must not be written, or cannot be.
        ValueError: ``into`` is neither of its values.
        TypeError: a target is no pointer.
    """
    if into not in (SAMPLE, SCHEMA):
        msg = f"there is no into={into!r}: write 'sample' or 'outputSchema'"
        raise ValueError(msg)
    owner, read = owner_of(run)
    is_all = isinstance(targets, Diff) or targets == ""
    listed = list(_listed(targets))
    if is_all:
        require_success(run, "accept single values by their pointers")
    if into == SCHEMA:
        return owner.change_document(with_declarations(run, owner.document, read, listed))
    return owner.change_document(with_sample(run, owner.document, read, listed))


def accept_inferred(run: Run) -> Changes:
    """Write an outputSchema and a sample that are inferred from a response; see `Run.infer`.

    Raises:
        EditError: there is no response, or it must not be written.
    """
    document = with_inferred(run)
    return owner_of(run)[0].change_document(document)


def with_inferred(run: Run) -> Document:
    """Return the document with an outputSchema and a sample that are inferred from a response.

    Raises:
        EditError: there is no response, or it must not be written.
    """
    owner, read = owner_of(run)
    if run.response is None:
        raise refusal("", "this run is of the sample, so there is no response.", "run the action live.")
    require_output(run)
    require_success(run, "run the action again")
    Unwritable(run).require_clear(run.mapped, "")
    received = as_sent(run.mapped)
    inferred = infer([received])
    # All of what was received, as the next run emits it: the sample of `infer` is an extract of many bodies.
    sample = project(received, inferred.schema).value
    for key in (SCHEMA, "sampleOutputContext"):
        require_written_out(owner.document, f"{read.pointer}/{key}")
    document = edited(owner.document, f"{read.pointer}/outputSchema", inferred.schema)
    return edited(document, f"{read.pointer}/sampleOutputContext", sample)


def owner_of(run: Run) -> tuple[Owner, ReadAction]:
    """Return the action of a run, and what the definition has of it now."""
    if run.owner is None:
        raise refusal("", "this run does not know its definition.", "run the action again.")
    actions, read = run.owner.document.actions, run.owner.read
    if any(action is read for action in actions):
        return run.owner, read
    # It was removed, and perhaps added again.
    same = [action for action in actions if action.definition.name and action.definition.name == run.action]
    if len(same) != 1:
        message = "the action of this run is not in the definition any more."
        raise refusal("", message, "undo its removal: app.undo().")
    return run.owner, same[0]


def _listed(targets: Target | Iterable[Target]) -> Iterator[Target]:
    every: Iterable[Any] = [targets] if isinstance(targets, (str, Difference, Drop)) else targets
    for target in every:
        if not isinstance(target, (str, Difference, Drop)):
            msg = f"a pointer must be a string such as '/body/status', got {target!r}"
            raise TypeError(msg)
        pointer = target if isinstance(target, str) else target.pointer
        require_pointer(pointer)
        yield target
