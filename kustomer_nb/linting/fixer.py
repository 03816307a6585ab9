"""Applies the edits of diagnostics to a document and keeps the author's layout."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Edit, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.serialization import same_json

from .config import Selection
from .engine import check_document
from .token_masking import changes_between

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes, Document

    from .rule import Rule

# One fix may reveal or allow another; more rounds than this mean that two fixes undo each other.
ROUNDS = 20
TRIES_PER_ROUND = 200
# How many characters are read in total to try fixes; a problem costs as much as many characters. A file of
# 100 KB is read a hundred times; a file that is nothing but problems is read once per round.
READING_BUDGET = 10_000_000
PROBLEM_COST = 50


def apply_fixes(
    document: Document, rules: Sequence[Rule], selection: Selection | None = None, *, unsafe: bool = False
) -> tuple[Document, Changes]:
    """Return a document with every automatic fix applied, and the changes.

    A safe fix changes how a value is written, never the value that was read. Fixes that change values need
    ``unsafe``, or their code in the selection. Each result is read again, and a fix that did more than it
    promised is dropped. Code is not changed, nor what may be valid JavaScript in a module, nor a file that is
    not a definition.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> from kustomer_nb.rules import RULES
        >>> fixed, changes = apply_fixes(read_document("{app: 'shop',}"), RULES)
        >>> fixed.text, changes.fixed.codes
        ('{"app": "shop"}', ['KNB104', 'KNB115', 'KNB105'])
    """
    selection = selection or Selection()
    after, fixed, seen = document, list[Diagnostic](), {document.text}
    cost = 1 + len(document.text) + PROBLEM_COST * document.reading.problem_count
    # Shared by all rounds, so that the total is bounded.
    # Node takes longer to evaluate a module than reading any text does.
    tries = iter(range(ROUNDS if document.evaluate else max(ROUNDS, READING_BUDGET // cost)))
    for _ in range(ROUNDS):
        result, applied = _apply_round(after, rules, selection, tries, unsafe=unsafe)
        # Either nothing changed, or two fixes undo each other.
        if result.text in seen:
            break
        seen.add(result.text)
        after, fixed = result, fixed + applied
    return after, changes_between(document, after, fixed)


def apply_fix(document: Document, problem: Diagnostic) -> Document | None:
    """Return a document with one problem fixed; None if its fix would change or break something else.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> document = read_document("{app: 'shop',}")
        >>> fixed = apply_fix(document, document.reading.diagnostics[-1])
        >>> fixed.text if fixed else ""
        "{app: 'shop'}"
    """
    if not _may_be_fixed(document, problem):
        return None
    new = _edited(document, [problem])
    if new is None or new.text == document.text or not _is_no_worse(document, new):
        return None
    return None if problem.is_safe and not same_json(new.value, document.value) else new


def _may_be_fixed(document: Document, problem: Diagnostic) -> bool:
    if not problem.edits or not _is_fixable(document):
        return False
    return problem.is_safe or not any(map(_touches_code(document), problem.edits))


def _is_fixable(document: Document) -> bool:
    return not document.is_foreign and not (document.is_script and not document.reading.is_module)


def _apply_round(
    document: Document, rules: Sequence[Rule], selection: Selection, tries: Iterator[int], *, unsafe: bool
) -> tuple[Document, list[Diagnostic]]:
    if not _is_fixable(document):
        return document, []
    problems = document.reading.diagnostics
    safe = [problem for problem in problems if problem.is_safe and selection.includes(problem.code)]

    def is_same_value(old: Document, new: Document) -> bool:
        return new.reading.problem_count < old.reading.problem_count and same_json(new.value, document.value)

    # Safe fixes first and alone: the rules then see a file that is valid JSON.
    after, applied = _apply_possible(document, safe, tries, is_same_value)
    if applied:
        return after, applied
    unsafe_fixes = _unsafe_fixes(document, rules, selection, unsafe=unsafe)
    return _apply_possible(document, unsafe_fixes, tries, _is_no_worse)


def _unsafe_fixes(
    document: Document, rules: Sequence[Rule], selection: Selection, *, unsafe: bool
) -> list[Diagnostic]:
    """Return the diagnostics with an allowed fix that may change a value, but changes no code."""
    touches_code = _touches_code(document)
    return [
        diagnostic
        for diagnostic in check_document(document, rules, selection)
        if diagnostic.edits and (unsafe or selection.names(diagnostic.code)) and not diagnostic.is_safe
        # A file that is named as a module stays one.
        if not (diagnostic.code == Code.WRAPPER and document.is_script)
        if not any(map(touches_code, diagnostic.edits))
    ]


def _touches_code(document: Document) -> Callable[[Edit], bool]:
    """Return the test whether an edit changes code of a module."""
    problems = document.reading.diagnostics
    code_spans = [problem.span for problem in problems if problem.code == Code.NOT_LITERAL and problem.span]
    return _overlap_test(sorted([*code_spans, *document.reading.code_spans], key=lambda span: span.start))


def _overlap_test(spans: list[Span]) -> Callable[[Edit], bool]:
    """Return the test whether an edit changes text within one of the spans, which are in document order."""
    starts = [span.start for span in spans]
    # The largest end so far: spans may be nested.
    furthest = list(accumulate((span.end for span in spans), max))

    def overlaps(edit: Edit) -> bool:
        # An insertion, which is empty, counts as one character.
        before = bisect_left(starts, max(edit.end, edit.start + 1))
        return before > 0 and furthest[before - 1] > edit.start

    return overlaps


def _is_no_worse(old: Document, new: Document) -> bool:
    """Return whether no more problems are left for a person to fix, and no more in a module."""
    if new.reading.is_module and new.reading.problem_count > old.reading.problem_count:
        return False
    return _manual_count(new) <= _manual_count(old)


def _manual_count(document: Document) -> int:
    """Return how many problems only a person can fix."""
    return sum(1 for problem in document.reading.diagnostics if not problem.edits)


def _apply_possible(
    document: Document,
    diagnostics: Iterable[Diagnostic],
    tries: Iterator[int],
    is_accepted: Callable[[Document, Document], bool],
) -> tuple[Document, list[Diagnostic]]:
    """Return a document with as many fixes applied as are accepted together.

    A group that is not accepted is split in two, so that one bad fix among n costs about 2 log n tries.
    """
    after, applied = document, list[Diagnostic]()
    waiting = [_without_overlaps(diagnostics)]
    for _ in islice(tries, TRIES_PER_ROUND):
        if not waiting:
            break
        group = waiting.pop()
        new = _edited(document, [*applied, *group]) if group else None
        if new is not None and is_accepted(after, new):
            after, applied = new, [*applied, *group]
        elif len(group) > 1:
            middle = len(group) // 2
            waiting += [group[middle:], group[:middle]]
    return after, applied


def _edited(document: Document, diagnostics: list[Diagnostic]) -> Document | None:
    edits = [edit for diagnostic in diagnostics for edit in diagnostic.edits]
    try:
        return document.rewritten(apply(document.text, edits))
    except (ValueError, LoadError):
        return None


def _without_overlaps(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics whose edits do not overlap; the others wait for the next round."""
    selected: list[Diagnostic] = []
    edits: set[Edit] = set()
    end = -1
    for diagnostic in sorted(diagnostics, key=lambda diagnostic: min(diagnostic.edits)[:2]):
        # Two diagnostics may have the same edits; `apply` makes an edit once.
        if edits.issuperset(diagnostic.edits):
            selected.append(diagnostic)
        elif min(diagnostic.edits).start >= end:
            selected.append(diagnostic)
            edits.update(diagnostic.edits)
            end = max(end, max(edit.end for edit in diagnostic.edits))
    return selected
