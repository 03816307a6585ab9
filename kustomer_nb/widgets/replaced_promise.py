"""What is asked before outputSchema and the sample of a response replace those of the definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.linting import changes_between
from kustomer_nb.run.accept import owner_of, with_inferred

from .page_messages import Replacing
from .shown_paths import shown_path

if TYPE_CHECKING:
    from kustomer_nb.run import Run

_MOST_NAMES = 8


def replacing(run: Run) -> Replacing | None:
    """Return what `Run.infer` would replace; None if nothing that an author wrote would go.

    That is so without a sample, if the new outputSchema says all that the old one does, and more.

    Raises:
        EditError: there is no response, or it must not be written.
    """
    document = with_inferred(run)
    owner, read = owner_of(run)
    before, after = (
        pointers.resolve(text.value, f"{read.pointer}/outputSchema") for text in (owner.document, document)
    )
    if run.definition.sample_output_context is None and (before is UNDEFINED or says_no_less(after, before)):
        return None
    gone = _unmapped(run)
    names = ", ".join(gone[:_MOST_NAMES]) + (", …" if len(gone) > _MOST_NAMES else "")
    lost = (
        f"{len(gone)} {'key' if len(gone) == 1 else 'keys'} of the sample would go: {names}. " if gone else ""
    )
    words = f"{lost}outputSchema and sampleOutputContext are replaced as a whole."
    return Replacing(words, changes_between(owner.document, document).diff)


def says_no_less(after: Any, before: Any) -> bool:
    """Return whether a value has everything that another one has, at the same places.

    Example:
        >>> before = {"properties": {"body": {}}, "additionalProperties": False}
        >>> more = {"properties": {"body": {"type": "object"}}, "additionalProperties": False}
        >>> says_no_less(more, before), says_no_less(before, more)
        (True, False)
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return all(key in after and says_no_less(after[key], inner) for key, inner in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return all(item in after for item in before)
    return type(before) is type(after) and bool(before == after)


def _unmapped(run: Run) -> list[str]:
    """Return the paths of the sample that outputTemplate does not make."""
    return [
        shown_path(entry.pointer)
        for entry in run.diff or ()
        if str(entry.change) == "removed" and pointers.resolve(run.mapped, entry.pointer) is UNDEFINED
    ]
