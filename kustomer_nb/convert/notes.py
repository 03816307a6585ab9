"""Diagnostics of a conversion: what was left out, is sent in another way, or cannot be expressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from kustomer_nb.codes import Code


def note(code: Code, message: str, fix: str, severity: Severity = Severity.WARNING) -> Diagnostic:
    """Return a diagnostic without a location: the command itself is not kept.

    Example:
        >>> from kustomer_nb.codes import Code
        >>> print(note(Code.PART_LEFT_OUT, "the rest was left out.", "paste it again."))
        KNB907 the rest was left out. Fix: paste it again.
    """
    return Diagnostic(code, severity, "", message, fix)


def problem(code: Code, message: str, fix: str) -> Diagnostic:
    """Return a diagnostic that prevents the conversion.

    Example:
        >>> from kustomer_nb.codes import Code
        >>> problem(Code.NOT_EXPRESSIBLE, "a file cannot be sent.", "send JSON.").severity
        <Severity.ERROR: 'error'>
    """
    return note(code, message, fix, Severity.ERROR)
