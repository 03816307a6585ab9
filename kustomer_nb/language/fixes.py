"""What fixes a problem, as edits of the text: the edits that lint found, and an input to declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kustomer_nb.authoring import can_declare, with_declaration
from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Edit
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext.text_difference import difference_between
from kustomer_nb.linting import apply_fix
from kustomer_nb.printable import one_line
from kustomer_nb.rules import fix_document, fixed_problem

from .last_runs import LastRunOf, never_run
from .reading import document_of

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.definition import Document, ReadAction

DECLARES = "Add to inputSchema"
_NAME = re.compile(r"[A-Za-z_$][\w$-]*")
_LONGEST_TITLE = 100
# Each is tried on the text, which is read again for it.
_MOST_FIXES = 20
# Values of the inputs of an action, by which the type of a declared one is chosen.
InputsOf = Callable[["ReadAction"], Mapping[str, Any]]


@dataclass(frozen=True)
class Fix:
    """What a person is offered for a problem: a title, and edits that are made together.

    ``is_safe`` is true if they change how the text is written, and nothing that it means.
    """

    title: str
    problem: Diagnostic
    edits: tuple[Edit, ...]
    is_safe: bool


def find_fixes(
    text: str,
    problems: Iterable[Diagnostic],
    *,
    path: Path | None = None,
    last_run: LastRunOf = never_run,
) -> tuple[Fix, ...]:
    """Return the fixes of problems that `find_problems` found in a text; none that would break something.

    Example:
        >>> from kustomer_nb.language import find_problems
        >>> text = '[{"inputTemplate": {"uri": "http://a.b/{{{id}}}"}, "inputSchema": {}}]'
        >>> [fix.title for fix in find_fixes(text, find_problems(text)) if fix.problem.code == "KNB303"]
        ['Add id to inputSchema']
    """
    document = document_of(text, path)
    if document is None:
        return ()
    fixes = (_fix(document, problem, last_run) for problem in problems if not problem.file)
    offered = (fix for fix in fixes if fix is not None)
    return tuple(fix for fix, _ in zip(offered, range(_MOST_FIXES), strict=False))


def _fix(document: Document, problem: Diagnostic, last_run: LastRunOf) -> Fix | None:
    if problem.edits:
        # Tried, as `fixed_problem` does: it may break what is around it.
        if apply_fix(document, problem) is None:
            return None
        return Fix(_title(problem), problem, problem.edits, problem.is_safe)
    declaration = declaration_of(document, problem)
    if declaration is None:
        return None
    read, variable = declaration
    inputs = last_run(read.definition.name or "").inputs
    try:
        declared = with_declaration(document, read, variable, inputs)
    except EditError:
        return None
    title = one_line(f"Add {variable} to inputSchema")
    return Fix(title, problem, edits_between(document.text, declared.text), is_safe=False)


def _title(problem: Diagnostic) -> str:
    words = one_line(problem.fix).removesuffix(".") or f"fix {problem.code}"
    words = f"{words[:1].upper()}{words[1:]}"
    return words if len(words) <= _LONGEST_TITLE else f"{words[:_LONGEST_TITLE]}…"


@lru_cache(maxsize=2)
def fix_all(text: str, *, path: Path | None = None) -> tuple[Edit, ...]:
    """Return the edits that make every safe fix of a text, none if it needs none or cannot be read.

    Example:
        >>> fix_all("{app: 'shop'}"), fix_all("soon")
        ((Edit(start=1, end=12, text='"app": "shop"'),), ())
    """
    document = document_of(text, path)
    return () if document is None else edits_between(text, fix_document(document)[0].text)


def edits_between(before: str, after: str) -> tuple[Edit, ...]:
    """Return the edit that makes one text of another, none if they are equal.

    Example:
        >>> edits_between("id: 1", "id: 21"), edits_between("a", "a")
        ((Edit(start=4, end=4, text='2'),), ())
    """
    difference = difference_between(before, after)
    return () if difference is None else (Edit(difference.start, difference.end, difference.inserted),)


def fix_title(document: Document, problem: Diagnostic) -> str:
    """Return what the button of a problem is called; "" if nothing fixes it.

    Example:
        >>> from kustomer_nb.language import find_problems
        >>> from kustomer_nb.definition import read_document
        >>> text = '[{"inputTemplate": {"uri": "http://a.b/{{{id}}}"}, "inputSchema": {}}]'
        >>> problems = [problem for problem in find_problems(text) if problem.code == "KNB303"]
        >>> {fix_title(read_document(text), problem) for problem in problems}
        {'Add to inputSchema'}
    """
    if problem.edits:
        return "Fix"
    return DECLARES if declaration_of(document, problem) else ""


def declaration_of(document: Document, problem: Diagnostic) -> tuple[ReadAction, str] | None:
    """Return the action and the variable that a problem is about, if that can be declared as an input."""
    if problem.code != Code.VARIABLE_NOT_DECLARED or problem.span is None or problem.file:
        return None
    name = _NAME.search(document.text, problem.span.start, problem.span.end)
    return None if name is None else next(_declarations(document, problem.pointer, name[0]), None)


def _declarations(document: Document, pointer: str, name: str) -> Iterator[tuple[ReadAction, str]]:
    for read in document.actions:
        is_within = pointer.startswith(f"{read.pointer}/inputTemplate/")
        if is_within and can_declare(document, read, name):
            yield read, name


def fixed_document(document: Document, problem: Diagnostic, inputs_of: InputsOf | None = None) -> Document:
    """Return a document with a problem fixed; what is known of the inputs decides the type of a declared one.

    Raises:
        EditError: its fix would change something else, or the text has changed since it was found.
    """
    declaration = None if problem.edits else declaration_of(document, problem)
    if declaration is None:
        return fixed_problem(document, problem)
    read, variable = declaration
    return with_declaration(document, read, variable, inputs_of(read) if inputs_of else None)
