"""Kustomer's helpers for text: `to_lower` is the one known by its exact name."""

from __future__ import annotations

from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED

from .calls import Ambient, Options, text


def to_lower(ambient: Ambient, options: Options, /, *args: Any) -> Any:
    """Return a text in lower case: ``{{{toLower path}}}``. Nothing has no case: null and missing give "".

    Source: developer hub, "Data and variables". Certainty: the form is documented; what is no text being
    written as JavaScript writes it is inferred.

    Example:
        >>> from kustomer_nb.template.helpers import Call
        >>> to_lower(Ambient(), Call("toLower"), "HELLO")
        'hello'
    """
    if not args:
        return ambient.not_known(options.name, "it is called without a text", "write the path after it.")
    ambient.only(options.name, args[1:])
    value = args[0]
    return "" if value is None or value is UNDEFINED else text(value).lower()
