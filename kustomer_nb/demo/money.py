"""Amounts: numbers outside, whole cents inside."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from .refusal import Refusal


def to_amount(cents: int) -> int | float:
    """Return the amount as JavaScript would write it: without ``.0``.

    Example:
        >>> to_amount(2750), to_amount(4000)
        (27.5, 40)
    """
    whole, rest = divmod(cents, 100)
    return cents / 100 if rest else whole


def to_cents(amount: Any) -> int | Refusal:
    """Return the whole cents of a JSON number, or why it is no amount.

    Example:
        >>> to_cents(27.5), to_cents("27.5").errors[0]["message"]
        (2750, '"amount" must be a number above 0 with at most two decimals, not "27.5".')
    """
    if not isinstance(amount, bool) and isinstance(amount, int | float):
        # By way of its text: 19.99 * 100 is 1998.9999999999998.
        cents = Decimal(str(amount)) * 100
        if 0 < cents < Decimal("inf") and cents == cents.to_integral_value():
            return int(cents)
    shown = json.dumps(amount, ensure_ascii=False)
    message = f'"amount" must be a number above 0 with at most two decimals, not {shown}.'
    return Refusal.of(422, "invalid_amount", message)
