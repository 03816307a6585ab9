"""What prevents taking a run over into its definition, and how the refusals are worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config import fault_of
from kustomer_nb.definition import require_literal
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext.bounds import MAX_DEPTH
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import quoted

if TYPE_CHECKING:
    from kustomer_nb.definition import Document

    from .result import Run


def refusal(pointer: str, message: str, fix: str) -> EditError:
    """Return the error for what cannot be taken over."""
    return EditError.from_code(Code.NOT_ACCEPTED, message, fix, pointer=pointer)


def require_pointer(text: str) -> None:
    """Refuse what is no JSON pointer, or one that goes deeper than a definition may be nested."""
    if text and not text.startswith("/"):
        message = f"{quoted(text)} is not a JSON pointer."
        fix = f"write it with slashes: /{text.replace('.', '/')}."
        raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=text)
    if text.count("/") >= MAX_DEPTH:
        message = f"it is nested deeper than the {MAX_DEPTH} levels of a definition."
        raise refusal(text, message, "accept a value around it.")


def require_success(run: Run, way: str) -> None:
    """Refuse to take a failure as a whole: it is not what the next step usually gets."""
    if fault_of(run.mode):
        raise refusal(
            "", "this response was simulated, so it is no sample.", f"run the action live, or {way}."
        )
    if not run.ok and run.response is not None:
        message = f"the response has the status {run.response.status_code}, so it is no sample."
        raise refusal("", message, f"run the action with other inputs, or {way}.")


def require_output(run: Run) -> None:
    """Refuse a run that has no output."""
    if run.mapped is UNDEFINED or (run.mapped is None and run.diagnostics.errors):
        reason = "has no value for" if run.mapped is UNDEFINED else "failed on"
        message = f"outputTemplate {reason} this response, so there is no output."
        raise refusal("", message, "correct outputTemplate, and run the action again.")


def require_written_out(document: Document, location: str) -> None:
    """Refuse to change what code puts together, whether Node gave its value or nobody knows it."""
    require_literal(document, location)
    for problem in document.reading.diagnostics:
        if problem.code == Code.NOT_LITERAL and f"{problem.pointer}/".startswith(f"{location}/"):
            message = "its value is not written out in the file, but put together by code."
            fix = "write the value out, or change that code in the file."
            raise EditError(
                [Diagnostic(Code.EDIT_UNSAFE, Severity.ERROR, problem.pointer, message, fix, problem.span)]
            )
