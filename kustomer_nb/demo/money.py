"""Amounts: JSON numbers outside, integer cents inside."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from .refusal import Refusal


def to_amount(cents: int) -> int | float:
    """Return the amount as JavaScript writes it: without ``.0``.

    Example:
        >>> to_amount(2750), to_amount(4000)
        (27.5, 40)
    """
    units, remainder = divmod(cents, 100)
    return cents / 100 if remainder else units


def to_cents(amount: Any) -> int | Refusal:
    """Return the cents of a JSON number, or the refusal if it is not an amount.

    Example:
        >>> to_cents(27.5), to_cents("27.5").errors[0]["message"]
        (2750, '"amount" must be a number above 0 with at most two decimals, not "27.5".')
    """
    if not isinstance(amount, bool) and isinstance(amount, int | float):
        # Through its decimal string: 19.99 * 100 is 1998.9999999999998.
        cents = Decimal(str(amount)) * 100
        if 0 < cents < Decimal("inf") and cents == cents.to_integral_value():
            return int(cents)
    value = json.dumps(amount, ensure_ascii=False)
    message = f'"amount" must be a number above 0 with at most two decimals, not {value}.'
    return Refusal.from_error(422, "invalid_amount", message)
