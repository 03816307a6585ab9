"""Writes values of an output into the sample of a definition."""

from __future__ import annotations

import json
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.definition import edited
from kustomer_nb.difference import Difference, DiffKind
from kustomer_nb.difference.update import UpdateError, moved, updated
from kustomer_nb.faces import for_face
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify

from .accept_refusals import refusal, require_output, require_written_out
from .losses import quoted_path
from .unwritable import Unwritable

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction
    from kustomer_nb.errors import EditError

    from .accept import Target
    from .result import Run


class _Sides(NamedTuple):
    """What to accept: pointers into the output, and pointers into the sample that the run compared with."""

    accepted: list[str]
    removed: list[str]


def with_sample(run: Run, document: Document, read: ReadAction, targets: list[Target]) -> Document:
    """Return the document with the values of the output in the sample."""
    require_output(run)
    location = f"{read.pointer}/sampleOutputContext"
    require_written_out(document, location)
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
        merged = updated(sample, as_sent(run.output), sides.accepted, removed, ignore=ignore)
    except UpdateError as error:
        message = f"{error}, so nothing can be put into it."
        raise refusal(error.pointer, message, f"accept {error.pointer or 'the whole output'}.") from None
    return edited(document, location, merged)


def as_sent(value: Any) -> Any:
    """Return an output as the next step gets it, in JSON: a number that is none, such as NaN, is null."""
    return json.loads(stringify(value) or "null")


def _sides(run: Run, base: Any, targets: list[Target]) -> _Sides:
    sides = _Sides([], [])
    # What only the sample has: its path may be that of another item of the output.
    missing = cache(partial(_missing, run))
    for target in targets:
        if isinstance(target, Difference):
            is_removed = target.change is DiffKind.REMOVED
            (sides.removed if is_removed else sides.accepted).append(target.pointer)
            continue
        pointer = target if isinstance(target, str) else target.pointer
        is_in_output = pointers.resolve(run.output, pointer) is not UNDEFINED
        is_in_sample = pointers.resolve(base, pointer) is not UNDEFINED
        if not is_in_output and not is_in_sample:
            raise _unknown(run, pointer)
        if is_in_output:
            sides.accepted.append(pointer)
        if is_in_sample and (not is_in_output or pointer in missing()):
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
        return refusal(pointer, message, "use the pointer of a value of the output.")
    into = for_face(python='into="outputSchema"', command_line="--into outputSchema")
    message = f"outputSchema drops {quoted_path(pointer)}, so the output does not have it."
    return refusal(pointer, message, f"declare it first: {into}.")
