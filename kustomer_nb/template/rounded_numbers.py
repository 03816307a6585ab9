"""Numbers of a definition that JavaScript does not keep as they are written."""

from __future__ import annotations

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import number, number_text
from kustomer_nb.jsontext.serialization import literal_text
from kustomer_nb.printable import shortened


def rounded_number(value: float, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for an integer with more digits than JavaScript keeps (KNB150).

    Example:
        >>> print(rounded_number(4634343214213523454, "/data/id").message)
        4634343214213523454 has more digits than JavaScript keeps; it becomes 4634343214213523000.
        >>> rounded_number(9007199254740992, "/data/id")
    """
    after = number(value)
    if not isinstance(value, int) or after == value:
        return None
    literal = literal_text(value)
    return Diagnostic(
        Code.NUMBER_ROUNDED, Severity.WARNING, pointer, *rounded_words(literal, number_text(after))
    )


def rounded_words(literal: str, after: str) -> tuple[str, str]:
    """Return the message and the fix for a number of a definition that JavaScript does not keep.

    Example:
        >>> rounded_words("9007199254740993", "9007199254740992")[1]
        'for an identifier, write the string "9007199254740993"; for a number, write 9007199254740992.'
    """
    excerpt = shortened(literal)
    message = f"{excerpt} has more digits than JavaScript keeps; it becomes {after}."
    return message, f'for an identifier, write the string "{excerpt}"; for a number, write {after}.'
