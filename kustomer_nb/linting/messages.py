"""How a finding quotes what it found, and the near miss it suggests."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import Any

from kustomer_nb.jsontext.javascript import string

QUOTED_LENGTH = 60
# Comparing names is the one thing here that costs: past these bounds nothing is suggested.
LONGEST_NAME = 64
MOST_NAMES = 50


def said(value: Any) -> str:
    """Return a value as a message quotes it: text in quotes and cut short, an object or array by its kind.

    Example:
        >>> said("two"), said(None), said({"a": 1}), said([])
        ("'two'", 'null', 'an object', 'an array')
    """
    if isinstance(value, str):
        return repr(cut(value))
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return cut(string(value))


def cut(text: str) -> str:
    """Return a text, or its start when it is long.

    Example:
        >>> len(cut("x" * 100)), cut("short")
        (60, 'short')
    """
    return text if len(text) <= QUOTED_LENGTH else text[: QUOTED_LENGTH - 1] + "…"


def near_miss(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, None when there is none.

    Example:
        >>> near_miss("orderid", ["orderId", "total"]), near_miss("x", ["orderId"])
        ('orderId', None)
    """
    if not name or len(name) > LONGEST_NAME:
        return None
    lowered = {one.lower(): one for one in islice(known, MOST_NAMES) if len(one) <= LONGEST_NAME}
    found = get_close_matches(name.lower(), lowered, n=1)
    return lowered[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return a way out: the near miss, or else ``otherwise``.

    Example:
        >>> did_you_mean("methd", ["method"], "take it out.")
        'did you mean `method`?'
    """
    near = near_miss(name, known)
    return f"did you mean `{near}`?" if near else otherwise
