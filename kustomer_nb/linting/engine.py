"""The look at a document that asks every rule."""

from __future__ import annotations

from collections.abc import Iterable

from kustomer_nb.codes import Code
from kustomer_nb.definition import Document
from kustomer_nb.definition.recognition import Kind
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity

from .config import Selection
from .context import LintContext
from .rule import Rule
from .token_masking import conceal


def check_document(
    document: Document, rules: Iterable[Rule], selection: Selection | None = None
) -> Diagnostics:
    """Return the problems of reading a document and what the rules find in it, in the order of the text.

    A selection takes only some codes; of what is not a definition only that is reported. Tokens of the
    document are masked in what is returned, but for edits.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"app": "shop", "version": "1.0.0", "title": "Shop", "actoins": []}'
        >>> from kustomer_nb.rules import RULES
        >>> check_document(read_document(text), RULES).codes
        ['KNB212']
    """
    if document.is_foreign and document.kind is not Kind.WORKFLOW:
        other = _command(document) if document.is_definition else document.no_definition()
        return Diagnostics(
            [other] if selection is None or selection.takes(other.code) else [], text=document.text
        )
    subject = LintContext(document)
    found = dict.fromkeys(
        one for one in document.reading.diagnostics if selection is None or selection.takes(one.code)
    )
    for one in rules:
        if selection is None or selection.takes(one.code):
            # Of a value that only code would tell, nothing is known that a rule could look at.
            found.update(
                dict.fromkeys(
                    diagnostic
                    for diagnostic in one.diagnostics(subject)
                    if not subject.is_unknown(diagnostic.pointer)
                )
            )
    return conceal(Diagnostics(sorted(found, key=_place), text=document.text), document.reading)


def _command(document: Document) -> Diagnostic:
    message = "this is a command of an app, and the rules are about workflow actions: nothing was checked."
    fix = "list it in the app's `commands`."
    return document.diagnostic(Code.APP_COMMAND, Severity.HINT, "", message, fix)


def _place(found: Diagnostic) -> tuple[int, int, str]:
    span = found.span
    return (0, 0, found.code) if span is None else (span.start, -span.end, found.code)
