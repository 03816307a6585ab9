"""Cells that are another number when they are sent: in bulk, the wrong order refunded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.faces import name_of
from kustomer_nb.jsontext.javascript import number_text, trim
from kustomer_nb.jsontext.pointer import split
from kustomer_nb.schema import Conversion, identity_loss


def changed_identities(conversions: Iterable[Conversion]) -> Iterator[Diagnostic]:
    """Yield a KNB844 for each number that no longer prints as the cell did.

    Example:
        >>> cells = ["00123", "1e3", "0x1F", "9007199254740993", "+49", "12.50", " 12 "]
        >>> values = [123, 1000, 31, 9007199254740992, 49, 12.5, 12]
        >>> conversions = [Conversion("/id", cell, value) for cell, value in zip(cells, values)]
        >>> [diagnostic.message for diagnostic in changed_identities(conversions)][:2]
        ['`id` "00123" becomes 123: the leading zeros are lost.', '`id` "1e3" becomes 1000: the form with an \
exponent is lost.']
        >>> len(list(changed_identities(conversions)))
        5
    """
    for conversion in conversions:
        lost = change_of(conversion)
        if lost:
            path = ".".join(split(conversion.pointer))
            after = number_text(conversion.after)
            before = (
                f'"{conversion.before}"' if isinstance(conversion.before, str) else str(conversion.before)
            )
            message = f"`{path}` {before} becomes {after}: {lost}."
            fix = f"declare the input as a string if it is an identifier, or use {name_of('allow_changed')}."
            yield Diagnostic(Code.ROWS_CHANGE_IDENTITY, Severity.ERROR, conversion.pointer, message, fix)


def change_of(conversion: Conversion) -> str:
    """Return what is lost of how a number was written; empty if it is still the same number.

    Example:
        >>> change_of(Conversion("/id", "+49170", 49170)), change_of(Conversion("/price", "12.50", 12.5))
        ('the form is lost', '')
    """
    before, after = conversion.before, conversion.after
    lost = identity_loss(before, after)
    if lost or not isinstance(before, str) or type(after) not in (int, float):
        return lost
    written = trim(before)
    # Printed again, only zeros at the end of its decimals may be missing: 12.50 is 12.5.
    without_zeros = written.rstrip("0").rstrip(".") if "." in written else written
    return "" if without_zeros == number_text(after) else "the form is lost"
