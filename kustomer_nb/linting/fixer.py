"""Mending what the findings know how to mend, in the author's own text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, islice

from kustomer_nb.codes import Code
from kustomer_nb.definition import Changes, Document
from kustomer_nb.diagnostics import Diagnostic, Edit, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.javascript import same_json

from .config import Selection
from .engine import check_document
from .rule import Rule
from .token_masking import changes_between

# One mend may show or allow another; more rounds than this are two that undo each other.
ROUNDS = 20
TRIES = 200
# How much is read in all to try fixes, in characters; a fault takes as long as many of them. A text of 100 KB
# is read a hundred times, one that is nothing but faults once a round.
ROOM = 10_000_000
FAULT_COST = 50


def apply_fixes(
    document: Document, rules: Sequence[Rule], selection: Selection | None = None, *, unsafe: bool = False
) -> tuple[Document, Changes]:
    """Return a document with everything mended that a machine can mend, and what that changed.

    Safe mends write down what was read: they change how the text is written, never what it says. Those that
    change what it says need ``unsafe``, or their code in the selection. A mend that would not keep its word
    is left out. Code is left alone, and so is what may be valid JavaScript in a module, and a file that is no
    definition.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> from kustomer_nb.rules import RULES
        >>> mended, changes = apply_fixes(read_document("{app: 'shop',}"), RULES)
        >>> mended.text, changes.fixed.codes
        ('{"app": "shop"}', ['KNB104', 'KNB115', 'KNB105'])
    """
    chosen = selection or Selection()
    after, mended, seen = document, list[Diagnostic](), {document.text}
    cost = 1 + len(document.text) + FAULT_COST * document.reading.problem_count
    tries = iter(range(max(ROUNDS, ROOM // cost)))
    for _ in range(ROUNDS):
        step, done = _round(after, rules, chosen, tries, unsafe=unsafe)
        if step.text in seen:
            break
        seen.add(step.text)
        after, mended = step, mended + done
    return after, changes_between(document, after, mended)


def _round(
    document: Document, rules: Sequence[Rule], chosen: Selection, tries: Iterator[int], *, unsafe: bool
) -> tuple[Document, list[Diagnostic]]:
    if document.is_foreign or (document.is_script and not document.reading.is_module):
        return document, []
    faults = document.reading.diagnostics
    safe = [one for one in faults if one.is_safe and chosen.takes(one.code)]

    def keeps_its_word(old: Document, new: Document) -> bool:
        return new.reading.problem_count < old.reading.problem_count and same_json(new.value, document.value)

    step = _mended(document, safe, tries, keeps_its_word)
    if step[1]:
        return step
    touches_code = _touching([one.span for one in faults if one.code == Code.NOT_LITERAL and one.span])
    others = [
        one
        for one in check_document(document, rules, chosen)
        if one.edits and (unsafe or chosen.names(one.code)) and not one.is_safe
        # A file that is named as a module stays one.
        if not (one.code == Code.WRAPPER and document.is_script) and not any(map(touches_code, one.edits))
    ]
    return _mended(document, others, tries, _is_no_worse)


def _touching(spans: list[Span]) -> Callable[[Edit], bool]:
    """Return what tells whether an edit changes text within one of some spans, in the order of the text."""
    starts = [span.start for span in spans]
    furthest = list(accumulate((span.end for span in spans), max))

    def touches(edit: Edit) -> bool:
        before = bisect_left(starts, max(edit.end, edit.start + 1))
        return before > 0 and furthest[before - 1] > edit.start

    return touches


def _is_no_worse(old: Document, new: Document) -> bool:
    """Return whether a change leaves no more for a person to fix, and a module with no more faults."""
    if new.reading.is_module and new.reading.problem_count > old.reading.problem_count:
        return False
    return _stuck(new) <= _stuck(old)


def _stuck(document: Document) -> int:
    """Return how many faults of a text only a person can mend."""
    return sum(1 for one in document.reading.diagnostics if not one.edits)


def _mended(
    document: Document,
    found: Iterable[Diagnostic],
    tries: Iterator[int],
    keeps_its_word: Callable[[Document, Document], bool],
) -> tuple[Document, list[Diagnostic]]:
    """Return a document with as many of the findings mended as go together, halving where not."""
    after, done = document, list[Diagnostic]()
    waiting = [_apart(found)]
    for _ in islice(tries, TRIES):
        if not waiting:
            break
        some = waiting.pop()
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
