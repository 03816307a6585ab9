"""Runs every rule on a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.definition.recognition import Kind, app_within
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.jsontext.pointer import join

from .context import LintContext
from .messages import quote
from .token_masking import conceal
from .unknown_values import UnknownValues

if TYPE_CHECKING:
    from kustomer_nb.definition import Document
    from kustomer_nb.jsontext.parser import ParsedText

    from .checked_actions import CheckedActions
    from .config import Selection
    from .rule import Rule


def check_document(
    document: Document,
    rules: Iterable[Rule],
    selection: Selection | None = None,
    *,
    mask: Callable[[Diagnostics, ParsedText], Diagnostics] = conceal,
    checked: CheckedActions | None = None,
) -> Diagnostics:
    """Return the diagnostics of the reader and of the rules, in document order.

    ``selection`` limits the codes. For a file that is not a definition, that is the only diagnostic. Tokens
    in the document are masked in everything but the edits, by ``mask``. ``checked`` knows actions of earlier
    texts, and learns those of this one.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"app": "shop", "version": "1.0.0", "title": "Shop", "actoins": []}'
        >>> from kustomer_nb.rules import RULES
        >>> check_document(read_document(text), RULES).codes
        ['KNB212']
    """
    selected = _selected(document.reading.diagnostics, selection)
    if (name := app_within(document.value)) is not None:
        problems = [*selected, *_selected([_app_within(document, name)], selection)]
        return mask(Diagnostics(problems, text=document.text), document.reading)
    if document.is_foreign and document.kind is not Kind.WORKFLOW:
        return Diagnostics(_selected([_foreign(document)], selection), text=document.text)
    # A dict keeps the order and drops duplicates: two rules may report the same thing.
    diagnostics = dict.fromkeys(selected)
    # Two uses of one constant are one finding, at the constant.
    places = {_place(diagnostic) for diagnostic in diagnostics}
    has_constants = bool(document.reading.code.literals)
    for diagnostic in _of_rules(LintContext(document, checked), rules, selection):
        if not has_constants or _place(diagnostic) not in places:
            diagnostics[diagnostic] = None
            places.add(_place(diagnostic))
    return mask(Diagnostics(sorted(diagnostics, key=_position), text=document.text), document.reading)


def _selected(diagnostics: Iterable[Diagnostic], selection: Selection | None) -> list[Diagnostic]:
    return [diagnostic for diagnostic in diagnostics if _includes(selection, diagnostic.code)]


def _of_rules(
    subject: LintContext, rules: Iterable[Rule], selection: Selection | None
) -> Iterator[Diagnostic]:
    unknown = UnknownValues(subject.document)
    for rule in rules:
        if not _includes(selection, rule.code):
            continue
        for diagnostic in rule.diagnostics(subject):
            # A value that is code has been replaced by its source text; a finding about that text would be
            # wrong.
            if not (unknown and unknown.affect(diagnostic)):
                yield diagnostic


def _place(diagnostic: Diagnostic) -> tuple[str, str, Span | None]:
    return diagnostic.code, diagnostic.message, diagnostic.span


def _includes(selection: Selection | None, code: str) -> bool:
    return selection is None or selection.includes(code)


def _app_within(document: Document, name: str) -> Diagnostic:
    """Return the finding about an app that is not the value of the file, but a member of it."""
    message = f"the app definition is under the key {quote(name)}, where a registration does not find it."
    fix = "remove the object around the definition."
    if document.reading.is_module:
        fix = "export the definition itself, not an object that contains it."
    return document.diagnostic(Code.WRONG_TYPE, Severity.ERROR, join("", name), message, fix)


def _foreign(document: Document) -> Diagnostic:
    """Return the only diagnostic of a file that lint does not check."""
    if not document.is_definition:
        return document.no_definition()
    message = "this file is an app command; lint checks workflow actions only, so nothing was checked."
    return document.diagnostic(
        Code.APP_COMMAND, Severity.HINT, "", message, "list it in the app's `commands`."
    )


def _position(diagnostic: Diagnostic) -> tuple[int, int, str]:
    span = diagnostic.span
    # Where two start together, the wider one comes first.
    return (0, 0, diagnostic.code) if span is None else (span.start, -span.end, diagnostic.code)
