"""How a message quotes a value and suggests a near miss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kustomer_nb.jsontext.javascript import string
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted

QUOTED_LENGTH = 60


def quote(value: Any) -> str:
    """Return a value as a message quotes it: a string in quotes and shortened, a container by its type.

    Example:
        >>> quote("two"), quote(None), quote({"a": 1}), quote([])
        ('"two"', 'null', 'an object', 'an array')
    """
    if isinstance(value, str):
        return quoted(value, QUOTED_LENGTH)
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


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the fix that suggests the near miss, or else ``otherwise``.

    Example:
        >>> did_you_mean("methd", ["method"], "remove it.")
        'did you mean `method`?'
    """
    near = near_miss(name, known)
    return f"did you mean `{near}`?" if near else otherwise
