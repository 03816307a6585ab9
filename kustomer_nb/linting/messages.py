"""How a message quotes a value and suggests a near miss."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import Any

from kustomer_nb.jsontext.javascript import string

QUOTED_LENGTH = 60
# difflib compares names in quadratic time; beyond these bounds nothing is suggested.
LONGEST_NAME = 64
MOST_NAMES = 50


def quote(value: Any) -> str:
    """Return a value as a message quotes it: a string in quotes and shortened, a container by its type.

    Example:
        >>> quote("two"), quote(None), quote({"a": 1}), quote([])
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
    """Return a string, shortened to 60 characters when it is longer.

    Example:
        >>> len(cut("x" * 100)), cut("short")
        (60, 'short')
    """
    return text if len(text) <= QUOTED_LENGTH else text[: QUOTED_LENGTH - 1] + "…"


def near_miss(name: str, known: Iterable[str], *, similarity: float = 0.6) -> str | None:
    """Return the known name that was probably meant, or None; ``similarity`` is the least ratio of difflib.

    Example:
        >>> near_miss("orderid", ["orderId", "total"]), near_miss("x", ["orderId"])
        ('orderId', None)
    """
    if not name or len(name) > LONGEST_NAME:
        return None
    by_lower_case = {
        candidate.lower(): candidate
        for candidate in islice(known, MOST_NAMES)
        if len(candidate) <= LONGEST_NAME
    }
    matches = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=similarity)
    return by_lower_case[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the fix that suggests the near miss, or else ``otherwise``.

    Example:
        >>> did_you_mean("methd", ["method"], "remove it.")
        'did you mean `method`?'
    """
    near = near_miss(name, known)
    return f"did you mean `{near}`?" if near else otherwise
