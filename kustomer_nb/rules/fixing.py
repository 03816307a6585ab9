"""Mending what the findings know how to mend, in the author's own text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kustomer_nb.definition import Changes, Document
from kustomer_nb.diagnostics import Diagnostic, Edit
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.javascript import stringify

from .concealment import changes_between
from .rulebook import lint_document
from .selection import Selection

# One mend may show or allow another; more rounds than this are two that undo each other.
ROUNDS = 20
TRIES = 200


def fix_document(
    document: Document, selection: Selection | None = None, *, unsafe: bool = False
) -> tuple[Document, Changes]:
    """Return a document with everything mended that a machine can mend, and what that changed.

    Safe mends write down what was read: they change how the text is written, never what it says. Those that
    change what it says need ``unsafe``, or their code in the selection. A mend that would not keep its word
    is left out.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> mended, changes = fix_document(read_document("{app: 'shop',}"))
        >>> mended.text, changes.mended.codes
        ('{"app": "shop"}', ['KNB104', 'KNB115', 'KNB105'])
    """
    chosen = selection or Selection()
    after, mended, seen = document, list[Diagnostic](), {document.text}
    for _ in range(ROUNDS):
        step, done = _round(after, chosen, unsafe=unsafe)
        if step.text in seen:
            break
        seen.add(step.text)
        after, mended = step, mended + done
    return after, changes_between(document, after, mended)


def _round(document: Document, chosen: Selection, *, unsafe: bool) -> tuple[Document, list[Diagnostic]]:
    faults = document.reading.diagnostics
    safe = [one for one in faults if one.is_safe and chosen.takes(one.code)]
    meant = stringify(document.value)

    def keeps_its_word(old: Document, new: Document) -> bool:
        fewer = len(new.reading.diagnostics) < len(old.reading.diagnostics)
        return fewer and stringify(new.value) == meant

    step = _mended(document, safe, keeps_its_word)
    if step[1]:
        return step
    found = lint_document(document, chosen)
    others = [one for one in found if one.edits and (unsafe or chosen.names(one.code)) and not one.is_safe]
    return _mended(document, others, lambda old, new: _stuck(new) <= _stuck(old))


def _stuck(document: Document) -> int:
    """Return how many faults of a text only a person can mend."""
    return sum(1 for one in document.reading.diagnostics if not one.edits)


def _mended(
    document: Document, found: Iterable[Diagnostic], keeps_its_word: Callable[[Document, Document], bool]
) -> tuple[Document, list[Diagnostic]]:
    """Return a document with as many of the findings mended as go together, halving where not."""
    after, done, tries = document, list[Diagnostic](), TRIES
    waiting = [_apart(found)]
    while waiting and tries:
        some = waiting.pop()
        tries -= 1
        new = _edited(document, [*done, *some]) if some else None
        if new is not None and keeps_its_word(after, new):
            after, done = new, [*done, *some]
        elif len(some) > 1:
            middle = len(some) // 2
            waiting += [some[middle:], some[:middle]]
    return after, done


def _edited(document: Document, found: list[Diagnostic]) -> Document | None:
    try:
        return document.rewritten(apply(document.text, [edit for one in found for edit in one.edits]))
    except (ValueError, LoadError):
        return None


def _apart(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the findings whose edits leave each other's places alone; the others wait for the next round."""
    taken: list[Diagnostic] = []
    edits: set[Edit] = set()
    ends = -1
    for one in sorted(found, key=lambda one: min(one.edits)[:2]):
        if edits.issuperset(one.edits):
            taken.append(one)
        elif min(one.edits).start >= ends:
            taken.append(one)
            edits.update(one.edits)
            ends = max(ends, max(edit.end for edit in one.edits))
    return taken
