"""Writes what a run returned into its definition: into the sample, or as a declaration into outputSchema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kustomer_nb.codes import Code
from kustomer_nb.config import fault_of
from kustomer_nb.definition import edited, require_literal
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.difference import Diff, Difference, DiffKind
from kustomer_nb.difference.update import UpdateError, moved, updated
from kustomer_nb.errors import EditError
from kustomer_nb.faces import for_face
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.bounds import MAX_DEPTH
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import quoted
from kustomer_nb.schema import Drop
from kustomer_nb.schema.declare import DeclarationError, declared
from kustomer_nb.schema.inference import infer

from .losses import quoted_path
from .unwritable import Unwritable

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes, Document, ReadAction

    from .result import Run

SAMPLE, SCHEMA = "sample", "outputSchema"
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
    owner, read = _owner(run)
    is_all = isinstance(targets, Diff) or targets == ""
    listed = list(_listed(targets))
    if is_all:
        _require_success(run, "accept single values by their pointers")
    if into == SCHEMA:
        return owner.change_document(_with_declarations(run, owner.document, read, listed))
    return owner.change_document(_with_sample(run, owner.document, read, listed))


def accept_inferred(run: Run) -> Changes:
    """Write an outputSchema and a sample that are inferred from a response; see `Run.infer`.

    Raises:
        EditError: there is no response, or it must not be written.
    """
    owner, read = _owner(run)
    if run.response is None:
        raise _refusal("", "this run is of the sample, so there is no response.", "run the action live.")
    _require_output(run)
    _require_success(run, "run the action again")
    Unwritable(run).require_clear(run.mapped, "")
    inferred = infer([_as_sent(run.mapped)])
    for key in (SCHEMA, "sampleOutputContext"):
        _require_written_out(owner.document, f"{read.pointer}/{key}")
    document = edited(owner.document, f"{read.pointer}/outputSchema", inferred.schema)
    return owner.change_document(edited(document, f"{read.pointer}/sampleOutputContext", inferred.sample))


def _owner(run: Run) -> tuple[Owner, ReadAction]:
    """Return the action of a run, and what the definition has of it now."""
    if run.owner is None:
        raise _refusal("", "this run does not know its definition.", "run the action again.")
    actions, read = run.owner.document.actions, run.owner.read
    if any(action is read for action in actions):
        return run.owner, read
    # It was removed, and perhaps added again.
    same = [action for action in actions if action.definition.name and action.definition.name == run.action]
    if len(same) != 1:
        message = "the action of this run is not in the definition any more."
        raise _refusal("", message, "undo its removal: app.undo().")
    return run.owner, same[0]


def _listed(targets: Target | Iterable[Target]) -> Iterator[Target]:
    every: Iterable[Any] = [targets] if isinstance(targets, (str, Difference, Drop)) else targets
    for target in every:
        if not isinstance(target, (str, Difference, Drop)):
            msg = f"a pointer must be a string such as '/body/status', got {target!r}"
            raise TypeError(msg)
        pointer = target if isinstance(target, str) else target.pointer
        if pointer and not pointer.startswith("/"):
            fix = f"write it with slashes: /{pointer.replace('.', '/')}."
            raise _error(Code.POINTER_NOT_FOUND, pointer, f"{quoted(pointer)} is not a JSON pointer.", fix)
        if pointer.count("/") >= MAX_DEPTH:
            message = f"it is nested deeper than the {MAX_DEPTH} levels of a definition."
            raise _refusal(pointer, message, "accept a value around it.")
        yield target


def _require_success(run: Run, way: str) -> None:
    """Refuse to take a failure as a whole: it is not what the next step usually gets."""
    if fault_of(run.mode):
        raise _refusal(
            "", "this response was simulated, so it is no sample.", f"run the action live, or {way}."
        )
    if not run.ok and run.response is not None:
        message = f"the response has the status {run.response.status_code}, so it is no sample."
        raise _refusal("", message, f"run the action with other inputs, or {way}.")


def _require_output(run: Run) -> None:
    if run.mapped is UNDEFINED or (run.mapped is None and run.diagnostics.errors):
        reason = "has no value for" if run.mapped is UNDEFINED else "failed on"
        message = f"outputTemplate {reason} this response, so there is no output."
        raise _refusal("", message, "correct outputTemplate, and run the action again.")


class _Sides(NamedTuple):
    """What to accept: pointers into the output, and pointers into the sample that the run compared with."""

    accepted: list[str]
    removed: list[str]


def _with_sample(run: Run, document: Document, read: ReadAction, targets: list[Target]) -> Document:
    """Return the document with the values of the output in the sample."""
    _require_output(run)
    location = f"{read.pointer}/sampleOutputContext"
    _require_written_out(document, location)
    base = UNDEFINED if run.diff is None else run.diff.expected
    sides = _sides(run, base, targets)
    unwritable = Unwritable(run)
    for pointer in sides.accepted:
        unwritable.require_clear(pointers.resolve(run.output, pointer), pointer)
    authored = read.definition.sample_output_context
    sample = UNDEFINED if authored is None else authored
    removed = [pointer for pointer in moved(base, sample, sides.removed) if pointer is not None]
    if not sides.accepted and not removed:
        return document
    ignore = run.profile.ignored(run.action)
    try:
        merged = updated(sample, _as_sent(run.output), sides.accepted, removed, ignore=ignore)
    except UpdateError as error:
        message = f"{error}, so nothing can be put into it."
        raise _refusal(error.pointer, message, f"accept {error.pointer or 'the whole output'}.") from None
    return edited(document, location, merged)


def _require_written_out(document: Document, location: str) -> None:
    """Refuse to change what code puts together, whether Node gave its value or nobody knows it."""
    require_literal(document, location)
    for problem in document.reading.diagnostics:
        if problem.code == Code.NOT_LITERAL and f"{problem.pointer}/".startswith(f"{location}/"):
            message = "its value is not written out in the file, but put together by code."
            fix = "write the value out, or change that code in the file."
            raise EditError(
                [Diagnostic(Code.EDIT_UNSAFE, Severity.ERROR, problem.pointer, message, fix, problem.span)]
            )


def _as_sent(value: Any) -> Any:
    """Return an output as the next step gets it, in JSON: a number that is none, such as NaN, is null."""
    return json.loads(stringify(value) or "null")


def _sides(run: Run, base: Any, targets: list[Target]) -> _Sides:
    sides = _Sides([], [])
    # What only the sample has: its path may be that of another item of the output.
    is_missing: set[str] | None = None
    for target in targets:
        if isinstance(target, Difference):
            is_removed = target.change is DiffKind.REMOVED
            (sides.removed if is_removed else sides.accepted).append(target.pointer)
            continue
        pointer = target if isinstance(target, str) else target.pointer
        is_in_output = pointers.resolve(run.output, pointer) is not UNDEFINED
        is_in_sample = pointers.resolve(base, pointer) is not UNDEFINED
        if is_in_output:
            sides.accepted.append(pointer)
        elif not is_in_sample:
            raise _unknown(run, pointer)
        if is_in_output and is_in_sample and is_missing is None:
            is_missing = _missing(run)
        if is_in_sample and (not is_in_output or (is_missing and pointer in is_missing)):
            sides.removed.append(pointer)
    return sides


def _missing(run: Run) -> set[str]:
    if run.diff is None:
        return set()
    return {entry.pointer for entry in (*run.diff, *run.diff.ignored) if entry.change is DiffKind.REMOVED}


def _unknown(run: Run, pointer: str) -> EditError:
    """Return the refusal of a pointer that neither the output nor the sample has."""
    message = f"neither the output nor the sample has {quoted_path(pointer)}."
    if pointers.resolve(run.mapped, pointer) is UNDEFINED:
        return _refusal(pointer, message, "use the pointer of a value of the output.")
    into = for_face(python=f'into="{SCHEMA}"', command_line=f"--into {SCHEMA}")
    message = f"outputSchema drops {quoted_path(pointer)}, so the output does not have it."
    return _refusal(pointer, message, f"declare it first: {into}.")


def _with_declarations(run: Run, document: Document, read: ReadAction, targets: list[Target]) -> Document:
    """Return the document with the targets declared in outputSchema."""
    _require_output(run)
    location = f"{read.pointer}/{SCHEMA}"
    _require_written_out(document, location)
    unwritable = Unwritable(run)
    authored = schema = read.value.get(SCHEMA)
    for target in targets:
        pointer = target if isinstance(target, str) else target.pointer
        if not pointer:
            message = "the whole output is not a member of anything."
            raise _refusal("", message, "name a key; run.infer() writes an outputSchema for all of them.")
        unwritable.require_clear_keys(pointers.resolve(run.mapped, pointer), pointer)
        try:
            schema = declared(schema, run.mapped, pointer)
        except LookupError:
            message = f"outputTemplate returns no value at {quoted_path(pointer)}."
            raise _refusal(pointer, message, "use the pointer of a value that was dropped.") from None
        except DeclarationError as error:
            message = f"{error}, so {quoted_path(pointer)} cannot be declared."
            raise _refusal(error.pointer, message, "correct outputSchema there first.") from None
    return document if schema == authored else edited(document, location, schema)


def _refusal(pointer: str, message: str, fix: str) -> EditError:
    return _error(Code.NOT_ACCEPTED, pointer, message, fix)


def _error(code: str, pointer: str, message: str, fix: str) -> EditError:
    return EditError.from_code(code, message, fix, pointer=pointer)
