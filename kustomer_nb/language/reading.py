"""The document and the problems of a text, read once for the questions that follow each other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from kustomer_nb.definition import read_document
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.errors import LoadError
from kustomer_nb.linting import conceal
from kustomer_nb.rules import lint_document

from .latest_texts import LatestTexts

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.definition import Document, ReadAction
    from kustomer_nb.linting import Selection

# What is larger is not written by hand, and each key would cost its whole length: about 600 actions.
MOST_CHARACTERS = 1_000_000
# More marks would make an editor slow.
MOST_PROBLEMS = 500
# An editor asks for completion, hover and findings of one text. More texts would only need memory.
_TEXTS = 4
_LATEST = LatestTexts()


def document_of(text: str, path: Path | None = None) -> Document | None:
    """Return the document of a text, None if no definition can be read from it. No file is read.

    Example:
        >>> document_of("{app: 'shop'}").app.app, document_of("soon")
        ('shop', None)
    """
    # However it is called, with one key.
    return _document_of(text, path)


@lru_cache(maxsize=_TEXTS)
def _document_of(text: str, path: Path | None) -> Document | None:
    try:
        return _LATEST.read(text, path)
    except LoadError:
        return None


@lru_cache(maxsize=_TEXTS)
def find_problems(text: str, *, path: Path | None = None, selection: Selection | None = None) -> Diagnostics:
    """Return what `App.lint` reports of a text, or why no definition can be read from it.

    ``path`` is that of the file: its name says what is in it. Neither it nor the project's configuration is
    read; ``selection`` limits the codes.

    Example:
        >>> find_problems('{"app": "shop", "version": "1", "title": "Shop"}').codes
        ['KNB213']
        >>> find_problems("soon").codes
        ['KNB101']
    """
    document = document_of(text, path)
    if document is not None:
        return lint_document(document, selection, mask=_LATEST.mask, checked=_LATEST.checked)
    try:
        read_document(text, path)
    except LoadError as error:
        return conceal(Diagnostics(error.diagnostics, text=text))
    return Diagnostics(text=text)


def worst_problems(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the problems that an editor marks, the worst first; at most `MOST_PROBLEMS`."""
    return sorted(problems, key=lambda problem: problem.severity.rank)[:MOST_PROBLEMS]


def problems_within(problems: Iterable[Diagnostic], start: int, end: int) -> list[Diagnostic]:
    """Return the problems whose place overlaps a selection, or touches it."""
    return [
        problem
        for problem in problems
        if problem.span and problem.span.start <= end and start <= problem.span.end
    ]


def action_at(document: Document, pointer: str) -> ReadAction | None:
    """Return the action at a pointer of a document, None if there is none that can be read."""
    return next((read for read in document.actions if read.pointer == pointer), None)
